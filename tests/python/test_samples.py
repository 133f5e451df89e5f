"""The vendors' own samples, host replaced, get the documented answers.

The curl samples are those of the ReachFlow and MsgFlash documents, the PHP samples those of the
WapiFlow document, typing errors included. PHP's curl sends an array as a multipart form, also with
GET and DELETE.
"""

from __future__ import annotations

import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

import palabre

REACHFLOW_URL = "https://sandbox-api.reachflow.me/api/v1"
MSGFLASH_URL = "https://srv.msgflash.com"
WAPIFLOW_URL = "https://wapiflow.cloud/extern-api"
REACHFLOW_HEADERS = {
    "X-API-Key": "rfl_live_VOTRE_CLE",
    "Content-Type": "application/json",
    "Accept": "application/json",
}
MSGFLASH_HEADERS = {
    "x-api-key": "msgf_live_your_api_key_here",
    "Content-Type": "application/json",
}
WAPIFLOW_HEADERS = {"client-id": "YOUR-CLIENT-ID", "client-secret": "YOUR-CLIENT-SECRET"}
JOHN = {"firstname": "John", "lastname": "Doe", "mobile_code": "880", "mobile": "01988"}
TWO_CONTACTS = {"contactIds": ["CONTACT_UUID_1", "CONTACT_UUID_2"]}


class Sample(NamedTuple):
    """A request as a document shows it; a dict is JSON for curl and a form for PHP."""

    method: str
    url: str
    headers: dict[str, str]
    body: dict[str, Any] | None = None


def reachflow(path: str) -> Sample:
    return Sample("GET", REACHFLOW_URL + path, REACHFLOW_HEADERS)


def msgflash(method: str, path: str, body: dict[str, Any] | None = None) -> Sample:
    return Sample(method, f"{MSGFLASH_URL}/api/v1/contacts{path}", MSGFLASH_HEADERS, body)


def wapiflow(method: str, path: str, body: dict[str, Any] | None = None) -> Sample:
    return Sample(method, WAPIFLOW_URL + path, WAPIFLOW_HEADERS, body)


def multipart(fields: dict[str, str]) -> tuple[str, bytes]:
    """A form as PHP's curl sends it."""
    boundary = "------------------------d74496d66958873e"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = "".join([*parts, f"--{boundary}--\r\n"]).encode()
    return f"multipart/form-data; boundary={boundary}", body


def send(sandbox: palabre.Sandbox, sample: Sample) -> tuple[int, Any]:
    """Send a sample to the sandbox instead of the vendor."""
    bases = sandbox.base_urls
    hosts = {
        REACHFLOW_URL: bases["reachflow"],
        MSGFLASH_URL: bases["msgflash"],
        WAPIFLOW_URL: bases["wapiflow"].replace("external-api", "extern-api"),
    }
    (host,) = [host for host in hosts if sample.url.startswith(host)]
    address = urlsplit(sample.url.replace(host, hosts[host]))
    target = f"{address.path}?{address.query}" if address.query else address.path
    headers, body = dict(sample.headers), None
    if sample.body is not None and host == WAPIFLOW_URL:
        headers["Content-Type"], body = multipart(sample.body)
    elif sample.body is not None:
        body = json.dumps(sample.body).encode()
    connection = http.client.HTTPConnection(address.netloc, timeout=10)
    connection.request(sample.method, target, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    assert answer.headers.get_content_type() == "application/json"
    return answer.status, json.loads(content)


def ok(sandbox: palabre.Sandbox, sample: Sample) -> Any:
    """The body of a good answer of WapiFlow."""
    status, body = send(sandbox, sample)
    assert (status, body["status"]) == (200, "success"), body
    return body


def refused(sandbox: palabre.Sandbox, sample: Sample) -> str:
    """The remark of a failure that WapiFlow answers with status 200."""
    status, body = send(sandbox, sample)
    assert (status, body["status"]) == (200, "error"), body
    assert isinstance(body["message"], list)
    return str(body["remark"])


SUPPORT = {
    "id": "a3f1b2c4-1234-4abc-9def-000011112222",
    "name": "Support client",
    "phoneNumber": "22997000000",
    "status": "connected",
    "warmupDay": 14,
    "riskScore": 12,
}


def test_reachflow_lists_providers_as_shown(sandbox: palabre.Sandbox) -> None:
    status, body = send(sandbox, reachflow("/providers"))
    assert status == 200
    assert body["providers"][0] == SUPPORT


def test_reachflow_reads_the_provider_that_the_sample_asks_for(sandbox: palabre.Sandbox) -> None:
    asked = "7f9e1234-abcd-4ef0-8765-aabbccddeeff"
    status, body = send(sandbox, reachflow(f"/providers/{asked}"))
    assert (status, body["id"]) == (200, asked)
    assert set(body) == {*SUPPORT, "dailyStats"}


def test_reachflow_reads_the_provider_that_the_sample_shows(sandbox: palabre.Sandbox) -> None:
    status, body = send(sandbox, reachflow(f"/providers/{SUPPORT['id']}"))
    counters = {"sent": 42, "delivered": 40, "failed": 2}
    limits = {"messagesLimit": 200, "newContactsLimit": 50}
    assert (status, body) == (200, SUPPORT | {"dailyStats": counters | limits})


def test_msgflash_creates_a_contact(sandbox: palabre.Sandbox) -> None:
    contact = {
        "name": "Awa Doe",
        "phone": "+22901000000",
        "tags": ["vip", "newsletter"],
        "meta": {"city": "Cotonou"},
    }
    status, body = send(sandbox, msgflash("POST", "", contact))
    assert status == 201
    assert (body["data"]["name"], body["data"]["phone"]) == ("Awa Doe", "+22901000000")
    _, read = send(sandbox, msgflash("GET", f"/{body['data']['id']}"))
    assert read["data"]["tags"] == ["vip", "newsletter"]
    assert read["data"]["meta"] == {"city": "Cotonou"}


def test_msgflash_deletes_one_of_two_contacts(sandbox: palabre.Sandbox) -> None:
    answer = send(sandbox, msgflash("POST", "/bulk-delete", TWO_CONTACTS))
    report = {"requested": 2, "deleted": 1, "notFound": ["CONTACT_UUID_2"]}
    assert answer == (200, {"data": report})


def test_msgflash_creates_a_group(sandbox: palabre.Sandbox) -> None:
    group = {
        "name": "Clients VIP",
        "description": "Clients à forte valeur",
        "color": "#F59E0B",
    }
    status, body = send(sandbox, msgflash("POST", "/groups", group))
    assert status == 201
    assert {name: body["data"][name] for name in group} == group
    assert body["data"]["contactCount"] == 0


def test_msgflash_refuses_a_second_group_of_the_name(sandbox: palabre.Sandbox) -> None:
    create = msgflash("POST", "/groups", {"name": "Clients VIP"})
    assert send(sandbox, create)[0] == 201
    status, body = send(sandbox, create)
    assert (status, body["error"]["code"]) == (409, "CONFLICT")


def test_msgflash_adds_one_of_two_members(sandbox: palabre.Sandbox) -> None:
    status, body = send(sandbox, msgflash("POST", "/groups/GROUP_ID/members", TWO_CONTACTS))
    assert status == 200
    assert (body["data"]["added"], body["data"]["notFound"]) == (1, 1)


def test_msgflash_finds_no_member_as_shown(sandbox: palabre.Sandbox) -> None:
    answer = send(sandbox, msgflash("GET", "/groups/GROUP_ID/members?limit=20&search=awa"))
    assert answer == (200, {"data": {"members": [], "nextCursor": None, "hasMore": False}})


def test_wapiflow_lists_contacts_in_the_documented_words(sandbox: palabre.Sandbox) -> None:
    body = ok(sandbox, wapiflow("GET", "/contact/list"))
    assert body["remark"] == "contact_list"
    assert body["message"] == ["Contact list fetched successfully"]
    assert len(body["data"]["contacts"]["data"]) == 20


def test_wapiflow_creates_a_contact_once(sandbox: palabre.Sandbox) -> None:
    contact = ok(sandbox, wapiflow("POST", "/contact/store", JOHN))["data"]["contact"]
    assert {name: contact[name] for name in JOHN} == JOHN
    assert refused(sandbox, wapiflow("POST", "/contact/store", JOHN)) == "validation_error"


def test_wapiflow_does_not_know_the_placeholder_of_the_update(sandbox: palabre.Sandbox) -> None:
    update = wapiflow("POST", "/contact/update/{contactId}", JOHN)
    assert refused(sandbox, update) == "unknown_contact"


def test_wapiflow_updates_the_contact_that_takes_the_placeholder(sandbox: palabre.Sandbox) -> None:
    created = ok(sandbox, wapiflow("POST", "/contact/store", JOHN))["data"]["contact"]
    update = wapiflow("POST", f"/contact/update/{created['id']}", JOHN | {"firstname": "Jane"})
    assert ok(sandbox, update)["data"]["contact"]["firstname"] == "Jane"


def test_wapiflow_does_not_find_the_placeholder_of_the_delete(sandbox: palabre.Sandbox) -> None:
    delete = wapiflow("DELETE", "/contact/delete/{contactId}", JOHN)
    assert refused(sandbox, delete) == "not_found"


def test_wapiflow_deletes_the_contact_that_takes_the_placeholder(sandbox: palabre.Sandbox) -> None:
    created = ok(sandbox, wapiflow("POST", "/contact/store", JOHN))["data"]["contact"]
    delete = wapiflow("DELETE", f"/contact/delete/{created['id']}", JOHN)
    ok(sandbox, delete)
    assert refused(sandbox, delete) == "not_found"


def test_wapiflow_lists_conversations(sandbox: palabre.Sandbox) -> None:
    page = ok(sandbox, wapiflow("GET", "/inbox/conversation-list"))["data"]["conversation"]
    assert len(page["data"]) == 20
    assert page["data"][0]["contact"]["id"]


def test_wapiflow_changes_the_status_of_conversation_2(sandbox: palabre.Sandbox) -> None:
    ok(sandbox, wapiflow("POST", "/inbox/change-conversation-status/2", {"status": "1"}))
    details = wapiflow("GET", "/inbox/conversation-details/2", {"status": "1"})
    assert ok(sandbox, details)["data"]["conversation"]["status"] == 1


def test_wapiflow_shows_conversation_2_whatever_is_in_the_body(sandbox: palabre.Sandbox) -> None:
    details = wapiflow("GET", "/inbox/conversation-details/2", {"status": "1"})
    conversation = ok(sandbox, details)["data"]["conversation"]
    assert conversation["id"] == 2
    assert conversation["notes"]
    assert conversation["contact"]["tags"]


@pytest.mark.parametrize(("mobile", "is_sent"), [("xxxxxxxxx", False), ("1988000000", True)])
def test_wapiflow_sends_to_a_number_and_not_to_the_placeholder(
    sandbox: palabre.Sandbox, mobile: str, is_sent: bool
) -> None:
    fields = {"mobile_code": "880", "mobile": mobile, "message": "Hello world"}
    sample = wapiflow("POST", "/inbox/send-message", fields)
    if is_sent:
        assert ok(sandbox, sample)["data"]["message"]["message"] == "Hello world"
    else:
        assert refused(sandbox, sample) == "validation_error"


@pytest.mark.parametrize(
    ("field", "value", "mobile", "is_sent"),
    [
        ("testmplate_id", "your template id", "xxxxxx", False),
        ("testmplate_id", "1", "1988000000", False),
        ("template_id", "1", "1988000000", True),
    ],
)
def test_wapiflow_sends_a_template_only_under_its_right_name(
    sandbox: palabre.Sandbox, field: str, value: str, mobile: str, is_sent: bool
) -> None:
    fields = {"mobile_code": "880", "mobile": mobile, field: value}
    sample = wapiflow("POST", "/inbox/send-template-message", fields)
    if is_sent:
        assert ok(sandbox, sample)["data"]["conversation_id"]
    else:
        assert refused(sandbox, sample) == "validation_error"


def test_wapiflow_lists_templates(sandbox: palabre.Sandbox) -> None:
    page = ok(sandbox, wapiflow("GET", "/inbox/template-list"))["data"]["templates"]
    assert page["total"] == len(page["data"]) == 12


def test_wapiflow_misses_the_secret_in_the_documented_words(sandbox: palabre.Sandbox) -> None:
    headers = {"client-id": "YOUR-CLIENT-ID"}
    answer = send(sandbox, Sample("GET", f"{WAPIFLOW_URL}/contact/list", headers))
    words = ["The client secret is required"]
    assert answer == (401, {"remark": "Unauthorized", "status": "error", "message": words})


def test_wapiflow_names_the_address_that_is_not_on_the_list(sandbox: palabre.Sandbox) -> None:
    sandbox.configure(wapiflow_allowed_ips=["203.0.113.7"])
    status, body = send(sandbox, wapiflow("GET", "/contact/list"))
    assert (status, body["remark"], body["status"]) == (401, "Unauthorized", "error")
    assert "(127.0.0.1)" in body["message"][-1]
