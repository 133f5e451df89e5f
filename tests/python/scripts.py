"""Scripts in a Python process of their own."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from typing import NamedTuple


class Done(NamedTuple):
    """What a script did."""

    status: int
    output: str
    errors: str


def command(code: str, *flags: str) -> list[str]:
    return [sys.executable, *flags, "-c", textwrap.dedent(code)]


def environment() -> dict[str, str]:
    """The environment without anybody's credentials."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PALABRE_")}


def start(code: str) -> subprocess.Popen[bytes]:
    """Start a script, of which lines are read before its end.

    Without a buffer: what is in one when the rest is read by `communicate` is lost.
    """
    return subprocess.Popen(
        command(code),
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,
    )


def run(code: str, *flags: str, timeout: float = 30) -> Done:
    """Run a script to its end."""
    done = subprocess.run(
        command(code, *flags),
        env=environment(),
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def printed(code: str, *flags: str, timeout: float = 30) -> str:
    """What a script prints; it must end well and say nothing else."""
    done = run(code, *flags, timeout=timeout)
    assert (done.status, done.errors) == (0, ""), done.errors
    return done.output
