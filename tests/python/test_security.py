"""SECURITY.md and docs/proofs.md promise nothing that no test holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The head of a table says in its second column that tests follow.
TABLE = re.compile(r"^\| .* \| test \|\n\| --- \| --- \|\n((?:\| .* \|\n)+)", re.M)
ROWS = [
    tuple(row.strip("| \n").split(" | "))
    for page in ("SECURITY.md", "docs/proofs.md")
    for table in TABLE.findall((ROOT / page).read_text("utf-8"))
    for row in table.splitlines()
]
SOURCES = [
    *ROOT.glob("tests/**/*.rs"),
    *ROOT.glob("tests/python/*.py"),
    *ROOT.glob("crates/*/tests/**/*.rs"),
    *ROOT.glob("crates/*/src/**/*.rs"),
]
NAME = re.compile(r"(?:fn|def) ([a-z0-9_]+)\(")
TESTS = {name for file in SOURCES for name in NAME.findall(file.read_text("utf-8"))}


@pytest.mark.parametrize(("promise", "tests"), ROWS)
def test_every_promise_names_tests_that_are_there(promise: str, tests: str) -> None:
    names = re.findall(r"`([a-z0-9_]+)`", tests)
    assert names, promise
    assert set(names) <= TESTS


def test_every_row_of_the_page_is_read() -> None:
    assert len(ROWS) > 40
