"""The documentation as `make docs` has built it: complete, and at rest when it is read."""

from __future__ import annotations

import inspect
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

import palabre

SITE = Path(__file__).parents[2] / "site"
# Tags and the attribute that makes a browser fetch something.
FETCHES = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src"}


class Reader(HTMLParser):
    """Collects the anchors of a page and what it fetches."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.fetched: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.anchors.add(values.get("id") or "")
        if values.get("rel") not in ("canonical", "next", "prev"):
            self.fetched.add(values.get(FETCHES.get(tag, "")) or "")


def read(page: Path) -> Reader:
    reader = Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader


PAGES = {page.relative_to(SITE).as_posix(): read(page) for page in SITE.glob("**/*.html")}


def test_the_site_is_there() -> None:
    assert {"index.html", "errors.html", "vendors/index.html"} <= set(PAGES), "run make docs"


def test_reference_has_everything_public() -> None:
    anchors = set().union(*(page.anchors for page in PAGES.values()))
    expected = {f"palabre.{name}" for name in palabre.__all__ if not name.startswith("_")}
    for name in palabre.__all__:
        kind = getattr(palabre, name)
        if inspect.isclass(kind) and not issubclass(kind, palabre.PalabreError):
            members = [member for member in vars(kind) if not member.startswith("_")]
            expected |= {f"palabre.{name}.{member}" for member in members}
    assert sorted(expected - anchors) == []


def test_docstrings_are_understood() -> None:
    pages = [SITE / name for name in PAGES if name.startswith("reference/")]
    raw = [p.name for p in pages if re.search(r"<p>(Args|Returns|Raises):", p.read_text("utf-8"))]
    assert raw == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    fetched = {f"{name}: {url}" for name, page in PAGES.items() for url in page.fetched}
    assert [line for line in fetched if re.search(r": (https?:)?//", line)] == []
    styles = [style.read_text(encoding="utf-8") for style in SITE.glob("**/*.css")]
    assert [re.findall(r"url\([\"']?(?:https?:)?//", style) for style in styles] == [[]] * len(
        styles
    )


@pytest.mark.parametrize("words", ["delete_many", "Retry-After", "PALABRE_MSGFLASH_API_KEY"])
def test_search_finds(words: str) -> None:
    index = json.loads((SITE / "search/search_index.json").read_text(encoding="utf-8"))
    assert any(words in entry["text"] + entry["title"] for entry in index["docs"])


def test_the_operations_of_a_vendor_come_before_the_types_of_what_they_take() -> None:
    for vendor in ("reachflow", "msgflash", "99digital", "wapiflow"):
        text = (SITE / f"reference/vendors/{vendor}.html").read_text(encoding="utf-8")
        module = "ninetynine_digital" if vendor == "99digital" else vendor
        classes = re.findall(rf'<h2 id="palabre\.vendors\.{module}\.(\w+)"', text)
        assert len(classes) > 1
        assert classes[0] == "Operations"
