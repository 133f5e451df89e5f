"""Bad input is refused before anything is sent, and the error names the argument."""

from __future__ import annotations

import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from both import Api, Listing
from conftest import Connect

import palabre

TO = "+8801988000000"
NAN, INFINITY = float("nan"), float("inf")
ENDLESS: dict[str, Any] = {}
ENDLESS["itself"] = ENDLESS
BIG = b"x" * (5 * 1024 * 1024 + 1)
AWA = {"name": "Awa Doe", "phone": TO}


class Bad(NamedTuple):
    """A call that cannot be right, and the argument that is to blame."""

    vendor: str
    argument: str
    verb: str
    given: tuple[Any, ...]
    options: dict[str, Any]


def bad(vendor: str, argument: str, verb: str, *given: Any, **options: Any) -> Bad:
    return Bad(vendor, argument, verb, given, options)


# Identifiers that are empty or would leave their place in the address.
BAD_IDS = ["", " ", ".", "..", "../x", "a/b", "/", "a?b", "a#b", "a\\b", "a\nb", "\x00"]
GETS = {
    "numbers.get": "reachflow",
    "contacts.get": "msgflash",
    "groups.get": "msgflash",
    "conversations.get": "wapiflow",
}
IDS = [
    *(bad(vendor, "id", verb, id) for verb, vendor in GETS.items() for id in BAD_IDS),
    bad("msgflash", "id", "contacts.groups", ".."),
    bad("msgflash", "id", "groups.members", ".."),
    bad("msgflash", "id", "contacts.update", "..", name="X"),
    bad("msgflash", "id", "contacts.delete", ".."),
    bad("msgflash", "id", "groups.update", "..", name="X"),
    bad("msgflash", "id", "groups.delete", ".."),
    bad("msgflash", "id", "groups.add_members", "..", ["a"]),
    bad("msgflash", "id", "groups.remove_members", "..", ["a"]),
    bad("wapiflow", "id", "contacts.update", "..", name="A B"),
    bad("wapiflow", "id", "contacts.delete", ".."),
    bad("wapiflow", "id", "conversations.set_status", "..", "done"),
    bad("msgflash", "ids", "contacts.delete_many", []),
    bad("wapiflow", "ids", "contacts.delete_many", []),
    bad("msgflash", "ids[1]", "contacts.delete_many", ["a", ""]),
    bad("msgflash", "ids[0]", "contacts.delete_many", [".."]),
    bad("msgflash", "contact_ids", "groups.add_members", "g", []),
    bad("msgflash", "contact_ids", "groups.remove_members", "g", []),
    bad("msgflash", "contact_ids[0]", "groups.add_members", "g", ["a/b"]),
]
NO_MONTHS = ["2025-13", "2025-00", "062025", "2025", "June", "2025-6", "2025-06-31", "", " "]
MONTHS = [
    *(bad("99digital", "start", "stats.monthly", start=month) for month in NO_MONTHS),
    bad("99digital", "end", "stats.monthly", end="2025-13"),
    bad("99digital", "end", "stats.monthly", start="2025-06", end="2025-05"),
    bad("99digital", "number", "stats.monthly", number="sales"),
    bad("99digital", "number", "stats.monthly", number=""),
]
NO_SIZES = [0, -1, 101, 2**31, 2**40, 2**70, -(2**70)]
LISTS = [
    *(bad("msgflash", "page_size", "contacts.list", page_size=size) for size in NO_SIZES),
    bad("wapiflow", "page_size", "contacts.list", page_size=0),
    bad("wapiflow", "page_size", "templates.list", page_size=-5),
    bad("wapiflow", "page_size", "contacts.list", cursor="2/20", page_size=10),
    bad("msgflash", "search", "contacts.list", search=""),
    bad("msgflash", "search", "contacts.list", search="x" * 101),
    bad("msgflash", "cursor", "contacts.list", cursor=""),
    bad("wapiflow", "cursor", "contacts.list", cursor=" "),
    bad("wapiflow", "cursor", "contacts.list", cursor="page two"),
    bad("wapiflow", "cursor", "contacts.list", cursor="0/20"),
    bad("wapiflow", "status", "conversations.list", status="open"),
    bad("wapiflow", "status", "conversations.set_status", "2", "open"),
    bad("wapiflow", "status", "conversations.set_status", "2", "unknown"),
]
NO_PICTURES: list[Any] = [
    "/no/such/file.png",
    Path("/no/such/file.png"),
    Path(__file__).parent,
    ("notes.txt", b"x"),
    ("picture", b"x"),
    ("", b"x"),
    ("picture.png", b""),
    "",
    ("picture.png", BIG),
]
FILES = [
    *(bad("wapiflow", "image", "messages.send", to=TO, image=file) for file in NO_PICTURES),
    bad("wapiflow", "document", "messages.send", to=TO, document=("a.exe", b"x")),
    bad("wapiflow", "video", "messages.send", to=TO, video=("a.avi", b"x")),
    bad("wapiflow", "image", "contacts.create", **AWA, image="/no/such/file.png"),
    bad("wapiflow", "image", "contacts.update", "5", image=("a.txt", b"x")),
]
NO_PLACES: list[Any] = [
    (90.1, 0.0),
    (0.0, -180.1),
    (NAN, 0.0),
    (0.0, INFINITY),
    {"latitude": 91, "longitude": 0},
    {"latitude": 1},
    {"lat": 1, "longitude": 1},
    {"latitude": "1", "longitude": 1},
    {"latitude": 1, "longitude": 1, "name": "Dantokpa"},
    {},
]
NO_NUMBERS = ["", "Awa", "01988000000", "+", "8801988000000x"]
MESSAGES = [
    *(bad("wapiflow", "location", "messages.send", to=TO, location=place) for place in NO_PLACES),
    *(bad("wapiflow", "to", "messages.send", to=to, text="Hello") for to in NO_NUMBERS),
    bad("wapiflow", "message", "messages.send", to=TO),
    bad("wapiflow", "text", "messages.send", to=TO, text=" "),
    bad("wapiflow", "text", "messages.send", to=TO, text="Hi", location=(1.0, 1.0)),
    bad("wapiflow", "list_id", "messages.send", to=TO, cta_id="1", list_id="2"),
    bad("wapiflow", "cta_id", "messages.send", to=TO, cta_id="sale"),
    bad("wapiflow", "template", "messages.send_template", to=TO, template="hello"),
    bad("wapiflow", "template", "messages.send_template", to=TO, template=""),
    bad("wapiflow", "to", "messages.send_template", to="Awa", template="1"),
]
# What JSON cannot hold, and where in it the problem is.
NO_JSON: list[tuple[Any, str]] = [
    (datetime.datetime(2026, 1, 1), ".when"),
    (datetime.date(2026, 1, 1), ".when"),
    ([1, {"deep": datetime.time(1)}], ".when[1].deep"),
    (b"bytes", ".when"),
    ({1, 2}, ".when"),
    (Decimal(1), ".when"),
    (NAN, ".when"),
    (INFINITY, ".when"),
    (2**64, ".when"),
    (-(2**63) - 1, ".when"),
    ("\ud800", ".when"),
    ({1: "one"}, ".when"),
    (ENDLESS, ".when.itself"),
]
FIELDS = [
    *(
        bad("msgflash", field + place, "contacts.create", **AWA, **{field: {"when": value}})
        for field in ("extra", "meta")
        for value, place in NO_JSON
    ),
    bad("wapiflow", "extra.a", "messages.send", to=TO, text="Hi", extra={"a": {1}}),
    bad("msgflash", "extra", "contacts.create", **AWA, extra={"tags": ["vip"]}),
    bad("wapiflow", "extra", "messages.send", to=TO, text="Hi", extra={"mobile": "1"}),
    bad("msgflash", "name", "contacts.create", phone=TO),
    bad("msgflash", "name", "contacts.create", name=" ", phone=TO),
    bad("msgflash", "phone", "contacts.create", name="Awa", phone=""),
    bad("msgflash", "name", "contacts.update", "CONTACT_UUID_1"),
    bad("msgflash", "name", "groups.create", name=""),
    bad("msgflash", "color", "groups.create", name="VIP", color="red"),
    bad("msgflash", "name", "groups.update", "GROUP_ID"),
    bad("wapiflow", "name", "contacts.create", name="Awa", phone=TO),
    bad("wapiflow", "name", "contacts.create", phone=TO),
    bad("wapiflow", "family_name", "contacts.create", given_name="Awa", phone=TO),
    bad("wapiflow", "name", "contacts.create", **AWA, given_name="Awa"),
    bad("wapiflow", "phone", "contacts.create", name="Awa Doe", phone="01988"),
    bad("wapiflow", "address", "contacts.create", **AWA, address={"zip": "1"}),
    bad("wapiflow", "address", "contacts.create", **AWA, address={"city": 1}),
    bad("wapiflow", "name", "contacts.update", "5"),
]
NO_SECONDS = [0, -1, -0.0, NAN, INFINITY, 1e300]
TIMEOUTS = [
    bad("msgflash", "timeout", verb, *given, timeout=seconds)
    for seconds in NO_SECONDS
    for verb, *given in (["contacts.get", "a"], ["contacts.list"], ["call", "list_contacts"])
]
CASES = [*IDS, *MONTHS, *LISTS, *FILES, *MESSAGES, *FIELDS, *TIMEOUTS]


AT_ONCE = [
    bad("msgflash", "page_size", "contacts.list", page_size=0),
    bad("wapiflow", "status", "conversations.list", status="open"),
    bad("msgflash", "id", "groups.members", ".."),
    bad("msgflash", "id", "contacts.groups", ""),
    bad("msgflash", "cursor", "groups.list", cursor=""),
]


@pytest.mark.parametrize("case", AT_ONCE, ids=lambda case: f"{case.verb} {case.argument}")
async def test_a_listing_refuses_where_it_is_made(connect: Connect, case: Bad) -> None:
    noun, _, method = case.verb.partition(".")
    with pytest.raises(palabre.InvalidInputError, match=f": {case.argument}: "):
        getattr(getattr(connect(case.vendor), noun), method)(*case.given, **case.options)


async def test_a_listing_that_a_vendor_has_not_is_refused_where_it_is_made(
    connect: Connect,
) -> None:
    with pytest.raises(palabre.UnsupportedError):
        connect("reachflow").contacts.list()


async def do(api: Api, verb: str, given: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Call a verb; a listing is read to its end."""
    noun, _, method = verb.partition(".")
    call = getattr(getattr(api, noun), method) if method else getattr(api, noun)
    result = call(*given, **options)
    return await (result.collect() if isinstance(result, Listing) else result)


def name_of(case: Bad) -> str:
    return f"{case.vendor} {case.verb} {case.argument}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
async def test_bad_input_is_refused_by_name_and_nothing_is_sent(
    connect: Connect, sandbox: palabre.Sandbox, case: Bad
) -> None:
    api = connect(case.vendor)
    with pytest.raises(palabre.InvalidInputError) as caught:
        await do(api, case.verb, case.given, case.options)
    error = caught.value
    assert error.message.startswith((f"{case.argument}: ", f"{case.argument}.")), error.message
    assert (error.vendor, error.account, error.outcome) == (case.vendor, case.vendor, "not_sent")
    assert error.operation
    assert len(str(error).splitlines()) == 1
    assert len(str(error)) < 400
    assert sandbox.journal() == []


async def test_checking_is_left_to_the_vendor_on_request(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    api = connect("msgflash", validate=False)
    with pytest.raises(palabre.InvalidInputError) as caught:
        await api.groups.create(name="VIP", color="red")
    assert (caught.value.status, caught.value.vendor_code) == (400, "VALIDATION_ERROR")
    assert [entry["operation"] for entry in sandbox.journal()] == ["create_contact_group"]


async def test_identifiers_are_checked_even_then(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    with pytest.raises(palabre.InvalidInputError, match="id"):
        await connect("msgflash", validate=False).contacts.get("..")
    assert sandbox.journal() == []
