"""Hooks of the async client are waited for, and end with the call."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from notes import Event, Notes
from verbs import TO

import palabre


async def test_async_hooks_are_waited_for(sandbox: palabre.Sandbox) -> None:
    order: list[str] = []

    async def before(event: palabre.RequestEvent) -> None:
        assert sandbox.journal() == []
        await asyncio.sleep(0.05)
        assert sandbox.journal() == []
        order.append("request")

    async def after(event: palabre.ResponseEvent) -> None:
        await asyncio.sleep(0.05)
        order.append("response")

    client = sandbox.async_client("msgflash", on_request=before, on_response=after)
    await client.groups.list().collect()
    order.append("answer")
    assert order == ["request", "response", "answer"]


async def test_a_call_can_be_cancelled_while_a_hook_waits(sandbox: palabre.Sandbox) -> None:
    waiting = asyncio.Event()
    cancelled = asyncio.Event()
    errors: list[palabre.ErrorEvent] = []

    async def wait(event: palabre.RequestEvent) -> None:
        waiting.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            cancelled.set()
            raise

    client = sandbox.async_client("wapiflow", on_request=wait, on_error=errors.append)
    task = asyncio.ensure_future(client.messages.send(to=TO, text="Hello"))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(cancelled.wait(), 5)
    while not errors:
        await asyncio.sleep(0.01)
    assert [(event.kind, event.outcome) for event in errors] == [("Cancelled", "not_sent")]
    assert sandbox.journal() == []


async def test_a_hook_that_never_ends_is_waited_for_no_longer_than_the_time_out(
    sandbox: palabre.Sandbox,
) -> None:
    async def wait(event: palabre.RequestEvent) -> None:
        await asyncio.sleep(60)

    client = sandbox.async_client("wapiflow", on_request=wait, timeout=0.2)
    with pytest.raises(palabre.TimeoutError) as caught:
        await client.messages.send(to=TO, text="Hello")
    assert caught.value.outcome == "not_sent"
    assert sandbox.journal() == []


async def test_the_end_of_a_cancelled_request_is_told(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="send_message", delay_ms=20_000)
    notes = Notes()
    client = sandbox.async_client("wapiflow", **notes.hooks())
    task = asyncio.ensure_future(client.messages.send(to=TO, text="Hello"))
    while not sandbox.journal():
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while len(notes.events) < 2:
        await asyncio.sleep(0.01)
    _, event = notes.events
    assert isinstance(event, palabre.ErrorEvent)
    assert (event.kind, event.outcome) == ("Cancelled", "unknown")


async def test_hooks_see_the_context_of_whoever_awaits(sandbox: palabre.Sandbox) -> None:
    name: contextvars.ContextVar[str] = contextvars.ContextVar("name", default="nobody")
    seen: list[tuple[int, str]] = []

    async def later(event: Event) -> None:
        seen.append((event.call_id, name.get()))

    def note(event: Event) -> None:
        seen.append((event.call_id, name.get()))

    client = sandbox.async_client("msgflash", on_request=note, on_response=later)

    async def read(who: str) -> None:
        name.set(who)
        await client.groups.list().collect()

    await asyncio.gather(read("a"), read("b"), read("c"))
    assert sorted(who for _, who in seen) == ["a", "a", "b", "b", "c", "c"]
    assert len(set(seen)) == 3


async def test_many_calls_at_once_with_hooks(sandbox: palabre.Sandbox) -> None:
    notes = Notes()
    client = sandbox.async_client("msgflash", **notes.hooks())
    calls = [client.contacts.get("CONTACT_UUID_1") for _ in range(200)]
    assert len(await asyncio.gather(*calls)) == 200
    assert len(notes.events) == 400
    assert notes.threads == {threading.get_ident()}


HOOKS = ["sync", "async"]


def hook_that_raises_once(error: BaseException, kind: str) -> Callable[[Event], Any]:
    errors = [error]

    def sync_hook(event: Event) -> None:
        if errors:
            raise errors.pop()

    async def async_hook(event: Event) -> None:
        sync_hook(event)

    return sync_hook if kind == "sync" else async_hook


@pytest.mark.parametrize("end", [KeyboardInterrupt, SystemExit])
@pytest.mark.parametrize("kind", HOOKS)
def test_what_a_hook_raises_to_end_the_program_ends_a_campaign(
    sandbox: palabre.Sandbox, tmp_path: Path, kind: str, end: type[BaseException]
) -> None:
    path = tmp_path / "a.db"
    people = [{"to": f"+8801988{index:06}"} for index in range(50)]

    async def body() -> None:
        client = sandbox.async_client("wapiflow", on_response=hook_that_raises_once(end(), kind))
        await client.messages.send_many(people, ledger=path, text="Hello", max_in_flight=2)

    with pytest.raises(end):
        asyncio.run(body())
    # The run has ended: what was under way is known, and nobody sends the rest.
    counts = palabre.Ledger(path).counts
    assert (counts["attempting"], counts["unknown"]) == (0, 0)
    assert 0 < counts["accepted"] == len(sandbox.sent()) < 50


@pytest.mark.parametrize("kind", HOOKS)
def test_a_call_is_answered_when_its_loop_goes_on_after_what_ends_programs(
    sandbox: palabre.Sandbox, kind: str
) -> None:
    hook = hook_that_raises_once(SystemExit(), kind)
    client = sandbox.async_client("wapiflow", on_response=hook)
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        call = loop.create_task(client.messages.send(to=TO, text="Hello"))
        with pytest.raises(SystemExit):
            loop.run_until_complete(call)
        assert runner.run(asyncio.wait_for(call, 5)).id


def told_to_the_loop() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    return told


async def test_a_hook_that_is_cancelled_with_its_call_is_not_reported(
    sandbox: palabre.Sandbox,
) -> None:
    told = told_to_the_loop()
    waiting = asyncio.Event()
    cancelled = asyncio.Event()

    async def wait(event: palabre.ResponseEvent) -> None:
        waiting.set()
        try:
            await asyncio.sleep(60)
        finally:
            cancelled.set()

    client = sandbox.async_client("wapiflow", on_response=wait)
    task = asyncio.ensure_future(client.messages.send(to=TO, text="Hello"))
    await waiting.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(cancelled.wait(), 5)
    # What is called when the hook has ended is called after this task.
    await asyncio.sleep(0.01)
    assert told == []


# No Exception, and yet nothing that ends a program.
ODD = [asyncio.CancelledError, GeneratorExit]


@pytest.mark.parametrize("odd", ODD)
async def test_whatever_a_plain_hook_raises_is_a_veto(
    sandbox: palabre.Sandbox, odd: type[BaseException]
) -> None:
    error = odd()
    client = sandbox.async_client("wapiflow", on_request=hook_that_raises_once(error, "sync"))
    with pytest.raises(palabre.InvalidInputError) as caught:
        await asyncio.wait_for(client.messages.send(to=TO, text="Hello"), 5)
    assert caught.value.__cause__ is error
    assert sandbox.journal() == []


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("loop_watches_sockets", [True, False])
async def test_whatever_a_plain_hook_raises_loses_no_answer(
    sandbox: palabre.Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    loop_watches_sockets: bool,
    odd: type[BaseException],
) -> None:
    def refuse(*_: Any) -> None:
        raise NotImplementedError

    if not loop_watches_sockets:
        # A task listens there, which could be ended.
        monkeypatch.setattr(asyncio.get_running_loop(), "add_reader", refuse)
    told = told_to_the_loop()
    error = odd()
    hook = hook_that_raises_once(error, "sync")
    client = sandbox.async_client("wapiflow", on_response=hook)
    for _ in range(2):
        sent = await asyncio.wait_for(client.messages.send(to=TO, text="Hello"), 5)
        assert sent.id
    assert told == [{"message": f"{hook!r} failed", "exception": error}]
