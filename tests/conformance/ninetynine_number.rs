//! What one number of 99digital sends and lists, on the wire and in odd answers.

use palabre::{
    Client, Content, ErrorKind, ListOptions, Location, Media, MessageStatus, NewMessage,
    NewTemplateMessage, Outcome, TemplateStatus, Vendor,
};
use serde_json::{Value, json};

use crate::stage::{OWN, Stage, fields};

const PERSON: &str = "+972541112233";

struct Number {
    stage: Stage,
    client: Client,
}

impl Number {
    fn new() -> Self {
        let stage = Stage::new();
        let client = stage.client(Vendor::NinetyNineDigital);
        Self { stage, client }
    }

    /// The body that went out, without its credentials.
    fn sent(&self) -> Value {
        let mut body = self.stage.requests().pop().unwrap().body;
        assert_eq!(body["from"], OWN);
        assert_eq!(body["apiKey"], "***");
        let fields = body.as_object_mut().unwrap();
        fields.retain(|name, _| name != "apiKey" && name != "from");
        body
    }

    fn answer(&self, operation: &str, body: Value) {
        self.stage.fault(json!({
            "vendor": "99digital", "operation": operation, "status": 200, "body": body,
        }));
    }
}

fn message() -> NewMessage {
    NewMessage {
        to: PERSON.to_owned(),
        ..NewMessage::default()
    }
}

fn link(address: &str) -> Option<Media> {
    Some(Media::Link(address.to_owned()))
}

#[tokio::test]
async fn a_message_goes_out_as_the_vendor_documents_it() {
    let text = || Some("Hello".to_owned());
    let location = Some(Location {
        latitude: 32.794,
        longitude: -34.9896,
        ..Location::default()
    });
    let pdf = "https://shop.example/a.PDF?sig=1";
    for (message, kind, wire) in [
        (
            NewMessage {
                text: text(),
                ..message()
            },
            "text",
            json!({"body": "Hello"}),
        ),
        (
            NewMessage {
                image: link("https://shop.example/a.png"),
                text: text(),
                ..message()
            },
            "image",
            json!({"body": "https://shop.example/a.png", "caption": "Hello"}),
        ),
        (
            NewMessage {
                document: link(pdf),
                ..message()
            },
            "document",
            json!({"body": pdf}),
        ),
        (
            NewMessage {
                audio: link("https://shop.example/files/77"),
                ..message()
            },
            "audio",
            json!({"body": "https://shop.example/files/77"}),
        ),
        (
            NewMessage {
                location: location.clone(),
                text: text(),
                ..message()
            },
            "location",
            json!({"lat": "32.794", "lng": "-34.9896", "caption": "Hello"}),
        ),
        (
            NewMessage {
                text: text(),
                extra: fields(json!({"replyTo": "wamid.1", "brandNew": 1})),
                ..message()
            },
            "text",
            json!({"body": "Hello", "replyTo": "wamid.1", "brandNew": 1}),
        ),
    ] {
        let number = Number::new();
        let sent = number.client.messages().send(message).await.unwrap();
        let mut expected = wire;
        expected["to"] = json!("972541112233");
        assert_eq!(number.sent(), expected);
        assert_eq!(sent.kind.as_deref(), Some(kind));
        // Taken is all that the vendor says.
        assert_eq!(sent.status, Some(MessageStatus::Queued));
        assert_eq!(sent.to.as_deref(), Some(PERSON));
        assert_eq!(sent.from.as_deref(), Some("+972501234567"));
        assert!(sent.id.is_some() && sent.created_at.is_some());
    }
}

#[tokio::test]
async fn what_the_vendor_would_take_for_something_else_is_refused_with_the_way_out() {
    for (message, start, hint) in [
        (
            NewMessage {
                document: link("https://shop.example/a.JPG"),
                ..message()
            },
            "document: ",
            "pass it as image=",
        ),
        (
            NewMessage {
                image: link("https://shop.example/tour.mp4?x=a.png"),
                ..message()
            },
            "image: ",
            "pass it as video=",
        ),
        (
            NewMessage {
                location: Some(Location {
                    name: Some("Shop".to_owned()),
                    ..Location::default()
                }),
                ..message()
            },
            "location.name: ",
            "pass text",
        ),
    ] {
        let number = Number::new();
        let error = number.client.messages().send(message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert!(error.message().starts_with(start), "{error}");
        assert!(error.get_hint().unwrap().contains(hint), "{error:?}");
        assert!(number.stage.sandbox.journal().is_empty());
    }
    for to in ["0541112233", "Noa", "", "+972 54 111"] {
        let number = Number::new();
        let message = NewMessage {
            to: to.to_owned(),
            text: Some("Hello".to_owned()),
            ..message()
        };
        let error = number.client.messages().send(message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().starts_with("to: "), "{error}");
        assert!(number.stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn a_template_goes_out_by_its_name_with_numbered_values_and_its_header() {
    let number = Number::new();
    let template = NewTemplateMessage {
        to: PERSON.to_owned(),
        template: "invoice".to_owned(),
        variables: vec!["Noa".to_owned()].into(),
        header: Some((
            Content::Document,
            Media::Link("https://shop.example/4021.pdf".to_owned()),
        )),
        language: Some("en".to_owned()),
        ..NewTemplateMessage::default()
    };
    let messages = number.client.messages();
    let sent = messages.send_template(template.clone()).await.unwrap();
    assert_eq!(sent.kind.as_deref(), Some("template"));
    assert_eq!(
        number.sent(),
        json!({
            "to": "972541112233", "name": "invoice", "headerType": 5, "language": 2,
            "headerLink": "https://shop.example/4021.pdf", "bodyVariable1": "Noa",
        })
    );

    let many = vec!["x".to_owned(); 11];
    for (wrong, start) in [
        (
            NewTemplateMessage {
                language: Some("tlh".to_owned()),
                ..template.clone()
            },
            "language: ",
        ),
        (
            NewTemplateMessage {
                variables: many.into(),
                ..template.clone()
            },
            "variables: ",
        ),
        (
            NewTemplateMessage {
                header_variables: vec!["x".to_owned()],
                ..template.clone()
            },
            "header_variables: ",
        ),
        (
            NewTemplateMessage {
                header: Some((
                    Content::Audio,
                    Media::Link("https://a.example/a.mp3".to_owned()),
                )),
                ..template.clone()
            },
            "header: ",
        ),
    ] {
        let error = messages.send_template(wrong).await.unwrap_err();
        assert!(error.message().starts_with(start), "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    }
    assert_eq!(number.stage.sandbox.sent().len(), 1);
}

#[tokio::test]
async fn reasons_are_kinds_and_say_what_to_do() {
    for (operation, reason, kind) in [
        ("send_message", 2, ErrorKind::InvalidInput),
        ("send_message", 4, ErrorKind::InvalidInput),
        ("send_message", 5, ErrorKind::InvalidInput),
        ("send_message", 7, ErrorKind::Conflict),
        ("mark_as_read", 4, ErrorKind::NotFound),
    ] {
        let number = Number::new();
        number.answer(operation, json!({"status": "Fail", "reason": reason}));
        let messages = number.client.messages();
        let result = match operation {
            "mark_as_read" => messages.mark_read(PERSON, None).await,
            _ => {
                let text = Some("Hello".to_owned());
                let message = NewMessage { text, ..message() };
                messages.send(message).await.map(drop)
            }
        };
        let error = result.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.get_vendor_code(), Some(&*reason.to_string()));
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    }
    let number = Number::new();
    number
        .stage
        .set(|settings| settings.ninetynine_digital_window = true);
    let text = Some("Hello".to_owned());
    let to = "+972529999999".to_owned();
    let late = NewMessage {
        to,
        text,
        ..message()
    };
    let error = number.client.messages().send(late).await.unwrap_err();
    assert!(
        error.get_hint().unwrap().contains("send_template"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_reason_that_is_not_documented_does_not_say_that_nothing_was_sent() {
    for answer in [
        json!({"status": "FAIL", "reason": 99}),
        json!({"status": "Fail", "reason": 6}),
        json!({"status": "FAIL", "reason": "out of order"}),
        json!({"status": "FAIL"}),
    ] {
        for operation in ["send_message", "mark_as_read"] {
            let number = Number::new();
            number.answer(operation, answer.clone());
            let messages = number.client.messages();
            let result = match operation {
                "mark_as_read" => messages.mark_read(PERSON, None).await,
                _ => {
                    let text = Some("Hello".to_owned());
                    let message = NewMessage { text, ..message() };
                    messages.send(message).await.map(drop)
                }
            };
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{answer}: {error}");
            assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{answer}");
        }
    }
}

#[tokio::test]
async fn an_answer_to_a_send_that_says_little_is_a_message_all_the_same() {
    for (answer, id) in [
        (json!({"status": "OK"}), None),
        (
            json!({"status": "OK", "unique": 77, "timestamp": "1793534400", "to": null}),
            Some("77"),
        ),
        (
            json!({"status": "OK", "unique": "", "timestamp": {"a": 1}}),
            None,
        ),
    ] {
        let number = Number::new();
        number.answer("send_message", answer);
        let text = Some("Hello".to_owned());
        let sent = number
            .client
            .messages()
            .send(NewMessage { text, ..message() })
            .await
            .unwrap();
        assert_eq!(sent.id.as_deref(), id);
        assert_eq!(sent.to.as_deref(), Some(PERSON));
    }
}

#[tokio::test]
async fn contacts_come_page_by_page_until_one_is_not_full() {
    let number = Number::new();
    let mut listing = number.client.contacts().list(ListOptions::default());
    let mut lengths = Vec::new();
    let mut middle = None;
    while let Some(page) = listing.next_page().await.unwrap() {
        assert_eq!(page.total, None);
        lengths.push(page.items.len());
        middle = middle.or(page.next_cursor);
    }
    assert_eq!(lengths, [50, 50, 30]);
    assert_eq!(number.stage.operations(), ["get_contacts"; 3]);
    let rest = ListOptions {
        cursor: middle,
        ..ListOptions::default()
    };
    let rest = number.client.contacts().list(rest).collect().await.unwrap();
    assert_eq!(rest.len(), 80);

    // Exactly one full page is followed by an empty one, and nobody by nothing.
    for (own, count, requests) in [("972507654321", 50, 2), ("+972533445566", 0, 1)] {
        let number = Number::new();
        let of_number = ListOptions {
            number: Some(own.to_owned()),
            ..ListOptions::default()
        };
        let contacts = number.client.contacts().list(of_number);
        assert_eq!(contacts.collect().await.unwrap().len(), count);
        assert_eq!(number.stage.operations().len(), requests);
    }
}

#[tokio::test]
async fn a_vendor_that_knew_no_page_numbers_would_not_be_asked_for_ever() {
    let number = Number::new();
    let row = |index| json!({"contact_phone": format!("97254000{index:04}")});
    let page: Vec<_> = (0..50).map(row).collect();
    for _ in 0..2 {
        number.answer("get_contacts", json!(page));
    }
    let contacts = number.client.contacts().list(ListOptions::default());
    let error = contacts.collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.message().contains("once more"), "{error}");
}

#[tokio::test]
async fn odd_rows_are_read_as_far_as_they_go() {
    let number = Number::new();
    number.answer(
        "get_contacts",
        json!([
            {"contact_phone": 972541112233_u64, "contact_name": null, "update_time": "1793534400"},
            {"contact_phone": "IL.77", "contact_name": "Noa", "update_time": 0, "brandNew": [1]},
        ]),
    );
    let contacts = number.client.contacts().list(ListOptions::default());
    let contacts = contacts.collect().await.unwrap();
    assert_eq!(contacts[0].phone.as_deref(), Some(PERSON));
    assert_eq!(
        (&contacts[0].name, contacts[0].updated_at.is_some()),
        (&None, true)
    );
    assert_eq!(
        (contacts[1].id.as_str(), contacts[1].updated_at),
        ("IL.77", None)
    );
    assert_eq!(contacts[1].raw.extra()["brandNew"], json!([1]));

    for bad in [
        json!({}),
        json!([{}]),
        json!([null]),
        json!("none"),
        json!([1]),
    ] {
        number.answer("get_contacts", bad.clone());
        let contacts = number.client.contacts().list(ListOptions::default());
        let error = contacts.collect().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{bad}: {error}");
    }
}

#[tokio::test]
async fn templates_have_a_status_and_the_vendor_s_word_for_it() {
    let number = Number::new();
    let templates = number.client.templates().list(ListOptions::default());
    let templates = templates.collect().await.unwrap();
    let status = |name: &str| {
        let template = templates
            .iter()
            .find(|template| template.id == name)
            .unwrap();
        (template.status, template.status_text.clone().unwrap())
    };
    for (name, ours, theirs) in [
        ("orderupdate", TemplateStatus::Approved, "approved"),
        ("logincode", TemplateStatus::Pending, "submitted"),
        ("lastcall", TemplateStatus::Rejected, "rejected"),
        ("oldsale", TemplateStatus::Disabled, "paused"),
        ("welcome2024", TemplateStatus::Disabled, "deactivated"),
    ] {
        assert_eq!(status(name), (Some(ours), theirs.to_owned()));
    }
    let order = &templates[0];
    assert_eq!(order.language_id.as_deref(), Some("2"));
    assert_eq!(order.category_id.as_deref(), Some("1"));
    assert!(
        order
            .body
            .as_ref()
            .unwrap()
            .as_str()
            .unwrap()
            .contains("{{1}}")
    );

    number.answer(
        "get_templates",
        json!({"status": "OK", "list": [
            {"name": "new", "status": "archived", "language": "en", "template": [{"text": {"a": 1}}]},
            {"name": "bare", "status": null, "language": {"code": "en"}, "template": null},
        ]}),
    );
    let odd = number.client.templates().list(ListOptions::default());
    let odd = odd.collect().await.unwrap();
    assert_eq!(odd[0].status, Some(TemplateStatus::Unknown));
    assert_eq!(odd[0].status_text.as_deref(), Some("archived"));
    assert_eq!(odd[0].language_id.as_deref(), Some("en"));
    assert_eq!((odd[1].status, &odd[1].language_id), (None, &None));
}
