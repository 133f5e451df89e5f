"""What asyncio needs from Python: coroutines over calls, iterators over pages."""

# No types are published for pyarrow.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownParameterType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from palabre import frames

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas
    import polars
    import pyarrow

    from palabre._palabre import AsyncListing

T = TypeVar("T")


class Inbox(Protocol):
    """The calls that one event loop waits for."""

    def fileno(self) -> int:
        """Return the number of the socket that rings when calls have ended."""
        ...

    def open(self) -> None:
        """Set the futures of the calls that have ended."""

    def cancel(self, number: int) -> None:
        """Drop a call that nobody waits for any more."""


class Call(Protocol):
    """A call that has not started."""

    def start(self, inbox: Inbox, future: asyncio.Future[Any]) -> int:
        """Start the call and return its number in the inbox."""
        ...

    def close(self, failed: bool, /) -> None:
        """Close the bar of the call, if it has one."""

    def inbox(self) -> Inbox:
        """Make an inbox."""
        ...


_inboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, Inbox] = WeakKeyDictionary()


async def call(call: Call) -> Any:
    """Run a call on the worker thread and wait for what it gives."""
    loop = asyncio.get_running_loop()
    inbox = _inboxes.get(loop)
    if inbox is None:
        inbox = _inboxes[loop] = call.inbox()
        _watch(loop, inbox)
    future = loop.create_future()
    number = call.start(inbox, future)
    failed = True
    try:
        result = await future
        failed = False
        return result
    finally:
        inbox.cancel(number)
        call.close(failed)


async def ready(value: T) -> T:
    """Give what is there already."""
    return value


def _watch(loop: asyncio.AbstractEventLoop, inbox: Inbox) -> None:
    try:
        loop.add_reader(inbox.fileno(), inbox.open)
    except NotImplementedError:
        # The usual loop of Windows can wait for bytes, but not for a socket that has some.
        _listeners[loop] = loop.create_task(_listen(loop, inbox))


_listeners: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Task[None]] = WeakKeyDictionary()


async def _listen(loop: asyncio.AbstractEventLoop, inbox: Inbox) -> None:
    with socket.fromfd(inbox.fileno(), socket.AF_INET, socket.SOCK_STREAM) as rings:
        rings.setblocking(False)
        while await loop.sock_recv(rings, 64):
            inbox.open()


class Items(Generic[T]):
    """Iterate over the rows of a listing; a hop to the worker is made once a page, not once a row.

    After an error, the iterator stays at the page that failed.
    """

    def __init__(self, listing: AsyncListing[T]) -> None:
        self._pages = listing.pages()
        self._page: Iterator[T] = iter(())

    def __aiter__(self) -> Items[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for item in self._page:
                return item
            self._page = iter(await anext(self._pages))


async def to_arrow(listing: AsyncListing[T]) -> pyarrow.Table:
    """Fetch everything and convert it."""
    frames.need("pyarrow", "arrow")
    return frames.to_arrow(await listing.collect())


async def to_pandas(listing: AsyncListing[T]) -> pandas.DataFrame:
    """Fetch everything and convert it."""
    frames.need("pandas", "pandas")
    return frames.to_pandas(await listing.collect())


async def to_polars(listing: AsyncListing[T]) -> polars.DataFrame:
    """Fetch everything and convert it."""
    frames.need("polars", "polars")
    return frames.to_polars(await listing.collect())
