"""`match` takes results apart."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from test_results import RESULTS, make

import palabre


@pytest.fixture
def objects(sandbox: palabre.Sandbox) -> dict[str, Any]:
    return make(sandbox)


MATCHED = [*RESULTS, "Support", "AccountFailure", "Page"]


@pytest.mark.parametrize("name", MATCHED)
def test_positions_of_a_pattern_are_properties(objects: dict[str, Any], name: str) -> None:
    thing = objects[name]
    names = type(thing).__match_args__
    assert names
    for attribute in names:
        assert hasattr(thing, attribute)
    if name in RESULTS:
        shown = repr(thing)
        present = [each for each in names if getattr(thing, each) is not None]
        assert [shown.index(f"{each}=") for each in present] == sorted(
            shown.index(f"{each}=") for each in present
        )


def described(thing: object) -> str:
    match thing:
        case palabre.Contact("wapiflow", account, id, name) if name:
            return f"contact {id} of {account}"
        case palabre.Contact(tags=[first, *_]):
            return f"contact tagged {first}"
        case palabre.Number(status="connected", today=palabre.DayCounters(sent, failed=failed)):
            return f"number that sent {sent}, {failed} in vain"
        case palabre.Number(current_month=palabre.MonthCounters(total=int(total))):
            return f"number with {total}"
        case palabre.Conversation(status="pending", notes=[palabre.Note(text=text), *_]):
            return f"pending: {text}"
        case palabre.Group(name=str(name), contact_count=0):
            return f"empty group {name}"
        case palabre.Group(name=str(name)):
            return f"group {name}"
        case palabre.Message(kind="text", status=status):
            return f"text {status}"
        case palabre.Template(status="rejected", rejected_reason=str(reason)):
            return f"rejected: {reason}"
        case palabre.MonthlyStatistic(
            month=date(year=2026), category="total", completeness="month_to_date"
        ):
            return "this month"
        case palabre.MonthlyStatistic() | palabre.DailyStatistic():
            return "a value"
        case palabre.DeleteReport(refused=[palabre.DeleteFailure(id, reason)]):
            return f"{id}: {reason}"
        case palabre.AddReport(added=1) | palabre.RemoveReport(removed=1):
            return "one"
        case palabre.BulkReport(accepted=int(taken), rejections=[palabre.Rejection(), *more]):
            return f"{taken} taken, {1 + len(more)} refused"
        case palabre.OtpCheck(valid=False, attempts_left=int(left)):
            return f"no, {left} more tries"
        case palabre.Support("native" | "emulated"):
            return "can"
        case palabre.Support(note=note):
            return f"cannot: {note}"
        case palabre.Address(city=str(city)):
            return city
        case palabre.AccountFailure(account, palabre.UnsupportedError(vendor=vendor)):
            return f"{account} cannot, says {vendor}"
        case palabre.Table(failures=[]) as table if len(table) == 0:
            return "nothing"
        case palabre.Table(failures=[palabre.AccountFailure(), *_]):
            return "a part"
        case palabre.Page([palabre.Contact(name=name), *_], total=int(total)):
            return f"{name} and {total - 1} more"
        case [palabre.Group(name=first), palabre.Group(), *rest]:
            return f"{first}, another and {len(rest)}"
    return "something else"


def test_patterns_tell_results_apart(objects: dict[str, Any], sandbox: palabre.Sandbox) -> None:
    rejected = next(
        template
        for template in sandbox.client("wapiflow").templates.list()
        if template.status == "rejected"
    )
    said = {name: described(objects[name]) for name in [*MATCHED]} | {
        "rejected": described(rejected)
    }
    assert said == {
        "Number": "number that sent 42, 2 in vain",
        "DayCounters": "something else",
        "MonthCounters": "something else",
        "Contact": "contact 5 of wapiflow",
        "Address": "Haifa",
        "Group": said["Group"],
        "Conversation": "pending: Prefers voice messages.",
        "Note": "something else",
        "Message": "text sent",
        "Template": "something else",
        "MonthlyStatistic": "a value",
        "DailyStatistic": "a value",
        "DeleteReport": "5: A contact with messages cannot be deleted",
        "DeleteFailure": "something else",
        "AddReport": said["AddReport"],
        "RemoveReport": "one",
        "BulkReport": "1 taken, 1 refused",
        "Rejection": "something else",
        "SentOtp": "something else",
        "OtpCheck": "no, 2 more tries",
        "Support": "can",
        "AccountFailure": "a cannot, says reachflow",
        "Page": said["Page"],
        "rejected": "rejected: INVALID_FORMAT",
    }
    assert said["Group"].startswith("group ")
    assert said["Page"].endswith(" and 323 more")


def test_a_table_is_matched_by_its_failures_and_as_a_sequence(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    groups = client.groups.list()
    assert described(groups.collect()) == described(next(groups.pages()))
    assert described(groups.collect()).endswith(", another and 8")
    assert described(client.groups.list(search="no such group").collect()) == "nothing"
    sandbox.add_fault(vendor="wapiflow", status=403, times=None)
    fleet = palabre.Fleet({"a": client, "b": sandbox.client("wapiflow")})
    assert described(fleet.contacts.list()) == "a part"
