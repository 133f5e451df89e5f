"""Statistics: 99digital by month, ReachFlow by day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from conftest import CLOCK, Connect
from requests_seen import Requests

import palabre

CATEGORIES = ["total", "marketing", "service", "incoming"]
NOW = datetime.fromisoformat(CLOCK)


async def test_the_whole_history_has_four_rows_a_month_oldest_first(
    connect: Connect, requests: Requests
) -> None:
    table = await connect("99digital").stats.monthly()
    months = [row.month for row in table]
    assert months == sorted(months)
    assert (months[0], months[-1]) == (date(2024, 12, 1), date(2026, 11, 1))
    assert [row.category for row in table] == CATEGORIES * 24
    assert requests.only()["body"] == {}
    assert table.warnings == []


async def test_months_travel_in_the_vendor_s_form(connect: Connect, requests: Requests) -> None:
    table = await connect("99digital").stats.monthly(start="2025-01", end=date(2025, 3, 9))
    assert sorted({row.month for row in table}) == [date(2025, month, 1) for month in (1, 2, 3)]
    entry = requests.only()
    assert (entry["method"], entry["body"]) == (
        "GET",
        {"start_date": "012025", "end_date": "032025"},
    )


@pytest.mark.parametrize(
    "june",
    [
        "2025-06",
        "2025-06-30",
        date(2025, 6, 1),
        datetime(2025, 6, 30, 23, 59, tzinfo=UTC),
        datetime(2025, 6, 1),
    ],
    ids=["month", "day", "date", "time with zone", "time"],
)
async def test_a_month_is_a_text_or_any_day_of_it(
    connect: Connect, requests: Requests, june: object
) -> None:
    table = await connect("99digital").stats.monthly(start=june, end=june)
    assert {row.month for row in table} == {date(2025, 6, 1)}
    assert requests.only()["body"] == {"start_date": "062025", "end_date": "062025"}


async def test_values_add_up_and_only_the_running_month_is_not_final(connect: Connect) -> None:
    table = await connect("99digital").stats.monthly()
    for place in range(0, len(table), 4):
        total, *parts = table[place : place + 4]
        assert total.value == sum(part.value for part in parts) > 0
    assert {row.month for row in table if row.completeness == "month_to_date"} == {
        date(2026, 11, 1)
    }
    assert {row.completeness for row in table} == {"final", "month_to_date"}
    assert {(row.provenance, row.observed_at) for row in table} == {("reported", NOW)}
    assert {(row.number, row.tz, row.tz_source) for row in table} == {(None, "UTC", "assumed")}


async def test_one_number_is_counted_alone(connect: Connect, requests: Requests) -> None:
    api = connect("99digital")
    table = await api.stats.monthly(start="2026-10", number="+972501234567")
    assert requests.only()["body"] == {"start_date": "102026", "whatsapp": "972501234567"}
    assert {row.number for row in table} == {"+972501234567"}
    everything = await api.stats.monthly(start="2026-10")
    assert 0 < table[0].value < everything[0].value


async def test_the_account_s_time_zone_is_in_every_row(connect: Connect) -> None:
    api = connect("99digital", timezone="Asia/Jerusalem")
    for table in (await api.stats.monthly(start="2026-11"), await api.stats.current_month()):
        assert {(row.tz, row.tz_source) for row in table} == {("Asia/Jerusalem", "account")}


@pytest.mark.parametrize(
    ("zone", "now", "month"),
    [
        ("Asia/Jerusalem", "2026-10-31T21:59:59Z", date(2026, 10, 1)),
        ("Asia/Jerusalem", "2026-10-31T22:00:00Z", date(2026, 11, 1)),
        ("America/New_York", "2026-11-01T03:59:59Z", date(2026, 10, 1)),
        ("America/New_York", "2026-11-01T04:00:00Z", date(2026, 11, 1)),
        (None, "2026-10-31T23:59:59Z", date(2026, 10, 1)),
        (None, "2026-11-01T00:00:00Z", date(2026, 11, 1)),
    ],
)
async def test_the_current_month_turns_at_midnight_of_the_account(
    connect: Connect, sandbox: palabre.Sandbox, zone: str | None, now: str, month: date
) -> None:
    sandbox.set_time(now)
    table = await connect("99digital", timezone=zone).stats.current_month()
    assert {row.month for row in table} == {month}


async def test_this_month_is_counted_by_number_and_for_all(
    connect: Connect, requests: Requests
) -> None:
    table = await connect("99digital").stats.current_month()
    assert requests.operations() == ["get_whatsapp"]
    assert len(table) == 4 * 6
    assert [row.number for row in table[:4]] == [None] * 4
    totals = [row for row in table if row.category == "total"]
    assert totals[0].value == sum(row.value for row in totals[1:])
    assert {(row.completeness, row.provenance) for row in table} == {("month_to_date", "snapshot")}


async def test_a_total_that_is_not_the_sum_is_a_warning_with_the_numbers(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(
        operation="get_conversations_statistics",
        replace={"pointer": "/list/0/totalConversations", "value": 1},
    )
    table = await connect("99digital").stats.monthly(start="2026-10")
    (warning,) = table.warnings
    total, *parts = [row.value for row in table if row.month == date(2026, 11, 1)]
    assert total == 1
    assert warning.startswith("2026-11")
    assert set(map(str, [total, *parts])) <= set(re.findall(r"\d+", warning))
    assert repr(table) == "Table(8 rows of MonthlyStatistic, 1 warning)"


async def test_a_month_that_the_vendor_left_out_is_a_warning_and_no_zero(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    october = {"monthYear": "102026", "totalConversations": 3, "totalMarketing": 3}
    sandbox.add_fault(
        operation="get_conversations_statistics",
        replace={"pointer": "/list", "value": [october]},
    )
    table = await connect("99digital").stats.monthly(start="2026-09", end="2026-10")
    assert [(row.month, row.category, row.value) for row in table] == [
        (date(2026, 10, 1), "total", 3),
        (date(2026, 10, 1), "marketing", 3),
        (date(2026, 10, 1), "service", None),
        (date(2026, 10, 1), "incoming", None),
    ]
    assert ["2026-09" in warning for warning in table.warnings] == [True]


async def test_reachflow_counts_today_by_number(connect: Connect, requests: Requests) -> None:
    table = await connect("reachflow").stats.today()
    assert requests.operations() == ["list_providers"] + ["get_provider"] * 4
    assert [row.category for row in table[:5]] == [
        "sent",
        "delivered",
        "failed",
        "messagesLimit",
        "newContactsLimit",
    ]
    assert [row.value for row in table[:5]] == [42, 40, 2, 200, 50]
    assert [row.value for row in table[10:15]] == [0, 0, 0, None, None]
    assert {(row.date, row.observed_at) for row in table} == {(date(2026, 11, 15), NOW)}
    assert [row.number for row in table[::5]] == [
        "+22997000000",
        "+2250707123456",
        "c0d1e2f3-4455-4666-8777-888899990000",
        "+221771234567",
    ]


async def test_today_is_a_day_of_the_account_s_time_zone(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.set_time("2026-11-15T23:30:00Z")
    for zone, day in (("Africa/Porto-Novo", 16), ("America/New_York", 15)):
        table = await connect("reachflow", timezone=zone).stats.today()
        assert {row.date for row in table} == {date(2026, 11, day)}


async def test_one_number_that_fails_fails_the_table(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    body = {"statusCode": 404, "error": "Not Found", "message": "No."}
    sandbox.add_fault(operation="get_provider", after=2, status=404, body=body)
    with pytest.raises(palabre.NotFoundError) as caught:
        await connect("reachflow").stats.today()
    assert caught.value.operation == "stats.today"
