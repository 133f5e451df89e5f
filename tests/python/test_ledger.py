"""A ledger to look at and to decide about; runs that are ended from outside."""

from __future__ import annotations

import os
import resource
import signal
import stat
import time
from pathlib import Path

import pandas
import polars
import pytest
from campaigns import TEXT, number, people
from scripts import printed, start

import palabre


@pytest.fixture
def undecided(sandbox: palabre.Sandbox, tmp_path: Path) -> Path:
    """A campaign of six with three of which nobody knows."""
    path = tmp_path / "campaign.db"
    sandbox.add_fault(operation="send_message", times=3, close="after")
    client = sandbox.client("wapiflow")
    report = client.messages.send_many(people(6), ledger=path, text=TEXT, max_in_flight=1)
    assert repr(report).startswith("RunReport(messages.send_many: 3 of 6 accepted, 3 unknown; ")
    assert "Nobody knows whether 3 rows went out" in report._repr_html_()
    return path


def test_a_ledger_tells_what_it_is_and_how_far_it_has_come(undecided: Path) -> None:
    ledger = palabre.Ledger(undecided)
    assert (ledger.path, ledger.verb, ledger.vendor) == (
        undecided,
        "messages.send_many",
        "wapiflow",
    )
    assert ledger.counts == {
        "planned": 0,
        "attempting": 0,
        "accepted": 3,
        "not_sent": 0,
        "refused": 0,
        "unknown": 3,
        "total": 6,
    }
    assert "3 of 6 accepted, 3 unknown" in repr(ledger)
    assert stat.S_IMODE(os.stat(undecided).st_mode) == 0o600


def test_numbers_are_masked_unless_asked_for_and_texts_are_not_there(undecided: Path) -> None:
    ledger = palabre.Ledger(undecided)
    frame = ledger.to_pandas()
    assert frame["to"].tolist()[0] == "+880********00"
    assert ledger.rows(numbers=True)[0].to == number(0)
    shown = (
        f"{frame.to_csv()} {ledger!r} {ledger.rows()!r} {ledger.rows()[0]!r} {ledger._repr_html_()}"
    )
    assert "Person" not in shown
    assert number(0) not in shown
    assert "'+880********00'" in repr(ledger.rows()[0])


def test_a_ledger_is_a_table_of_any_library(undecided: Path) -> None:
    ledger = palabre.Ledger(undecided)
    assert isinstance(ledger.to_pandas(), pandas.DataFrame)
    assert polars.DataFrame(ledger).shape == (6, 18)
    assert ledger.to_arrow().num_rows == 6
    assert [row.state for row in ledger.rows()].count("unknown") == 3
    assert len(ledger.unknown()) == 3


def test_a_person_decides_what_nobody_knows(sandbox: palabre.Sandbox, undecided: Path) -> None:
    ledger = palabre.Ledger(undecided)
    first, second, third = ledger.unknown()
    assert ledger.resolve([first], "accepted", note="seen in the dashboard") == 1
    ledger.resolve([second.row], "not_sent")
    ledger.resolve(third, as_="resend")
    client = sandbox.client("wapiflow")
    report = client.messages.send_many(people(6), ledger=undecided, text=TEXT)
    assert (report.accepted, report.not_sent, report.unknown) == (5, 1, 0)
    assert ledger.rows()[0].note == "seen in the dashboard"
    decided = [event for event in ledger.events() if event["cause"] == "person"]
    assert [event["became"] for event in decided] == ["accepted", "not_sent", "planned"]
    with pytest.raises(palabre.ConflictError, match="row 1 is accepted"):
        ledger.resolve([1], "resend")
    with pytest.raises(palabre.InvalidInputError, match="not accepted, not_sent or resend"):
        ledger.resolve([1], "sent")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="rows must be row numbers"):
        ledger.resolve(5, "resend")  # type: ignore[arg-type]


def test_what_is_no_ledger_is_said(tmp_path: Path) -> None:
    (tmp_path / "people.csv").write_text("to,name\n" * 100)
    for path, problem in [
        (tmp_path / "no.db", "there is no such file"),
        (tmp_path / "people.csv", "is not a ledger of palabre"),
        (tmp_path, "campaign|folder|opened|ledger"),
    ]:
        with pytest.raises(palabre.ConfigError, match=problem):
            palabre.Ledger(path)


RUN = """
    import sys, time
    import palabre

    sandbox = palabre.Sandbox(seed=7)
    client = sandbox.client("wapiflow"{hooks})
    people = [{{"to": f"+88019880{{index:05}}"}} for index in range(200)]
    sandbox.add_fault(operation="send_message", times=None, after=20, delay_ms={delay})
    print("running", flush=True)
    try:
        client.messages.send_many(people, ledger={path!r}, text="Hello"{bar})
    except KeyboardInterrupt as error:
        print(*error.__notes__)
        sandbox.clear_faults()
        report = client.messages.send_many(people, ledger={path!r}, text="Hello")
        sent = [message.to for message in sandbox.sent() if message.accepted]
        print(report.accepted + report.unknown, report.left, len(sent) - len(set(sent)), report.unknown)
        sys.exit(3)
"""


@pytest.mark.parametrize(
    ("delay", "hooks", "bar", "unknown"),
    [
        (100, "", "", 0),
        (200, ", on_response=lambda response: None", "", 0),
        (200, "", ", progress=True", 0),
        (20_000, "", "", 8),
    ],
)
def test_ctrl_c_stops_within_a_second_and_says_how_to_go_on(
    tmp_path: Path, delay: int, hooks: str, bar: str, unknown: int
) -> None:
    path = tmp_path / "a.db"
    process = start(RUN.format(delay=delay, hooks=hooks, bar=bar, path=str(path)))
    try:
        assert process.stdout
        assert process.stdout.readline() == b"running\n"
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if path.exists() and accepted(path) >= 20:
                break
            time.sleep(0.02)
        asked = time.monotonic()
        process.send_signal(signal.SIGINT)
        note = process.stdout.readline()
        took = time.monotonic() - asked
        output, errors = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 3, errors
    # The machine that runs the tests may be slow.
    assert took < 5
    assert b"messages.send_many was ended: " in note
    assert b"go on with the same call" in note
    assert output.decode().split() == ["200", "0", "0", str(unknown)]


def accepted(path: Path) -> int:
    try:
        return palabre.Ledger(path).counts["accepted"]
    except palabre.PalabreError:
        return 0


def test_a_disk_that_is_full_stops_the_run_and_nothing_is_sent_twice(tmp_path: Path) -> None:
    script = """
        import os
        import resource
        import palabre

        with palabre.Sandbox(seed=7) as sandbox:
            client = sandbox.client("wapiflow")
            people = [{{"to": f"+88019880{{index:05}}"}} for index in range(500)]
            sandbox.add_fault(operation="send_message", status=401, times=None)
            try:
                client.messages.send_many(people, ledger={path!r}, text="Hello", max_in_flight=32)
            except palabre.AuthenticationError:
                sandbox.clear_faults()
            # Everything is planned; what the vendor answers makes the file a little larger.
            limit = resource.getrlimit(resource.RLIMIT_FSIZE)
            most = os.path.getsize({path!r}) + 8192
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, limit[1]))
            try:
                client.messages.send_many(people, ledger={path!r}, text="Hello", max_in_flight=32)
            except palabre.ConfigError as error:
                print("disk" in str(error))
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            report = client.messages.send_many(people, ledger={path!r}, text="Hello", max_in_flight=32)
            sent = [message.to for message in sandbox.sent() if message.accepted]
            print(len(sent) - len(set(sent)), report.left, report.accepted + report.unknown)
    """
    output = printed(script.format(path=str(tmp_path / "a.db")))
    assert output.split() == ["True", "0", "0", "500"]
    assert resource.getrlimit(resource.RLIMIT_FSIZE)


def test_a_campaign_goes_on_with_the_new_key_of_its_account(
    sandbox: palabre.Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / "campaign.db"
    new = sandbox.client("msgflash")
    old = palabre.Client("msgflash", api_key="msgf_live_0ld", base_url=new.base_url)
    sender = next(iter(new.numbers.list())).id
    rows = [{**person, "from_": sender} for person in people(3)]
    with pytest.raises(palabre.AuthenticationError):
        old.messages.send_many(rows, ledger=path, text=TEXT)
    with pytest.raises(palabre.ConflictError, match="rebind the ledger"):
        new.messages.send_many(rows, ledger=path, text=TEXT)
    with pytest.raises(palabre.ConflictError, match="an account at msgflash"):
        palabre.Ledger(path).rebind(sandbox.client("wapiflow"))
    with pytest.raises(TypeError, match="client must be a Client or an AsyncClient"):
        palabre.Ledger(path).rebind("msgflash")  # type: ignore[arg-type]
    palabre.Ledger(path).rebind(new)
    assert new.messages.send_many(rows, ledger=path, text=TEXT).accepted == 3
