"""Draws the conversations of an account by month, from the rows of `client.stats.monthly()`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from itertools import groupby
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from PIL import Image

import palabre

# Okabe and Ito's colours, which people with a colour vision deficiency can tell apart.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
INK, PALE_INK, RULE = "#222222", "#666666", "#DDDDDD"
LEFT_EDGE = 0.015


@dataclass(frozen=True)
class Month:
    """The conversations of one month, by category. None is not known, which is not zero."""

    first_day: date
    is_running: bool
    values: Mapping[str, int | None]

    @property
    def total(self) -> int | None:
        """What the vendor says that all categories come to."""
        return self.values.get("total")


@dataclass(frozen=True)
class History:
    """The months of one account, and how they were counted."""

    account: str
    vendor: str
    months: Sequence[Month]
    tz: str
    tz_source: str
    observed_at: datetime

    @property
    def parts(self) -> list[str]:
        """The categories that make up the total, in the vendor's order."""
        categories = dict.fromkeys(name for month in self.months for name in month.values)
        return [category for category in categories if category != "total"]

    @property
    def time_zone(self) -> str:
        """The time zone in which months begin, and whether anybody said so."""
        if self.tz_source == "assumed":
            return f"{self.tz} (assumed: the vendor does not say)"
        return self.tz


def history_of(rows: Sequence[palabre.MonthlyStatistic]) -> History:
    """Gathers the rows of one account: there is one for each month and category, oldest first.

    Months in between that the vendor left out are kept as months of which nothing is known.
    """
    months: list[Month] = []
    for first_day, group in groupby(rows, key=lambda row: row.month):
        while months and (next_month := shift_month(months[-1].first_day, 1)) < first_day:
            months.append(Month(next_month, False, {}))
        of_month = list(group)
        is_running = any(row.completeness == "month_to_date" for row in of_month)
        months.append(Month(first_day, is_running, {row.category: row.value for row in of_month}))
    row = rows[0]
    return History(row.account, row.vendor, months, row.tz, row.tz_source, row.observed_at)


def shift_month(day: date, months: int) -> date:
    """The first day of the month that lies some months after the month of a day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def draw(history: History, source: str, path: Path) -> None:
    """Draws the months of an account as stacked bars into a PNG file."""
    figure = Figure(figsize=(10, 5.6), facecolor="white")
    axes = figure.add_axes((0.075, 0.17, 0.91, 0.65))
    draw_bars(axes, history)
    label_axes(axes, history.months)
    figure.text(LEFT_EDGE, 0.94, headline(history.months), size=15, weight="bold", color=INK)
    subtitle = f"WhatsApp conversations by month and category, account {history.account}"
    figure.text(LEFT_EDGE, 0.895, subtitle, size=10.5, color=PALE_INK)
    patches = legend(history)
    figure.legend(
        handles=patches,
        loc="upper left",
        bbox_to_anchor=(LEFT_EDGE - 0.005, 0.88),
        borderaxespad=0,
        ncols=len(patches),
        frameon=False,
        fontsize=9.5,
    )
    figure.text(LEFT_EDGE, 0.025, footnote(history, source), size=8, color=PALE_INK)
    save(figure, path)


def save(figure: Figure, path: Path) -> None:
    """Writes a figure for dense screens and print; few colours keep the file small."""
    picture = BytesIO()
    figure.savefig(picture, format="png", dpi=200)
    path.parent.mkdir(parents=True, exist_ok=True)
    colours = Image.open(picture).convert("RGB").quantize(256, dither=Image.Dither.NONE)
    colours.save(path, format="PNG", optimize=True)


def draw_bars(axes: Axes, history: History) -> None:
    """Stacks the categories; the running month is lighter and hatched."""
    for place, month in enumerate(history.months):
        height = 0
        for category, colour in zip(history.parts, COLOURS, strict=False):
            value = month.values.get(category) or 0
            draw_part(axes, place, height, value, colour, month.is_running)
            height += value
        if month.total is not None and month.total > height:
            rest = month.total - height
            axes.bar(place, rest, bottom=height, width=0.78, color="white", edgecolor=PALE_INK)
            height = month.total
        label = "?" if month.total is None else f"{month.total:,}"
        axes.annotate(
            f"{label}\nmonth\nto date" if month.is_running else label,
            (place, height),
            xytext=(0, 3),
            textcoords="offset points",
            horizontalalignment="center",
            size=8,
            color=PALE_INK,
            bbox={"color": "white", "pad": 0.6},
        )


def draw_part(
    axes: Axes, place: int, bottom: int, value: int, colour: str, is_running: bool
) -> None:
    """Draws one category of one month."""
    axes.bar(
        place,
        value,
        bottom=bottom,
        width=0.78,
        color=to_rgba(colour, 0.5) if is_running else colour,
        hatch="////" if is_running else "",
        edgecolor="white",
        linewidth=0.8,
    )


def label_axes(axes: Axes, months: Sequence[Month]) -> None:
    """Names the months, and the scale."""
    names = month_names([month.first_day for month in months])
    axes.set_xticks(range(len(months)), names)
    axes.set_xlim(-0.6, max(len(months), 6) - 0.4)
    axes.set_ylabel("Conversations in the month", color=PALE_INK)
    axes.yaxis.set_major_formatter("{x:,.0f}")
    axes.yaxis.grid(visible=True, color=RULE, linewidth=0.8)
    axes.set_axisbelow(True)
    axes.margins(y=0.1)
    axes.tick_params(length=0, labelcolor=INK)
    axes.spines[["left", "right", "top"]].set_visible(False)


def month_names(months: Sequence[date]) -> list[str]:
    """Short names, the year below January; below the first month too, where there is room."""
    with_year = [place for place, month in enumerate(months) if month.month == 1]
    if 1 not in with_year:
        with_year.append(0)
    return [
        f"{month:%b\n%Y}" if place in with_year else f"{month:%b}\n"
        for place, month in enumerate(months)
    ]


def headline(months: Sequence[Month]) -> str:
    """Says what the picture shows: the last whole month, and the same month a year before."""
    totals = {month.first_day: month.total for month in months if not month.is_running}
    last = max(totals, default=None)
    total = totals[last] if last else None
    if last is None or total is None:
        return "WhatsApp conversations by month"
    text = f"{total:,} conversations in {last:%B %Y}"
    before = totals.get(shift_month(last, -12))
    if not before:
        return text
    change = round(100 * (total - before) / before)
    if change == 0:
        return f"{text}, as many as a year before"
    return f"{text}, {abs(change)}% {'more' if change > 0 else 'fewer'} than a year before"


def legend(history: History) -> list[Patch]:
    """Explains the colours, and what else is drawn."""
    patches = [
        Patch(color=colour, label=category.capitalize())
        for category, colour in zip(history.parts, COLOURS, strict=False)
    ]
    if any(month.is_running for month in history.months):
        label = f"Month to date, until {history.observed_at.day} {history.observed_at:%B}"
        patches.append(Patch(facecolor="#BBBBBB", hatch="////", edgecolor="white", label=label))
    if any(has_rest(month, history.parts) for month in history.months):
        patches.append(Patch(facecolor="white", edgecolor=PALE_INK, label="In no category"))
    return patches


def has_rest(month: Month, parts: Sequence[str]) -> bool:
    """Whether the vendor's total is more than the categories come to."""
    return month.total is not None and month.total > sum(month.values.get(p) or 0 for p in parts)


def footnote(history: History, source: str) -> str:
    """Says where the figures come from and how they are to be read."""
    read = f"{history.observed_at.day} {history.observed_at:%B %Y, %H:%M} UTC"
    is_known = all(month.total is not None for month in history.months)
    return (
        f"Source: {history.vendor}, {source}; read on {read}. "
        "The figure above a bar is the total that the vendor reports.\n"
        f"Months begin at midnight in {history.time_zone}."
        + ("" if is_known else " A question mark is a total that the vendor did not tell.")
    )
