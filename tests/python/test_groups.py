"""Groups of contacts, at MsgFlash."""

from __future__ import annotations

import pytest
from conftest import CLOCK, Connect
from requests_seen import Requests

import palabre

VIP = {"name": "Clients VIP", "description": "Clients à forte valeur", "color": "#F59E0B"}


async def test_groups_are_listed(connect: Connect, requests: Requests) -> None:
    groups = [group async for group in connect("msgflash").groups.list(page_size=4)]
    assert len(groups) == 10
    assert requests.operations() == ["list_contact_groups"] * 3
    by_name = {group.name: group for group in groups}
    assert by_name["À trier"].contact_count == 0
    assert by_name["Bêta-testeurs"].description is None
    assert by_name["Paniers abandonnés"].color is None


async def test_groups_are_searched_at_the_vendor(connect: Connect, requests: Requests) -> None:
    groups = [group async for group in connect("msgflash").groups.list(search="presse")]
    assert [group.name for group in groups] == ["Presse"]
    assert requests.only()["query"] == {"search": "presse"}


async def test_a_group_is_read(connect: Connect) -> None:
    group = await connect("msgflash").groups.get("GROUP_ID")
    assert (group.name, group.color) == ("Équipe terrain", "#10B981")
    assert group.contact_count == 36


async def test_a_group_is_created(connect: Connect, requests: Requests) -> None:
    api = connect("msgflash")
    created = await api.groups.create(**VIP)
    assert requests.only()["body"] == VIP
    assert {name: getattr(created, name) for name in VIP} == VIP
    assert created.contact_count == 0
    read = await api.groups.get(created.id)
    assert (read.name, read.created_at.isoformat()) == (
        "Clients VIP",
        CLOCK.replace("Z", "+00:00"),
    )


async def test_an_update_sends_the_changes_only(connect: Connect, requests: Requests) -> None:
    changed = await connect("msgflash").groups.update("GROUP_ID", color="#000000")
    assert (changed.id, changed.name, changed.color) == ("GROUP_ID", "Équipe terrain", "#000000")
    assert requests.only()["body"] == {"color": "#000000"}


async def test_extra_fields_go_out_beside_the_known_ones(
    connect: Connect, requests: Requests
) -> None:
    api = connect("msgflash")
    await api.groups.create(name="Clients VIP", extra={"icon": "star"})
    await api.groups.update("GROUP_ID", extra={"icon": None})
    bodies = [entry["body"] for entry in requests.entries()]
    assert bodies == [{"name": "Clients VIP", "icon": "star"}, {"icon": None}]


async def test_a_deleted_group_is_gone_and_its_contacts_stay(connect: Connect) -> None:
    api = connect("msgflash")
    members = await api.groups.members("GROUP_ID").collect()
    assert await api.groups.delete("GROUP_ID") is None
    with pytest.raises(palabre.NotFoundError):
        await api.groups.get("GROUP_ID")
    assert (await api.contacts.get(members[0].id)).name == members[0].name


async def test_members_are_listed_page_by_page(connect: Connect, requests: Requests) -> None:
    listing = connect("msgflash").groups.members("GROUP_ID", page_size=20)
    members = [member async for member in listing]
    assert len({member.id for member in members}) == 36
    assert all(isinstance(member, palabre.Contact) for member in members)
    assert [entry["query"]["limit"] for entry in requests.entries()] == ["20", "20"]


async def test_nobody_of_the_sample_s_group_matches_the_sample_s_search(connect: Connect) -> None:
    listing = connect("msgflash").groups.members("GROUP_ID", search="awa", page_size=20)
    assert [member async for member in listing] == []


async def test_members_are_added_and_removed_with_a_report(
    connect: Connect, requests: Requests
) -> None:
    api = connect("msgflash")
    ids = ["CONTACT_UUID_1", "CONTACT_UUID_2"]
    added = await api.groups.add_members("GROUP_ID", ids)
    assert added.to_dict() == {
        "requested": 2,
        "added": 1,
        "already_in_group": 0,
        "not_found": 1,
    }
    again = await api.groups.add_members("GROUP_ID", iter(ids))
    assert (again.added, again.already_in_group) == (0, 1)
    removed = await api.groups.remove_members("GROUP_ID", (name for name in ids))
    assert (removed.requested, removed.removed, removed.not_in_group) == (2, 1, 1)
    entries = requests.entries()
    assert [entry["method"] for entry in entries] == ["POST", "POST", "DELETE"]
    assert all(entry["body"] == {"contactIds": ids} for entry in entries)


async def test_a_name_that_is_taken_is_a_conflict(connect: Connect) -> None:
    api = connect("msgflash")
    for call in (
        api.groups.create(name="Presse"),
        api.groups.update("GROUP_ID", name="Presse"),
    ):
        with pytest.raises(palabre.ConflictError) as caught:
            await call
        assert (caught.value.status, caught.value.vendor_code) == (409, "CONFLICT")
        assert caught.value.outcome == "not_sent"


async def test_one_group_more_than_the_plan_allows_is_past_a_quota(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.configure(msgflash_group_limit=10)
    with pytest.raises(palabre.QuotaExceededError) as caught:
        await connect("msgflash").groups.create(name="Clients VIP")
    assert caught.value.vendor_code == "MAX_CONTACT_GROUPS_REACHED"


@pytest.mark.parametrize("verb", ["get", "update", "delete", "add_members", "remove_members"])
async def test_a_group_that_does_not_exist_is_not_found(connect: Connect, verb: str) -> None:
    arguments = {"update": {"name": "X"}}.get(verb, {})
    ids = [["CONTACT_UUID_1"]] if "members" in verb else []
    with pytest.raises(palabre.NotFoundError) as caught:
        await getattr(connect("msgflash").groups, verb)("nothing", *ids, **arguments)
    assert (caught.value.operation, caught.value.status) == (f"groups.{verb}", 404)


async def test_members_of_a_group_that_does_not_exist_are_not_found(connect: Connect) -> None:
    with pytest.raises(palabre.NotFoundError):
        await connect("msgflash").groups.members("nothing").collect()
