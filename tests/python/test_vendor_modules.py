"""The Python that is written for a spec with everything: names, nulls, files, types."""

from __future__ import annotations

import importlib.util
import typing
from pathlib import Path
from typing import Any

import pytest
import typeguard

import palabre

GOLDEN = Path(__file__).parents[1] / "golden" / "python" / "kitchen_sink.py"


def load() -> Any:
    found = importlib.util.spec_from_file_location("kitchen_sink", GOLDEN)
    assert found is not None
    assert found.loader is not None
    module = importlib.util.module_from_spec(found)
    found.loader.exec_module(module)
    return module


KITCHEN = load()


class Recorder:
    """A client that sends nothing and remembers what it was asked."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def call(self, operation: str, /, **arguments: Any) -> Any:
        self.calls.append((operation, arguments))
        return "the answer"


class AsyncRecorder(Recorder):
    """The same, to be awaited."""

    async def call(self, operation: str, /, **arguments: Any) -> Any:
        return super().call(operation, **arguments)


def sent(operation: str, **arguments: Any) -> dict[str, Any]:
    """What a method asks its client for."""
    recorder = Recorder()
    answer = getattr(KITCHEN.Operations(recorder), operation)(**arguments)
    assert answer == "the answer"
    ((called, given),) = recorder.calls
    assert called == operation
    return given


def test_arguments_go_out_under_their_names_on_the_wire() -> None:
    given = sent(
        "attach_file",
        X_Trace="t",
        slot=1,
        message_id="m",
        file=("cat.png", b"cat"),
        labels=["grey"],
        pages=(1, 2),
    )
    assert given == {
        "X-Trace": "t",
        "slot": 1,
        "message_id": "m",
        "file": ("cat.png", b"cat"),
        "labels[]": ["grey"],
        "pages[]": (1, 2),
        "timeout": None,
        "retry": None,
        "extra": {},
    }
    assert sent("count_messages", from_="012025")["from"] == "012025"


def test_null_is_sent_where_the_vendor_takes_it_and_nowhere_else() -> None:
    message = {"to": "+22901000000", "content": {"text": "Hello"}}
    assert "tags" not in sent("send_message", **message)
    assert sent("send_message", **message, tags=None)["tags"] is None
    assert sent("send_message", **message, tags=[])["tags"] == []
    assert "state" not in sent("send_message", **message, state=None)


def test_false_zero_and_empty_are_something() -> None:
    assert sent("set_consent", contact_id="c", agreed=False, weight=0, note="") == {
        "contact_id": "c",
        "agreed": False,
        "weight": 0,
        "note": "",
        "timeout": None,
        "retry": None,
        "extra": {},
    }


def test_a_text_is_the_path_of_a_file() -> None:
    given = sent("attach_file", X_Trace="t", slot=1, message_id="m", file="cat.png", labels=[])
    assert given["file"] == Path("cat.png")


def test_time_out_retries_and_extra_are_passed_on() -> None:
    options = {"timeout": 5, "retry": palabre.RetryPolicy.off(), "extra": {"fields": "all"}}
    assert sent("get_message", message_id="m", **options) == {"message_id": "m", **options}


async def test_the_async_methods_wait_for_the_answer() -> None:
    recorder = AsyncRecorder()
    operations = KITCHEN.AsyncOperations(recorder)
    assert await operations.get_message(message_id="m") == "the answer"
    given = {"message_id": "m", "timeout": None, "retry": None, "extra": {}}
    assert recorder.calls == [("get_message", given)]


def test_an_argument_that_is_named_like_one_of_call_goes_out_as_extra() -> None:
    recorder = Recorder()
    operations = KITCHEN.Operations(recorder)
    operations._call("wait", {"timeout": 9, "id": "a"}, extra={"b": 1}, timeout=5, retry=None)
    assert recorder.calls == [
        ("wait", {"id": "a", "timeout": 5, "retry": None, "extra": {"b": 1, "timeout": 9}}),
    ]


@pytest.mark.parametrize(
    ("name", "value", "fits"),
    [
        ("Person", {"name": "Awa"}, True),
        ("Person", {"name": "Awa", "phone": None}, True),
        ("Person", {"phone": "1"}, False),
        ("NewMessage", {"to": "1", "from": "2", "content": {"text": "Hello"}}, True),
        ("NewMessage", {"to": "1"}, False),
        ("NewMessage", {"to": "1", "content": {"latitude": 6, "longitude": 2.4}}, True),
        ("Attachment", {"file": "a.png", "labels[]": ["a"]}, True),
        ("Attachment", {"file": "a.png", "labels": ["a"]}, False),
        ("MessageState", "read", True),
        ("MessageState", 7, False),
        ("Priority", 3, True),
    ],
)
def test_types_say_what_the_spec_says(name: str, value: object, fits: bool) -> None:
    kind = getattr(KITCHEN, name)
    if fits:
        typeguard.check_type(value, kind)
        return
    with pytest.raises(typeguard.TypeCheckError):
        typeguard.check_type(value, kind)


def test_what_is_required_is_known_at_run_time_too() -> None:
    assert KITCHEN.Person.__required_keys__ == {"name"}
    assert KITCHEN.Person.__optional_keys__ == {"phone"}
    assert KITCHEN.Attachment.__required_keys__ == {"file", "labels[]"}


def test_several_successes_are_alternatives() -> None:
    told = typing.get_type_hints(KITCHEN.Operations.send_message)["return"]
    assert set(typing.get_args(told)) == {
        KITCHEN.SentMessage,
        KITCHEN.QueuedMessage,
        type(None),
    }
    assert typing.get_type_hints(KITCHEN.Operations.delete_messages)["return"] is type(None)
