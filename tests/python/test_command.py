"""The command `palabre`, as pip installs it and as a module."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from conftest import CLOCK
from scripts import environment

import palabre

SCRIPT = [str(Path(sysconfig.get_path("scripts")) / "palabre")]
MODULE = [sys.executable, "-m", "palabre"]
every_way = pytest.mark.parametrize("way", [SCRIPT, MODULE], ids=["script", "module"])


def run(*arguments: str, way: list[str] = SCRIPT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*way, *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


@contextmanager
def serving(*arguments: str, way: list[str] = SCRIPT) -> Iterator[tuple[Any, Any]]:
    """A sandbox that was started by the command, and the line that it printed."""
    process = subprocess.Popen(
        [*way, "sandbox", *arguments],
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.communicate()


def client(announced: Any, vendor: Any, **credentials: str) -> palabre.Client:
    return palabre.Client(
        vendor,
        base_url=announced["base_urls"][vendor],
        retry=palabre.RetryPolicy.off(),
        **announced["credentials"][vendor] | credentials,
    )


@every_way
def test_the_command_serves_and_says_so_in_one_line_of_json(way: list[str]) -> None:
    with serving("--seed", "7", "--clock", CLOCK, way=way) as (process, announced):
        assert set(announced) == {"url", "base_urls", "credentials"}
        assert set(announced["credentials"]) == set(announced["base_urls"])
        assert len(list(client(announced, "reachflow").numbers.list())) == 4
        assert client(announced, "msgflash").contacts.get("CONTACT_UUID_1").name == "Koffi Mensah"
        assert len(client(announced, "99digital").stats.monthly()) == 96
        assert client(announced, "wapiflow").conversations.get("2").id == "2"
        assert process.poll() is None


def test_the_command_and_the_class_serve_the_same_data(sandbox: palabre.Sandbox) -> None:
    with serving("--seed", "7", "--clock", CLOCK) as (_, announced):
        theirs = client(announced, "msgflash").contacts.list().to_arrow()
    assert theirs.equals(sandbox.client("msgflash").contacts.list().to_arrow())


@every_way
@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM], ids=["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_command_quietly(way: list[str], end: signal.Signals) -> None:
    with serving(way=way) as (process, announced):
        process.send_signal(end)
        output, errors = process.communicate(timeout=10)
        assert (output, errors) == ("", "")
        assert process.returncode in (0, -end, 128 + end)
        lost = client(announced, "reachflow", account="gone")
        with pytest.raises(palabre.UnavailableError):
            lost.numbers.list().collect()


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    process = subprocess.Popen(
        [*SCRIPT, "sandbox", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stderr
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.stderr.close()
    process.wait(timeout=10)


def test_the_port_is_chosen() -> None:
    with palabre.Sandbox() as free:
        port = free.url.rpartition(":")[2]
    with serving("--port", port) as (_, announced):
        assert announced["url"] == f"http://127.0.0.1:{port}"
        taken = run("sandbox", "--port", port)
        assert (taken.returncode, taken.stdout) == (1, "")
        assert taken.stderr.startswith("palabre: ")
        assert port in taken.stderr
        assert len(taken.stderr.splitlines()) == 1


def test_credentials_are_chosen_and_may_be_several() -> None:
    options = [
        *("--reachflow-key", "key-1", "--reachflow-key", "key-2"),
        *("--msgflash-key", "key-3:team-1", "--msgflash-key", "key-4"),
        *("--99digital-client", "id-1:secret:with:colons"),
        *("--wapiflow-client", "id-2:secret-2"),
    ]
    with serving(*options) as (_, announced):
        assert announced["credentials"] == {
            "reachflow": {"api_key": "key-1"},
            "msgflash": {"api_key": "key-3", "team_id": "team-1"},
            "99digital": {
                "client_id": "id-1",
                "client_secret": "secret:with:colons",
                "number": "972501234567",
            },
            "wapiflow": {"client_id": "id-2", "client_secret": "secret-2"},
        }
        for vendor in ("reachflow", "99digital"):
            assert client(announced, vendor).numbers.list().collect()
        for vendor in ("msgflash", "wapiflow"):
            assert client(announced, vendor).contacts.list().collect()
        assert client(announced, "reachflow", api_key="key-2").numbers.list().collect()
        with pytest.raises(palabre.AuthenticationError):
            client(announced, "reachflow", api_key="key-3").numbers.list().collect()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["sandbox", "--port", "99999"], "99999"),
        (["sandbox", "--port", "http"], "http"),
        (["sandbox", "--seed", "-1"], "-1"),
        (["sandbox", "--colour", "red"], "--colour"),
        (["sandbox", "--wapiflow-client", "id"], "ID:SECRET"),
        (["sandbox", "--99digital-client", ":secret"], "ID:SECRET"),
        (["sandbox", "--reachflow-key"], "--reachflow-key"),
        (["sandboxes"], "sandboxes"),
        ([], "Usage"),
    ],
)
@every_way
def test_bad_arguments_are_named_with_status_2(
    way: list[str], arguments: list[str], named: str
) -> None:
    done = run(*arguments, way=way)
    assert (done.returncode, done.stdout) == (2, "")
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_a_clock_that_is_none_is_named() -> None:
    done = run("sandbox", "--clock", "noon")
    assert (done.returncode, done.stdout) == (1, "")
    assert "noon" in done.stderr


@every_way
def test_the_version_is_that_of_the_package(way: list[str]) -> None:
    done = run("--version", way=way)
    assert (done.returncode, done.stdout) == (0, f"palabre {palabre.__version__}\n")
    assert done.stderr == ""


@every_way
@pytest.mark.parametrize("arguments", [["--help"], ["sandbox", "--help"], ["help", "sandbox"]])
def test_help_shows_how(way: list[str], arguments: list[str]) -> None:
    done = run(*arguments, way=way)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage: palabre" in done.stdout
