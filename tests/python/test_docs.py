"""README.md and docs/: every Python block runs on its own, every link to a file leads somewhere."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted(ROOT.glob("docs/**/*.md"))]
NOUNS = ["numbers", "contacts", "groups", "conversations", "messages", "templates", "stats"]


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    name: str
    language: str
    code: str


def blocks_of(page: Path) -> list[Block]:
    """Read the fenced blocks of a page, named by file, heading and position under the heading."""
    file = page.relative_to(ROOT).as_posix()
    blocks: list[Block] = []
    heading, count = "top", 0
    language: str | None = None
    lines: list[str] = []
    for line in page.read_text(encoding="utf-8").splitlines():
        if language is not None and line == "```":
            count += 1
            name = f"{file}: {heading}" if count == 1 else f"{file}: {heading} ({count})"
            blocks.append(Block(name, language, "\n".join(lines) + "\n"))
            language = None
        elif language is not None:
            lines.append(line)
        elif line.startswith("```"):
            language, lines = line.removeprefix("```").strip(), []
        elif line.startswith("#"):
            heading, count = line.lstrip("# "), 0
    assert language is None, f"{file}: a block under {heading!r} has no end"
    return blocks


BLOCKS = [block for page in PAGES for block in blocks_of(page)]
PYTHON = [block for block in BLOCKS if block.language == "python"]


def test_every_block_says_its_language() -> None:
    assert [block.name for block in BLOCKS if not block.language] == []


def test_readme_has_an_example_of_every_noun() -> None:
    code = "".join(block.code for block in PYTHON if block.name.startswith("README.md"))
    assert [noun for noun in NOUNS if f"client.{noun}." not in code] == []


@pytest.mark.parametrize("block", PYTHON, ids=lambda block: block.name)
def test_python_block_runs(block: Block, tmp_path: Path) -> None:
    script = tmp_path / "block.py"
    script.write_text(block.code, encoding="utf-8")
    # Whoever runs the tests may have real credentials; the examples are for the sandbox.
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("PALABRE_")
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", script.name],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout, "an example that shows nothing"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_to_files_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#\s]+)", page.read_text(encoding="utf-8"))
    files = [target for target in targets if "://" not in target]
    assert [file for file in files if not (page.parent / file).exists()] == []
