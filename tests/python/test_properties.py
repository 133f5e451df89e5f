"""What holds whatever a vendor answers and whatever a caller writes.

The same examples each time. `HYPOTHESIS_PROFILE=thorough` takes others, and more of them.
"""

from __future__ import annotations

import json
import os
import pickle
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from campaigns import number
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from verbs import SUPPORTED, start

import palabre

settings.register_profile(
    "quick",
    database=None,
    deadline=None,
    derandomize=True,
    max_examples=100,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile(
    "thorough", settings.get_profile("quick"), derandomize=False, max_examples=2000
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

# What looks like something else, and what no vendor would write.
ODD = [
    "",
    "null",
    "0",
    "-1",
    "true",
    "NaN",
    "1e999",
    "2026-02-30",
    "12025",
    "../..",
    "\0",
    "\ufeff",
]
ODD += ["\r\n", "<html>", "+8801988000000", "success", "error", "exception", "9999-12-31T23:59:59Z"]
TEXTS = st.one_of(st.sampled_from(ODD), st.text(max_size=30))
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXTS,
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
READS = {"list", "get", "api_key", "groups", "members", "monthly", "current_month", "today"}
VERBS = [(vendor, verb) for vendor, verbs in SUPPORTED.items() for verb in verbs]


class Stage:
    """A sandbox for many examples, with a client for each vendor that asks once."""

    def __init__(self, sandbox: palabre.Sandbox) -> None:
        self.sandbox = sandbox
        self.clients: dict[Any, Any] = {
            vendor: sandbox.client(vendor, retry=palabre.RetryPolicy.off()) for vendor in SUPPORTED
        }
        self._answers: dict[tuple[str, str], tuple[str, Any]] = {}

    def reset(self) -> None:
        self.sandbox.reset()

    def run(self, vendor: str, verb: str) -> Any:
        """Do what a verb says; a listing becomes a table."""
        result = start(self.clients[vendor], verb)
        return result.collect() if isinstance(result, palabre.Listing) else result

    def answer(self, vendor: str, verb: str) -> tuple[str, Any]:
        """The operation that a verb ends with, and what it answers when nothing is odd."""
        if (vendor, verb) not in self._answers:
            self.reset()
            self.run(vendor, verb)
            entry = self.sandbox.journal()[-1]
            answer = json.loads(entry["response_body"] or "null")
            self._answers[vendor, verb] = entry["operation"], answer
        return self._answers[vendor, verb]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with palabre.Sandbox(seed=7, clock="2026-11-15T12:00:00Z") as sandbox:
        yield Stage(sandbox)


def places(value: Any, pointer: str = "") -> Iterator[str]:
    yield pointer
    if isinstance(value, dict):
        for name, inner in value.items():
            escaped = str(name).replace("~", "~0").replace("/", "~1")
            yield from places(inner, f"{pointer}/{escaped}")
    elif isinstance(value, list):
        for index, inner in enumerate(value[:2]):
            yield from places(inner, f"{pointer}/{index}")


def look_at(result: Any) -> None:
    """Everything that a caller does with a result."""
    assert repr(result).isprintable() or isinstance(result, palabre.Table)
    page = getattr(result, "_repr_html_", None)
    assert page is None or page()
    again = pickle.loads(pickle.dumps(result))
    assert again == result
    if hasattr(result, "to_dict"):
        json.dumps(result.to_dict(), default=str)
    if isinstance(result, palabre.Table):
        assert result.to_arrow().num_rows == len(result)
        for row in result[:2]:
            look_at(row)


def look_at_error(error: palabre.PalabreError, vendor: str, verb: str) -> None:
    """What an error says, in one line, and that it travels."""
    assert error.vendor == vendor
    assert str(error)
    assert not {"\n", "\r"} & set(str(error))
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), str(error))
    if verb.split(".")[1] not in READS:
        assert error.outcome in ("not_sent", "unknown", "accepted")


@given(data=st.data())
def test_any_value_in_any_field_of_any_answer_is_a_value_or_a_clean_error(
    stage: Stage, data: st.DataObject
) -> None:
    vendor, verb = data.draw(st.sampled_from(VERBS), label="verb")
    operation, answer = stage.answer(vendor, verb)
    pointer = data.draw(st.sampled_from(list(places(answer))), label="pointer")
    value = data.draw(VALUES, label="value")
    stage.reset()
    stage.sandbox.add_fault(
        vendor=vendor,  # type: ignore[arg-type]
        operation=operation,
        times=None,
        replace={"pointer": pointer, "value": value},
    )
    try:
        result = stage.run(vendor, verb)
    except palabre.PalabreError as error:
        look_at_error(error, vendor, verb)
    else:
        look_at(result)


# Where vendors write one of a few words, and WapiFlow one of a few numbers.
STATUSES = {
    ("reachflow", "numbers.list"): TEXTS.filter(str.strip),
    ("wapiflow", "conversations.list"): st.integers(-(2**63), 2**63 - 1),
    ("wapiflow", "templates.list"): st.integers(-(2**63), 2**63 - 1),
}


@pytest.mark.parametrize(("vendor", "verb"), STATUSES)
@given(data=st.data())
def test_every_word_is_read_as_a_status(
    stage: Stage, vendor: str, verb: str, data: st.DataObject
) -> None:
    """The vendor's own is kept whatever it is; ours is one word, or nothing."""
    status = data.draw(STATUSES[vendor, verb])
    operation, answer = stage.answer(vendor, verb)
    # Not the one of the whole answer.
    (place, *_) = [at for at in places(answer) if re.fullmatch(r".*/0/status", at)]
    stage.reset()
    stage.sandbox.add_fault(operation=operation, replace={"pointer": place, "value": status})
    row = next(iter(start(stage.clients[vendor], verb)))
    assert row.status is None or row.status.isidentifier()
    assert row.status_text == str(status)


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_the_one_that_the_vendor_wrote(stage: Stage, value: float) -> None:
    stage.sandbox.clear_faults()
    stage.sandbox.add_fault(
        operation="get_contact", replace={"pointer": "/data/meta/city", "value": value}
    )
    contact = stage.clients["msgflash"].contacts.get("CONTACT_UUID_1")
    assert contact.meta["city"] == value
    assert pickle.loads(pickle.dumps(contact)) == contact


@given(cursor=TEXTS)
def test_every_cursor_goes_back_to_the_vendor_as_it_came(stage: Stage, cursor: str) -> None:
    stage.reset()
    stage.sandbox.add_fault(
        operation="list_contacts", replace={"pointer": "/data/nextCursor", "value": cursor}
    )
    contacts = stage.clients["msgflash"].contacts
    listing = contacts.list()
    pages = listing.pages()
    try:
        next(pages)
    except palabre.DecodeError:
        assert not cursor.strip(), "a cursor was refused"
        return
    assert listing.cursor == (cursor or None)
    assume(cursor)
    # What the sandbox makes of it is its own affair.
    for again in [pages, contacts.list(cursor=listing.cursor).pages()]:
        try:
            next(again)
        except palabre.PalabreError as error:
            look_at_error(error, "msgflash", "contacts.list")
    asked = [entry["query"].get("cursor") for entry in stage.sandbox.journal()]
    assert asked == [None, cursor, cursor]


COLUMNS = st.one_of(
    st.sampled_from(["to", "text", "image", "location", "template", "variables", "key", "name"]),
    TEXTS,
)
ODDITIES = st.one_of(
    VALUES, st.binary(max_size=4), st.datetimes(), st.decimals(), st.floats(), st.just(object())
)
TO = st.one_of(st.integers(0, 20).map(number), TEXTS)
GOOD = st.fixed_dictionaries({"to": TO}, optional={"text": TEXTS, "name": TEXTS, "key": TEXTS})
ANY = st.dictionaries(COLUMNS, ODDITIES, max_size=4)
SHAPES: list[Callable[[list[Any]], Any]] = [list, tuple, iter]


@given(
    rows=st.one_of(
        st.lists(GOOD, max_size=6), st.lists(ANY, max_size=4), st.lists(ODDITIES, max_size=3)
    ),
    text=st.sampled_from([None, "Hello", "Hello {name}"]),
    shape=st.sampled_from(SHAPES),
)
def test_a_plan_of_any_rows_tells_each_of_them_or_what_is_wrong(
    stage: Stage, rows: list[Any], text: str | None, shape: Callable[[list[Any]], Any]
) -> None:
    before = len(stage.sandbox.journal())
    try:
        plan = stage.clients["wapiflow"].messages.plan(shape(rows), text=text)
    except (TypeError, palabre.InvalidInputError) as error:
        said = str(error)
        assert "row" in said or "text" in said
    else:
        told = plan.rows(numbers=True)
        assert [row.row for row in told] == list(range(1, len(rows) + 1))
        assert plan.planned + plan.refused == len(rows)
        assert all((row.state == "refused") == (row.reason is not None) for row in told)
        planned = [row.to for row in told if row.state == "planned"]
        assert len(set(planned)) == len(planned)
        assert pickle.loads(pickle.dumps(told)) == told
    assert len(stage.sandbox.journal()) == before
