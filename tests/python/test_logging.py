"""Log records of `logging.getLogger("palabre")`: what, when, on which thread, and nothing private."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import logging
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import Connect
from scripts import printed
from verbs import TO

import palabre


class Kept(logging.Handler):
    """Keeps records, and the threads that they were written on."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self.threads: set[int] = set()

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
        self.threads.add(threading.get_ident())

    def lines(self) -> list[tuple[str, int]]:
        return [(record.levelname, record.palabre_attempt) for record in self.records]  # type: ignore[attr-defined]

    def texts(self) -> list[str]:
        return [record.getMessage() for record in self.records]


@pytest.fixture
def kept() -> Iterator[Kept]:
    logger = logging.getLogger("palabre")
    handler = Kept()
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)
    yield handler
    logger.setLevel(level)
    logger.removeHandler(handler)


async def test_a_call_is_one_record_at_level_info(connect: Connect, kept: Kept) -> None:
    logging.getLogger("palabre").setLevel(logging.INFO)
    await connect("msgflash").contacts.get("CONTACT_UUID_1")
    (record,) = kept.records
    assert (record.name, record.levelname) == ("palabre", "INFO")
    text = record.getMessage()
    assert text.startswith("msgflash contacts.get: GET /api/v1/contacts/{id}: 200 with ")
    assert kept.threads == {threading.get_ident()}


async def test_attempts_are_debug_and_repeats_are_warnings(
    connect: Connect, sandbox: palabre.Sandbox, kept: Kept
) -> None:
    sandbox.add_fault(operation="get_contact", status=503)
    await connect("msgflash").contacts.get("CONTACT_UUID_1")
    assert kept.lines() == [("DEBUG", 1), ("WARNING", 1), ("DEBUG", 2), ("INFO", 2)]
    assert "503 with 0 bytes" in kept.texts()[1]
    assert "Unavailable; again in " in kept.texts()[1]


async def test_a_failed_call_is_one_record_too(connect: Connect, kept: Kept) -> None:
    with pytest.raises(palabre.NotFoundError):
        await connect("msgflash").contacts.get("nobody")
    # Whether it is a problem is for whoever gets the exception to say.
    assert kept.lines() == [("DEBUG", 1), ("INFO", 1)]
    assert kept.texts()[1].endswith(", NotFound (NOT_FOUND)")


async def test_fields_are_attributes_of_the_record(connect: Connect, kept: Kept) -> None:
    await connect("msgflash", account="main").contacts.get("CONTACT_UUID_1")
    fields = {
        name.removeprefix("palabre_"): value
        for name, value in vars(kept.records[1]).items()
        if name.startswith("palabre_")
    }
    expected = {"vendor": "msgflash", "account": "main", "operation": "get_contact", "status": 200}
    assert expected.items() <= fields.items()
    assert set(fields) == {name for name in dir(palabre.ResponseEvent) if name[0] != "_"} - {
        "to_dict"
    }


async def test_the_place_of_a_record_is_the_caller(sandbox: palabre.Sandbox, kept: Kept) -> None:
    sandbox.client("msgflash").groups.list().collect()
    assert {record.filename for record in kept.records} == {"test_logging.py"}


async def test_a_veto_is_logged(connect: Connect, kept: Kept) -> None:
    def veto(event: palabre.RequestEvent) -> None:
        raise ValueError(f"not to {TO}")

    with pytest.raises(palabre.InvalidInputError):
        await connect("wapiflow", on_request=veto).messages.send(to=TO, text="Hello")
    assert kept.texts()[1].endswith("InvalidInput: on_request: vetoed by ValueError")


async def test_records_hold_nothing_private(
    connect: Connect, sandbox: palabre.Sandbox, kept: Kept
) -> None:
    api = connect("wapiflow", retry=palabre.RetryPolicy(max_attempts=2))
    body = f'{{"status": "error", "message": "Canary {TO}"}}'
    sandbox.add_fault(operation="send_message", status=400, body=body)
    sandbox.add_fault(operation="list_contacts", status=500, body=body)
    for _ in range(2):
        with contextlib.suppress(palabre.PalabreError):
            await api.messages.send(to=TO, text="Canary")
    await api.contacts.create(name="Canary Doe", phone="+8801988000001")
    await api.contacts.list(search="Canary").collect()
    assert "WARNING" in [record.levelname for record in kept.records]
    private = ["Canary", TO.removeprefix("+"), "1988000000", "1988000001"]
    private += sandbox.credentials["wapiflow"].values()
    for record in kept.records:
        shown = f"{record.getMessage()} {vars(record)!r}"
        assert [word for word in private if word in shown] == []


async def test_a_handler_that_fails_does_not_fail_the_call(
    connect: Connect, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    reported: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda it: reported.append(it.exc_value))

    def emit(record: logging.LogRecord) -> None:
        raise OSError

    monkeypatch.setattr(kept, "emit", emit)
    assert len(await connect("msgflash").groups.list().collect()) == 10
    assert {type(error) for error in reported} == {OSError}


async def test_records_of_asyncio_have_the_context_of_whoever_awaits(
    sandbox: palabre.Sandbox, kept: Kept
) -> None:
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="nobody")
    seen: list[str] = []
    kept.addFilter(lambda record: seen.append(name.get()) or True)  # type: ignore[func-returns-value]
    client = sandbox.async_client("msgflash")

    async def read(who: str) -> None:
        name.set(who)
        await client.groups.list().collect()

    await asyncio.gather(read("a"), read("b"))
    assert sorted(seen) == ["a", "a", "b", "b"]


def test_nobody_who_has_not_imported_logging_pays_for_it() -> None:
    output = printed(
        """
        import sys, palabre
        with palabre.Sandbox() as sandbox:
            sandbox.client("msgflash").groups.list().collect()
            print("logging" in sys.modules, "palabre._logging" in sys.modules)
            import logging
            logging.basicConfig(level="INFO", stream=sys.stdout, format="%(levelname)s %(message).30s")
            sandbox.client("msgflash").groups.list().collect()
        """
    )
    assert output == "False False\nINFO msgflash groups.list: GET /api\n"


def test_a_program_that_does_not_set_up_logging_sees_no_warnings() -> None:
    output = printed(
        """
        import logging, palabre
        with palabre.Sandbox() as sandbox:
            sandbox.add_fault(operation="list_contact_groups", status=503)
            print(len(sandbox.client("msgflash").groups.list().collect()))
        """
    )
    assert output == "10\n"
