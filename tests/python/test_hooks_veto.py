"""What a hook raises: a veto before a request, nothing lost after it."""

from __future__ import annotations

import asyncio
import gc
import sys
from typing import Any

import pytest
from conftest import Connect
from notes import Event, Refused, refuse
from requests_seen import Requests
from verbs import SUPPORTED, TO, run

import palabre


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


async def test_an_async_hook_can_veto(sandbox: palabre.Sandbox) -> None:
    async def veto(event: palabre.RequestEvent) -> None:
        await asyncio.sleep(0)
        raise Refused

    with pytest.raises(palabre.InvalidInputError) as caught:
        await sandbox.async_client("msgflash", on_request=veto).groups.list().collect()
    assert isinstance(caught.value.__cause__, Refused)
    assert sandbox.journal() == []
