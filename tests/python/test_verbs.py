"""Every verb at every vendor: done where it is supported, refused before anything is sent elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from conftest import Connect
from referee import spec
from requests_seen import Requests
from verbs import EMULATED, SUPPORTED, TO, VENDORS, every_verb, run

import palabre

VERBS = every_verb()
NUMBER = "a3f1b2c4-1234-4abc-9def-000011112222"
DONE = [(vendor, verb) for vendor in VENDORS for verb in SUPPORTED[vendor]]
REFUSED = [(vendor, verb) for vendor in VENDORS for verb in VERBS if verb not in SUPPORTED[vendor]]


def test_the_verbs_are_those_of_the_rust_code() -> None:
    assert len(VERBS) == 34
    assert {verb for verbs in SUPPORTED.values() for verb in verbs} == set(VERBS)


def test_every_verb_is_a_method_of_both_clients() -> None:
    for verb in VERBS:
        noun, method = verb.split(".")
        for prefix in ("", "Async"):
            noun_class = getattr(palabre, f"{prefix}{noun.capitalize()}")
            assert callable(getattr(noun_class, method)), f"{prefix}{verb}"


@pytest.mark.parametrize(("vendor", "verb"), DONE)
async def test_supported_verb_is_done(
    connect: Connect, requests: Requests, vendor: str, verb: str
) -> None:
    api = connect(vendor)
    await run(api, verb)
    assert requests.count() >= 1
    assert all(entry["performed"] for entry in requests.entries())


@pytest.mark.parametrize(("vendor", "verb"), REFUSED)
async def test_unsupported_verb_is_refused_and_nothing_is_sent(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, verb: str
) -> None:
    api = connect(vendor)
    with pytest.raises(palabre.UnsupportedError) as caught:
        await run(api, verb)
    error = caught.value
    assert (error.vendor, error.operation, error.outcome) == (vendor, verb, "not_sent")
    assert error.hint
    assert error.hint.endswith(" can")
    assert sandbox.journal() == []


@pytest.mark.parametrize(("vendor", "verb"), DONE + REFUSED)
def test_supports_tells_what_a_verb_does(connect: Connect, vendor: str, verb: str) -> None:
    support = connect(vendor).supports(verb)
    assert support.who_can == tuple(able for able in VENDORS if verb in SUPPORTED[able])
    if verb not in SUPPORTED[vendor]:
        assert (support.support, bool(support)) == ("unsupported", False)
        assert support.note
    elif (vendor, verb) in EMULATED:
        assert (support.support, bool(support)) == ("emulated", True)
        assert support.note
    else:
        assert (support.support, bool(support)) == ("native", True)
        # Of sending it says what can be sent.
        assert (support.note is None) == (verb != "messages.send")


def test_what_a_vendor_lacks_says_who_has_it(sandbox: palabre.Sandbox) -> None:
    support = sandbox.client("99digital").supports("contacts.delete_many")
    assert support.who_can == ("msgflash", "wapiflow")
    assert 'who_can="msgflash, wapiflow"' in repr(support)
    assert support.to_dict()["who_can"] == support.who_can


def test_the_stub_names_every_verb_so_that_a_checker_sees_a_wrong_one() -> None:
    stub = Path(palabre.__file__).with_name("_palabre.pyi").read_text(encoding="utf-8")
    _, _, rest = stub.partition("_Verb: TypeAlias = Literal[")
    assert re.findall(r'"([a-z_.]+)"', rest.partition("]")[0]) == VERBS
    assert stub.count("def supports(self, verb: _Verb) -> Support: ...") == 2


@pytest.mark.parametrize("vendor", VENDORS)
async def test_the_verbs_of_a_vendor_reach_all_its_operations(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str
) -> None:
    api = connect(vendor)
    # What is deleted cannot be read any more.
    for verb in sorted(SUPPORTED[vendor], key=lambda verb: "delete" in verb):
        await run(api, verb)
    if vendor == "reachflow":
        # A file goes out by an operation of its own.
        file = {"image": "https://files.example/menu.png", "from_": NUMBER}
        await api.messages.send(to=TO, **file)
    if vendor == "99digital":
        # Other contents are other operations.
        to = "+972541112233"
        await api.messages.send(to=to, image="https://shop.example/a.png")
        await api.messages.send(to=to, location=(32.79, 34.98))
    assert {entry["operation"] for entry in sandbox.journal()} == set(spec(vendor).operations)
