"""Numbers: ReachFlow's providers and 99digital's WhatsApp numbers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from conftest import Connect
from requests_seen import Requests

import palabre

SUPPORT = "a3f1b2c4-1234-4abc-9def-000011112222"
NOT_LINKED = "c0d1e2f3-4455-4666-8777-888899990000"


async def test_reachflow_lists_its_numbers_with_one_request(
    connect: Connect, requests: Requests
) -> None:
    numbers = [number async for number in connect("reachflow").numbers.list()]
    assert [number.name for number in numbers] == [
        "Support client",
        "Ventes Abidjan",
        "Relances",
        "Campagnes Dakar",
    ]
    first = numbers[0]
    assert (first.id, first.phone, first.status) == (SUPPORT, "+22997000000", "connected")
    assert (first.warmup_day, first.risk_score) == (14, 12)
    assert first.today is None
    assert requests.operations() == ["list_providers"]


async def test_reachflow_number_that_is_not_linked_has_no_phone(connect: Connect) -> None:
    number = await connect("reachflow").numbers.get(NOT_LINKED)
    assert (number.phone, number.warmup_day, number.risk_score) == (None, 0, 0)


async def test_reachflow_reads_a_number_with_today_s_counters(connect: Connect) -> None:
    number = await connect("reachflow").numbers.get(SUPPORT)
    assert number.today.to_dict() == {
        "sent": 42,
        "delivered": 40,
        "failed": 2,
        "messages_limit": 200,
        "new_contacts_limit": 50,
    }


async def test_limits_that_are_not_set_are_none_and_counts_of_nothing_are_zero(
    connect: Connect,
) -> None:
    today = (await connect("reachflow").numbers.get(NOT_LINKED)).today
    assert (today.messages_limit, today.new_contacts_limit, today.sent) == (None, None, 0)


async def test_99digital_lists_its_numbers_with_this_month_s_counters(
    connect: Connect, requests: Requests
) -> None:
    numbers = [number async for number in connect("99digital").numbers.list()]
    assert len(numbers) == 5
    first = numbers[0]
    assert (first.id, first.phone) == ("972501234567", "+972501234567")
    assert (first.name, first.business_name) == ("Carmel Flowers", "Carmel Flowers Ltd")
    assert first.created_at == datetime(2023, 5, 14, 9, tzinfo=UTC)
    assert (first.status, first.coexistence, numbers[1].coexistence) == (None, False, True)
    counters = first.current_month
    assert counters.total == counters.marketing + counters.service + counters.incoming > 0
    assert requests.operations() == ["get_whatsapp"]
    assert requests.tokens() == 1


@pytest.mark.parametrize("name", ["972507654321", "+972507654321"])
async def test_99digital_reads_a_number_from_the_list(
    connect: Connect, requests: Requests, name: str
) -> None:
    number = await connect("99digital").numbers.get(name)
    assert number.name == "Carmel Garden"
    assert requests.operations() == ["get_whatsapp"]


@pytest.mark.parametrize(
    ("vendor", "unknown", "status"),
    [
        ("reachflow", "a3f1b2c4-1234-4abc-9def-999999999999", 404),
        ("99digital", "33612345678", None),
    ],
)
async def test_a_number_that_does_not_exist_is_not_found(
    connect: Connect, vendor: str, unknown: str, status: int | None
) -> None:
    with pytest.raises(palabre.NotFoundError) as caught:
        await connect(vendor).numbers.get(unknown)
    assert (caught.value.vendor, caught.value.status) == (vendor, status)
    assert caught.value.operation == "numbers.get"
