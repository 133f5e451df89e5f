"""The public surface: complete, documented, and the same for sync and async."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from both import LISTINGS, NOUNS

import palabre
from palabre import errors

CLASSES = [name for name in palabre.__all__ if inspect.isclass(getattr(palabre, name))]
NOUN_CLASSES = [noun.capitalize() for noun in NOUNS]
FLEET_NOUNS = {
    "numbers": ["list"],
    "contacts": ["list"],
    "groups": ["list"],
    "conversations": ["list"],
    "messages": ["list"],
    "templates": ["list"],
    "stats": ["monthly", "current_month", "today"],
}
FLEET_CLASSES = [f"Fleet{noun.capitalize()}" for noun in FLEET_NOUNS]
PRIVATE = ["RowIterator", "PageIterator", "ItemIterator", "AsyncPageIterator", "Inbox", "Call"]


def members(kind: type) -> dict[str, Any]:
    """The public methods and properties of a class."""
    return {name: value for name, value in vars(kind).items() if not name.startswith("_")}


def test_everything_public_is_in_the_package_and_nothing_else() -> None:
    # pytest adds names that are none to a module whose assertions it rewrites, as to plugins.
    public = {name for name in vars(palabre) if name.isidentifier() and name[0] != "_"}
    # The modules are reached by their own names.
    modules = {name for name in public if inspect.ismodule(getattr(palabre, name))}
    assert modules <= {"contrib", "errors", "frames", "vendors"}
    assert public - modules == set(palabre.__all__) - {"__version__"}
    assert sorted(palabre.__all__) == palabre.__all__


def test_every_error_is_in_the_package() -> None:
    assert set(errors.__all__) <= set(palabre.__all__)


@pytest.mark.parametrize("name", PRIVATE)
def test_iterators_and_helpers_are_not_public(name: str) -> None:
    assert not hasattr(palabre, name)
    assert not hasattr(palabre._palabre, name)


def test_the_version_is_a_version() -> None:
    parts = palabre.__version__.split(".")
    assert len(parts) == 3
    assert all(part.isdecimal() for part in parts)


@pytest.mark.parametrize("name", CLASSES)
def test_class_and_its_members_are_documented(name: str) -> None:
    kind = getattr(palabre, name)
    assert kind.__doc__
    assert not kind.__doc__.startswith("Exception")
    for member, value in members(kind).items():
        if isinstance(value, str):
            continue
        text = inspect.getdoc(getattr(kind, member))
        assert text, f"{name}.{member}"
        first = text.partition("\n")[0]
        assert first.endswith((".", ":")), f"{name}.{member}: {first}"


@pytest.mark.parametrize("name", CLASSES)
def test_class_says_that_it_is_palabre_s(name: str) -> None:
    assert getattr(palabre, name).__module__ in ("palabre", "palabre.errors")


@pytest.mark.parametrize("function", [palabre.schema])
def test_function_is_documented(function: Any) -> None:
    assert "Returns:" in inspect.getdoc(function)  # type: ignore[operator]


@pytest.mark.parametrize("name", [*NOUN_CLASSES, "Client", "Listing"])
def test_sync_and_async_have_the_same_methods_with_the_same_parameters(name: str) -> None:
    sync, other = getattr(palabre, name), getattr(palabre, f"Async{name}")
    assert set(members(sync)) == set(members(other))
    for member, value in members(sync).items():
        twin = getattr(other, member)
        if not callable(value):
            assert inspect.getdoc(value) == inspect.getdoc(twin)
            continue
        assert inspect.signature(value) == inspect.signature(twin), f"{name}.{member}"
        if name in NOUN_CLASSES:
            assert inspect.getdoc(value) == inspect.getdoc(twin), f"{name}.{member}"


def test_both_clients_are_made_with_the_same_arguments() -> None:
    assert inspect.signature(palabre.Client) == inspect.signature(palabre.AsyncClient)


@pytest.mark.parametrize("name", NOUN_CLASSES)
def test_options_are_keyword_only_and_every_call_takes_a_time_out(name: str) -> None:
    for member, value in members(getattr(palabre, name)).items():
        parameters = list(inspect.signature(value).parameters.values())[1:]
        for parameter in parameters:
            is_option = parameter.default is not parameter.empty
            assert not is_option or parameter.kind is parameter.KEYWORD_ONLY, (member, parameter)
        assert "timeout" in [parameter.name for parameter in parameters], member


@pytest.mark.parametrize("noun", NOUNS)
def test_a_noun_shows_its_account(sandbox: palabre.Sandbox, noun: str) -> None:
    shown = f'{noun.capitalize()}("msgflash", account="sales")'
    for make, name in ((sandbox.client, shown), (sandbox.async_client, f"Async{shown}")):
        assert repr(getattr(make("msgflash", account="sales"), noun)) == name


@pytest.mark.parametrize("name", [*NOUN_CLASSES, *FLEET_CLASSES])
def test_every_parameter_is_documented(name: str) -> None:
    for member, value in members(getattr(palabre, name)).items():
        _, _, arguments = (inspect.getdoc(value) or "").partition("Args:\n")
        told = [line.strip().partition(":")[0] for line in arguments.split("\n\n")[0].splitlines()]
        assert told == list(inspect.signature(value).parameters)[1:], f"{name}.{member}"


@pytest.mark.parametrize("noun", FLEET_NOUNS)
def test_a_fleet_reads_with_the_options_of_a_client(sandbox: palabre.Sandbox, noun: str) -> None:
    fleet = palabre.Fleet({"a": sandbox.client("reachflow")})
    fleet_noun = type(getattr(fleet, noun))
    assert fleet_noun is getattr(palabre, f"Fleet{noun.capitalize()}")
    assert set(members(fleet_noun)) == set(FLEET_NOUNS[noun])
    for member, value in members(fleet_noun).items():
        of_client = getattr(getattr(palabre, noun.capitalize()), member)
        known = set(inspect.signature(of_client).parameters)
        taken = inspect.signature(value).parameters
        assert set(taken) - known - {"progress"} == {"on_error"}
        assert taken["on_error"].default == "collect"
        assert inspect.getdoc(value)


def test_the_listings_are_those_that_the_tests_know(sandbox: palabre.Sandbox) -> None:
    clients = [sandbox.client(vendor) for vendor in ("msgflash", "wapiflow", "reachflow")]
    for noun in NOUNS:
        for member, value in members(getattr(palabre, noun.capitalize())).items():
            ids = ["x"] if "id" in inspect.signature(value).parameters else []
            if member in LISTINGS:
                client = next(one for one in clients if one.supports(f"{noun}.{member}"))
                assert isinstance(getattr(getattr(client, noun), member)(*ids), palabre.Listing)


@pytest.mark.parametrize("name", ["Contact", "Number", "MonthlyStatistic", "DeleteReport"])
def test_schema_describes_the_properties_of_a_class(name: str) -> None:
    schema = palabre.schema(name)
    described = schema["properties"]
    known = set(members(getattr(palabre, name))) - {"to_dict", "raw", "extra"}
    assert set(described) == known
    assert all(field.get("description") for field in described.values())
