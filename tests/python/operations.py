"""Every operation of every spec, with arguments that the vendor takes."""

from __future__ import annotations

from typing import Any

WHERE = {"mobile_code": "880", "mobile": "1988000000"}
# Of somebody whom nobody knows yet.
AWA = {"firstname": "Awa", "lastname": "Doe", "mobile_code": "880", "mobile": "1977000000"}
# The numbers of ReachFlow and MsgFlash that are connected.
PROVIDER = "a3f1b2c4-1234-4abc-9def-000011112222"
INSTANCE = "8d3c5b21-90ab-4c4d-8e5f-112233445566"
# One of the numbers of 99digital, and somebody who wrote to it.
OWN = {"from": "972501234567"}
PERSON = {"to": "972541112233", **OWN}
ARGUMENTS: dict[str, dict[str, dict[str, Any]]] = {
    "reachflow": {
        "list_providers": {},
        "get_provider": {"id": PROVIDER},
        "send_message": {"providerId": PROVIDER, "to": "22901000000", "message": "Bonjour"},
        "send_media_message": {
            "providerId": PROVIDER,
            "to": "22901000000",
            "mediaUrl": "https://shop.example/a.png",
            "mediaType": "image",
            "caption": "A",
        },
        "send_bulk_messages": {
            "providerId": PROVIDER,
            "messageTemplate": "Bonjour {{name}}",
            "recipients": [{"to": "22901000000", "variables": {"name": "Awa"}}],
        },
        "get_message": {"messageId": "1e7d4b2a-8c3f-4d5e-9a6b-0c1d2e3f4a5b"},
        "send_otp": {"providerId": PROVIDER, "phoneNumber": "22901000000", "codeLength": 8},
        "verify_otp": {"otpId": "9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c", "code": "402100"},
    },
    "msgflash": {
        "list_contacts": {"limit": 2, "search": "awa"},
        "create_contact": {"name": "Awa Doe", "phone": "+2290101000000", "tags": ["vip"]},
        "bulk_delete_contacts": {"contactIds": ["a", "b"]},
        "list_contact_groups": {},
        "create_contact_group": {"name": "Clients VIP"},
        "get_contact_group": {"groupId": "GROUP_ID"},
        "update_contact_group": {"groupId": "GROUP_ID", "color": "#000000"},
        "list_contact_group_members": {"groupId": "GROUP_ID", "limit": 1},
        "add_contact_group_members": {"groupId": "GROUP_ID", "contactIds": ["CONTACT_UUID_1"]},
        "remove_contact_group_members": {"groupId": "GROUP_ID", "contactIds": ["CONTACT_UUID_1"]},
        "get_contact": {"id": "CONTACT_UUID_1"},
        "update_contact": {"id": "CONTACT_UUID_1", "name": "Koffi M."},
        "list_groups_of_contact": {"id": "CONTACT_UUID_1"},
        "delete_contact": {"id": "CONTACT_UUID_1"},
        "delete_contact_group": {"groupId": "GROUP_ID"},
        "list_instances": {},
        "get_instance": {"id": INSTANCE},
        "get_instance_state": {"id": INSTANCE},
        "send_message": {
            "instanceId": INSTANCE,
            "to": "+22901000000",
            "type": "text",
            "text": "Bonjour",
        },
        "schedule_message": {
            "instanceId": INSTANCE,
            "to": "+22901000000",
            "type": "location",
            "latitude": 6.37,
            "longitude": 2.43,
            "scheduledAt": "2099-12-24T08:00:00.000Z",
        },
        "list_messages": {"limit": 2, "instanceId": INSTANCE, "status": "read"},
        "get_message": {"id": "c1d2e3f4-0a1b-4c2d-8e3f-a4b5c6d7e8f9"},
    },
    "99digital": {
        "create_access_token": {
            "client_id": "sandbox-client-id",
            "client_secret": "sandbox-client-secret",
        },
        "get_whatsapp": {},
        "get_conversations_statistics": {"start_date": "012025", "end_date": "032025"},
        "send_message": {"body": "Hello", **PERSON},
        "send_file": {"body": "https://shop.example/a.png", "caption": "A", **PERSON},
        "send_location": {"lat": "32.79", "lng": "34.98", **PERSON},
        "send_template": {"name": "openinghours", "headerType": 1, **PERSON},
        "get_templates": OWN,
        "get_contacts": {"page": 1, **OWN},
        "get_history": {"page": 1, **OWN},
        "mark_as_read": PERSON,
    },
    "wapiflow": {
        "list_contacts": {"page": 2, "paginate": 5},
        "store_contact": AWA,
        "update_contact": {"contactId": "5", **AWA},
        "delete_contact": {"contactId": "264"},
        "list_conversations": {"status": 2},
        "change_conversation_status": {"conversation_id": "2", "status": 1},
        "get_conversation": {"conversation_id": 2},
        "send_message": {"message": "Hello", **WHERE},
        "send_template_message": {"template_id": 1, "body_variables[]": ["Awa"], **WHERE},
        "list_templates": {},
    },
}
CALLS = [(vendor, name) for vendor, operations in ARGUMENTS.items() for name in operations]
