"""`call` reaches any operation of a spec and gives plain data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conftest import Connect
from operations import ARGUMENTS, CALLS, WHERE
from referee import spec
from requests_seen import Requests
from verbs import VENDORS

import palabre


def test_every_operation_of_every_spec_is_called_here() -> None:
    for vendor in VENDORS:
        assert set(ARGUMENTS[vendor]) == set(spec(vendor).operations)


@pytest.mark.parametrize(("vendor", "operation"), CALLS)
async def test_an_operation_answers_plain_data(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, operation: str
) -> None:
    arguments = ARGUMENTS[vendor][operation]
    answer = await connect(vendor).call(operation, **arguments)
    entry = sandbox.journal()[-1]
    assert entry["operation"] == operation
    method, path = spec(vendor).places[operation]
    assert entry["method"] == method
    assert entry["path"].endswith(path.format(**arguments))
    assert type(answer) in (dict, list)
    assert answer


async def test_the_answer_is_the_vendor_s_with_secrets_replaced(
    connect: Connect, requests: Requests
) -> None:
    answer = await connect("99digital").call("get_whatsapp")
    assert answer["totalWhatsApp"] == len(answer["list"]) == 5
    assert {number["apiKey"] for number in answer["list"]} == {"***"}
    assert requests.tokens() == 1


async def test_an_empty_answer_is_none(connect: Connect, sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="delete_contact_group", status=204)
    assert await connect("msgflash").call("delete_contact_group", groupId="GROUP_ID") is None


async def test_files_are_sent_from_disk_and_from_memory(
    connect: Connect, requests: Requests, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"picture")
    for file in (path, ("picture.png", b"picture"), ("picture.png", memoryview(b"picture"))):
        await connect("wapiflow").call("send_message", image=file, **WHERE)
    seen = {"file_name": "picture.png", "content_type": "image/png", "bytes": 7}
    assert [entry["body"]["image"] for entry in requests.entries()] == [seen] * 3


async def test_a_tuple_of_texts_is_a_list_and_not_a_file(
    connect: Connect, requests: Requests
) -> None:
    await connect("msgflash").call("bulk_delete_contacts", contactIds=("a", "b"))
    assert requests.only()["body"] == {"contactIds": ["a", "b"]}


async def test_none_leaves_an_argument_out(connect: Connect, requests: Requests) -> None:
    await connect("msgflash").call("list_contacts", search=None, limit=1)
    assert requests.only()["query"] == {"limit": "1"}


@pytest.mark.parametrize(
    ("operation", "arguments", "argument"),
    [
        ("list_everything", {}, "operation"),
        ("", {}, "operation"),
        ("get_contact", {"id": "a", "colour": "red"}, "colour"),
        ("get_contact", {}, "id"),
        ("get_contact", {"id": None}, "id"),
        ("get_contact", {"id": ".."}, "id"),
        ("get_contact", {"id": ""}, "id"),
        ("get_contact", {"id": ("a.png", b"x")}, "id"),
        ("list_contacts", {"limit": 101}, "limit"),
        ("create_contact", {"name": "Awa"}, "phone"),
        ("create_contact", {"name": "Awa", "phone": 22901000000}, "phone"),
        ("create_contact", {"name": "Awa", "phone": "+2290", "meta": {"a": {1}}}, "meta.a"),
        ("create_contact", {"name": ("a.png", b"x"), "phone": "+2290"}, "name"),
        ("create_contact", {"name": Path("/no/such.png"), "phone": "+2290"}, "name"),
        ("bulk_delete_contacts", {"contactIds": ["a"] * 501}, "contactIds"),
        ("bulk_delete_contacts", {"contactIds": []}, "contactIds"),
    ],
)
async def test_a_wrong_operation_or_argument_is_named_and_nothing_is_sent(
    connect: Connect,
    sandbox: palabre.Sandbox,
    operation: str,
    arguments: dict[str, Any],
    argument: str,
) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        await connect("msgflash").call(operation, **arguments)
    assert caught.value.message.startswith(f"{argument}: ")
    assert caught.value.vendor == "msgflash"
    assert sandbox.journal() == []


async def test_an_unknown_operation_is_answered_with_the_known_ones(connect: Connect) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        await connect("reachflow").call("list_contacts")
    assert all(name in str(caught.value) for name in ARGUMENTS["reachflow"])


async def test_an_unknown_argument_is_answered_with_the_known_ones(connect: Connect) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        await connect("msgflash").call("list_contacts", size=5)
    assert all(name in str(caught.value) for name in ("limit", "cursor", "search"))


async def test_a_failure_is_the_error_of_its_kind(connect: Connect) -> None:
    with pytest.raises(palabre.NotFoundError) as caught:
        await connect("msgflash").call("get_contact", id="nobody")
    assert caught.value.operation == "get_contact"
    with pytest.raises(palabre.NotFoundError) as caught:
        await connect("wapiflow").call("delete_contact", contactId="999999")
    assert caught.value.status == 200


async def test_a_generic_write_is_not_tried_again_either(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    sandbox.add_fault(operation="send_message", close="after", times=None)
    with pytest.raises(palabre.OutcomeUnknownError):
        await connect("wapiflow").call("send_message", message="Hello", **WHERE)
    assert requests.count() == 1


async def test_a_time_out_is_of_the_call(connect: Connect, sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="get_contact", delay_ms=3000)
    with pytest.raises(palabre.TimeoutError):
        await connect("msgflash").call("get_contact", id="CONTACT_UUID_1", timeout=0.2)
