"""Arguments of a wrong type are a TypeError that names the argument; nothing is sent."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from both import Api
from conftest import Connect
from requests_seen import Requests
from test_bad_input import Bad, bad, do, name_of

import palabre

TO = "+8801988000000"


CASES = [
    bad("msgflash", "id", "contacts.get", 5.0),
    bad("msgflash", "id", "contacts.get", True),
    bad("msgflash", "id", "contacts.get", None),
    bad("msgflash", "id", "contacts.get", b"CONTACT_UUID_1"),
    bad("reachflow", "id", "numbers.get", ["a"]),
    bad("msgflash", "ids", "contacts.delete_many", "CONTACT_UUID_1"),
    bad("msgflash", "ids", "contacts.delete_many", b"CONTACT_UUID_1"),
    bad("msgflash", "ids[1]", "contacts.delete_many", ["1", None]),
    bad("msgflash", "ids[0]", "contacts.delete_many", [1.0, 2]),
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
    bad("msgflash", "tags[0]", "contacts.create", name="A", phone=TO, tags=[1]),
    bad("msgflash", "meta", "contacts.create", name="A", phone=TO, meta=["a"]),
    bad("msgflash", "extra", "contacts.create", name="A", phone=TO, extra="a=1"),
    bad("wapiflow", "address", "contacts.create", name="A B", phone=TO, address="x"),
    bad("wapiflow", "current", "contacts.update", "5", name="A B", current={}),
    bad("wapiflow", "status", "conversations.list", status=2),
    bad("wapiflow", "to", "messages.send", to=8801988000000, text="Hello"),
    bad("wapiflow", "text", "messages.send", to=TO, text=b"Hello"),
    bad("wapiflow", "cta_id", "messages.send", to=TO, cta_id=3.0),
    bad("wapiflow", "template", "messages.send_template", to=TO, template=b"1"),
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
    assert str(caught.value).startswith(f"{case.argument} must be "), caught.value
    assert ", not " in str(caught.value)
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (b"picture", "not bytes: write image=(file_name, data)"),
        (("picture.png", "picture"), "not (str, str)"),
        (io.BytesIO(b"picture"), "not BytesIO: write image=file.name, or image=(file_name, file.r"),
    ],
)
async def test_what_is_no_file_is_told_what_to_write(
    connect: Connect, file: Any, told: str
) -> None:
    with pytest.raises(TypeError) as caught:
        await connect("wapiflow").messages.send(to=TO, image=file)
    assert told in str(caught.value)


async def test_an_identifier_is_taken_as_a_whole_number(
    connect: Connect, requests: Requests
) -> None:
    api = connect("wapiflow")
    assert (await api.conversations.get(2)).id == "2"
    assert (await api.contacts.delete_many([7, "7", 987654])).requested == 2
    await api.messages.send(to=TO, cta_id=3)
    assert requests.entries()[-1]["body"]["cta_url_id"] == "3"


async def test_texts_come_from_any_iterable(connect: Connect, requests: Requests) -> None:
    tags = (tag for tag in ("vip", "new"))
    await connect("msgflash").contacts.create(name="Awa", phone=TO, tags=tags)
    assert requests.only()["body"]["tags"] == ["vip", "new"]


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
