"""What clients, sandboxes and fleets are made with: a wrong type is an error that names the argument."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from both import NOUNS

import palabre


class Nothing:
    """No argument can be this."""


def keywords(function: Callable[..., Any]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [it.name for it in parameters if it.kind is not inspect.Parameter.VAR_KEYWORD]


def refused(call: Callable[[], Any], argument: str) -> None:
    with pytest.raises(TypeError) as caught:
        call()
    said = str(caught.value)
    assert said.startswith(f"{argument} must be "), said
    assert ", not " in said


@pytest.mark.parametrize("kind", [palabre.Client, palabre.AsyncClient])
@pytest.mark.parametrize("argument", keywords(palabre.Client))
def test_every_argument_of_a_client(kind: Any, argument: str) -> None:
    given = {"vendor": "msgflash", "api_key": "k", argument: Nothing()}
    refused(lambda: kind(**given), argument)


@pytest.mark.parametrize("argument", keywords(palabre.Sandbox))
def test_every_argument_of_a_sandbox(argument: str) -> None:
    refused(lambda: palabre.Sandbox(**{argument: Nothing()}), argument)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [palabre.Fleet, palabre.AsyncFleet])
@pytest.mark.parametrize("argument", keywords(palabre.Fleet.from_config))
def test_every_argument_of_a_fleet_from_the_configuration(kind: Any, argument: str) -> None:
    refused(lambda: kind.from_config(**{argument: Nothing()}), argument)


@pytest.mark.parametrize("function", [palabre.accounts, palabre.doctor, palabre.schema])
def test_every_argument_of_the_functions(function: Callable[..., Any]) -> None:
    for argument in keywords(function):
        refused(lambda name=argument: function(**{name: Nothing()}), argument)  # type: ignore[misc]


FLEET_READS = [
    (noun, name, argument)
    for noun in NOUNS
    if noun != "otp"
    for name, method in vars(getattr(palabre, f"Fleet{noun.capitalize()}")).items()
    if not name.startswith("_")
    for argument in keywords(method)
    if argument != "self"
]


@pytest.mark.parametrize("async_", [False, True])
@pytest.mark.parametrize(("noun", "name", "argument"), FLEET_READS)
def test_every_argument_of_the_reads_of_a_fleet(
    sandbox: palabre.Sandbox, async_: bool, noun: str, name: str, argument: str
) -> None:
    client = sandbox.async_client("msgflash") if async_ else sandbox.client("msgflash")
    fleet: Any = (palabre.AsyncFleet if async_ else palabre.Fleet)({"a": client})  # type: ignore[dict-item]
    read = getattr(getattr(fleet, noun), name)
    refused(lambda: read(**{argument: Nothing()}), argument)


@pytest.mark.parametrize("client", ["client", "async_client"])
@pytest.mark.parametrize("argument", ["timeout", "extra"])
def test_the_arguments_of_a_generic_call(
    sandbox: palabre.Sandbox, client: str, argument: str
) -> None:
    api: Any = getattr(sandbox, client)("msgflash")
    refused(lambda: api.call("list_contacts", **{argument: Nothing()}), argument)


def test_progress_is_true_or_false(sandbox: palabre.Sandbox) -> None:
    client: Any = sandbox.client("msgflash")
    refused(lambda: client.contacts.list(progress="yes"), "progress")
    refused(lambda: client.contacts.delete_many(["1"], progress="yes"), "progress")


@pytest.mark.parametrize(
    ("call", "argument"),
    [
        (lambda it: it.client(7), "vendor"),
        (lambda it: it.async_client(None), "vendor"),
        (lambda it: it.client("msgflash").supports(7), "verb"),
        (lambda it: it.client("msgflash").call(7), "operation"),
        (lambda it: it.set_time(5), "time"),
        (lambda it: it.set_time(datetime(2026, 1, 1)), "time"),
        (lambda it: palabre.mask_phone(7), "text"),
        (lambda it: palabre.Client("msgflash", api_key="k", timeout="5"), "timeout"),
        (lambda it: palabre.Client("msgflash", api_key="k", retry=3), "retry"),
        (lambda it: palabre.RetryPolicy(max_attempts=True), "max_attempts"),
        (lambda it: palabre.Client("msgflash", api_key=b"k"), "api_key"),
        (lambda it: palabre.Sandbox(credentials={"reachflow": "k"}), "credentials['reachflow']"),
        (
            lambda it: palabre.Sandbox(credentials={"reachflow": {"api_key": 7}}),
            "credentials['reachflow']['api_key']",
        ),
        (lambda it: palabre.Sandbox(credentials={7: {}}), "a key of credentials"),
        (lambda it: palabre.Fleet([it.client("msgflash")]), "clients"),
        (lambda it: palabre.Fleet({"a": "msgflash"}), "clients['a']"),
        (lambda it: palabre.Fleet({"a": it.async_client("msgflash")}), "clients['a']"),
        (lambda it: palabre.AsyncFleet({1: it.async_client("msgflash")}), "a key of clients"),
    ],
)
def test_other_wrong_types(
    sandbox: palabre.Sandbox, call: Callable[[Any], Any], argument: str
) -> None:
    refused(lambda: call(sandbox), argument)
