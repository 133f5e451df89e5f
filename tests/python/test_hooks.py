"""Hooks see each try of a request, may veto it, and are shown nothing private."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import gc
import json
import pickle
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from both import either
from conftest import Connect
from requests_seen import Requests
from scripts import printed
from verbs import SUPPORTED, TO, run

import palabre

Event = palabre.RequestEvent | palabre.ResponseEvent | palabre.ErrorEvent


class Refused(Exception):
    """What a hook raises."""


class Notes:
    """Three hooks that write down what they are told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.threads: set[int] = set()

    def note(self, event: Event) -> None:
        self.events.append(event)
        self.threads.add(threading.get_ident())

    def hooks(self) -> dict[str, Any]:
        return {"on_request": self.note, "on_response": self.note, "on_error": self.note}

    def lines(self) -> list[tuple[str, int, Any]]:
        """Class, attempt, and what came of it."""
        return [(type(event).__name__, event.attempt, end(event)) for event in self.events]


def end(event: Event) -> Any:
    if isinstance(event, palabre.ResponseEvent):
        return event.status
    return event.kind if isinstance(event, palabre.ErrorEvent) else None


def refuse(event: palabre.RequestEvent) -> None:
    raise Refused(f"not {event.method}")


async def test_a_call_is_told_before_and_after(connect: Connect, sandbox: palabre.Sandbox) -> None:
    notes = Notes()
    await connect("msgflash", **notes.hooks()).contacts.get("CONTACT_UUID_1")
    before, after = notes.events
    assert isinstance(before, palabre.RequestEvent)
    assert isinstance(after, palabre.ResponseEvent)
    told = before.to_dict()
    assert told == {
        "vendor": "msgflash",
        "account": "msgflash",
        "verb": "contacts.get",
        "operation": "get_contact",
        "method": "GET",
        "path_template": "/api/v1/contacts/{id}",
        "host": "127.0.0.1",
        "port": int(sandbox.url.rpartition(":")[2]),
        "call_id": before.call_id,
        "attempt": 1,
        "request_bytes": 0,
    }
    answered = after.to_dict()
    assert {name: answered[name] for name in told} == told
    assert (after.status, after.headers["content-type"]) == (200, "application/json")
    assert after.response_bytes == int(after.headers["content-length"])
    assert 0 < after.duration < 30
    assert repr(before) == "RequestEvent(msgflash contacts.get: GET /api/v1/contacts/{id})"
    assert str(after).startswith("msgflash contacts.get: GET /api/v1/contacts/{id}: 200 with ")
    assert json.loads(json.dumps(answered)) == answered
    assert notes.threads == {threading.get_ident()}


async def test_each_repeat_is_told(connect: Connect, sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(operation="get_contact", status=503)
    notes = Notes()
    await connect("msgflash", **notes.hooks()).contacts.get("CONTACT_UUID_1")
    assert notes.lines() == [
        ("RequestEvent", 1, None),
        ("ErrorEvent", 1, "Unavailable"),
        ("RequestEvent", 2, None),
        ("ResponseEvent", 2, 200),
    ]
    failed = notes.events[1]
    assert isinstance(failed, palabre.ErrorEvent)
    assert (failed.status, failed.outcome, failed.reason) == (503, None, None)
    assert failed.repeat_in is not None
    assert len({event.call_id for event in notes.events}) == 1


async def test_the_last_failure_is_not_repeated(connect: Connect) -> None:
    notes = Notes()
    with pytest.raises(palabre.NotFoundError):
        await connect("msgflash", **notes.hooks()).contacts.get("nobody")
    (_, failed) = notes.events
    assert isinstance(failed, palabre.ErrorEvent)
    assert (failed.kind, failed.vendor_code, failed.repeat_in) == ("NotFound", "NOT_FOUND", None)


async def test_no_connection_is_told_with_its_reason(connect: Connect) -> None:
    notes = Notes()
    base_url = "http://127.0.0.1:1"
    with pytest.raises(palabre.UnavailableError):
        await (
            connect("msgflash", base_url=base_url, max_attempts=1, **notes.hooks())
            .groups.list()
            .collect()
        )
    (_, failed) = notes.events
    assert isinstance(failed, palabre.ErrorEvent)
    assert (failed.status, failed.outcome, failed.headers) == (None, "not_sent", {})
    assert failed.reason
    assert failed.reason.startswith("no connection to the vendor: ")


@pytest.mark.parametrize(
    ("vendor", "verb"), [(vendor, verb) for vendor in SUPPORTED for verb in SUPPORTED[vendor]]
)
async def test_a_veto_sends_nothing(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, verb: str
) -> None:
    errors: list[palabre.ErrorEvent] = []
    api = connect(vendor, on_request=refuse, on_error=errors.append)
    with pytest.raises(palabre.InvalidInputError) as caught:
        await run(api, verb)
    error = caught.value
    assert isinstance(error.__cause__, Refused)
    assert (error.vendor, error.operation, error.outcome) == (vendor, verb, "not_sent")
    assert str(error).startswith(f"{vendor} {verb}: on_request: vetoed by Refused")
    assert [(event.kind, event.duration) for event in errors] == [("InvalidInput", 0.0)]
    # Not even a token was asked for.
    assert sandbox.journal() == []


async def test_one_request_of_many_can_be_vetoed(connect: Connect, requests: Requests) -> None:
    def veto(event: palabre.RequestEvent) -> None:
        if event.operation == "delete_contact" and requests.count() >= 1:
            raise Refused

    ids = ["999998", "999999"]
    with pytest.raises(palabre.InvalidInputError) as caught:
        await connect("wapiflow", on_request=veto).contacts.delete_many(ids)
    assert caught.value.report
    assert caught.value.report.not_attempted == ["999999"]
    assert requests.operations() == ["delete_contact"]


async def test_a_hook_that_fails_does_not_lose_the_answer_of_a_write(
    connect: Connect, requests: Requests, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[Any] = []
    monkeypatch.setattr(
        sys, "unraisablehook", lambda it: reported.append((it.exc_value, it.object))
    )

    def fail(event: Event) -> None:
        raise Refused

    api = connect("wapiflow", on_response=fail, on_error=fail)
    sent = await api.messages.send(to=TO, text="Hello")
    assert sent.id
    with pytest.raises(palabre.NotFoundError):
        await api.conversations.get("999999")
    assert [type(error) for error, _ in reported] == [Refused, Refused]
    assert all(place is fail for _, place in reported)
    assert requests.operations().count("send_message") == 1


async def test_generic_calls_and_tokens_are_told_too(connect: Connect) -> None:
    notes = Notes()
    api = connect("99digital", account="main", **notes.hooks())
    await api.call("get_whatsapp")
    verbs = [(event.verb, event.operation, event.account) for event in notes.events]
    token = ("create_access_token", "create_access_token", "main")
    call = ("get_whatsapp", "get_whatsapp", "main")
    assert verbs == [call, token, token, call]


async def test_nothing_private_is_in_an_event(connect: Connect, sandbox: palabre.Sandbox) -> None:
    notes = Notes()
    api = connect("wapiflow", **notes.hooks())
    text = "Canary, unmistakable"
    sandbox.add_fault(
        operation="send_message",
        status=400,
        body=f'{{"status": "error", "message": "{text} {TO}"}}',
    )
    for _ in range(2):
        with contextlib.suppress(palabre.PalabreError):
            await api.messages.send(to=TO, text=text)
    await api.contacts.create(name="Canary Doe", phone="+8801988000001")
    await api.contacts.get("264")
    assert len(notes.events) > 7
    secrets = sandbox.credentials["wapiflow"].values()
    digits = [TO.removeprefix("+"), "1988000000", "1988000001", "264"]
    for event in notes.events:
        for shown in (repr(event), str(event), repr(event.to_dict())):
            shown = shown.replace(str(event.port), "").replace(str(event.request_bytes), "")
            for private in ["Canary", "unmistakable", *digits[:3], *secrets]:
                assert private not in shown
        assert "264" not in event.path_template


def test_events_are_immutable_and_documented(sandbox: palabre.Sandbox) -> None:
    notes = Notes()
    sandbox.client("msgflash", **notes.hooks()).groups.list().collect()
    with pytest.raises(AttributeError):
        notes.events[0].attempt = 2  # type: ignore[misc]


@pytest.mark.parametrize("hook", ["on_request", "on_response", "on_error"])
@pytest.mark.parametrize("client", [palabre.Client, palabre.AsyncClient])
def test_a_hook_is_a_callable(client: Any, hook: str) -> None:
    with pytest.raises(TypeError, match=f"expected a callable\nwhile processing '{hook}'"):
        client("msgflash", api_key="k", **{hook: "print"})


def test_hooks_of_the_sync_client_run_on_the_thread_that_calls(sandbox: palabre.Sandbox) -> None:
    seen: dict[int, set[int]] = {}
    where = threading.local()

    def note(event: Event) -> None:
        seen.setdefault(event.call_id, set()).add(threading.get_ident())
        assert where.calls

    client = sandbox.client("msgflash", on_request=note, on_response=note)

    def read(_: int) -> None:
        where.calls = True
        client.groups.list().collect()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read, range(64)))
    assert len(seen) == 64
    assert all(len(threads) == 1 for threads in seen.values())


def test_a_hook_may_call_palabre(sandbox: palabre.Sandbox) -> None:
    other = sandbox.client("reachflow")
    numbers: list[int] = []
    client = sandbox.client(
        "msgflash", on_request=lambda event: numbers.append(len(other.numbers.list().collect()))
    )
    assert len(client.groups.list().collect()) == 10
    assert numbers[0] > 0


def test_an_async_hook_is_refused_by_the_sync_client(
    sandbox: palabre.Sandbox,
) -> None:
    async def hook(event: palabre.RequestEvent) -> None:
        pass

    with pytest.raises(palabre.InvalidInputError) as caught:
        sandbox.client("msgflash", on_request=hook).groups.list().collect()
    assert str(caught.value.__cause__) == "on_request is async, which only AsyncClient can wait for"
    gc.collect()
    assert sandbox.journal() == []


def test_what_a_hook_raises_to_end_the_program_ends_the_call(sandbox: palabre.Sandbox) -> None:
    def leave(event: palabre.RequestEvent) -> None:
        raise SystemExit(3)

    with pytest.raises(SystemExit):
        sandbox.client("msgflash", on_request=leave).groups.list().collect()
    assert sandbox.journal() == []


def test_a_fleet_tells_of_each_account(sandbox: palabre.Sandbox) -> None:
    notes = Notes()
    fleet = palabre.Fleet(
        {"a": sandbox.client("msgflash", **notes.hooks()), "b": sandbox.client("msgflash")}
    )
    assert len(fleet.groups.list()) == 20
    assert {event.account for event in notes.events} == {"a"}


@pytest.mark.parametrize("kind", [palabre.Fleet, palabre.AsyncFleet])
async def test_a_fleet_of_the_configuration_tells_of_all_accounts(
    sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch, kind: Any
) -> None:
    for vendor in ("msgflash", "wapiflow"):
        prefix = f"PALABRE_{vendor.upper()}"
        monkeypatch.setenv(f"{prefix}_BASE_URL", sandbox.base_urls[vendor])
        for name, secret in sandbox.credentials[vendor].items():
            monkeypatch.setenv(f"{prefix}_{name.upper()}", secret)
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")
    notes = Notes()
    await either(kind.from_config(**notes.hooks()).contacts.list())
    assert {event.account for event in notes.events} == {"msgflash", "wapiflow"}
    assert notes.threads == {threading.get_ident()}


def test_hooks_travel_with_a_pickled_client(
    sandbox: palabre.Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", sandbox.credentials["msgflash"]["api_key"])
    client = palabre.Client("msgflash", base_url=sandbox.base_urls["msgflash"], on_request=refuse)
    copy = pickle.loads(pickle.dumps(client))
    with pytest.raises(palabre.InvalidInputError) as caught:
        copy.groups.list().collect()
    assert isinstance(caught.value.__cause__, Refused)
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(palabre.Client("msgflash", on_request=lambda event: None))


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


async def test_an_async_hook_can_veto(sandbox: palabre.Sandbox) -> None:
    async def veto(event: palabre.RequestEvent) -> None:
        await asyncio.sleep(0)
        raise Refused

    with pytest.raises(palabre.InvalidInputError) as caught:
        await sandbox.async_client("msgflash", on_request=veto).groups.list().collect()
    assert isinstance(caught.value.__cause__, Refused)
    assert sandbox.journal() == []


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


@pytest.mark.parametrize("other", [False, True])
async def test_the_end_of_a_cancelled_request_is_told(
    sandbox: palabre.Sandbox, other: bool
) -> None:
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


def test_the_end_of_an_interrupted_request_is_told() -> None:
    output = printed(
        """
        import _thread, threading, time, palabre
        events = []
        with palabre.Sandbox() as sandbox:
            sandbox.add_fault(operation="get_contact", delay_ms=20_000)
            client = sandbox.client("msgflash", on_request=events.append, on_error=events.append)
            threading.Timer(0.5, _thread.interrupt_main).start()
            try:
                client.contacts.get("CONTACT_UUID_1")
            except KeyboardInterrupt:
                print([getattr(event, "kind", None) for event in events])
        """
    )
    assert output == "[None, 'Cancelled']\n"


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


async def test_events_come_in_the_order_of_what_happens(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(operation="get_contact", delay_ms=150)
    times: list[float] = []

    def note(event: Event) -> None:
        times.append(time.monotonic())

    start = time.monotonic()
    await connect("msgflash", on_request=note, on_response=note).contacts.get("CONTACT_UUID_1")
    end = time.monotonic()
    before, after = times
    assert start <= before < after <= end
    assert after - before >= 0.15


# Python 3.12 and later warn of a fork in a process with threads, which is what is tested here.
FORKS = ("-W", "ignore:This process:DeprecationWarning")


def test_hooks_work_in_a_forked_child() -> None:
    output = printed(
        """
        import os, palabre
        events = []
        with palabre.Sandbox(seed=7) as sandbox:
            note = events.append
            client = sandbox.client("msgflash", on_request=note, on_response=note)
            client.groups.list().collect()
            child = os.fork()
            if child == 0:
                events.clear()
                client.groups.list().collect()
                os._exit(len(events))
            print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), len(events))
        """,
        *FORKS,
    )
    assert output == "2 2\n"


ENDS = {
    "after a call": "client.groups.list().collect()",
    "with a call in a thread": """
thread = threading.Thread(target=lambda: client.groups.list().collect(), daemon=True)
thread.start()
""",
    "after an event loop": "asyncio.run(collect())",
    "with a call that nobody waits for": "asyncio.run(leave())",
}


@pytest.mark.parametrize("ends", ENDS)
def test_fifty_processes_with_hooks_end_well(ends: str) -> None:
    script = f"""
import asyncio, logging, os, threading
import palabre

sandbox = palabre.Sandbox(seed=7)
logging.getLogger("palabre").setLevel("DEBUG")
statuses = set()
for _ in range(50):
    child = os.fork()
    if child == 0:
        break
    statuses.add(os.waitpid(child, 0)[1])
else:
    print(statuses)
    sandbox.close()
    raise SystemExit

# A child: it ends as every interpreter does.
note = [].append
hooks = dict(on_request=note, on_response=note, on_error=note)
client = sandbox.client("msgflash", **hooks)

async def collect():
    await sandbox.async_client("msgflash", **hooks).groups.list().collect()

async def leave():
    asyncio.ensure_future(collect())
    await asyncio.sleep(0.003)

{ENDS[ends]}
"""
    assert printed(script, *FORKS, timeout=120) == "{0}\n"
