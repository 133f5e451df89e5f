"""Forked processes: a client that was used goes on in the child."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from pathlib import Path

import configs
import pytest
from scripts import printed

import palabre

# Python 3.12 and later warn of a fork in a process with threads, which is what is tested here.
FORKS = ("-W", "ignore:This process:DeprecationWarning")

FORK = multiprocessing.get_context("fork")


def in_child(work: Callable[[], bool], patience: float = 10) -> bool:
    """Fork, work in the child, and tell whether it went well."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            code = 0 if work() else 2
        finally:
            os._exit(code)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return os.waitstatus_to_exitcode(status) == 0
        time.sleep(0.01)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False


@pytest.fixture
def client(sandbox: palabre.Sandbox) -> palabre.Client:
    """A client that has been used."""
    client = sandbox.client("msgflash")
    client.contacts.get("CONTACT_UUID_1")
    return client


def is_koffi(client: palabre.Client) -> bool:
    return client.contacts.get("CONTACT_UUID_1").name == "Koffi Mensah"


def test_a_child_has_limits_of_its_own(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash", rate_limit=0.02, max_in_flight=1)
    assert is_koffi(client)

    # Nobody in the child ends what another thread of the parent waits for.
    def wait() -> None:
        with contextlib.suppress(palabre.TimeoutError):
            client.contacts.get("CONTACT_UUID_1", timeout=3)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.2)
    assert in_child(lambda: is_koffi(client))
    waiting.join()


def test_a_child_goes_on_with_a_client_that_was_used(client: palabre.Client) -> None:
    assert in_child(lambda: is_koffi(client))
    assert is_koffi(client)


def test_a_child_of_a_child_goes_on_too(client: palabre.Client) -> None:
    assert in_child(lambda: is_koffi(client) and in_child(lambda: is_koffi(client)))
    assert is_koffi(client)


def test_a_child_makes_clients_of_its_own(sandbox: palabre.Sandbox, client: palabre.Client) -> None:
    assert in_child(lambda: is_koffi(sandbox.client("msgflash")))


def test_a_child_reads_on_where_its_parent_stopped(client: palabre.Client) -> None:
    rows = iter(client.contacts.list())
    first = [next(rows).id for _ in range(60)]
    assert in_child(lambda: len({*first, *(contact.id for contact in rows)}) == 324)
    assert len(list(rows)) == 264


def test_a_child_gets_a_token_of_its_own(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("99digital")
    client.stats.current_month()
    assert in_child(lambda: len(client.stats.current_month()) == 24)


def test_a_child_that_is_forked_while_other_threads_call_does_not_hang(
    client: palabre.Client, sandbox: palabre.Sandbox
) -> None:
    is_over = threading.Event()
    partners = sandbox.client("99digital")

    def keep_calling() -> None:
        while not is_over.is_set():
            is_koffi(client)
            partners.stats.current_month()

    threads = [threading.Thread(target=keep_calling) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(10):
            assert in_child(lambda: is_koffi(client) and bool(partners.stats.current_month()))
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def test_asyncio_works_in_a_child_after_it_was_used() -> None:
    # A process of its own: pytest runs an event loop here, which a fork would copy.
    code = """
        import asyncio, os, sys
        import palabre

        with palabre.Sandbox() as sandbox:
            client = sandbox.async_client("msgflash")
            read = lambda: asyncio.run(client.contacts.get("CONTACT_UUID_1")).name
            print(read(), flush=True)
            child = os.fork()
            if child == 0:
                print(read(), read(), flush=True)
                os._exit(0)
            print(os.waitpid(child, 0)[1], read())
    """
    assert printed(code, *FORKS) == "Koffi Mensah\nKoffi Mensah Koffi Mensah\n0 Koffi Mensah\n"


@pytest.fixture
def path(sandbox: palabre.Sandbox, tmp_path: Path) -> Path:
    """A configuration with an account of each vendor, and the secrets in it."""
    return configs.write(tmp_path, sandbox, inline=True)


@pytest.mark.parametrize("is_used", [True, False])
def test_a_child_goes_on_with_a_fleet(path: Path, is_used: bool) -> None:
    fleet = palabre.Fleet.from_config(path)

    def works() -> bool:
        table = fleet.numbers.list()
        return (len(table), table.failures) == (12, []) and is_koffi(fleet["sales"])

    if is_used:
        assert works()
    assert in_child(works)
    assert in_child(lambda: works() and in_child(works))
    assert works()


def test_a_child_keeps_the_secrets_that_were_read(path: Path) -> None:
    fleet, unused = palabre.Fleet.from_config(path), palabre.Fleet.from_config(path)
    fleet.numbers.list()
    path.unlink()
    assert in_child(lambda: fleet.numbers.list().failures == [])
    assert in_child(lambda: unused.numbers.list().failures == [])


def test_a_child_that_is_forked_while_a_command_runs_for_the_secret_does_not_hang(
    path: Path, sandbox: palabre.Sandbox
) -> None:
    secret = sandbox.credentials["msgflash"]["api_key"]
    text = path.read_text(encoding="utf-8")
    command = f'api_key_command = "sleep 0.5; echo {secret}"'
    path.write_text(text.replace(f'api_key = "{secret}"', command), encoding="utf-8")
    client = palabre.Fleet.from_config(path)["sales"]
    opening = threading.Thread(target=is_koffi, args=[client])
    opening.start()
    time.sleep(0.2)
    assert in_child(lambda: is_koffi(client))
    opening.join()
    assert is_koffi(client)


def test_an_async_fleet_works_in_a_child_before_and_after_it_was_used() -> None:
    # A process of its own: pytest runs an event loop here, which a fork would copy.
    code = """
        import asyncio, os
        import palabre

        with palabre.Sandbox() as sandbox:
            fleet, fresh = (
                palabre.AsyncFleet({"a": sandbox.async_client(v), "b": sandbox.async_client(v)})
                for v in ("msgflash", "msgflash")
            )

            async def groups(fleet):
                return len(await fleet.groups.list())

            print(asyncio.run(groups(fleet)), flush=True)
            child = os.fork()
            if child == 0:
                print(asyncio.run(groups(fleet)), asyncio.run(groups(fresh)), flush=True)
                os._exit(0)
            print(os.waitpid(child, 0)[1], asyncio.run(groups(fleet)))
    """
    assert printed(code, *FORKS) == "20\n20 20\n0 20\n"


def read_in_worker(id: str) -> tuple[int, str | None]:
    return os.getpid(), shared.contacts.get(id).name


shared: palabre.Client


def test_a_pool_of_workers_shares_a_client(client: palabre.Client) -> None:
    global shared
    shared = client
    with FORK.Pool(4) as pool:
        found = pool.map(read_in_worker, ["CONTACT_UUID_1"] * 40, chunksize=1)
    assert {name for _, name in found} == {"Koffi Mensah"}
    assert os.getpid() not in {pid for pid, _ in found}


def fail_in_worker(id: str) -> None:
    shared.contacts.get(id)


def test_an_error_of_a_worker_arrives_whole(client: palabre.Client) -> None:
    global shared
    shared = client
    with FORK.Pool(1) as pool, pytest.raises(palabre.NotFoundError) as caught:
        pool.map(fail_in_worker, ["nobody"])
    assert (caught.value.status, caught.value.operation) == (404, "contacts.get")


def test_the_sandbox_stays_with_its_process(sandbox: palabre.Sandbox) -> None:
    def steer() -> bool:
        with pytest.raises(palabre.ConfigError, match="sandbox"):
            sandbox.journal()
        with pytest.raises(palabre.ConfigError):
            sandbox.reset()
        sandbox.close()
        return sandbox.url.startswith("http://127.0.0.1:")

    assert in_child(steer)
    assert is_koffi(sandbox.client("msgflash"))


@pytest.mark.parametrize(
    "end", ["sys.exit(0)", "del sandbox", "sandbox.close()", "raise SystemExit"]
)
def test_a_child_ends_although_it_has_a_copy_of_the_sandbox(end: str) -> None:
    code = f"""
        import os, sys
        import palabre

        sandbox = palabre.Sandbox()
        client = sandbox.client("msgflash")
        client.contacts.get("CONTACT_UUID_1")
        child = os.fork()
        if child == 0:
            client.contacts.get("CONTACT_UUID_1")
            {end}
            sys.exit(0)
        print(os.waitpid(child, 0)[1])
    """
    assert printed(code, *FORKS, timeout=20) == "0\n"


def test_a_handler_that_forks_leaves_the_call_to_the_parent() -> None:
    code = """
        import os, signal, sys
        import palabre

        children = []
        def fork(*_):
            children.append(os.fork())
        signal.signal(signal.SIGALRM, fork)
        sandbox = palabre.Sandbox()
        client = sandbox.client("wapiflow")
        sandbox.add_fault(operation="send_message", delay_ms=700)
        signal.setitimer(signal.ITIMER_REAL, 0.1)
        try:
            sent = client.messages.send(to="+8801988000000", text="Hello")
        except palabre.ConfigError as error:
            assert children == [0] and "forked" in str(error), error
            os._exit(7)
        _, status = os.waitpid(children[0], 0)
        print(sent.kind, os.waitstatus_to_exitcode(status), len(sandbox.journal()))
    """
    assert printed(code, *FORKS) == "text 7 1\n"
