"""Every kind of error comes out of a call against the sandbox, by both clients."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from both import Api
from conftest import Connect
from requests_seen import Requests
from test_errors import kinds

import palabre

QUOTA = {"error": {"code": "MONTHLY_API_REQUEST_QUOTA_EXCEEDED", "message": "No."}}
FAILED = {"status": 200, "body": {"status": "FAIL", "reason": 99}}


class Case(NamedTuple):
    """What goes wrong at which vendor, and what the error says of it."""

    kind: str
    vendor: str
    fault: dict[str, Any]
    verb: str
    says: dict[str, Any]


CASES = [
    Case("Unsupported", "reachflow", {}, "groups.create", {"status": None, "outcome": "not_sent"}),
    Case("InvalidInput", "msgflash", {"status": 400}, "contacts.get", {"status": 400}),
    Case("Authentication", "reachflow", {"status": 401}, "numbers.get", {"status": 401}),
    Case("Permission", "reachflow", {"status": 403}, "numbers.get", {"status": 403}),
    Case("NotFound", "msgflash", {"status": 404}, "contacts.get", {"status": 404}),
    Case("Conflict", "msgflash", {"status": 409}, "groups.create", {"outcome": "not_sent"}),
    Case("RateLimited", "msgflash", {"status": 429}, "contacts.get", {"retry_after": None}),
    Case("QuotaExceeded", "msgflash", {"status": 429, "body": QUOTA}, "contacts.get", {}),
    Case("Unavailable", "msgflash", {"status": 503}, "contacts.get", {"status": 503}),
    Case("Timeout", "msgflash", {"delay_ms": 3000}, "contacts.get", {"status": None}),
    Case("OutcomeUnknown", "wapiflow", {"close": "after"}, "messages.send", {"outcome": "unknown"}),
    Case("Decode", "msgflash", {"status": 200, "body": "{"}, "contacts.get", {"status": 200}),
    Case("Vendor", "99digital", FAILED, "numbers.list", {"status": 200, "vendor_code": "99"}),
]
ARGUMENTS: dict[str, tuple[list[str], dict[str, str]]] = {
    "messages.send": ([], {"to": "+8801988000000", "text": "Hello"}),
    "contacts.get": (["CONTACT_UUID_1"], {}),
    "numbers.get": (["a3f1b2c4-1234-4abc-9def-000011112222"], {}),
    "groups.create": ([], {"name": "Clients VIP"}),
}


async def call(api: Api, verb: str) -> None:
    noun, method = verb.split(".")
    given, options = ARGUMENTS.get(verb, ([], {}))
    result = getattr(getattr(api, noun), method)(*given, **options)
    await (result.collect() if verb == "numbers.list" else result)


@pytest.mark.parametrize("case", CASES, ids=[case.kind for case in CASES])
async def test_a_failure_becomes_the_class_of_its_kind(
    connect: Connect, sandbox: palabre.Sandbox, case: Case
) -> None:
    if case.fault:
        # The token of 99digital has to come first.
        operation = {"99digital": "get_whatsapp"}.get(case.vendor)
        sandbox.add_fault(vendor=case.vendor, operation=operation, times=None, **case.fault)
    api = connect(case.vendor, retry=palabre.RetryPolicy.off(), timeout=0.5, account="sales")
    with pytest.raises(palabre.PalabreError) as caught:
        await call(api, case.verb)
    error = caught.value
    assert type(error) is getattr(palabre, f"{case.kind}Error")
    assert (error.kind, error.vendor, error.account) == (case.kind, case.vendor, "sales")
    assert error.operation == case.verb
    assert {name: getattr(error, name) for name in case.says} == case.says
    assert str(error).startswith(f"{case.vendor} [sales] {case.verb}: ")
    assert len(str(error).splitlines()) == 1


def test_a_wrong_setting_becomes_a_config_error(sandbox: palabre.Sandbox) -> None:
    for make in (sandbox.client, sandbox.async_client):
        with pytest.raises(palabre.ConfigError, match="api_key") as caught:
            make("msgflash", api_key="")
        assert caught.value.vendor == "msgflash"


def test_every_kind_is_produced_here() -> None:
    assert {case.kind for case in CASES} | {"Config"} == set(kinds())


async def test_the_time_to_wait_is_told_in_seconds(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.add_fault(operation="get_contact", status=429, headers={"Retry-After": "7"})
    with pytest.raises(palabre.RateLimitedError) as caught:
        await call(connect("msgflash", retry=palabre.RetryPolicy.off()), "contacts.get")
    assert caught.value.retry_after == 7.0


async def test_too_many_requests_a_second_are_tried_again(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    sandbox.add_fault(operation="get_contact", status=429, times=2)
    await call(connect("msgflash"), "contacts.get")
    assert [entry["status"] for entry in requests.entries()] == [429, 429, 200]


async def test_a_write_is_tried_again_only_if_the_vendor_refused_it_for_now(
    connect: Connect, sandbox: palabre.Sandbox, requests: Requests
) -> None:
    later = {"status": 429, "headers": {"Retry-After": "0"}}
    sandbox.add_fault(operation="create_contact_group", times=2, **later)
    await call(connect("msgflash"), "groups.create")
    assert [entry["status"] for entry in requests.entries()] == [429, 429, 201]

    requests.forget()
    sandbox.add_fault(operation="create_contact_group", status=503)
    with pytest.raises(palabre.OutcomeUnknownError) as unknown:
        await call(connect("msgflash"), "groups.create")
    assert unknown.value.outcome == "unknown"
    assert requests.count() == 1


async def test_an_address_that_is_not_on_the_white_list_is_named(
    connect: Connect, sandbox: palabre.Sandbox
) -> None:
    sandbox.configure(wapiflow_allowed_ips=["203.0.113.7"])
    with pytest.raises(palabre.AuthenticationError) as caught:
        await connect("wapiflow").templates.list().collect()
    assert caught.value.hint
    assert "127.0.0.1" in caught.value.hint


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"reachflow_scopes": []}, "insufficient_scope"),
        ({"reachflow_plan": False}, "plan_required"),
    ],
)
async def test_a_key_that_may_not_do_it_says_why(
    connect: Connect, sandbox: palabre.Sandbox, settings: dict[str, Any], code: str
) -> None:
    sandbox.configure(**settings)
    with pytest.raises(palabre.PermissionError) as caught:
        await connect("reachflow").numbers.list().collect()
    assert caught.value.vendor_code == code
    assert caught.value.hint


@pytest.mark.parametrize("vendor", ["reachflow", "msgflash", "99digital", "wapiflow"])
async def test_wrong_credentials_are_refused_by_every_vendor(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str
) -> None:
    wrong = dict.fromkeys(sandbox.credentials[vendor], "wrong-one")
    api = connect(vendor, **wrong)
    verb = "numbers" if vendor in ("reachflow", "99digital") else "contacts"
    with pytest.raises(palabre.AuthenticationError) as caught:
        await getattr(api, verb).list().collect()
    assert caught.value.vendor == vendor
    assert "wrong-one" not in repr(caught.value)


async def test_refused_credentials_are_not_tried_again(
    connect: Connect, requests: Requests
) -> None:
    api = connect("99digital", client_secret="wrong-one")
    for _ in range(10):
        with pytest.raises(palabre.AuthenticationError):
            await api.numbers.list().collect()
    assert requests.tokens() == 1, "the vendor blocks an address that tries often"


@pytest.mark.parametrize(
    ("vendor", "operation", "chunk"),
    [("msgflash", "bulk_delete_contacts", 500), ("wapiflow", "delete_contact", 1)],
)
async def test_a_bulk_call_that_fails_half_way_says_what_was_done(
    connect: Connect, sandbox: palabre.Sandbox, vendor: str, operation: str, chunk: int
) -> None:
    sandbox.add_fault(vendor=vendor, operation=operation, after=1, close="after", times=None)
    ids = [f"90{number:04}" for number in range(3 * chunk)]
    with pytest.raises(palabre.OutcomeUnknownError) as caught:
        await connect(vendor).contacts.delete_many(ids)
    report = caught.value.report
    assert report is not None
    assert report.requested == 3 * chunk
    assert (report.deleted, report.not_found) == ([], ids[:chunk])
    assert (report.unknown, report.not_attempted) == (ids[chunk : 2 * chunk], ids[2 * chunk :])
