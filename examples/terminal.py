"""Headings, sentences and tables for a terminal of 100 columns."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

COLUMNS = 100
WIDEST_CELL = 34
UNKNOWN = "–"


def heading(text: str) -> None:
    """Prints the heading of a section."""
    print(f"\n── {text} ".ljust(COLUMNS, "─"))


def say(text: str) -> None:
    """Prints a sentence, in lines that fit."""
    print(textwrap.fill(text, COLUMNS, initial_indent="  ", subsequent_indent="    "))


def mask(phone: str | None) -> str:
    """Hides the middle of a phone number: +229********00."""
    if phone is None or len(phone) < 8:
        return UNKNOWN if phone is None else "*" * len(phone)
    return phone[:4] + "*" * (len(phone) - 6) + phone[-2:]


def cell(value: object) -> str:
    """Writes a value: numbers with thousands separators, what is not known as a dash."""
    if value is None:
        return UNKNOWN
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return text if len(text) <= WIDEST_CELL else text[: WIDEST_CELL - 1] + "…"


def width_of(text: str) -> int:
    """Counts the columns that a text takes in a terminal."""
    marks = sum(unicodedata.combining(character) > 0 for character in text)
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) - marks + wide


def print_table(header: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Prints rows below a header, columns of numbers aligned on the right."""
    lines = [list(header), *([cell(value) for value in row] for row in rows)]
    widths = [max(map(width_of, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    numeric = {place for row in rows for place, value in enumerate(row) if isinstance(value, int)}
    for line in lines:
        padded = []
        for place, (text, width) in enumerate(zip(line, widths, strict=True)):
            space = " " * (width - width_of(text))
            padded.append(space + text if place in numeric else text + space)
        print("  " + "  ".join(padded).rstrip())
