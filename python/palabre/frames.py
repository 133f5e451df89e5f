"""Tables of data libraries. Nothing here is imported before it is called for."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow


class ArrowStream(Protocol):
    """Anything that exports an Arrow C stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the capsule."""


def _need(module: str, extra: str) -> Any:
    try:
        return importlib.import_module(module)
    except ImportError as error:
        message = f"{module} is not installed; pip install 'palabre[{extra}]'"
        raise ModuleNotFoundError(message, name=module) from error


def to_arrow(rows: ArrowStream) -> pyarrow.Table:
    """Convert rows to a ``pyarrow.Table``.

    Args:
        rows: A page, a table or a listing.

    Returns:
        One column for each field; times in UTC, months and days as dates.
    """
    return _need("pyarrow", "arrow").table(rows)


def to_pandas(rows: ArrowStream) -> pandas.DataFrame:
    """Convert rows to a ``pandas.DataFrame``.

    Args:
        rows: A page, a table or a listing.

    Returns:
        Times as datetimes in UTC, months and days as datetimes, categories as categories. Integers
        and flags are nullable types, so that a missing value is missing and not zero.
    """
    pandas = _need("pandas", "pandas")
    pyarrow = _need("pyarrow", "pandas")
    nullable = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.bool_(): pandas.BooleanDtype()}
    table = pyarrow.table(rows)
    # Descriptions of columns belong to Arrow; pandas would warn about metadata that it does not know.
    return table.replace_schema_metadata(None).to_pandas(
        types_mapper=nullable.get, date_as_object=False
    )


def to_polars(rows: ArrowStream) -> polars.DataFrame:
    """Convert rows to a ``polars.DataFrame``.

    Args:
        rows: A page, a table or a listing.

    Returns:
        Times in UTC, months and days as dates, categories as categoricals.
    """
    return _need("polars", "polars").DataFrame(rows)
