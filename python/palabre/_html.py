"""What notebooks show of results: escaped, without scripts, phone numbers masked.

Styles are inline and take their colours from the page, so that they suit light and dark themes,
and stay when a notebook is converted.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from html import escape
from typing import TYPE_CHECKING, Any

from palabre._palabre import AccountFailure, Page, Table, is_of_one_account, masked

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# A table of so many rows is shown whole, and so many rows of a longer one.
WHOLE = 30
ROWS = 20
# How many rows are shown of a listing that was not fetched.
PREVIEW = 10
# How many rows of statistics are read for lines that have one column a category.
READ = 2000
LONGEST = 80
WARNINGS = 5

NOTHING = '<span style="opacity:.5">–</span>'
THIN_SPACE = "\N{NARROW NO-BREAK SPACE}"

LINE = "1px solid rgba(128,128,128,.35)"
CELL = f"padding:.3em .7em;border-bottom:{LINE};vertical-align:top;white-space:nowrap;"
LEFT, RIGHT = f"{CELL}text-align:left", f"{CELL}text-align:right"
FAILED = "border-left:4px solid #d1242f;background:rgba(209,36,47,.12)"
SO_FAR = (
    ' <span title="month_to_date" style="background:rgba(128,128,128,.25);border-radius:.6em;'
    'padding:0 .5em;font-size:.9em">so far</span>'
)
REMARK = "border-left:4px solid #b08800;background:rgba(176,136,0,.12)"

# What a row of a table shows. A column that is empty in all rows is left out, and `vendor` and
# `account` are in the caption where they are the same in all.
COLUMNS = {
    "Number": "name phone status business_name warmup_day risk_score coexistence created_at id",
    "Contact": "name phone tags blocked created_at updated_at id",
    "Group": "name description contact_count created_at id",
    "LedgerRow": "row key to state error reason attempts settled_at note id",
    "Conversation": "contact status last_message_at needs_human_reply notes id",
    "Message": "direction from_ to kind status created_at number_id id",
    "PlannedRow": "row key to state kind characters error reason warning",
    "Template": "name status footer rejected_reason created_at id",
    "DailyStatistic": "number date category value provenance",
    "MonthlyStatistic": "number month category value completeness provenance",
}
WORDS = {
    "Number": ("number", "numbers"),
    "Contact": ("contact", "contacts"),
    "Group": ("group", "groups"),
    "LedgerRow": ("row", "rows"),
    "Conversation": ("conversation", "conversations"),
    "Message": ("message", "messages"),
    "PlannedRow": ("row", "rows"),
    "Template": ("template", "templates"),
    "DailyStatistic": ("value", "values"),
    "MonthlyStatistic": ("value", "values"),
}


# Cells


def shortened(text: str) -> str:
    """Cut a text that is too long for a cell."""
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"


def plain(name: str, value: Any) -> str:
    """Write a value as text that is not escaped yet."""
    match value:
        case bool():
            return "yes" if value else "no"
        case int():
            return f"{value:,}".replace(",", THIN_SPACE)
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case date() if name == "month":
            return f"{value:%b %Y}"
        case date():
            return value.isoformat()
        case str():
            return shortened(masked(name, value))
        case [*_] if name == "notes":
            return str(len(value))
        case [*_]:
            text = shortened(", ".join(plain(name, item) for item in value))
            return f"{len(value)}: {text}" if text.endswith("…") else text
        case dict():
            return shortened(masked("json", json.dumps(value, ensure_ascii=False)))
        case _ if name == "contact":
            return masked("name", value.name or "") or masked("phone", value.phone or "")
        case _:
            return shortened(summary(value))


def summary(value: Any) -> str:
    """Write a result that is part of another one: the fields that it has."""
    if not hasattr(value, "to_dict"):
        return str(value)
    fields: dict[str, Any] = value.to_dict()
    known = {name: field for name, field in fields.items() if field is not None}
    return ", ".join(f"{label(name)}: {plain(name, field)}" for name, field in known.items())


def cell(name: str, value: Any) -> str:
    """Write a value as HTML."""
    return NOTHING if value is None else escape(plain(name, value))


def label(name: str) -> str:
    """Write the name of a field for people."""
    return name.replace("_", " ")


def heading(name: str) -> str:
    """Write the name of a column."""
    return label(name) + (" (UTC)" if name.endswith("_at") else "")


# Parts of a page


def counted(count: int, one: str, many: str) -> str:
    """Write a number with the right form of its noun."""
    return f"{plain('', count)} {one if count == 1 else many}"


def table(caption: str, columns: Sequence[tuple[str, bool]], lines: Iterable[Sequence[str]]) -> str:
    """Write a table of cells that are HTML already; a column is its heading and if it is numbers."""
    styles = [RIGHT if is_number else LEFT for _, is_number in columns]
    head = "".join(
        f'<th scope="col" style="{style}">{escape(text)}</th>'
        for style, (text, _) in zip(styles, columns, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(
            f'<td style="{style}">{value}</td>' for style, value in zip(styles, line, strict=True)
        )
        + "</tr>"
        for line in lines
    )
    head = f"<thead><tr>{head}</tr></thead>" if any(text for text, _ in columns) else ""
    # A caption that is part of the table would be as narrow as the table.
    return (
        f'<div style="padding:.3em 0">{caption}</div>'
        '<table style="border-collapse:collapse;margin:0;font-variant-numeric:tabular-nums">'
        f"{head}<tbody>{body}</tbody></table>"
    )


def caption(title: str, *details: str) -> str:
    """Write what a table is, and in small print what else is to be known."""
    small = " · ".join(escape(detail) for detail in details if detail)
    small = f' <span style="opacity:.75">{small}</span>' if small else ""
    return f"<strong>{escape(title)}</strong>{small}"


def box(style: str, title: str, lines: Sequence[str] = ()) -> str:
    """Write something that must not be overlooked."""
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    items = f'<ul style="margin:.3em 0 0 1.2em;padding:0">{items}</ul>' if items else ""
    head = f"<strong>{escape(title)}</strong>"
    return f'<div style="{style};padding:.5em .8em;margin:.3em 0">{head}{items}</div>'


def whole(*parts: str) -> str:
    """Put parts below each other."""
    return f'<div style="max-width:100%;overflow-x:auto">{"".join(parts)}</div>'


def failures(rows: Page[Any] | Table[Any]) -> list[str]:
    """Write what a reader of a table has to know first: it is never taken for more than it is."""
    if isinstance(rows, Page):
        return []
    parts: list[str] = []
    if rows.failures:
        title = f"Not the whole: {counted(len(rows.failures), 'account', 'accounts')} failed"
        lines = [f"{failure.account}: {failure.error}" for failure in rows.failures]
        parts.append(box(FAILED, title, lines))
    if rows.unsupported:
        names = ", ".join(failure.account for failure in rows.unsupported)
        parts.append(box(REMARK, f"Left out, since the vendor has no such thing: {names}"))
    if rows.warnings:
        lines = rows.warnings[:WARNINGS]
        if len(rows.warnings) > WARNINGS:
            lines.append(f"and {len(rows.warnings) - WARNINGS} more, in .warnings")
        parts.append(box(REMARK, counted(len(rows.warnings), "warning", "warnings"), lines))
    return parts


# What `_repr_html_` gives


def result(value: Any) -> str:
    """Show one object: its fields below each other.

    Args:
        value: A result.

    Returns:
        HTML.
    """
    if isinstance(value, AccountFailure):
        return whole(box(FAILED, f"{value.account} failed", [str(value.error)]))
    names = list(value.to_dict())
    lines = [
        (f'<span style="opacity:.75">{escape(heading(name))}</span>', field(value, name))
        for name in names
    ]
    return whole(table(caption(type(value).__name__), [("", False), ("", False)], lines))


def field(value: Any, name: str) -> str:
    """Write a field of an object that is shown alone; what people write stays hidden."""
    content = getattr(value, name)
    kind = type(value).__name__
    if kind in ("Message", "Note", "SentMessage") and name == "text" and content is not None:
        return escape(f"{counted(len(content), 'character', 'characters')}, in .text")
    if kind == "Message" and name == "media_url" and content is not None:
        # Whoever has the address may be able to read the file.
        return escape("an address, in .media_url")
    return "none" if content == [] else cell(name, content)


def rows(rows: Page[Any] | Table[Any]) -> str:
    """Show a page or a table.

    Args:
        rows: The rows.

    Returns:
        HTML with the first rows, and how many there are.
    """
    if len(rows) == 0:
        title = "No rows on this page" if isinstance(rows, Page) else "No rows"
        return whole(*failures(rows), f"<div>{caption(title, more(rows))}</div>")
    if type(rows[0]).__name__ in ("MonthlyStatistic", "DailyStatistic"):
        shown = by_category(rows)
        if shown:
            return whole(*failures(rows), shown)
    first = list(rows[: limit(len(rows))])
    return whole(*failures(rows), by_field(first, source_of(rows), title_of(rows), more(rows)))


def campaign(value: Any) -> str:
    """Show a campaign, what a run of it has come to, or a plan: how many rows are in each state.

    Args:
        value: A ledger, a report of a run, or a plan.

    Returns:
        HTML.
    """
    if hasattr(value, "counts"):
        counts: dict[str, int] = dict(value.counts)
        title, total = value.verb, counts.pop("total")
        detail = str(value.path)
    else:
        counts = {"planned": value.planned, "refused": value.refused}
        title, total, detail = "What would be sent", value.total, "nothing was sent"
    lines = [
        (escape(label(state)), plain("", count))
        for state, count in counts.items()
        if count or state in ("accepted", "planned")
    ]
    lines.append(("<strong>total</strong>", f"<strong>{plain('', total)}</strong>"))
    parts = [table(caption(title, detail), [("", False), ("", True)], lines)]
    if counts.get("unknown"):
        unknown = counted(counts["unknown"], "row", "rows")
        advice = "look for them at the vendor, then say what you found with Ledger.resolve"
        parts.append(box(REMARK, f"Nobody knows whether {unknown} went out", [advice]))
    return whole(*parts)


def title_of(rows: Page[Any] | Table[Any]) -> str:
    """Write how many rows there are and how many are shown."""
    one, many = WORDS[type(rows[0]).__name__]
    shown = limit(len(rows))
    first = f"First {shown} of " if shown < len(rows) else ""
    return first + counted(len(rows), one, many)


def limit(count: int) -> int:
    """Return how many of so many rows are shown."""
    return count if count <= WHOLE else ROWS


def more(rows: Page[Any] | Table[Any]) -> str:
    """Write what there is beyond a page."""
    if isinstance(rows, Table) or rows.total == len(rows):
        return ""
    if rows.total is not None:
        return f"one page of {plain('', rows.total)} in all"
    return "one page, more to come" if rows.next_cursor is not None else "the last page"


def by_field(shown: Sequence[Any], source: str, title: str, *details: str) -> str:
    """Show rows, a column a field; `source` is the account, if they all are of one."""
    names = COLUMNS[type(shown[0]).__name__].split()
    if hasattr(shown[0], "account") and not source:
        names = ["account", "vendor", *names]
    values = {name: [getattr(row, name) for row in shown] for name in names}
    names = [name for name in names if any(value is not None for value in values[name])]
    columns = [(heading(name), is_number(name, values[name])) for name in names]
    lines = [[cell(name, getattr(row, name)) for name in names] for row in shown]
    return table(caption(title, source, *details), columns, lines)


def source_of(rows: Page[Any] | Table[Any]) -> str:
    """Write the account, if all rows are of one, those that are not shown too."""
    if not hasattr(rows[0], "account") or not is_of_one_account(rows):
        return ""
    account, vendor = rows[0].account, rows[0].vendor
    return vendor if account == vendor else f"{account} ({vendor})"


def is_number(name: str, values: Iterable[Any]) -> bool:
    """Tell whether a column is right-aligned."""
    known = [value for value in values if value is not None]
    return name == "notes" or all(type(value) is int for value in known)


def by_category(rows: Page[Any] | Table[Any]) -> str:
    """Show statistics, a line a number and month, a column a category; nothing is added up.

    Returns:
        HTML, or nothing where one place of a line would have two values.
    """
    time = "month" if type(rows[0]).__name__ == "MonthlyStatistic" else "date"
    read = list(rows[:READ])
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in read:
        line = found.setdefault((row.account, row.vendor, row.number, getattr(row, time)), {})
        if line.setdefault(row.category, row) is not row:
            return ""
    if len(rows) > len(read):
        # Its other categories were not read.
        found.popitem()
    categories = list(dict.fromkeys(row.category for row in read))
    source = source_of(rows)
    start = 2 if source else 0
    names = ["account", "vendor", "number", time][start:]
    keys = list(found)[: limit(len(found))]
    lines: list[list[str]] = []
    for key in keys:
        line = found[key]
        values = [line[category].value if category in line else "" for category in categories]
        about = [about_line(*pair, line) for pair in zip(names, key[start:], strict=True)]
        lines.append([*about, *map(cell, categories, values)])
    title = counted(len(rows), "value", "values")
    if len(read) < len(rows):
        title = f"First {len(keys)} lines, {title} in all"
    elif len(keys) < len(found):
        title = f"First {len(keys)} of {len(found)} lines, {title} in all"
    columns = [(label(name), False) for name in names]
    columns += [(category, True) for category in categories]
    return table(caption(title, source, *origin(read), more(rows)), columns, lines)


def about_line(name: str, value: Any, line: dict[str, Any]) -> str:
    """Write what a line of statistics is about."""
    if name == "number" and value is None:
        return "all numbers"
    text = cell(name, value)
    if any(getattr(row, "completeness", "") == "month_to_date" for row in line.values()):
        text += SO_FAR if name == "month" else ""
    return text


def origin(rows: Sequence[Any]) -> list[str]:
    """Write where values come from, and what a month or a day is."""
    provenances = ", ".join(dict.fromkeys(row.provenance for row in rows))
    zones = dict.fromkeys((row.tz, row.tz_source) for row in rows)
    zone = ", ".join(f"{tz} ({source})" if source != "vendor" else tz for tz, source in zones)
    latest = max(row.observed_at for row in rows)
    return [provenances, f"time zone {zone}", f"as of {plain('', latest)} UTC"]


def preview(verb: str, page: Page[Any] | None) -> str:
    """Show the first rows of a listing.

    Args:
        verb: What lists: ``contacts.list``.
        page: The first page.

    Returns:
        HTML that says how many there are beyond those shown.
    """
    rest = "the listing itself has not been fetched: iterate over it, or call collect()"
    if page is None or len(page) == 0:
        more_to_come = page is not None and page.next_cursor is not None
        title = "Nothing on the first page, and there may be more" if more_to_come else "No rows"
        return whole(f"<div>{caption(title, verb)}</div>")
    one, many = WORDS[type(page[0]).__name__]
    shown = min(PREVIEW, len(page))
    total = page.total
    if total is None and page.next_cursor is None:
        total = len(page)
    if total is None:
        title = f"First {counted(shown, one, many)}, and there may be more"
    elif total > shown:
        title = f"First {shown} of {counted(total, one, many)}"
    else:
        title = counted(total, one, many)
    below = f'<div style="opacity:.75;padding:.3em 0">{escape(verb)}: {escape(rest)}</div>'
    return whole(by_field(page[:PREVIEW], source_of(page), title), below)


def no_preview(verb: str, error: Exception) -> str:
    """Show why a listing has no preview.

    Args:
        verb: What lists.
        error: What went wrong.

    Returns:
        HTML.
    """
    return whole(box(FAILED, f"No preview of {verb}", [str(error)]))


def how_to_await(verb: str) -> str:
    """Show how an async listing is fetched.

    Args:
        verb: What lists.

    Returns:
        HTML.
    """
    ways = ("await listing.collect()", "async for row in listing", "await listing.to_pandas()")
    code = ", ".join(f"<code>{escape(way)}</code>" for way in ways)
    return whole(f"<div>{caption(verb, 'not fetched yet')}<br>{code}</div>")
