"""A campaign of tests: people, and where its ledger is."""

from __future__ import annotations

from typing import Any

TEXT = "Hello {name}"


def number(index: int) -> str:
    return f"+88019880{index:05}"


def people(count: int) -> list[dict[str, Any]]:
    return [
        {"to": number(index), "name": f"Person {index}", "key": f"k{index}"}
        for index in range(count)
    ]
