"""AsyncClient: coroutines, many at once, cancelled, in more than one event loop."""

from __future__ import annotations

import asyncio
import gc
import inspect
import threading
import time
import warnings
import weakref
from typing import Any

import pytest
from both import either
from conftest import Connect
from requests_seen import Requests

import palabre

KOFFI = "CONTACT_UUID_1"


async def test_fifty_calls_wait_at_the_same_time(
    sandbox: palabre.Sandbox, requests: Requests
) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=300, times=None)
    began = time.monotonic()
    contacts = await asyncio.gather(*(client.contacts.get(KOFFI) for _ in range(50)))
    # One after the other, they would take 15 seconds.
    assert 0.3 <= time.monotonic() - began < 10
    assert {contact.id for contact in contacts} == {KOFFI}
    assert requests.count() == 50


async def test_fifty_callers_share_one_token(sandbox: palabre.Sandbox, requests: Requests) -> None:
    client = sandbox.async_client("99digital")
    sandbox.add_fault(operation="create_access_token", delay_ms=100)
    tables = await asyncio.gather(*(client.stats.current_month() for _ in range(50)))
    assert [len(table) for table in tables] == [24] * 50
    assert (requests.tokens(), requests.count()) == (1, 50)


async def test_the_loop_runs_while_a_call_waits(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=300)
    call = asyncio.create_task(client.contacts.get(KOFFI))
    steps = 0
    while not call.done():
        await asyncio.sleep(0.001)
        steps += 1
    assert steps > 30


async def test_a_call_is_a_coroutine_and_sends_nothing_before_it_is_awaited(
    sandbox: palabre.Sandbox, requests: Requests
) -> None:
    client = sandbox.async_client("msgflash")
    call = client.contacts.get(KOFFI)
    assert inspect.iscoroutine(call)
    await asyncio.sleep(0.05)
    assert requests.count() == 0
    assert (await call).id == KOFFI
    assert requests.count() == 1


async def test_a_call_that_nobody_awaits_is_named_in_a_warning(
    sandbox: palabre.Sandbox, requests: Requests
) -> None:
    client = sandbox.async_client("wapiflow")
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        client.messages.send(to="+8801988000000", text="Hello")  # type: ignore[unused-coroutine]
        gc.collect()
    assert [str(warning.message) for warning in seen] == [
        "coroutine 'messages.send' was never awaited"
    ]
    assert requests.count() == 0


def test_a_call_runs_as_the_only_coroutine_of_a_program(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    assert asyncio.run(client.contacts.get(KOFFI)).name == "Koffi Mensah"
    with asyncio.Runner() as runner:
        assert len(runner.run(client.groups.list().collect())) == 10


async def test_calls_run_in_a_task_group(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    async with asyncio.TaskGroup() as group:
        contact = group.create_task(client.contacts.get(KOFFI))
        groups = group.create_task(client.groups.list().collect())
    assert (contact.result().id, len(groups.result())) == (KOFFI, 10)


async def test_a_call_that_is_given_up_is_dropped_and_the_client_goes_on(
    sandbox: palabre.Sandbox,
) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=20_000, times=3)
    for _ in range(3):
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.contacts.get(KOFFI), timeout=0.1)
        assert time.monotonic() - began < 10
    assert (await client.contacts.get(KOFFI)).id == KOFFI


async def test_a_cancelled_task_is_cancelled(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=20_000)
    task = asyncio.create_task(client.contacts.get(KOFFI))
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(await client.groups.list().collect()) == 10


async def test_a_cancelled_page_is_asked_for_again(sandbox: palabre.Sandbox) -> None:
    rows = aiter(sandbox.async_client("msgflash").contacts.list())
    ids = [(await anext(rows)).id for _ in range(50)]
    sandbox.add_fault(operation="list_contacts", delay_ms=20_000)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(anext(rows), timeout=0.1)
    ids += [contact.id async for contact in rows]
    assert (len(ids), len(set(ids))) == (324, 324)


async def test_a_cancelled_token_is_asked_for_again(
    sandbox: palabre.Sandbox, requests: Requests
) -> None:
    client = sandbox.async_client("99digital")
    sandbox.add_fault(operation="create_access_token", delay_ms=20_000)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.stats.current_month(), timeout=0.1)
    assert len(await client.stats.current_month()) == 24
    assert requests.tokens() == 2


async def test_an_error_reaches_the_one_who_waits(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    calls = [client.contacts.get(id) for id in (KOFFI, "nobody", "..")]
    found, missing, wrong = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(found, palabre.Contact)
    assert isinstance(missing, palabre.NotFoundError)
    assert isinstance(wrong, palabre.InvalidInputError)


def test_a_client_is_used_in_one_loop_after_another(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")

    async def read() -> str:
        return (await client.contacts.get(KOFFI)).id

    assert [asyncio.run(read()) for _ in range(5)] == [KOFFI] * 5


def test_a_client_is_used_in_several_loops_at_the_same_time(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    found: list[str] = []

    async def read() -> None:
        contacts = await asyncio.gather(*(client.contacts.get(KOFFI) for _ in range(20)))
        found.extend(contact.id for contact in contacts)

    threads = [threading.Thread(target=lambda: asyncio.run(read())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert found == [KOFFI] * 80


async def test_a_listing_is_read_by_several_tasks_without_losing_a_page(
    sandbox: palabre.Sandbox,
) -> None:
    pages = sandbox.async_client("msgflash").contacts.list(page_size=10).pages()
    ids: list[str] = []

    async def read() -> None:
        async for page in pages:
            ids.extend(contact.id for contact in page)

    await asyncio.gather(*(read() for _ in range(4)))
    assert (len(ids), len(set(ids))) == (324, 324)


async def test_the_rows_of_a_listing_are_shared_by_several_tasks(sandbox: palabre.Sandbox) -> None:
    rows = aiter(sandbox.async_client("msgflash").contacts.list(page_size=10))
    ids: list[str] = []

    async def read() -> None:
        async for contact in rows:
            ids.append(contact.id)
            await asyncio.sleep(0)

    await asyncio.gather(*(read() for _ in range(4)))
    assert (len(ids), len(set(ids))) == (324, 324)


async def test_a_cancelled_write_says_that_it_may_have_happened(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("wapiflow")
    sandbox.add_fault(delay_ms=20_000, times=None)
    sends = client.messages.send(to="+8801988000000", text="Hello")
    for call, notes in (
        (sends, ["messages.send was given up and may have happened: look before you repeat it"]),
        (client.conversations.get("2"), []),
        (client.call("list_templates"), []),
    ):
        task = asyncio.create_task(call)  # type: ignore[arg-type]
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError) as caught:
            await task
        assert getattr(caught.value, "__notes__", []) == notes


async def test_a_cancelled_batch_says_how_far_it_had_come(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("wapiflow")
    sandbox.add_fault(operation="delete_contact", after=2, delay_ms=20_000)
    task = asyncio.create_task(
        client.contacts.delete_many(["900001", "900002", "900003", "900004"])
    )
    await asyncio.sleep(0.5)
    task.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await task
    assert caught.value.__notes__[0].startswith("contacts.delete_many was given up after 2 of 4;")


def test_a_loop_that_is_closed_with_calls_pending_is_freed(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=20_000, times=None)

    def leave() -> weakref.ref[asyncio.AbstractEventLoop]:
        loop = asyncio.new_event_loop()
        task = loop.create_task(client.contacts.get(KOFFI))  # type: ignore[arg-type]
        loop.run_until_complete(asyncio.sleep(0.05))
        # What asyncio says of a task that is left is not what this is about.
        task._log_destroy_pending = False
        loop.close()
        return weakref.ref(loop)

    loops = [leave() for _ in range(3)]
    gc.collect()
    assert [loop() for loop in loops] == [None] * 3


async def test_a_call_that_only_its_loop_knows_goes_on(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=300)
    names: list[str | None] = []

    async def read() -> None:
        names.append((await client.contacts.get(KOFFI)).name)

    asyncio.create_task(read())  # noqa: RUF006
    await asyncio.sleep(0.05)
    gc.collect()
    await asyncio.sleep(0.6)
    assert names == ["Koffi Mensah"]


async def test_a_client_is_a_context(sandbox: palabre.Sandbox) -> None:
    made = sandbox.async_client("msgflash")
    async with made as client:
        assert client is made
        assert (await client.contacts.get(KOFFI)).id == KOFFI
    with pytest.raises(ZeroDivisionError):
        async with sandbox.async_client("msgflash"):
            raise ZeroDivisionError


def test_a_sync_client_is_a_context(sandbox: palabre.Sandbox) -> None:
    made = sandbox.client("msgflash")
    with made as client:
        assert client is made
        assert client.contacts.get(KOFFI).id == KOFFI
    with pytest.raises(ZeroDivisionError), sandbox.client("msgflash"):
        raise ZeroDivisionError


async def test_a_closed_client_says_so(connect: Connect, requests: Requests) -> None:
    api = connect("msgflash")
    rows = aiter(api.contacts.list(page_size=10))
    for _ in range(10):
        await anext(rows)
    await either(api.client.close())
    await either(api.client.close())
    for call in (
        lambda: api.contacts.get(KOFFI),
        lambda: api.call("list_contacts"),
        lambda: anext(rows),
    ):
        with pytest.raises(palabre.ConfigError, match="client: is closed; make another one"):
            await call()
    with pytest.raises(palabre.ConfigError, match="is closed"):
        api.contacts.list()
    assert requests.count() == 1
    assert repr(api.client).endswith('"msgflash", account="msgflash")')


async def test_a_client_outlives_the_name_of_its_sandbox() -> None:
    assert len(palabre.Sandbox().client("reachflow").numbers.list().collect()) > 0
    client = palabre.Sandbox().async_client("msgflash")
    gc.collect()
    assert (await client.contacts.get(KOFFI)).id == KOFFI


def test_without_a_running_loop_there_is_nothing_to_wait_in(sandbox: palabre.Sandbox) -> None:
    call = sandbox.async_client("msgflash").contacts.get(KOFFI)
    with pytest.raises(RuntimeError, match="no running event loop"):
        call.send(None)


class WithoutReaders(asyncio.SelectorEventLoop):
    """A loop that cannot watch sockets, like the usual one of Windows."""

    def add_reader(self, *_: Any) -> None:  # type: ignore[override]
        raise NotImplementedError


def test_a_loop_that_cannot_watch_sockets_works_too(sandbox: palabre.Sandbox) -> None:
    client = sandbox.async_client("msgflash")

    async def read() -> list[str]:
        contacts = await asyncio.gather(*(client.contacts.get(KOFFI) for _ in range(50)))
        with pytest.raises(palabre.NotFoundError):
            await client.contacts.get("nobody")
        return [contact.id for contact in contacts]

    with asyncio.Runner(loop_factory=WithoutReaders) as runner:
        assert runner.run(read()) == [KOFFI] * 50
        assert runner.run(read()) == [KOFFI] * 50
