"""Bad input is refused before anything is sent, and the error names the argument."""

from __future__ import annotations

import datetime
from collections.abc import Callable
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
    call: Callable[[Api], Any]


def ids() -> list[Bad]:
    """Identifiers that are empty or would leave their place in the address."""
    bad = ["", " ", ".", "..", "../x", "a/b", "/", "a?b", "a#b", "a%2e", "a\\b", "a\nb", "\x00"]
    return [
        Bad(vendor, "id", lambda api, noun=noun, text=text: getattr(api, noun).get(text))
        for vendor, noun in (
            ("reachflow", "numbers"),
            ("msgflash", "contacts"),
            ("msgflash", "groups"),
            ("wapiflow", "conversations"),
        )
        for text in bad
    ]


IDS = [
    *ids(),
    Bad("msgflash", "id", lambda api: api.contacts.groups("..")),
    Bad("msgflash", "id", lambda api: api.groups.members("..")),
    Bad("msgflash", "id", lambda api: api.contacts.update("..", name="X")),
    Bad("msgflash", "id", lambda api: api.contacts.delete("..")),
    Bad("msgflash", "id", lambda api: api.groups.update("..", name="X")),
    Bad("msgflash", "id", lambda api: api.groups.delete("..")),
    Bad("msgflash", "id", lambda api: api.groups.add_members("..", ["a"])),
    Bad("msgflash", "id", lambda api: api.groups.remove_members("..", ["a"])),
    Bad("wapiflow", "id", lambda api: api.contacts.update("..", name="A B")),
    Bad("wapiflow", "id", lambda api: api.contacts.delete("..")),
    Bad("wapiflow", "id", lambda api: api.conversations.set_status("..", "done")),
    Bad("msgflash", "ids", lambda api: api.contacts.delete_many([])),
    Bad("wapiflow", "ids", lambda api: api.contacts.delete_many([])),
    Bad("msgflash", "ids[1]", lambda api: api.contacts.delete_many(["a", ""])),
    Bad("msgflash", "ids[0]", lambda api: api.contacts.delete_many([".."])),
    Bad("msgflash", "contact_ids", lambda api: api.groups.add_members("g", [])),
    Bad("msgflash", "contact_ids", lambda api: api.groups.remove_members("g", [])),
    Bad("msgflash", "contact_ids[0]", lambda api: api.groups.add_members("g", ["a/b"])),
]
MONTHS = [
    Bad("99digital", "start", lambda api, text=text: api.stats.monthly(start=text))
    for text in ("2025-13", "2025-00", "062025", "2025", "June", "2025-6", "2025-06-31", "", " ")
] + [
    Bad("99digital", "end", lambda api: api.stats.monthly(end="2025-13")),
    Bad("99digital", "end", lambda api: api.stats.monthly(start="2025-06", end="2025-05")),
    Bad("99digital", "number", lambda api: api.stats.monthly(number="sales")),
    Bad("99digital", "number", lambda api: api.stats.monthly(number="")),
]
LISTS = [
    Bad("msgflash", "page_size", lambda api, size=size: api.contacts.list(page_size=size))
    for size in (0, -1, 101, 2**31, 2**40, 2**70, -(2**70))
] + [
    Bad("wapiflow", "page_size", lambda api: api.contacts.list(page_size=0)),
    Bad("wapiflow", "page_size", lambda api: api.templates.list(page_size=-5)),
    Bad("wapiflow", "page_size", lambda api: api.contacts.list(cursor="2/20", page_size=10)),
    Bad("msgflash", "search", lambda api: api.contacts.list(search="")),
    Bad("msgflash", "search", lambda api: api.contacts.list(search="x" * 101)),
    Bad("wapiflow", "cursor", lambda api: api.contacts.list(cursor="page two")),
    Bad("wapiflow", "cursor", lambda api: api.contacts.list(cursor="0/20")),
    Bad("wapiflow", "status", lambda api: api.conversations.list(status="open")),
    Bad("wapiflow", "status", lambda api: api.conversations.set_status("2", "open")),
    Bad("wapiflow", "status", lambda api: api.conversations.set_status("2", "unknown")),
]
FILES = [
    Bad("wapiflow", "image", lambda api, file=file: api.messages.send(to=TO, image=file))
    for file in (
        "/no/such/file.png",
        Path("/no/such/file.png"),
        Path(__file__).parent,
        ("notes.txt", b"x"),
        ("picture", b"x"),
        ("", b"x"),
        ("picture.png", BIG),
    )
] + [
    Bad("wapiflow", "document", lambda api: api.messages.send(to=TO, document=("a.exe", b"x"))),
    Bad("wapiflow", "video", lambda api: api.messages.send(to=TO, video=("a.avi", b"x"))),
    Bad("wapiflow", "image", lambda api: api.contacts.create(**AWA, image="/no/such/file.png")),
    Bad("wapiflow", "image", lambda api: api.contacts.update("5", image=("a.txt", b"x"))),
]
MESSAGES = (
    [
        Bad(
            "wapiflow",
            "location",
            lambda api, place=place: api.messages.send(to=TO, location=place),
        )
        for place in (
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
        )
    ]
    + [
        Bad("wapiflow", "to", lambda api, to=to: api.messages.send(to=to, text="Hello"))
        for to in ("", "Awa", "01988000000", "+", "8801988000000x")
    ]
    + [
        Bad("wapiflow", "text", lambda api: api.messages.send(to=TO)),
        Bad("wapiflow", "text", lambda api: api.messages.send(to=TO, text=" ")),
        Bad(
            "wapiflow", "text", lambda api: api.messages.send(to=TO, text="Hi", location=(1.0, 1.0))
        ),
        Bad("wapiflow", "list_id", lambda api: api.messages.send(to=TO, cta_id="1", list_id="2")),
        Bad("wapiflow", "cta_id", lambda api: api.messages.send(to=TO, cta_id="sale")),
        Bad(
            "wapiflow", "template", lambda api: api.messages.send_template(to=TO, template="hello")
        ),
        Bad("wapiflow", "template", lambda api: api.messages.send_template(to=TO, template="")),
        Bad("wapiflow", "to", lambda api: api.messages.send_template(to="Awa", template="1")),
    ]
)
FIELDS = [
    Bad(
        "msgflash",
        f"{field}{place}",
        lambda api, field=field, value=value: api.contacts.create(
            **AWA, **{field: {"when": value}}
        ),
    )
    for field in ("extra", "meta")
    for value, place in (
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
    )
] + [
    Bad("msgflash", "extra", lambda api: api.contacts.create(**AWA, extra={"tags": ["vip"]})),
    Bad(
        "wapiflow", "extra", lambda api: api.messages.send(to=TO, text="Hi", extra={"mobile": "1"})
    ),
    Bad(
        "wapiflow",
        "extra.when",
        lambda api: api.messages.send(
            to=TO, text="Hi", extra={"when": datetime.datetime(2026, 1, 1)}
        ),
    ),
    Bad("msgflash", "name", lambda api: api.contacts.create(phone=TO)),
    Bad("msgflash", "name", lambda api: api.contacts.create(name=" ", phone=TO)),
    Bad("msgflash", "phone", lambda api: api.contacts.create(name="Awa", phone="")),
    Bad("msgflash", "name", lambda api: api.contacts.update("CONTACT_UUID_1")),
    Bad("msgflash", "name", lambda api: api.groups.create(name="")),
    Bad("msgflash", "color", lambda api: api.groups.create(name="VIP", color="red")),
    Bad("msgflash", "name", lambda api: api.groups.update("GROUP_ID")),
    Bad("wapiflow", "name", lambda api: api.contacts.create(name="Awa", phone=TO)),
    Bad("wapiflow", "name", lambda api: api.contacts.create(phone=TO)),
    Bad("wapiflow", "family_name", lambda api: api.contacts.create(given_name="Awa", phone=TO)),
    Bad("wapiflow", "name", lambda api: api.contacts.create(**AWA, given_name="Awa")),
    Bad("wapiflow", "phone", lambda api: api.contacts.create(name="Awa Doe", phone="01988")),
    Bad("wapiflow", "address", lambda api: api.contacts.create(**AWA, address={"zip": "1"})),
    Bad("wapiflow", "address", lambda api: api.contacts.create(**AWA, address={"city": 1})),
    Bad("wapiflow", "name", lambda api: api.contacts.update("5")),
]
TIMEOUTS = [
    Bad("msgflash", "timeout", lambda api, call=call, seconds=seconds: call(api, timeout=seconds))
    for seconds in (0, -1, -0.0, NAN, INFINITY, 1e300)
    for call in (
        lambda api, **options: api.contacts.get("CONTACT_UUID_1", **options),
        lambda api, **options: api.contacts.list(**options),
        lambda api, **options: api.call("list_contacts", **options),
    )
]
CASES = [*IDS, *MONTHS, *LISTS, *FILES, *MESSAGES, *FIELDS, *TIMEOUTS]


async def done(result: Any) -> Any:
    return await (result.collect() if isinstance(result, Listing) else result)


def name_of(case: Bad) -> str:
    return f"{case.vendor} {case.argument}"


@pytest.mark.parametrize("case", CASES, ids=name_of)
async def test_bad_input_is_refused_by_name_and_nothing_is_sent(
    connect: Connect, sandbox: palabre.Sandbox, case: Bad
) -> None:
    api = connect(case.vendor)
    with pytest.raises(palabre.InvalidInputError) as caught:
        await done(case.call(api))
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
