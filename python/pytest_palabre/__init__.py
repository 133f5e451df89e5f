"""The pytest plugin of palabre: a sandbox for each test, and no way out to a real vendor.

It is a package of its own so that pytest, which loads plugins at every start, loads none of
palabre before a test asks for it.
"""

from __future__ import annotations

import os
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import palabre

__all__ = [
    "palabre_async_client",
    "palabre_client",
    "palabre_config",
    "palabre_fleet",
    "palabre_sandbox",
    "palabre_vendor",
]

VENDORS = ("reachflow", "msgflash", "99digital", "wapiflow")
GUARD = "PALABRE_LOOPBACK_ONLY"
MARKERS = (
    "palabre_sandbox(seed=7, clock=None, credentials=None): how palabre_sandbox starts for this "
    "test; arguments of palabre.Sandbox.",
    "palabre_vendors(*vendors, supports=()): run this test once for each vendor, or for each of "
    "those named; with a verb such as 'contacts.list', or several, only for vendors that have it.",
)
_before = pytest.StashKey["tuple[str | None, bool]"]()

# Whether palabre reaches this machine only. It asks for this when it is imported.
loopback_only = False


# The guard


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the command line and of the configuration file."""
    parser.getgroup("palabre").addoption(
        "--palabre-allow-network",
        action="store_true",
        default=False,
        help="let palabre reach real vendors; otherwise it reaches this machine only",
    )
    parser.addini(
        "palabre_allow_network",
        "let palabre reach real vendors; otherwise it reaches this machine only",
        type="bool",
        default=False,
    )
    parser.addini("palabre_seed", "the seed of palabre_sandbox", default="7")
    parser.addini(
        "palabre_clock",
        "the time at which palabre_sandbox stands still, as in 2026-11-22T10:00:00Z; without it, "
        "the real time",
        default="",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Close the way out before the first line of a conftest runs."""
    _guard(early_config)


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers; close the way out if the plugin was loaded late."""
    _guard(config)
    for marker in MARKERS:
        config.addinivalue_line("markers", marker)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the environment as it was."""
    if _before in config.stash:
        before, was_closed = config.stash[_before]
        del config.stash[_before]
        if before is None:
            os.environ.pop(GUARD, None)
        else:
            os.environ[GUARD] = before
        _close(was_closed)


def _guard(config: pytest.Config) -> None:
    if _before in config.stash:
        return
    config.stash[_before] = os.environ.get(GUARD), loopback_only
    by_option = getattr(config.known_args_namespace, "palabre_allow_network", False)
    is_allowed = by_option or config.getini("palabre_allow_network")
    # Child processes of a test, and the workers of pytest-xdist, inherit it.
    os.environ[GUARD] = "0" if is_allowed else "1"
    # A test may clear its environment.
    _close(not is_allowed)


def _close(only: bool) -> None:
    global loopback_only
    loopback_only = only
    core = sys.modules.get("palabre._palabre")
    if core is not None:
        core.reach_loopback_only(only)


# Once for each vendor


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for each vendor that its marker names."""
    marker = metafunc.definition.get_closest_marker("palabre_vendors")
    name = "palabre_vendor"
    if marker is None and name not in metafunc.fixturenames:
        return
    if name not in metafunc.fixturenames:
        metafunc.fixturenames.append(name)
    metafunc.parametrize(name, _vendors(marker), indirect=True, scope="function")


def _vendors(marker: pytest.Mark | None) -> list[str]:
    named, supports = (marker.args, marker.kwargs.get("supports", ())) if marker else ((), ())
    unknown = [name for name in named if name not in VENDORS]
    if unknown:
        message = f"palabre_vendors: {unknown[0]!r} is not a vendor; one of {', '.join(VENDORS)}"
        raise pytest.UsageError(message)
    verbs = [supports] if isinstance(supports, str) else list(supports)
    found = [name for name in named or VENDORS if all(_supports(name, verb) for verb in verbs)]
    if not found:
        raise pytest.UsageError(f"palabre_vendors: no vendor has {' and '.join(verbs)}")
    return found


@cache
def _supports(vendor: str, verb: str) -> bool:
    import palabre

    try:
        with palabre.Sandbox() as sandbox:
            # As above.
            supports = cast("Callable[[str], palabre.Support]", _connect(sandbox, vendor).supports)
            return bool(supports(verb))
    except palabre.InvalidInputError as error:
        raise pytest.UsageError(f"palabre_vendors: {error}") from None


# Fixtures


def _connect(sandbox: palabre.Sandbox, vendor: str) -> palabre.Client:
    # Type checkers know the sandbox's clients by literal names only.
    connect = cast("Callable[[str], palabre.Client]", sandbox.client)
    return connect(vendor)


@pytest.fixture
def palabre_sandbox(request: pytest.FixtureRequest) -> Iterator[palabre.Sandbox]:
    """A fresh sandbox for this test: all four vendors on this machine, with data.

    Its seed is the ini option palabre_seed (7), its clock palabre_clock (the real time), or
    arguments of the marker: @pytest.mark.palabre_sandbox(seed=3, clock="2026-11-22T10:00:00Z").
    """
    import palabre

    options: dict[str, Any] = {"seed": int(request.config.getini("palabre_seed"))}
    clock = request.config.getini("palabre_clock")
    if clock:
        options["clock"] = clock
    marker = request.node.get_closest_marker("palabre_sandbox")
    if marker is not None:
        options |= marker.kwargs
    with palabre.Sandbox(**options) as sandbox:
        yield sandbox


@pytest.fixture
def palabre_fleet(palabre_sandbox: palabre.Sandbox) -> Iterator[palabre.Fleet]:
    """The four vendors of this test's sandbox as a Fleet; accounts are named like vendors."""
    import palabre

    clients = {name: _connect(palabre_sandbox, name) for name in VENDORS}
    yield palabre.Fleet(clients)
    for client in clients.values():
        client.close()


@pytest.fixture
def palabre_vendor(request: pytest.FixtureRequest) -> str:
    """The vendor that this test runs with: once for each, or as palabre_vendors says."""
    vendor: str = request.param
    return vendor


@pytest.fixture
def palabre_client(
    palabre_sandbox: palabre.Sandbox, palabre_vendor: str
) -> Iterator[palabre.Client]:
    """A client for the test's sandbox; the test runs once for each vendor.

    @pytest.mark.palabre_vendors("wapiflow") or palabre_vendors(supports="contacts.list") says
    which vendors.
    """
    with _connect(palabre_sandbox, palabre_vendor) as client:
        yield client


@pytest.fixture
def palabre_async_client(
    palabre_sandbox: palabre.Sandbox, palabre_vendor: str
) -> palabre.AsyncClient:
    """A client for asyncio, like palabre_client otherwise; the test may close it."""
    connect = cast("Callable[[str], palabre.AsyncClient]", palabre_sandbox.async_client)
    return connect(palabre_vendor)


@pytest.fixture
def palabre_config(
    palabre_sandbox: palabre.Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A configuration file with the four vendors of this test's sandbox, which everything reads.

    A script under test that calls palabre.Fleet.from_config(), or the command palabre, finds the
    sandbox there instead of the accounts of the person who runs the tests.
    """
    lines: list[str] = []
    for vendor, credentials in palabre_sandbox.credentials.items():
        fields = {"vendor": vendor, **credentials, "base_url": palabre_sandbox.base_urls[vendor]}
        lines.append(f"[accounts.{vendor}]")
        lines += [f'{name} = "{value}"' for name, value in fields.items() if value]
    path = tmp_path / "palabre.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    path.chmod(0o600)
    for name in list(os.environ):
        if name.startswith("PALABRE_") and name != GUARD:
            monkeypatch.delenv(name)
    monkeypatch.setenv("PALABRE_CONFIG", str(path))
    return path
