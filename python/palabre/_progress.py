"""Progress bars, drawn by tqdm. Imported when the first one is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

try:
    from tqdm import auto
except ImportError as _error:
    raise ModuleNotFoundError(
        "progress=True needs tqdm, which is not installed; pip install tqdm", name="tqdm"
    ) from _error

if TYPE_CHECKING:
    from tqdm import tqdm


class Bar:
    """The bar of one listing or batch. It can be drawn again after it was closed."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._done = 0
        self._total: int | None = None
        self._bar: tqdm[Any] | None = None

    def start(self) -> None:
        """Draw the bar, unless it is there."""
        if self._bar is None:
            self._bar = auto.tqdm(
                desc=self._title, unit=" items", initial=self._done, total=self._total
            )

    def tell(self, done: int, total: int | None) -> None:
        """Move the bar."""
        step, self._done = done - self._done, done
        bar = self._bar
        if bar is None or bar.disable:
            return
        if total != self._total:
            self._total = total
            # The bar of a notebook learns of its length in no other way.
            start, step = bar.start_t, done
            bar.reset(total)
            bar.start_t = start
        bar.update(step)

    def close(self) -> None:
        """Leave the bar as it is."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.close()
