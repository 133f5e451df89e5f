"""Fleets: reads over several accounts, with the failures among the results."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import configs
import pandas
import polars
import pyarrow
import pytest
from requests_seen import Requests

import palabre

NAMES = {
    "support": "reachflow",
    "sales": "msgflash",
    "partners": "99digital",
    "shop": "wapiflow",
}
READS = {
    "numbers.list": ["partners", "sales", "support"],
    "contacts.list": ["partners", "sales", "shop"],
    "groups.list": ["sales"],
    "conversations.list": ["shop"],
    "messages.list": ["partners", "sales"],
    "templates.list": ["partners", "shop"],
    "stats.monthly": ["partners"],
    "stats.current_month": ["partners"],
    "stats.today": ["support"],
}
every_read = pytest.mark.parametrize("verb", READS)


@pytest.fixture
def fleet(sandbox: palabre.Sandbox) -> palabre.Fleet:
    clients = {}
    for name, vendor in NAMES.items():
        clients[name] = sandbox.client(vendor, retry=palabre.RetryPolicy.off())  # type: ignore[arg-type]
    return palabre.Fleet(clients)


def read(fleet: palabre.Fleet, verb: str, **options: Any) -> Any:
    noun, method = verb.split(".")
    return getattr(getattr(fleet, noun), method)(**options)


def test_a_verb_of_one_account_says_so_when_a_fleet_is_asked_for_it(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox
) -> None:
    with pytest.raises(AttributeError, match=r'as in fleet\["partners"\]\.contacts\.create'):
        _ = fleet.contacts.create  # type: ignore[attr-defined]
    later = palabre.AsyncFleet({"sales": sandbox.async_client("msgflash")})
    with pytest.raises(AttributeError, match=r'as in fleet\["sales"\]\.messages\.send_many'):
        _ = later.messages.send_many  # type: ignore[attr-defined]
    for name in ("frob", "__wrapped__", "_repr_png_"):
        with pytest.raises(AttributeError, match=f"'FleetContacts' object has no .*'{name}'"):
            getattr(fleet.contacts, name)


def test_fleets_and_their_nouns_show_the_accounts(fleet: palabre.Fleet) -> None:
    names = "partners, sales, shop, support"
    assert repr(fleet) == f"Fleet({names})"
    assert repr(fleet.contacts) == f"FleetContacts({names})"
    assert repr(fleet.stats) == f"FleetStats({names})"


@every_read
def test_rows_carry_the_names_that_the_fleet_was_made_with(fleet: palabre.Fleet, verb: str) -> None:
    table = read(fleet, verb)
    assert len(table) > 0
    assert sorted({row.account for row in table}) == READS[verb]
    assert {row.vendor for row in table} == {NAMES[name] for name in READS[verb]}
    assert table.to_arrow().num_rows == len(table)


@every_read
def test_accounts_that_cannot_are_listed_and_asked_for_nothing(
    fleet: palabre.Fleet, requests: Requests, verb: str
) -> None:
    table = read(fleet, verb)
    others = sorted(set(NAMES) - set(READS[verb]))
    assert [failure.account for failure in table.unsupported] == others
    for failure in table.unsupported:
        assert isinstance(failure.error, palabre.UnsupportedError)
        assert failure.error.account == failure.account
    assert table.failures == []
    assert {entry["vendor"] for entry in requests.entries()} == {
        NAMES[name] for name in READS[verb]
    }


@every_read
def test_the_rows_are_those_of_the_clients(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox, verb: str
) -> None:
    table = read(fleet, verb)
    noun, method = verb.split(".")
    for name in READS[verb]:
        rows = list(getattr(getattr(fleet[name], noun), method)())
        mine = [row for row in table if row.account == name]
        same = [field for field in rows[0].to_dict() if field != "account"]
        for one, other in zip(mine, rows, strict=True):
            for field in same:
                value = getattr(one, field)
                if not isinstance(value, palabre.Contact):
                    assert value == getattr(other, field)


@pytest.mark.parametrize("verb", ["numbers.list", "contacts.list"])
def test_an_account_that_fails_is_listed_and_the_others_answer(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox, verb: str
) -> None:
    failing, *answering = READS[verb]
    vendor = NAMES[failing]
    operation = {"numbers.list": "get_whatsapp", "contacts.list": "get_contacts"}[verb]
    sandbox.add_fault(vendor=vendor, operation=operation, status=503, times=None)
    table = read(fleet, verb)
    (failure,) = table.failures
    assert failure.account == failing
    assert isinstance(failure.error, palabre.UnavailableError)
    assert (failure.error.account, failure.error.operation) == (failing, verb)
    assert {row.account for row in table} == set(answering)
    assert repr(table).startswith("Table(NOT THE WHOLE: ")
    assert "1 FAILED ACCOUNT" in repr(table)


def test_a_list_that_breaks_off_gives_no_part_of_an_account(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(vendor="msgflash", operation="list_contacts", after=3, status=503, times=None)
    table = fleet.contacts.list()
    assert Counter(row.account for row in table) == {"partners": 130, "shop": 264}
    assert [failure.account for failure in table.failures] == ["sales"]


@pytest.mark.parametrize("verb", ["numbers.list", "stats.today"])
def test_a_failure_is_raised_on_request(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox, verb: str
) -> None:
    sandbox.add_fault(vendor="reachflow", status=503, times=None)
    with pytest.raises(palabre.UnavailableError) as caught:
        read(fleet, verb, on_error="raise")
    assert caught.value.account == "support"


def test_what_is_unsupported_is_not_raised_as_long_as_somebody_answers(
    fleet: palabre.Fleet,
) -> None:
    assert len(fleet.numbers.list(on_error="raise")) == 12


def test_if_all_fail_there_are_no_rows_and_all_failures(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(status=503, times=None)
    table = fleet.numbers.list()
    assert len(table) == 0
    assert [failure.account for failure in table.failures] == ["partners", "sales", "support"]
    with pytest.warns(palabre.PartialResultWarning, match="3 accounts failed"):
        assert table.to_arrow().num_rows == 0


@pytest.fixture
def partial(fleet: palabre.Fleet, sandbox: palabre.Sandbox) -> palabre.Table[palabre.Contact]:
    sandbox.add_fault(vendor="wapiflow", status=503, times=None)
    return fleet.contacts.list()


@pytest.mark.parametrize(
    "convert",
    [
        lambda table: table.to_pandas(),
        lambda table: table.to_polars(),
        lambda table: table.to_arrow(),
        lambda table: table[:3].to_polars(),
        polars.DataFrame,
        pyarrow.table,
    ],
    ids=["to_pandas", "to_polars", "to_arrow", "slice", "polars", "pyarrow"],
)
def test_a_partial_table_becomes_a_frame_with_a_warning(
    partial: palabre.Table[palabre.Contact], convert: Any
) -> None:
    with pytest.warns(palabre.PartialResultWarning) as caught:
        convert(partial)
    (warning,) = caught
    assert str(warning.message).startswith("not the whole: 1 account failed (shop);")
    # Polars and pyarrow ask for the rows in a line of theirs; it is about the one that asked them.
    assert warning.filename == __file__


def test_a_frame_of_pandas_keeps_the_accounts_that_failed(
    partial: palabre.Table[palabre.Contact], tmp_path: Path
) -> None:
    with pytest.warns(palabre.PartialResultWarning):
        frame = partial.to_pandas()
    failures = frame.attrs["palabre_failures"]
    assert failures == {"shop": str(partial.failures[0].error)}
    frame.to_parquet(tmp_path / "contacts.parquet")
    assert pandas.read_parquet(tmp_path / "contacts.parquet").attrs == frame.attrs


def test_accounts_that_merely_lack_a_verb_are_no_reason_to_warn(fleet: palabre.Fleet) -> None:
    table = fleet.contacts.list()
    assert table.unsupported
    assert table.to_pandas().attrs == {}
    assert len(table.to_polars()) == len(table)


def test_an_account_that_was_never_opened_says_why_it_has_no_such_thing(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = configs.write(tmp_path, sandbox, inline=True)
    one = '[accounts.one]\nvendor = "99digital"\napi_key = "key"\nnumber = "972501234567"\n'
    path.write_text(path.read_text(encoding="utf-8") + "\n" + one, encoding="utf-8")
    table = palabre.Fleet.from_config(path).numbers.list()
    errors = {failure.account: failure.error for failure in table.unsupported}
    assert sorted(errors) == ["one", "shop"]
    note = palabre.Client("99digital", api_key="key", number="1").supports("numbers.list").note
    assert errors["one"].message == note
    assert (errors["one"].outcome, errors["one"].operation) == ("not_sent", "numbers.list")


def test_what_nobody_can_do_is_an_error_and_not_an_empty_table(sandbox: palabre.Sandbox) -> None:
    fleet = palabre.Fleet({"a": sandbox.client("reachflow"), "b": sandbox.client("99digital")})
    with pytest.raises(palabre.UnsupportedError) as caught:
        fleet.groups.list()
    assert caught.value.account == "a"
    assert sandbox.journal() == []


def test_options_reach_every_account(fleet: palabre.Fleet, requests: Requests) -> None:
    table = fleet.contacts.list(search="maya")
    assert table
    assert all("maya" in (row.name or "").lower() for row in table)
    assert {entry["query"]["search"] for entry in requests.entries()} == {"maya"}
    # Who cannot search is told apart from who has found nobody.
    assert [failure.account for failure in table.unsupported] == ["partners", "support"]
    assert "search" in str(table.unsupported[0].error)
    assert {row.status for row in fleet.conversations.list(status="done")} == {"done"}
    assert len(fleet.stats.monthly(start="2026-09", end="2026-10")) == 8


def test_the_same_vendor_takes_part_under_several_names(sandbox: palabre.Sandbox) -> None:
    fleet = palabre.Fleet({name: sandbox.client("msgflash") for name in ("north", "south")})
    assert Counter(row.account for row in fleet.groups.list()) == {"north": 10, "south": 10}


def test_accounts_are_read_at_the_same_time(sandbox: palabre.Sandbox) -> None:
    fleet = palabre.Fleet({f"account {n}": sandbox.client("msgflash") for n in range(8)})
    sandbox.add_fault(delay_ms=300, times=None)
    with pytest.raises(palabre.TimeoutError):
        fleet.groups.list(timeout=0.1, on_error="raise")
    table = fleet.groups.list(timeout=1.5)
    assert (len(table), table.failures) == (80, [])


def test_a_fleet_is_a_mapping_of_names_to_clients(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox
) -> None:
    assert list(fleet) == sorted(NAMES)
    assert len(fleet) == 4
    assert ("sales" in fleet, "nobody" in fleet, 5 in fleet) == (True, False, False)
    assert fleet["sales"].contacts.get("CONTACT_UUID_1").id == "CONTACT_UUID_1"
    client = sandbox.client("msgflash")
    assert palabre.Fleet({"only": client})["only"] is client
    assert repr(fleet) == "Fleet(partners, sales, shop, support)"


@pytest.mark.parametrize("name", ["nobody", "", "Sales"])
def test_an_account_that_is_not_there_is_a_key_error_with_those_that_are(
    fleet: palabre.Fleet, name: str
) -> None:
    with pytest.raises(KeyError) as caught:
        fleet[name]
    names = "partners, sales, shop, support"
    assert caught.value.args == (f'there is no account "{name}" in the fleet, only {names}',)
    assert fleet.get(name) is None
    assert name not in fleet


def test_a_later_change_of_the_dict_changes_nothing(sandbox: palabre.Sandbox) -> None:
    clients = {"a": sandbox.client("reachflow")}
    fleet = palabre.Fleet(clients)
    clients.clear()
    assert list(fleet) == ["a"]


@pytest.mark.parametrize("name", ["", " ", "two\nlines"])
def test_a_name_that_cannot_be_shown_is_refused(sandbox: palabre.Sandbox, name: str) -> None:
    with pytest.raises(palabre.InvalidInputError, match="clients"):
        palabre.Fleet({name: sandbox.client("reachflow")})


def test_a_fleet_of_nobody_is_refused() -> None:
    with pytest.raises(palabre.InvalidInputError, match="clients: is empty"):
        palabre.Fleet({})


@pytest.mark.parametrize("wrong", [None, [], "clients", {"a": None}, {"a": "reachflow"}, {1: 2}])
def test_a_fleet_is_made_of_clients_by_name(wrong: Any) -> None:
    with pytest.raises(TypeError):
        palabre.Fleet(wrong)


def test_async_clients_do_not_go_into_a_fleet(sandbox: palabre.Sandbox) -> None:
    wrong: Any = {"a": sandbox.async_client("reachflow")}
    with pytest.raises(TypeError):
        palabre.Fleet(wrong)


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"on_error": "ignore"}, "on_error"),
        ({"timeout": 0}, "timeout"),
        ({"start": "2025-13"}, "start"),
        ({"start": "2025-06", "end": "2025-05"}, "end"),
    ],
)
def test_bad_options_are_named_and_nothing_is_sent(
    fleet: palabre.Fleet, sandbox: palabre.Sandbox, options: dict[str, Any], argument: str
) -> None:
    with pytest.raises(palabre.InvalidInputError, match=argument):
        fleet.stats.monthly(**options)
    assert sandbox.journal() == []
