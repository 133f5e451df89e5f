"""One interface over `Client` and `AsyncClient`, so that a test body is written once."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Callable
from typing import Any

import palabre

NOUNS = ("numbers", "contacts", "groups", "conversations", "messages", "otp", "templates", "stats")
LISTINGS = ("list", "groups", "members")


class Api:
    """A client of either class: calls are awaited, listings are read by `async for`."""

    def __init__(self, client: palabre.Client | palabre.AsyncClient) -> None:
        self.client = client

    def __getattr__(self, name: str) -> Any:
        value = getattr(self.client, name)
        return Noun(value) if name in NOUNS else value

    async def call(self, operation: str, **arguments: Any) -> Any:
        return await either(self.client.call(operation, **arguments))


class Noun:
    """A noun of either client."""

    def __init__(self, noun: Any) -> None:
        self.noun = noun

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self.noun, name)

        def listing(*arguments: Any, **options: Any) -> Listing:
            return Listing(method(*arguments, **options))

        async def call(*arguments: Any, **options: Any) -> Any:
            return await either(method(*arguments, **options))

        return listing if name in LISTINGS else call


class Listing:
    """A listing of either client."""

    def __init__(self, listing: Any) -> None:
        self.listing = listing

    @property
    def cursor(self) -> str | None:
        cursor: str | None = self.listing.cursor
        return cursor

    def __aiter__(self) -> AsyncIterator[Any]:
        return Steps(self.listing)

    def pages(self) -> AsyncIterator[Any]:
        return Steps(self.listing.pages())

    async def collect(self) -> Any:
        return await either(self.listing.collect())

    async def to_arrow(self) -> Any:
        return await either(self.listing.to_arrow())

    async def to_pandas(self) -> Any:
        return await either(self.listing.to_pandas())

    async def to_polars(self) -> Any:
        return await either(self.listing.to_polars())


class Steps:
    """The iterator of either client's listing or pages."""

    def __init__(self, iterable: Any) -> None:
        self.is_async = hasattr(iterable, "__aiter__")
        self.iterator = aiter(iterable) if self.is_async else iter(iterable)

    def __aiter__(self) -> Steps:
        return self

    async def __anext__(self) -> Any:
        if self.is_async:
            return await anext(self.iterator)
        try:
            return next(self.iterator)
        except StopIteration:
            raise StopAsyncIteration from None


async def either(result: Any) -> Any:
    """Wait for what an async method gave; a sync one has given its result."""
    return await result if inspect.isawaitable(result) else result
