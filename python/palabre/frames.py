"""Tables of data libraries. Nothing here is imported before it is called for."""

# No types are published for pyarrow.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false
# pyright: reportUnknownParameterType=false, reportUnknownVariableType=false

from __future__ import annotations

import importlib
import inspect
import warnings
from typing import TYPE_CHECKING, Any, Protocol

from palabre.errors import InvalidInputError, PartialResultWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas
    import polars
    import pyarrow

    from palabre._palabre import Table

# Who reads the rows for somebody: a warning is about the line that asked for it.
READERS = {"palabre", "pandas", "polars", "pyarrow", "duckdb"}


class ArrowStream(Protocol):
    """Anything that exports an Arrow C stream."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """Return the capsule."""


def need(module: str, extra: str) -> Any:
    """Import a library, or say what to install.

    Args:
        module: The library.
        extra: The extra of palabre that has it.

    Returns:
        The module.

    Raises:
        ModuleNotFoundError: The library is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        message = f"{module} is not installed; pip install 'palabre[{extra}]'"
        raise ModuleNotFoundError(message, name=module) from error


def warn_of_failures(table: Table[Any]) -> None:
    """Warn of a table that is handed on without the accounts that failed.

    Args:
        table: The table of a fleet.
    """
    failures = table.failures
    names = ", ".join(failure.account for failure in failures)
    message = (
        f"not the whole: {len(failures)} {'account' if len(failures) == 1 else 'accounts'} failed "
        f"({names}); the errors are in .failures, and on_error='raise' raises the first"
    )
    level, frame = 1, inspect.currentframe()
    while frame is not None and frame.f_globals["__name__"].partition(".")[0] in READERS:
        level, frame = level + 1, frame.f_back
    warnings.warn(message, PartialResultWarning, stacklevel=level)


def to_arrow(rows: ArrowStream) -> pyarrow.Table:
    """Convert rows to a ``pyarrow.Table``.

    Args:
        rows: A page, a table or a listing.

    Returns:
        One column for each field; times in UTC, months and days as dates.
    """
    # `pyarrow.table` would import pandas to see whether it is given one of its frames.
    return need("pyarrow", "arrow").RecordBatchReader.from_stream(rows).read_all()


def to_pandas(rows: ArrowStream) -> pandas.DataFrame:
    """Convert rows to a ``pandas.DataFrame``.

    Args:
        rows: A page, a table or a listing.

    Returns:
        Times as datetimes in UTC, months and days as datetimes, categories as categories. Integers
        and flags are nullable types, so that a missing value is missing and not zero. Where accounts
        of a fleet failed, ``attrs["palabre_failures"]`` has their names and what went wrong.
    """
    library = need("pandas", "pandas")
    arrow = need("pyarrow", "pandas")
    nullable = {arrow.int64(): library.Int64Dtype(), arrow.bool_(): library.BooleanDtype()}
    # Descriptions of columns belong to Arrow; pandas would warn about metadata that it does not know.
    table = to_arrow(rows).replace_schema_metadata(None)
    frame: pandas.DataFrame = table.to_pandas(types_mapper=nullable.get, date_as_object=False)
    failures = getattr(rows, "failures", None)
    if failures:
        # Plain data: what is written to a file takes it along.
        frame.attrs["palabre_failures"] = {one.account: str(one.error) for one in failures}
    return frame


def to_polars(rows: ArrowStream) -> polars.DataFrame:
    """Convert rows to a ``polars.DataFrame``.

    Args:
        rows: A page, a table or a listing.

    Returns:
        Times in UTC, months and days as dates, categories as categoricals.
    """
    frame: polars.DataFrame = need("polars", "polars").DataFrame(rows)
    return frame


def filled(frame: polars.DataFrame) -> polars.DataFrame:
    """Leave out the columns of a ``polars.DataFrame`` that hold nothing: they are of no type.

    Args:
        frame: The frame.

    Returns:
        The same rows, with the columns that may have a value.
    """
    return frame.drop([name for name, dtype in frame.schema.items() if str(dtype) == "Null"])


def records(frame: pandas.DataFrame) -> Iterator[dict[Any, Any]]:
    """Read the rows of a ``pandas.DataFrame``, some hundred at a time.

    Args:
        frame: The frame; its index is not read.

    Returns:
        One dict for each row. What is missing is None.

    Raises:
        InvalidInputError: Two columns have the same name.
    """
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        problem = f"rows: the column {twice[0]!r} is there twice"
        raise InvalidInputError(problem, outcome="not_sent")
    piece = 500
    for start in range(0, len(frame), piece):
        rows = frame.iloc[start : start + piece].astype(object)
        yield from rows.where(rows.notna(), None).to_dict("records")
