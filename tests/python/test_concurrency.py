"""Threads, event loops and forked processes share clients."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import palabre

ID = "CONTACT_UUID_1"


def test_threads_share_a_client(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    ids = [contact.id for contact in client.contacts.list()][:40]

    def read(id: str) -> str:
        return client.contacts.get(id).id

    with ThreadPoolExecutor(16) as threads:
        assert list(threads.map(read, ids * 4)) == ids * 4


def test_other_threads_run_while_a_call_waits(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    sandbox.add_fault(vendor="msgflash", delay_ms=400)
    waiting = threading.Thread(target=client.contacts.get, args=(ID,))
    waiting.start()
    steps = 0
    while waiting.is_alive():
        steps += 1
        time.sleep(0.001)
    # With the interpreter held there would be one or two.
    assert steps > 50


def test_a_listing_goes_on_in_another_thread(sandbox: palabre.Sandbox) -> None:
    pages = sandbox.client("msgflash").contacts.list(page_size=100).pages()
    first = next(pages)
    with ThreadPoolExecutor(1) as thread:
        rest = thread.submit(list, pages).result()
    assert len(first) + sum(len(page) for page in rest) == first.total


async def test_the_sync_client_works_inside_a_running_event_loop(sandbox: palabre.Sandbox) -> None:
    assert sandbox.client("msgflash").contacts.get(ID).id == ID


def test_one_async_client_serves_several_event_loops(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")

    async def read() -> str:
        return (await client.contacts.get(ID)).id

    assert [asyncio.run(read()) for _ in range(3)] == [ID] * 3
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(lambda _: asyncio.run(read()), range(8))) == [ID] * 8


async def test_many_calls_are_in_flight_at_once(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(vendor="msgflash", delay_ms=300, times=None)
    start = time.monotonic()
    contacts = await asyncio.gather(*(client.contacts.get(ID) for _ in range(50)))
    assert {contact.id for contact in contacts} == {ID}
    # One after another they would take 15 seconds.
    assert time.monotonic() - start < 5


async def test_a_cancelled_call_leaves_the_client_usable(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(vendor="msgflash", delay_ms=20_000)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(client.contacts.get(ID), timeout=0.2)
    assert (await client.contacts.get(ID)).id == ID


async def test_a_token_is_fetched_once_for_many_callers(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("99digital")
    await asyncio.gather(*(client.stats.current_month() for _ in range(50)))
    operations = [request["operation"] for request in sandbox.journal()]
    assert operations.count("create_access_token") == 1
    assert operations.count("get_whatsapp") == 50


def test_a_token_is_fetched_once_for_many_threads(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("99digital")
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: client.stats.current_month(), range(16)))
    operations = [request["operation"] for request in sandbox.journal()]
    assert operations.count("create_access_token") == 1


def in_child(work: Any) -> int:
    """Run `work` in a forked child and return its exit status."""
    with warnings.catch_warnings():
        # Later Pythons warn of a fork beside threads, which is what is tried here.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    limit = time.monotonic() + 20
    while time.monotonic() < limit:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.kill(child, 9)
    os.waitpid(child, 0)
    return -1


def test_a_forked_child_uses_the_client_and_the_parent_still_does(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    client.contacts.get(ID)
    assert in_child(lambda: client.contacts.get(ID)) == 0
    assert client.contacts.get(ID).id == ID


def test_a_forked_child_uses_the_async_client(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")

    async def read() -> None:
        assert (await client.contacts.get(ID)).id == ID

    asyncio.run(read())
    assert in_child(lambda: asyncio.run(read())) == 0
    asyncio.run(read())


def test_a_forked_child_fetches_a_token_of_its_own(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("99digital")
    client.stats.current_month()
    assert in_child(client.stats.current_month) == 0


def read_in_pool(_: int) -> str:
    assert POOLED is not None
    return POOLED.contacts.get(ID).id


POOLED: palabre.Client | None = None


def test_a_pool_of_forked_workers_shares_a_client(
    sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = sandbox.client("msgflash")
    client.contacts.get(ID)
    monkeypatch.setitem(globals(), "POOLED", client)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        pool = multiprocessing.get_context("fork").Pool(2)
    with pool:
        assert pool.map_async(read_in_pool, range(8)).get(timeout=30) == [ID] * 8
