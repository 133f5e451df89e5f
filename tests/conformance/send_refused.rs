//! What cannot be sent as it is meant is not sent.

use std::path::Path;

use palabre::{
    Content, ErrorKind, FilePart, Form, Location, Media, NewMessage, Options, Outcome, Vendor, Verb,
};
use serde_json::json;

use crate::stage::{Stage, able, options};
use crate::verbs::{hello, template};

const MEGABYTE: usize = 1024 * 1024;

fn file(name: &str, bytes: usize) -> Option<Media> {
    Some(Media::File(FilePart::new(name, vec![0; bytes])))
}

fn nothing() -> NewMessage {
    NewMessage {
        text: None,
        ..hello()
    }
}

fn place(latitude: f64, longitude: f64, name: Option<&str>, address: Option<&str>) -> NewMessage {
    NewMessage {
        location: Some(Location {
            latitude,
            longitude,
            name: name.map(str::to_owned),
            address: address.map(str::to_owned),
        }),
        ..nothing()
    }
}

/// At WapiFlow, which takes files and every other content.
async fn assert_refused(message: NewMessage, argument: &str) {
    {
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        let error = client.messages().send(message.clone()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert!(
            error.message().starts_with(&format!("{argument}: ")),
            "{argument}: {error}"
        );
        assert!(stage.sandbox.journal().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn two_contents_are_refused() {
    let image = file("a.png", 1);
    let document = file("a.pdf", 1);
    assert_refused(
        NewMessage {
            image: image.clone(),
            document,
            ..nothing()
        },
        "document",
    )
    .await;
    let cta_id = Some("1".to_owned());
    assert_refused(
        NewMessage {
            image,
            cta_id: cta_id.clone(),
            ..nothing()
        },
        "cta_id",
    )
    .await;
    let list_id = cta_id.clone();
    assert_refused(
        NewMessage {
            cta_id,
            list_id,
            ..nothing()
        },
        "list_id",
    )
    .await;
}

#[tokio::test]
async fn a_text_that_would_be_dropped_is_refused() {
    let text = Some("Hello".to_owned());
    for message in [
        place(6.0, 2.0, None, None),
        NewMessage {
            cta_id: Some("1".to_owned()),
            ..nothing()
        },
        NewMessage {
            list_id: Some("1".to_owned()),
            ..nothing()
        },
    ] {
        assert_refused(
            NewMessage {
                text: text.clone(),
                ..message
            },
            "text",
        )
        .await;
    }
}

#[tokio::test]
async fn a_link_where_the_vendor_takes_files_is_refused_and_not_shown() {
    let link = || {
        Some(Media::Link(
            "https://files.example/a.png?sig=S3CRET".to_owned(),
        ))
    };
    for vendor in able(Verb::MessagesSend) {
        let takes = |content: Content| {
            let rows = palabre::contents(vendor).iter();
            let row = rows.clone().find(|row| row.content == content);
            row.map(|row| row.form)
        };
        let message = NewMessage {
            image: link(),
            ..nothing()
        };
        if takes(Content::Image) != Some(Form::File) {
            continue;
        }
        let stage = Stage::new();
        let client = stage.client(vendor);
        let checked = client.messages().check(&message.clone().into());
        let error = client.messages().send(message).await.unwrap_err();
        assert_eq!(checked.unwrap_err(), error);
        assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert!(error.message().starts_with("image: "), "{error}");
        assert!(!error.to_string().contains("S3CRET"), "{error}");
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn a_message_without_a_content_is_refused() {
    assert_refused(nothing(), "message").await;
    for text in ["", " \n"] {
        let text = Some(text.to_owned());
        assert_refused(NewMessage { text, ..hello() }, "text").await;
    }
}

#[tokio::test]
async fn a_recipient_that_is_no_international_number_is_refused_and_not_shown() {
    for to in [
        "",
        "01988000000",
        "8801988000000",
        "+44 (0)20 7946 0958",
        "+999123456789",
        "Awa",
    ] {
        let message = NewMessage {
            to: to.to_owned(),
            ..hello()
        };
        assert_refused(message.clone(), "to").await;
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        let error = client.messages().send(message).await.unwrap_err();
        assert!(to.len() < 7 || !error.to_string().contains(to), "{error}");
        let mut message = template("1");
        message.to = to.to_owned();
        let error = client.messages().send_template(message).await.unwrap_err();
        assert!(error.message().starts_with("to: "), "{error}");
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn a_place_that_is_not_on_earth_or_half_labelled_is_refused() {
    for message in [
        place(90.1, 0.0, None, None),
        place(0.0, -180.1, None, None),
        place(f64::NAN, 0.0, None, None),
        place(0.0, f64::INFINITY, None, None),
        place(0.0, 0.0, Some("Dantokpa"), None),
        place(0.0, 0.0, None, Some("Cotonou")),
    ] {
        assert_refused(message, "location").await;
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_or_of_another_type_is_refused_by_its_argument() {
    assert_refused(
        NewMessage {
            image: file("a.gif", 1),
            ..nothing()
        },
        "image",
    )
    .await;
    assert_refused(
        NewMessage {
            image: file("a", 1),
            ..nothing()
        },
        "image",
    )
    .await;
    assert_refused(
        NewMessage {
            image: file("a.png", 5 * MEGABYTE + 1),
            ..nothing()
        },
        "image",
    )
    .await;
    assert_refused(
        NewMessage {
            document: file("a.txt", 1),
            ..nothing()
        },
        "document",
    )
    .await;
    assert_refused(
        NewMessage {
            document: file("a.pdf", 100 * MEGABYTE + 1),
            ..nothing()
        },
        "document",
    )
    .await;
    assert_refused(
        NewMessage {
            video: file("a.avi", 1),
            ..nothing()
        },
        "video",
    )
    .await;
    assert_refused(
        NewMessage {
            video: file("a.mp4", 16 * MEGABYTE + 1),
            ..nothing()
        },
        "video",
    )
    .await;
    assert_refused(
        NewMessage {
            audio: file("a.ogg", 16 * MEGABYTE + 1),
            ..nothing()
        },
        "audio",
    )
    .await;
}

#[tokio::test]
async fn a_file_of_the_largest_size_is_sent() {
    let stage = Stage::new();
    let message = NewMessage {
        image: file("a.png", 5 * MEGABYTE),
        ..nothing()
    };
    stage
        .client(Vendor::WapiFlow)
        .messages()
        .send(message)
        .await
        .unwrap();
    assert_eq!(stage.requests()[0].body["image"]["bytes"], 5 * MEGABYTE);
}

#[test]
fn a_file_that_is_missing_is_refused_by_its_argument() {
    let error = FilePart::read("image", Path::new("no/such/picture.png")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(
        error.message().starts_with("image: no/such/picture.png"),
        "{error}"
    );
}

#[tokio::test]
async fn without_validation_the_vendor_decides() {
    let stage = Stage::new();
    let unchecked = Options {
        validate: false,
        ..options()
    };
    let client = stage
        .builder(Vendor::WapiFlow)
        .options(unchecked)
        .build()
        .unwrap();
    for image in [file("a.gif", 1), file("a.png", 5 * MEGABYTE + 1)] {
        stage.sandbox.clear_journal();
        let error = client
            .messages()
            .send(NewMessage { image, ..nothing() })
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert_eq!(error.get_vendor_code(), Some("validation_error"));
        assert_eq!(stage.operations(), ["send_message"]);
    }
}

#[tokio::test]
async fn what_the_vendor_refuses_was_not_sent() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let from = Some("33600000000".to_owned());
    let cta_id = Some("99".to_owned());
    for message in [
        NewMessage { from, ..hello() },
        NewMessage {
            cta_id,
            ..nothing()
        },
    ] {
        stage.sandbox.clear_journal();
        let error = client.messages().send(message).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert_eq!(stage.requests().len(), 1);
    }
    // Template 4 is rejected by WhatsApp, 99 does not exist.
    for id in ["4", "99"] {
        let error = client
            .messages()
            .send_template(template(id))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
    }
}

#[tokio::test]
async fn a_send_that_may_have_gone_out_says_so_and_goes_out_once() {
    for fault in [
        json!({"status": 500}),
        json!({"status": 503, "headers": {"Retry-After": "0"}}),
        json!({"status": 504, "body": "<html>Gateway time-out</html>"}),
        json!({"status": 408}),
        json!({"status": 200, "body": "<html>Please log in</html>"}),
        json!({"status": 200}),
        json!({"status": 200, "body": {}}),
        json!({"status": 200, "body": {"status": null, "remark": "success"}}),
        json!({"status": 200, "body": "Warning: something in line 7"}),
        json!({"status": 200, "body": {"status": "error", "remark": "exception"}}),
        json!({"close": "before"}),
        json!({"close": "after"}),
        json!({"truncate": 20}),
        json!({"truncate": 0}),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        for is_template in [false, true] {
            stage.sandbox.clear_journal();
            stage.fault(fault.clone());
            let result = if is_template {
                client.messages().send_template(template("1")).await
            } else {
                client.messages().send(hello()).await
            };
            let error = result.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{fault}: {error}");
            assert_eq!(
                error.get_outcome(),
                Some(Outcome::Unknown),
                "{fault}: {error}"
            );
            assert_eq!(stage.requests().len(), 1, "{fault}");
        }
    }
}

#[tokio::test]
async fn a_template_that_went_out_although_the_vendor_says_otherwise_is_not_repeated() {
    let stage = Stage::new();
    stage.set(|settings| settings.wapiflow_template_quirk = true);
    let client = stage.client(Vendor::WapiFlow);
    let error = client
        .messages()
        .send_template(template("1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::Unknown));
    assert_eq!(error.get_vendor_code(), Some("exception"));
    let requests = stage.requests();
    assert_eq!((requests.len(), requests[0].performed), (1, true));
}

#[tokio::test]
async fn a_good_answer_of_another_shape_was_accepted() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    stage.fault(json!({"replace": {"pointer": "/data/message/id", "value": {"odd": 1}}}));
    let error = client.messages().send(hello()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    assert_eq!(error.get_outcome(), Some(Outcome::Accepted));
    assert_eq!(stage.requests().len(), 1);
}

#[tokio::test]
async fn a_word_that_is_neither_success_nor_failure_leaves_open_whether_it_went_out() {
    for word in ["ok", "queued", "warning", ""] {
        let stage = Stage::new();
        stage.fault(
            json!({"operation": "send_message", "replace": {"pointer": "/status", "value": word}}),
        );
        let client = stage.client(Vendor::WapiFlow);
        let error = client.messages().send(hello()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{word}: {error}");
        assert_eq!(error.get_outcome(), Some(Outcome::Unknown), "{word}");
        assert!(stage.requests()[0].performed);
    }
}

#[tokio::test]
async fn a_remark_that_nobody_knows_leaves_open_whether_it_went_out() {
    for (status, outcome) in [(200, Outcome::Unknown), (422, Outcome::NotSent)] {
        let stage = Stage::new();
        let body = json!({"status": "error", "remark": "database_error", "message": ["Oops"]});
        stage.fault(json!({"operation": "send_message", "status": status, "body": body}));
        let client = stage.client(Vendor::WapiFlow);
        let error = client.messages().send(hello()).await.unwrap_err();
        assert_eq!(error.get_outcome(), Some(outcome), "{error}");
    }
}

#[tokio::test]
async fn what_the_vendor_repeats_of_a_message_is_in_no_error() {
    let message = || NewMessage {
        text: Some("Votre code est 4521".to_owned()),
        ..nothing()
    };
    for body in [
        json!({"status": "error", "remark": "validation_error", "message": ["Bad: Votre code est 4521"]}),
        json!({"message": {"message": ["Bad: Votre code est 4521"]}}),
        json!({"status": "error", "remark": "Votre code est 4521", "message": "Bad"}),
    ] {
        let stage = Stage::new();
        stage.fault(json!({"operation": "send_message", "status": 422, "body": body}));
        let client = stage.client(Vendor::WapiFlow);
        let error = client.messages().send(message()).await.unwrap_err();
        assert!(error.message().starts_with("Bad"), "{error}");
        for shown in [error.to_string(), format!("{error:?}")] {
            assert!(!shown.contains("4521"), "{shown}");
        }
        stage.fault(json!({"operation": "send_message", "status": 422, "body": body}));
        let arguments = [
            ("mobile_code", "880"),
            ("mobile", "1988000000"),
            ("message", "Votre code est 4521"),
        ];
        let arguments = arguments.map(|(name, value)| (name.to_owned(), json!(value).into()));
        let error = client
            .call("send_message", arguments.into())
            .await
            .unwrap_err();
        assert!(!format!("{error:?}").contains("4521"), "{error:?}");
    }
}
