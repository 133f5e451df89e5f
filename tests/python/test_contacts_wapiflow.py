"""Contacts at WapiFlow: numbered pages, forms, names in two parts, updates that replace."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Connect
from requests_seen import Requests

import palabre

PHONE = "+8801712345678"


async def test_contacts_are_listed_page_by_page(connect: Connect, requests: Requests) -> None:
    contacts = [contact async for contact in connect("wapiflow").contacts.list()]
    assert len({contact.id for contact in contacts}) == 264
    queries = [entry["query"] for entry in requests.entries()]
    assert queries[0] == {}
    assert [query["page"] for query in queries[1:]] == [str(page) for page in range(2, 15)]


async def test_a_contact_has_a_name_in_two_parts_and_an_address(connect: Connect) -> None:
    contact = await connect("wapiflow").contacts.get("5")
    assert (contact.name, contact.given_name, contact.family_name) == (
        "Maya Friedman",
        "Maya",
        "Friedman",
    )
    assert contact.phone == "+972545483482"
    assert (contact.address.city, contact.address.country) == ("Haifa", "Israel")
    assert contact.address.state is None, "the vendor writes an empty text for nothing"
    assert (contact.blocked, contact.tags, contact.meta) == (False, None, None)


async def test_one_contact_is_found_by_reading_the_list(
    connect: Connect, requests: Requests
) -> None:
    await connect("wapiflow").contacts.get("5")
    assert requests.operations() == ["list_contacts"] * 3
    assert [entry["query"]["paginate"] for entry in requests.entries()] == ["100"] * 3


async def test_a_contact_that_is_on_no_page_is_not_found(connect: Connect) -> None:
    with pytest.raises(palabre.NotFoundError):
        await connect("wapiflow").contacts.get("999999")


async def test_a_whole_name_is_split_at_the_first_space(
    connect: Connect, requests: Requests
) -> None:
    created = await connect("wapiflow").contacts.create(name="Awa Maria Doe", phone=PHONE)
    assert (created.name, created.given_name, created.family_name) == (
        "Awa Maria Doe",
        "Awa",
        "Maria Doe",
    )
    assert (created.phone, created.address.country) == (PHONE, "Bangladesh")
    assert requests.only()["body"] == {
        "firstname": "Awa",
        "lastname": "Maria Doe",
        "mobile_code": "880",
        "mobile": "1712345678",
    }


async def test_address_and_image_go_out_in_a_multipart_form(
    connect: Connect, requests: Requests, tmp_path: Path
) -> None:
    picture = tmp_path / "portrait.png"
    picture.write_bytes(b"picture")
    await connect("wapiflow").contacts.create(
        given_name="Awa",
        family_name="Doe",
        phone=PHONE,
        address={"city": "Dhaka", "post_code": "1207"},
        image=picture,
    )
    entry = requests.only()
    assert entry["content_type"].startswith("multipart/form-data")
    assert (entry["body"]["city"], entry["body"]["post_code"]) == ("Dhaka", "1207")
    image = entry["body"]["profile_image"]
    assert image == {"file_name": "portrait.png", "content_type": "image/png", "bytes": 7}


async def test_an_update_reads_the_contact_and_sends_all_of_it(
    connect: Connect, requests: Requests
) -> None:
    changed = await connect("wapiflow").contacts.update("5", name="Maya Levi")
    assert (changed.name, changed.phone) == ("Maya Levi", "+972545483482")
    assert requests.operations()[-1] == "update_contact"
    assert requests.entries()[-1]["body"] == {
        "firstname": "Maya",
        "lastname": "Levi",
        "mobile_code": "972",
        "mobile": "545483482",
        "city": "Haifa",
        "post_code": "7260",
    }


async def test_an_update_of_a_known_contact_reads_nothing(
    connect: Connect, requests: Requests
) -> None:
    api = connect("wapiflow")
    current = await api.contacts.get("5")
    requests.forget()
    changed = await api.contacts.update("5", address={"city": "Tel Aviv"}, current=current)
    assert changed.address.city == "Tel Aviv"
    assert requests.operations() == ["update_contact"]


async def test_another_contact_is_not_taken_for_the_current_one(
    connect: Connect, requests: Requests
) -> None:
    api = connect("wapiflow")
    other = await api.contacts.get("5")
    requests.forget()
    with pytest.raises(palabre.InvalidInputError, match="current"):
        await api.contacts.update("6", name="Maya Levi", current=other)
    assert requests.count() == 0


async def test_a_contact_with_messages_is_not_deleted(connect: Connect) -> None:
    api = connect("wapiflow")
    with pytest.raises(palabre.ConflictError) as caught:
        await api.contacts.delete("5")
    assert (caught.value.status, caught.value.vendor_code) == (200, "contact_error")
    assert (await api.contacts.get("5")).id == "5"


async def test_a_contact_without_messages_is_deleted(connect: Connect) -> None:
    api = connect("wapiflow")
    created = await api.contacts.create(name="Awa Doe", phone=PHONE)
    assert await api.contacts.delete(created.id) is None
    with pytest.raises(palabre.NotFoundError):
        await api.contacts.delete(created.id)


async def test_many_are_deleted_one_by_one_with_the_same_report(
    connect: Connect, requests: Requests
) -> None:
    api = connect("wapiflow")
    created = await api.contacts.create(name="Awa Doe", phone=PHONE)
    requests.forget()
    report = await api.contacts.delete_many([created.id, "999999", "5"])
    assert requests.operations() == ["delete_contact"] * 3
    assert (report.requested, report.deleted, report.not_found) == (3, [created.id], ["999999"])
    (refused,) = report.refused
    assert refused.id == "5"
    assert refused.message
    assert report.to_dict()["refused"] == [{"id": "5", "message": refused.message}]


@pytest.mark.parametrize("options", [{"tags": ["vip"]}, {"meta": {"city": "Dhaka"}}])
async def test_what_the_vendor_cannot_take_is_refused(
    connect: Connect, requests: Requests, options: dict[str, object]
) -> None:
    api = connect("wapiflow")
    for call in (
        api.contacts.create(name="Awa Doe", phone=PHONE, **options),
        api.contacts.update("5", **options),
    ):
        with pytest.raises(palabre.UnsupportedError, match=next(iter(options))):
            await call
    assert requests.count() == 0
