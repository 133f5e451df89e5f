//! Messages go out once, in the form that the vendor documents.

use palabre::{
    ConversationStatus, FilePart, ListOptions, Location, Media, Message, MessageStatus, NewMessage,
    Vendor,
};
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::verbs::{hello, template};

fn file(name: &str) -> Option<Media> {
    Some(Media::File(FilePart::new(name, "content")))
}

fn nothing() -> NewMessage {
    NewMessage {
        text: None,
        ..hello()
    }
}

/// Sends a message and returns it with the body of the one request.
async fn sent(message: NewMessage) -> (Message, Value) {
    let stage = Stage::new();
    let sent = stage
        .client(Vendor::WapiFlow)
        .messages()
        .send(message)
        .await
        .unwrap();
    let mut requests = stage.requests();
    assert_eq!(requests.len(), 1);
    let request = requests.remove(0);
    assert_eq!(
        (&*request.method, request.operation),
        ("POST", Some("send_message"))
    );
    let content_type = request.content_type.unwrap();
    assert!(
        content_type.starts_with("multipart/form-data; boundary="),
        "{content_type}"
    );
    (sent, request.body)
}

#[tokio::test]
async fn every_content_goes_out_under_the_vendor_s_name() {
    let part =
        |name: &str, kind: &str| json!({"file_name": name, "content_type": kind, "bytes": 7});
    let place = Location {
        latitude: 6.3654,
        longitude: -2.0,
        ..Location::default()
    };
    let labelled = Location {
        name: Some("Dantokpa".to_owned()),
        address: Some("Cotonou".to_owned()),
        ..place.clone()
    };
    let docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let cases = [
        (hello(), "text", json!({"message": "Hello"})),
        (
            NewMessage {
                image: file("a.png"),
                ..nothing()
            },
            "image",
            json!({"image": part("a.png", "image/png")}),
        ),
        (
            NewMessage {
                image: file("a.JPEG"),
                text: Some("Caption".to_owned()),
                ..nothing()
            },
            "image",
            json!({"message": "Caption", "image": part("a.JPEG", "image/jpeg")}),
        ),
        (
            NewMessage {
                document: file("a b.docx"),
                ..nothing()
            },
            "document",
            json!({"document": part("a b.docx", docx)}),
        ),
        (
            NewMessage {
                video: file("a.mp4"),
                ..nothing()
            },
            "video",
            json!({"video": part("a.mp4", "video/mp4")}),
        ),
        (
            NewMessage {
                audio: file("a.ogg"),
                ..nothing()
            },
            "audio",
            json!({"audio": part("a.ogg", "audio/ogg")}),
        ),
        (
            NewMessage {
                location: Some(place),
                ..nothing()
            },
            "location",
            json!({"latitude": "6.3654", "longitude": "-2.0"}),
        ),
        (
            NewMessage {
                location: Some(labelled),
                ..nothing()
            },
            "location",
            json!({"latitude": "6.3654", "longitude": "-2.0", "name": "Dantokpa", "address": "Cotonou"}),
        ),
        (
            NewMessage {
                cta_id: Some("4".to_owned()),
                ..nothing()
            },
            "cta",
            json!({"cta_url_id": "4"}),
        ),
        (
            NewMessage {
                list_id: Some("5".to_owned()),
                ..nothing()
            },
            "list",
            json!({"interactive_list_id": "5"}),
        ),
    ];
    for (message, kind, content) in cases {
        let (message, body) = sent(message).await;
        let mut expected = json!({"mobile_code": "880", "mobile": "1988000000"});
        expected
            .as_object_mut()
            .unwrap()
            .extend(content.as_object().unwrap().clone());
        assert_eq!(body, expected);
        assert_eq!(message.kind.as_deref(), Some(kind));
        assert_eq!(message.status, Some(MessageStatus::Sent));
        assert_eq!(message.status_text.as_deref(), Some("1"));
        assert!(message.id.is_some() && message.conversation_id.is_some());
        assert!(message.whatsapp_id.unwrap().starts_with("wamid."));
        assert!(message.created_at.is_some());
        assert!(message.raw.extra().is_empty(), "{:?}", message.raw.extra());
    }
}

#[tokio::test]
async fn the_number_to_send_from_is_sent_along() {
    let message = NewMessage {
        from: Some("34600000000".to_owned()),
        ..hello()
    };
    let (_, body) = sent(message).await;
    assert_eq!(body["from_number"], "34600000000");
}

#[tokio::test]
async fn a_recipient_is_split_and_no_digit_of_it_changes() {
    for (to, code, mobile) in [
        ("+880 1988-000000", "880", "1988000000"),
        ("+1 (202) 555-0173", "1", "2025550173"),
        (" +22901000000 ", "229", "01000000"),
        ("+39 06 698 12345", "39", "0669812345"),
    ] {
        let message = NewMessage {
            to: to.to_owned(),
            ..hello()
        };
        let (_, body) = sent(message).await;
        assert_eq!(
            (&body["mobile_code"], &body["mobile"]),
            (&code.into(), &mobile.into()),
            "{to}"
        );
    }
}

#[tokio::test]
async fn a_text_keeps_every_character() {
    let text = "Bonjour Awa 👋🏾\n\"guillemets\" & 100 % — ça va?\r\n--palabre-0--\r\n";
    let message = NewMessage {
        text: Some(text.to_owned()),
        ..hello()
    };
    let (_, body) = sent(message).await;
    assert_eq!(body["message"], text);
}

#[tokio::test]
async fn a_message_to_somebody_new_opens_a_conversation() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let message = client.messages().send(hello()).await.unwrap();
    let id = message.conversation_id.unwrap();
    let conversation = client.conversations().get(&id).await.unwrap();
    assert_eq!(conversation.last_message_at, Some(stage.sandbox.time()));
    assert_ne!(conversation.status, Some(ConversationStatus::Unknown));
    assert_eq!(
        conversation.contact.unwrap().phone.as_deref(),
        Some("+8801988000000")
    );
}

#[tokio::test]
async fn a_template_goes_out_with_its_variables_in_order() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let templates = client
        .templates()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    let ready = templates
        .iter()
        .find(|found| found.name.as_deref() == Some("order_ready"));
    stage.sandbox.clear_journal();

    let mut message = template(&ready.unwrap().id);
    message.variables = vec!["Awa & Co".to_owned(), String::new(), "4021".to_owned()].into();
    message.header_variables = vec!["№ 7".to_owned()];
    message.from = Some("34600000000".to_owned());
    let sent = client.messages().send_template(message).await.unwrap();
    assert!(sent.conversation_id.is_some());
    assert_eq!(
        (sent.id.as_deref(), sent.kind.as_deref()),
        (None, Some("template"))
    );

    let requests = stage.requests();
    assert_eq!(stage.operations(), ["send_template_message"]);
    assert_eq!(
        requests[0].content_type.as_deref(),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(
        requests[0].body,
        json!({
            "mobile_code": "880", "mobile": "1988000000", "from_number": "34600000000",
            "template_id": ready.unwrap().id, "body_variables[]": ["Awa & Co", "", "4021"],
            "header_variables[]": ["№ 7"],
        })
    );
}

#[tokio::test]
async fn a_thin_answer_is_a_message_all_the_same() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    for (pointer, value) in [
        ("/data", json!(null)),
        ("/data", json!({})),
        ("/data/message", json!(null)),
        ("/data/message", json!({})),
    ] {
        stage.fault(json!({"replace": {"pointer": pointer, "value": value}}));
        let message = client.messages().send(hello()).await.unwrap();
        assert_eq!(
            (message.id, message.status),
            (None, None),
            "{pointer} {value}"
        );
    }
}
