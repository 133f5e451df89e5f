"""What a ledger, a plan and a report show of themselves: no key, no text, no number.

The file holds numbers and texts, which are needed to go on; what is shown and exported does not,
unless numbers are asked for by name.
"""

from __future__ import annotations

import asyncio
import io
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

import pandas
import pytest
from canary import KEYS, NATIONAL, NUMBER, SECRETS, TEXT, WAYS, Heard, Watched, listening
from scripts import environment

import palabre

PEOPLE = [
    {"to": NUMBER, "name": TEXT, "key": "first"},
    {"to": f"{NUMBER[:-1]}7", "name": TEXT, "key": "second"},
    # Refused without a request: no value for the name.
    {"to": f"{NUMBER[:-1]}8", "name": None, "key": "third"},
    # Refused too: no country code.
    {"to": f"0{NATIONAL}", "name": TEXT, "key": "fourth"},
]
CONTACTS = [{"phone": NUMBER, "name": "Awa"}, {"phone": f"0{NATIONAL}", "name": "Kofi"}]
CONTACTS_TO_DELETE = [{"id": "canary-contact-1"}, {"id": "canary-contact-2"}]
TEXTS = ("table", "csv", "json", "jsonl")
TABLES: dict[str, Callable[[Path], pandas.DataFrame]] = {
    "parquet": pandas.read_parquet,
    "arrow": pandas.read_feather,
}

Run = Callable[[palabre.Client, Path], palabre.RunReport]
RUNS: dict[str, tuple[Literal["wapiflow", "msgflash"], Run]] = {
    "messages.send_many": (
        "wapiflow",
        lambda client, path: client.messages.send_many(PEOPLE, ledger=path, text="{name}"),
    ),
    "contacts.import_many": (
        "msgflash",
        lambda client, path: client.contacts.import_many(CONTACTS, ledger=path),
    ),
    "contacts.delete_many": (
        "msgflash",
        lambda client, path: client.contacts.delete_many(CONTACTS_TO_DELETE, ledger=path),
    ),
}


@pytest.fixture
def heard() -> Iterator[Heard]:
    with listening() as heard:
        yield heard


def all_that_is_shown(thing: Any) -> Iterator[str]:
    yield from (repr(thing), str(thing), thing._repr_html_())
    yield repr(thing.to_arrow().to_pylist())
    yield thing.to_pandas().to_csv()
    yield thing.to_polars().write_csv()
    rows = thing.rows()
    yield from (repr(rows), rows._repr_html_())
    for row in rows:
        yield from (repr(row), row._repr_html_(), repr(row.to_dict()))


def commanded(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "palabre", *arguments],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("verb", RUNS)
async def test_no_ledger_lets_a_key_a_text_or_a_number_out(
    tmp_path: Path, heard: Heard, capfd: pytest.CaptureFixture[str], verb: str, way: str
) -> None:
    vendor, run = RUNS[verb]
    path, watched = tmp_path / "campaign.db", Watched()
    with palabre.Sandbox(credentials=KEYS) as sandbox:
        # A text that was not sent is a vendor's word like any other.
        words = [TEXT] if verb == "messages.send_many" else []
        fault = WAYS[way](vendor, " ".join([*words, NUMBER, *KEYS[vendor].values()]))
        if fault is not None:
            sandbox.add_fault(vendor=vendor, **{"times": None, **fault})
        client = sandbox.client(vendor, retry=palabre.RetryPolicy.off())

        async def call() -> str:
            report = await asyncio.to_thread(run, client, path)
            watched.shown += all_that_is_shown(report)
            return ""

        await watched.run(call)
    ledger = palabre.Ledger(path)
    watched.shown += [*all_that_is_shown(ledger), repr(ledger.events()), repr(ledger.counts)]
    watched.shown.append(commanded("ledger", "show", str(path)))
    for name in TEXTS:
        watched.shown.append(commanded("ledger", "export", str(path), "--output", name))
    for name, read in TABLES.items():
        out = tmp_path / f"report.{name}"
        commanded("ledger", "export", str(path), "--out", str(out))
        watched.shown.append(read(out).to_csv())
    watched.check(capfd, heard)
    assert ledger.counts["total"] in (len(PEOPLE), len(CONTACTS), len(CONTACTS_TO_DELETE))


def test_a_plan_lets_no_key_no_text_and_no_number_out(
    heard: Heard, capfd: pytest.CaptureFixture[str]
) -> None:
    watched = Watched()
    with palabre.Sandbox(credentials=KEYS) as sandbox:
        plan = sandbox.client("wapiflow").messages.plan(PEOPLE, text="{name}")
    assert (plan.planned, plan.refused) == (2, 2)
    watched.shown += all_that_is_shown(plan)
    watched.check(capfd, heard)


def test_numbers_are_there_for_whoever_asks_by_name_and_keys_for_nobody(tmp_path: Path) -> None:
    path = tmp_path / "campaign.db"
    with palabre.Sandbox(credentials=KEYS) as sandbox:
        RUNS["messages.send_many"][1](sandbox.client("wapiflow"), path)
    assert palabre.Ledger(path).rows(numbers=True)[0].to == NUMBER
    exported = commanded("ledger", "export", str(path), "--numbers", "--output", "csv")
    assert NUMBER in pandas.read_csv(io.StringIO(exported), dtype=str)["to"].tolist()
    stored = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert NUMBER.encode() in stored
    for secret in SECRETS:
        assert secret.encode() not in stored
