"""What the operations of every vendor share."""

import functools
import os
import pathlib
from collections.abc import Callable, Mapping
from types import EllipsisType
from typing import Any, ClassVar, TypeAlias

from palabre._palabre import RetryPolicy

File: TypeAlias = str | os.PathLike[str] | tuple[str, bytes]
"""A file: its path, or a name and the content."""

# Keywords of `client.call()`, which arguments of an operation cannot be.
_TAKEN = ("extra", "retry", "timeout")


def as_file(value: File | None) -> os.PathLike[str] | tuple[str, bytes] | None:
    """Tell `client.call()`, which does not know files from texts, that a text is a path."""
    return pathlib.Path(value) if isinstance(value, str) else value


# The flag of a function's code that is set for `async def`; the module inspect is slow to import.
_IS_ASYNC = 0x80


def _without_frames(function: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what an operation is called with out of tracebacks that show variables."""

    @functools.wraps(function)
    def call(self: object, /, **arguments: Any) -> Any:
        try:
            return function(self, **arguments)
        except BaseException as error:
            arguments.clear()
            error.__traceback__ = None
            raise

    @functools.wraps(function)
    async def call_async(self: object, /, **arguments: Any) -> Any:
        try:
            return await function(self, **arguments)
        except BaseException as error:
            arguments.clear()
            error.__traceback__ = None
            raise

    return call_async if function.__code__.co_flags & _IS_ASYNC else call


class VendorOperations:
    """A vendor's own operations; as a text, and compared with one, the vendor's identifier."""

    __slots__ = ("_client",)
    _vendor: ClassVar[str]

    def __init_subclass__(cls) -> None:
        for name, member in list(vars(cls).items()):
            if not name.startswith("_"):
                setattr(cls, name, _without_frames(member))

    def __init__(self, client: Any) -> None:
        self._client = client

    def _call(
        self,
        operation: str,
        given: dict[str, Any],
        nullable: Mapping[str, Any | EllipsisType] | None = None,
        *,
        extra: Mapping[str, Any] | None,
        timeout: float | None,
        retry: RetryPolicy | None,
    ) -> Any:
        """Call an operation with what was given: not `None`, and of the `nullable` not `...`."""
        sent = {name: value for name, value in given.items() if value is not None}
        sent |= {name: value for name, value in (nullable or {}).items() if value is not ...}
        more = {name: sent.pop(name) for name in _TAKEN if name in sent}
        extra = {**(extra or {}), **more}
        return self._client.call(operation, timeout=timeout, retry=retry, extra=extra, **sent)

    def __str__(self) -> str:
        return self._vendor

    def __format__(self, form: str) -> str:
        return format(self._vendor, form)

    def __repr__(self) -> str:
        names = [name for name in dir(self) if not name.startswith("_")]
        return f"<{self._vendor}: {', '.join(names)}>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str | VendorOperations) and str(other) == self._vendor

    def __hash__(self) -> int:
        return hash(self._vendor)
