//! A vendor's change never loses a page: answers decode whatever is null, missing, new or retyped.

use serde_json::{Value, json};

use super::kitchen::Kitchen;
use crate::kitchen_sink::open::MessageState;
use crate::kitchen_sink::types::{self, MessageContent};

/// An answer with every property of the spec.
fn whole() -> Value {
    let message = json!({
        "id": "m-1",
        "number": 7,
        "price": 1.5,
        "urgent": true,
        "state": "sent",
        "priority": 2,
        "labels": ["vip", "new"],
        "pages": [1, null],
        "sender": {"name": "Awa", "phone": "22901000000"},
        "content": {"text": "Hello", "language": "en"},
        "meta": {"city": "Cotonou", "floor": 2},
        "anything": ["goes"],
        "type": "text",
        "route": {"gateway": "g-1", "hops": [{"host": "h-1", "delay": 3}]},
    });
    let mut stored = message.clone();
    stored["stored_at"] = json!("2026-10-03 09:15");
    stored["replies"] = json!([message]);
    json!({"status": "OK", "message": stored})
}

/// What of an answer the typed value holds.
fn read(answer: &Value) -> Value {
    let typed: types::MessageEnvelope =
        serde_json::from_value(answer.clone()).unwrap_or_else(|error| panic!("{error}: {answer}"));
    serde_json::to_value(typed).expect("JSON")
}

/// The pointers of everything inside, but for what is free and kept as it came.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    let inside: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(key, value)| (key.clone(), value))
            .collect(),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .map(|(i, item)| (i.to_string(), item))
            .collect(),
        _ => Vec::new(),
    };
    for (key, value) in inside {
        let pointer = format!("{pointer}/{key}");
        if !matches!(key.as_str(), "meta" | "anything") {
            places(value, &pointer, found);
        }
        found.push(pointer);
    }
}

/// Those places that hold a value of a kind.
fn places_of(kind: fn(&Value) -> bool) -> Vec<String> {
    let whole = whole();
    let mut found = Vec::new();
    places(&whole, "", &mut found);
    found.retain(|pointer| whole.pointer(pointer).is_some_and(kind));
    assert!(!found.is_empty(), "nothing of the kind");
    found
}

/// The whole answer with another value in one place.
fn with(pointer: &str, value: Value) -> Value {
    let mut answer = whole();
    *answer.pointer_mut(pointer).expect("a place") = value;
    answer
}

/// The whole answer without one property.
fn without(pointer: &str) -> Value {
    let (owner, key) = pointer.rsplit_once('/').expect("a place");
    let mut answer = whole();
    if let Some(Value::Object(fields)) = answer.pointer_mut(owner) {
        fields.shift_remove(key);
    }
    answer
}

fn is_item(pointer: &str) -> bool {
    pointer.ends_with(|c: char| c.is_ascii_digit())
}

#[test]
fn a_whole_answer_is_read_whole() {
    assert_eq!(read(&whole()), whole());
}

#[test]
fn every_property_may_be_missing() {
    for pointer in places_of(|_| true) {
        if !is_item(&pointer) {
            assert_eq!(read(&without(&pointer)), without(&pointer), "{pointer}");
        }
    }
}

#[test]
fn every_property_may_be_null_which_is_not_zero_and_not_empty() {
    for pointer in places_of(|_| true) {
        if is_item(&pointer) {
            continue;
        }
        let nulled = with(&pointer, Value::Null);
        // Content without what marks its kind is of no known kind, and kept as it came.
        let expected = if pointer.ends_with("/content/text") {
            nulled.clone()
        } else {
            without(&pointer)
        };
        assert_eq!(read(&nulled), expected, "{pointer}");
    }
}

#[test]
fn an_item_may_be_null_where_the_spec_says_so() {
    let nulled = with("/message/pages/0", Value::Null);
    assert_eq!(read(&nulled), nulled);
}

#[test]
fn every_object_may_have_new_properties() {
    for pointer in places_of(Value::is_object) {
        let mut answer = whole();
        answer.pointer_mut(&pointer).expect("a place")["brand_new"] = json!({"deep": [1]});
        let is_free = pointer.ends_with("/meta");
        assert_eq!(
            read(&answer),
            if is_free { answer } else { whole() },
            "{pointer}"
        );
    }
}

#[test]
fn numbers_may_come_as_text_and_flags_as_numbers() {
    for pointer in places_of(Value::is_number) {
        let whole = whole();
        let number = whole.pointer(&pointer).expect("a place");
        let text = json!(number.to_string());
        assert_eq!(read(&with(&pointer, text)), whole, "{pointer}");
    }
    for pointer in places_of(Value::is_boolean) {
        for flag in [json!(1), json!("1"), json!("true")] {
            assert_eq!(read(&with(&pointer, flag)), whole(), "{pointer}");
        }
    }
}

#[test]
fn texts_may_come_as_numbers() {
    for pointer in places_of(Value::is_string) {
        assert_eq!(
            read(&with(&pointer, json!(17))),
            with(&pointer, json!("17")),
            "{pointer}"
        );
    }
}

#[test]
fn a_free_object_may_come_as_an_empty_list() {
    for pointer in [
        "/message/meta",
        "/message/anything",
        "/message/replies/0/meta",
    ] {
        let php = with(pointer, json!([]));
        assert_eq!(read(&php), php, "{pointer}");
    }
}

#[test]
fn constraints_do_not_hold_for_answers() {
    for (pointer, value) in [
        ("/message/number", json!(-1)),
        ("/message/price", json!(99.5)),
        ("/message/priority", json!(3)),
        ("/message/type", json!("no uuid")),
        ("/message/stored_at", json!("yesterday")),
        ("/message/sender/name", json!("")),
        ("/message/sender/phone", json!("+229 01")),
    ] {
        let odd = with(pointer, value);
        assert_eq!(read(&odd), odd, "{pointer}");
    }
}

#[test]
fn an_enum_value_that_is_not_known_is_kept() {
    let state = |answer: &Value| {
        let typed: types::MessageEnvelope = serde_json::from_value(answer.clone()).expect("read");
        typed.message.expect("a message").state.expect("a state")
    };
    assert_eq!(state(&whole()), MessageState::Sent);
    for (text, known) in [
        ("on hold", MessageState::OnHold),
        ("24h", MessageState::Value24h),
        ("self", MessageState::ValueSelf),
        ("SENT", MessageState::Unknown("SENT".to_owned())),
        ("", MessageState::Unknown(String::new())),
    ] {
        let answer = with("/message/state", json!(text));
        assert_eq!(state(&answer), known);
        assert_eq!(read(&answer), answer, "it does not go back as it came");
    }
}

#[test]
fn alternatives_are_told_apart_by_what_they_require() {
    let content = |value: Value| {
        let answer = with("/message/content", value);
        let typed: types::MessageEnvelope = serde_json::from_value(answer).expect("read");
        typed.message.expect("a message").content
    };
    let place = json!({"latitude": "6.4", "longitude": 2, "new": 1});
    let Some(MessageContent::PlaceContent(place)) = content(place) else {
        panic!("not a place");
    };
    assert_eq!((place.latitude.0, place.longitude.0), (6.4, 2.0));
    assert!(matches!(
        content(json!({"text": "Hello", "new": 1})),
        Some(MessageContent::TextContent(_))
    ));
    // What is none of them is kept for whoever wants to look at it.
    for other in [json!({"sticker": 1}), json!([]), json!("text")] {
        let Some(MessageContent::AnyValue(kept)) = content(other.clone()) else {
            panic!("{other} was taken for something else");
        };
        assert_eq!(kept, other);
    }
    assert!(content(Value::Null).is_none());
}

#[tokio::test]
async fn one_odd_row_does_not_lose_the_page() {
    let page = json!({
        "status": "OK",
        "page": {
            "messages": [
                {"id": 1, "number": "12", "state": "teleported", "labels": null, "sender": null, "meta": []},
                {},
                {"id": "m-3", "number": null, "urgent": "0", "content": {"sticker": "s"}, "new": true},
            ],
            "next": 5,
            "more": 1,
            "total": "3",
        },
    });
    let vendor = Kitchen::answering(200, &page.to_string()).await;
    let answer = vendor
        .call(async |client| client.list_messages(None, None, None, None, None).await)
        .await
        .expect("an answer");
    let page = answer.value.page.expect("a page");
    assert_eq!(page.messages.expect("messages").len(), 3);
    assert_eq!(page.next.map(|next| next.0), Some("5".to_owned()));
    assert_eq!(page.more.map(|more| more.0), Some(true));
    assert_eq!(page.total.map(|total| total.0), Some(3));
    assert!(page.last.is_none());
}
