"""Rows as pyarrow, pandas and polars tables: exact types, nulls, and no rows at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pandas
import polars
import pyarrow
import pytest
from both import either
from conftest import CLOCK, Connect

import palabre

TEXT, TIME = pyarrow.string(), pyarrow.timestamp("us", tz="UTC")
INTEGER, FLAG, DAY = pyarrow.int64(), pyarrow.bool_(), pyarrow.date32()
CATEGORY = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
TEXTS = pyarrow.list_(pyarrow.field("item", pyarrow.string()))
WHERE = {"vendor": TEXT, "account": TEXT}
COLUMNS: dict[str, dict[str, Any]] = {
    "Number": WHERE
    | {"id": TEXT, "name": TEXT, "phone": TEXT, "status": TEXT, "status_text": TEXT}
    | {"business_name": TEXT, "created_at": TIME, "warmup_day": INTEGER, "risk_score": INTEGER}
    | {"coexistence": FLAG},
    "Contact": WHERE
    | {"id": TEXT, "name": TEXT, "given_name": TEXT, "family_name": TEXT, "phone": TEXT}
    | {"tags": TEXTS, "meta": TEXT, "address": TEXT, "city": TEXT, "state": TEXT}
    | {"post_code": TEXT, "country": TEXT, "blocked": FLAG, "created_at": TIME}
    | {"updated_at": TIME},
    "Group": WHERE
    | {"id": TEXT, "name": TEXT, "description": TEXT, "color": TEXT, "contact_count": INTEGER}
    | {"created_at": TIME},
    "Conversation": WHERE
    | {"id": TEXT, "status": TEXT, "status_text": TEXT, "contact_id": TEXT, "contact_name": TEXT}
    | {"contact_phone": TEXT, "number_id": TEXT, "last_message_at": TIME}
    | {"needs_human_reply": FLAG, "notes": INTEGER, "created_at": TIME, "updated_at": TIME},
    "Template": WHERE
    | {"id": TEXT, "whatsapp_id": TEXT, "name": TEXT, "status": TEXT, "status_text": TEXT}
    | {"language_id": TEXT, "category_id": TEXT, "header": TEXT, "body": TEXT, "buttons": TEXT}
    | {"footer": TEXT, "rejected_reason": TEXT, "created_at": TIME, "updated_at": TIME},
    "MonthlyStatistic": WHERE
    | {"number": TEXT, "month": DAY, "category": CATEGORY, "value": INTEGER}
    | {"completeness": TEXT, "provenance": TEXT, "observed_at": TIME, "tz": TEXT}
    | {"tz_source": TEXT},
    "DailyStatistic": WHERE
    | {"number": TEXT, "date": DAY, "category": CATEGORY, "value": INTEGER, "provenance": TEXT}
    | {"observed_at": TIME, "tz": TEXT, "tz_source": TEXT},
}
# How each kind of column looks in pandas and in polars.
PANDAS = {
    TEXT: "str",
    TIME: "datetime64[us, UTC]",
    INTEGER: "Int64",
    FLAG: "boolean",
    DAY: "datetime64[ms]",
    CATEGORY: "category",
    TEXTS: "object",
}
POLARS: dict[Any, Any] = {
    TEXT: polars.String(),
    TIME: polars.Datetime("us", "UTC"),
    INTEGER: polars.Int64(),
    FLAG: polars.Boolean(),
    DAY: polars.Date(),
    CATEGORY: polars.Categorical(),
    TEXTS: polars.List(polars.String()),
}
READS: dict[str, Callable[[palabre.Sandbox], Any]] = {
    "Number": lambda sandbox: sandbox.client("reachflow").numbers.list(),
    "Contact": lambda sandbox: sandbox.client("wapiflow").contacts.list(),
    "Group": lambda sandbox: sandbox.client("msgflash").groups.list(),
    "Conversation": lambda sandbox: sandbox.client("wapiflow").conversations.list(),
    "Template": lambda sandbox: sandbox.client("wapiflow").templates.list(),
    "MonthlyStatistic": lambda sandbox: sandbox.client("99digital").stats.monthly(),
    "DailyStatistic": lambda sandbox: sandbox.client("reachflow").stats.today(),
}
# Ways to get no rows; ReachFlow always has numbers, so the vendor is made to send none.
EMPTY: dict[str, Callable[[palabre.Sandbox], Any]] = READS | {
    "Contact": lambda sandbox: sandbox.client("msgflash").contacts.list(search="nobody at all"),
    "Group": lambda sandbox: sandbox.client("msgflash").groups.list(search="nothing at all"),
    "Conversation": lambda sandbox: sandbox.client("wapiflow").conversations.list(search="qqqq"),
    "MonthlyStatistic": lambda sandbox: sandbox.client("99digital").stats.monthly(start="2027-01"),
}
# Fields of any JSON are JSON text in a column; fields that are objects have columns for their parts.
AS_JSON = {"meta", "header", "body", "buttons"}
FLATTENED = {"address", "notes"}
every_kind = pytest.mark.parametrize("kind", COLUMNS)


@every_kind
def test_arrow_columns_have_exact_types(sandbox: palabre.Sandbox, kind: str) -> None:
    rows = READS[kind](sandbox)
    table = rows.to_arrow()
    table.validate(full=True)
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == COLUMNS[kind]
    assert table.num_rows > 0
    assert table.num_rows == len(list(rows))


@every_kind
def test_arrow_columns_are_described(sandbox: palabre.Sandbox, kind: str) -> None:
    schema = READS[kind](sandbox).to_arrow().schema
    described = palabre.schema(kind)["properties"]
    for field in schema:
        if field.name in described:
            text = field.metadata[b"description"].decode()
            assert text == described[field.name]["description"]


@every_kind
def test_pandas_columns_have_exact_types(sandbox: palabre.Sandbox, kind: str) -> None:
    frame = READS[kind](sandbox).to_pandas()
    types = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    assert types == {name: PANDAS[column] for name, column in COLUMNS[kind].items()}


@every_kind
def test_polars_columns_have_exact_types(sandbox: palabre.Sandbox, kind: str) -> None:
    frame = READS[kind](sandbox).to_polars()
    assert dict(frame.schema) == {name: POLARS[column] for name, column in COLUMNS[kind].items()}


@every_kind
def test_a_table_of_no_rows_has_all_columns(sandbox: palabre.Sandbox, kind: str) -> None:
    for operation, pointer in (
        ("list_providers", "/providers"),
        ("list_templates", "/data/templates/data"),
    ):
        replace = {"pointer": pointer, "value": []}
        sandbox.add_fault(operation=operation, times=None, replace=replace)
    rows = EMPTY[kind](sandbox)
    table = rows.to_arrow()
    table.validate(full=True)
    assert table.num_rows == 0
    assert dict(zip(table.schema.names, table.schema.types, strict=True)) == COLUMNS[kind]
    assert {str(dtype) for dtype in rows.to_pandas().dtypes} <= set(PANDAS.values())
    assert rows.to_polars().shape == (0, len(COLUMNS[kind]))


@every_kind
def test_libraries_read_rows_without_being_asked_by_us(sandbox: palabre.Sandbox, kind: str) -> None:
    rows = READS[kind](sandbox)
    table = pyarrow.table(rows)
    assert table.equals(rows.to_arrow())
    assert polars.DataFrame(rows).equals(rows.to_polars())
    frame = pandas.DataFrame.from_arrow(rows)  # type: ignore[attr-defined]
    assert list(frame.columns) == list(COLUMNS[kind])
    assert len(frame) == table.num_rows


@every_kind
def test_values_are_those_of_the_objects(sandbox: palabre.Sandbox, kind: str) -> None:
    rows = READS[kind](sandbox)
    table = rows.to_arrow()
    for row, values in zip(rows, table.to_pylist(), strict=True):
        fields = row.to_dict()
        for name in set(values) & set(fields) - FLATTENED:
            value = values[name]
            if name in AS_JSON and value is not None:
                value = json.loads(value)
            assert value == fields[name], name


def test_pages_and_tables_and_listings_give_the_same_rows(sandbox: palabre.Sandbox) -> None:
    listing = sandbox.client("msgflash").groups.list()
    (page,) = listing.pages()
    assert page.to_arrow().equals(listing.to_arrow())
    assert listing.collect().to_arrow().equals(listing.to_arrow())
    assert page.to_pandas().equals(listing.to_pandas())
    assert page.to_polars().equals(listing.to_polars())


async def test_sync_and_async_listings_give_the_same_frames(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    listing = connect("wapiflow").contacts.list(page_size=100)
    known = sandbox.client("wapiflow").contacts.list(page_size=100)
    assert (await listing.to_arrow()).equals(known.to_arrow())
    assert (await listing.to_pandas()).equals(known.to_pandas())
    assert (await listing.to_polars()).equals(known.to_polars())


async def test_an_async_table_is_converted_without_waiting(sandbox: palabre.Sandbox) -> None:
    table = await either(sandbox.async_client("99digital").stats.current_month())
    assert table.to_polars().height == 24


def test_nulls_are_nulls_and_not_zeros(sandbox: palabre.Sandbox) -> None:
    today = sandbox.client("reachflow").stats.today()
    for values in (
        today.to_arrow()["value"].to_pylist(),
        today.to_polars()["value"].to_list(),
        today.to_pandas()["value"].astype(object).where(lambda value: value.notna(), None),
    ):
        assert list(values)[10:15] == [0, 0, 0, None, None]
    contacts = sandbox.client("msgflash").contacts.list().to_pandas()
    assert contacts["blocked"].isna().all()
    assert contacts["given_name"].isna().all()


def test_tags_are_lists(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    tags = [contact.tags for contact in client.contacts.list()]
    assert [] in tags
    assert client.contacts.list().to_arrow()["tags"].to_pylist() == tags
    assert client.contacts.list().to_polars()["tags"].to_list() == tags
    assert [list(row) for row in client.contacts.list().to_pandas()["tags"]] == tags


def test_free_fields_are_json_text(sandbox: palabre.Sandbox) -> None:
    value = [{"id": "1", "meta": {"city": "Ségou", "points": 7}}, {"id": "2"}]
    replace = {"pointer": "/data/contacts", "value": value}
    sandbox.add_fault(operation="list_contacts", vendor="msgflash", replace=replace)
    page = next(sandbox.client("msgflash").contacts.list().pages())
    assert page.to_arrow()["meta"].to_pylist() == ['{"city":"Ségou","points":7}', None]


def test_months_and_times_come_out_as_such(sandbox: palabre.Sandbox) -> None:
    table = sandbox.client("99digital").stats.monthly(start="2026-10")
    assert table.to_arrow()["month"].to_pylist()[::4] == [date(2026, 10, 1), date(2026, 11, 1)]
    frame = table.to_pandas()
    assert frame["month"].iloc[0] == pandas.Timestamp("2026-10-01")
    assert frame["observed_at"].iloc[0] == pandas.Timestamp(CLOCK)
    assert list(frame["category"].cat.categories) == ["total", "marketing", "service", "incoming"]
    pivot = table.to_polars().pivot("category", index="month", values="value")
    assert pivot.columns == ["month", "total", "marketing", "service", "incoming"]
