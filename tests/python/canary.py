"""Keys, texts, numbers and one-time codes that cannot be mistaken, and who looks for them in all that is shown."""

from __future__ import annotations

import copy
import html
import logging
import pickle
import re
import traceback
import unicodedata
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import unquote

import pytest
from both import Api

import palabre

KEYS = {
    "reachflow": {"api_key": "rfl_sandbox_canarykey0123456789abcdef"},
    "msgflash": {"api_key": "msgf_live_" + "ca9a41" * 10 + "beef"},
    "99digital": {"client_id": "canaryclientid77", "client_secret": "canaryclientsecret99"},
    "wapiflow": {"client_id": "canarywapiid31", "client_secret": "canarywapisecret64"},
}
SECRETS = [key for keys in KEYS.values() for name, key in keys.items() if name != "client_id"]
TEXT = "canary-text-Zk9"
CODE, NATIONAL = "880", "1977424242"
NUMBER = f"+{CODE}{NATIONAL}"
TYPED = "73190264"
PRIVATE = [TEXT, NATIONAL, TYPED]
# The same by letters and digits alone, in small letters, and as much of it as must not be seen.
PLAIN = ["canarytext", NATIONAL[3:], TYPED]

WIDE = str.maketrans("0123456789", "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19")
# How a vendor may repeat what it was sent.
FORMS = {
    TEXT: [
        TEXT.upper(),
        f"'{TEXT[:-1]}...'",
        TEXT.replace("-", "&#45;"),
        TEXT.replace("-", "%2D"),
        TEXT.replace("text", "te\u200bxt"),
        TEXT.replace("-", "%252D"),
        TEXT.replace("-", "\\u002d"),
        TEXT.replace("-", "\\u{2d}"),
        TEXT.replace("-", "\\x2d"),
        f"<{TEXT}\u0301>",
    ],
    TYPED: ["7319-0264", "7319&nbsp;0264", TYPED.translate(WIDE)],
    NUMBER: [
        "(880) 1977-424-242",
        "880.1977.424.242",
        "880/1977/424242",
        "88-01-97-74-24-24-2",
        "880\u20111977\u2011424242",
        "880 1977&nbsp;424242",
        "8801977424242@c.us",
        "01977 424242",
        NUMBER.translate(WIDE),
    ],
}

# What stands for a text or a number in the arguments of an operation or a verb.
REPLACED: dict[str, Any] = {
    **dict.fromkeys(
        ["text", "message", "messageTemplate", "caption", "body", "template_text"], TEXT
    ),
    "body_variables": [TEXT],
    "header_variables": [TEXT],
    "code": TYPED,
    **dict.fromkeys(["to", "phone", "phoneNumber"], NUMBER),
    "mobile_code": CODE,
    "mobile": NATIONAL,
    **KEYS["99digital"],
}


def refusal(vendor: str, text: str) -> Any:
    return {
        "reachflow": {"statusCode": 400, "error": "bad_request", "message": text},
        "msgflash": {"error": {"code": "VALIDATION_ERROR", "message": text}},
        "99digital": {"status": "FAIL", "reason": 4, "message": text},
        "wapiflow": {"status": "error", "remark": "validation_error", "message": [text]},
    }[vendor]


def in_other_forms(said: str) -> str:
    forms = [form for word, forms in FORMS.items() if word in said for form in forms]
    return ", ".join(forms)


def plain(text: str) -> str:
    """Letters and digits alone, however they were written."""
    text = re.sub(
        r"\\+(?:u\{([0-9a-f]+)\}|u([0-9a-f]{4})|x([0-9a-f]{2}))",
        lambda code: chr(int(code[code.lastindex or 0], 16)),
        text,
    )
    text = unicodedata.normalize("NFKC", html.unescape(unquote(unquote(text)))).casefold()
    return "".join(filter(str.isalnum, text))


# How an answer can fail, as the sandbox's faults: of a vendor and what it is so careless to say.
Way = Callable[[str, str], dict[str, Any] | None]
WAYS: dict[str, Way] = {
    "well": lambda _, __: None,
    "refused": lambda vendor, said: {"status": 400, "body": refusal(vendor, said)},
    "refused in other forms": lambda vendor, said: {
        "status": 400,
        "body": refusal(vendor, in_other_forms(said)),
    },
    "refused with status 200": lambda vendor, said: {"status": 200, "body": refusal(vendor, said)},
    "a page": lambda _, said: {"status": 403, "body": f"<html><h1>{said}</h1></html>"},
    "a text that is no JSON": lambda _, said: {"status": 200, "body": said},
    "another type": lambda _, said: {"status": 200, "body": [said]},
    "cut off": lambda _, __: {"truncate": 40},
    "closed": lambda _, __: {"close": "after"},
}


class Heard(logging.Handler):
    """Everything that was logged, with everything that hangs on a record."""

    def __init__(self) -> None:
        super().__init__(level=1)
        self.texts: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.texts += [record.getMessage(), repr(vars(record))]


@contextmanager
def listening() -> Iterator[Heard]:
    """Hears everything that is logged, of whatever level."""
    handler, root = Heard(), logging.getLogger()
    ours = logging.getLogger("palabre")
    levels = root.level, ours.level
    root.addHandler(handler)
    root.setLevel(1)
    ours.setLevel(1)
    yield handler
    root.removeHandler(handler)
    root.setLevel(levels[0])
    ours.setLevel(levels[1])


def replaced(arguments: dict[str, Any]) -> dict[str, Any]:
    return {name: stand_in(name, value) for name, value in arguments.items()}


def stand_in(name: str, value: Any) -> Any:
    """A value that cannot be mistaken, written as the vendor takes it: a link, a number in digits."""
    if name in ("variables", "recipients"):
        return inside(value)
    new = REPLACED.get(name, value)
    if new == TEXT and str(value).startswith("https://"):
        return f"https://shop.example/{TEXT}.png"
    return NUMBER[1:] if new == NUMBER and not str(value).startswith("+") else new


def inside(value: Any) -> Any:
    """The same with every recipient and every value for a placeholder replaced."""
    if isinstance(value, dict):
        known = {"to", "variables"}
        return {
            name: stand_in(name, each) if name in known else TEXT for name, each in value.items()
        }
    return [inside(each) if isinstance(each, dict) else TEXT for each in value]


def look(result: Any) -> tuple[list[str], list[bytes]]:
    """All that a result shows of itself, and what it is when it is stored."""
    if isinstance(result, bytes):
        return [], [result]
    shown = [repr(result), str(result), f"{result}"]
    page = getattr(result, "_repr_html_", None)
    shown += [page()] if page else []
    return shown, [pickle.dumps(result), pickle.dumps(copy.copy(result))]


def frames_of_palabre(trace: TracebackType | None) -> Iterator[str]:
    """The variables of every frame of a traceback that is not one of these tests."""
    for frame, _ in traceback.walk_tb(trace):
        if Path(frame.f_code.co_filename).parent != Path(__file__).parent:
            yield repr(frame.f_locals)


def look_at_error(error: BaseException) -> list[str]:
    shown = [repr(error), str(error), repr(error.args), repr(vars(error))]
    shown += ["".join(traceback.format_exception(error)), *frames_of_palabre(error.__traceback__)]
    shown += [repr(pickle.dumps(error))]
    links = (error.__cause__, error.__context__)
    return shown + [text for link in links if link for text in look_at_error(link)]


class Watched:
    """Runs calls and keeps everything that they let anybody see."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.stored: list[bytes] = []
        self.ends: set[str] = set()
        # One-time codes that a vendor has sent.
        self.codes: set[str] = set()

    def see(self, event: object) -> None:
        self.shown.append(repr(event))

    async def run(self, call: Callable[[], Awaitable[Any]]) -> None:
        try:
            result = await call()
        except palabre.PalabreError as error:
            self.ends.add(type(error).__name__)
            self.shown += look_at_error(error)
        else:
            self.ends.add("well")
            shown, stored = look(result)
            self.shown += shown
            self.stored += stored

    def check_stored(self) -> None:
        for data in self.stored:
            for secret in SECRETS:
                assert secret.encode() not in data

    def check(self, capfd: pytest.CaptureFixture[str], heard: Heard) -> None:
        printed = capfd.readouterr()
        for text in [*self.shown, *heard.texts, printed.out, printed.err]:
            for secret in [*SECRETS, *PRIVATE, *self.codes]:
                assert secret not in text, text
            letters = plain(text)
            for secret in PLAIN:
                assert secret not in letters, text


class Stage:
    """A sandbox with keys that cannot be mistaken, and everything that a run on it shows."""

    def __init__(self, sandbox: palabre.Sandbox, is_sync: bool) -> None:
        self.sandbox = sandbox
        self.watched = Watched()
        self.make: Any = sandbox.client if is_sync else sandbox.async_client

    async def run_every_way(
        self, vendor: Any, arguments: dict[str, Any], call: Callable[[Api], Awaitable[Any]]
    ) -> None:
        see = self.watched.see
        # A text that was not sent is a vendor's word like any other.
        words = [word for word in (TEXT, TYPED) if word in repr(arguments)]
        said = " ".join([*words, NUMBER, *KEYS[vendor].values()])
        for name, way in WAYS.items():
            self.sandbox.reset()
            fault = way(vendor, said)
            if fault is not None:
                self.sandbox.add_fault(vendor=vendor, **{"times": None, **fault})
            client = self.make(
                vendor,
                retry=palabre.RetryPolicy.off(),
                on_request=see,
                on_response=see,
                on_error=see,
            )
            see(client)
            see(client.vendor)
            await self.watched.run(lambda client=client: call(Api(client)))  # type: ignore[misc]
            for message in self.sandbox.sent():
                self.watched.codes |= set(re.findall(r"\b\d{8}\b", message.text or ""))
            for thing in [*self.sandbox.journal(), *self.sandbox.sent()]:
                see(thing)
            # In what fails with status 200 the vendor may have put anything.
            if name == "well":
                self.watched.check_stored()
