"""A campaign that is cancelled or interrupted: what is under way has a moment, and the note is right."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from campaigns import TEXT, people
from scripts import command, start

import palabre


async def started(
    sandbox: palabre.Sandbox, path: Path, delay: int = 150
) -> asyncio.Future[palabre.RunReport]:
    """A run of which the first twenty messages have arrived, and the next ones are under way."""
    sandbox.add_fault(operation="send_message", times=None, after=20, delay_ms=delay)
    client = sandbox.async_client("wapiflow")
    run = asyncio.ensure_future(client.messages.send_many(people(80), ledger=path, text=TEXT))
    while len(sandbox.sent()) < 21:
        await asyncio.sleep(0.005)
    return run


async def note(run: asyncio.Future[Any]) -> str:
    with pytest.raises(asyncio.CancelledError) as error:
        await run
    (note,) = error.value.__notes__
    return note


@asynccontextmanager
async def unblocked() -> AsyncIterator[None]:
    """The event loop runs meanwhile."""
    count = 0

    async def tick() -> None:
        nonlocal count
        while True:
            await asyncio.sleep(0.01)
            count += 1

    ticks = asyncio.create_task(tick())
    try:
        yield
    finally:
        ticks.cancel()
    # Were the loop held up, there would be one at most.
    assert count >= 3


async def test_a_cancelled_run_knows_what_became_of_what_was_under_way(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    run = await started(sandbox, path)
    run.cancel()
    async with unblocked():
        said = await asyncio.wait_for(note(run), timeout=6)
    counts = palabre.Ledger(path).counts
    assert (counts["unknown"], counts["attempting"]) == (0, 0)
    assert counts["accepted"] == len([sent for sent in sandbox.sent() if sent.accepted])
    assert 20 < counts["accepted"] < 80
    assert said.startswith(f"messages.send_many was ended: {counts['accepted']} of 80 accepted")
    assert f"{path} has every row: go on with the same call" in said


async def test_a_run_that_takes_too_long_knows_what_became_of_what_was_under_way(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    run = await started(sandbox, path)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(run, timeout=0.05)
    counts = palabre.Ledger(path).counts
    assert (counts["unknown"], counts["attempting"]) == (0, 0)


async def test_a_run_that_is_cancelled_twice_by_one_ctrl_c_has_its_moment(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    run = await started(sandbox, path)
    run.cancel()
    await asyncio.sleep(0)
    run.cancel()
    await note(run)
    counts = palabre.Ledger(path).counts
    assert (counts["unknown"], counts["attempting"]) == (0, 0)


async def test_a_run_that_has_its_moment_is_cancelled_at_once_by_a_second_cancellation(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    run = await started(sandbox, path, delay=20_000)
    run.cancel()
    await asyncio.sleep(0.2)
    assert not run.done()
    run.cancel()
    # Without the numbers, which are known only when the moment is over.
    assert await note(run) == (
        f"messages.send_many was ended: {path} tells what was sent; go on with the same call"
    )


async def test_a_run_that_is_cancelled_while_it_plans_has_sent_nothing(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    client = sandbox.async_client("wapiflow")

    def rows() -> Iterator[dict[str, Any]]:
        for index, row in enumerate(people(2000)):
            if index == 700:
                run.cancel()
            yield row

    run = asyncio.ensure_future(client.messages.send_many(rows(), ledger=path, text=TEXT))
    assert await note(run) == "messages.send_many was ended before anything was sent"
    assert sandbox.sent() == []
    report = await client.messages.send_many(people(30), ledger=path, text=TEXT)
    assert (report.accepted, len(sandbox.sent())) == (30, 30)


async def test_a_ledger_that_was_moved_is_no_sign_that_nothing_was_sent(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    run = await started(sandbox, path)
    path.rename(tmp_path / "b.db")
    run.cancel()
    assert await note(run) == (
        f"messages.send_many was ended: {path} tells what was sent; go on with the same call"
    )


@contextmanager
def holder(path: Path) -> Iterator[None]:
    """Another process that holds the file: locks of the same one would not be heard."""
    script = """
        import sqlite3
        held = sqlite3.connect({path!r}, isolation_level=None, timeout=10)
        held.execute("BEGIN EXCLUSIVE")
        input("held")
    """
    process = subprocess.Popen(
        command(script.format(path=str(path))),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout
            assert process.stdout.read(4) == "held"
            yield
        finally:
            process.kill()


async def test_the_loop_runs_while_somebody_else_holds_the_ledger_of_a_cancelled_run(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    run = await started(sandbox, path)
    with holder(path):
        run.cancel()
        async with unblocked():
            said = await asyncio.wait_for(note(run), timeout=6)
    assert said.endswith("tells what was sent; go on with the same call")


def test_a_run_that_a_hook_ends_knows_what_became_of_what_was_under_way(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "a.db"
    heard: list[palabre.ResponseEvent] = []

    def interrupt(event: palabre.ResponseEvent) -> None:
        heard.append(event)
        if len(heard) == 20:
            raise KeyboardInterrupt

    sandbox.add_fault(operation="send_message", times=None, after=15, delay_ms=100)
    client = sandbox.client("wapiflow", on_response=interrupt)
    with pytest.raises(KeyboardInterrupt):
        client.messages.send_many(people(80), ledger=path, text=TEXT)
    counts = palabre.Ledger(path).counts
    assert (counts["unknown"], counts["attempting"]) == (0, 0)
    assert counts["accepted"] == len(sandbox.sent())


RUN = """
    import asyncio, sys
    import palabre

    sandbox = palabre.Sandbox(seed=7)
    people = [{{"to": f"+88019880{{index:05}}"}} for index in range(60)]
    sandbox.add_fault(operation="send_message", times=None, after=20, delay_ms=200)

    async def main():
        client = sandbox.async_client("wapiflow")
        run = client.messages.send_many(people, ledger={path!r}, text="Hello")
        try:
            await run
        except asyncio.CancelledError as error:
            print(*error.__notes__)
            raise

    async def tell():
        while len(sandbox.sent()) < 21:
            await asyncio.sleep(0.005)
        print("running", flush=True)

    async def both():
        await asyncio.gather(main(), tell())

    try:
        asyncio.run(both())
    except KeyboardInterrupt:
        counts = palabre.Ledger({path!r}).counts
        print(counts["unknown"], counts["attempting"], counts["accepted"] - len(sandbox.sent()))
        sys.exit(3)
"""


def test_ctrl_c_in_a_program_of_asyncio_leaves_nothing_unknown(tmp_path: Path) -> None:
    process = start(RUN.format(path=str(tmp_path / "a.db")))
    try:
        assert process.stdout
        assert process.stdout.readline() == b"running\n"
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        note = process.stdout.readline()
        took = time.monotonic() - asked
        output, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 3, errors
    # Within a second; the machine that runs the tests may be slow.
    assert took < 5
    assert b"go on with the same call" in note
    assert output.split() == [b"0", b"0", b"0"]
