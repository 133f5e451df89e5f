"""Listings: lazy, repeatable, resumable, and honest about errors."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from conftest import Connect
from requests_seen import Requests

import palabre

# Vendor, noun, options that make several pages, pages, items.
MANY = [
    ("msgflash", "contacts", {}, 7, 324),
    ("msgflash", "groups", {"page_size": 3}, 4, 10),
    ("wapiflow", "contacts", {"page_size": 100}, 3, 264),
    ("wapiflow", "conversations", {}, 6, 120),
    ("wapiflow", "templates", {"page_size": 5}, 3, 12),
]
every_list = pytest.mark.parametrize(("vendor", "noun", "options", "pages", "items"), MANY)
BROKEN = {"status": 500, "body": "Broken"}


def listing_of(api: Any, noun: str, **options: Any) -> Any:
    return getattr(api, noun).list(**options)


@every_list
async def test_nothing_is_sent_before_somebody_asks_and_then_one_request_a_page(
    connect: Connect,
    requests: Requests,
    vendor: str,
    noun: str,
    options: dict[str, Any],
    pages: int,
    items: int,
) -> None:
    listing = listing_of(connect(vendor), noun, **options)
    rows, stepper = aiter(listing), listing.pages()
    assert requests.count() == 0
    await anext(rows)
    assert requests.count() == 1
    size = len(await anext(stepper))
    assert requests.count() == 2
    requests.forget()
    for _ in range(size - 1):
        await anext(rows)
    assert requests.count() == 0
    await anext(rows)
    assert requests.count() == 1


@every_list
async def test_all_items_come_once_from_the_fewest_requests(
    connect: Connect,
    requests: Requests,
    vendor: str,
    noun: str,
    options: dict[str, Any],
    pages: int,
    items: int,
) -> None:
    listing = listing_of(connect(vendor), noun, **options)
    ids = [item.id async for item in listing]
    assert (len(ids), len(set(ids))) == (items, items)
    assert requests.count() == pages


@every_list
async def test_iterating_again_starts_again(
    connect: Connect,
    requests: Requests,
    vendor: str,
    noun: str,
    options: dict[str, Any],
    pages: int,
    items: int,
) -> None:
    listing = listing_of(connect(vendor), noun, **options)
    first = [item.id async for item in listing]
    assert [item.id async for item in listing] == first
    assert requests.count() == 2 * pages


@every_list
async def test_pages_are_as_the_vendor_cut_them(
    connect: Connect,
    requests: Requests,
    vendor: str,
    noun: str,
    options: dict[str, Any],
    pages: int,
    items: int,
) -> None:
    listing = listing_of(connect(vendor), noun, **options)
    found = [page async for page in listing.pages()]
    assert len(found) == pages
    assert sum(len(page) for page in found) == items
    assert [page.next_cursor is None for page in found] == [False] * (pages - 1) + [True]
    assert {page.total for page in found} == {items}
    assert all(isinstance(page, palabre.Page) for page in found)


@every_list
async def test_a_cursor_resumes_where_an_earlier_listing_stopped(
    connect: Connect,
    requests: Requests,
    vendor: str,
    noun: str,
    options: dict[str, Any],
    pages: int,
    items: int,
) -> None:
    api = connect(vendor)
    everything = [item.id async for item in listing_of(api, noun, **options)]
    listing = listing_of(api, noun, **options)
    assert listing.cursor is None
    first = await anext(listing.pages())
    cursor = listing.cursor
    assert isinstance(cursor, str)
    assert cursor == first.next_cursor
    requests.forget()
    rest = [item.id async for item in listing_of(api, noun, cursor=cursor, **options)]
    assert [item.id for item in first] + rest == everything
    assert requests.count() == pages - 1


async def test_the_cursor_of_a_new_listing_is_where_it_starts(connect: Connect) -> None:
    api = connect("wapiflow")
    listing = api.contacts.list(cursor="2/100")
    assert listing.cursor == "2/100"
    assert len([contact async for contact in listing]) == 164
    assert listing.cursor is None


async def test_a_loop_over_rows_is_resumed_without_losing_any(connect: Connect) -> None:
    api = connect("msgflash")
    everything = [contact.id async for contact in api.contacts.list(page_size=50)]
    for stop, goes_on_at in ((1, 0), (49, 0), (50, 50), (75, 50), (100, 100)):
        listing = api.contacts.list(page_size=50)
        rows = aiter(listing)
        for _ in range(stop):
            await anext(rows)
        rest = api.contacts.list(page_size=50, cursor=listing.cursor)
        assert [contact.id async for contact in rest] == everything[goes_on_at:]


async def test_breaking_off_early_asks_for_no_more(connect: Connect, requests: Requests) -> None:
    listing = connect("msgflash").contacts.list()
    async for _ in listing:
        break
    seen = 0
    async for _ in listing.pages():
        seen += 1
        if seen == 2:
            break
    assert requests.count() == 3
    assert listing.cursor is not None


async def test_after_an_error_the_same_iterator_goes_on_with_the_page_that_failed(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(operation="list_contacts", after=2, times=2, **BROKEN)
    rows = aiter(connect("msgflash", retry=palabre.RetryPolicy.off()).contacts.list())
    ids = [(await anext(rows)).id for _ in range(100)]
    for _ in range(2):
        with pytest.raises(palabre.UnavailableError):
            await anext(rows)
    async for contact in rows:
        ids.append(contact.id)
    assert (len(ids), len(set(ids))) == (324, 324)


async def test_after_an_error_the_same_pages_go_on(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(vendor="wapiflow", after=1, **BROKEN)
    pages = (
        connect("wapiflow", retry=palabre.RetryPolicy.off()).contacts.list(page_size=100).pages()
    )
    sizes = [len(await anext(pages))]
    with pytest.raises(palabre.UnavailableError) as caught:
        await anext(pages)
    assert caught.value.operation == "contacts.list"
    sizes += [len(page) async for page in pages]
    assert sizes == [100, 100, 64]


async def test_an_exhausted_iterator_stays_exhausted(connect: Connect, requests: Requests) -> None:
    listing = connect("msgflash").groups.list()
    rows, pages = aiter(listing), listing.pages()
    async for _ in rows:
        pass
    async for _ in pages:
        pass
    for iterator in (rows, pages):
        with pytest.raises(StopAsyncIteration):
            await anext(iterator)
    assert requests.count() == 2


@every_list
async def test_collect_gives_all_rows_as_a_table(
    connect: Connect,
    requests: Requests,
    vendor: str,
    noun: str,
    options: dict[str, Any],
    pages: int,
    items: int,
) -> None:
    listing = listing_of(connect(vendor), noun, **options)
    table = await listing.collect()
    assert isinstance(table, palabre.Table)
    assert len(table) == items
    assert (table.warnings, table.failures, table.unsupported) == ([], [], [])
    assert requests.count() == pages


async def test_a_part_is_never_presented_as_the_whole(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(operation="list_contacts", after=6, times=None, **BROKEN)
    listing = connect("msgflash", retry=palabre.RetryPolicy.off()).contacts.list()
    with pytest.raises(palabre.UnavailableError):
        await listing.collect()


async def test_two_iterators_of_one_listing_do_not_disturb_each_other(connect: Connect) -> None:
    listing = connect("msgflash").contacts.list(page_size=100)
    first, second = aiter(listing), aiter(listing)
    pairs = []
    for _ in range(250):
        pairs.append(((await anext(first)).id, (await anext(second)).id))
    assert all(one == other for one, other in pairs)
    assert len(set(pairs)) == 250


async def test_a_cursor_that_comes_again_is_an_error_and_not_an_endless_list(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    api = connect("msgflash")
    first = await anext(api.contacts.list(page_size=1).pages())
    pointer = {"pointer": "/data/nextCursor", "value": first.next_cursor}
    sandbox.add_fault(operation="list_contacts", times=None, replace=pointer)
    requests.forget()
    with pytest.raises(palabre.DecodeError, match="cursor"):
        await api.contacts.list(page_size=1).collect()
    assert requests.count() == 2


async def test_an_empty_page_is_not_the_end(connect: Connect, sandbox: palabre.Sandbox) -> None:
    pointer = {"pointer": "/data/contacts", "value": []}
    sandbox.add_fault(operation="list_contacts", vendor="msgflash", replace=pointer)
    api = connect("msgflash")
    assert len([contact async for contact in api.contacts.list()]) == 274


async def test_a_list_of_nothing_is_empty(connect: Connect, requests: Requests) -> None:
    listing = connect("msgflash").contacts.list(search="nobody has this name")
    assert [contact async for contact in listing] == []
    assert [len(page) async for page in listing.pages()] == [0]
    assert requests.count() == 2


def test_a_listing_is_read_in_another_thread_than_it_was_made_in(sandbox: palabre.Sandbox) -> None:
    rows = iter(sandbox.client("msgflash").contacts.list())
    ids = [next(rows).id for _ in range(60)]

    def read() -> None:
        ids.extend(contact.id for contact in rows)

    thread = threading.Thread(target=read)
    thread.start()
    thread.join(timeout=10)
    assert len(set(ids)) == 324


def test_a_listing_tells_what_to_do_with_it(sandbox: palabre.Sandbox) -> None:
    assert "iterate" in repr(sandbox.client("msgflash").contacts.list())
    assert "await" in repr(sandbox.async_client("msgflash").contacts.list())
