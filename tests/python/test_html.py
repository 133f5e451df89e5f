"""What notebooks show: escaped, discreet, and never more than it is."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from requests_seen import Requests
from test_results import OTHERS, RESULTS, make

import palabre
from palabre import _html

TAGS = {"div", "span", "strong", "code", "br", "ul", "li"} | {
    *("table", "thead", "tbody", "tr", "th", "td"),
}
SHOWN = [*RESULTS, *OTHERS[: OTHERS.index("Client")]]


class Reader(HTMLParser):
    """Reads the texts and checks that each element is closed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.cells: list[list[str]] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "tr":
            self.cells.append([])
        if tag in ("td", "th"):
            self.cells[-1].append("")
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if {"td", "th"} & set(self.open):
            self.cells[-1][-1] += data

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())


def altered(
    thing: Any,
    rows: Callable[[Any], Any] = lambda rows: rows,
    fields: Callable[[Any], Any] = lambda fields: fields,
) -> Any:
    """A page or table that no vendor of the sandbox sends."""
    restore, (kind, given_rows, given_fields) = thing.__reduce__()
    texts = rows(json.loads(given_rows)), fields(json.loads(given_fields))
    return restore(kind, *map(json.dumps, texts))


def read(thing: Any) -> Reader:
    return Reader(thing._repr_html_())


@pytest.fixture
def objects(sandbox: palabre.Sandbox) -> dict[str, Any]:
    return make(sandbox)


@pytest.mark.parametrize("name", SHOWN)
def test_html_is_well_formed_discreet_and_has_no_scripts(
    objects: dict[str, Any], name: str
) -> None:
    page = read(objects[name])
    assert page.tags <= TAGS
    assert page.attributes <= {"style", "scope", "title"}
    for number in (
        "97000000",
        "501234567",
        "545483482",
        "1988000000",
        "A secret",
        "voice messages",
    ):
        assert number not in page.text


def test_the_columns_are_properties() -> None:
    for kind, columns in _html.COLUMNS.items():
        assert all(hasattr(getattr(palabre, kind), name) for name in columns.split())
    assert set(_html.COLUMNS) == set(_html.WORDS)


def test_what_a_vendor_sends_is_escaped(sandbox: palabre.Sandbox) -> None:
    evil = "<script>alert('x')</script>&amp;"
    pointer = {"pointer": "/data/contacts/0/name", "value": evil}
    sandbox.add_fault(operation="list_contacts", times=None, replace=pointer)
    listing = sandbox.client("msgflash").contacts.list()
    page = next(listing.pages())
    for thing in (listing, page, page[0], listing.collect()):
        assert "<script" not in thing._repr_html_()
        assert evil in read(thing).text


def test_a_long_table_of_several_accounts_says_whose_each_row_is(sandbox: palabre.Sandbox) -> None:
    clients = {name: sandbox.client(name) for name in ("99digital", "msgflash")}
    contacts = read(palabre.Fleet(clients).contacts.list())
    # All that are shown are of one account, and the table is not.
    assert {line[0] for line in contacts.cells[1:]} == {"99digital"}
    assert contacts.cells[0][:2] == ["account", "vendor"]
    assert "contacts 99digital" not in contacts.text
    alone = read(sandbox.client("99digital").contacts.list().collect())
    assert "First 20 of 130 contacts 99digital" in alone.text
    assert "account" not in alone.cells[0]


def test_an_object_shows_every_field(objects: dict[str, Any]) -> None:
    for name in RESULTS:
        if name == "AccountFailure":
            continue
        page = read(objects[name])
        labels = [cell[0].removesuffix(" (UTC)").replace(" ", "_") for cell in page.cells]
        assert labels == [*objects[name].to_dict()]


def test_missing_is_a_dash_zero_is_zero_and_empty_is_empty(sandbox: palabre.Sandbox) -> None:
    page = read(sandbox.client("reachflow").stats.today())
    assert page.cells[0] == [
        "number", "date", "sent", "delivered", "failed", "messagesLimit", "newContactsLimit",
    ]  # fmt: skip
    assert page.cells[3][1:] == ["2026-11-15", "0", "0", "0", "–", "–"]
    assert "no delete" not in page.text
    report = read(sandbox.client("wapiflow").contacts.delete_many(["999999"]))
    assert ["deleted", "none"] in report.cells


def test_numbers_are_right_aligned_and_have_thousands(sandbox: palabre.Sandbox) -> None:
    html = sandbox.client("99digital").stats.monthly(start="2026-10", end="2026-10")._repr_html_()
    assert 'text-align:right">8\N{NARROW NO-BREAK SPACE}182</td>' in html


def test_statistics_show_a_line_a_month_and_mark_the_running_one(sandbox: palabre.Sandbox) -> None:
    page = read(sandbox.client("99digital").stats.monthly(start="2026-10"))
    assert page.cells[0] == ["number", "month", "total", "marketing", "service", "incoming"]
    assert [line[:2] for line in page.cells[1:]] == [
        ["all numbers", "Oct 2026"],
        ["all numbers", "Nov 2026 so far"],
    ]
    assert "8 values" in page.text
    assert (
        "99digital · reported · time zone UTC (assumed) · as of 2026-11-15 12:00 UTC" in page.text
    )


def test_long_statistics_say_how_much_of_them_is_shown(sandbox: palabre.Sandbox) -> None:
    monthly = sandbox.client("99digital").stats.monthly()
    assert len(read(monthly).cells) == 1 + 24
    client = sandbox.client("99digital")
    numbers = [number.id for number in client.numbers.list()]
    fleet = palabre.Fleet({f"a{place}": client for place, _ in enumerate(numbers)})
    page = read(fleet.stats.monthly())
    assert f"First 20 of {24 * len(numbers)} lines" in page.text
    assert page.cells[0][:4] == ["account", "vendor", "number", "month"]
    assert len(page.cells) == 1 + 20


def test_two_values_in_one_place_are_shown_as_rows(sandbox: palabre.Sandbox) -> None:
    table = sandbox.client("99digital").stats.monthly(start="2026-11")
    twice = altered(table, rows=lambda rows: rows + rows)
    assert read(twice).cells[0] == ["month", "category", "value", "completeness", "provenance"]
    assert len(read(twice).cells) == 1 + 8


def test_a_table_shows_how_many_rows_there_are(sandbox: palabre.Sandbox) -> None:
    contacts = sandbox.client("msgflash").contacts.list().collect()
    page = read(contacts)
    assert "First 20 of 324 contacts msgflash" in page.text
    assert len(page.cells) == 1 + 20
    assert "30 contacts" in read(contacts[:30]).text
    assert len(read(contacts[:30]).cells) == 1 + 30
    assert "1 contact " in read(contacts[:1]).text
    assert "No rows" in read(contacts[:0]).text


def test_a_page_says_that_it_is_one(sandbox: palabre.Sandbox) -> None:
    pages = list(sandbox.client("wapiflow").contacts.list(page_size=100).pages())
    assert "one page of 264 in all" in read(pages[0]).text
    known = {"fields": lambda _: ["3/100", None]}, {"fields": lambda _: [None, None]}
    texts = [read(altered(pages[0], **fields)).text for fields in known]
    assert "one page, more to come" in texts[0]
    assert "the last page" in texts[1]
    (page,) = sandbox.client("reachflow").numbers.list().pages()
    assert "4 numbers reachflow" in read(page).text
    assert "page" not in read(page).text


def test_a_part_is_not_shown_as_the_whole(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(vendor="wapiflow", status=403, body="<b>No</b>", times=None)
    names: list[Any] = ["msgflash", "wapiflow", "reachflow"]
    fleet = palabre.Fleet({name: sandbox.client(name) for name in names})
    table = fleet.contacts.list()
    text = read(table).text
    assert text.startswith(
        f"Not the whole: 1 account failed wapiflow: {table.failures[0].error}"
    ) or (text.startswith("Not the whole: 1 account failed"))
    assert str(table.failures[0].error) in text
    assert "Left out, since the vendor has no such thing: reachflow" in text
    assert "Not the whole" in read(table[:1]).text
    assert "Not the whole" in read(table[:0]).text


def test_warnings_are_shown_and_many_are_counted(sandbox: palabre.Sandbox) -> None:
    table = sandbox.client("99digital").stats.current_month()
    warnings = [f"number {place} does not add up" for place in range(7)]
    text = read(altered(table, fields=lambda _: [warnings, [], []])).text
    assert text.startswith("7 warnings")
    assert warnings[4] in text
    assert warnings[5] not in text
    assert "and 2 more, in .warnings" in text


def test_a_preview_asks_once_and_leaves_the_listing_where_it_was(
    sandbox: palabre.Sandbox, requests: Requests
) -> None:
    listing = sandbox.client("msgflash").contacts.list()
    page = read(listing)
    assert requests.count() == 1
    assert "First 10 of 324 contacts" in page.text
    assert len(page.cells) == 1 + 10
    assert read(listing).text == page.text
    assert requests.count() == 1
    assert listing.cursor is None
    assert len(list(listing)) == 324
    assert listing.cursor is None
    assert read(listing).text == page.text


def test_a_preview_in_the_middle_does_not_move_an_iterator(sandbox: palabre.Sandbox) -> None:
    listing = sandbox.client("msgflash").contacts.list(page_size=10)
    rows = iter(listing)
    ids = [next(rows).id for _ in range(15)]
    cursor = listing.cursor
    read(listing)
    assert listing.cursor == cursor
    ids += [row.id for row in rows]
    assert len(set(ids)) == 324


def test_a_preview_says_what_it_does_not_know(sandbox: palabre.Sandbox) -> None:
    assert "4 numbers" in read(sandbox.client("reachflow").numbers.list()).text
    page = next(sandbox.client("msgflash").contacts.list().pages())
    unknown = altered(page, fields=lambda _: ["more", None])
    title = "First 10 contacts, and there may be more"
    assert title in Reader(_html.preview("contacts.list", unknown)).text
    last = altered(page, fields=lambda _: [None, None])
    assert "First 10 of 50 contacts" in Reader(_html.preview("contacts.list", last)).text


def test_a_preview_of_nothing_says_whether_there_may_be_more(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    assert "No rows" in read(client.contacts.list(search="nobody has this name")).text
    pointer = {"pointer": "/data/contacts", "value": []}
    sandbox.add_fault(operation="list_contacts", vendor="msgflash", replace=pointer)
    assert "there may be more" in read(client.contacts.list()).text


def test_an_error_in_a_preview_is_shown_and_the_next_look_tries_again(
    sandbox: palabre.Sandbox,
) -> None:
    sandbox.add_fault(operation="list_contacts", status=500, body="Broken")
    listing = sandbox.client("msgflash", retry=palabre.RetryPolicy.off()).contacts.list()
    text = read(listing).text
    assert text.startswith("No preview of contacts.list")
    assert "HTTP 500" in text
    assert "First 10 of 324" in read(listing).text


def test_an_async_listing_shows_how_it_is_fetched(
    sandbox: palabre.Sandbox, requests: Requests
) -> None:
    text = read(sandbox.async_client("msgflash").contacts.list()).text
    assert "await listing.collect()" in text
    assert requests.count() == 0


def test_messages_show_neither_texts_nor_numbers(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("99digital")
    page = next(client.messages.list(to="+972541112233").pages())
    table = read(page)
    assert "2 messages" in table.text
    assert {"inbound", "outbound"} <= {cell for row in table.cells for cell in row}
    message = next(one for one in page if one.text)
    for html in (page._repr_html_(), message._repr_html_()):
        for hidden in ("541112233", "501234567", message.text):
            assert hidden not in html
    sent = sandbox.client("msgflash").messages.list(page_size=100).collect()
    linked = next((one for one in sent if one.media_url), None)
    assert linked is None or linked.media_url not in linked._repr_html_()
