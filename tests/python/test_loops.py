"""Event loops: asyncio's and uvloop's, one after another, beside a sync client; and others, refused."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import anyio
import pytest
import trio
import uvloop
from verbs import TO

import palabre

Run = Callable[[Any], Any]
RUNS: dict[str, Run] = {"asyncio": asyncio.run, "uvloop": uvloop.run}


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest) -> Run:
    return RUNS[request.param]


def test_every_way_to_call_works_under_the_loop(run: Run, sandbox: palabre.Sandbox) -> None:
    async def body() -> None:
        async with sandbox.async_client("msgflash") as client:
            contact = await client.contacts.get("CONTACT_UUID_1")
            assert contact.id == "CONTACT_UUID_1"
            assert len([c async for c in client.contacts.list(page_size=100)]) == 324
            assert [len(p) async for p in client.contacts.list(page_size=100).pages()] == [
                100,
                100,
                100,
                24,
            ]
            assert (await client.groups.list().to_pandas()).shape[0] == 10
            with pytest.raises(palabre.NotFoundError):
                await client.contacts.get("nobody")
            many = await asyncio.gather(*(client.contacts.get("CONTACT_UUID_1") for _ in range(50)))
            assert len(many) == 50
        async with sandbox.async_client("wapiflow") as client:
            assert (await client.messages.send(to=TO, text="Hello")).id

    run(body())


def test_one_client_serves_one_loop_after_another(run: Run, sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")

    async def body() -> int:
        return len(await client.groups.list().collect())

    assert [run(body()) for _ in range(3)] == [10, 10, 10]
    assert asyncio.run(body()) == uvloop.run(body()) == 10


def test_one_client_serves_loops_of_several_threads_at_once(
    run: Run, sandbox: palabre.Sandbox
) -> None:
    client = sandbox.async_client("msgflash")
    counts: list[int] = []

    async def body() -> None:
        counts.extend([len(await client.groups.list().collect()) for _ in range(5)])

    threads = [threading.Thread(target=lambda: run(body())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [10] * 20


def test_a_call_is_cancelled_under_the_loop(run: Run, sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="get_contact", delay_ms=20_000)

    async def body() -> None:
        client = sandbox.async_client("msgflash")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.contacts.get("CONTACT_UUID_1"), 0.1)

    run(body())


def test_hooks_and_their_context_work_under_the_loop(run: Run, sandbox: palabre.Sandbox) -> None:
    seen: list[int] = []

    async def before(event: palabre.RequestEvent) -> None:
        await asyncio.sleep(0.01)
        seen.append(threading.get_ident())

    async def body() -> None:
        client = sandbox.async_client("msgflash", on_request=before, on_response=before)
        await client.groups.list().collect()

    run(body())
    assert seen == [threading.get_ident()] * 2


def test_the_sync_client_works_inside_a_running_loop(run: Run, sandbox: palabre.Sandbox) -> None:
    seen: list[Any] = []
    client = sandbox.client("msgflash", on_request=seen.append, on_response=seen.append)
    other = sandbox.async_client("msgflash")

    async def body() -> None:
        assert len(client.groups.list().collect()) == 10
        mixed = await asyncio.gather(
            other.groups.list().collect(),
            asyncio.to_thread(lambda: client.groups.list().collect()),
        )
        assert [len(table) for table in mixed] == [10, 10]
        assert len(list(client.contacts.list())) == 324

    run(body())
    assert len(seen) > 4


def test_anyio_on_asyncio_works(sandbox: palabre.Sandbox) -> None:
    async def body() -> int:
        client = sandbox.async_client("msgflash")
        with anyio.fail_after(5):
            return len(await client.groups.list().collect())

    assert anyio.run(body) == 10


@pytest.mark.parametrize("start", [trio.run, lambda body: anyio.run(body, backend="trio")])
def test_another_kind_of_loop_is_told_what_to_do(sandbox: palabre.Sandbox, start: Run) -> None:
    async def body() -> None:
        client = sandbox.async_client("msgflash")
        await client.groups.list().collect()

    with pytest.raises(palabre.ConfigError) as caught:
        start(body)
    assert str(caught.value) == (
        "AsyncClient runs on asyncio, and trio is running; use Client in a thread: "
        "trio.to_thread.run_sync or anyio.to_thread.run_sync"
    )
    assert sandbox.journal() == []


def test_awaiting_without_a_loop_says_that_there_is_none(sandbox: palabre.Sandbox) -> None:
    coroutine = sandbox.async_client("msgflash").groups.list().collect()
    with pytest.raises(RuntimeError, match="no running event loop"):
        coroutine.send(None)
