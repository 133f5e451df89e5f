"""Sending, at WapiFlow: one content, one request, never twice."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from conftest import CLOCK, Connect
from requests_seen import Requests

import palabre

TO = "+8801988000000"
WHERE = {"mobile_code": "880", "mobile": "1988000000"}
PNG = ("picture.png", b"picture")


async def test_a_text_is_sent(connect: Connect, requests: Requests) -> None:
    sent = await connect("wapiflow").messages.send(to=TO, text="Hello")
    assert (sent.kind, sent.status, sent.status_text) == ("text", "sent", "1")
    assert sent.created_at == datetime.fromisoformat(CLOCK)
    assert sent.whatsapp_id.startswith("wamid.")
    assert requests.only()["body"] == WHERE | {"message": "Hello"}


async def test_a_second_text_goes_into_the_same_conversation(connect: Connect) -> None:
    api = connect("wapiflow")
    first = await api.messages.send(to=TO, text="Hello")
    second = await api.messages.send(to=TO, text="Are you there?")
    assert first.id != second.id
    assert first.conversation_id == second.conversation_id
    conversation = await api.conversations.get(first.conversation_id)
    assert conversation.contact.phone == TO


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        ("image", "picture.png", "image/png"),
        ("image", "picture.jpg", "image/jpeg"),
        ("document", "offer.pdf", "application/pdf"),
        ("video", "clip.mp4", "video/mp4"),
        ("audio", "voice.mp3", "audio/mpeg"),
    ],
)
async def test_a_file_is_sent_from_memory_and_from_disk(
    connect: Connect, requests: Requests, tmp_path: Path, content: str, name: str, media: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"content")
    api = connect("wapiflow")
    for file in ((name, b"content"), (name, bytearray(b"content")), path, str(path)):
        sent = await api.messages.send(to=TO, **{content: file})
        assert sent.kind == content
    bodies = [entry["body"] for entry in requests.entries()]
    file_seen = {"file_name": name, "content_type": media, "bytes": 7}
    assert bodies == [WHERE | {content: file_seen}] * 4


async def test_a_text_beside_a_file_is_its_caption(connect: Connect, requests: Requests) -> None:
    sent = await connect("wapiflow").messages.send(to=TO, image=PNG, text="Look")
    assert sent.kind == "image"
    body = requests.only()["body"]
    assert (body["message"], body["image"]["file_name"]) == ("Look", "picture.png")


@pytest.mark.parametrize(
    ("location", "fields"),
    [
        ((6.37, 2.43), {"latitude": "6.37", "longitude": "2.43"}),
        ([6.37, 2.43], {"latitude": "6.37", "longitude": "2.43"}),
        ({"latitude": -1, "longitude": 0.5}, {"latitude": "-1", "longitude": "0.5"}),
        (
            {"latitude": 6.37, "longitude": 2.43, "name": "Dantokpa", "address": "Cotonou"},
            {"latitude": "6.37", "longitude": "2.43", "name": "Dantokpa", "address": "Cotonou"},
        ),
    ],
    ids=["pair", "list", "mapping", "name and address"],
)
async def test_a_place_is_sent(
    connect: Connect, requests: Requests, location: Any, fields: dict[str, str]
) -> None:
    sent = await connect("wapiflow").messages.send(to=TO, location=location)
    assert sent.kind == "location"
    body = requests.only()["body"]
    numbers = {name: float(body[name]) for name in ("latitude", "longitude")}
    assert numbers == {name: float(fields[name]) for name in numbers}
    assert body == WHERE | fields | {name: body[name] for name in numbers}


@pytest.mark.parametrize(
    ("argument", "field", "kind"),
    [("cta_id", "cta_url_id", "cta"), ("list_id", "interactive_list_id", "list")],
)
async def test_what_is_stored_at_the_vendor_is_sent_by_its_id(
    connect: Connect, requests: Requests, argument: str, field: str, kind: str
) -> None:
    sent = await connect("wapiflow").messages.send(to=TO, **{argument: "3"})
    assert sent.kind == kind
    assert requests.only()["body"] == WHERE | {field: "3"}


async def test_the_sending_number_is_chosen(connect: Connect, requests: Requests) -> None:
    await connect("wapiflow").messages.send(to=TO, text="Hello", from_="34600000000")
    assert requests.only()["body"]["from_number"] == "34600000000"


async def test_extra_fields_go_out_beside_the_known_ones(
    connect: Connect, requests: Requests
) -> None:
    await connect("wapiflow").messages.send(to=TO, text="Hello", extra={"campaign": 7})
    assert requests.only()["body"] == WHERE | {"message": "Hello", "campaign": "7"}


async def test_a_template_is_sent_with_its_variables(connect: Connect, requests: Requests) -> None:
    sent = await connect("wapiflow").messages.send_template(
        to=TO, template="6", variables=["Awa", "42"], header_variables=("Sale",)
    )
    assert (sent.kind, sent.id, sent.status) == ("template", None, None)
    assert sent.conversation_id
    assert requests.only()["body"] == WHERE | {
        "template_id": "6",
        "body_variables[]": ["Awa", "42"],
        "header_variables[]": ["Sale"],
    }


async def test_a_template_that_is_not_approved_is_refused(connect: Connect) -> None:
    with pytest.raises(palabre.PalabreError) as caught:
        await connect("wapiflow").messages.send_template(to=TO, template="5")
    assert caught.value.outcome == "not_sent"


async def test_a_blocked_contact_is_not_written_to(connect: Connect) -> None:
    api = connect("wapiflow")
    contacts = await api.contacts.list(page_size=300).collect()
    blocked = next(contact for contact in contacts if contact.blocked)
    with pytest.raises(palabre.PalabreError) as caught:
        await api.messages.send(to=blocked.phone, text="Hello")
    assert caught.value.outcome == "not_sent"


@pytest.mark.parametrize(
    ("fault", "performed"),
    [
        ({"status": 500}, False),
        ({"status": 502, "body": "<html>Bad gateway</html>"}, False),
        ({"status": 200, "body": "<html>Welcome</html>"}, False),
        ({"close": "after"}, True),
        ({"truncate": 5}, True),
        ({"delay_ms": 3000}, True),
    ],
    ids=["500", "502 page", "200 page", "closed", "cut off", "slow"],
)
async def test_a_send_whose_outcome_is_not_known_says_so_and_is_not_repeated(
    connect: Connect,
    sandbox: palabre.Sandbox,
    requests: Requests,
    fault: dict[str, Any],
    performed: bool,
) -> None:
    sandbox.add_fault(vendor="wapiflow", operation="send_message", times=None, **fault)
    with pytest.raises(palabre.OutcomeUnknownError) as caught:
        await connect("wapiflow").messages.send(to=TO, text="A secret", timeout=0.3)
    error = caught.value
    assert (error.outcome, error.operation) == ("unknown", "messages.send")
    assert "secret" not in str(error)
    assert TO.strip("+") not in str(error)
    assert [entry["performed"] for entry in requests.entries()] in ([performed], [])


async def test_a_send_that_never_left_is_not_unknown(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    api = connect("wapiflow", retry=palabre.RetryPolicy.off())
    sandbox.close()
    with pytest.raises(palabre.UnavailableError) as caught:
        await api.messages.send(to=TO, text="Hello")
    assert caught.value.outcome == "not_sent"
