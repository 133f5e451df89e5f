//! Each operation once, with arguments that the sandbox knows.

use std::collections::{BTreeMap, BTreeSet};

use palabre::{Argument, Client, FilePart, Result, Vendor};
use serde_json::{Value, json};

/// The first number of ReachFlow.
const PROVIDER: &str = "a3f1b2c4-1234-4abc-9def-000011112222";

/// The connected number of MsgFlash.
const INSTANCE: &str = "8d3c5b21-90ab-4c4d-8e5f-112233445566";

/// One of the numbers of 99digital, and somebody who wrote to it.
const OWN: &str = "972501234567";
const PERSON: &str = "972541112233";

/// Vendor, operation, arguments by their wire names.
pub fn table() -> Vec<(Vendor, &'static str, Value)> {
    use Vendor::{MsgFlash, NinetyNineDigital, ReachFlow, WapiFlow};
    let to = json!({"mobile_code": "880", "mobile": "1988000000"});
    let with = |more: Value| {
        let mut fields = to.as_object().unwrap().clone();
        fields.extend(more.as_object().unwrap().clone());
        Value::from(fields)
    };
    let ids = json!(["CONTACT_UUID_1", "nobody"]);
    vec![
        (ReachFlow, "list_providers", json!({})),
        (
            ReachFlow,
            "get_provider",
            json!({"id": "a3f1b2c4-1234-4abc-9def-000011112222"}),
        ),
        (
            ReachFlow,
            "send_message",
            json!({"providerId": PROVIDER, "to": "22901000000", "message": "Hello"}),
        ),
        (
            ReachFlow,
            "send_media_message",
            json!({
                "providerId": PROVIDER, "to": "22901000000", "mediaUrl": "https://a.example/a.png",
                "mediaType": "image", "caption": "A",
            }),
        ),
        (
            ReachFlow,
            "send_bulk_messages",
            json!({
                "providerId": PROVIDER, "messageTemplate": "Hello {{name}}",
                "recipients": [{"to": "22901000000", "variables": {"name": "Awa"}}],
            }),
        ),
        (
            ReachFlow,
            "get_message",
            json!({"messageId": "1e7d4b2a-8c3f-4d5e-9a6b-0c1d2e3f4a5b"}),
        ),
        (
            ReachFlow,
            "send_otp",
            json!({"providerId": PROVIDER, "phoneNumber": "22901000000", "codeLength": 4}),
        ),
        (
            ReachFlow,
            "verify_otp",
            json!({"otpId": "9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c", "code": "402100"}),
        ),
        (MsgFlash, "list_instances", json!({})),
        (MsgFlash, "get_instance", json!({"id": INSTANCE})),
        (MsgFlash, "get_instance_state", json!({"id": INSTANCE})),
        (
            MsgFlash,
            "send_message",
            json!({"instanceId": INSTANCE, "to": "+22901000000", "type": "text", "text": "Hello"}),
        ),
        (
            MsgFlash,
            "schedule_message",
            json!({
                "instanceId": INSTANCE, "to": "+22901000000", "type": "location", "latitude": 6.37,
                "longitude": 2.43, "scheduledAt": "2026-12-24T08:00:00.000Z",
            }),
        ),
        (
            MsgFlash,
            "list_messages",
            json!({"limit": 2, "instanceId": INSTANCE, "status": "read"}),
        ),
        (
            MsgFlash,
            "get_message",
            json!({"id": "c1d2e3f4-0a1b-4c2d-8e3f-a4b5c6d7e8f9"}),
        ),
        (
            MsgFlash,
            "list_contacts",
            json!({"limit": 2, "search": "a"}),
        ),
        (
            MsgFlash,
            "create_contact",
            json!({"name": "Awa", "phone": "+22901000000", "tags": ["vip"], "meta": {"a": 1}}),
        ),
        (MsgFlash, "get_contact", json!({"id": "CONTACT_UUID_1"})),
        (
            MsgFlash,
            "update_contact",
            json!({"id": "CONTACT_UUID_1", "name": "Awa"}),
        ),
        (MsgFlash, "delete_contact", json!({"id": "CONTACT_UUID_1"})),
        (MsgFlash, "bulk_delete_contacts", json!({"contactIds": ids})),
        (MsgFlash, "list_contact_groups", json!({})),
        (
            MsgFlash,
            "create_contact_group",
            json!({"name": "Clients VIP", "color": "#12AB9F"}),
        ),
        (
            MsgFlash,
            "get_contact_group",
            json!({"groupId": "GROUP_ID"}),
        ),
        (
            MsgFlash,
            "update_contact_group",
            json!({"groupId": "GROUP_ID", "description": "d"}),
        ),
        (
            MsgFlash,
            "delete_contact_group",
            json!({"groupId": "GROUP_ID"}),
        ),
        (
            MsgFlash,
            "list_contact_group_members",
            json!({"groupId": "GROUP_ID", "limit": 2}),
        ),
        (
            MsgFlash,
            "add_contact_group_members",
            json!({"groupId": "GROUP_ID", "contactIds": ids}),
        ),
        (
            MsgFlash,
            "remove_contact_group_members",
            json!({"groupId": "GROUP_ID", "contactIds": ids}),
        ),
        (
            MsgFlash,
            "list_groups_of_contact",
            json!({"id": "CONTACT_UUID_1"}),
        ),
        (
            NinetyNineDigital,
            "create_access_token",
            json!({"client_id": "sandbox-client-id", "client_secret": "sandbox-client-secret"}),
        ),
        (NinetyNineDigital, "get_whatsapp", json!({})),
        (
            NinetyNineDigital,
            "get_conversations_statistics",
            json!({"start_date": "012025", "end_date": "032025", "whatsapp": "972501234567"}),
        ),
        (
            NinetyNineDigital,
            "send_message",
            json!({"from": OWN, "to": PERSON, "body": "Hello"}),
        ),
        (
            NinetyNineDigital,
            "send_file",
            json!({"from": OWN, "to": PERSON, "body": "https://a.example/a.png", "caption": "A"}),
        ),
        (
            NinetyNineDigital,
            "send_location",
            json!({"from": OWN, "to": PERSON, "lat": "32.79", "lng": "34.98"}),
        ),
        (
            NinetyNineDigital,
            "send_template",
            json!({
                "from": OWN, "to": PERSON, "name": "orderupdate", "headerType": 1,
                "bodyVariable1": "Noa", "bodyVariable2": "4021",
            }),
        ),
        (NinetyNineDigital, "get_templates", json!({"from": OWN})),
        (
            NinetyNineDigital,
            "get_contacts",
            json!({"from": OWN, "page": 1}),
        ),
        (
            NinetyNineDigital,
            "get_history",
            json!({"from": OWN, "page": 1}),
        ),
        (
            NinetyNineDigital,
            "mark_as_read",
            json!({"from": OWN, "to": PERSON}),
        ),
        (
            WapiFlow,
            "list_contacts",
            json!({"page": 2, "paginate": 5, "search": "a"}),
        ),
        (
            WapiFlow,
            "store_contact",
            with(json!({"firstname": "Awa", "lastname": "Doe", "city": "Dhaka"})),
        ),
        (
            WapiFlow,
            "update_contact",
            with(json!({"contactId": "3", "firstname": "Awa", "lastname": "Doe"})),
        ),
        (WapiFlow, "delete_contact", json!({"contactId": 2})),
        (WapiFlow, "list_conversations", json!({"status": 2})),
        (
            WapiFlow,
            "change_conversation_status",
            json!({"conversation_id": "2", "status": 1}),
        ),
        (
            WapiFlow,
            "get_conversation",
            json!({"conversation_id": "2"}),
        ),
        (WapiFlow, "send_message", with(json!({"message": "Hello"}))),
        (
            WapiFlow,
            "send_template_message",
            with(
                json!({"template_id": 6, "body_variables[]": ["Awa", "4021"], "header_variables[]": []}),
            ),
        ),
        (WapiFlow, "list_templates", json!({})),
    ]
}

/// JSON as arguments; a text that starts with `file:` is a file of that name.
pub fn arguments(json: &Value) -> BTreeMap<String, Argument> {
    let argument = |value: &Value| match value.as_str().and_then(|text| text.strip_prefix("file:"))
    {
        Some(name) => Argument::File(FilePart::new(name, "content")),
        None => Argument::Value(value.clone()),
    };
    let fields = json.as_object().unwrap().iter();
    fields
        .map(|(name, value)| (name.clone(), argument(value)))
        .collect()
}

pub async fn call(client: &Client, operation: &str, json: &Value) -> Result<Value> {
    client.call(operation, arguments(json)).await
}

#[test]
fn the_table_covers_exactly_the_operations_of_the_specs() {
    let specs = [
        &palabre_clients::reachflow::SPEC,
        &palabre_clients::msgflash::SPEC,
        &palabre_clients::ninetynine_digital::SPEC,
        &palabre_clients::wapiflow::SPEC,
    ];
    let known: BTreeSet<_> = specs
        .iter()
        .flat_map(|spec| {
            spec.operations
                .iter()
                .map(|operation| (spec.vendor, operation.id))
        })
        .collect();
    let covered: BTreeSet<_> = table()
        .into_iter()
        .map(|(vendor, id, _)| (vendor, id))
        .collect();
    assert_eq!(covered, known);
    assert_eq!((table().len(), known.len()), (51, 51), "each once");
}
