"""Policies of repeats, and the limits of how fast requests leave."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
import time
from typing import Any

import pytest
from both import either
from conftest import Connect
from requests_seen import Requests

import palabre


def test_a_policy_shows_compares_copies_and_pickles_itself() -> None:
    policy = palabre.RetryPolicy(max_attempts=5, budget=60)
    assert repr(policy) == (
        "RetryPolicy(max_attempts=5, budget=60.0, base_delay=0.25, max_delay=20.0)"
    )
    assert repr(palabre.RetryPolicy()) == (
        "RetryPolicy(max_attempts=3, budget=None, base_delay=0.25, max_delay=20.0)"
    )
    assert policy == palabre.RetryPolicy(max_attempts=5, budget=60.0)
    assert policy != palabre.RetryPolicy(max_attempts=5)
    assert policy != 5
    assert len({policy, palabre.RetryPolicy(max_attempts=5, budget=60), palabre.RetryPolicy()}) == 2
    assert eval(repr(policy), {"RetryPolicy": palabre.RetryPolicy}) == policy
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(policy, protocol)) == policy
    assert copy.copy(policy) is policy
    assert copy.deepcopy(policy) is policy
    with pytest.raises(AttributeError):
        policy.max_attempts = 7  # type: ignore[misc]
    match policy:
        case palabre.RetryPolicy(attempts, budget):
            assert (attempts, budget) == (5, 60.0)


def test_off_is_one_attempt() -> None:
    off = palabre.RetryPolicy.off()
    assert (off.max_attempts, off.budget, off.base_delay, off.max_delay) == (1, None, 0.0, 0.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("max_attempts", count) for count in (0, -1, 2**32, 2**70)],
        *[
            (field, value)
            for field in ("budget", "base_delay", "max_delay")
            for value in (-1, float("nan"), float("inf"), 1e300)
        ],
        ("base_delay", 21),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused_by_name(field: str, value: Any) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        palabre.RetryPolicy(**{field: value})
    assert caught.value.message.startswith(f"{field}: ")


def test_the_fields_of_a_policy_are_named() -> None:
    with pytest.raises(TypeError):
        palabre.RetryPolicy(3)  # type: ignore[misc]
    with pytest.raises(TypeError, match="budget must be a number of seconds, not str"):
        palabre.RetryPolicy(budget="60")  # type: ignore[arg-type]


QUICK = palabre.RetryPolicy(max_attempts=4, base_delay=0.001, max_delay=0.01)


async def test_a_call_may_have_a_policy_of_its_own(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    sandbox.add_fault(operation="get_contact", status=503, times=None)
    api = connect("msgflash", retry=palabre.RetryPolicy.off())
    for policy, tries in [({}, 1), ({"retry": QUICK}, 4), ({"retry": None}, 1)]:
        requests.forget()
        with pytest.raises(palabre.UnavailableError):
            await api.contacts.get("CONTACT_UUID_1", **policy)
        assert requests.count() == tries


async def test_listings_and_calls_by_name_have_policies_too(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    sandbox.add_fault(vendor="msgflash", status=503, times=None)
    api = connect("msgflash", retry=palabre.RetryPolicy.off())
    for run in [
        lambda: api.contacts.list(retry=QUICK).collect(),
        lambda: api.call("list_contacts", retry=QUICK),
        lambda: either(api.vendor.list_contacts(retry=QUICK)),
        lambda: api.contacts.update("CONTACT_UUID_1", name="Awa", retry=QUICK),
    ]:
        requests.forget()
        with pytest.raises((palabre.UnavailableError, palabre.OutcomeUnknownError)):
            await run()
        assert requests.count() == 4


def test_a_fleet_s_read_has_a_policy_too(sandbox: palabre.Sandbox) -> None:
    off = palabre.RetryPolicy.off()
    fleet = palabre.Fleet({"a": sandbox.client("msgflash", retry=off)})
    sandbox.add_fault(operation="list_contacts", status=503, times=3)
    assert len(fleet.contacts.list(retry=QUICK)) > 0
    assert [entry["status"] for entry in sandbox.journal()][:4] == [503, 503, 503, 200]


async def test_waits_end_with_their_budget_and_never_outlast_the_call(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    for asked in ["3600", "9999999999", "Fri, 01 Jan 2100 00:00:00 GMT"]:
        sandbox.clear_faults()
        sandbox.add_fault(
            operation="get_contact", status=429, headers={"Retry-After": asked}, times=None
        )
        requests.forget()
        started = time.monotonic()
        with pytest.raises(palabre.RateLimitedError) as caught:
            await connect("msgflash").contacts.get("CONTACT_UUID_1", timeout=1)
        assert time.monotonic() - started < 5
        assert caught.value.retry_after is not None
        assert caught.value.retry_after > 3000
        assert requests.count() == 1

        budget = palabre.RetryPolicy(max_attempts=100, budget=0.1, base_delay=0, max_delay=0.04)
        requests.forget()
        with pytest.raises(palabre.RateLimitedError):
            await connect("msgflash").contacts.get("CONTACT_UUID_1", retry=budget)
        assert requests.count() == 3


@pytest.mark.parametrize("asked", ["-5", "soon", "1.5.5"])
async def test_a_time_to_wait_that_is_none_is_left_out(
    connect: Connect, sandbox: palabre.Sandbox, asked: str
) -> None:
    sandbox.add_fault(operation="get_contact", status=429, headers={"Retry-After": asked})
    with pytest.raises(palabre.RateLimitedError) as caught:
        await connect("msgflash", retry=palabre.RetryPolicy.off()).contacts.get("CONTACT_UUID_1")
    assert caught.value.retry_after is None


@pytest.mark.parametrize(("rate_limit", "is_slow"), [(None, True), (0, False), (1000, False)])
async def test_the_vendor_s_limit_is_kept_unless_another_is_given(
    connect: Connect, rate_limit: float | None, is_slow: bool
) -> None:
    api = connect("msgflash", rate_limit=rate_limit)
    await api.contacts.get("CONTACT_UUID_1")
    started = time.monotonic()
    # At ten a second, this takes 2 or 6 seconds.
    for _ in range(20 if is_slow else 60):
        await api.contacts.get("CONTACT_UUID_1")
    took = time.monotonic() - started
    assert took >= 2 if is_slow else took < 6


def test_threads_and_event_loops_share_the_limit_of_a_key(sandbox: palabre.Sandbox) -> None:
    sync = sandbox.client("msgflash", rate_limit=10)
    awaited = sandbox.async_client("msgflash", rate_limit=10)

    async def ask() -> None:
        await asyncio.gather(*(awaited.contacts.get("CONTACT_UUID_1") for _ in range(3)))

    threads = [
        threading.Thread(target=sync.contacts.get, args=("CONTACT_UUID_1",)) for _ in range(3)
    ]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    asyncio.run(ask())
    for thread in threads:
        thread.join()
    assert time.monotonic() - started >= 0.5
    assert len(sandbox.journal()) == 6


async def test_a_turn_that_does_not_come_in_time_has_sent_nothing(
    connect: Connect, requests: Requests
) -> None:
    api = connect("msgflash", rate_limit=0.1)
    await api.groups.create(name="First")
    with pytest.raises(palabre.TimeoutError) as caught:
        await api.groups.create(name="Later", timeout=0.2)
    assert caught.value.outcome == "not_sent"
    assert requests.count() == 1


def test_accounts_of_a_file_say_how_often_and_how_fast(
    sandbox: palabre.Sandbox, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = ["[accounts.sales]", 'vendor = "msgflash"', "rate_limit = 0"]
    lines.append(f'base_url = "{sandbox.base_urls["msgflash"]}"')
    for name, secret in sandbox.credentials["msgflash"].items():
        monkeypatch.setenv(f"PALABRE_MSGFLASH_{name.upper()}", str(secret))
    lines += ["[accounts.sales.retry]", "max_attempts = 2", "base_delay = 0", "max_delay = 0"]
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines))
    fleet = palabre.Fleet.from_config(path)
    sandbox.add_fault(operation="get_contact", status=503, times=None)
    with pytest.raises(palabre.UnavailableError):
        fleet["sales"].contacts.get("CONTACT_UUID_1")
    assert len(sandbox.journal()) == 2
    shown = {setting.name: setting.value for setting in palabre.accounts(path)[0].settings}
    assert (shown["rate_limit"], shown["retry.max_attempts"]) == ("0", "2")


@pytest.mark.parametrize("make", [palabre.Client, palabre.AsyncClient])
def test_a_proxy_s_password_is_neither_shown_nor_pickled(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALABRE_MSGFLASH_API_KEY", "k")
    secret = "unmistakable-4711"
    client = make("msgflash", proxy=f"http://user:{secret}@proxy.example:3128")
    assert secret not in repr(client)
    with pytest.raises(palabre.ConfigError, match="proxy") as refused:
        pickle.dumps(client)
    assert secret not in str(refused.value)
    back = pickle.loads(pickle.dumps(make("msgflash", proxy="http://proxy.example:3128")))
    assert back.account == "msgflash"
    with pytest.raises(palabre.InvalidInputError, match="proxy") as wrong:
        make("msgflash", proxy=f"ftp://user:{secret}@proxy.example")
    assert secret not in str(wrong.value)
