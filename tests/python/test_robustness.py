"""Answers that are not what the spec says: read as far as they go, or an error; never a panic."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from both import Api
from conftest import Connect
from verbs import SUPPORTED, VENDORS, run_once

import palabre

CALLS = [(vendor, verb) for vendor in VENDORS for verb in SUPPORTED[vendor]]
every_call = pytest.mark.parametrize(("vendor", "verb"), CALLS)
MISSING = object()
# In the place of a good value. The async client reads answers by the same code, so null is enough.
ODD = [None, MISSING, "text", -1, 1.5, 2**63, True, [None], {"a": 1}, "-009999-01-01T00:00:00Z"]


def touch(result: Any) -> None:
    """Look at everything that a result holds."""
    if isinstance(result, palabre.Table | palabre.Page):
        for row in result:
            touch(row)
        result.to_arrow().validate(full=True)
    elif isinstance(result, str):
        assert result
    elif result is not None:
        result.to_dict()
        repr(result)
        for name in ("raw", "extra"):
            getattr(result, name, None)


async def answer_of(api: Api, sandbox: palabre.Sandbox, verb: str) -> tuple[str, int, Any]:
    """The operation, status and body of the first answer to a verb's last operation."""
    await run_once(api, verb)
    journal = sandbox.journal()
    operation = journal[-1]["operation"]
    entry = next(entry for entry in journal if entry["operation"] == operation)
    sandbox.reset()
    return operation, entry["status"], json.loads(entry["response_body"])


def short(value: Any) -> Any:
    """The value with lists of at most two items."""
    if isinstance(value, list):
        return [short(item) for item in value[:2]]
    if isinstance(value, dict):
        return {name: short(item) for name, item in value.items()}
    return value


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where values are; of a list the first item only."""
    yield place
    if isinstance(value, dict):
        for name, item in value.items():
            yield from places(item, (*place, name))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*place, 0))


def changed(body: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The body with another value at a place."""
    if not place:
        return value
    body = copy.deepcopy(body)
    parent = body
    for step in place[:-1]:
        parent = parent[step]
    if value is MISSING:
        del parent[place[-1]]
    else:
        parent[place[-1]] = value
    return body


async def survives(api: Api, verb: str, where: object, status: int) -> None:
    """Do a verb; a failure has to say where it happened."""
    error = None
    try:
        touch(await run_once(api, verb))
    except palabre.PalabreError as caught:
        error = caught
    if error is not None:
        assert (error.vendor, error.operation) == (api.vendor, verb), where
        assert len(str(error).splitlines()) == 1, where
        if error.kind in ("Decode", "OutcomeUnknown"):
            assert error.status == status, (where, error)


@every_call
async def test_any_value_anywhere_is_read_or_an_error(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, verb: str
) -> None:
    api = connect(vendor, retry=palabre.RetryPolicy.off())
    operation, status, body = await answer_of(api, sandbox, verb)
    values = ODD if isinstance(api.client, palabre.Client) else [None]
    body = short(body)
    for place in places(body):
        for value in values:
            if not place and value in (None, MISSING):
                continue
            sandbox.clear_faults()
            answer = {"status": status, "body": changed(body, place, value)}
            sandbox.add_fault(vendor=vendor, operation=operation, times=None, **answer)
            await survives(api, verb, (place, value), status)


NO_ANSWERS = [
    "",
    "null",
    "{",
    "[1, 2",
    "not json",
    "<html><body>Welcome</body></html>",
    '{"data": ' * 200 + "1" + "}" * 200,
    "[" * 100_000,
    '{"status": "success"} and more',
    '{"a": 1, "a": 2}',
    "\ufeff{}",
    '"\\ud800"',
    "9" * 400,
]


@every_call
async def test_what_is_no_answer_of_the_vendor_is_an_error_or_nothing(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, verb: str
) -> None:
    api = connect(vendor, retry=palabre.RetryPolicy.off())
    operation, status, _ = await answer_of(api, sandbox, verb)
    for body in NO_ANSWERS:
        sandbox.clear_faults()
        answer = {"status": status, "body": body}
        sandbox.add_fault(vendor=vendor, operation=operation, times=None, **answer)
        await survives(api, verb, body[:20], status)


@every_call
async def test_an_answer_that_is_cut_off_is_an_error(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, verb: str
) -> None:
    api = connect(vendor, retry=palabre.RetryPolicy.off())
    operation, _, body = await answer_of(api, sandbox, verb)
    size = len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode())
    for length in (0, 1, size // 2, size - 1):
        sandbox.reset()
        # Anew: a token of before the reset is refused, on a connection that the fault then closes.
        api = connect(vendor, retry=palabre.RetryPolicy.off())
        sandbox.add_fault(vendor=vendor, operation=operation, times=None, truncate=length)
        with pytest.raises(palabre.PalabreError) as caught:
            await run_once(api, verb)
        error = caught.value
        assert (error.vendor, error.operation) == (vendor, verb)
        assert error.kind in ("Unavailable", "Decode", "OutcomeUnknown")


# Today's table reads four numbers at once, by the operation of numbers.get. A key is hidden in the
# journal, from where it would be given again.
NOT_ALIKE = ("stats.today", "numbers.api_key")


@pytest.mark.parametrize(("vendor", "verb"), [call for call in CALLS if call[1] not in NOT_ALIKE])
async def test_fields_that_nobody_knows_change_nothing(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, verb: str
) -> None:
    api = connect(vendor, retry=palabre.RetryPolicy.off())
    # Tokens and keys come first, and once.
    await run_once(api, verb)
    sandbox.reset()
    operation, status, body = await answer_of(api, sandbox, verb)
    usual = await run_once(api, verb)
    sandbox.reset()
    sandbox.add_fault(vendor=vendor, operation=operation, status=status, body=with_news(body))
    result = await run_once(api, verb)
    if isinstance(usual, palabre.Table | palabre.Page):
        assert [row.to_dict() for row in result] == [row.to_dict() for row in usual]
    elif usual is not None:
        assert result.to_dict() == usual.to_dict()


def with_news(value: Any) -> Any:
    """The value with a new field in every object whose fields the spec names."""
    if isinstance(value, list):
        return [with_news(item) for item in value]
    if isinstance(value, dict):
        free = ("meta", "header", "body", "buttons")
        fields = {name: item if name in free else with_news(item) for name, item in value.items()}
        return fields | {"news_": [1]}
    return value


@pytest.mark.parametrize(
    ("created_at", "is_read"),
    [
        ("2026-04-12T08:30:00.000Z", True),
        ("2026-04-12T08:30:00+02:00", True),
        ("0001-01-01T00:00:00Z", True),
        ("9999-12-30T00:00:00Z", True),
        ("-000001-01-01T00:00:00Z", False),
        ("0000-01-01T00:00:00Z", False),
        ("soon", False),
        ("", False),
        (None, False),
    ],
)
async def test_a_time_that_python_cannot_hold_is_none(
    connect: Connect, sandbox: palabre.Sandbox, created_at: str | None, is_read: bool
) -> None:
    replace = {"pointer": "/data/createdAt", "value": created_at}
    sandbox.add_fault(operation="get_contact", replace=replace)
    contact = await connect("msgflash").contacts.get("CONTACT_UUID_1")
    assert (contact.created_at is not None) == is_read
    assert contact.to_dict()["created_at"] == contact.created_at


@pytest.mark.parametrize("month", ["010000", "132025", "012", "", "March", None])
async def test_a_month_that_is_none_is_left_out_with_a_warning(
    connect: Connect, sandbox: palabre.Sandbox, month: str | None
) -> None:
    months = [{"monthYear": month, "totalConversations": 1}]
    replace = {"pointer": "/list", "value": months}
    sandbox.add_fault(operation="get_conversations_statistics", replace=replace)
    table = await connect("99digital").stats.monthly()
    assert [row.to_dict() for row in table] == []
    assert any("left out" in warning for warning in table.warnings)
