"""A run whose ledger other programs look at: they see it, and change nothing."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from scripts import environment

import palabre

PEOPLE = [{"to": f"+880198800{index:04}"} for index in range(150)]

# Looks by palabre, from another process, at a ledger that may not be there yet.
LOOK = """
import sys, palabre
print("ready", flush=True)
while True:
    try:
        palabre.Ledger(sys.argv[1]).counts
    except palabre.ConfigError:
        pass
"""


def by_another_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("SELECT count(*) FROM rows").fetchone()


def as_a_file(path: Path) -> None:
    path.open("rb").close()


@contextmanager
def looked_at(path: Path, look: Callable[[Path], None]) -> Iterator[None]:
    """Looks at the ledger again and again, in this process, while another one does so by palabre."""
    is_over = threading.Event()

    def go_on() -> None:
        while not is_over.is_set():
            if path.exists():
                try:
                    look(path)
                except sqlite3.Error:
                    # What it sees in the middle of a commit may make no sense to it.
                    continue

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()


@contextmanager
def looked_at_by_another_process(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", LOOK, str(path)]
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE) as other:
        try:
            assert other.stdout is not None
            assert other.stdout.readline() == b"ready\n"
            yield
            assert other.poll() is None
        finally:
            other.kill()


@pytest.mark.parametrize("look", [by_another_sqlite, as_a_file])
def test_whoever_looks_at_a_ledger_in_any_way_nobody_gets_two(
    tmp_path: Path, look: Callable[[Path], None]
) -> None:
    path = tmp_path / "campaign.db"
    with palabre.Sandbox() as sandbox:
        messages = sandbox.client("wapiflow").messages
        with looked_at_by_another_process(path), looked_at(path, look):
            report = messages.send_many(PEOPLE, ledger=path, text="Hello")
        assert report.counts["accepted"] == len(PEOPLE)
        again = messages.send_many(PEOPLE, ledger=path, text="Hello")
        assert again.counts == report.counts
        sent = [sent.to for sent in sandbox.sent() if sent.accepted]
        assert len(sent) == len(set(sent)) == len(PEOPLE)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
