"""Contacts at MsgFlash: cursor paging, JSON bodies, bulk deletion."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import CLOCK, Connect
from requests_seen import Requests

import palabre

AWA = {"name": "Awa Doe", "phone": "+2290101000000"}


async def test_contacts_are_listed_page_by_page(connect: Connect, requests: Requests) -> None:
    contacts = [contact async for contact in connect("msgflash").contacts.list()]
    assert len({contact.id for contact in contacts}) == 324
    assert requests.operations() == ["list_contacts"] * 7
    sent = [entry["query"] for entry in requests.entries()]
    assert sent[0] == {}
    assert all(set(query) == {"cursor"} for query in sent[1:])


async def test_a_listed_contact_has_tags_and_no_free_fields(connect: Connect) -> None:
    contacts = [contact async for contact in connect("msgflash").contacts.list(search="Koffi M")]
    (koffi,) = [contact for contact in contacts if contact.id == "CONTACT_UUID_1"]
    assert (koffi.name, koffi.given_name, koffi.family_name) == ("Koffi Mensah", None, None)
    assert koffi.phone.startswith("+233")
    assert set(koffi.tags) == {"vip", "livraison", "grossiste"}
    assert koffi.meta is None
    assert koffi.created_at == datetime(2025, 5, 24, tzinfo=UTC)


async def test_search_and_page_size_reach_the_vendor(connect: Connect, requests: Requests) -> None:
    listing = connect("msgflash").contacts.list(search="awa", page_size=10)
    found = [contact async for contact in listing]
    assert found
    assert all("awa" in contact.name.lower() for contact in found)
    assert requests.entries()[0]["query"] == {"limit": "10", "search": "awa"}


async def test_a_contact_is_read_with_its_free_fields(connect: Connect, requests: Requests) -> None:
    contact = await connect("msgflash").contacts.get("CONTACT_UUID_1")
    assert contact.meta == {"city": "Tamale", "points": 0}
    assert requests.only()["path"] == "/msgflash/api/v1/contacts/CONTACT_UUID_1"


async def test_a_contact_is_created_with_everything_that_is_given(
    connect: Connect, requests: Requests
) -> None:
    given = AWA | {"tags": ["vip"], "meta": {"city": "Cotonou", "visits": [1, 2.5, None, True]}}
    api = connect("msgflash")
    created = await api.contacts.create(**given)
    assert requests.only()["body"] == given
    assert (created.name, created.phone) == (AWA["name"], AWA["phone"])
    assert created.tags is None, "the answer does not hold them: not known, and not empty"
    read = await api.contacts.get(created.id)
    assert (read.tags, read.meta) == (given["tags"], given["meta"])
    assert read.created_at == datetime.fromisoformat(CLOCK)


async def test_extra_fields_go_out_beside_the_known_ones(
    connect: Connect, requests: Requests
) -> None:
    await connect("msgflash").contacts.create(**AWA, extra={"temperature": "hot"})
    assert requests.only()["body"] == AWA | {"temperature": "hot"}


async def test_an_empty_list_is_sent_and_nothing_is_not(
    connect: Connect, requests: Requests
) -> None:
    await connect("msgflash").contacts.create(**AWA, tags=[], meta={})
    assert requests.only()["body"] == AWA | {"tags": [], "meta": {}}


async def test_an_update_sends_the_changes_only(connect: Connect, requests: Requests) -> None:
    api = connect("msgflash")
    changed = await api.contacts.update("CONTACT_UUID_1", tags=["lead"])
    assert (changed.id, changed.name, changed.tags) == ("CONTACT_UUID_1", "Koffi Mensah", ["lead"])
    entry = requests.only()
    assert (entry["method"], entry["body"]) == ("PUT", {"tags": ["lead"]})


async def test_a_deleted_contact_is_gone(connect: Connect, requests: Requests) -> None:
    api = connect("msgflash")
    assert await api.contacts.delete("CONTACT_UUID_1") is None
    for call in (api.contacts.get, api.contacts.delete):
        with pytest.raises(palabre.NotFoundError):
            await call("CONTACT_UUID_1")
    assert requests.operations() == ["delete_contact", "get_contact", "delete_contact"]


async def test_bulk_deletion_says_what_became_of_each(connect: Connect, requests: Requests) -> None:
    report = await connect("msgflash").contacts.delete_many(
        ["CONTACT_UUID_1", "CONTACT_UUID_2", "CONTACT_UUID_1"]
    )
    assert report.to_dict() == {
        "requested": 2,
        "deleted": ["CONTACT_UUID_1"],
        "not_found": ["CONTACT_UUID_2"],
        "refused": [],
        "unknown": [],
        "not_attempted": [],
    }
    assert requests.only()["body"] == {"contactIds": ["CONTACT_UUID_1", "CONTACT_UUID_2"]}


@pytest.mark.parametrize(
    ("count", "chunks"), [(500, [500]), (501, [500, 1]), (1200, [500, 500, 200])]
)
async def test_bulk_deletion_is_cut_at_the_vendor_s_limit(
    connect: Connect, requests: Requests, count: int, chunks: list[int]
) -> None:
    ids = (f"id-{number}" for number in range(count))
    report = await connect("msgflash").contacts.delete_many(ids)
    assert [len(entry["body"]["contactIds"]) for entry in requests.entries()] == chunks
    assert report.requested == len(report.not_found) == count


async def test_the_groups_of_a_contact_are_listed(connect: Connect, requests: Requests) -> None:
    api = connect("msgflash")
    await api.groups.add_members("GROUP_ID", ["CONTACT_UUID_1"])
    requests.forget()
    groups = [group async for group in api.contacts.groups("CONTACT_UUID_1")]
    assert "GROUP_ID" in [group.id for group in groups]
    assert requests.only()["path"].endswith("/contacts/CONTACT_UUID_1/groups")


async def test_a_number_that_the_vendor_refuses_is_a_wrong_argument(
    connect: Connect, requests: Requests
) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        await connect("msgflash").contacts.create(name="Awa Doe", phone="+12")
    assert (caught.value.status, caught.value.vendor_code) == (400, "VALIDATION_ERROR")
    assert requests.count() == 1


async def test_a_number_without_a_country_code_is_refused_and_not_completed(
    connect: Connect, requests: Requests
) -> None:
    api = connect("msgflash").contacts
    for call in (api.create(name="Awa Doe", phone="0612345678"), api.update("1", phone="06")):
        with pytest.raises(palabre.InvalidInputError, match="phone"):
            await call
    assert requests.count() == 0


@pytest.mark.parametrize("option", ["given_name", "family_name", "address", "image"])
async def test_what_the_vendor_cannot_take_is_refused(
    connect: Connect, requests: Requests, option: str
) -> None:
    value = {"address": {"city": "Cotonou"}, "image": ("me.png", b"picture")}.get(option, "Awa")
    api = connect("msgflash")
    for call in (
        api.contacts.create(**AWA, **{option: value}),
        api.contacts.update("CONTACT_UUID_1", **{option: value}),
    ):
        with pytest.raises(palabre.UnsupportedError, match=option):
            await call
    assert requests.count() == 0
