"""Hooks that write down what they are told, for tests."""

from __future__ import annotations

import threading
from typing import Any

import palabre

Event = palabre.RequestEvent | palabre.ResponseEvent | palabre.ErrorEvent


class Refused(Exception):
    """What a hook raises."""


class Notes:
    """Three hooks that write down what they are told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.threads: set[int] = set()

    def note(self, event: Event) -> None:
        self.events.append(event)
        self.threads.add(threading.get_ident())

    def hooks(self) -> dict[str, Any]:
        return {"on_request": self.note, "on_response": self.note, "on_error": self.note}

    def lines(self) -> list[tuple[str, int, Any]]:
        """Class, attempt, and what came of it."""
        return [(type(event).__name__, event.attempt, end(event)) for event in self.events]


def end(event: Event) -> Any:
    if isinstance(event, palabre.ResponseEvent):
        return event.status
    return event.kind if isinstance(event, palabre.ErrorEvent) else None


def refuse(event: palabre.RequestEvent) -> None:
    raise Refused(f"not {event.method}")
