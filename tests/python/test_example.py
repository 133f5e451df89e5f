"""The example prints and draws the right report, and only reads from real accounts."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import pytest
from PIL import Image, ImageChops

import palabre

ROOT = Path(__file__).parents[2]
SCRIPT = ROOT / "examples" / "monthly_report.py"
CLOCK = "2026-11-15T12:00:00Z"
PICTURE = Path("demo", "monthly_conversations.png")
Vendor = Literal["reachflow", "msgflash", "99digital", "wapiflow"]
VENDORS: tuple[Vendor, ...] = get_args(Vendor)
# A POST that hands out a token and changes nothing.
TOKEN = "create_access_token"


def run(
    directory: Path, *arguments: str, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Runs the script as a person would, in a directory of its own."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PALABRE_")}
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        cwd=directory,
        env=clean | {"PYTHONUTF8": "1"} | (environment or {}),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def section(output: str, title: str) -> list[str]:
    """The lines below a heading."""
    _, _, rest = output.partition(f"── {title} ─")
    assert rest, title
    return [line for line in rest.partition("\n\n")[0].splitlines()[1:] if line]


def rows(output: str, title: str) -> list[list[str]]:
    """The cells of a section's table."""
    lines = section(output, title)
    rule = next(place for place, line in enumerate(lines) if line.startswith("  ─"))
    return [re.split(r"\s{2,}", line.strip()) for line in lines[rule + 1 :] if "  " in line.strip()]


def credentials(sandbox: palabre.Sandbox, *vendors: Vendor) -> dict[str, str]:
    """The sandbox's credentials as a person would export them."""
    return {
        f"PALABRE_{vendor}_{keyword}".upper(): secret
        for vendor in vendors
        for keyword, secret in sandbox.credentials[vendor].items()
    }


def addresses(sandbox: palabre.Sandbox, *vendors: Vendor) -> list[str]:
    """The arguments that lead to a sandbox and to its day."""
    urls = [f"--base-url={vendor}={sandbox.base_urls[vendor]}" for vendor in vendors]
    return ["--clock", CLOCK, *urls]


def operations(sandbox: palabre.Sandbox) -> Counter[str]:
    return Counter(entry["operation"] for entry in sandbox.journal())


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What the script prints and where it ran, without credentials."""
    directory = tmp_path_factory.mktemp("demo")
    done = run(directory, "--clock", CLOCK)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, directory


@pytest.fixture
def sandbox() -> Iterator[palabre.Sandbox]:
    with palabre.Sandbox(seed=7, clock=CLOCK) as sandbox:
        yield sandbox


def test_lists_what_the_accounts_hold(demo: tuple[str, Path], sandbox: palabre.Sandbox) -> None:
    output, _ = demo
    msgflash, wapiflow = sandbox.client("msgflash"), sandbox.client("wapiflow")
    numbers = [*sandbox.client("99digital").numbers.list()]
    numbers += sandbox.client("msgflash").numbers.list()
    numbers += sandbox.client("reachflow").numbers.list()
    assert [row[:2] for row in rows(output, "WhatsApp numbers")] == [
        [number.account, number.name] for number in numbers
    ]
    assert rows(output, "Contacts") == [
        ["msgflash", str(len(list(msgflash.contacts.list())))],
        ["wapiflow", str(len(list(wapiflow.contacts.list())))],
    ]
    assert rows(output, "Groups of contacts") == [
        [group.account, group.name, group.description or "–", str(group.contact_count)]
        for group in msgflash.groups.list()
    ]
    statuses = Counter(each.status for each in wapiflow.conversations.list())
    assert rows(output, "Conversations by status") == [
        ["wapiflow", str(status), str(count)] for status, count in sorted(statuses.items())
    ]
    assert rows(output, "Templates") == [
        [each.account, each.name, each.status, each.rejected_reason or "–"]
        for client in (sandbox.client("99digital"), wapiflow)
        for each in client.templates.list()
    ]


def test_prints_the_last_18_months_by_category(
    demo: tuple[str, Path], sandbox: palabre.Sandbox
) -> None:
    output, _ = demo
    answer = sandbox.client("99digital").call("get_conversations_statistics", start_date="062025")
    keys = ("totalMarketing", "totalService", "totalIncoming", "totalConversations")
    expected = [[f"{month[key]:,}" for key in keys] for month in reversed(answer["list"])]
    months = rows(output, "Conversations by month and category")
    assert len(months) == 18
    assert [values for _, *values in months] == expected
    assert months[0] == ["June 2025", "1,708", "1,980", "1,539", "5,227"]
    assert months[-2] == ["October 2026", "3,029", "2,914", "2,239", "8,182"]
    assert months[-1][0] == "November 2026 (month to date)"
    assert "months begin at midnight in UTC (assumed: the vendor does not say)" in output


def test_each_vendor_sends_one_message_and_no_contact_is_left(demo: tuple[str, Path]) -> None:
    output, _ = demo
    assert section(output, "A message sent") == [
        *(
            f"  {vendor}: sent one text message to +229********89, status: queued."
            for vendor in ("99digital", "msgflash", "reachflow")
        ),
        "  wapiflow: sent one text message to +880********84, status: sent.",
    ]
    assert output.count("sent one") == 4
    changes = section(output, "A contact created and deleted")
    for vendor, counts in (("msgflash", "324, 325, 324"), ("wapiflow", "264, 265, 264")):
        assert f"  {vendor}: created Awa Doe, +229********88." in changes
        assert f"  {vendor}: deleted it; contacts before, with it, after: {counts}." in changes


def test_says_what_is_not_available_and_why(
    demo: tuple[str, Path], sandbox: palabre.Sandbox
) -> None:
    output, _ = demo
    reasons = " ".join(line.strip() for line in section(output, "Not available, and why"))
    verbs = (
        "numbers.list contacts.get groups.list conversations.list templates.list "
        "contacts.create stats.monthly"
    )
    for vendor in VENDORS:
        for verb in verbs.split():
            support = sandbox.client(vendor).supports(verb)
            named = re.search(rf"\b{vendor}: [^:]*\b{re.escape(verb)}\b[^:]*", reasons)
            assert bool(named) is not bool(support), (vendor, verb)
            if named:
                assert (support.note or "") in reasons


def test_fits_the_terminal_and_hides_numbers(
    demo: tuple[str, Path], sandbox: palabre.Sandbox
) -> None:
    output, _ = demo
    assert max(map(len, output.splitlines())) <= 100
    phones = [number.phone for number in sandbox.client("reachflow").numbers.list()]
    phones += [number.phone for number in sandbox.client("99digital").numbers.list()]
    phones += [contact.phone for contact in sandbox.client("wapiflow").contacts.list()]
    phones += [contact.phone for contact in sandbox.client("msgflash").contacts.list()]
    assert not [phone for phone in phones if phone and phone.removeprefix("+") in output]
    assert not re.search(r"\d{7}", output)


def test_draws_a_picture(demo: tuple[str, Path]) -> None:
    output, directory = demo
    assert section(output, "Chart") == [f"  Account 99digital: {PICTURE}"]
    path = directory / PICTURE
    assert path.stat().st_size < 120_000
    with Image.open(path) as picture:
        assert (picture.format, picture.size) == ("PNG", (2000, 1120))
        colours = picture.convert("RGB").getcolors(256) or []
    areas = {colour: count for count, colour in colours}
    # Marketing, service and incoming, and each of them paler for the running month.
    whole, running = [(0, 114, 178), (230, 159, 0), (0, 158, 115)], (127, 184, 216)
    assert all(areas[colour] > 100_000 for colour in whole)
    assert areas[running] > 2_000
    assert areas[255, 255, 255] > 1_000_000


def test_picture_of_the_documentation_is_the_one_that_is_drawn(demo: tuple[str, Path]) -> None:
    _, directory = demo
    stored = ROOT / "docs" / "images" / PICTURE.name
    with Image.open(stored) as old, Image.open(directory / PICTURE) as new:
        assert old.size == new.size
        difference = ImageChops.difference(old.convert("RGB"), new.convert("RGB")).convert("L")
    differing = sum(difference.histogram()[32:])
    command = f"python examples/monthly_report.py --clock {CLOCK} --out {stored.relative_to(ROOT)}"
    assert differing < 0.01 * difference.width * difference.height, f"run {command}"


def test_options_choose_months_seed_and_file(tmp_path: Path, demo: tuple[str, Path]) -> None:
    arguments = ("--clock", CLOCK, "--months", "6", "--seed", "11", "--out", "charts/six.png")
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    months = rows(done.stdout, "Conversations by month and category")
    assert [month[0] for month in months][::5] == ["June 2026", "November 2026 (month to date)"]
    assert months != rows(demo[0], "Conversations by month and category")[-6:]
    assert [path.name for path in tmp_path.rglob("*.png")] == ["six.png"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--months", "0"], "argument --months: give a number from 1 to 120"),
        (["--months", "many"], "argument --months: invalid month_count value: 'many'"),
        (["--clock", "2026-11-15T12:00:00"], "give a time with its time zone"),
        (["--base-url", "msgflash=http://127.0.0.1:9"], "credentials in the environment"),
        (["--base-url", "nobody"], "give VENDOR=URL"),
    ],
)
def test_wrong_options_are_named(tmp_path: Path, arguments: list[str], complaint: str) -> None:
    done = run(tmp_path, *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert not list(tmp_path.iterdir())


def test_only_reads_with_credentials(tmp_path: Path, sandbox: palabre.Sandbox) -> None:
    environment = credentials(sandbox, *VENDORS)
    done = run(tmp_path, *addresses(sandbox, *VENDORS), environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert "Only reading: no message is sent, no contact is created or deleted." in done.stdout
    assert "sent one" not in done.stdout
    assert "created Awa" not in done.stdout
    assert not [secret for secret in environment.values() if secret in done.stdout]
    writes = [entry for entry in sandbox.journal() if entry["method"] != "GET"]
    # This list is asked for by POST.
    assert {entry["operation"] for entry in writes} == {TOKEN, "get_templates"}
    assert set(operations(sandbox)) == {
        "list_providers",
        "get_whatsapp",
        "list_contacts",
        "list_contact_groups",
        "list_conversations",
        "list_templates",
        "get_conversations_statistics",
        "get_templates",
        "list_instances",
        TOKEN,
    }
    assert len(rows(done.stdout, "WhatsApp numbers")) == 12
    assert (tmp_path / PICTURE).exists()


def test_talks_only_to_vendors_with_credentials(tmp_path: Path, sandbox: palabre.Sandbox) -> None:
    environment = credentials(sandbox, "msgflash")
    done = run(tmp_path, *addresses(sandbox, "msgflash"), environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert {entry["vendor"] for entry in sandbox.journal()} == {"msgflash"}
    assert rows(done.stdout, "Contacts") == [["msgflash", "324"]]
    assert section(done.stdout, "Templates") == ["  Not available at msgflash."]
    assert section(done.stdout, "Chart") == ["  Not drawn: no account told a history by month."]
    assert not list(tmp_path.iterdir())


def test_account_that_fails_is_reported_and_the_others_go_on(
    tmp_path: Path, sandbox: palabre.Sandbox
) -> None:
    environment = credentials(sandbox, *VENDORS)
    environment["PALABRE_MSGFLASH_API_KEY"] = "msgf_live_of_somebody_else"
    del environment["PALABRE_WAPIFLOW_CLIENT_SECRET"]
    done = run(tmp_path, *addresses(sandbox, *VENDORS), environment=environment)
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED: wapiflow: client_secret: is missing" in done.stdout
    assert "FAILED: msgflash contacts.list" in section(done.stdout, "Contacts")[1]
    assert "somebody_else" not in done.stdout
    assert len(rows(done.stdout, "Conversations by month and category")) == 18
    assert done.stdout.splitlines()[-1] == (
        "The report is not complete: wapiflow, msgflash failed, see above."
    )


def test_account_that_cannot_connect_alone_ends_the_report(tmp_path: Path) -> None:
    done = run(tmp_path, environment={"PALABRE_WAPIFLOW_CLIENT_ID": "id"})
    assert (done.returncode, done.stderr) == (1, "")
    assert "FAILED: wapiflow: client_secret: is missing" in done.stdout


def test_what_is_missing_is_a_dash_and_what_is_odd_a_warning(
    tmp_path: Path, sandbox: palabre.Sandbox
) -> None:
    answer = sandbox.client("99digital").call("get_conversations_statistics", start_date="062025")
    months = [month for month in answer["list"] if month["monthYear"] != "032026"]
    for month in months:
        if month["monthYear"] == "082026":
            month["totalMarketing"] = None
        if month["monthYear"] == "092026":
            month["totalConversations"] += 1
    sandbox.add_fault(
        vendor="99digital",
        operation="get_conversations_statistics",
        times=None,
        replace={"pointer": "/list", "value": months},
    )
    environment = credentials(sandbox, "99digital")
    done = run(tmp_path, *addresses(sandbox, "99digital"), environment=environment)
    assert (done.returncode, done.stderr) == (0, "")
    table = {row[0]: row[1:] for row in rows(done.stdout, "Conversations by month and category")}
    assert table["March 2026"] == ["–", "–", "–", "–"]
    assert table["August 2026"] == ["–", "2,294", "1,921", "6,059"]
    assert table["September 2026"] == ["3,027", "2,925", "2,164", "8,117"]
    text = " ".join(done.stdout.split())
    assert text.count("WARNING: ") == 2
    assert re.search(r"WARNING: .*the vendor sent nothing for 2026-03", text)
    assert re.search(r"WARNING: .*2026-09, all numbers: the vendor's total 8117 is not", text)
