"""The command at a terminal: tables, questions, progress, Ctrl-C."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import CLOCK
from scripts import environment
from test_command import MODULE, SCRIPT, every_way

import palabre

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SEND = ("messages", "send", "--to", "+8801988000000", "--text", "Hello", "--account", "wapiflow")
FIND = ("contacts", "list", "--search", "awa", "--account", "msgflash", "--account", "wapiflow")
Start = Callable[..., "Terminal"]


class Terminal:
    """A command with a terminal of its own."""

    def __init__(self, command: list[str], variables: dict[str, str], columns: int) -> None:
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self._master = master
        self._process = subprocess.Popen(
            # As a shell does it: Ctrl-C at the terminal reaches the command.
            [sys.executable, "-c", LEADER, *command],
            env=variables,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
        )
        os.close(slave)
        self.output = ""

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, words: str, *, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while words not in self.output:
            assert time.monotonic() < deadline, f"no {words!r} in {self.output!r}"
            if select.select([self._master], [], [], 0.1)[0] and not self._read():
                break
        assert words in self.output, self.output

    def end(self, *, seconds: float = 20) -> int:
        """Wait for the end; returns the status."""
        deadline = time.monotonic() + seconds
        while self._read():
            assert time.monotonic() < deadline, f"still running: {self.output!r}"
        return self._process.wait(timeout=seconds)

    def _read(self) -> bool:
        try:
            read = os.read(self._master, 65536)
        except OSError:
            return False
        self.output += ESCAPES.sub("", read.decode(errors="replace")).replace("\r\n", "\n")
        return bool(read)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._master)


LEADER = """
import fcntl, os, sys, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
os.execvp(sys.argv[1], sys.argv[1:])
"""


@pytest.fixture
def sandbox() -> Iterator[palabre.Sandbox]:
    with palabre.Sandbox(seed=7, clock=CLOCK) as sandbox:
        yield sandbox


@pytest.fixture
def variables(sandbox: palabre.Sandbox, tmp_path: Path) -> dict[str, str]:
    """The environment of a command whose accounts are those of the sandbox."""
    lines: list[str] = []
    for vendor, credentials in sandbox.credentials.items():
        settings = {"vendor": vendor, "base_url": sandbox.base_urls[vendor], **credentials}
        lines.append(f"[accounts.{vendor}]")
        lines += [f"{name} = {json.dumps(value)}" for name, value in settings.items()]
    path = tmp_path / "config.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(0o600)
    return environment() | {"PALABRE_CONFIG": str(path), "TERM": "xterm-256color"}


@pytest.fixture
def start(variables: dict[str, str]) -> Iterator[Start]:
    terminals: list[Terminal] = []

    def start(*arguments: str, way: list[str] = SCRIPT, columns: int = 100) -> Terminal:
        terminals.append(Terminal([*way, *arguments], variables, columns))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def sent(sandbox: palabre.Sandbox) -> list[str | None]:
    """The operations that arrived and are no reads."""
    operations = [request["operation"] for request in sandbox.journal()]
    return [o for o in operations if o and not o.startswith(("list_", "get_"))]


def test_rows_are_a_table_on_a_terminal_and_json_lines_in_a_pipe(
    start: Start, variables: dict[str, str]
) -> None:
    terminal = start(*FIND, "--limit", "2")
    assert terminal.end() == 0
    assert re.search(r"^account .* name +phone", terminal.output, re.MULTILINE)
    assert "4 rows of 2 accounts" in terminal.output
    piped = subprocess.run(
        [*SCRIPT, *FIND, "--limit", "2"],
        env=variables,
        capture_output=True,
        text=True,
        check=True,
    )
    rows = [json.loads(line) for line in piped.stdout.splitlines()]
    assert [row["account"] for row in rows] == ["msgflash"] * 2 + ["wapiflow"] * 2
    assert piped.stderr == ""


@pytest.mark.parametrize("columns", [70, 100, 160])
def test_a_table_fits_the_terminal_and_shows_numbers_whole(start: Start, columns: int) -> None:
    terminal = start("contacts", "list", "--account", "wapiflow", "--limit", "40", columns=columns)
    assert terminal.end() == 0
    lines = terminal.output.splitlines()
    table = lines[: next(at for at, line in enumerate(lines) if line.startswith("no room")) or 41]
    assert len(table) == 41
    assert max(len(line) for line in table) <= columns
    assert all(re.search(r"\+\d{8,15}(\s|$)", line) for line in table[1:])


@every_way
@pytest.mark.parametrize("answer", ["n\n", "\n", "yess\n", "--yes\n", "\x04"])
def test_a_send_that_is_not_confirmed_is_not_sent(
    start: Start, sandbox: palabre.Sandbox, way: list[str], answer: str
) -> None:
    terminal = start(*SEND, way=way)
    terminal.wait_for("[y/N]")
    assert sandbox.journal() == []
    terminal.type(answer)
    assert terminal.end() == 1
    assert "nothing was sent" in terminal.output
    assert sandbox.journal() == []


@every_way
def test_a_send_that_is_confirmed_is_sent_once(
    start: Start, sandbox: palabre.Sandbox, way: list[str]
) -> None:
    terminal = start(*SEND, way=way)
    terminal.wait_for("send this message to +8801988000000, as wapiflow (WapiFlow at 127.0.0.1:")
    terminal.type("y\n")
    assert terminal.end() == 0
    assert sent(sandbox) == ["send_message"]
    assert re.search(r"status +sent", terminal.output)


@every_way
def test_ctrl_c_at_the_question_sends_nothing(
    start: Start, sandbox: palabre.Sandbox, way: list[str]
) -> None:
    terminal = start(*SEND, way=way)
    terminal.wait_for("[y/N]")
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.output
    assert "palabre:" not in terminal.output
    assert sandbox.journal() == []


@every_way
def test_ctrl_c_during_a_list_is_quiet_and_leaves_no_file(
    start: Start, sandbox: palabre.Sandbox, tmp_path: Path, way: list[str]
) -> None:
    sandbox.add_fault(vendor="wapiflow", after=2, delay_ms=30_000)
    out = tmp_path / "contacts.csv"
    terminal = start(
        *("contacts", "list", "--account", "wapiflow", "--page-size", "10", "--out", str(out)),
        way=way,
    )
    while len(sandbox.journal()) < 2:
        time.sleep(0.02)
    time.sleep(0.3)
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.output
    assert "palabre:" not in terminal.output
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_ctrl_c_during_a_send_says_that_it_may_have_gone_out(
    start: Start, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(operation="send_message", delay_ms=30_000)
    terminal = start(*SEND, "--yes")
    time.sleep(1.5)
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "it may have happened; look before you repeat it" in terminal.output


def test_ctrl_c_during_an_import_reports_every_row(
    start: Start, sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    rows = [f"Name {number},+22901010000{number:02}" for number in range(20)]
    (tmp_path / "contacts.csv").write_text("\n".join(["name,phone", *rows]), encoding="utf-8")
    sandbox.add_fault(operation="create_contact", after=3, delay_ms=30_000)
    report = tmp_path / "report.jsonl"
    terminal = start(
        *("contacts", "import", str(tmp_path / "contacts.csv"), "--account", "msgflash"),
        *("--yes", "--out", str(report)),
    )
    while len(sandbox.journal()) < 3:
        time.sleep(0.02)
    time.sleep(0.5)
    terminal.type("\x03")
    assert terminal.end() == 130
    assert "3 created, 1 of unknown outcome, 16 not attempted" in terminal.output
    results = [json.loads(line)["result"] for line in report.read_text("utf-8").splitlines()]
    assert results == ["created"] * 3 + ["unknown"] + ["not_attempted"] * 16


def test_long_work_shows_how_far_it_is_and_what_is_left(
    start: Start, sandbox: palabre.Sandbox, variables: dict[str, str]
) -> None:
    sandbox.add_fault(vendor="wapiflow", times=None, delay_ms=200)
    command = ["contacts", "list", "--account", "wapiflow", "--page-size", "40"]
    terminal = start(*command, "--columns", "id,phone")
    assert terminal.end() == 0
    assert re.search(r"\d+ of \d+ contacts, [\d,.]+/s, \d+s left", terminal.output), terminal.output
    piped = subprocess.run(
        [*SCRIPT, *command], env=variables, capture_output=True, text=True, check=True
    )
    assert piped.stderr == ""


@every_way
def test_a_reader_that_has_seen_enough_is_no_failure(
    variables: dict[str, str], way: list[str]
) -> None:
    command = f"set -o pipefail; {' '.join(way)} contacts list --account wapiflow | head -1"
    done = subprocess.run(
        ["bash", "-c", command], env=variables, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["account"] == "wapiflow"


def test_a_vendor_that_hangs_up_does_not_end_the_command_unheard(
    sandbox: palabre.Sandbox, variables: dict[str, str], tmp_path: Path
) -> None:
    picture = tmp_path / "menu.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(4 << 20))
    sandbox.add_fault(operation="send_message", close="before")
    done = subprocess.run(
        [*MODULE, *SEND, "--image", str(picture), "--yes"],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode > 0
    assert done.returncode != 128 + signal.SIGPIPE
    assert done.stderr.startswith("palabre: ")
