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
    """The bar of a listing, a batch or a read of several accounts. It can be drawn again after it was closed."""

    def __init__(self, title: str, accounts: list[str]) -> None:
        self._title = title if len(accounts) != 1 else f"{accounts[0]} {title}"
        self._counts: dict[str, tuple[int, int | None]] = dict.fromkeys(accounts, (0, None))
        self._ended: dict[str, str | None] = {}
        self._done = 0
        self._total: int | None = None
        self._bar: tqdm[Any] | None = None

    def start(self) -> None:
        """Draw the bar, unless it is there."""
        if self._bar is None:
            self._bar = auto.tqdm(
                desc=self._title, unit=" items", initial=self._done, total=self._total
            )
            self._tell_accounts()

    def tell(self, account: str, done: int, total: int | None) -> None:
        """Move the bar: an account has come so far."""
        self._counts[account] = (done, total)
        self._move()

    def end(self, account: str, rows: int | None, error: str | None) -> None:
        """Say that an account has come to its end, or why it failed."""
        if account not in self._counts:
            return  # Its vendor has no such thing.
        # Of an account that failed, no row is in the table.
        count = rows or 0
        self._counts[account] = (count, count)
        self._ended[account] = error
        self._tell_accounts()
        self._move()

    def close(self) -> None:
        """Leave the bar as it is."""
        bar, self._bar = self._bar, None
        if bar is not None:
            bar.close()

    def _move(self) -> None:
        done = sum(done for done, _ in self._counts.values())
        step, self._done = done - self._done, done
        bar = self._bar
        if bar is None or bar.disable:
            return
        totals = [total for _, total in self._counts.values() if total is not None]
        total = sum(totals) if len(totals) == len(self._counts) else None
        if total != self._total:
            self._total = total
            # The bar of a notebook learns of its length in no other way.
            start, step = bar.start_t, done
            bar.reset(total)
            bar.start_t = start
        bar.update(step)

    def _tell_accounts(self) -> None:
        if len(self._counts) == 1 or self._bar is None:
            return
        said = f"{len(self._ended)} of {len(self._counts)} accounts"
        failed = [f"{account} ({error})" for account, error in self._ended.items() if error]
        if failed:
            said += ", FAILED: " + ", ".join(failed)
        self._bar.set_postfix_str(said, refresh=False)
