"""A sandbox whose answers are checked against the specs, and clients of both classes for it."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from typing import Any, Protocol

import pytest
import referee
from both import Api
from drawn import Drawn
from requests_seen import Requests

import palabre

# In the middle of a month, and not at midnight anywhere.
CLOCK = "2026-11-15T12:00:00Z"


# A shell makes what it starts in the background deaf to Ctrl-C, and its children after it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Connect(Protocol):
    """Makes a client of the class that the test runs with."""

    def __call__(self, vendor: Any, **options: Any) -> Api: ...


@pytest.fixture(autouse=True)
def no_credentials_of_the_person_who_runs_this(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        # The guard of the pytest plugin stays: no test reaches another machine.
        if name.startswith("PALABRE_") and name != "PALABRE_LOOPBACK_ONLY":
            monkeypatch.delenv(name)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Function,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the last requests of a test that failed."""
    report = yield
    sandbox = item.funcargs.get("sandbox") if isinstance(item, pytest.Function) else None
    if report.when == "call" and report.failed and sandbox is not None:
        requests = "\n".join(repr(entry) for entry in sandbox.journal()[-20:])
        report.sections.append(("Requests to the sandbox", requests))
    return report


@pytest.fixture
def sandbox() -> Iterator[palabre.Sandbox]:
    with palabre.Sandbox(seed=7, clock=CLOCK) as sandbox:
        yield sandbox
        assert referee.problems(sandbox.journal()) == []


@pytest.fixture(params=["sync", "async"])
def connect(request: pytest.FixtureRequest, sandbox: palabre.Sandbox) -> Connect:
    make = sandbox.client if request.param == "sync" else sandbox.async_client
    return lambda vendor, **options: Api(make(vendor, **options))


@pytest.fixture
def requests(sandbox: palabre.Sandbox) -> Requests:
    return Requests(sandbox)


@pytest.fixture
def bars(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Drawn]]:
    from tqdm import auto

    drawn: list[Drawn] = []

    def draw(**options: Any) -> Drawn:
        drawn.append(Drawn(**options))
        return drawn[-1]

    monkeypatch.setattr(auto, "tqdm", draw)
    yield drawn
    assert all(bar.is_closed for bar in drawn)
