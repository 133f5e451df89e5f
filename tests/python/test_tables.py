"""Pages and tables are sequences of rows."""

from __future__ import annotations

from typing import Any

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
def test_a_slice_is_a_list_of_rows(rows: Any, cut: slice) -> None:
    assert rows[cut] == list(rows)[cut]


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
    assert list(nothing) == nothing[:] == []
