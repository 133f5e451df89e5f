//! What the spec says beside types and methods: effects, pages, secrets, shapes.

use std::time::Duration;

use palabre_transport::{Effect, Media, RateLimit, Repeat};

use crate::kitchen_sink::{SPEC, shapes};

#[test]
fn an_operation_says_what_it_does_and_with_which_credentials() {
    let facts = |id| {
        let operation = SPEC.operation(id).expect(id);
        (operation.method, operation.effect, operation.schemes)
    };
    assert_eq!(
        facts("send_message"),
        ("POST", Effect::Send, ["Token", "AppId"].as_slice())
    );
    assert_eq!(
        facts("delete_messages"),
        ("DELETE", Effect::Write, ["AppId"].as_slice())
    );
    assert_eq!(facts("open_session"), ("POST", Effect::Read, [].as_slice()));
}

#[test]
fn schemes_say_which_header_holds_which_credential() {
    let schemes: Vec<_> = SPEC
        .schemes
        .iter()
        .map(|scheme| (scheme.header, scheme.prefix, scheme.credential))
        .collect();
    assert_eq!(
        schemes,
        [
            ("authorization", "Bearer ", "api_key"),
            ("x-app-id", "", "client_id")
        ]
    );
}

#[test]
fn a_body_says_how_it_is_written() {
    let media = |id| Some(SPEC.operation(id)?.body.as_ref()?.media);
    assert_eq!(media("send_message"), Some(Media::Json));
    assert_eq!(media("attach_file"), Some(Media::Multipart));
    assert_eq!(media("set_consent"), Some(Media::Form));
    assert_eq!(media("get_message"), None);
}

#[test]
fn the_rule_of_a_body_has_what_its_parts_require() {
    let body = |id| {
        SPEC.operation(id)
            .and_then(|operation| operation.body.as_ref())
    };
    let rule = &body("send_message").expect("a body").rule;
    assert_eq!(rule.required, ["to", "content"]);
    let names: Vec<_> = rule.properties.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        ["to", "from", "content", "state", "tags", "meta", "type"]
    );
}

#[test]
fn what_is_filled_into_a_body_is_not_asked_for() {
    let operation = SPEC.operation("page_person").expect("an operation");
    let filled: Vec<_> = operation
        .body_credentials
        .iter()
        .map(|one| (one.property, one.credential, one.is_secret))
        .collect();
    assert_eq!(
        filled,
        [("key", "api_key", true), ("from", "number", false)]
    );
    let rule = &operation.body.as_ref().expect("a body").rule;
    let names: Vec<_> = rule.properties.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["from", "text"]);
    assert_eq!(rule.required, ["text"]);
}

#[test]
fn the_rule_of_logical_failures_is_the_document_s() {
    let rule = SPEC.logical_failure.expect("a rule");
    assert_eq!(rule.field, "status");
    assert_eq!(rule.success, ["OK", "Accepted"]);
    assert!(!rule.required);
}

#[test]
fn an_operation_says_whether_it_may_arrive_twice() {
    let repeat = |id| SPEC.operation(id).expect(id).repeat;
    assert_eq!(repeat("list_messages"), Repeat::Freely);
    assert_eq!(repeat("send_message"), Repeat::WithKey("idempotency-key"));
    assert_eq!(repeat("pin_message"), Repeat::Freely);
    assert_eq!(repeat("delete_messages"), Repeat::Never);
}

#[test]
fn an_operation_says_by_what_an_answer_proves_that_the_vendor_took_it() {
    let proof = |id| SPEC.operation(id).expect(id).proof;
    assert_eq!(proof("send_message"), Some("/message_id"));
    assert_eq!(proof("list_messages"), None);
}

#[test]
fn the_spec_says_how_many_requests_a_key_may_make() {
    let limit = RateLimit {
        requests: 5,
        period: Duration::from_secs(2),
    };
    assert_eq!(SPEC.rate_limit, Some(limit));
}

#[test]
fn secrets_of_requests_and_answers_are_known_by_name() {
    assert_eq!(SPEC.secrets, ["key", "password", "token"]);
}

#[test]
fn the_shape_of_an_object_has_every_property_of_its_parts() {
    for name in shapes::MESSAGE.fields {
        assert!(shapes::STORED_MESSAGE.fields.contains(name), "{name}");
    }
    assert!(shapes::STORED_MESSAGE.fields.contains(&"stored_at"));
}

#[test]
fn objects_inside_a_property_have_a_shape_under_the_name_of_their_type() {
    assert_eq!(shapes::MESSAGE_ROUTE.name, "MessageRoute");
    assert_eq!(shapes::MESSAGE_ROUTE.fields, ["gateway", "hops"]);
    assert_eq!(shapes::MESSAGE_ROUTE_HOPS_ITEM.name, "MessageRouteHopsItem");
    assert_eq!(shapes::MESSAGE_ROUTE_HOPS_ITEM.fields, ["host", "delay"]);
}
