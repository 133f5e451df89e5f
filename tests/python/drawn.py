"""Bars of tqdm that remember what they showed, for tests."""

from __future__ import annotations


class Drawn:
    """A bar that remembers what it showed."""

    def __init__(self, *, desc: str, unit: str, initial: int, total: int | None) -> None:
        self.title, self.unit, self.n, self.total = desc, unit, initial, total
        self.disable, self.start_t = False, 0.0
        self.is_closed = False
        self.shown: list[tuple[int, int | None]] = []
        self.said: list[str] = []

    def reset(self, total: int | None) -> None:
        self.n, self.total = 0, total

    def update(self, step: int) -> None:
        assert not self.is_closed
        self.n += step
        self.shown.append((self.n, self.total))

    def set_postfix_str(self, said: str, refresh: bool) -> None:
        self.said.append(said)

    def close(self) -> None:
        self.is_closed = True

    def __del__(self) -> None:
        # As tqdm's own.
        self.close()
