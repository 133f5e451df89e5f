"""What asyncio needs from Python: coroutines over calls, iterators over pages."""

# No types are published for pyarrow.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownParameterType=false, reportUnknownVariableType=false

from __future__ import annotations

import asyncio
import inspect
import socket
import sys
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar
from weakref import ReferenceType, WeakKeyDictionary, ref

from palabre import frames
from palabre.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterator

    import pandas
    import polars
    import pyarrow

    from palabre._palabre import AsyncListing

    _Hook = Callable[[Any], Any]
    _Answer = Callable[[_Hook, BaseException | None], None]

T = TypeVar("T")
R = TypeVar("R", covariant=True)

# So many seconds a cancelled campaign waits for a thread, and for its ledger.
LONGEST_LOOK = 2

# Within so many seconds a second cancellation is the first one's.
ONE_CTRL_C = 0.1


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

    def end(self, inbox: Inbox, number: int, future: asyncio.Future[Any]) -> float | None:
        """Ask a campaign to end, and set ``future`` then; the seconds that this may take."""
        ...

    def note(self) -> str | None:
        """Say what it means that the call is given up; None for one that changes nothing."""
        ...

    def look(self) -> str | None:
        """Say the same with what the ledger of a campaign tells, which takes a moment."""
        ...

    def inbox(self) -> Inbox:
        """Make an inbox."""
        ...


# An inbox belongs to its loop, which holds it as long as it watches the socket. It is not held here:
# it holds the futures of its calls, which hold the loop.
_inboxes: WeakKeyDictionary[asyncio.AbstractEventLoop, ReferenceType[Inbox]] = WeakKeyDictionary()


async def call(call: Call) -> Any:
    """Run a call on the worker thread and wait for what it gives."""
    loop = _loop()
    known = _inboxes.get(loop)
    inbox = None if known is None else known()
    if inbox is None:
        inbox = call.inbox()
        _inboxes[loop] = ref(inbox)
        _watch(loop, inbox)
    future = loop.create_future()
    number = call.start(inbox, future)
    failed = True
    try:
        result = await future
        failed = False
        return result
    except asyncio.CancelledError as error:
        note = await _give_up(call, inbox, number)
        if note is not None:
            error.add_note(note)
        raise
    finally:
        inbox.cancel(number)
        call.close(failed)


async def _give_up(call: Call, inbox: Inbox, number: int) -> str | None:
    """Give what a campaign has under way a moment to end, and say what it means that it has.

    Whoever cancels again ends the moment.
    """
    loop = asyncio.get_running_loop()
    end = loop.create_future()
    try:
        moment = call.end(inbox, number, end)
        if moment is None:
            return call.note()
        await _wait_for_end(end, moment)
        inbox.cancel(number)
        # A disk is not for the thread of the loop, whose other tasks may take all other threads.
        look = loop.run_in_executor(None, call.look)
        done, _ = await asyncio.wait([look], timeout=LONGEST_LOOK)
        return look.result() if done else call.note()
    except (asyncio.CancelledError, RuntimeError):
        # A program that is ending has no threads for this any more.
        return call.note()


async def _wait_for_end(end: asyncio.Future[Any], moment: float) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    while True:
        try:
            await asyncio.wait([end], timeout=began + moment - loop.time())
        except asyncio.CancelledError:
            # Where a gather is cancelled, one Ctrl-C comes twice: asyncio.run cancels what is left.
            if loop.time() - began > ONE_CTRL_C:
                raise
        else:
            break
    if end.done():
        # Nobody asks any more what it raised, and nobody is to be told so.
        end.exception()


def _loop() -> asyncio.AbstractEventLoop:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        # sniffio tells which library runs this; without it, that is asyncio or nobody.
        tells = sys.modules.get("sniffio")
        running = tells and tells.current_async_library_cvar.get()
        trio = sys.modules.get("trio")
        if not running and trio and trio.lowlevel.in_trio_run():
            running = "trio"
        if not running:
            raise
        problem = f"AsyncClient runs on asyncio, and {running} is running"
        hint = "use Client in a thread: trio.to_thread.run_sync or anyio.to_thread.run_sync"
        raise ConfigError(problem, hint=hint, text=f"{problem}; {hint}") from None


def ask(hook: _Hook, event: Any, answer: _Answer) -> asyncio.Task[None] | None:
    """Call a hook and tell ``answer`` what it raised; the task that waits for it, if it is async."""
    try:
        result = hook(event)
    except (KeyboardInterrupt, SystemExit) as error:
        # The call may outlive this: a loop can be run again.
        _tell(answer, hook, error, is_known=True)
        raise
    except BaseException as error:
        _tell(answer, hook, error, is_known=False)
        return None
    if result is None or not inspect.isawaitable(result):
        answer(hook, None)
        return None
    task = asyncio.get_running_loop().create_task(_wait(result))
    # A loop does not keep its tasks.
    _hooks.add(task)
    task.add_done_callback(_hooks.discard)
    task.add_done_callback(lambda task: _tell_end(answer, hook, task))
    return task


_hooks: set[asyncio.Task[None]] = set()


async def _wait(result: Awaitable[Any]) -> None:
    await result


def _tell_end(answer: _Answer, hook: _Hook, task: asyncio.Task[None]) -> None:
    error = asyncio.CancelledError() if task.cancelled() else task.exception()
    # The loop has raised what ends the program, and whoever cancels knows it.
    known = (KeyboardInterrupt, SystemExit, asyncio.CancelledError)
    _tell(answer, hook, error, is_known=isinstance(error, known))


def _tell(answer: _Answer, hook: _Hook, error: BaseException | None, *, is_known: bool) -> None:
    """Tell ``answer`` what a hook raised; of that it raises again what is no Exception and no veto.

    Here that ends. What ends the program would also end the loop's last work: to cancel its tasks.
    Anything else could end the task that listens for all calls.
    """
    try:
        answer(hook, error)
    except BaseException as raised:
        if raised is not error:
            raise
        if not is_known:
            context = {"message": f"{hook!r} failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)


async def ready(value: T) -> T:
    """Give what is there already."""
    return value


def _watch(loop: asyncio.AbstractEventLoop, inbox: Inbox) -> None:
    try:
        loop.add_reader(inbox.fileno(), inbox.open)
    except NotImplementedError:
        # The usual loop of Windows can wait for bytes, but not for a socket that has some.
        # The loop holds the task while it waits for the socket.
        loop.create_task(_listen(loop, inbox))


async def _listen(loop: asyncio.AbstractEventLoop, inbox: Inbox) -> None:
    with socket.fromfd(inbox.fileno(), socket.AF_INET, socket.SOCK_STREAM) as rings:
        rings.setblocking(False)
        while await loop.sock_recv(rings, 64):
            inbox.open()


class Rows(Protocol[R]):
    """The rows of pages that were fetched, and the way to more of them."""

    def __iter__(self) -> Iterator[R]:
        """Iterate over the rows that are there."""
        ...

    def fetch(self) -> Coroutine[Any, Any, None]:
        """Fetch a page; StopAsyncIteration after the last."""
        ...


class Items(Generic[T]):
    """Iterate over the rows of a listing; a hop to the worker is made once a page, not once a row.

    After an error, the iterator stays at the page that failed.
    """

    def __init__(self, rows: Rows[T]) -> None:
        self._rows = rows

    def __aiter__(self) -> Items[T]:
        return self

    async def __anext__(self) -> T:
        while True:
            for row in self._rows:
                return row
            await self._rows.fetch()


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
