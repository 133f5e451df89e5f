"""Arguments of a wrong type are a TypeError that names the argument; nothing is sent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from both import Api
from conftest import Connect

import palabre

TO = "+8801988000000"


class Wrong(NamedTuple):
    """A call with an argument of a wrong type."""

    vendor: str
    argument: str
    call: Callable[[Api], Any]


def wrong(vendor: str, argument: str, call: Callable[[Api], Any]) -> Wrong:
    return Wrong(vendor, argument, call)


CASES = [
    wrong("msgflash", "id", lambda api: api.contacts.get(5)),
    wrong("msgflash", "id", lambda api: api.contacts.get(None)),
    wrong("msgflash", "id", lambda api: api.contacts.get(b"CONTACT_UUID_1")),
    wrong("reachflow", "id", lambda api: api.numbers.get(["a"])),
    wrong("msgflash", "ids", lambda api: api.contacts.delete_many("CONTACT_UUID_1")),
    wrong("msgflash", "ids", lambda api: api.contacts.delete_many(b"CONTACT_UUID_1")),
    wrong("msgflash", "ids", lambda api: api.contacts.delete_many([1, 2])),
    wrong("msgflash", "ids", lambda api: api.contacts.delete_many(None)),
    wrong("msgflash", "ids", lambda api: api.contacts.delete_many(7)),
    wrong("msgflash", "contact_ids", lambda api: api.groups.add_members("g", "CONTACT_UUID_1")),
    wrong("msgflash", "contact_ids", lambda api: api.groups.remove_members("g", "CONTACT_UUID_1")),
    wrong("msgflash", "search", lambda api: api.contacts.list(search=7)),
    wrong("msgflash", "page_size", lambda api: api.contacts.list(page_size="50")),
    wrong("msgflash", "page_size", lambda api: api.contacts.list(page_size=1.5)),
    wrong("msgflash", "cursor", lambda api: api.contacts.list(cursor=2)),
    wrong("msgflash", "timeout", lambda api: api.contacts.list(timeout="soon")),
    wrong("msgflash", "timeout", lambda api: api.contacts.get("a", timeout=timedelta(seconds=1))),
    wrong("msgflash", "tags", lambda api: api.contacts.create(name="A", phone=TO, tags="vip")),
    wrong("msgflash", "tags", lambda api: api.contacts.create(name="A", phone=TO, tags=[1])),
    wrong("msgflash", "meta", lambda api: api.contacts.create(name="A", phone=TO, meta=["a"])),
    wrong("msgflash", "extra", lambda api: api.contacts.create(name="A", phone=TO, extra="a=1")),
    wrong(
        "wapiflow", "address", lambda api: api.contacts.create(name="A B", phone=TO, address="x")
    ),
    wrong("wapiflow", "current", lambda api: api.contacts.update("5", name="A B", current={})),
    wrong("wapiflow", "status", lambda api: api.conversations.list(status=2)),
    wrong("wapiflow", "to", lambda api: api.messages.send(to=8801988000000, text="Hello")),
    wrong("wapiflow", "text", lambda api: api.messages.send(to=TO, text=b"Hello")),
    wrong("wapiflow", "cta_id", lambda api: api.messages.send(to=TO, cta_id=3)),
    wrong("wapiflow", "template", lambda api: api.messages.send_template(to=TO, template=1)),
    wrong(
        "wapiflow",
        "variables",
        lambda api: api.messages.send_template(to=TO, template="1", variables="Awa"),
    ),
    wrong("99digital", "start", lambda api: api.stats.monthly(start=202501)),
    wrong("99digital", "end", lambda api: api.stats.monthly(end=2025.01)),
    wrong("99digital", "start", lambda api: api.stats.monthly(start=(2025, 1))),
    wrong("99digital", "number", lambda api: api.stats.monthly(number=972501234567)),
]
CASES += [
    wrong("wapiflow", "image", lambda api, file=file: api.messages.send(to=TO, image=file))
    for file in (
        7,
        b"picture",
        ["picture.png", b"picture"],
        ("picture.png", "picture"),
        ("picture.png", [112, 105]),
        ("picture.png", b"picture", "image/png"),
        (b"picture.png", b"picture"),
    )
]
CASES += [
    wrong("wapiflow", "location", lambda api, place=place: api.messages.send(to=TO, location=place))
    for place in ("6.37,2.43", ("6.37", "2.43"), (6.37,), (6.37, 2.43, 0.0), 6.37)
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.vendor} {case.argument}")
async def test_a_wrong_type_is_a_type_error_that_names_the_argument(
    connect: Connect, sandbox: palabre.Sandbox, case: Wrong
) -> None:
    api = connect(case.vendor)
    with pytest.raises(TypeError) as caught:
        await case.call(api)
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
