"""Conversations, at WapiFlow."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from conftest import Connect
from requests_seen import Requests

import palabre

STATUSES = {"none": "0", "done": "1", "pending": "2", "important": "3", "unread": "4"}


async def test_conversations_are_listed_latest_message_first(
    connect: Connect, requests: Requests
) -> None:
    found = [conversation async for conversation in connect("wapiflow").conversations.list()]
    assert Counter(conversation.status for conversation in found) == dict.fromkeys(STATUSES, 24)
    assert requests.operations() == ["list_conversations"] * 6
    times = [conversation.last_message_at for conversation in found]
    known = [time for time in times if time is not None]
    assert known == sorted(known, reverse=True)
    assert None in times, "a conversation without a message has no time"


@pytest.mark.parametrize("status", ["done", "pending", "important", "unread"])
async def test_a_status_filters_at_the_vendor(
    connect: Connect, requests: Requests, status: str
) -> None:
    listing = connect("wapiflow").conversations.list(status=status, page_size=50)
    found = [conversation async for conversation in listing]
    number = STATUSES[status]
    assert {(entry.status, entry.status_text) for entry in found} == {(status, number)}
    assert len(found) == 24
    assert requests.only()["query"] == {"paginate": "50", "status": number}


async def test_conversations_without_a_status_cannot_be_asked_for(
    connect: Connect, requests: Requests
) -> None:
    with pytest.raises(palabre.InvalidInputError, match="status"):
        await connect("wapiflow").conversations.list(status="none").collect()
    assert requests.count() == 0


async def test_search_reaches_the_vendor(connect: Connect, requests: Requests) -> None:
    listing = connect("wapiflow").conversations.list(search="maya")
    found = [conversation async for conversation in listing]
    assert all("Maya" in conversation.contact.name for conversation in found)
    assert "2" in [conversation.id for conversation in found]
    assert requests.entries()[0]["query"] == {"search": "maya"}


async def test_a_conversation_is_read_with_its_contact_and_notes(connect: Connect) -> None:
    conversation = await connect("wapiflow").conversations.get("2")
    assert (conversation.status, conversation.status_text) == ("pending", "2")
    assert (conversation.contact_id, conversation.number_id) == ("5", "1")
    assert conversation.needs_human_reply is False
    assert conversation.last_message_at == datetime(2026, 10, 18, 9, tzinfo=UTC)
    contact = conversation.contact
    assert isinstance(contact, palabre.Contact)
    assert (contact.id, contact.name) == ("5", "Maya Friedman")
    assert contact.tags == ["vip", "newsletter"]
    assert [note.id for note in conversation.notes] == ["6", "7"]
    assert conversation.notes[0].text == "Prefers voice messages."
    assert conversation.notes[0].created_at == datetime(2026, 10, 18, 9, tzinfo=UTC)


@pytest.mark.parametrize("status", ["none", "done", "pending", "important"])
async def test_a_status_is_set(connect: Connect, requests: Requests, status: str) -> None:
    api = connect("wapiflow")
    assert await api.conversations.set_status("2", status) is None
    assert requests.only()["body"] == {"status": STATUSES[status]}
    assert (await api.conversations.get("2")).status == status


async def test_whether_unread_can_be_set_is_left_to_the_vendor(
    connect: Connect, requests: Requests
) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        await connect("wapiflow").conversations.set_status("2", "unread")
    assert (caught.value.vendor_code, caught.value.outcome) == ("validation_error", "not_sent")
    assert requests.only()["body"] == {"status": "4"}


async def test_a_conversation_that_does_not_exist_is_not_found(connect: Connect) -> None:
    api = connect("wapiflow")
    for call in (api.conversations.get("9999"), api.conversations.set_status("9999", "done")):
        with pytest.raises(palabre.NotFoundError) as caught:
            await call
        assert caught.value.status == 200, "WapiFlow reports failures with status 200"
