"""The pages of the documentation, read as what a reader types and sees, from top to bottom."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]

FENCE = re.compile(r"^(?P<indent> *)```(?P<language>[\w+-]*)(?P<options>.*)$")
TITLE = re.compile(r'title="([^"]+)"')
SETUP = "<!-- setup"


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, or a hidden setup, which has the language `setup`."""

    place: str
    language: str
    code: str
    # The file that the reader is told to write it into.
    title: str | None = None


@dataclass(frozen=True)
class Command:
    """A command of a console block, and the output that the page shows for it."""

    line: str
    expected: str


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks_of(page: Path) -> list[Block]:
    """Read the blocks of a page in the order of the page; also those in lists and tabs."""
    name = name_of(page)
    blocks: list[Block] = []
    start, lines = 0, list[str]()
    opened: re.Match[str] | None = None
    is_setup = False
    for at, line in enumerate(page.read_text(encoding="utf-8").splitlines(), 1):
        if opened is not None and line == f"{opened['indent']}```":
            title = TITLE.search(opened["options"])
            code = textwrap.dedent("\n".join(lines)) + "\n"
            blocks.append(
                Block(f"{name}:{start}", opened["language"], code, title[1] if title else None)
            )
            opened = None
        elif is_setup and line == "-->":
            blocks.append(Block(f"{name}:{start}", "setup", "\n".join(lines) + "\n"))
            is_setup = False
        elif opened is not None or is_setup:
            lines.append(line)
        elif match := FENCE.match(line):
            start, lines, opened = at, [], match
        elif line == SETUP:
            start, lines, is_setup = at, [], True
    assert opened is None, f"{name}:{start}: a block without an end"
    assert not is_setup, f"{name}:{start}: a setup without an end"
    return blocks


def commands_of(block: Block) -> list[Command]:
    """Read a console block: `$` starts a command, `>` continues it, the rest is output."""
    commands: list[tuple[list[str], list[str]]] = []
    for line in block.code.rstrip("\n").split("\n"):
        if line.startswith("$ "):
            commands.append(([line.removeprefix("$ ")], []))
            continue
        assert commands, f"{block.place}: output before the first `$`"
        typed, output = commands[-1]
        if not output and (line.startswith("> ") or typed[-1].endswith("\\")):
            typed.append(line.removeprefix("> "))
        else:
            output.append(line)
    return [Command("\n".join(typed), "\n".join(output)) for typed, output in commands]


def fits(expected: str, output: str) -> bool:
    """Compare output with what a page shows of it.

    `...` alone on a line stands for any lines, also none; within a line for any text.
    """
    pattern = ""
    for line in expected.strip("\n").split("\n"):
        if line.strip() == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(part) for part in line.rstrip().split("...")) + r"\n"
    seen = "".join(f"{line.rstrip()}\n" for line in output.strip("\n").split("\n"))
    return re.fullmatch(pattern, seen) is not None
