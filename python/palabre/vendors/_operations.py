"""What the operations of every vendor share."""

import os
import pathlib
from collections.abc import Mapping
from types import EllipsisType
from typing import Any, ClassVar, TypeAlias

File: TypeAlias = str | os.PathLike[str] | tuple[str, bytes]
"""A file: its path, or a name and the content."""

# Keywords of `client.call()`, which arguments of an operation cannot be.
_TAKEN = ("extra", "timeout")


def as_file(value: File | None) -> os.PathLike[str] | tuple[str, bytes] | None:
    """Tell `client.call()`, which does not know files from texts, that a text is a path."""
    return pathlib.Path(value) if isinstance(value, str) else value


class VendorOperations:
    """A vendor's own operations; as a text, and compared with one, the vendor's identifier."""

    __slots__ = ("_client",)
    _vendor: ClassVar[str]

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
    ) -> Any:
        """Call an operation with what was given: not `None`, and of the `nullable` not `...`."""
        sent = {name: value for name, value in given.items() if value is not None}
        sent |= {name: value for name, value in (nullable or {}).items() if value is not ...}
        more = {name: sent.pop(name) for name in _TAKEN if name in sent}
        extra = {**(extra or {}), **more}
        return self._client.call(operation, timeout=timeout, extra=extra, **sent)

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
