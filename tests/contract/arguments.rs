//! Arguments that do not fit are refused by name, with what would fit.

use std::collections::BTreeMap;

use palabre::{ErrorKind, Options, Outcome, Vendor};
use serde_json::json;

use crate::operations::{call, table};
use crate::stage::{Stage, options};

#[tokio::test]
async fn an_operation_that_is_none_is_refused_with_those_that_are() {
    for vendor in Vendor::ALL {
        let stage = Stage::new();
        let client = stage.client(vendor);
        for name in ["", "get_everything", "contacts.list"] {
            let error = client.call(name, BTreeMap::new()).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(error.message().starts_with("operation: "), "{error}");
            let hint = error.get_hint().unwrap();
            for (_, id, _) in table().iter().filter(|row| row.0 == vendor) {
                assert!(hint.contains(id), "{hint}");
            }
        }
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn an_argument_that_is_none_is_refused_with_those_that_are() {
    for (vendor, operation, arguments) in table() {
        let stage = Stage::new();
        let mut more = arguments.clone();
        more["brand_new"] = json!(1);
        let error = call(&stage.client(vendor), operation, &more)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert!(error.message().starts_with("brand_new: "), "{error}");
        let hint = error.get_hint().unwrap();
        assert!(
            arguments
                .as_object()
                .unwrap()
                .keys()
                .all(|name| hint.contains(name)),
            "{hint}"
        );
        if operation == "list_providers" {
            assert_eq!(hint, "list_providers takes none");
        }
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn what_does_not_fit_is_refused_by_name() {
    use Vendor::{MsgFlash, NinetyNineDigital, ReachFlow, WapiFlow};
    let contact = |field: &str, value: serde_json::Value| {
        let mut contact = json!({
            "firstname": "Awa", "lastname": "Doe", "mobile_code": "880", "mobile": "1988000000",
        });
        contact[field] = value;
        contact
    };
    for (vendor, operation, arguments, argument) in [
        (ReachFlow, "get_provider", json!({}), "id"),
        (ReachFlow, "get_provider", json!({"id": null}), "id"),
        (ReachFlow, "get_provider", json!({"id": ""}), "id"),
        (ReachFlow, "get_provider", json!({"id": ".."}), "id"),
        (ReachFlow, "get_provider", json!({"id": "a/b"}), "id"),
        (ReachFlow, "get_provider", json!({"id": "file:a.png"}), "id"),
        (MsgFlash, "list_contacts", json!({"limit": 0}), "limit"),
        (MsgFlash, "list_contacts", json!({"limit": 101}), "limit"),
        (MsgFlash, "list_contacts", json!({"limit": "many"}), "limit"),
        (MsgFlash, "create_contact", json!({"name": "Awa"}), "phone"),
        (
            MsgFlash,
            "create_contact",
            json!({"name": "Awa", "phone": "0612345678"}),
            "phone",
        ),
        (
            MsgFlash,
            "create_contact",
            json!({"name": "", "phone": "+229"}),
            "name",
        ),
        (
            MsgFlash,
            "create_contact",
            json!({"name": 7, "phone": "+229"}),
            "name",
        ),
        (
            MsgFlash,
            "create_contact",
            json!({"name": "file:a.png", "phone": "+229"}),
            "name",
        ),
        (
            MsgFlash,
            "create_contact",
            json!({"name": "A", "phone": "+229", "tags": ["a", 1]}),
            "tags[1]",
        ),
        (MsgFlash, "bulk_delete_contacts", json!({}), "contactIds"),
        (
            MsgFlash,
            "bulk_delete_contacts",
            json!({"contactIds": []}),
            "contactIds",
        ),
        (
            MsgFlash,
            "bulk_delete_contacts",
            json!({"contactIds": vec!["a"; 501]}),
            "contactIds",
        ),
        (
            MsgFlash,
            "create_contact_group",
            json!({"name": "A", "color": "green"}),
            "color",
        ),
        (
            NinetyNineDigital,
            "get_conversations_statistics",
            json!({"start_date": "132025"}),
            "start_date",
        ),
        (
            NinetyNineDigital,
            "get_conversations_statistics",
            json!({"whatsapp": "+972"}),
            "whatsapp",
        ),
        (
            WapiFlow,
            "store_contact",
            contact("firstname", json!("x".repeat(41))),
            "firstname",
        ),
        (
            WapiFlow,
            "store_contact",
            contact("mobile", json!("+88")),
            "mobile",
        ),
        (
            WapiFlow,
            "store_contact",
            contact("profile_image", json!("file:a.gif")),
            "profile_image",
        ),
        (
            WapiFlow,
            "store_contact",
            contact("profile_image", json!("a.png")),
            "profile_image",
        ),
        (
            WapiFlow,
            "store_contact",
            contact("city", json!("file:a.png")),
            "city",
        ),
        (
            WapiFlow,
            "delete_contact",
            json!({"contactId": "12abc"}),
            "contactId",
        ),
        (
            WapiFlow,
            "change_conversation_status",
            json!({"conversation_id": "2"}),
            "status",
        ),
        (
            WapiFlow,
            "change_conversation_status",
            json!({"conversation_id": "2", "status": 5}),
            "status",
        ),
        (
            WapiFlow,
            "send_message",
            json!({"mobile_code": "1", "mobile": "2"}),
            "message",
        ),
        (
            WapiFlow,
            "send_message",
            json!({"mobile_code": "1", "mobile": "2", "latitude": 1}),
            "longitude",
        ),
    ] {
        let stage = Stage::new();
        let error = call(&stage.client(vendor), operation, &arguments)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!(
            error.message().starts_with(&format!("{argument}: ")),
            "{operation} {argument}: {error}"
        );
        assert!(stage.sandbox.journal().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn without_validation_only_what_cannot_be_sent_is_refused() {
    let stage = Stage::new();
    let unchecked = Options {
        validate: false,
        ..options()
    };
    let client = stage
        .builder(Vendor::MsgFlash)
        .options(unchecked)
        .build()
        .unwrap();
    let error = call(&client, "list_contacts", &json!({"limit": 101}))
        .await
        .unwrap_err();
    assert_eq!(
        error.get_vendor_code(),
        Some("VALIDATION_ERROR"),
        "the vendor decides"
    );
    let error = call(&client, "create_contact", &json!({"name": "A"}))
        .await
        .unwrap_err();
    assert_eq!(
        error.get_vendor_code(),
        Some("VALIDATION_ERROR"),
        "the vendor decides"
    );
    stage.sandbox.clear_journal();

    for (operation, arguments, argument) in [
        ("get_contact", json!({"id": ".."}), "id"),
        ("get_contact", json!({}), "id"),
        (
            "create_contact",
            json!({"name": "file:a.png", "phone": "+22901000000"}),
            "name",
        ),
    ] {
        let error = call(&client, operation, &arguments).await.unwrap_err();
        assert!(
            error.message().starts_with(&format!("{argument}: ")),
            "{error}"
        );
    }
    assert!(stage.sandbox.journal().is_empty());
}
