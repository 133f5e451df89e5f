"""What tests steer and look at: faults, settings, the journal."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from conftest import CLOCK

import palabre

FIELDS = {
    "sequence",
    "time",
    "vendor",
    "operation",
    "method",
    "path",
    "query",
    "headers",
    "content_type",
    "body",
    "performed",
    "status",
    "response_content_type",
    "response_body",
    "fault",
}


def test_the_journal_holds_what_arrived_without_credentials(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    created = client.contacts.create(name="Awa Doe", phone="+2290101000000")
    (entry,) = sandbox.journal()
    assert set(entry) == FIELDS
    assert (entry["sequence"], entry["time"]) == (1, CLOCK)
    assert (entry["vendor"], entry["operation"]) == ("msgflash", "create_contact")
    assert (entry["method"], entry["path"]) == ("POST", "/msgflash/api/v1/contacts")
    assert entry["body"] == {"name": "Awa Doe", "phone": "+2290101000000"}
    assert (entry["status"], entry["performed"], entry["fault"]) == (201, True, None)
    assert created.id in entry["response_body"]
    assert entry["headers"]["x-api-key"] == "***"
    assert entry["headers"]["user-agent"] == f"palabre/{palabre.__version__}"
    assert sandbox.credentials["msgflash"]["api_key"] not in str(entry)


def test_the_journal_is_forgotten_and_goes_on_counting(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash")
    client.contacts.get("CONTACT_UUID_1")
    sandbox.clear_journal()
    assert sandbox.journal() == []
    client.contacts.get("CONTACT_UUID_1")
    assert [entry["sequence"] for entry in sandbox.journal()] == [2]


def test_the_journal_keeps_as_many_entries_as_it_is_told(sandbox: palabre.Sandbox) -> None:
    sandbox.configure(journal_limit=3)
    client = sandbox.client("msgflash")
    for _ in range(5):
        client.contacts.get("CONTACT_UUID_1")
    assert [entry["sequence"] for entry in sandbox.journal()] == [3, 4, 5]


def test_every_message_is_kept_whatever_the_journal_forgets(sandbox: palabre.Sandbox) -> None:
    sandbox.configure(journal_limit=3)
    client = sandbox.client("wapiflow")
    for index in range(8):
        client.messages.send(to=f"+880198800000{index}", text="Hello")
    assert len(sandbox.journal()) == 3
    assert [message.to[-1] for message in sandbox.sent()] == list("01234567")
    assert sandbox.sent()[-1].sequence == sandbox.journal()[-1]["sequence"]
    sandbox.clear_journal()
    assert sandbox.sent() == []


def test_a_fault_happens_as_often_as_it_says(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash", retry=palabre.RetryPolicy.off())
    sandbox.add_fault(vendor="msgflash", operation="get_contact", after=1, times=2, status=503)
    seen = []
    for _ in range(4):
        try:
            client.contacts.get("CONTACT_UUID_1")
            seen.append("good")
        except palabre.UnavailableError:
            seen.append("fault")
    assert seen == ["good", "fault", "fault", "good"]
    assert [entry["fault"] for entry in sandbox.journal()] == [None, "status", "status", None]


def test_faults_are_taken_back(sandbox: palabre.Sandbox) -> None:
    sandbox.add_fault(status=503, times=None)
    sandbox.clear_faults()
    assert sandbox.client("msgflash").contacts.get("CONTACT_UUID_1")


@pytest.mark.parametrize(("close", "performed"), [("before", False), ("after", True)])
def test_a_connection_is_closed_before_or_after_the_effect(
    sandbox: palabre.Sandbox, close: str, performed: bool
) -> None:
    sandbox.add_fault(operation="create_contact_group", close=close)
    client = sandbox.client("msgflash")
    with pytest.raises(palabre.OutcomeUnknownError):
        client.groups.create(name="Clients VIP")
    names = [group.name for group in client.groups.list()]
    assert ("Clients VIP" in names) == performed
    assert sandbox.journal()[0]["fault"] == f"close_{close}"


@pytest.mark.parametrize(
    "fault",
    [
        {"operation": "no_such_operation"},
        {"vendor": "twilio"},
        {"vendor": "reachflow", "operation": "list_contacts"},
        {"status": 99},
        {"status": "503"},
        {"body": "text"},
        {"cut": 500, "truncate": 5},
        {"close": "now"},
        {"replace": {"pointer": "/a"}},
        {"times": -1},
        {"colour": "red"},
        {"delay_ms": -1},
    ],
    ids=str,
)
def test_a_fault_that_does_not_exist_is_refused(
    sandbox: palabre.Sandbox, fault: dict[str, Any]
) -> None:
    with pytest.raises(palabre.InvalidInputError, match="|".join(["^fault: ", *fault])):
        sandbox.add_fault(**fault)
    assert sandbox.client("msgflash", retry=palabre.RetryPolicy.off()).contacts.get(
        "CONTACT_UUID_1"
    )


@pytest.mark.parametrize(
    "settings",
    [
        {"msgflash_limit": 1},
        {"msgflash_rate_limit": "ten"},
        {"msgflash_rate_limit": -1},
        {"wapiflow_allowed_ips": ["here"]},
        {"reachflow_plan": None},
    ],
    ids=str,
)
def test_a_setting_that_does_not_exist_is_refused(
    sandbox: palabre.Sandbox, settings: dict[str, Any]
) -> None:
    with pytest.raises(palabre.InvalidInputError, match="|".join(["^settings: ", *settings])):
        sandbox.configure(**settings)


def test_settings_that_are_not_given_stay(sandbox: palabre.Sandbox) -> None:
    sandbox.configure(msgflash_group_limit=10)
    sandbox.configure(wapiflow_allowed_ips=["203.0.113.7"])
    with pytest.raises(palabre.QuotaExceededError):
        sandbox.client("msgflash").groups.create(name="Clients VIP")
    with pytest.raises(palabre.AuthenticationError):
        sandbox.client("wapiflow").templates.list().collect()


def test_more_than_ten_requests_a_second_are_refused_when_asked_for(
    sandbox: palabre.Sandbox,
) -> None:
    sandbox.configure(msgflash_rate_limit=10)
    client = sandbox.client("msgflash", rate_limit=0, retry=palabre.RetryPolicy.off())

    def hurry() -> None:
        for _ in range(100):
            client.contacts.get("CONTACT_UUID_1")

    with pytest.raises(palabre.RateLimitedError) as caught:
        hurry()
    assert caught.value.vendor_code == "API_RATE_LIMIT_EXCEEDED"
    assert len(sandbox.journal()) >= 11


def test_a_template_that_goes_out_with_an_exception_has_an_unknown_outcome(
    sandbox: palabre.Sandbox,
) -> None:
    sandbox.configure(wapiflow_template_quirk=True)
    with pytest.raises(palabre.OutcomeUnknownError) as caught:
        sandbox.client("wapiflow").messages.send_template(to="+8801988000000", template="1")
    assert caught.value.outcome == "unknown"


def test_reset_brings_back_the_start(sandbox: palabre.Sandbox) -> None:
    client = sandbox.client("msgflash", retry=palabre.RetryPolicy.off())
    client.contacts.delete("CONTACT_UUID_1")
    sandbox.configure(msgflash_group_limit=1)
    sandbox.set_time("2027-01-01T00:00:00Z")
    sandbox.add_fault(status=503, times=None)
    sandbox.reset()
    assert sandbox.journal() == []
    assert client.contacts.get("CONTACT_UUID_1")
    assert client.groups.create(name="Clients VIP")
    assert sandbox.journal()[0]["time"] == CLOCK


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (
            {"status": 500, "bogus": 1},
            "bogus: is not known here; one of vendor, operation, times, ",
        ),
        ({"status": 500, "vendor": "x"}, "vendor: must be one of reachflow, msgflash, 99digital, "),
        ({"close": "maybe"}, "close: must be before or after"),
        ({"status": "500"}, "status: must be a whole number, 0 or more"),
        ({"operation": "frob", "status": 500}, 'fault: no operation "frob"'),
        ({"body": {}}, "fault: headers and body go with a status"),
        ({}, "fault: give what goes wrong: status, delay_ms, close, "),
    ],
)
def test_a_fault_that_is_none_is_told_by_its_argument(
    sandbox: palabre.Sandbox, fault: dict[str, Any], told: str
) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        sandbox.add_fault(**fault)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"bogus": 1}, "bogus: is not known here; one of reachflow_scopes, reachflow_plan, "),
        ({"msgflash_rate_limit": "x"}, "msgflash_rate_limit: must be a whole number, 0 or more"),
        ({"reachflow_plan": "gold"}, "reachflow_plan: must be True or False"),
    ],
)
def test_a_setting_that_is_none_is_told_by_its_name(
    sandbox: palabre.Sandbox, settings: dict[str, Any], told: str
) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        sandbox.configure(**settings)
    assert str(caught.value).startswith(told)


@pytest.mark.parametrize(
    "fault",
    [
        {"cut": 20, "end": "reset"},
        {"status": 502, "perform": True},
        {"close": "after", "end": "reset"},
        {"length_off_by": 7},
        {"replace": {"pointer": "/**", "value": {}}},
        {"gzip": True},
    ],
    ids=str,
)
def test_a_message_that_went_out_before_the_fault_is_not_said_to_be_unsent(
    sandbox: palabre.Sandbox, fault: dict[str, Any]
) -> None:
    sandbox.add_fault(operation="send_message", **fault)
    with pytest.raises(palabre.PalabreError) as caught:
        sandbox.client("wapiflow").messages.send(to="+8801988000000", text="Hello")
    assert caught.value.outcome in ("unknown", "accepted")
    assert [sent.accepted for sent in sandbox.sent()] == [True]


def test_chaos_is_the_same_for_the_same_seed(sandbox: palabre.Sandbox) -> None:
    def story(seed: int) -> list[Any]:
        sandbox.reset()
        sandbox.set_chaos(seed=seed, rate=0.5, faults=[{"status": 503}, {"close": "after"}])
        client = sandbox.client("msgflash", retry=palabre.RetryPolicy.off())
        for _ in range(20):
            with contextlib.suppress(palabre.PalabreError):
                client.contacts.get("CONTACT_UUID_1")
        sandbox.clear_faults()
        assert client.contacts.get("CONTACT_UUID_1")
        return [entry["fault"] for entry in sandbox.journal()]

    first = story(1)
    assert first == story(1) != story(2)
    assert set(first) == {None, "status", "close_after"}


@pytest.mark.parametrize(
    ("chaos", "told"),
    [
        ({"rate": 1.5}, "chaos: rate must be from 0 to 1"),
        ({"seed": -1}, "seed: is a whole number, 0 or more"),
        ({"faults": [{}]}, "chaos: give what goes wrong: "),
    ],
)
def test_chaos_that_makes_no_sense_is_refused(
    sandbox: palabre.Sandbox, chaos: dict[str, Any], told: str
) -> None:
    with pytest.raises(palabre.InvalidInputError) as caught:
        sandbox.set_chaos(**chaos)
    assert str(caught.value).startswith(told)
