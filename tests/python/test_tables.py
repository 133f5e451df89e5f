"""Pages and tables are sequences of rows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars
import pytest

import palabre


@pytest.fixture(params=["page", "table"])
def rows(request: pytest.FixtureRequest, sandbox: palabre.Sandbox) -> Any:
    listing = sandbox.client("msgflash").groups.list()
    return next(listing.pages()) if request.param == "page" else listing.collect()


def test_rows_are_counted_indexed_and_iterated(rows: Any) -> None:
    ids = [row.id for row in rows]
    assert len(rows) == len(ids) == 10
    assert [rows[place].id for place in range(10)] == ids
    assert [rows[place - 10].id for place in range(10)] == ids
    assert rows[0] in rows
    assert [row.id for row in reversed(rows)] == ids[::-1]
    assert bool(rows)


@pytest.mark.parametrize(
    "cut",
    [
        slice(3),
        slice(2, 5),
        slice(-2, None),
        slice(None, None, 3),
        slice(None, None, -1),
        slice(8, 2, -2),
        slice(50),
        slice(5, 5),
    ],
    ids=str,
)
def test_a_slice_holds_the_rows_that_a_slice_of_a_list_holds(rows: Any, cut: slice) -> None:
    assert list(rows[cut]) == list(rows)[cut]
    assert isinstance(rows[cut], palabre.Table if isinstance(rows, palabre.Table) else list)


@pytest.mark.parametrize("place", [10, -11, 10**30])
def test_a_place_outside_is_an_index_error(rows: Any, place: int) -> None:
    with pytest.raises(IndexError):
        rows[place]


@pytest.mark.parametrize("place", ["name", None, 1.0])
def test_a_place_is_a_whole_number(rows: Any, place: Any) -> None:
    with pytest.raises(TypeError):
        rows[place]


def test_an_iterator_knows_how_many_are_left(rows: Any) -> None:
    iterator = iter(rows)
    next(iterator)
    assert iterator.__length_hint__() == 9
    assert len(list(iterator)) == 9
    assert list(iterator) == []


def test_rows_are_read_twice(rows: Any) -> None:
    assert list(rows) == list(rows)


def test_the_repr_counts(rows: Any) -> None:
    assert "10 rows of Group" in repr(rows)


def test_classes_of_rows_are_written_with_what_they_hold() -> None:
    for kind in (palabre.Page, palabre.Table, palabre.Listing, palabre.AsyncListing):
        assert "Contact" in repr(kind[palabre.Contact])


def test_nothing_is_false(sandbox: palabre.Sandbox) -> None:
    nothing = sandbox.client("msgflash").groups.list(search="no such group").collect()
    assert not nothing
    assert list(nothing) == list(nothing[:]) == []


def test_a_slice_of_a_part_is_still_no_whole(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(vendor="wapiflow", status=403, times=None)
    fleet = palabre.Fleet({name: sandbox.client(name) for name in ("msgflash", "wapiflow")})  # type: ignore[arg-type]
    table = fleet.contacts.list()[:2]
    assert [failure.account for failure in table.failures] == ["wapiflow"]
    assert repr(table) == "Table(NOT THE WHOLE: 2 rows of Contact, 1 FAILED ACCOUNT)"


def test_rows_have_the_methods_of_a_sequence(rows: Any) -> None:
    # polars would take a registered sequence for a list of objects, not for columns.
    assert not isinstance(rows, Sequence)
    assert polars.DataFrame(rows).columns == rows.to_polars().columns != ["column_0"]
    assert rows.index(rows[3]) == rows.index(rows[3], 2, -1) == 3
    assert (rows.count(rows[3]), rows.count("x")) == (1, 0)
    for value, limits in (("x", ()), (rows[3], (4,)), (rows[3], (0, 3)), (rows[3], (0, -7))):
        with pytest.raises(ValueError, match="no such row"):
            rows.index(value, *limits)


def test_tables_of_the_same_rows_are_equal(sandbox: palabre.Sandbox) -> None:
    listing = sandbox.client("msgflash").groups.list()
    one, same, other = listing.collect(), listing.collect(), listing.collect()[1:]
    assert (one == same, one != same, hash(one) == hash(same)) == (True, False, True)
    assert one not in (other, list(one), None)
    pages = [next(listing.pages()) for _ in range(2)]
    assert (pages[0] == pages[1], len(set(pages))) == (True, 1)
    assert pages[0] != one


def test_a_table_as_a_dict_is_plain_data(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(vendor="wapiflow", status=403, times=None)
    names: list[Any] = ["msgflash", "wapiflow", "reachflow"]
    fleet = palabre.Fleet({name: sandbox.client(name) for name in names})
    fields = fleet.contacts.list().to_dict()
    assert [*fields] == ["rows", "warnings", "failures", "unsupported"]
    assert len(fields["rows"]) == 324
    assert fields["rows"][0]["vendor"] == "msgflash"
    (failure,) = fields["failures"]
    assert (failure["account"], failure["error"]["kind"]) == ("wapiflow", "Permission")
    json.dumps(fields, default=str)
    page = next(sandbox.client("msgflash").groups.list().pages()).to_dict()
    assert [*page] == ["items", "next_cursor", "total"]
    assert page["items"][0]["name"]
