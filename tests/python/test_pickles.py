"""Results travel whole: to workers, to caches, to sets."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from typing import Any

import pytest
from test_results import OTHERS, RECORDS, RESULTS, SECRETS, make

import palabre

KEPT = [*RESULTS, "Support", "AccountFailure", "Page", "Table"]
PROTOCOLS = range(2, pickle.HIGHEST_PROTOCOL + 1)


@pytest.fixture
def objects(sandbox: palabre.Sandbox) -> dict[str, Any]:
    return make(sandbox)


def there_and_back(value: Any, protocol: int = pickle.HIGHEST_PROTOCOL) -> Any:
    return pickle.loads(pickle.dumps(value, protocol))


@pytest.mark.parametrize("name", KEPT)
def test_a_result_comes_back_whole(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    for protocol in PROTOCOLS:
        back = there_and_back(thing, protocol)
        assert type(back) is type(thing)
        assert back == thing
        assert hash(back) == hash(thing)
        assert repr(back) == repr(thing)
        assert back.to_dict() == thing.to_dict()
    assert there_and_back(there_and_back(thing)) == thing


@pytest.mark.parametrize("name", RECORDS)
def test_what_the_vendor_sent_comes_back_too(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    back = there_and_back(thing)
    assert (back.raw, back.extra) == (thing.raw, thing.extra)


def test_what_the_vendor_sent_of_an_object_inside_comes_back_too(objects: dict[str, Any]) -> None:
    contact = objects["Conversation"].contact
    back = there_and_back(objects["Conversation"]).contact
    assert contact.raw
    assert (back, back.raw) == (contact, contact.raw)


def test_unknown_fields_come_back(sandbox: palabre.Sandbox) -> None:
    pointer = {"pointer": "/data/contacts/0/score", "value": [1.5, None]}
    sandbox.add_fault(operation="list_contacts", vendor="msgflash", replace=pointer)
    page = next(sandbox.client("msgflash").contacts.list().pages())
    assert there_and_back(page)[0].extra == {"score": [1.5, None]}
    assert there_and_back(page)[1].extra == {}


@pytest.mark.parametrize("name", KEPT)
def test_no_secret_is_in_a_pickle(objects: dict[str, Any], name: str) -> None:
    text = pickle.dumps(objects[name]).decode("utf-8", "replace")
    for secret in [*SECRETS, "sandbox-"]:
        assert secret not in text


def test_a_vendor_s_secret_in_a_row_is_not_in_its_pickle(sandbox: palabre.Sandbox) -> None:
    pointer = {"pointer": "/0/apiKey", "value": "hush-hush"}
    sandbox.add_fault(operation="get_whatsapp", vendor="99digital", times=None, replace=pointer)
    table = sandbox.client("99digital").numbers.list().collect()
    assert table[0].raw["apiKey"] == "***"
    assert b"hush-hush" not in pickle.dumps(table)
    assert there_and_back(table) == table


def test_a_table_keeps_what_a_reader_has_to_know(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(vendor="wapiflow", status=429, headers={"retry-after": "7"}, times=None)
    names: list[Any] = ["msgflash", "wapiflow", "reachflow"]
    clients = {name: sandbox.client(name, retry=palabre.RetryPolicy.off()) for name in names}
    table = palabre.Fleet(clients).contacts.list()
    back = there_and_back(table)
    assert len(back) == 324
    (failure,) = back.failures
    assert failure == table.failures[0]
    assert isinstance(failure.error, palabre.RateLimitedError)
    assert failure.error.retry_after == 7
    assert str(failure.error) == str(table.failures[0].error)
    assert [failure.account for failure in back.unsupported] == ["reachflow"]


def test_another_process_reads_a_pickle(objects: dict[str, Any]) -> None:
    whole = {name: objects[name] for name in KEPT}
    done = subprocess.run(
        [sys.executable, "-c", "import pickle, sys; print(pickle.load(sys.stdin.buffer))"],
        input=pickle.dumps(whole),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.decode().rstrip() == repr(whole)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[{}]", "null"])
def test_a_broken_pickle_is_an_error_that_says_so(objects: dict[str, Any], text: str) -> None:
    for name in KEPT:
        restore, arguments = objects[name].__reduce__()
        with pytest.raises(ValueError, match="pickle"):
            restore(*arguments[:-1], text)


@pytest.mark.parametrize("name", KEPT)
def test_a_copy_is_the_object_itself(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    assert copy.copy(thing) is thing
    assert copy.deepcopy([thing])[0] is thing


@pytest.mark.parametrize("name", KEPT)
def test_equal_results_are_one_in_a_set(sandbox: palabre.Sandbox, name: str) -> None:
    first = make(sandbox)[name]
    sandbox.reset()
    again = make(sandbox)
    assert len({first, again[name]}) == 1
    assert {again[other]: other for other in KEPT}[first] == name


def test_contacts_of_two_lists_are_compared_as_sets(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    before = set(client.contacts.list())
    created = client.contacts.create(phone="+22997000001", name="Nouvelle")
    assert {contact.id for contact in set(client.contacts.list()) - before} == {created.id}


@pytest.mark.parametrize("name", ["Listing", "Sandbox"])
def test_what_is_connected_does_not_travel(objects: dict[str, Any], name: str) -> None:
    assert name in OTHERS
    with pytest.raises(TypeError, match="pickle"):
        pickle.dumps(objects[name])
