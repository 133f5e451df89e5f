//! What a call by name does and gives.

use palabre::{Effect, ErrorKind, Outcome, Vendor};
use serde_json::{Value, json};

use crate::operations::{call, table};
use crate::stage::Stage;

#[tokio::test]
async fn every_operation_can_be_called_and_answers_as_the_vendor_did() {
    for (vendor, operation, arguments) in table() {
        let stage = Stage::new();
        let answer = call(&stage.client(vendor), operation, &arguments).await;
        let answer = answer.unwrap_or_else(|error| panic!("{error}"));

        let journal = stage.sandbox.journal();
        let asked: Vec<_> = journal
            .iter()
            .filter(|entry| entry.operation == Some(operation))
            .collect();
        assert_eq!(asked.len(), 1, "{vendor} {operation}");
        let mut sent: Value =
            serde_json::from_str(asked[0].response_body.as_ref().unwrap()).unwrap();
        hide(&mut sent);
        assert_eq!(answer, sent, "{vendor} {operation}");
    }
}

/// What the specs of the vendors mark as secret.
fn hide(answer: &mut Value) {
    match answer {
        Value::Object(fields) => {
            for (name, value) in fields {
                match name.as_str() {
                    "apiKey" | "access_token" => *value = json!("***"),
                    _ => hide(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        _ => {}
    }
}

#[tokio::test]
async fn every_argument_arrives() {
    for (vendor, operation, arguments) in table() {
        let stage = Stage::new();
        call(&stage.client(vendor), operation, &arguments)
            .await
            .unwrap();
        let journal = stage.sandbox.journal();
        let entry = journal
            .iter()
            .find(|entry| entry.operation == Some(operation))
            .unwrap();
        for (name, value) in arguments.as_object().unwrap() {
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            let is_there = entry.path.split('/').any(|segment| segment == text)
                || entry.query[name] == *text
                || entry.body[name] == *value
                || entry.body[name] == *text
                || (value == &json!([]) && entry.body[name].is_null())
                || entry.body[name] == "***";
            assert!(is_there, "{vendor} {operation} {name}: {entry:?}");
        }
    }
}

#[tokio::test]
async fn secrets_are_stars() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let numbers = call(&client, "get_whatsapp", &json!({})).await.unwrap();
    assert!(
        numbers["list"]
            .as_array()
            .unwrap()
            .iter()
            .all(|number| number["apiKey"] == "***")
    );
    let arguments =
        json!({"client_id": "sandbox-client-id", "client_secret": "sandbox-client-secret"});
    let token = call(&client, "create_access_token", &arguments)
        .await
        .unwrap();
    assert_eq!(token["access_token"], "***");
}

#[tokio::test]
async fn a_file_goes_into_a_form() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let arguments = json!({"mobile_code": "880", "mobile": "1988000000", "image": "file:a.png"});
    call(&client, "send_message", &arguments).await.unwrap();
    let part = json!({"file_name": "a.png", "content_type": "image/png", "bytes": 7});
    assert_eq!(stage.requests()[0].body["image"], part);
}

#[tokio::test]
async fn an_answer_without_a_body_is_null() {
    for (vendor, operation, arguments) in table() {
        let stage = Stage::new();
        stage.fault(json!({"operation": operation, "vendor": vendor.id(), "status": 204}));
        let result = call(&stage.client(vendor), operation, &arguments).await;
        // At WapiFlow no word is no success, elsewhere it is none where an identifier has to come.
        let spec = palabre::spec(vendor).operation(operation).unwrap();
        if vendor == Vendor::WapiFlow || spec.proof.is_some() {
            let kind = result.unwrap_err().kind();
            assert!(
                matches!(kind, ErrorKind::Decode | ErrorKind::OutcomeUnknown),
                "{operation}"
            );
        } else {
            assert_eq!(result, Ok(Value::Null), "{vendor} {operation}");
        }
    }
}

/// The writes that may arrive twice.
const REPEATED: &[(Vendor, &str)] = &[
    (Vendor::MsgFlash, "update_contact"),
    (Vendor::MsgFlash, "update_contact_group"),
    (Vendor::NinetyNineDigital, "mark_as_read"),
    (Vendor::ReachFlow, "send_bulk_messages"),
    (Vendor::ReachFlow, "send_media_message"),
    (Vendor::ReachFlow, "send_message"),
    (Vendor::WapiFlow, "change_conversation_status"),
    (Vendor::WapiFlow, "update_contact"),
];

#[tokio::test]
async fn an_error_names_the_operation_and_only_what_may_arrive_twice_is_repeated() {
    for (vendor, operation, arguments) in table() {
        let stage = Stage::new();
        stage.fault(json!({
            "operation": operation, "vendor": vendor.id(), "status": 500, "times": null,
        }));
        let error = call(&stage.client(vendor), operation, &arguments)
            .await
            .unwrap_err();
        assert_eq!(
            (error.get_vendor(), error.get_operation()),
            (Some(vendor), Some(operation))
        );
        let journal = stage.sandbox.journal();
        let entries: Vec<_> = journal
            .iter()
            .filter(|entry| entry.operation == Some(operation))
            .collect();
        let spec = palabre::spec(vendor).operation(operation).unwrap();
        let is_read = spec.effect == Effect::Read;
        let is_repeated = is_read || REPEATED.contains(&(vendor, operation));
        assert_eq!(
            entries.len(),
            if is_repeated { 3 } else { 1 },
            "{vendor} {operation}"
        );
        if is_read {
            assert_eq!(
                (error.kind(), error.get_outcome()),
                (ErrorKind::Unavailable, None)
            );
        } else {
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
            assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
        }
    }
}

#[tokio::test]
async fn odd_letters_in_a_path_stay_in_their_segment() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for id in ["a b", "ä%2e", "%2e%2e", "a&b=c", "a+b"] {
        let error = call(&client, "get_contact", &json!({"id": id}))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{id}: {error}");
    }
    assert_eq!(stage.operations(), ["get_contact"; 5]);
}

#[tokio::test]
async fn what_the_spec_does_not_have_goes_out_with_the_body_or_the_query() {
    let extra = |value: Value| value.as_object().cloned().unwrap_or_default();
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let arguments = [("limit".to_owned(), json!(1).into())];
    let more = extra(json!({"sort": "name_asc", "search": "awa"}));
    let listed = client.call_with_extra("list_contacts", arguments.into(), more);
    listed.await.unwrap();
    let arguments = [("id".to_owned(), json!("CONTACT_UUID_1").into())];
    let more = extra(json!({"name": "Awa", "vip": [1, null]}));
    let updated = client.call_with_extra("update_contact", arguments.into(), more);
    updated.await.unwrap();
    let journal = stage.sandbox.journal();
    assert_eq!(
        journal[0].query,
        json!({"limit": "1", "sort": "name_asc", "search": "awa"})
    );
    assert_eq!(journal[1].body, json!({"name": "Awa", "vip": [1, null]}));
}

#[tokio::test]
async fn extra_is_no_way_around_the_spec() {
    for (arguments, extra, problem) in [
        (json!({}), json!({"limit": 1000}), "limit: 1 to 100"),
        (
            json!({"limit": 1}),
            json!({"limit": 2}),
            "extra: limit is given twice",
        ),
        (
            json!({}),
            json!({"filter": {"a": 1}}),
            "extra: filter does not fit into a query",
        ),
        (
            json!({"filter": 1}),
            json!({}),
            "filter: the operation has no such argument",
        ),
    ] {
        let stage = Stage::new();
        let fields = |value: Value| value.as_object().cloned().unwrap_or_default();
        let arguments = fields(arguments)
            .into_iter()
            .map(|(name, value)| (name, value.into()));
        let client = stage.client(Vendor::MsgFlash);
        let call = client.call_with_extra("list_contacts", arguments.collect(), fields(extra));
        let error = call.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().starts_with(problem), "{error}");
        assert!(stage.sandbox.journal().is_empty());
    }
}
