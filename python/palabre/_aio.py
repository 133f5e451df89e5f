"""What asyncio needs from Python: generators over pages, coroutines over frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from palabre import frames

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    import pandas
    import polars
    import pyarrow

    from palabre._palabre import AsyncListing

T = TypeVar("T")


async def items(listing: AsyncListing[T]) -> AsyncIterator[T]:
    """Yield the rows of each page; a hop to the worker is made once a page, not once a row."""
    async for page in listing.pages():
        for item in page:
            yield item


async def to_arrow(listing: AsyncListing[T]) -> pyarrow.Table:
    """Fetch everything and convert it."""
    return frames.to_arrow(await listing.collect())


async def to_pandas(listing: AsyncListing[T]) -> pandas.DataFrame:
    """Fetch everything and convert it."""
    return frames.to_pandas(await listing.collect())


async def to_polars(listing: AsyncListing[T]) -> polars.DataFrame:
    """Fetch everything and convert it."""
    return frames.to_polars(await listing.collect())
