"""Hooks see each try of a request, and are shown nothing private."""

from __future__ import annotations

import contextlib
import json
import pickle
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from both import either
from conftest import Connect
from notes import Event, Notes, Refused, refuse
from scripts import printed
from verbs import TO

import palabre


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
        "idempotency_key": None,
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
            connect("msgflash", base_url=base_url, retry=palabre.RetryPolicy.off(), **notes.hooks())
            .groups.list()
            .collect()
        )
    (_, failed) = notes.events
    assert isinstance(failed, palabre.ErrorEvent)
    assert (failed.status, failed.outcome, failed.headers) == (None, "not_sent", {})
    assert failed.reason
    assert failed.reason.startswith("no connection to the vendor: ")


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


def test_events_are_immutable(sandbox: palabre.Sandbox) -> None:
    notes = Notes()
    sandbox.client("msgflash", **notes.hooks()).groups.list().collect()
    with pytest.raises(AttributeError):
        notes.events[0].attempt = 2  # type: ignore[misc]


@pytest.mark.parametrize("hook", ["on_request", "on_response", "on_error"])
@pytest.mark.parametrize("client", [palabre.Client, palabre.AsyncClient])
def test_a_hook_is_a_callable(client: Any, hook: str) -> None:
    with pytest.raises(TypeError, match=f"^{hook} must be a callable, not str"):
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
