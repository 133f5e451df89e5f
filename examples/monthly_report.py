"""Prints a report on WhatsApp accounts and draws their conversations by month.

Without credentials it starts the sandbox, which plays all four vendors with made-up data. There it
also sends a message, and creates and deletes contacts:

    python examples/monthly_report.py
    python examples/monthly_report.py --months 12 --out report.png --seed 11

With credentials in the environment it talks to the vendors that they belong to, and only reads:

    export PALABRE_REACHFLOW_API_KEY=…
    export PALABRE_MSGFLASH_API_KEY=…
    export PALABRE_99DIGITAL_CLIENT_ID=… PALABRE_99DIGITAL_CLIENT_SECRET=…   # or …_ACCESS_TOKEN
    export PALABRE_WAPIFLOW_CLIENT_ID=… PALABRE_WAPIFLOW_CLIENT_SECRET=…
    python examples/monthly_report.py

An account that fails is reported and the others go on; the exit status is 1 then.
The chart needs matplotlib.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any, Literal, get_args

from monthly_chart import History, draw, history_of, shift_month
from terminal import UNKNOWN, heading, mask, print_table, say

import palabre

Vendor = Literal["reachflow", "msgflash", "99digital", "wapiflow"]
VENDORS: tuple[Vendor, ...] = get_args(Vendor)
# A number for the sandbox, which sends nothing to anybody.
MADE_UP = "+2290155667789"
SECRETS = ("API_KEY", "CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN")


@dataclass
class Report:
    """The accounts to report on, and what a reader has to be told of them."""

    fleet: palabre.Fleet
    source: str
    failed: list[str] = field(default_factory=list)
    reasons: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def fail(self, account: str, error: palabre.PalabreError) -> None:
        """Says that an account failed, and remembers it."""
        say(f"FAILED: {error}")
        if account not in self.failed:
            self.failed.append(account)

    @contextmanager
    def trying(self, account: str) -> Iterator[None]:
        """Lets the report go on when an account fails."""
        try:
            yield
        except palabre.PalabreError as error:
            self.fail(account, error)

    # Type checkers know the verbs by their literal names only.
    def clients_that_can(self, verb: Any) -> list[palabre.Client]:
        """Finds the accounts whose vendor can do something, and says which cannot."""
        able, unable = [], []
        for account in self.fleet:
            support = self.fleet[account].supports(verb)
            if support:
                able.append(self.fleet[account])
            else:
                unable.append(account)
                verbs = self.reasons.setdefault((account, support.note or UNKNOWN), [])
                verbs += [verb] if verb not in verbs else []
        if unable:
            say(f"Not available at {', '.join(unable)}.")
        return able

    def show(
        self, table: palabre.Table[Any], header: Sequence[str], rows: Sequence[Sequence[object]]
    ) -> None:
        """Prints the rows of a fleet's table, and before them what is missing or odd in it."""
        self.remark(table)
        if rows:
            print_table(header, rows)
        elif not table.failures:
            say("There are none.")

    def remark(self, table: palabre.Table[Any]) -> None:
        """Says which accounts failed, so that a fleet's table lacks them, and what is odd."""
        for failure in table.failures:
            self.fail(failure.account, failure.error)
        for warning in table.warnings:
            say(f"WARNING: {warning}")


# What is in the accounts


def show_numbers(report: Report) -> None:
    """Prints the WhatsApp numbers of all accounts."""
    heading("WhatsApp numbers")
    if not report.clients_that_can("numbers.list"):
        return
    numbers = report.fleet.numbers.list()
    rows = [
        (number.account, number.name, number.business_name, mask(number.phone), number.status)
        for number in numbers
    ]
    report.show(numbers, ("Account", "Name", "Business", "Number", "Status"), rows)


def count_contacts(client: palabre.Client) -> int:
    """Counts the contacts of an address book; a vendor that tells the total on each page saves reading them all."""
    first = next(client.contacts.list(page_size=1).pages(), None)
    if first is not None and first.total is not None:
        return first.total
    return sum(1 for _ in client.contacts.list())


def show_contacts(report: Report) -> None:
    """Prints how many contacts each account has."""
    heading("Contacts")
    rows = []
    # Without an address book contacts are whoever was in touch with a number.
    for client in report.clients_that_can("contacts.get"):
        with report.trying(client.account):
            rows.append((client.account, count_contacts(client)))
    if rows:
        print_table(("Account", "Contacts"), rows)


def show_groups(report: Report) -> None:
    """Prints the groups of contacts."""
    heading("Groups of contacts")
    if not report.clients_that_can("groups.list"):
        return
    groups = report.fleet.groups.list()
    rows = [(group.account, group.name, group.description, group.contact_count) for group in groups]
    report.show(groups, ("Account", "Group", "Description", "Contacts"), rows)


def show_conversations(report: Report) -> None:
    """Prints how many conversations there are of each status."""
    heading("Conversations by status")
    if not report.clients_that_can("conversations.list"):
        return
    conversations = report.fleet.conversations.list()
    counts = Counter((each.account, each.status or UNKNOWN) for each in conversations)
    rows = [(account, status, count) for (account, status), count in sorted(counts.items())]
    report.show(conversations, ("Account", "Status", "Conversations"), rows)


def show_templates(report: Report) -> None:
    """Prints the message templates and whether they may be used."""
    heading("Templates")
    if not report.clients_that_can("templates.list"):
        return
    templates = report.fleet.templates.list()
    rows = [
        (template.account, template.name, template.status, template.rejected_reason)
        for template in templates
    ]
    report.show(templates, ("Account", "Template", "Status", "Rejected because"), rows)


# What changes something, in the sandbox only


def recipient_of(client: palabre.Client) -> str:
    """Finds the number of the latest conversation's contact, who may expect an answer, or makes one up."""
    if client.supports("conversations.list"):
        for conversation in client.conversations.list():
            contact = conversation.contact
            if contact is not None and contact.phone and not contact.blocked:
                return contact.phone
    return MADE_UP


def sender_of(client: palabre.Client) -> str | None:
    """Finds a number to send from; an account with several numbers has to be told which."""
    if not client.supports("numbers.list"):
        return None
    # A vendor without statuses lists the numbers that are connected.
    able = (each.id for each in client.numbers.list() if each.status in ("connected", None))
    return next(able, None)


def send_message(report: Report) -> None:
    """Sends one text message from each account."""
    heading("A message sent")
    for client in report.clients_that_can("messages.send"):
        with report.trying(client.account):
            recipient = recipient_of(client)
            message = client.messages.send(
                to=recipient, text="Thank you, we are on it.", from_=sender_of(client)
            )
            say(
                f"{client.account}: sent one {message.kind} message to {mask(recipient)}, "
                f"status: {message.status}."
            )


def create_and_delete_contact(report: Report) -> None:
    """Creates a contact at each account that can, and deletes it again."""
    heading("A contact created and deleted")
    for client in report.clients_that_can("contacts.create"):
        with report.trying(client.account):
            before = count_contacts(client)
            contact = client.contacts.create(name="Awa Doe", phone="+2290155667788")
            say(f"{client.account}: created {contact.name}, {mask(contact.phone)}.")
            between = count_contacts(client)
            client.contacts.delete(contact.id)
            after = count_contacts(client)
            counts = f"{before:,}, {between:,}, {after:,}"
            say(f"{client.account}: deleted it; contacts before, with it, after: {counts}.")


# Conversations by month


def show_months(report: Report, start: date) -> list[History]:
    """Prints conversations by month and category, and returns them by account."""
    heading("Conversations by month and category")
    if not report.clients_that_can("stats.monthly"):
        return []
    table = report.fleet.stats.monthly(start=start)
    report.remark(table)
    # What a conversation is differs between vendors, so that accounts are not added up.
    histories = [history_of(list(rows)) for _, rows in groupby(table, key=lambda row: row.account)]
    for history in histories:
        categories = (*history.parts, "total")
        rows = [
            (
                f"{month.first_day:%B %Y}" + (" (month to date)" if month.is_running else ""),
                *(month.values.get(category) for category in categories),
            )
            for month in history.months
        ]
        print_table(("Month", *(category.capitalize() for category in categories)), rows)
        say(f"Account {history.account}; months begin at midnight in {history.time_zone}.")
    return histories


def draw_months(report: Report, histories: Sequence[History], path: Path) -> None:
    """Draws a chart for each account that has a history."""
    heading("Chart")
    for history in histories:
        target = path if len(histories) == 1 else path.with_stem(f"{path.stem}_{history.account}")
        draw(history, report.source, target)
        say(f"Account {history.account}: {target}")
    if not histories:
        say("Not drawn: no account told a history by month.")


def show_reasons(report: Report) -> None:
    """Prints what the accounts cannot do, and why."""
    if report.reasons:
        heading("Not available, and why")
    for (account, reason), verbs in sorted(report.reasons.items()):
        say(f"{account}: {', '.join(verbs)}. {reason}.")


# Which accounts


def vendors_in_environment() -> list[Vendor]:
    """Finds the vendors of which the environment holds a credential."""
    return [
        vendor
        for vendor in VENDORS
        if any(os.environ.get(f"PALABRE_{vendor.upper()}_{secret}") for secret in SECRETS)
    ]


def report_on_sandbox(options: argparse.Namespace) -> int:
    """Reports on all vendors, as the sandbox plays them."""
    with palabre.Sandbox(seed=options.seed, clock=options.clock) as sandbox:
        print(f"palabre {palabre.__version__} in the sandbox, seed {options.seed}: made-up data.")
        fleet = palabre.Fleet({vendor: sandbox.client(vendor) for vendor in VENDORS})
        report = Report(fleet, f"sandbox with made-up data, seed {options.seed}")
        show_accounts(report)
        send_message(report)
        create_and_delete_contact(report)
        return finish(report, options)


def report_on_vendors(options: argparse.Namespace, vendors: Sequence[Vendor]) -> int:
    """Reports on the accounts whose credentials the environment holds, and only reads."""
    print(f"palabre {palabre.__version__} with the credentials of {', '.join(vendors)}.")
    print("Only reading: no message is sent, no contact is created or deleted.")
    base_urls = dict(options.base_url)
    clients: dict[str, palabre.Client] = {}
    refused: list[str] = []
    for vendor in vendors:
        try:
            clients[vendor] = palabre.Client(vendor, base_url=base_urls.get(vendor))
        except palabre.PalabreError as error:
            refused.append(vendor)
            say(f"FAILED: {error}")
    if not clients:
        return 1
    report = Report(palabre.Fleet(clients), "the vendor's API", failed=refused)
    show_accounts(report)
    return finish(report, options)


def show_accounts(report: Report) -> None:
    """Prints what is in the accounts."""
    show_numbers(report)
    show_contacts(report)
    show_groups(report)
    show_conversations(report)
    show_templates(report)


def finish(report: Report, options: argparse.Namespace) -> int:
    """Prints and draws the months, and what a reader has to know; returns the exit status."""
    today = (options.clock or datetime.now(UTC)).date()
    histories = show_months(report, shift_month(today, 1 - options.months))
    draw_months(report, histories, options.out)
    show_reasons(report)
    if report.failed:
        print(f"\nThe report is not complete: {', '.join(report.failed)} failed, see above.")
    return 1 if report.failed else 0


# The command line


def month_count(text: str) -> int:
    """Reads how many months to show."""
    months = int(text)
    if not 1 <= months <= 120:
        raise argparse.ArgumentTypeError("give a number from 1 to 120")
    return months


def moment(text: str) -> datetime:
    """Reads a time that knows its time zone."""
    time = datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise argparse.ArgumentTypeError("give a time with its time zone")
    return time.astimezone(UTC)


def base_url(text: str) -> tuple[str, str]:
    """Reads the address of a vendor's API."""
    vendor, _, url = text.partition("=")
    if vendor not in vendors_in_environment() or not url:
        message = "give VENDOR=URL, with that vendor's credentials in the environment"
        raise argparse.ArgumentTypeError(message)
    return vendor, url


def parse_options() -> argparse.Namespace:
    """Reads the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--months", type=month_count, default=18, help="how many months (18)", metavar="N")
    add("--seed", type=int, default=7, help="what the sandbox makes up (7)", metavar="N")
    add(
        "--clock",
        type=moment,
        help="the time to take for now, such as 2026-11-15T12:00:00Z",
        metavar="TIME",
    )
    add(
        "--out",
        type=Path,
        default=Path("demo", "monthly_conversations.png"),
        help="the chart's file (demo/monthly_conversations.png)",
        metavar="FILE",
    )
    add(
        "--base-url",
        type=base_url,
        action="append",
        default=[],
        help="another address of a vendor whose credentials are in the environment; repeatable",
        metavar="VENDOR=URL",
    )
    return parser.parse_args()


def main() -> int:
    """Reports on the accounts of the environment, or else on the sandbox."""
    options = parse_options()
    vendors = vendors_in_environment()
    return report_on_vendors(options, vendors) if vendors else report_on_sandbox(options)


if __name__ == "__main__":
    sys.exit(main())
