//! Each row of each vendor's table of errors.

use palabre::{ErrorKind, Outcome, Vendor, Verb};
use serde_json::{Value, json};

use crate::errors::error_of;
use crate::stage::Stage;

#[tokio::test]
async fn msgflash_tells_by_code() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for (status, code, kind) in [
        (400, "VALIDATION_ERROR", ErrorKind::InvalidInput),
        (400, "BAD_REQUEST", ErrorKind::InvalidInput),
        (401, "UNAUTHORIZED", ErrorKind::Authentication),
        (403, "FORBIDDEN", ErrorKind::Permission),
        (403, "TEAM_KEY_REQUIRED", ErrorKind::Permission),
        (403, "TEAM_KEY_NOT_ALLOWED", ErrorKind::Permission),
        (403, "SUBSCRIPTION_INACTIVE", ErrorKind::Permission),
        (403, "MAX_CONTACT_GROUPS_REACHED", ErrorKind::QuotaExceeded),
        (404, "NOT_FOUND", ErrorKind::NotFound),
        (409, "CONFLICT", ErrorKind::Conflict),
        (429, "API_RATE_LIMIT_EXCEEDED", ErrorKind::RateLimited),
        (
            429,
            "MONTHLY_API_REQUEST_QUOTA_EXCEEDED",
            ErrorKind::QuotaExceeded,
        ),
        (
            429,
            "MONTHLY_OUTBOUND_QUOTA_EXCEEDED",
            ErrorKind::QuotaExceeded,
        ),
        (500, "INTERNAL_ERROR", ErrorKind::Unavailable),
        // A code that is not known leaves it to the status.
        (422, "INVALID_DESTINATION", ErrorKind::InvalidInput),
        (403, "SOMETHING_NEW", ErrorKind::Permission),
        (502, "PROVIDER_ERROR", ErrorKind::Unavailable),
    ] {
        let body =
            json!({"error": {"code": code, "message": "The vendor's words.", "details": []}});
        let fault = json!({"status": status, "body": body});
        let error = error_of(&client, &stage, Verb::ContactsGet, fault.clone()).await;
        assert_eq!(
            (error.kind(), error.get_status()),
            (kind, Some(status)),
            "{error}"
        );
        assert_eq!(
            (error.get_vendor_code(), error.message()),
            (Some(code), "The vendor's words.")
        );
        assert_eq!(error.get_outcome(), None, "a read has no outcome");

        let error = error_of(&client, &stage, Verb::ContactsDelete, fault).await;
        let (kind, outcome) = match status {
            500.. => (ErrorKind::OutcomeUnknown, Outcome::Unknown),
            _ => (kind, Outcome::NotSent),
        };
        assert_eq!(
            (error.kind(), error.get_outcome()),
            (kind, Some(outcome)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_used_up_quota_is_not_asked_again_and_a_rate_limit_is() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for (code, requests) in [
        ("API_RATE_LIMIT_EXCEEDED", 3),
        ("MONTHLY_API_REQUEST_QUOTA_EXCEEDED", 1),
    ] {
        stage.sandbox.clear_journal();
        let body = json!({"error": {"code": code, "message": "No."}});
        error_of(
            &client,
            &stage,
            Verb::ContactsGet,
            json!({"status": 429, "body": body}),
        )
        .await;
        assert_eq!(stage.requests().len(), requests, "{code}");
    }
}

#[tokio::test]
async fn reachflow_tells_by_code_or_status() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    for (status, code, kind) in [
        (400, "Bad Request", ErrorKind::InvalidInput),
        (401, "unauthorized", ErrorKind::Authentication),
        (403, "plan_required", ErrorKind::Permission),
        (403, "insufficient_scope", ErrorKind::Permission),
        (404, "not_found", ErrorKind::NotFound),
        (422, "validation", ErrorKind::InvalidInput),
        (429, "rate_limit_exceeded", ErrorKind::RateLimited),
        // Waiting does not mend a key.
        (429, "too_many_auth_failures", ErrorKind::Authentication),
        (503, "down", ErrorKind::Unavailable),
    ] {
        let body =
            json!({"statusCode": status, "error": code, "message": "Les mots du fournisseur."});
        let fault = json!({"status": status, "body": body});
        let error = error_of(&client, &stage, Verb::NumbersGet, fault).await;
        assert_eq!(
            (error.kind(), error.get_status()),
            (kind, Some(status)),
            "{error}"
        );
        assert_eq!(error.get_vendor_code(), Some(code));
        assert_eq!(error.message(), "Les mots du fournisseur.");
    }
    let scope = json!({"statusCode": 403, "error": "insufficient_scope", "message": "Non."});
    let fault = json!({"status": 403, "body": scope});
    let error = error_of(&client, &stage, Verb::NumbersGet, fault).await;
    assert!(
        error.get_hint().unwrap().contains("providers:read"),
        "{error}"
    );
}

#[tokio::test]
async fn reachflow_may_say_several_sentences_or_none() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    for (message, shown) in [
        (
            json!(["id doit être un UUID", "limit est trop grand"]),
            "id doit être un UUID; limit est trop grand",
        ),
        (json!([]), "the vendor refused the request"),
        (json!(null), "the vendor refused the request"),
        (json!(""), "the vendor refused the request"),
        (json!({"id": "faux"}), "{\"id\":\"faux\"}"),
    ] {
        let body = json!({"statusCode": 400, "error": "Bad Request", "message": message});
        let fault = json!({"status": 400, "body": body});
        let error = error_of(&client, &stage, Verb::NumbersGet, fault).await;
        assert_eq!(error.message(), shown);
    }
}

#[tokio::test]
async fn the_sandbox_s_own_refusals_are_read_the_same() {
    let stage = Stage::new();
    let client = stage.client(Vendor::ReachFlow);
    let numbers = client.numbers();
    stage.set(|settings| settings.reachflow_scopes.clear());
    let error = numbers.list().collect().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.get_vendor_code()),
        (ErrorKind::Permission, Some("insufficient_scope"))
    );
    stage.set(|settings| settings.reachflow_plan = false);
    let error = numbers.list().collect().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.get_vendor_code()),
        (ErrorKind::Permission, Some("plan_required"))
    );
}

#[tokio::test]
async fn wapiflow_tells_by_remark_whatever_the_status() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    for (status, remark, kind) in [
        (401, "Unauthorized", ErrorKind::Authentication),
        (200, "user_error", ErrorKind::Authentication),
        (200, "subscription_required", ErrorKind::Permission),
        (200, "not_available", ErrorKind::Permission),
        (200, "validation_error", ErrorKind::InvalidInput),
        (200, "not_found", ErrorKind::NotFound),
        (404, "not_found", ErrorKind::NotFound),
        (200, "unknown_contact", ErrorKind::NotFound),
        (200, "contact_limit_error", ErrorKind::QuotaExceeded),
        (200, "contact_error", ErrorKind::Conflict),
        (200, "image_upload_error", ErrorKind::Vendor),
        (200, "exception", ErrorKind::Vendor),
        // A remark that is not known leaves it to the status, and 200 tells nothing.
        (200, "something_new", ErrorKind::Vendor),
        (403, "something_new", ErrorKind::Permission),
    ] {
        let body = json!({"status": "error", "remark": remark, "message": ["First.", "Second."]});
        let fault = json!({"status": status, "body": body});
        let error = error_of(&client, &stage, Verb::ContactsList, fault.clone()).await;
        assert_eq!(
            (error.kind(), error.get_status()),
            (kind, Some(status)),
            "{error}"
        );
        assert_eq!(
            (error.get_vendor_code(), error.message()),
            (Some(remark), "First. Second.")
        );

        let error = error_of(&client, &stage, Verb::ContactsDelete, fault).await;
        // `exception` is also said after a message has gone out, and what is new proves no more.
        let (kind, outcome) = match (status, remark) {
            (200, "exception" | "something_new") => (ErrorKind::OutcomeUnknown, Outcome::Unknown),
            _ => (kind, Outcome::NotSent),
        };
        assert_eq!(
            (error.kind(), error.get_outcome()),
            (kind, Some(outcome)),
            "{error}"
        );
    }
}

#[tokio::test]
async fn wapiflow_may_leave_out_its_words() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    for message in [
        Value::Null,
        json!([]),
        json!([null, 7]),
        json!({"mobile": ["taken"]}),
    ] {
        let body = json!({"status": "ERROR", "message": message});
        let fault = json!({"status": 200, "body": body});
        let error = error_of(&client, &stage, Verb::ContactsList, fault).await;
        assert_eq!(error.kind(), ErrorKind::Vendor);
        assert!(!error.message().is_empty());
    }
}

#[tokio::test]
async fn a_refused_address_is_named_with_what_to_do() {
    let stage = Stage::new();
    stage.set(|settings| settings.wapiflow_allowed_ips = Some(vec![]));
    let client = stage.client(Vendor::WapiFlow);
    for verb in [Verb::ContactsList, Verb::MessagesSend] {
        let error = crate::verbs::run(&client, verb).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication);
        assert_eq!(
            error.get_hint(),
            Some("add 127.0.0.1 to the IP Whitelist in the account's dashboard")
        );
    }
    assert_eq!(stage.requests().len(), 2, "no key is tried twice");
}

#[tokio::test]
async fn ninetynine_digital_tells_by_reason_whatever_the_status() {
    for status in [200, 400, 401] {
        for word in ["FAIL", "Fail"] {
            let stage = Stage::new();
            let credentials = palabre::Credentials::default().with("access_token", "token");
            let client = stage
                .builder(Vendor::NinetyNineDigital)
                .credentials(credentials)
                .build()
                .unwrap();
            for (reason, kind) in [
                (2, ErrorKind::Authentication),
                (3, ErrorKind::Authentication),
                (4, ErrorKind::NotFound),
                (13, ErrorKind::Vendor),
            ] {
                let fault = json!({"status": status, "body": {"status": word, "reason": reason}});
                let error = error_of(&client, &stage, Verb::NumbersList, fault).await;
                assert_eq!(
                    (error.kind(), error.get_status()),
                    (kind, Some(status)),
                    "{error}"
                );
                assert_eq!(error.get_vendor_code(), Some(&*reason.to_string()));
                assert!(error.get_hint().is_some(), "{error}");
            }
            // A reason that is not documented leaves it to the status, and 200 tells nothing.
            let fault = json!({"status": status, "body": {"status": word, "reason": 77}});
            let error = error_of(&client, &stage, Verb::NumbersList, fault).await;
            let kind = match status {
                400 => ErrorKind::InvalidInput,
                401 => ErrorKind::Authentication,
                _ => ErrorKind::Vendor,
            };
            assert_eq!(error.kind(), kind, "{error}");
            assert!(error.message().contains("77"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_wrong_key_is_refused_once_and_not_tried_again() {
    for vendor in Vendor::ALL {
        let stage = Stage::new();
        let good = stage.credentials(vendor);
        let bad = good
            .keywords()
            .fold(palabre::Credentials::default(), |bad, name| {
                bad.with(name, "wrong")
            });
        let client = stage.builder(vendor).credentials(bad).build().unwrap();
        let error = crate::verbs::run(&client, crate::errors::read_of(vendor))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
        assert_eq!(stage.sandbox.journal().len(), 1, "{vendor}");
        assert!(!format!("{error:?}").contains("wrong-"), "{error:?}");
    }
}
