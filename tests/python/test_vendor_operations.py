"""`client.vendor`: every operation of a spec by its own name, typed."""

from __future__ import annotations

import copy
import importlib
import inspect
import json
import keyword
import typing
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import typeguard
from both import Api, either
from conftest import CLOCK, Connect
from operations import ARGUMENTS, CALLS, WHERE
from referee import FILES, spec
from requests_seen import Requests
from scripts import printed
from verbs import VENDORS

import palabre
from palabre.vendors._operations import VendorOperations

every_vendor = pytest.mark.parametrize("vendor", VENDORS)
every_operation = pytest.mark.parametrize(("vendor", "operation"), CALLS)


def module(vendor: str) -> ModuleType:
    return importlib.import_module(f"palabre.vendors.{FILES[vendor].removesuffix('.yaml')}")


def public(thing: object) -> set[str]:
    return {name for name in dir(thing) if not name.startswith("_")}


def python_arguments(vendor: str, operation: str) -> dict[str, Any]:
    """The arguments of an operation under the names that Python takes."""
    arguments = ARGUMENTS[vendor][operation]
    names = {name: name.removesuffix("[]") for name in arguments}
    words = {name: f"{word}_" if keyword.iskeyword(word) else word for name, word in names.items()}
    return {words[name]: value for name, value in arguments.items()}


@every_vendor
async def test_the_methods_are_the_operations_of_the_spec(connect: Connect, vendor: str) -> None:
    assert public(connect(vendor).vendor) == set(spec(vendor).operations)


@every_operation
async def test_an_operation_gives_what_call_gives(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, operation: str
) -> None:
    api = connect(vendor)
    method = getattr(api.vendor, operation)
    answer = await either(method(**python_arguments(vendor, operation)))
    entry = sandbox.journal()[-1]
    # A sandbox of its own: what was created, changed or deleted is so once.
    with palabre.Sandbox(seed=7, clock=CLOCK) as other:
        twin_answer = other.client(vendor).call(operation, **ARGUMENTS[vendor][operation])
        # Some answers hold the address of the server.
        assert answer == json.loads(json.dumps(twin_answer).replace(other.url, sandbox.url))
        twin = other.journal()[-1]
    same = ("operation", "method", "path", "query", "body", "status")
    assert {name: entry[name] for name in same} == {name: twin[name] for name in same}


@every_operation
async def test_an_answer_is_of_the_type_that_the_method_tells(
    connect: Connect, vendor: str, operation: str
) -> None:
    method = getattr(connect(vendor).vendor, operation)
    told = typing.get_type_hints(method)["return"]
    # Some answers are bare lists.
    assert typing.is_typeddict(told) or all(map(typing.is_typeddict, typing.get_args(told)))
    answer = await either(method(**python_arguments(vendor, operation)))
    everything = typeguard.CollectionCheckStrategy.ALL_ITEMS
    typeguard.check_type(answer, told, collection_check_strategy=everything)


@every_operation
def test_the_arguments_are_those_of_the_spec(vendor: str, operation: str) -> None:
    document = spec(vendor)
    found = document.operations[operation]
    _, path = document.places[operation]
    shared = document.resolve({"$ref": f"urn:{vendor}#/paths/{path.replace('/', '~1')}"})
    parameters = [*shared.get("parameters", []), *found.get("parameters", [])]
    required = {}
    for parameter in map(document.resolve, parameters):
        required[parameter["name"]] = parameter.get("required", False)
    for content in found.get("requestBody", {}).get("content", {}).values():
        schema = document.resolve(content["schema"])
        for name in schema["properties"]:
            required[name.removesuffix("[]")] = name in schema.get("required", [])
    # The transport fills them in: secrets are never asked for, the rest may be left out.
    for name in found.get("x-body-credentials", {}):
        required[name] = False
        if schema["properties"][name].get("x-secret"):
            del required[name]
    # The name of a header is no name in Python.
    required = {name.replace("-", "_"): is_required for name, is_required in required.items()}
    required = {
        f"{name}_" if keyword.iskeyword(name) else name: required[name] for name in required
    }

    for kind in (module(vendor).Operations, module(vendor).AsyncOperations):
        signature = inspect.signature(getattr(kind, operation))
        taken = dict(signature.parameters)
        for name in ("self", "extra", "timeout", "retry"):
            taken.pop(name)
        assert {parameter.kind for parameter in taken.values()} <= {inspect.Parameter.KEYWORD_ONLY}
        empty = inspect.Parameter.empty
        assert {name: taken[name].default is empty for name in taken} == required


@every_operation
def test_sync_and_async_differ_in_nothing_but_that_one_is_awaited(
    vendor: str, operation: str
) -> None:
    sync = getattr(module(vendor).Operations, operation)
    other = getattr(module(vendor).AsyncOperations, operation)
    assert inspect.signature(sync) == inspect.signature(other)
    assert inspect.getdoc(sync) == inspect.getdoc(other)
    assert inspect.iscoroutinefunction(other)
    assert not inspect.iscoroutinefunction(sync)


@every_operation
def test_a_method_says_what_the_spec_says(vendor: str, operation: str) -> None:
    found = spec(vendor).operations[operation]
    text = inspect.getdoc(getattr(module(vendor).Operations, operation)) or ""
    words = " ".join(text.split())
    assert words.startswith(found["summary"])
    assert " ".join(found.get("description", "").split()) in words
    assert f"Source: {found['x-source']['document']}" in words
    assert {"Args:", "Returns:", "Raises:"} <= set(text.splitlines())
    classes = [line.strip().partition(":")[0] for line in text.partition("Raises:")[2].splitlines()]
    known = [name for name in classes if name.endswith("Error")]
    assert known
    assert all(issubclass(getattr(palabre, name), palabre.PalabreError) for name in known)


@every_vendor
async def test_the_vendor_is_a_text_wherever_one_was_expected(
    connect: Connect, vendor: str
) -> None:
    operations = connect(vendor).vendor
    assert str(operations) == f"{operations}" == vendor
    assert f"{operations:>12}" == f"{vendor:>12}"
    assert operations == vendor
    assert vendor == operations
    assert operations != "twilio"
    assert operations != 7
    assert hash(operations) == hash(vendor)
    assert {vendor: 1}[operations] == 1
    assert operations == copy.copy(operations) == connect(vendor, account="other").vendor
    assert connect("reachflow").vendor != connect("msgflash").vendor


async def test_the_repr_tells_what_can_be_called(connect: Connect) -> None:
    shown = ", ".join(sorted(spec("reachflow").operations))
    assert repr(connect("reachflow").vendor) == f"<reachflow: {shown}>"


async def test_none_leaves_an_argument_out(connect: Connect, requests: Requests) -> None:
    vendor = connect("msgflash").vendor
    await either(vendor.list_contacts(search=None, limit=1))
    await either(vendor.create_contact(name="Awa Doe", phone="+2290101000000", tags=None))
    listed, created = requests.entries()
    assert listed["query"] == {"limit": "1"}
    assert created["body"] == {"name": "Awa Doe", "phone": "+2290101000000"}


async def test_a_file_is_a_path_as_text_too(
    connect: Connect, requests: Requests, tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"picture")
    for file in (str(path), path, ("picture.png", b"picture")):
        await either(connect("wapiflow").vendor.send_message(image=file, **WHERE))
    seen = {"file_name": "picture.png", "content_type": "image/png", "bytes": 7}
    assert [entry["body"]["image"] for entry in requests.entries()] == [seen] * 3


def both_ways(api: Api, operation: str, **arguments: Any) -> list[Any]:
    """An operation by its method and by its name."""
    method = getattr(api.vendor, operation)
    return [lambda: method(**arguments), lambda: api.call(operation, **arguments)]


async def test_extra_goes_out_with_the_body_or_with_the_query(
    connect: Connect, requests: Requests
) -> None:
    for call in both_ways(
        connect("msgflash"), "list_contacts", extra={"sort": "name_asc", "x": [1, 2]}
    ):
        await either(call())
        assert requests.entries()[-1]["query"] == {"sort": "name_asc", "x": ["1", "2"]}
    group = {"groupId": "GROUP_ID", "name": "Clients VIP"}
    extra = {"vip": True, "seen": None, "city": {"name": "Cotonou"}}
    for call in both_ways(connect("msgflash"), "update_contact_group", **group, extra=extra):
        await either(call())
        assert requests.entries()[-1]["body"] == {"name": "Clients VIP"} | extra
    for call in both_ways(
        connect("wapiflow"), "send_message", message="Hello", **WHERE, extra={"vip": True}
    ):
        await either(call())
        assert requests.entries()[-1]["body"] == {"message": "Hello", **WHERE, "vip": "1"}


async def test_what_the_spec_knows_is_checked_in_extra_too(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    for call in both_ways(connect("msgflash"), "list_contacts", extra={"limit": 1, "search": None}):
        await either(call())
        assert requests.entries()[-1]["query"] == {"limit": "1"}
    sandbox.clear_journal()
    for extra, problem in [
        ({"limit": 1000}, "limit: 1 to 100 is allowed"),
        ({"search": "awa"}, "extra: search is given twice"),
        ({"filter": {"a": 1}}, "extra: filter does not fit into a query"),
        ({"filter": {1}}, "extra.filter: a set cannot be sent as JSON"),
    ]:
        for call in both_ways(connect("msgflash"), "list_contacts", search="awa", extra=extra):
            with pytest.raises(palabre.InvalidInputError) as caught:
                await either(call())
            assert caught.value.message.startswith(problem)
            assert caught.value.operation == "list_contacts"
    assert sandbox.journal() == []


async def test_a_failure_and_a_time_out_are_those_of_call(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    with pytest.raises(palabre.NotFoundError) as caught:
        await either(connect("msgflash").vendor.get_contact(id="nobody"))
    assert caught.value.operation == "get_contact"
    sandbox.add_fault(operation="get_contact", delay_ms=3000)
    with pytest.raises(palabre.TimeoutError):
        await either(connect("msgflash").vendor.get_contact(id="CONTACT_UUID_1", timeout=0.2))


async def test_an_argument_that_is_none_is_python_s_affair(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    vendor = connect("msgflash").vendor
    with pytest.raises(TypeError, match="size"):
        await either(vendor.list_contacts(size=5))
    with pytest.raises(TypeError, match="id"):
        await either(vendor.get_contact())
    with pytest.raises(AttributeError, match="list_everything"):
        _ = vendor.list_everything
    assert sandbox.journal() == []


@every_vendor
def test_every_exported_name_is_there_and_every_class_is_exported(vendor: str) -> None:
    found = module(vendor)
    assert sorted(found.__all__) == found.__all__
    own = {
        name
        for name, value in vars(found).items()
        if getattr(value, "__module__", None) == found.__name__
    }
    assert own <= set(found.__all__)
    assert all(hasattr(found, name) for name in found.__all__)
    for kind in (found.Operations, found.AsyncOperations):
        assert issubclass(kind, VendorOperations)
        assert not hasattr(kind(None), "__dict__")


def test_a_module_of_a_vendor_is_imported_when_it_is_asked_for() -> None:
    code = """
        import sys
        import palabre

        with palabre.Sandbox() as sandbox:
            client = sandbox.client("msgflash")
            client.call("list_contacts")
            print(repr(client), [name for name in sys.modules if "vendors" in name])
            client.vendor
            print(sorted(name for name in sys.modules if "vendors." in name))
    """
    assert printed(code).splitlines() == [
        'Client("msgflash", account="msgflash") []',
        "['palabre.vendors._operations', 'palabre.vendors.msgflash']",
    ]
