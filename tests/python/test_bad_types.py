"""Arguments of a wrong type are a TypeError that names the argument; nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from both import Api
from conftest import Connect
from test_bad_input import Bad, bad, do, name_of

import palabre

TO = "+8801988000000"


CASES = [
    bad("msgflash", "id", "contacts.get", 5),
    bad("msgflash", "id", "contacts.get", None),
    bad("msgflash", "id", "contacts.get", b"CONTACT_UUID_1"),
    bad("reachflow", "id", "numbers.get", ["a"]),
    bad("msgflash", "ids", "contacts.delete_many", "CONTACT_UUID_1"),
    bad("msgflash", "ids", "contacts.delete_many", b"CONTACT_UUID_1"),
    bad("msgflash", "ids", "contacts.delete_many", [1, 2]),
    bad("msgflash", "ids", "contacts.delete_many", None),
    bad("msgflash", "ids", "contacts.delete_many", 7),
    bad("msgflash", "contact_ids", "groups.add_members", "g", "CONTACT_UUID_1"),
    bad("msgflash", "contact_ids", "groups.remove_members", "g", "CONTACT_UUID_1"),
    bad("msgflash", "search", "contacts.list", search=7),
    bad("msgflash", "page_size", "contacts.list", page_size="50"),
    bad("msgflash", "page_size", "contacts.list", page_size=1.5),
    bad("msgflash", "cursor", "contacts.list", cursor=2),
    bad("msgflash", "timeout", "contacts.list", timeout="soon"),
    bad("msgflash", "timeout", "contacts.get", "a", timeout=timedelta(seconds=1)),
    bad("msgflash", "tags", "contacts.create", name="A", phone=TO, tags="vip"),
    bad("msgflash", "tags", "contacts.create", name="A", phone=TO, tags=[1]),
    bad("msgflash", "meta", "contacts.create", name="A", phone=TO, meta=["a"]),
    bad("msgflash", "extra", "contacts.create", name="A", phone=TO, extra="a=1"),
    bad("wapiflow", "address", "contacts.create", name="A B", phone=TO, address="x"),
    bad("wapiflow", "current", "contacts.update", "5", name="A B", current={}),
    bad("wapiflow", "status", "conversations.list", status=2),
    bad("wapiflow", "to", "messages.send", to=8801988000000, text="Hello"),
    bad("wapiflow", "text", "messages.send", to=TO, text=b"Hello"),
    bad("wapiflow", "cta_id", "messages.send", to=TO, cta_id=3),
    bad("wapiflow", "template", "messages.send_template", to=TO, template=1),
    bad(
        "wapiflow",
        "variables",
        "messages.send_template",
        to=TO,
        template="1",
        variables="Awa",
    ),
    bad("99digital", "start", "stats.monthly", start=202501),
    bad("99digital", "end", "stats.monthly", end=2025.01),
    bad("99digital", "start", "stats.monthly", start=(2025, 1)),
    bad("99digital", "number", "stats.monthly", number=972501234567),
]
NO_FILES: list[Any] = [
    7,
    b"picture",
    ["picture.png", b"picture"],
    ("picture.png", "picture"),
    ("picture.png", [112, 105]),
    ("picture.png", b"picture", "image/png"),
    (b"picture.png", b"picture"),
]
CASES += [bad("wapiflow", "image", "messages.send", to=TO, image=file) for file in NO_FILES]
NO_PLACES: list[Any] = ["6.37,2.43", ("6.37", "2.43"), (6.37,), (6.37, 2.43, 0.0), 6.37]
CASES += [bad("wapiflow", "location", "messages.send", to=TO, location=it) for it in NO_PLACES]


@pytest.mark.parametrize("case", CASES, ids=name_of)
async def test_a_wrong_type_is_a_type_error_that_names_the_argument(
    connect: Connect, sandbox: palabre.Sandbox, case: Bad
) -> None:
    api = connect(case.vendor)
    with pytest.raises(TypeError) as caught:
        await do(api, case.verb, case.given, case.options)
    assert f"'{case.argument}'" in " ".join(caught.value.__notes__)
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda api: api.contacts.get(), "id"),
        (lambda api: api.contacts.create(name="Awa"), "phone"),
        (lambda api: api.contacts.get("a", "b"), "positional"),
        (lambda api: api.contacts.list("awa"), "positional"),
        (lambda api: api.contacts.get("a", color="red"), "color"),
        (lambda api: api.messages.send(text="Hello"), "to"),
        (lambda api: api.groups.add_members("GROUP_ID"), "contact_ids"),
    ],
)
async def test_arguments_that_are_missing_or_unknown_are_named(
    connect: Connect, sandbox: palabre.Sandbox, call: Callable[[Api], Any], name: str
) -> None:
    with pytest.raises(TypeError, match=name):
        await call(connect("msgflash"))
    assert sandbox.journal() == []


async def test_numbers_and_texts_of_other_classes_are_taken(connect: Connect) -> None:
    class Text(str):
        __slots__ = ()

    class Index:
        def __index__(self) -> int:
            return 5

    api = connect("msgflash")
    assert (await api.contacts.get(Text("CONTACT_UUID_1"), timeout=5)).id == "CONTACT_UUID_1"
    page = await anext(api.contacts.list(page_size=Index()).pages())
    assert len(page) == 5
