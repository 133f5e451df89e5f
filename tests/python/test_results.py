"""Result objects: frozen, comparable, plain data on demand, discreet when printed."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from conftest import Connect

import palabre

RESULTS = [
    "Number",
    "DayCounters",
    "MonthCounters",
    "Contact",
    "Address",
    "Group",
    "Conversation",
    "Note",
    "Message",
    "Template",
    "MonthlyStatistic",
    "DailyStatistic",
    "DeleteReport",
    "DeleteFailure",
    "AddReport",
    "RemoveReport",
    "BulkReport",
    "Rejection",
    "SentOtp",
    "OtpCheck",
]
RECORDS = ["Number", "Contact", "Group", "Conversation", "Message", "Template"]
PROVIDER = "a3f1b2c4-1234-4abc-9def-000011112222"
OTHERS = ["Support", "AccountFailure", "Page", "Table", "Listing", "Client", "Fleet", "Sandbox"]
SECRETS = ["rfl_live", "msgf_live", "sandbox-client-secret", "YOUR-CLIENT"]


def make(sandbox: palabre.Sandbox) -> dict[str, Any]:
    """One object of every class, fresh from the sandbox."""
    reachflow, msgflash = sandbox.client("reachflow"), sandbox.client("msgflash")
    partners, wapiflow = sandbox.client("99digital"), sandbox.client("wapiflow")
    number = reachflow.numbers.get(PROVIDER)
    conversation = wapiflow.conversations.get("2")
    assert conversation.contact
    assert conversation.notes
    report = wapiflow.contacts.delete_many(["5", "999999"])
    # One gets the text, the other has no value for its placeholder.
    people = [
        {"to": "+8801988000000", "variables": {"name": "Awa"}},
        {"to": "+22901000000", "variables": {"city": "Cotonou"}},
    ]
    bulk = reachflow.messages.send_bulk("A secret, {{name}}", people, from_=PROVIDER)
    otp = reachflow.otp.send(to="+8801988000000", from_=PROVIDER)
    fleet = palabre.Fleet({"a": reachflow, "b": msgflash})
    ids = ["CONTACT_UUID_1"]
    found: dict[str, Any] = {
        "Number": number,
        "DayCounters": number.today,
        "MonthCounters": next(iter(partners.numbers.list())).current_month,
        "Contact": conversation.contact,
        "Address": conversation.contact.address,
        "Group": msgflash.groups.get("GROUP_ID"),
        "Conversation": conversation,
        "Note": conversation.notes[0],
        "Message": wapiflow.messages.send(to="+8801988000000", text="A secret"),
        "Template": next(iter(wapiflow.templates.list())),
        "MonthlyStatistic": partners.stats.monthly(number="972501234567")[0],
        "DailyStatistic": reachflow.stats.today()[0],
        "DeleteReport": report,
        "DeleteFailure": report.refused[0],
        "AddReport": msgflash.groups.add_members("GROUP_ID", ids),
        "RemoveReport": msgflash.groups.remove_members("GROUP_ID", ids),
        "BulkReport": bulk,
        "Rejection": bulk.rejections[0],
        "SentOtp": otp,
        "OtpCheck": reachflow.otp.verify(otp.id, "0000"),
        "Support": reachflow.supports("stats.today"),
        "AccountFailure": fleet.contacts.list().unsupported[0],
        "Page": next(iter(msgflash.contacts.list().pages())),
        "Table": partners.stats.current_month(),
        "Listing": msgflash.contacts.list(),
        "Client": msgflash,
        "Fleet": fleet,
        "Sandbox": sandbox,
    }
    assert {type(value).__name__ for value in found.values()} == {*RESULTS, *OTHERS}
    return found


@pytest.fixture
def objects(sandbox: palabre.Sandbox) -> dict[str, Any]:
    return make(sandbox)


def properties(kind: type) -> list[str]:
    """The names of a class's properties."""
    found = [name for name in vars(kind) if not name.startswith("_")]
    return [name for name in found if not callable(getattr(kind, name))]


@pytest.mark.parametrize("name", RESULTS + OTHERS)
def test_an_attribute_cannot_be_set_or_added(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    for attribute in [*properties(type(thing)), "something_new"]:
        with pytest.raises(AttributeError):
            setattr(thing, attribute, "changed")


@pytest.mark.parametrize("name", [*RESULTS, "Support", "AccountFailure", "Page", "Table"])
def test_results_come_from_calls_and_are_not_made_by_hand(name: str) -> None:
    with pytest.raises(TypeError):
        getattr(palabre, name)()


@pytest.mark.parametrize("name", RESULTS)
def test_a_dict_holds_every_field_as_plain_data(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    fields = thing.to_dict()
    assert set(fields) == set(properties(type(thing))) - {"raw", "extra"}
    plain = (str, int, float, bool, type(None), datetime, date, dict, list)
    assert all(isinstance(value, plain) for value in fields.values())
    json.dumps(fields, default=str)
    fields.clear()
    assert thing.to_dict(), "each call makes a dict of its own"


def test_results_inside_a_result_become_dicts_too(objects: dict[str, Any]) -> None:
    fields = objects["Conversation"].to_dict()
    assert fields["contact"]["address"]["city"] == "Haifa"
    assert fields["notes"][0]["text"] == "Prefers voice messages."


@pytest.mark.parametrize("name", [*RESULTS, "Support"])
def test_the_same_is_equal_and_another_is_not(sandbox: palabre.Sandbox, name: str) -> None:
    first = make(sandbox)[name]
    sandbox.reset()
    again = make(sandbox)
    assert first == again[name]
    assert (first != again[name]) is False
    others = [value for other, value in again.items() if other != name]
    assert first not in [*others, None, "text", first.__class__]


def test_a_changed_contact_is_not_equal_to_the_old_one(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    before = client.contacts.get("CONTACT_UUID_1")
    assert client.contacts.update("CONTACT_UUID_1", name="Koffi M.") != before


@pytest.mark.parametrize("name", RESULTS + OTHERS)
def test_the_repr_is_short_and_discreet(objects: dict[str, Any], name: str) -> None:
    shown = repr(objects[name])
    assert shown.startswith(f"{name}(")
    assert "\n" not in shown
    assert len(shown) < 200
    # Numbers of the sandbox, with and without what a vendor puts in front.
    for number in ("97000000", "501234567", "545483482", "1988000000", "A secret", *SECRETS):
        assert number not in shown


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("Number", "phone='+229******00'"),
        ("Contact", "phone='+972*******82'"),
        ("MonthlyStatistic", "number='+972*******67'"),
        ("DailyStatistic", "number='+229******00'"),
    ],
)
def test_phone_numbers_are_masked_in_the_repr(
    objects: dict[str, Any], name: str, masked: str
) -> None:
    assert masked in repr(objects[name])


def test_an_identifier_that_is_a_number_is_masked_too(sandbox: palabre.Sandbox) -> None:
    number = next(iter(sandbox.client("99digital").numbers.list()))
    assert number.id == "972501234567"
    assert "id='972*******67'" in repr(number)


@pytest.mark.parametrize("name", RESULTS)
def test_a_copy_is_the_object_itself(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    assert copy.copy(thing) is thing
    assert copy.deepcopy([thing])[0] is thing


@pytest.mark.parametrize("name", RECORDS)
def test_raw_is_what_the_vendor_sent(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    raw = thing.raw
    assert str(raw["id"]) == thing.id
    assert thing.extra == {}
    raw.clear()
    assert thing.raw, "each look makes a dict of its own"


def test_secrets_are_left_out_of_raw(sandbox: palabre.Sandbox) -> None:
    number = next(iter(sandbox.client("99digital").numbers.list()))
    assert number.raw["apiKey"] == "***"
    assert "apiKey" not in number.to_dict()


def test_unknown_fields_are_kept_under_extra(sandbox: palabre.Sandbox) -> None:
    news = {"score": 12.5, "labels": ["a"], "owner": None}
    for name, value in news.items():
        pointer = {"pointer": f"/data/contacts/0/{name}", "value": value}
        sandbox.add_fault(operation="list_contacts", vendor="msgflash", replace=pointer)
    client = sandbox.client("msgflash")
    pages = [next(client.contacts.list(page_size=1).pages()) for _ in news]
    assert [page[0].extra for page in pages] == [{name: value} for name, value in news.items()]
    assert pages[0][0].raw["score"] == 12.5


@pytest.mark.parametrize("name", RESULTS)
def test_times_know_that_they_are_utc(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    for attribute in properties(type(thing)):
        value = getattr(thing, attribute)
        if isinstance(value, datetime):
            assert value.tzinfo is not None
            assert value.utcoffset() == UTC.utcoffset(None)
        if attribute.endswith("_at"):
            assert value is None or isinstance(value, datetime)


@pytest.mark.parametrize(
    ("vendor", "operation", "pointer", "value", "text"),
    [
        ("reachflow", "list_providers", "/providers/0/status", "paused", "paused"),
        ("wapiflow", "list_conversations", "/data/conversation/data/0/status", 9, "9"),
        ("wapiflow", "list_templates", "/data/templates/data/0/status", 7, "7"),
        ("wapiflow", "send_message", "/data/message/status", 5, "5"),
    ],
)
def test_an_unknown_status_is_unknown_and_keeps_its_word(
    sandbox: palabre.Sandbox, vendor: Any, operation: str, pointer: str, value: Any, text: str
) -> None:
    sandbox.add_fault(operation=operation, replace={"pointer": pointer, "value": value})
    client = sandbox.client(vendor)
    calls: dict[str, Callable[[], Any]] = {
        "list_providers": lambda: next(iter(client.numbers.list())),
        "list_conversations": lambda: next(iter(client.conversations.list())),
        "list_templates": lambda: next(iter(client.templates.list())),
        "send_message": lambda: client.messages.send(to="+8801988000000", text="Hello"),
    }
    result = calls[operation]()
    assert (result.status, result.status_text) == ("unknown", text)


def test_null_stays_none_and_is_not_zero(sandbox: palabre.Sandbox) -> None:
    for name in ("warmupDay", "riskScore", "status", "name"):
        pointer = {"pointer": f"/{name}", "value": None}
        sandbox.add_fault(operation="get_provider", replace=pointer)
    client = sandbox.client("reachflow")
    numbers = [client.numbers.get("a3f1b2c4-1234-4abc-9def-000011112222") for _ in range(4)]
    assert (numbers[0].warmup_day, numbers[0].risk_score) == (None, 12)
    assert (numbers[1].warmup_day, numbers[1].risk_score) == (14, None)
    assert (numbers[2].status, numbers[2].status_text) == (None, None)
    assert numbers[3].name is None


async def test_a_number_is_masked_wherever_a_repr_has_it(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    name, id = "+229 01 01 00 00 00", "+972-50-1234567"
    for vendor, operation, pointer, value in (
        ("msgflash", "get_contact", "/data/name", name),
        ("99digital", "get_whatsapp", "/list/0/whatsapp", id),
    ):
        replace = {"pointer": pointer, "value": value}
        sandbox.add_fault(vendor=vendor, operation=operation, replace=replace)
    contact = await connect("msgflash").contacts.get("CONTACT_UUID_1")
    number = await anext(aiter(connect("99digital").numbers.list()))
    assert (contact.name, number.id) == (name, id)
    assert "01 00" not in repr(contact)
    assert "12345" not in repr(number)


async def test_a_report_shows_its_counts(connect: Connect) -> None:
    report = await connect("msgflash").contacts.delete_many(["CONTACT_UUID_1", "nobody"])
    assert repr(report) == (
        "DeleteReport(requested=2, deleted=1, not_found=1, refused=0, unknown=0, not_attempted=0)"
    )
