"""`progress=True`: a bar of tqdm that moves page by page, and is closed whatever happens."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
from typing import Any

import pytest
from both import LISTINGS, NOUNS
from conftest import Connect
from drawn import Drawn
from scripts import printed

import palabre

COUNT = 324
PAGES = [(100, COUNT), (200, COUNT), (300, COUNT), (COUNT, COUNT)]


async def test_a_listing_moves_the_bar_once_a_page(connect: Connect, bars: list[Drawn]) -> None:
    contacts = connect("msgflash").contacts.list(page_size=100, progress=True)
    assert bars == []
    count = 0
    async for _ in contacts:
        count += 1
        (bar,) = bars
        assert bar.n == min(-(-count // 100) * 100, COUNT)
    assert (count, bar.is_closed, bar.shown) == (COUNT, True, PAGES)
    assert (bar.title, bar.unit) == ("msgflash contacts.list", " items")


@pytest.mark.parametrize("method", ["pages", "collect", "to_arrow", "to_pandas", "to_polars"])
async def test_every_way_to_read_a_listing_moves_the_bar(
    connect: Connect, bars: list[Drawn], method: str
) -> None:
    contacts = connect("msgflash").contacts.list(page_size=100, progress=True)
    if method == "pages":
        assert [len(page) async for page in contacts.pages()] == [100, 100, 100, 24]
    else:
        assert len(await getattr(contacts, method)()) == COUNT
    assert [(bar.shown, bar.is_closed) for bar in bars] == [(PAGES, True)]


async def test_each_iteration_has_a_bar_of_its_own(connect: Connect, bars: list[Drawn]) -> None:
    groups = connect("msgflash").groups.list(progress=True)
    for count in (1, 2):
        assert len([group async for group in groups]) == 10
        assert len(bars) == count
        assert bars[-1].is_closed


async def test_deletions_move_the_bar_with_each_request(
    connect: Connect, bars: list[Drawn]
) -> None:
    ids = [str(1_000_000 + number) for number in range(3)]
    report = await connect("wapiflow").contacts.delete_many(ids, progress=True)
    assert report.not_found == ids
    assert [bar.shown for bar in bars] == [[(1, 3), (2, 3), (3, 3)]]


async def test_the_bar_is_closed_when_a_page_fails_and_drawn_again_when_somebody_goes_on(
    connect: Connect, sandbox: palabre.Sandbox, bars: list[Drawn]
) -> None:
    api = connect("msgflash", retry=palabre.RetryPolicy.off())
    pages = api.contacts.list(page_size=100, progress=True).pages()
    await anext(pages)
    sandbox.add_fault(operation="list_contacts", status=500)
    with pytest.raises(palabre.PalabreError):
        await anext(pages)
    (first,) = bars
    assert (first.is_closed, first.shown) == (True, [(100, COUNT)])
    assert [len(page) async for page in pages] == [100, 100, 24]
    _, second = bars
    assert (second.is_closed, second.shown) == (True, PAGES[1:])


async def test_the_bar_of_an_iterator_that_nobody_wants_any_more_is_closed(
    connect: Connect, bars: list[Drawn]
) -> None:
    pages = connect("msgflash").contacts.list(page_size=100, progress=True).pages()
    await anext(pages)
    shown = [(bar.shown, bar.is_closed) for bar in bars]
    assert shown == [([(100, COUNT)], False)]
    bars.clear()
    closed: list[bool] = []
    Drawn.close, close = lambda bar: closed.append(True), Drawn.close  # type: ignore[method-assign,assignment]
    try:
        del pages
        gc.collect()
        assert closed
    finally:
        Drawn.close = close  # type: ignore[method-assign]


async def test_the_bar_of_a_cancelled_call_is_closed(
    sandbox: palabre.Sandbox, bars: list[Drawn]
) -> None:
    sandbox.add_fault(operation="list_contacts", delay_ms=20_000)
    client = sandbox.async_client("msgflash")
    task = asyncio.ensure_future(client.contacts.list(progress=True).collect())
    while not bars:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bars[0].is_closed


async def test_without_progress_there_is_no_bar(connect: Connect, bars: list[Drawn]) -> None:
    await connect("msgflash").contacts.list().collect()
    assert bars == []


async def test_a_bar_that_cannot_be_drawn_does_not_lose_the_rows(
    connect: Connect, bars: list[Drawn], monkeypatch: pytest.MonkeyPatch
) -> None:
    def update(bar: Drawn, step: int) -> None:
        raise OSError("the terminal is gone")

    monkeypatch.setattr(Drawn, "update", update)
    reported: list[Any] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda report: reported.append(report.exc_value))
    assert len(await connect("msgflash").contacts.list(progress=True).collect()) == COUNT
    assert reported
    assert all(isinstance(error, OSError) for error in reported)


def test_every_listing_takes_progress(sandbox: palabre.Sandbox) -> None:
    for noun in NOUNS:
        for prefix in ("", "Async"):
            kind = getattr(palabre, f"{prefix}{noun.capitalize()}")
            for name in [*LISTINGS, "delete_many"]:
                if hasattr(kind, name):
                    assert "progress" in inspect.signature(getattr(kind, name)).parameters


def test_the_bar_of_tqdm_ends_full() -> None:
    output = printed(
        """
        import io, sys, palabre
        sys.stderr = io.StringIO()
        with palabre.Sandbox(seed=7) as sandbox:
            sandbox.client("msgflash").contacts.list(page_size=100, progress=True).collect()
        last = sys.stderr.getvalue().strip().split("\\r")[-1]
        print(last)
        """
    )
    assert output.startswith("msgflash contacts.list: 100%|")
    assert "324/324" in output


def test_tqdm_is_imported_only_when_a_bar_is_asked_for() -> None:
    output = printed(
        """
        import sys, palabre
        with palabre.Sandbox() as sandbox:
            client = sandbox.client("msgflash")
            client.groups.list().collect()
            print("tqdm" in sys.modules)
        """
    )
    assert output == "False\n"


@pytest.mark.parametrize("client", ["client", "async_client"])
def test_what_to_install_is_said_before_anything_is_fetched(client: str) -> None:
    output = printed(
        f"""
        import sys, palabre
        sys.modules["tqdm"] = None
        with palabre.Sandbox() as sandbox:
            contacts = sandbox.{client}("msgflash").contacts
            for ask in (contacts.list, lambda progress: contacts.delete_many(["1"], progress=progress)):
                try:
                    ask(progress=True)
                except ModuleNotFoundError as error:
                    print(error.name, "|", error, "|", len(sandbox.journal()))
        """
    )
    line = "tqdm | progress=True needs tqdm, which is not installed; pip install tqdm | 0\n"
    assert output == line * 2
