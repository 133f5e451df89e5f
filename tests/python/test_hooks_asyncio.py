"""Hooks of the async client are waited for, and end with the call."""

from __future__ import annotations

import asyncio
import contextvars
import threading

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
