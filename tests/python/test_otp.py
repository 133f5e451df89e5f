"""One-time codes: made, sent and checked by the vendor."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import CLOCK, Connect
from requests_seen import Requests

import palabre

TO = "+22901000000"
PROVIDER = "a3f1b2c4-1234-4abc-9def-000011112222"


def code(sandbox: palabre.Sandbox) -> str:
    """What the recipient reads."""
    found = re.search(r"\d{4,8}", sandbox.sent()[-1].text or "")
    assert found
    return found.group()


async def test_the_right_code_is_good_once(connect: Connect, sandbox: palabre.Sandbox) -> None:
    api = connect("reachflow")
    sent = await api.otp.send(to=TO, from_=PROVIDER)
    assert sent.expires_at == datetime.fromisoformat(CLOCK) + timedelta(seconds=300)
    assert sandbox.sent()[-1].to == TO
    assert code(sandbox) not in repr(sent) + str(sent.to_dict()) + str(sent.raw)
    first = await api.otp.verify(sent.id, code(sandbox))
    assert (first.valid, first.reason) == (True, None)
    again = await api.otp.verify(sent.id, code(sandbox))
    assert (again.valid, again.reason) == (False, "already_used")
    assert (await api.messages.get(sent.message_id)).to == TO


async def test_a_wrong_code_is_an_answer_and_the_tries_are_counted(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    api = connect("reachflow")
    sent = await api.otp.send(to=TO, from_=PROVIDER)
    wrong = "0000" if code(sandbox) != "0000" else "1111"
    checks = [await api.otp.verify(sent.id, wrong) for _ in range(4)]
    assert not any(check.valid for check in checks)
    assert checks[0].reason == "invalid_code"
    assert checks[0].attempts_left == 2
    assert checks[-1].reason == "max_attempts_reached"
    assert not (await api.otp.verify(sent.id, code(sandbox))).valid


async def test_a_code_that_is_late_or_that_nobody_sent_is_not_valid(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    api = connect("reachflow")
    sent = await api.otp.send(to=TO, from_=PROVIDER, expires_in=60)
    sandbox.set_time("2026-11-15T12:01:01Z")
    assert (await api.otp.verify(sent.id, code(sandbox))).reason == "expired"
    unknown = await api.otp.verify("9c8b7a60-0000-4f3a-8b2c-1d0e9f8a7b6c", "402100")
    assert unknown.reason == "not_found"


async def test_what_is_sent_can_be_chosen(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    await connect("reachflow").otp.send(
        to=TO,
        from_=PROVIDER,
        code_length=8,
        expires_in=timedelta(minutes=2).total_seconds(),
        brand="Dantokpa",
        template="{{brand}}: {{code}}",
    )
    assert re.fullmatch(r"Dantokpa: \d{8}", sandbox.sent()[-1].text or "")
    body = requests.only()["body"]
    assert (body["codeLength"], body["expiresIn"]) == (8, 120)


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"code_length": 3}, "code_length"),
        ({"code_length": 9}, "code_length"),
        ({"expires_in": 10}, "expires_in"),
        ({"expires_in": 1.5e9}, "expires_in"),
        ({"to": "0612345678"}, "to"),
        ({"brand": "x" * 65}, "brand"),
    ],
    ids=str,
)
async def test_what_the_vendor_would_refuse_is_refused_by_name(
    connect: Connect, sandbox: palabre.Sandbox, arguments: dict[str, Any], name: str
) -> None:
    with pytest.raises(palabre.InvalidInputError, match=name) as caught:
        await connect("reachflow").otp.send(**{"to": TO, "from_": PROVIDER, **arguments})
    assert caught.value.outcome == "not_sent"
    assert sandbox.journal() == []


@pytest.mark.parametrize("fault", [{"close": "after"}, {"status": 500}, {"truncate": 9}], ids=str)
async def test_neither_a_code_nor_a_try_is_repeated_on_a_guess(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests, fault: dict[str, Any]
) -> None:
    api = connect("reachflow")
    sandbox.add_fault(vendor="reachflow", operation="send_otp", **fault)
    with pytest.raises(palabre.OutcomeUnknownError):
        await api.otp.send(to=TO, from_=PROVIDER)
    sandbox.add_fault(vendor="reachflow", operation="verify_otp", **fault)
    with pytest.raises(palabre.OutcomeUnknownError) as caught:
        await api.otp.verify("9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c", "73190264")
    assert "73190264" not in str(caught.value)
    assert requests.operations() == ["send_otp", "verify_otp"]


async def test_an_answer_without_a_verdict_does_not_pass_for_one(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    for value in (None, "perhaps", {}, 0.5):
        replace = {"pointer": "/valid", "value": value}
        sandbox.add_fault(vendor="reachflow", operation="verify_otp", replace=replace)
        with pytest.raises(palabre.PalabreError) as caught:
            await connect("reachflow").otp.verify("9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c", "402100")
        assert caught.value.outcome in ("accepted", "unknown")
