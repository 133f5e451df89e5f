//! Fields that only the vendor knows are passed through, and do not fight with arguments.

use palabre::{
    ContactChanges, ErrorKind, GroupChanges, NewContact, NewGroup, NewMessage, NewTemplateMessage,
    Outcome, Vendor, Verb,
};
use serde_json::{Map, Value, json};

use crate::stage::{Stage, able, fields};
use crate::verbs::{hello, hello_at, known, somebody, template_at};

/// The verbs that take fields of the vendor.
const VERBS: [Verb; 6] = [
    Verb::ContactsCreate,
    Verb::ContactsUpdate,
    Verb::GroupsCreate,
    Verb::GroupsUpdate,
    Verb::MessagesSend,
    Verb::MessagesSendTemplate,
];

async fn run(
    stage: &Stage,
    vendor: Vendor,
    verb: Verb,
    extra: Map<String, Value>,
) -> palabre::Result<()> {
    let client = stage.client(vendor);
    let known = known(vendor);
    match verb {
        Verb::ContactsCreate => {
            let contact = NewContact {
                extra,
                ..somebody()
            };
            client.contacts().create(contact).await.map(drop)
        }
        Verb::ContactsUpdate => {
            let changes = ContactChanges {
                extra,
                ..ContactChanges::default()
            };
            client
                .contacts()
                .update(known.contact, changes)
                .await
                .map(drop)
        }
        Verb::GroupsCreate => {
            let group = NewGroup {
                name: "New".to_owned(),
                extra,
                ..NewGroup::default()
            };
            client.groups().create(group).await.map(drop)
        }
        Verb::GroupsUpdate => {
            let changes = GroupChanges {
                extra,
                ..GroupChanges::default()
            };
            client.groups().update(known.group, changes).await.map(drop)
        }
        Verb::MessagesSend => client
            .messages()
            .send(NewMessage {
                extra,
                ..hello_at(vendor)
            })
            .await
            .map(drop),
        Verb::MessagesSendTemplate => {
            let message = NewTemplateMessage {
                extra,
                ..template_at(vendor)
            };
            client.messages().send_template(message).await.map(drop)
        }
        other => panic!("{other} takes no fields of the vendor"),
    }
}

#[tokio::test]
async fn a_field_of_the_vendor_goes_out_under_its_own_name() {
    for verb in VERBS {
        for vendor in able(verb) {
            let stage = Stage::new();
            let extra = fields(json!({"pinned": true, "labels[]": ["a", "b c"], "note": "ä & b"}));
            run(&stage, vendor, verb, extra).await.unwrap();
            let requests = stage.requests();
            let sent = &requests.last().unwrap().body;
            assert_eq!(sent["note"], "ä & b", "{vendor} {verb}");
            assert_eq!(sent["labels[]"], json!(["a", "b c"]), "{vendor} {verb}");
            // A form knows no true: PHP reads 1.
            let flag = if vendor == Vendor::WapiFlow {
                json!("1")
            } else {
                json!(true)
            };
            assert_eq!(sent["pinned"], flag, "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn a_field_that_has_an_argument_is_refused_in_extra() {
    let contact: &[_] = &[
        "firstname",
        "lastname",
        "mobile_code",
        "mobile",
        "city",
        "state",
        "post_code",
        "address",
        "profile_image",
    ];
    let message: &[_] = &[
        "mobile_code",
        "mobile",
        "from_number",
        "message",
        "image",
        "document",
        "video",
        "audio",
        "latitude",
        "longitude",
        "name",
        "address",
        "cta_url_id",
        "interactive_list_id",
    ];
    let template: &[_] = &[
        "mobile_code",
        "mobile",
        "from_number",
        "template_id",
        "body_variables[]",
        "header_variables[]",
    ];
    for verb in VERBS {
        for vendor in able(verb) {
            let names = match (vendor, verb) {
                (Vendor::WapiFlow, Verb::MessagesSend) => message,
                (Vendor::WapiFlow, Verb::MessagesSendTemplate) => template,
                (Vendor::NinetyNineDigital, Verb::MessagesSend) => &["to", "from", "body"],
                (Vendor::NinetyNineDigital, _) => &[
                    "to",
                    "from",
                    "name",
                    "headerType",
                    "language",
                    "bodyVariable10",
                ],
                (Vendor::WapiFlow, _) => contact,
                (Vendor::ReachFlow, Verb::MessagesSend) => &["providerId", "to", "message"],
                (_, Verb::MessagesSend) => &["instanceId", "to", "text", "type", "mediaUrl"],
                (_, Verb::MessagesSendTemplate) => &["instanceId", "to", "templateId"],
                (_, Verb::GroupsCreate | Verb::GroupsUpdate) => &["name", "description", "color"],
                _ => &["name", "phone", "tags", "meta"],
            };
            for name in names {
                let stage = Stage::new();
                let extra = Map::from_iter([((*name).to_owned(), json!("x"))]);
                let error = run(&stage, vendor, verb, extra).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
                assert!(
                    error
                        .message()
                        .starts_with(&format!("extra: {name} is given by")),
                    "{error}"
                );
                assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
                assert!(stage.sandbox.journal().is_empty(), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn what_palabre_has_no_argument_for_can_be_the_content_of_a_message() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let message = |product: Value| NewMessage {
        text: None,
        extra: fields(json!({"product": product})),
        ..hello()
    };
    client
        .messages()
        .send(message(json!("{\"catalog\":7}")))
        .await
        .unwrap();
    assert_eq!(stage.requests()[0].body["product"], "{\"catalog\":7}");
    // The spec knows it as a text, and checks it.
    let error = client
        .messages()
        .send(message(json!({"catalog": 7})))
        .await
        .unwrap_err();
    assert!(
        error.message().starts_with("product: a text is needed"),
        "{error}"
    );
    assert_eq!(stage.requests().len(), 1);
}
