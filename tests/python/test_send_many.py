"""Sending to many people with a ledger: rows of any kind, and each person gets one message."""

from __future__ import annotations

import asyncio
import datetime
import decimal
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy
import pandas
import polars
import pyarrow
import pytest
from campaigns import TEXT, number, people
from conftest import Connect
from drawn import Drawn

import palabre

ROWS: dict[str, Callable[[list[dict[str, Any]]], Any]] = {
    "list": list,
    "tuple": tuple,
    "iterator": iter,
    "generator": lambda rows: (row for row in rows),
    "pandas": pandas.DataFrame,
    "polars": polars.DataFrame,
    "arrow table": pyarrow.Table.from_pylist,
    "arrow reader": lambda rows: pyarrow.Table.from_pylist(rows).to_reader(max_chunksize=3),
}


def texts(sandbox: palabre.Sandbox) -> dict[str, str | None]:
    """What each person got; that nobody got two is checked on the way."""
    sent = [message for message in sandbox.sent() if message.accepted]
    assert len({message.to for message in sent}) == len(sent)
    return {message.to: message.text for message in sent}


@pytest.mark.parametrize("kind", ROWS)
async def test_rows_of_every_kind_are_sent_once(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "campaign.db"
    client = connect("wapiflow")
    for _ in range(2):
        report = await client.messages.send_many(ROWS[kind](people(10)), ledger=path, text=TEXT)
        assert (report.accepted, report.total, report.left) == (10, 10, 0)
    assert texts(sandbox) == {number(index): f"Hello Person {index}" for index in range(10)}


async def test_the_same_people_are_the_same_rows_whatever_holds_them(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    client = connect("wapiflow")
    for rows in ROWS.values():
        await client.messages.send_many(rows(people(5)), ledger=tmp_path / "a.db", text=TEXT)
    assert len(sandbox.sent()) == 5


async def test_what_data_libraries_have_in_place_of_nothing_is_nothing(
    connect: Connect, tmp_path: Path
) -> None:
    rows = [*people(2), {"to": number(2), "name": None, "key": "k2"}]
    frames: list[Any] = [
        pandas.DataFrame(rows),
        pandas.DataFrame(rows).astype({"name": "string"}),
        [*people(2), {"to": number(2), "name": float("nan"), "key": "k2"}],
        polars.DataFrame(rows),
        pyarrow.Table.from_pylist(rows),
    ]
    for index, frame in enumerate(frames):
        plan = await connect("wapiflow").messages.plan(frame, text=TEXT)
        assert (plan.planned, plan.refused) == (2, 1), index
        (row,) = plan.rows(state="refused")
        assert row.reason.startswith("no value for {name}")


NOTHING: dict[str, Any] = {
    "pandas NaT": pandas.NaT,
    "pandas NA": pandas.NA,
    "numpy NaT": numpy.datetime64("NaT"),
    "numpy NaT of nanoseconds": numpy.datetime64("NaT", "ns"),
    "numpy NaT of a span": numpy.timedelta64("NaT"),
    "numpy NaN": numpy.float32("nan"),
    "Decimal NaN": decimal.Decimal("nan"),
}


@pytest.mark.parametrize("kind", NOTHING)
async def test_a_cell_that_is_not_even_itself_is_nothing(connect: Connect, kind: str) -> None:
    rows = [{"to": number(0), "when": "today"}, {"to": number(1), "when": NOTHING[kind]}]
    plan = await connect("wapiflow").messages.plan(rows, text="on {when}")
    (row,) = plan.rows(state="refused")
    assert (plan.planned, row.row) == (1, 2)
    assert row.reason.startswith("no value for {when}")


async def test_a_missing_date_of_a_frame_is_nothing_in_its_records_too(connect: Connect) -> None:
    frame = pandas.DataFrame(
        {
            "to": [number(0), number(1)],
            "when": [datetime.datetime(2026, 1, 2), None],
        }
    )
    for rows in (frame, frame.to_dict("records")):
        plan = await connect("wapiflow").messages.plan(rows, text="on {when}")
        (row,) = plan.rows(state="refused")
        assert (plan.planned, row.row) == (1, 2)


async def test_a_time_of_numpy_is_the_text_that_python_writes(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    times = {
        numpy.datetime64("2026-01-02T12:00:00", "ns"): "2026-01-02T12:00:00",
        numpy.datetime64("2026-01-02T12:00:00.25", "ns"): "2026-01-02T12:00:00.250000",
        numpy.datetime64("2026-01-02T12:00:00.123456789"): "2026-01-02T12:00:00.123456789",
        numpy.datetime64("2026-01-02T12:00:00.5", "us"): "2026-01-02T12:00:00.500000",
        numpy.datetime64("2026-01-02T12:00", "s"): "2026-01-02T12:00:00",
        numpy.datetime64("2026-01-02"): "2026-01-02",
    }
    rows = [{"to": number(index), "when": when} for index, when in enumerate(times)]
    path = tmp_path / "a.db"
    await connect("wapiflow").messages.send_many(rows, ledger=path, text="on {when}")
    said = [texts(sandbox)[number(index)] for index in range(len(times))]
    assert said == [f"on {text}" for text in times.values()]


@pytest.mark.parametrize(
    "when",
    [
        numpy.timedelta64(5, "ns"),
        numpy.datetime64(2**62, "s"),
        numpy.datetime64(1, "as"),
        numpy.array([5], dtype="m8[ns]"),
    ],
    ids=["a span", "a year that nobody writes", "finer than anybody writes", "spans"],
)
async def test_a_time_of_numpy_that_has_no_text_is_refused(connect: Connect, when: Any) -> None:
    rows = [{"to": number(0), "when": when}]
    with pytest.raises(palabre.InvalidInputError, match=r"rows\[0\].when: is no time that"):
        await connect("wapiflow").messages.plan(rows, text="on {when}")


async def test_times_of_numpy_are_values_of_a_template(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    times = numpy.array(["2026-01-02", "2026-01-03T10:00"], dtype="M8[ns]")
    rows = [{"to": number(0), "template": 1, "variables": times}]
    plan = await connect("wapiflow").messages.plan(rows)
    assert plan.planned == 1


async def test_values_of_other_classes_are_read(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    row = {
        "to": number(0),
        "count": numpy.int64(3),
        "rate": numpy.float64(2.5),
        "day": datetime.date(2026, 11, 15),
        "price": decimal.Decimal("9.90"),
    }
    text = "{count} {rate} {day} {price} {{}}"
    await connect("wapiflow").messages.send_many([row], ledger=tmp_path / "a.db", text=text)
    assert texts(sandbox) == {number(0): "3 2.5 2026-11-15 9.90 {}"}


async def test_columns_are_called_like_the_arguments(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    picture = tmp_path / "menu.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    rows = [
        {"to": number(0), "text": "Hi {not a placeholder}"},
        {"to": number(1), "image": picture, "text": "Menu"},
        {"to": number(2), "document": ("menu.pdf", b"%PDF-1.7")},
        {"to": number(3), "location": (6.37, 2.39)},
        {"to": number(4), "template": 1, "variables": ["Awa"]},
    ]
    report = await connect("wapiflow").messages.send_many(rows, ledger=tmp_path / "a.db")
    assert report.accepted == 5
    kinds = {message.to: message.kind for message in sandbox.sent()}
    assert [kinds[number(index)] for index in range(5)] == [
        "text",
        "image",
        "document",
        "location",
        "template",
    ]
    assert texts(sandbox)[number(0)] == "Hi {not a placeholder}"


async def test_a_file_that_cannot_be_read_refuses_its_row_and_the_others_go_on(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    picture = tmp_path / "menu.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n")
    rows = [{"to": number(index), "key": f"k{index}", "image": picture} for index in range(4)]
    rows[1]["image"] = tmp_path / "missing.png"
    rows[2]["image"] = tmp_path
    client = connect("wapiflow")
    plan = await client.messages.plan(rows)
    report = await client.messages.send_many(rows, ledger=tmp_path / "a.db")
    assert (plan.planned, report.accepted, len(sandbox.sent())) == (2, 2, 2)
    for refused in (plan.rows(state="refused"), report.rows(state="refused")):
        assert [(row.row, row.key) for row in refused] == [(2, "k1"), (3, "k2")]
        assert all((row.reason or "").startswith("image: ") for row in refused)
        assert "No such file" in (refused[0].reason or "")


async def test_content_without_rows_is_refused_because_it_would_change_nothing(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    client = connect("wapiflow")
    path = tmp_path / "a.db"
    await client.messages.send_many(people(2), ledger=path, text=TEXT)
    with pytest.raises(palabre.InvalidInputError, match="text: the content is frozen"):
        await client.messages.send_many(None, ledger=path, text="corrected")
    assert len(sandbox.sent()) == 2


async def test_a_path_in_a_table_is_not_a_file(connect: Connect, tmp_path: Path) -> None:
    rows = [{"to": number(0), "image": "/etc/passwd"}]
    plan = await connect("wapiflow").messages.plan(rows)
    (row,) = plan.rows()
    assert (row.state, row.reason.split(";")[0]) == (
        "refused",
        "image: is neither a file nor a link",
    )


async def test_a_plan_tells_each_row_and_sends_nothing(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    rows = [*people(3), {"to": "0199"}, *people(1)]
    plan = await connect("wapiflow").messages.plan(rows, text=TEXT)
    assert repr(plan) == "Plan(3 of 5 rows would be sent, 2 refused)"
    assert [row.state for row in plan.rows()] == ["planned"] * 3 + ["refused"] * 2
    assert plan.rows()[0].to == "+880********00"
    assert plan.rows(numbers=True)[0].to == number(0)
    assert plan.to_pandas()["kind"].tolist()[:3] == ["text"] * 3
    assert "nothing was sent" in plan._repr_html_()
    assert sandbox.journal() == []


async def test_a_plan_warns_of_a_number_that_its_country_does_not_have(connect: Connect) -> None:
    rows = [{"to": "+33612345678"}, {"to": "+33612345"}]
    plan = await connect("wapiflow").messages.plan(rows, text="Hello")
    assert plan.planned == 2
    assert [row.warning for row in plan.rows()] == [None, "the number is too short for its country"]
    assert "too short" in plan.rows()._repr_html_()


async def test_a_changed_audience_is_refused_with_the_difference(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    client = connect("wapiflow")
    path = tmp_path / "a.db"
    await client.messages.send_many(people(5), ledger=path, text=TEXT)
    with pytest.raises(palabre.ConflictError, match=r"1 added \(row 6 \+880\*+05\)") as error:
        await client.messages.send_many(people(6), ledger=path, text=TEXT)
    assert number(5) not in str(error.value)
    report = await client.messages.send_many(None, ledger=path)
    assert (report.accepted, len(sandbox.sent())) == (5, 5)


async def test_an_exception_of_the_rows_is_raised_as_it_is(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield from people(2)
        raise LookupError("mine")

    with pytest.raises(LookupError, match="mine"):
        await connect("wapiflow").messages.send_many(rows(), ledger=tmp_path / "a.db", text=TEXT)
    assert sandbox.sent() == []


@pytest.mark.parametrize("rows", ["+8801988000000", b"x", {"to": "x"}, 5])
async def test_what_is_no_rows_is_a_type_error(connect: Connect, tmp_path: Path, rows: Any) -> None:
    with pytest.raises(TypeError, match="rows must be an iterable of mappings, a DataFrame"):
        await connect("wapiflow").messages.send_many(rows, ledger=tmp_path / "a.db")


async def test_a_row_that_is_no_mapping_is_a_type_error(connect: Connect, tmp_path: Path) -> None:
    rows: Any = [*people(1), "+8801988000000"]
    with pytest.raises(TypeError, match=re.escape("rows[1] must be a mapping")):
        await connect("wapiflow").messages.send_many(rows, ledger=tmp_path / "a.db", text="x")


async def test_what_would_fail_for_everybody_is_raised_and_says_how_to_go_on(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    sandbox.add_fault(
        operation="send_message", after=5, times=None, status=401, body={"message": "No."}
    )
    client = connect("wapiflow")
    with pytest.raises(palabre.AuthenticationError, match="go on with the same call") as error:
        await client.messages.send_many(people(40), ledger=path, text=TEXT)
    assert "5 of 40 accepted" in str(error.value)
    sandbox.clear_faults()
    report = await client.messages.send_many(people(40), ledger=path, text=TEXT)
    assert report.accepted == 40
    assert len(texts(sandbox)) == 40


async def test_a_bar_moves_with_every_row(
    connect: Connect, bars: list[Drawn], tmp_path: Path
) -> None:
    await connect("wapiflow").messages.send_many(
        people(20), ledger=tmp_path / "a.db", text=TEXT, progress=True
    )
    (bar,) = bars
    assert (bar.n, bar.is_closed) == (20, True)
    assert bar.shown[-1] == (20, 20)


async def test_a_cancelled_run_goes_on(sandbox: palabre.Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    sandbox.add_fault(operation="send_message", times=None, delay_ms=50)
    client = sandbox.async_client("wapiflow")
    run = asyncio.ensure_future(client.messages.send_many(people(80), ledger=path, text=TEXT))
    while len(sandbox.sent()) < 20:
        await asyncio.sleep(0.01)
    run.cancel()
    with pytest.raises(asyncio.CancelledError) as error:
        await run
    assert any("go on with the same call" in note for note in error.value.__notes__)
    sandbox.clear_faults()
    while True:
        try:
            report = await client.messages.send_many(people(80), ledger=path, text=TEXT)
            break
        except palabre.ConflictError:
            await asyncio.sleep(0.05)
    assert report.accepted + report.unknown == 80
    assert report.left == 0
    assert len(texts(sandbox)) <= 80


async def test_contacts_are_imported_and_deleted_with_a_ledger(
    connect: Connect, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    client = connect("msgflash")
    rows = [{"phone": f"+22901019999{index:02}", "name": f"Person {index}"} for index in range(20)]
    for _ in range(2):
        report = await client.contacts.import_many(rows, ledger=tmp_path / "in.db", tags=["fair"])
        assert (report.accepted, report.verb) == (20, "contacts.import_many")
    made = [entry for entry in sandbox.journal() if entry["operation"] == "create_contact"]
    assert len(made) == 20
    ids = [row.id for row in report.rows()]
    for _ in range(2):
        gone = await client.contacts.delete_many([*ids, "999"], ledger=tmp_path / "out.db")
        assert (gone.accepted, gone.refused) == (20, 1)
    deleted = [entry for entry in sandbox.journal() if entry["operation"] == "bulk_delete_contacts"]
    assert len(deleted) == 1
    with pytest.raises(palabre.InvalidInputError, match="need ledger="):
        await client.contacts.delete_many(pandas.DataFrame({"id": ids}))


OLD: dict[str, Callable[[Any], Any]] = {
    "listing": lambda listing: listing,
    "table": lambda listing: listing.collect(),
    "contacts": list,
    "generator of contacts": iter,
    "dicts": lambda listing: [{"id": contact.id} for contact in listing],
    "records": lambda listing: (contact.to_dict() for contact in listing),
    "pandas": lambda listing: listing.to_pandas(),
    "polars": lambda listing: listing.to_polars(),
}


@pytest.mark.parametrize("kind", OLD)
def test_contacts_that_were_listed_are_deleted_with_a_ledger_whatever_holds_them(
    sandbox: palabre.Sandbox, tmp_path: Path, kind: str
) -> None:
    client = sandbox.client("msgflash")
    before = {contact.id for contact in client.contacts.list()}
    found = client.contacts.list(search="awa")
    ids = {contact.id for contact in found}
    assert ids
    report = client.contacts.delete_many(OLD[kind](found), ledger=tmp_path / "out.db")
    assert (report.accepted, report.total) == (len(ids), len(ids))
    assert {contact.id for contact in client.contacts.list()} == before - ids


def test_contacts_are_deleted_as_their_identifiers_are(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    found = client.contacts.list(search="awa").collect()
    assert client.contacts.delete_many(list(found)).requested == len(found)
    with pytest.raises(TypeError, match=r"ids\[1\] must be a Contact, not str"):
        client.contacts.delete_many([found[0], "1"])  # type: ignore[list-item]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (
            {
                "from_day": datetime.datetime(
                    2026, 11, 22, 18, 30, 0, 250000, tzinfo=ZoneInfo("Asia/Jerusalem")
                ),
                "until": datetime.datetime(2026, 12, 1, 8),
            },
            "2026-11-22T18:30:00.250000+02:00 2026-12-01T08:00:00",
        ),
        (
            {"opens": datetime.time(8), "closes": datetime.time(18, 30, 0, 500)},
            "08:00:00 18:30:00.000500",
        ),
        ({"price": decimal.Decimal("9.90"), "rebate": decimal.Decimal("-0.05")}, "9.90 -0.05"),
    ],
    ids=["times", "times of day", "decimals"],
)
def test_a_value_is_the_same_text_whatever_holds_it(
    sandbox: palabre.Sandbox, tmp_path: Path, values: dict[str, Any], text: str
) -> None:
    rows = [{"to": number(index), **values} for index in range(2)]
    said = " ".join(f"{{{name}}}" for name in values)
    client = sandbox.client("wapiflow")
    for holder in (list, polars.DataFrame, pyarrow.Table.from_pylist, pandas.DataFrame):
        # The same rows as before, or it would be refused.
        report = client.messages.send_many(holder(rows), ledger=tmp_path / "a.db", text=said)
        assert (report.accepted, report.total) == (2, 2)
    assert set(texts(sandbox).values()) == {text}


def test_a_number_that_was_a_float_is_nobody_s_number(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    people = pandas.DataFrame({"phone": [4366412345678, None, 22901000000]})
    people["to"] = "+" + people.phone.astype(str)
    client = sandbox.client("wapiflow")
    report = client.messages.send_many(people, ledger=tmp_path / "a.db", text="Hello")
    assert (report.accepted, report.refused) == (0, 3)
    assert "ends in .0" in (report.rows()[0].reason or "")
    with pytest.raises(palabre.InvalidInputError, match=r"ends in \.0"):
        client.messages.send(to="+22901000000.0", text="Hello")
    assert not sandbox.sent()


def test_numbers_of_frames_are_read_as_people_write_them(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    client = sandbox.client("wapiflow")
    to = [number(0), number(1)]
    frames: list[Any] = [
        pandas.DataFrame({"to": to, "key": [1001, None], "price": [1.1, 1.1]}),
        polars.DataFrame(
            {"to": to, "key": [1001.0, None], "price": [1.1, 1.1], "nothing": [None, None]},
            schema_overrides={"price": polars.Float32},
        ),
    ]
    for count, frame in enumerate(frames):
        path = tmp_path / f"{count}.db"
        report = client.messages.send_many(frame, ledger=path, text="It is {price}")
        assert report.accepted == 2
        assert [row.key for row in report.rows()] == ["1001", None]
    assert {message.text for message in sandbox.sent()} == {"It is 1.1"}


@pytest.mark.parametrize("holder", [pandas.DataFrame, pyarrow.table])
def test_two_columns_of_one_name_are_refused(
    sandbox: palabre.Sandbox, tmp_path: Path, holder: Any
) -> None:
    if holder is pandas.DataFrame:
        rows = holder([[number(0), number(1)]], columns=["to", "to"])
    else:
        rows = holder([[number(0)], [number(1)]], names=["to", "to"])
    client = sandbox.client("wapiflow")
    with pytest.raises(palabre.InvalidInputError, match=r"the column .to. is there twice"):
        client.messages.send_many(rows, ledger=tmp_path / "a.db", text="Hello")
    assert not sandbox.sent()


def test_an_iterator_that_has_ended_is_not_asked_again(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    class Awkward:
        """It goes on after its end, as a reader of a file that grows does."""

        def __init__(self) -> None:
            self.left = [*people(2), None, *people(9)]

        def __iter__(self) -> Awkward:
            return self

        def __next__(self) -> dict[str, Any]:
            row = self.left.pop(0) if self.left else None
            if row is None:
                raise StopIteration
            return row

    client = sandbox.client("wapiflow")
    report = client.messages.send_many(Awkward(), ledger=tmp_path / "a.db", text=TEXT)
    assert (report.accepted, report.total) == (2, 2)
