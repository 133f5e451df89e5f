"""`progress=True` of a fleet: one bar for all accounts, which says which have failed."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from both import either
from drawn import Drawn
from scripts import printed
from test_bad_settings import FLEET_READS

import palabre

Make = Callable[..., Any]
MSGFLASH, WAPIFLOW = 324, 264
TOTAL = MSGFLASH + WAPIFLOW


@pytest.fixture(params=["sync", "async"])
def fleet(request: pytest.FixtureRequest, sandbox: palabre.Sandbox) -> Any:
    kind, make = (
        (palabre.Fleet, sandbox.client)
        if request.param == "sync"
        else (palabre.AsyncFleet, sandbox.async_client)
    )
    names = {"sales": "msgflash", "shop": "wapiflow", "support": "reachflow"}
    clients = {
        name: make(vendor, retry=palabre.RetryPolicy.off()) for name, vendor in names.items()
    }  # type: ignore[arg-type]
    return kind(clients)  # type: ignore[arg-type]


async def test_one_bar_adds_up_all_accounts_that_can(fleet: Any, bars: list[Drawn]) -> None:
    table = await either(fleet.contacts.list(progress=True))
    (bar,) = bars
    assert (bar.title, bar.is_closed) == ("contacts.list", True)
    assert (bar.n, bar.total) == (len(table), TOTAL)
    counts = [count for count, _ in bar.shown]
    assert counts == sorted(counts)
    assert all(total in (None, TOTAL) for _, total in bar.shown)
    assert bar.said == ["0 of 2 accounts", "1 of 2 accounts", "2 of 2 accounts"]


async def test_an_account_that_fails_is_named(
    fleet: Any, sandbox: palabre.Sandbox, bars: list[Drawn]
) -> None:
    sandbox.add_fault(vendor="msgflash", after=1, status=503, times=None)
    table = await either(fleet.contacts.list(progress=True))
    assert [failure.account for failure in table.failures] == ["sales"]
    (bar,) = bars
    assert bar.said[-1] == "2 of 2 accounts, FAILED: sales (Unavailable)"
    assert (bar.n, bar.total) == (len(table), len(table))
    assert bar.is_closed


async def test_a_failure_that_is_raised_closes_the_bar(
    fleet: Any, sandbox: palabre.Sandbox, bars: list[Drawn]
) -> None:
    sandbox.add_fault(operation="list_contacts", status=503, times=None)
    with pytest.raises(palabre.UnavailableError):
        await either(fleet.contacts.list(progress=True, on_error="raise"))
    assert [bar.is_closed for bar in bars] == [True]


async def test_one_account_has_the_bar_of_a_client(fleet: Any, bars: list[Drawn]) -> None:
    table = await either(fleet.stats.today(progress=True))
    (bar,) = bars
    assert (bar.title, bar.said) == ("support stats.today", [])
    assert (bar.n, bar.total) == (len(table), len(table))


@pytest.mark.parametrize("kind", [palabre.Fleet, palabre.AsyncFleet])
async def test_a_secret_that_is_not_there_is_a_failure_of_its_account(
    sandbox: palabre.Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Any,
    kind: Any,
    bars: list[Drawn],
) -> None:
    monkeypatch.setenv("KEY", sandbox.credentials["reachflow"]["api_key"])
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
        [accounts.here]
        vendor = "reachflow"
        api_key_env = "KEY"
        base_url = "{sandbox.base_urls["reachflow"]}"
        [accounts.missing]
        vendor = "reachflow"
        api_key_env = "NO_SUCH_KEY"
        base_url = "{sandbox.base_urls["reachflow"]}"
        """
    )
    table = await either(kind.from_config(config).numbers.list(progress=True))
    assert len(table) > 0
    assert bars[0].said[-1] == "2 of 2 accounts, FAILED: missing (Config)"


async def test_the_bar_of_a_cancelled_read_is_closed(
    sandbox: palabre.Sandbox, bars: list[Drawn]
) -> None:
    sandbox.add_fault(operation="list_contacts", delay_ms=20_000)
    clients = {name: sandbox.async_client("msgflash") for name in ("a", "b")}
    task = asyncio.ensure_future(palabre.AsyncFleet(clients).contacts.list(progress=True))
    while not bars:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert bars[0].is_closed


def test_every_read_takes_progress() -> None:
    for noun in {noun for noun, _, _ in FLEET_READS}:
        for prefix in ("", "Async"):
            kind = getattr(palabre, f"{prefix}Fleet{noun.capitalize()}")
            for name, method in vars(kind).items():
                if not name.startswith("_"):
                    assert "progress" in inspect.signature(method).parameters


def test_the_bar_of_tqdm_ends_full_and_says_how_many_accounts() -> None:
    output = printed(
        """
        import io, sys, palabre
        sys.stderr = io.StringIO()
        with palabre.Sandbox(seed=7) as sandbox:
            names = {"sales": "msgflash", "shop": "wapiflow"}
            fleet = palabre.Fleet({name: sandbox.client(names[name]) for name in names})
            fleet.contacts.list(progress=True)
        print(sys.stderr.getvalue().strip().split("\\r")[-1])
        """
    )
    assert output.startswith("contacts.list: 100%|")
    assert f"{TOTAL}/{TOTAL}" in output
    assert "2 of 2 accounts]" in output


def test_what_to_install_is_said_before_anything_is_fetched() -> None:
    output = printed(
        """
        import sys, palabre
        sys.modules["tqdm"] = None
        with palabre.Sandbox() as sandbox:
            fleet = palabre.Fleet({"a": sandbox.client("msgflash")})
            try:
                fleet.contacts.list(progress=True)
            except ModuleNotFoundError as error:
                print(error, "|", len(sandbox.journal()))
        """
    )
    assert output == "progress=True needs tqdm, which is not installed; pip install tqdm | 0\n"
