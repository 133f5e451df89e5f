"""The sandbox's journal as Python shows it."""

from typing import Any

# What a person looks for first, and nothing that a person wrote or can be called at.
_SHOWN = ("sequence", "vendor", "operation", "method", "performed", "status", "fault")


class JournalEntry(dict[str, Any]):
    """A request that the sandbox received. Printed, it shows no number and no text."""

    __slots__ = ()

    def __repr__(self) -> str:
        shown = ", ".join(f"{name!r}: {self.get(name)!r}" for name in _SHOWN)
        return f"{{{shown}, ...}}"


def entries(journal: list[dict[str, Any]]) -> list[JournalEntry]:
    """Make entries of what the sandbox has."""
    return [JournalEntry(entry) for entry in journal]
