"""What arrived at the sandbox."""

from __future__ import annotations

from typing import Any

import palabre

# How 99digital hands out tokens: it is no part of any verb.
TOKEN_CALL = "create_access_token"
# What calls with the key of a number begin with; before the first the keys are read.
NUMBER_CALLS = "/99digital/whatsapp/v2/"


def _is_for_key(entry: dict[str, Any], after: dict[str, Any] | None) -> bool:
    """Tell whether a list of numbers was read for the key of the request after it."""
    is_list = entry["operation"] == "get_whatsapp"
    return is_list and after is not None and after["path"].startswith(NUMBER_CALLS)


class Requests:
    """The requests that arrived, without those for tokens and for keys of numbers."""

    def __init__(self, sandbox: palabre.Sandbox) -> None:
        self._sandbox = sandbox
        self._seen = 0

    def forget(self) -> None:
        """Leave out what arrived so far."""
        self._seen = max((entry["sequence"] for entry in self._sandbox.journal()), default=0)

    def entries(self) -> list[dict[str, Any]]:
        journal = self._sandbox.journal()
        seen = [
            entry
            for entry in journal
            if entry["sequence"] > self._seen and entry["operation"] != TOKEN_CALL
        ]
        following = [*seen[1:], None]
        return [
            entry
            for entry, after in zip(seen, following, strict=False)
            if not _is_for_key(entry, after)
        ]

    def operations(self) -> list[str]:
        return [entry["operation"] for entry in self.entries()]

    def count(self) -> int:
        return len(self.entries())

    def only(self) -> dict[str, Any]:
        """The one request that arrived."""
        (entry,) = self.entries()
        return entry

    def tokens(self) -> int:
        """How many tokens were asked for, from the start on."""
        return sum(entry["operation"] == TOKEN_CALL for entry in self._sandbox.journal())
