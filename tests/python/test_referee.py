"""The referee itself: it has to notice what is wrong."""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import referee

import palabre

JSON = "application/json"
PROVIDER = {
    "id": "a3f1b2c4-1234-4abc-9def-000011112222",
    "name": "Support client",
    "phoneNumber": None,
    "status": "connected",
    "warmupDay": 14,
    "riskScore": 12,
}


def entry(body: Any, **changes: Any) -> dict[str, Any]:
    """A journal entry of ReachFlow's list."""
    good = {
        "vendor": "reachflow",
        "operation": "list_providers",
        "status": 200,
        "response_content_type": JSON,
        "response_body": json.dumps(body),
        "fault": None,
    }
    return good | changes


def test_a_documented_answer_is_accepted() -> None:
    assert referee.problems([entry({"providers": [PROVIDER]})]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        entry({"providers": [PROVIDER | {"warmupDay": "14"}]}),
        entry({"providers": [PROVIDER | {"name": None}]}),
        entry({"providers": None}),
        entry({}),
        entry({"providers": []}, status=418),
        entry({"providers": []}, status=404),
        entry({"providers": []}, response_content_type="text/html"),
    ],
    ids=["type", "null", "null list", "missing", "status", "other operation's status", "media"],
)
def test_an_answer_that_is_not_documented_is_noticed(wrong: dict[str, Any]) -> None:
    assert referee.problems([wrong]) != []


def test_a_failure_with_status_200_is_accepted_only_where_the_spec_has_one() -> None:
    failure = {"remark": "not_found", "status": "error", "message": ["No."]}
    wapiflow = entry(failure, vendor="wapiflow", operation="list_templates")
    assert referee.problems([wapiflow]) == []
    assert referee.problems([entry(failure)]) != []


def test_what_a_fault_answers_is_not_the_vendor_s_word() -> None:
    assert referee.problems([entry({}, fault="replace")]) == []
    assert referee.problems([entry({}, fault="delay")]) != []


def test_unknown_paths_are_not_in_the_spec_and_are_left_out(sandbox: palabre.Sandbox) -> None:
    address = urlsplit(sandbox.url)
    connection = http.client.HTTPConnection(address.netloc)
    connection.request("GET", "/msgflash/nothing")
    assert connection.getresponse().status == 404
    connection.close()
    (seen,) = sandbox.journal()
    assert seen["operation"] is None
