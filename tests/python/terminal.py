"""A terminal in which the tests type what a page tells the reader to type."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from pathlib import Path
from typing import NamedTuple

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\r")
# What the shell prints after a command, with its status.
END = re.compile(rb"\x02palabre-docs-end (\d+)\n")
COLUMNS = 100


class Done(NamedTuple):
    """What a command came to; what it wrote to stderr comes last."""

    status: int
    output: str


class Terminal:
    """One shell that lives as long as the page: folder, variables and jobs stay.

    Standard output is a terminal, as for a reader. Standard error is a file, so that progress is
    not drawn, and nothing can be asked.
    """

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder = folder
        self._unread = b""
        self._errors = (folder.parent / "stderr").open("w+b")
        self._master, slave = pty.openpty()
        modes = termios.tcgetattr(slave)
        modes[1] &= ~termios.OPOST
        termios.tcsetattr(slave, termios.TCSANOW, modes)
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
        self._shell = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=slave,
            stderr=self._errors,
            start_new_session=True,
        )
        os.close(slave)

    def run(self, command: str, *, seconds: float = 60) -> Done:
        """Run a command, as many lines as it has, and wait for its end."""
        script = self.folder.parent / "command"
        script.write_text(command, encoding="utf-8")
        # Read, not substituted: so `echo $?` sees the status of the command before.
        step = f". {script} </dev/null; status=$?; "
        step += "printf '\\x02palabre-docs-end %d\\n' $status; (exit $status)\n"
        begin = self._errors.seek(0, os.SEEK_END)
        assert self._shell.stdin
        self._shell.stdin.write(step.encode())
        self._shell.stdin.flush()
        output, status = self._read_until_end(command, seconds)
        self._errors.seek(begin)
        errors = self._errors.read().decode()
        if output and not output.endswith("\n") and errors:
            output += "\n"
        return Done(status, ESCAPES.sub("", output + errors))

    def _read_until_end(self, command: str, seconds: float) -> tuple[str, int]:
        deadline = time.monotonic() + seconds
        while not (end := END.search(self._unread)):
            left = deadline - time.monotonic()
            seen = self._unread.decode(errors="replace")
            assert left > 0, f"still running after {seconds} s: {command}\n{seen}"
            if select.select([self._master], [], [], left)[0]:
                try:
                    self._unread += os.read(self._master, 65536)
                except OSError as error:
                    raise AssertionError(f"the shell has gone: {command}\n{seen}") from error
        output = self._unread[: end.start()].decode()
        # A job in the background may have written more.
        self._unread = self._unread[end.end() :]
        return output, int(end[1])

    def close(self) -> None:
        """End the shell, and the jobs that the page left running."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._shell.pid, signal.SIGKILL)
        self._shell.communicate()
        self._errors.close()
        os.close(self._master)
