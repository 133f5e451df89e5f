"""Sending at ReachFlow, MsgFlash and 99digital: now, later, to many, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from conftest import Connect
from requests_seen import Requests
from verbs import NUMBERS

import palabre

TO = "+22901000000"
PROVIDER = "a3f1b2c4-1234-4abc-9def-000011112222"
INSTANCE = NUMBERS["msgflash"]
PERSON = "+972541112233"
LINK = "https://shop.example/menu.png"
BOTH = pytest.mark.parametrize("vendor", ["reachflow", "msgflash"])


def sender(vendor: str) -> dict[str, Any]:
    """ReachFlow has several numbers that are connected."""
    return {"from_": PROVIDER} if vendor == "reachflow" else {}


@BOTH
async def test_a_text_is_taken_and_its_way_can_be_followed(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str
) -> None:
    api = connect(vendor)
    sent = await api.messages.send(to=TO, text="Bonjour", **sender(vendor))
    assert (sent.status, sent.direction, sent.to, sent.kind) == ("queued", "outbound", TO, "text")
    sandbox.set_time("2026-11-15T12:00:30Z")
    read = await api.messages.get(sent.id)
    assert (read.id, read.status, read.number_id) == (sent.id, "delivered", sent.number_id)


async def test_a_message_of_which_nobody_knows_is_not_found(connect: Connect) -> None:
    for vendor in ("reachflow", "msgflash"):
        with pytest.raises(palabre.NotFoundError):
            await connect(vendor).messages.get("1e7d4b2a-0000-4d5e-9a6b-0c1d2e3f4a5b")


@pytest.mark.parametrize("vendor", ["reachflow", "msgflash", "99digital"])
async def test_a_file_is_sent_by_its_address_and_in_no_other_way(
    connect: Connect, requests: Requests, vendor: str
) -> None:
    api = connect(vendor)
    sent = await api.messages.send(to=TO, image=LINK, text="Menu", **sender(vendor))
    assert sent.kind == "image"
    assert LINK in requests.entries()[-1]["body"].values()
    count = requests.count()
    with pytest.raises(palabre.UnsupportedError) as caught:
        await api.messages.send(to=TO, image=("menu.png", b"\x89PNG"), **sender(vendor))
    assert caught.value.outcome == "not_sent"
    assert 'image="https://' in (caught.value.hint or "")
    with pytest.raises(palabre.InvalidInputError):
        await api.messages.send(to=TO, image="http://shop.example/menu.png", **sender(vendor))
    assert requests.count() == count


@BOTH
@pytest.mark.parametrize(
    "at",
    [
        "2026-12-24T08:00:00+01:00",
        datetime(2026, 12, 24, 7, tzinfo=UTC),
        datetime(2026, 12, 24, 9, tzinfo=timezone(timedelta(hours=2))),
    ],
    ids=["text", "utc", "another zone"],
)
async def test_a_text_is_left_for_later(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, at: Any
) -> None:
    api = connect(vendor)
    left = await api.messages.schedule(at=at, to=TO, text="Joyeux Noël", **sender(vendor))
    assert left.scheduled_at == datetime(2026, 12, 24, 7, tzinfo=UTC)
    assert left.status == "queued"
    sandbox.set_time("2026-12-24T07:00:30Z")
    assert (await api.messages.get(left.id)).status == "delivered"


@pytest.mark.parametrize(
    ("at", "error"),
    [
        (datetime(2026, 12, 24, 7), palabre.InvalidInputError),
        ("2026-12-24T08:00:00", palabre.InvalidInputError),
        ("tomorrow", palabre.InvalidInputError),
        (1798099200, TypeError),
    ],
    ids=["naive", "no zone", "words", "number"],
)
async def test_a_time_that_is_not_clear_is_refused_by_name(
    connect: Connect, sandbox: palabre.Sandbox, at: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="at"):
        await connect("msgflash").messages.schedule(at=at, to=TO, text="Bonjour")
    assert sandbox.journal() == []


async def test_a_template_is_left_for_later_and_goes_with_nothing_else(
    connect: Connect, requests: Requests
) -> None:
    api = connect("msgflash")
    template = {"template": "7c6b5a49-3827-4165-8f0e-1d2c3b4a5968", "variables": {"custom.code": 1}}
    left = await api.messages.schedule(at="2026-12-24T08:00:00Z", to=TO, **template)
    assert left.kind == "template"
    body = requests.entries()[-1]["body"]
    assert body["templateId"] == template["template"]
    requests.forget()
    for other in ({"text": "Hello"}, {"image": LINK}, {"idempotency_key": "a"}):
        with pytest.raises(palabre.InvalidInputError, match=next(iter(other))):
            await api.messages.schedule(at="2026-12-24T08:00:00Z", to=TO, **template, **other)
    with pytest.raises(palabre.InvalidInputError, match="variables"):
        await api.messages.schedule(at="2026-12-24T08:00:00Z", to=TO, text="Hi", variables=["a"])
    assert requests.count() == 0


async def test_one_text_goes_to_many_and_who_is_refused_is_told(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    awa = {"to": TO, "variables": {"name": "Awa", "count": 2}}
    koffi = {"to": "+22901000001", "variables": {"name": "Koffi"}}
    report = await connect("reachflow").messages.send_bulk(
        "Bonjour {{name}}, {{count}} messages", [awa, koffi], from_=PROVIDER
    )
    assert (report.accepted, report.rejected, len(report.message_ids)) == (1, 1, 1)
    (refused,) = report.rejections
    assert refused.to == "+22901000001"
    assert refused.reason
    assert [(each.to, each.text) for each in sandbox.sent() if each.accepted] == [
        (TO, "Bonjour Awa, 2 messages")
    ]


@pytest.mark.parametrize(
    ("recipients", "error"),
    [
        ([], palabre.InvalidInputError),
        ([TO, TO], palabre.InvalidInputError),
        (["Awa"], palabre.InvalidInputError),
        ([{"variables": {}}], palabre.InvalidInputError),
        ([{"to": TO, "name": "Awa"}], palabre.InvalidInputError),
        ([7], TypeError),
        (TO, TypeError),
        (None, TypeError),
    ],
    ids=["nobody", "twice", "no number", "no to", "unknown field", "an int", "a text", "none"],
)
async def test_recipients_that_make_no_sense_are_refused(
    connect: Connect, sandbox: palabre.Sandbox, recipients: Any, error: type[Exception]
) -> None:
    with pytest.raises(error, match="recipients"):
        await connect("reachflow").messages.send_bulk("Bonjour", recipients, from_=PROVIDER)
    assert sandbox.journal() == []


async def test_messages_are_listed_with_filters(connect: Connect, requests: Requests) -> None:
    api = connect("msgflash")
    failed = await api.messages.list(status="failed", number="+22997000000").collect()
    assert {message.status for message in failed} == {"failed"}
    assert requests.entries()[-1]["query"]["instanceId"] == INSTANCE
    with pytest.raises(palabre.InvalidInputError, match="status"):
        await api.messages.list(status="lost").collect()
    with pytest.raises(palabre.UnsupportedError, match="to"):
        await api.messages.list(to=TO).collect()

    talk = await connect("99digital").messages.list(to=PERSON).collect()
    assert {message.direction for message in talk} == {"inbound", "outbound"}
    assert {message.status for message in talk} == {None, "unknown"}
    with pytest.raises(palabre.UnsupportedError, match="status"):
        await connect("99digital").messages.list(status="read").collect()


async def test_what_a_person_wrote_is_marked_as_read(connect: Connect, requests: Requests) -> None:
    api = connect("99digital")
    assert await api.messages.mark_read(PERSON) is None
    assert await api.messages.mark_read(to=PERSON, from_="972501234567") is None
    assert requests.operations() == ["mark_as_read"] * 2
    with pytest.raises(palabre.NotFoundError):
        await api.messages.mark_read("+972599999999")
    with pytest.raises(palabre.InvalidInputError, match="to"):
        await api.messages.mark_read("0541112233")


async def test_a_key_of_the_caller_s_is_sent_once_however_often_it_is_given(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    api = connect("reachflow")
    keyed = {"to": TO, "text": "Bonjour", "idempotency_key": "order-1042", **sender("reachflow")}
    first = await api.messages.send(**keyed)
    assert (await api.messages.send(**keyed)).id == first.id
    headers = [entry["headers"]["idempotency-key"] for entry in requests.entries()]
    assert headers == ["order-1042"] * 2
    assert sum(each.accepted for each in sandbox.sent()) == 1
    with pytest.raises(palabre.ConflictError) as caught:
        await api.messages.send(**{**keyed, "text": "Another"})
    assert caught.value.outcome == "not_sent"


async def test_without_an_answer_a_send_with_a_key_is_tried_again_and_done_once(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    sandbox.add_fault(vendor="reachflow", operation="send_message", close="after")
    sent = await connect("reachflow").messages.send(to=TO, text="Bonjour", from_=PROVIDER)
    assert sent.status == "queued"
    keys = {entry["headers"]["idempotency-key"] for entry in requests.entries()}
    assert (requests.count(), len(keys)) == (2, 1)
    assert sum(each.accepted for each in sandbox.sent()) == 1


async def test_without_an_answer_a_send_without_a_key_is_not_repeated(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    sandbox.add_fault(vendor="msgflash", operation="send_message", close="after")
    with pytest.raises(palabre.OutcomeUnknownError):
        await connect("msgflash").messages.send(to=TO, text="Bonjour")
    assert requests.operations() == ["list_instances", "send_message"]


async def test_of_several_numbers_one_is_asked_for_by_name(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    with pytest.raises(palabre.InvalidInputError, match="from_") as caught:
        await connect("reachflow").messages.send(to=TO, text="Bonjour")
    assert PROVIDER in (caught.value.hint or "")
    assert "22997000000" not in (caught.value.hint or "")
    assert caught.value.outcome == "not_sent"
    assert sandbox.sent() == []


async def test_numbers_that_cannot_be_looked_up_leave_the_message_unsent(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    api = connect("msgflash", retry=palabre.RetryPolicy.off())
    for fault in ({"status": 500}, {"close": "after"}, {"status": 200, "body": {}}):
        sandbox.add_fault(vendor="msgflash", operation="list_instances", **fault)
        with pytest.raises(palabre.PalabreError) as caught:
            await api.messages.send(to=TO, text="Bonjour")
        assert (caught.value.outcome, caught.value.operation) == ("not_sent", "messages.send")
    assert sandbox.sent() == []
