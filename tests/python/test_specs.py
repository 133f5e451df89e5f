"""The specs: valid, complete, and true to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate
from referee import FILES, spec

OPERATIONS = {
    "reachflow": {
        "list_providers": ("GET", "/providers"),
        "get_provider": ("GET", "/providers/{id}"),
        "send_message": ("POST", "/messages/send"),
        "send_media_message": ("POST", "/messages/send-media"),
        "send_bulk_messages": ("POST", "/messages/send-bulk"),
        "get_message": ("GET", "/messages/{messageId}"),
        "send_otp": ("POST", "/otp/send"),
        "verify_otp": ("POST", "/otp/verify"),
    },
    "msgflash": {
        "list_contacts": ("GET", "/api/v1/contacts"),
        "create_contact": ("POST", "/api/v1/contacts"),
        "bulk_delete_contacts": ("POST", "/api/v1/contacts/bulk-delete"),
        "list_contact_groups": ("GET", "/api/v1/contacts/groups"),
        "create_contact_group": ("POST", "/api/v1/contacts/groups"),
        "get_contact_group": ("GET", "/api/v1/contacts/groups/{groupId}"),
        "update_contact_group": ("PUT", "/api/v1/contacts/groups/{groupId}"),
        "delete_contact_group": ("DELETE", "/api/v1/contacts/groups/{groupId}"),
        "list_contact_group_members": ("GET", "/api/v1/contacts/groups/{groupId}/members"),
        "add_contact_group_members": ("POST", "/api/v1/contacts/groups/{groupId}/members"),
        "remove_contact_group_members": ("DELETE", "/api/v1/contacts/groups/{groupId}/members"),
        "get_contact": ("GET", "/api/v1/contacts/{id}"),
        "update_contact": ("PUT", "/api/v1/contacts/{id}"),
        "delete_contact": ("DELETE", "/api/v1/contacts/{id}"),
        "list_groups_of_contact": ("GET", "/api/v1/contacts/{id}/groups"),
        "list_instances": ("GET", "/api/v1/instances"),
        "get_instance": ("GET", "/api/v1/instances/{id}"),
        "get_instance_state": ("GET", "/api/v1/instances/{id}/state"),
        "send_message": ("POST", "/api/v1/messages/send"),
        "schedule_message": ("POST", "/api/v1/messages/schedule"),
        "list_messages": ("GET", "/api/v1/messages"),
        "get_message": ("GET", "/api/v1/messages/{id}"),
    },
    "99digital": {
        "create_access_token": ("POST", "/settings/accessToken"),
        "get_whatsapp": ("GET", "/whatsapp/getWhatsApp"),
        "get_conversations_statistics": ("GET", "/whatsapp/getConversationsStatistics"),
        "send_message": ("POST", "/sendMessage"),
        "send_file": ("POST", "/sendFile"),
        "send_location": ("POST", "/sendLocation"),
        "send_template": ("POST", "/sendTemplate"),
        "get_templates": ("POST", "/getTemplates"),
        "get_contacts": ("POST", "/getContacts"),
        "get_history": ("POST", "/getHistory"),
        "mark_as_read": ("POST", "/readStatus"),
    },
    "wapiflow": {
        "list_contacts": ("GET", "/contact/list"),
        "store_contact": ("POST", "/contact/store"),
        "update_contact": ("POST", "/contact/update/{contactId}"),
        "delete_contact": ("DELETE", "/contact/delete/{contactId}"),
        "list_conversations": ("GET", "/inbox/conversation-list"),
        "change_conversation_status": (
            "POST",
            "/inbox/change-conversation-status/{conversation_id}",
        ),
        "get_conversation": ("GET", "/inbox/conversation-details/{conversation_id}"),
        "send_message": ("POST", "/inbox/send-message"),
        "send_template_message": ("POST", "/inbox/send-template-message"),
        "list_templates": ("GET", "/inbox/template-list"),
    },
}
COUNTS = {"reachflow": 8, "msgflash": 22, "99digital": 11, "wapiflow": 10}
EVERY_OPERATION = [(vendor, name) for vendor, names in OPERATIONS.items() for name in names]

every_vendor = pytest.mark.parametrize("vendor", FILES)
every_operation = pytest.mark.parametrize(("vendor", "operation"), EVERY_OPERATION)


def media_examples(media: dict[str, Any]) -> Iterator[Any]:
    """The values that a media type gives as examples."""
    if "example" in media:
        yield media["example"]
    for example in media.get("examples", {}).values():
        yield example["value"]


def examples(vendor: str) -> Iterator[tuple[str, dict[str, Any], Any]]:
    """Where an example is, the schema it belongs to, and the example."""
    document = spec(vendor)
    for name, operation in document.operations.items():
        _, path = document.places[name]
        shared = document.resolve({"$ref": f"urn:{vendor}#/paths/{path.replace('/', '~1')}"})
        for reference in [*shared.get("parameters", []), *operation.get("parameters", [])]:
            parameter = document.resolve(reference)
            for value in media_examples(parameter):
                yield f"{name} {parameter['name']}", parameter["schema"], value
        bodies = {"body": operation.get("requestBody", {}), **dict(document.responses(name))}
        for place, body in bodies.items():
            for media in body.get("content", {}).values():
                for value in media_examples(media):
                    yield f"{name} {place}", media["schema"], value


@every_vendor
def test_spec_is_valid_openapi(vendor: str) -> None:
    document = spec(vendor).document
    assert document["openapi"] == "3.0.3"
    validate(document)


@every_vendor
def test_spec_has_the_documented_operations_and_no_others(vendor: str) -> None:
    assert spec(vendor).places == OPERATIONS[vendor]
    assert len(OPERATIONS[vendor]) == COUNTS[vendor]


@every_vendor
def test_every_example_validates_against_its_schema(vendor: str) -> None:
    found = list(examples(vendor))
    assert len(found) > 2 * COUNTS[vendor]
    wrong = [
        (place, problem)
        for place, schema, value in found
        for problem in spec(vendor).errors(schema, value)
    ]
    assert wrong == []


@pytest.mark.parametrize("vendor", ["99digital", "wapiflow"])
def test_failures_that_come_with_a_success_status_have_an_example_each(vendor: str) -> None:
    document = spec(vendor).document
    rule = document["x-logical-failure"]
    shown = document["x-failure-examples"]
    assert len(shown) > 5
    for name, example in shown.items():
        assert example["summary"]
        value = example["value"]
        schema = {"$ref": f"urn:{vendor}#/components/schemas/Failure"}
        assert list(spec(vendor).errors(schema, value)) == [], name
        assert value[rule["field"]].upper() in [word.upper() for word in rule["failure"]], name


@every_operation
def test_operation_documents_its_failures_with_an_example_each(vendor: str, operation: str) -> None:
    responses = dict(spec(vendor).responses(operation))
    failures = {status: body for status, body in responses.items() if not status.startswith("2")}
    assert failures
    for status, response in failures.items():
        for media, content in response["content"].items():
            assert list(media_examples(content)), (status, media)


@every_operation
def test_operation_documents_its_success_with_an_example(vendor: str, operation: str) -> None:
    responses = dict(spec(vendor).responses(operation))
    successes = [body for status, body in responses.items() if status.startswith("2")]
    assert successes
    for response in successes:
        for content in response["content"].values():
            assert list(media_examples(content))


@pytest.mark.parametrize("vendor", ["99digital", "wapiflow"])
def test_failures_that_come_with_status_200_have_a_schema(vendor: str) -> None:
    document = spec(vendor)
    for name, operation in document.operations.items():
        schema = {"$ref": f"urn:{vendor}#/components/schemas/{operation['x-failure-schema']}"}
        failed: dict[str, Any] = {"status": "error", "remark": "no", "message": ["No."]}
        if vendor == "99digital":
            failed = {"status": "FAIL", "reason": 2}
        assert document.errors(schema, failed) == [], name
        assert document.errors(schema, {}) != [], name


@every_operation
def test_operation_says_where_it_comes_from_and_what_it_does(vendor: str, operation: str) -> None:
    found = spec(vendor).operations[operation]
    assert set(found["x-source"]) == {"document", "section", "date", "mark"}
    assert found["x-effect"] in ("read", "write", "send")
    assert found["summary"]
    assert len(found["tags"]) == 1
