//! WapiFlow, beyond the samples: credentials, pages, contacts, the inbox, sending.

use palabre_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{Part, Request, request, sandbox, set, wapiflow};

fn remark(request: &Request, sandbox: &Sandbox) -> Value {
    let answer = request.send(sandbox);
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["remark"].clone()
}

fn page(sandbox: &Sandbox, path: &str, key: &str) -> Value {
    wapiflow("GET", path).send(sandbox).json()["data"][key].clone()
}

fn contacts(sandbox: &Sandbox) -> Vec<Value> {
    let page = page(sandbox, "/contact/list?paginate=1000", "contacts");
    page["data"].as_array().unwrap().clone()
}

#[test]
fn credentials_and_addresses_are_checked() {
    let sandbox = sandbox();
    let path = "/wapiflow/external-api/contact/list";
    let refused = |request: Request| {
        let answer = request.send(&sandbox);
        assert_eq!(
            (answer.status, &answer.json()["remark"]),
            (401, &json!("Unauthorized"))
        );
        answer.json()["message"].as_array().unwrap().clone()
    };
    assert_eq!(refused(request("GET", path)), ["The client id is required"]);
    let wrong = request("GET", path).header("client-id", "YOUR-CLIENT-ID");
    assert_eq!(refused(wrong.header("client-secret", "x")).len(), 1);
    set(&sandbox, json!({"wapiflow_allowed_ips": ["10.1.2.3"]}));
    let lines = refused(wapiflow("GET", "/contact/list"));
    assert_eq!(lines.len(), 2);
    assert!(lines[1].as_str().unwrap().contains("(127.0.0.1)"));
    set(&sandbox, json!({"wapiflow_allowed_ips": ["127.0.0.1"]}));
    assert_eq!(
        remark(&wapiflow("GET", "/contact/list"), &sandbox),
        "contact_list"
    );
}

#[test]
fn an_unknown_route_is_404_and_a_wrong_method_an_exception() {
    let sandbox = sandbox();
    let answer = wapiflow("GET", "/contact/nothing").send(&sandbox);
    assert_eq!(
        (answer.status, &answer.json()["remark"]),
        (404, &json!("not_found"))
    );
    assert_eq!(
        remark(&wapiflow("POST", "/contact/list"), &sandbox),
        "exception"
    );
}

#[test]
fn pages_have_all_the_fields_of_the_framework() {
    let sandbox = sandbox();
    let last = page(&sandbox, "/contact/list?page=14", "contacts");
    assert_eq!(
        (&last["total"], &last["last_page"]),
        (&json!(264), &json!(14))
    );
    assert_eq!((&last["from"], &last["to"]), (&json!(261), &json!(264)));
    assert_eq!(last["data"].as_array().unwrap().len(), 4);
    assert_eq!(last["next_page_url"], Value::Null);
    let path = "http://sandbox/wapiflow/external-api/contact/list";
    assert_eq!(last["prev_page_url"], format!("{path}?page=13"));
    assert_eq!(last["first_page_url"], format!("{path}?page=1"));
    assert_eq!(last["links"][0]["label"], "&laquo; Previous");
    let beyond = page(&sandbox, "/contact/list?page=99", "contacts");
    assert_eq!(
        (&beyond["data"], &beyond["from"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(
        (&beyond["current_page"], &beyond["last_page"]),
        (&json!(99), &json!(14))
    );
    assert_eq!(
        page(&sandbox, "/contact/list?paginate=x", "contacts")["per_page"],
        20
    );
    assert_eq!(
        page(&sandbox, "/contact/list?paginate=150", "contacts")["per_page"],
        150
    );
}

#[test]
fn contacts_come_newest_first_and_are_searched() {
    let sandbox = sandbox();
    let ids: Vec<_> = contacts(&sandbox)
        .iter()
        .map(|row| row["id"].as_u64().unwrap())
        .collect();
    assert!(ids.len() == 264 && ids.is_sorted_by(|newer, older| newer > older));
    let found = page(&sandbox, "/contact/list?search=HOSSAIN", "contacts");
    let found = found["data"].as_array().unwrap();
    assert!(!found.is_empty());
    assert!(
        found
            .iter()
            .all(|row| row["full_name"].as_str().unwrap().contains("Hossain"))
    );
    assert_eq!(
        page(&sandbox, "/contact/list?search=zzz", "contacts")["last_page"],
        1
    );
}

const JOHN: [(&str, &str); 4] = [
    ("firstname", "John"),
    ("lastname", "Doe"),
    ("mobile_code", "880"),
    ("mobile", "01988"),
];

#[test]
fn a_contact_is_checked_field_by_field() {
    let sandbox = sandbox();
    let long = "x".repeat(41);
    let store = |fields: &[(&str, &str)]| {
        let answer = wapiflow("POST", "/contact/store")
            .fields(fields)
            .send(&sandbox);
        assert_eq!(answer.json()["remark"], "validation_error");
        answer.json()["message"].as_array().unwrap().len()
    };
    assert_eq!(store(&[("city", "Dhaka")]), 4);
    assert_eq!(
        store(&[
            ("firstname", &long),
            ("lastname", "  "),
            ("mobile_code", "+880"),
            ("mobile", "a")
        ]),
        4
    );
    let picture = |name| {
        let mut parts: Vec<Part<'_>> = JOHN
            .iter()
            .map(|(name, value)| (*name, None, value.as_bytes()))
            .collect();
        parts.push(("profile_image", Some(name), b"picture"));
        wapiflow("POST", "/contact/store").multipart(&parts)
    };
    assert_eq!(remark(&picture("me.gif"), &sandbox), "validation_error");
    let stored = picture("me.JPG").send(&sandbox).json();
    assert_eq!(stored["data"]["contact"]["image"], "me.JPG");
}

#[test]
fn an_update_empties_the_parts_of_the_address_that_are_left_out() {
    let sandbox = sandbox();
    let mut fields = JOHN.to_vec();
    fields.extend([("city", "Dhaka"), ("post_code", "1207")]);
    let stored = wapiflow("POST", "/contact/store")
        .fields(&fields)
        .send(&sandbox)
        .json();
    let id = stored["data"]["contact"]["id"].as_u64().unwrap();
    let update = |body: &str| {
        let path = format!("/contact/update/{id}");
        wapiflow("POST", &path).form(body).send(&sandbox).json()
    };
    assert_eq!(update("firstname=Jane")["remark"], "validation_error");
    let updated = update("firstname=Jane&lastname=Doe&mobile_code=880&mobile=01988&city=Sylhet");
    let address = &updated["data"]["contact"]["address"];
    assert_eq!(
        (&address["city"], &address["post_code"]),
        (&json!("Sylhet"), &json!(""))
    );
    assert_eq!(updated["data"]["contact"]["firstname"], "Jane");
    assert_eq!(contacts(&sandbox)[0]["full_name"], "Jane Doe");

    let other = &contacts(&sandbox)[1];
    let taken = format!(
        "firstname=J&lastname=D&mobile_code={}&mobile={}",
        other["mobile_code"].as_str().unwrap(),
        other["mobile"].as_str().unwrap()
    );
    assert_eq!(update(&taken)["remark"], "validation_error");
}

#[test]
fn json_bodies_are_taken_as_well() {
    let sandbox = sandbox();
    let body =
        json!({"firstname": "John", "lastname": "Doe", "mobile_code": "880", "mobile": "01988"});
    let store = wapiflow("POST", "/contact/store").json(&body);
    assert_eq!(remark(&store, &sandbox), "contact_created");
    let change =
        wapiflow("POST", "/inbox/change-conversation-status/2").json(&json!({"status": 3}));
    assert_eq!(remark(&change, &sandbox), "status_updated");
}

#[test]
fn contacts_that_are_blocked_or_have_messages_stay() {
    let sandbox = sandbox();
    let delete = |id: &Value| {
        let answer = wapiflow("DELETE", &format!("/contact/delete/{id}")).send(&sandbox);
        (
            answer.json()["remark"].clone(),
            answer.json().get("data").is_some(),
        )
    };
    let all = contacts(&sandbox);
    let blocked = all
        .iter()
        .find(|contact| contact["is_blocked"] == 1)
        .unwrap();
    assert_eq!(delete(&blocked["id"]), (json!("contact_error"), false));
    let talking = page(&sandbox, "/inbox/conversation-list", "conversation");
    assert_eq!(
        delete(&talking["data"][0]["contact_id"]),
        (json!("contact_error"), false)
    );
    let stored = wapiflow("POST", "/contact/store")
        .fields(&JOHN)
        .send(&sandbox)
        .json();
    let id = &stored["data"]["contact"]["id"];
    assert_eq!(delete(id), (json!("contact_deleted"), false));
    assert_eq!(delete(id), (json!("not_found"), false));
}

#[test]
fn conversations_are_filtered_by_status_and_the_latest_comes_first() {
    let sandbox = sandbox();
    let all = page(
        &sandbox,
        "/inbox/conversation-list?paginate=200",
        "conversation",
    );
    assert_eq!(all["total"], 120);
    let times: Vec<_> = all["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            row["last_message_at"]
                .as_str()
                .unwrap_or_default()
                .to_owned()
        })
        .collect();
    assert!(times.is_sorted_by(|newer, older| newer >= older));
    for status in 1..=4 {
        let path = format!("/inbox/conversation-list?status={status}&paginate=200");
        let some = page(&sandbox, &path, "conversation");
        let rows = some["data"].as_array().unwrap();
        assert!(rows.len() == 24 && rows.iter().all(|row| row["status"] == status));
    }
}

#[test]
fn a_conversation_takes_every_status_but_unread() {
    let sandbox = sandbox();
    let change = |id: &str, status: &str| {
        let path = format!("/inbox/change-conversation-status/{id}");
        remark(
            &wapiflow("POST", &path).form(&format!("status={status}")),
            &sandbox,
        )
    };
    assert!(
        ["0", "1", "2", "3"]
            .iter()
            .all(|status| change("2", status) == "status_updated")
    );
    assert!(
        ["4", "-1", "x", ""]
            .iter()
            .all(|status| change("2", status) == "validation_error")
    );
    assert_eq!(change("999", "1"), "not_found");
    assert_eq!(
        remark(&wapiflow("GET", "/inbox/conversation-details/x"), &sandbox),
        "not_found"
    );
}

fn message(extra: &[Part<'_>]) -> Request {
    let mut parts: Vec<Part<'_>> = vec![
        ("mobile_code", None, b"880"),
        ("mobile", None, b"1988000000"),
    ];
    parts.extend(extra);
    wapiflow("POST", "/inbox/send-message").multipart(&parts)
}

#[test]
fn a_message_to_a_new_number_makes_a_contact_and_a_conversation_once() {
    let sandbox = sandbox();
    let send = || {
        message(&[("message", None, b"Hello")])
            .send(&sandbox)
            .json()["data"]
            .clone()
    };
    let first = send();
    let second = send();
    assert_eq!(first["conversation_id"], 121);
    assert_eq!(second["conversation_id"], 121);
    assert_ne!(
        first["message"]["whatsapp_message_id"],
        second["message"]["whatsapp_message_id"]
    );
    assert_eq!(contacts(&sandbox)[0]["mobile"], "1988000000");
    let latest = page(&sandbox, "/inbox/conversation-list", "conversation")["data"][0].clone();
    assert_eq!(
        (&latest["id"], &latest["contact_id"]),
        (&json!(121), &json!(265))
    );
}

#[test]
fn each_kind_of_message_fills_its_own_fields() {
    let sandbox = sandbox();
    let send = |extra: &[Part<'_>]| message(extra).send(&sandbox).json()["data"]["message"].clone();
    let text = send(&[("message", None, b"Hello")]);
    assert_eq!(
        (&text["message_type"], &text["message"]),
        (&json!(1), &json!("Hello"))
    );
    for (field, name, number) in [
        ("image", "a.png", 2),
        ("video", "a.mp4", 3),
        ("document", "a.pdf", 4),
        ("audio", "a.x", 5),
    ] {
        let sent = send(&[(field, Some(name), b"file"), ("message", None, b"Look")]);
        assert_eq!(
            (&sent["message_type"], &sent["media_type"]),
            (&json!(number), &json!(field))
        );
        assert_eq!(
            (&sent["media_filename"], &sent["media_caption"]),
            (&json!(name), &json!("Look"))
        );
    }
    let place: [Part<'_>; 4] = [
        ("latitude", None, b"6.3654"),
        ("longitude", None, b"2.4183"),
        ("name", None, b"Dantokpa"),
        ("address", None, b"Cotonou"),
    ];
    let sent = send(&place);
    assert_eq!(
        (&sent["message_type"], &sent["location"]["name"]),
        (&json!(8), &json!("Dantokpa"))
    );
    assert_eq!(send(&place[..3])["location"]["name"], Value::Null);
    assert_eq!(send(&[("cta_url_id", None, b"2")])["cta_url_id"], 2);
    assert_eq!(
        send(&[("interactive_list_id", None, b"3")])["interactive_list_id"],
        3
    );
    assert_eq!(
        send(&[("product", None, b"{\"a\": 1}")])["product_data"],
        json!({"a": 1})
    );
}

#[test]
fn one_content_wins_when_several_are_given() {
    let sandbox = sandbox();
    let everything: [Part<'_>; 7] = [
        ("cta_url_id", None, b"2"),
        ("interactive_list_id", None, b"3"),
        ("image", Some("a.png"), b"i"),
        ("document", Some("a.pdf"), b"d"),
        ("latitude", None, b"1"),
        ("longitude", None, b"1"),
        ("message", None, b"Hello"),
    ];
    let kinds: Vec<_> = [0, 1, 2, 3, 4, 6]
        .iter()
        .map(|skipped| {
            let sent = message(&everything[*skipped..]).send(&sandbox).json();
            sent["data"]["message"]["message_type"].as_u64().unwrap()
        })
        .collect();
    assert_eq!(kinds, [6, 9, 2, 4, 8, 1]);
}

#[test]
fn a_message_that_does_not_fit_is_not_sent() {
    let sandbox = sandbox();
    let big = vec![0; 5 * 1024 * 1024 + 1];
    for extra in [
        &[] as &[Part<'_>],
        &[("message", None, b"  ")],
        &[("image", Some("a.gif"), b"x")],
        &[("image", Some("a.png"), &big)],
        &[("document", Some("a.txt"), b"x")],
        &[("video", Some("a.avi"), b"x")],
        &[("latitude", None, b"1")],
        &[("latitude", None, b"91"), ("longitude", None, b"1")],
        &[("cta_url_id", None, b"two")],
        &[("product", None, b"{")],
    ] {
        assert_eq!(remark(&message(extra), &sandbox), "validation_error");
    }
    let hello: Part<'_> = ("message", None, b"Hello");
    let from: Part<'_> = ("from_number", None, b"111");
    assert_eq!(remark(&message(&[hello, from]), &sandbox), "not_found");
    assert_eq!(
        remark(&message(&[("cta_url_id", None, b"99")]), &sandbox),
        "not_found"
    );
    assert_eq!(contacts(&sandbox).len(), 264);
    let from: Part<'_> = ("from_number", None, b"34600000000");
    let sent = message(&[hello, from]).send(&sandbox).json();
    assert_eq!(sent["data"]["message"]["whatsapp_account_id"], 2);
}

#[test]
fn blocked_contacts_get_nothing() {
    let sandbox = sandbox();
    let all = contacts(&sandbox);
    let blocked = all
        .iter()
        .find(|contact| contact["is_blocked"] == 1)
        .unwrap();
    let to = format!(
        "mobile_code={}&mobile={}",
        blocked["mobile_code"].as_str().unwrap(),
        blocked["mobile"].as_str().unwrap()
    );
    let text = wapiflow("POST", "/inbox/send-message").form(&format!("{to}&message=Hi"));
    assert_eq!(remark(&text, &sandbox), "not_found");
    let template =
        wapiflow("POST", "/inbox/send-template-message").form(&format!("{to}&template_id=1"));
    assert_eq!(remark(&template, &sandbox), "not_found");
}

fn template(id: &str) -> Request {
    let body =
        format!("mobile_code=880&mobile=1988000000&template_id={id}&body_variables%5B%5D=Awa");
    wapiflow("POST", "/inbox/send-template-message").form(&body)
}

#[test]
fn only_approved_templates_are_sent() {
    let sandbox = sandbox();
    let sent = template("6").send(&sandbox).json();
    assert_eq!(sent["remark"], "template_sent");
    assert_eq!(sent["data"], json!({"conversation_id": 121}));
    assert_eq!(
        sandbox.journal()[0].body["body_variables[]"],
        json!(["Awa"])
    );
    for id in ["4", "5", "8", "99"] {
        assert_eq!(remark(&template(id), &sandbox), "not_found", "{id}");
    }
    assert_eq!(remark(&template("x"), &sandbox), "validation_error");
}

#[test]
fn a_template_can_go_out_and_report_a_failure() {
    let sandbox = sandbox();
    set(&sandbox, json!({"wapiflow_template_quirk": true}));
    assert_eq!(remark(&template("6"), &sandbox), "exception");
    assert!(sandbox.journal()[0].performed);
    let latest = page(&sandbox, "/inbox/conversation-list", "conversation");
    assert_eq!(latest["data"][0]["id"], 121);
    assert_eq!(remark(&template("4"), &sandbox), "not_found");
}

#[test]
fn a_document_of_many_megabytes_is_taken() {
    let sandbox = sandbox();
    let big = vec![b'x'; 60 * 1024 * 1024];
    let sent = message(&[("document", Some("big.pdf"), &big)])
        .send(&sandbox)
        .json();
    assert_eq!(sent["status"], "success");
    assert_eq!(sandbox.journal()[0].body["document"]["bytes"], big.len());
}
