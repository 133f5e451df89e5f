"""Threads share a client, and run while a call waits."""

from __future__ import annotations

import asyncio
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from requests_seen import Requests

import palabre


def test_other_threads_run_while_a_call_waits(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=500)
    is_over = threading.Event()
    steps = 0

    def count() -> None:
        nonlocal steps
        while not is_over.is_set():
            steps += 1
            time.sleep(0.001)

    counter = threading.Thread(target=count)
    counter.start()
    client.contacts.get("CONTACT_UUID_1")
    is_over.set()
    counter.join()
    assert steps > 50


def test_sixteen_threads_share_a_client(sandbox: palabre.Sandbox, requests: Requests) -> None:
    client = sandbox.client("msgflash")
    wanted = [contact.id for contact in client.contacts.list()][:20]
    requests.forget()
    start = threading.Barrier(16)

    def read(_: int) -> list[str]:
        start.wait()
        return [client.contacts.get(id).id for id in wanted]

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(read, range(16)))
    assert found == [wanted] * 16
    assert requests.operations() == ["get_contact"] * 320


def test_sixteen_threads_share_a_token(sandbox: palabre.Sandbox, requests: Requests) -> None:
    client = sandbox.client("99digital")
    sandbox.add_fault(operation="create_access_token", delay_ms=100)
    with ThreadPoolExecutor(16) as threads:
        tables = list(threads.map(lambda _: client.stats.current_month(), range(16)))
    assert [len(table) for table in tables] == [24] * 16
    assert requests.tokens() == 1


def test_calls_in_threads_wait_at_the_same_time(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    sandbox.add_fault(operation="get_contact", delay_ms=1000, times=None)
    began = time.monotonic()
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(client.contacts.get, ["CONTACT_UUID_1"] * 8))
    # One after the other, they would take 8 seconds.
    assert 1 <= time.monotonic() - began < 6


def test_threads_share_an_iterator_without_losing_a_page(sandbox: palabre.Sandbox) -> None:
    pages = sandbox.client("msgflash").contacts.list(page_size=10).pages()
    ids: list[str] = []

    def read(_: int) -> None:
        ids.extend(contact.id for page in pages for contact in page)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(read, range(4)))
    assert (len(ids), len(set(ids))) == (324, 324)


def test_many_threads_come_and_go(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    names: list[str | None] = []
    for _ in range(50):
        threads = [
            threading.Thread(target=lambda: names.append(client.groups.get("GROUP_ID").name))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert names == ["Équipe terrain"] * 200


def test_clients_come_and_go(sandbox: palabre.Sandbox) -> None:
    for _ in range(50):
        client = sandbox.client("msgflash")
        assert client.contacts.get("CONTACT_UUID_1").id == "CONTACT_UUID_1"
        del client


def test_a_sync_client_works_inside_a_running_event_loop(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")

    async def read() -> Any:
        in_thread = await asyncio.to_thread(client.contacts.get, "CONTACT_UUID_1")
        return client.contacts.get("CONTACT_UUID_1"), in_thread, client.groups.list().collect()

    contact, other, groups = asyncio.run(read())
    assert contact == other
    assert len(groups) == 10


def test_a_connection_that_the_vendor_closed_meanwhile_is_not_used(
    sandbox: palabre.Sandbox,
) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    client = sandbox.client("wapiflow")
    client.templates.list().collect()
    sandbox.close()
    with palabre.Sandbox(port=port):
        # The old connection is dead: a send on it would have an unknown outcome.
        assert client.messages.send(to="+8801988000000", text="Hello").id == "1"


def test_the_rows_of_a_listing_are_shared_by_several_threads(sandbox: palabre.Sandbox) -> None:
    rows = iter(sandbox.client("msgflash").contacts.list(page_size=10))
    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(lambda _: [contact.id for contact in rows], range(4)))
    ids = [id for part in parts for id in part]
    assert (len(ids), len(set(ids))) == (324, 324)
