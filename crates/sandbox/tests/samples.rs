//! The sample requests of the vendors' documents, with nothing but the host replaced.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;

use palabre_sandbox::Sandbox;
use serde_json::{Value, json};
use support::{Answer, Request, request, sandbox};

/// Members of an object, in their order.
fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

mod reachflow {
    use super::*;

    fn sample(path: &str) -> Answer {
        request("GET", path)
            .header("X-API-Key", "rfl_live_VOTRE_CLE")
            .header("Content-Type", "application/json")
            .header("Accept", "application/json")
            .send(&sandbox())
    }

    #[test]
    fn listing_providers_starts_with_the_documented_one() {
        let answer = sample("/reachflow/api/v1/providers");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let body = answer.json();
        assert_eq!(names(&body), ["providers"]);
        assert_eq!(
            body["providers"][0],
            json!({
                "id": "a3f1b2c4-1234-4abc-9def-000011112222",
                "name": "Support client",
                "phoneNumber": "22997000000",
                "status": "connected",
                "warmupDay": 14,
                "riskScore": 12
            })
        );
    }

    #[test]
    fn the_provider_that_the_sample_asks_for_exists() {
        let asked = "7f9e1234-abcd-4ef0-8765-aabbccddeeff";
        let answer = sample(&format!("/reachflow/api/v1/providers/{asked}"));
        assert_eq!(answer.status, 200);
        assert_eq!(answer.json()["id"], asked);
    }

    #[test]
    fn the_provider_that_the_sample_shows_answers_as_shown() {
        let answer = sample("/reachflow/api/v1/providers/a3f1b2c4-1234-4abc-9def-000011112222");
        assert_eq!(
            answer.json(),
            json!({
                "id": "a3f1b2c4-1234-4abc-9def-000011112222",
                "name": "Support client",
                "phoneNumber": "22997000000",
                "status": "connected",
                "warmupDay": 14,
                "riskScore": 12,
                "dailyStats": {
                    "sent": 42,
                    "delivered": 40,
                    "failed": 2,
                    "messagesLimit": 200,
                    "newContactsLimit": 50
                }
            })
        );
    }
}

mod msgflash {
    use super::*;

    fn sample(method: &'static str, path: &str) -> Request {
        request(method, format!("/msgflash/api/v1/contacts{path}"))
            .header("x-api-key", "msgf_live_your_api_key_here")
    }

    fn two_contacts() -> Value {
        json!({"contactIds": ["CONTACT_UUID_1", "CONTACT_UUID_2"]})
    }

    #[test]
    fn a_contact_is_created() {
        let sandbox = sandbox();
        let body = json!({
            "name": "Awa Doe",
            "phone": "+22901000000",
            "tags": ["vip", "newsletter"],
            "meta": {"city": "Cotonou"}
        });
        let answer = sample("POST", "").json(&body).send(&sandbox);
        assert_eq!(answer.status, 201);
        let created = answer.json()["data"].clone();
        assert_eq!(names(&created), ["id", "name", "phone"]);
        assert_eq!(created["name"], "Awa Doe");

        let id = created["id"].as_str().unwrap();
        let read = sample("GET", &format!("/{id}")).send(&sandbox).json();
        assert_eq!(read["data"]["tags"], json!(["vip", "newsletter"]));
        assert_eq!(read["data"]["meta"], json!({"city": "Cotonou"}));
        assert_eq!(read["data"]["createdAt"], "2026-11-22T10:00:00.000Z");
    }

    #[test]
    fn one_of_two_contacts_is_deleted_in_bulk() {
        let answer = sample("POST", "/bulk-delete")
            .json(&two_contacts())
            .send(&sandbox());
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.json(),
            json!({"data": {"requested": 2, "deleted": 1, "notFound": ["CONTACT_UUID_2"]}})
        );
    }

    #[test]
    fn a_group_is_created() {
        let body = json!({
            "name": "Clients VIP",
            "description": "Clients à forte valeur",
            "color": "#F59E0B"
        });
        let answer = sample("POST", "/groups").json(&body).send(&sandbox());
        assert_eq!(answer.status, 201);
        let created = answer.json()["data"].clone();
        assert_eq!(
            names(&created),
            ["id", "name", "description", "color", "contactCount"]
        );
        assert_eq!(created["description"], "Clients à forte valeur");
        assert_eq!(created["contactCount"], 0);
    }

    #[test]
    fn one_of_two_contacts_joins_a_group() {
        let answer = sample("POST", "/groups/GROUP_ID/members")
            .json(&two_contacts())
            .send(&sandbox());
        assert_eq!(answer.status, 200);
        assert_eq!(
            answer.json(),
            json!({"data": {"added": 1, "alreadyInGroup": 0, "notFound": 1, "total": 2}})
        );
    }

    #[test]
    fn no_member_of_the_group_matches_the_search_before_and_after_joining() {
        let sandbox = sandbox();
        let members = sample("GET", "/groups/GROUP_ID/members?limit=20&search=awa");
        let nobody = json!({"data": {"members": [], "nextCursor": null, "hasMore": false}});
        assert_eq!(members.send(&sandbox).json(), nobody);
        sample("POST", "/groups/GROUP_ID/members")
            .json(&two_contacts())
            .send(&sandbox);
        assert_eq!(members.send(&sandbox).json(), nobody);
    }
}

mod wapiflow {
    use super::*;

    /// The prefix is that of the samples; the text of the page has another one.
    fn sample(method: &'static str, path: &str) -> Request {
        request(method, format!("/wapiflow/extern-api{path}"))
            .header("client-id", "YOUR-CLIENT-ID")
            .header("client-secret", "YOUR-CLIENT-SECRET")
    }

    const JOHN: [(&str, &str); 4] = [
        ("firstname", "John"),
        ("lastname", "Doe"),
        ("mobile_code", "880"),
        ("mobile", "01988"),
    ];

    fn ok(request: &Request, sandbox: &Sandbox) -> Value {
        let answer = request.send(sandbox);
        assert_eq!(answer.status, 200);
        let body = answer.json();
        assert_eq!(body["status"], "success", "{body}");
        body
    }

    fn refused(request: &Request, sandbox: &Sandbox) -> Value {
        let answer = request.send(sandbox);
        assert_eq!(answer.status, 200);
        let body = answer.json();
        assert_eq!(names(&body), ["remark", "status", "message"]);
        assert_eq!(body["status"], "error", "{body}");
        body["remark"].clone()
    }

    #[test]
    fn contacts_are_listed_with_the_documented_words() {
        let body = ok(&sample("GET", "/contact/list"), &sandbox());
        assert_eq!(names(&body), ["status", "remark", "message", "data"]);
        assert_eq!(body["remark"], "contact_list");
        assert_eq!(
            body["message"],
            json!(["Contact list fetched successfully"])
        );
        let page = &body["data"]["contacts"];
        assert_eq!(page["data"].as_array().unwrap().len(), 20);
        assert_eq!(
            (&page["current_page"], &page["per_page"]),
            (&json!(1), &json!(20))
        );
        assert_eq!(
            page["path"],
            "http://sandbox/wapiflow/extern-api/contact/list"
        );
    }

    #[test]
    fn a_contact_is_created_once() {
        let sandbox = sandbox();
        let store = sample("POST", "/contact/store").fields(&JOHN);
        let body = ok(&store, &sandbox);
        assert_eq!(body["remark"], "contact_created");
        let contact = &body["data"]["contact"];
        assert_eq!(contact["full_name"], "John Doe");
        assert_eq!(contact["address"]["country"], "Bangladesh");
        assert!(contact.get("is_blocked").is_none());
        assert_eq!(refused(&store, &sandbox), "validation_error");
    }

    #[test]
    fn the_placeholder_of_the_update_sample_is_an_unknown_contact() {
        let update = sample("POST", "/contact/update/{contactId}").fields(&JOHN);
        assert_eq!(refused(&update, &sandbox()), "unknown_contact");
    }

    #[test]
    fn the_placeholder_of_the_delete_sample_is_not_found() {
        let delete = sample("DELETE", "/contact/delete/{contactId}").fields(&JOHN);
        assert_eq!(refused(&delete, &sandbox()), "not_found");
    }

    #[test]
    fn conversations_are_listed_under_a_singular_key() {
        let body = ok(&sample("GET", "/inbox/conversation-list"), &sandbox());
        assert_eq!(names(&body["data"]), ["conversation"]);
        let first = &body["data"]["conversation"]["data"][0];
        assert!(first["contact"]["id"].is_u64() && first["notes"].is_array());
    }

    #[test]
    fn the_status_of_conversation_2_changes() {
        let sandbox = sandbox();
        let change =
            sample("POST", "/inbox/change-conversation-status/2").fields(&[("status", "1")]);
        let body = ok(&change, &sandbox);
        assert_eq!(names(&body), ["status", "remark", "message"]);
        assert_eq!(body["remark"], "status_updated");
        let details = sample("GET", "/inbox/conversation-details/2");
        assert_eq!(ok(&details, &sandbox)["data"]["conversation"]["status"], 1);
    }

    #[test]
    fn the_details_of_conversation_2_ignore_the_needless_body() {
        let details = sample("GET", "/inbox/conversation-details/2").fields(&[("status", "1")]);
        let body = ok(&details, &sandbox());
        let conversation = &body["data"]["conversation"];
        assert_eq!(
            (&conversation["id"], &conversation["status"]),
            (&json!(2), &json!(2))
        );
        assert_eq!(conversation["notes"].as_array().unwrap().len(), 2);
        let tag = &conversation["contact"]["tags"][0];
        assert_eq!(
            names(tag),
            ["id", "user_id", "name", "created_at", "updated_at", "pivot"]
        );
        assert_eq!(
            conversation["contact"]["lists"].as_array().unwrap().len(),
            1
        );
    }

    /// The sample's number is a row of x, and its quotes do not balance.
    #[test]
    fn a_message_goes_to_a_number_and_not_to_the_placeholder() {
        let sandbox = sandbox();
        let send = |mobile| {
            let fields = [
                ("mobile_code", "880"),
                ("mobile", mobile),
                ("message", "Hello world"),
            ];
            sample("POST", "/inbox/send-message").fields(&fields)
        };
        assert_eq!(refused(&send("xxxxxxxxx"), &sandbox), "validation_error");
        let body = ok(&send("1988000000"), &sandbox);
        assert_eq!(body["remark"], "success");
        assert_eq!(body["data"]["message"]["message"], "Hello world");
        assert_eq!(
            body["data"]["conversation_id"],
            body["data"]["message"]["conversation_id"]
        );
    }

    #[test]
    fn the_misspelt_field_of_the_template_sample_is_a_missing_one() {
        let fields = [
            ("mobile_code", "880"),
            ("mobile", "xxxxxx"),
            ("testmplate_id", "your template id"),
        ];
        let send = sample("POST", "/inbox/send-template-message").fields(&fields);
        assert_eq!(refused(&send, &sandbox()), "validation_error");
    }

    #[test]
    fn templates_are_listed() {
        let body = ok(&sample("GET", "/inbox/template-list"), &sandbox());
        assert_eq!(body["remark"], "inbox");
        assert_eq!(body["data"]["templates"]["total"], 12);
    }

    #[test]
    fn a_missing_secret_is_refused_in_the_documented_words() {
        let answer = request("GET", "/wapiflow/extern-api/contact/list")
            .header("client-id", "YOUR-CLIENT-ID")
            .send(&sandbox());
        assert_eq!(answer.status, 401);
        assert_eq!(
            answer.json(),
            json!({
                "remark": "Unauthorized",
                "status": "error",
                "message": ["The client secret is required"]
            })
        );
    }
}

mod ninetynine_digital {
    use super::*;

    /// The page has no sample call, only its answer.
    #[test]
    fn the_answer_has_the_fields_of_the_documented_one_in_its_order() {
        let sandbox = sandbox();
        let body = support::ninetynine_digital(&sandbox, "/whatsapp/getWhatsApp")
            .send(&sandbox)
            .json();
        assert_eq!(
            names(&body),
            [
                "status",
                "reason",
                "totalWhatsApp",
                "totalConversationsThisMonth",
                "totalMarketingThisMonth",
                "totalServiceThisMonth",
                "totalIncomingThisMonth",
                "list"
            ]
        );
        assert_eq!(
            (&body["status"], &body["reason"]),
            (&json!("OK"), &json!(1))
        );
        assert_eq!(
            names(&body["list"][0]),
            [
                "create_time",
                "whatsapp",
                "apiKey",
                "display_name",
                "business_name",
                "isOnline",
                "onlineAccount",
                "onlineInbox",
                "coexistence",
                "conversationsThisMonth",
                "marketingThisMonth",
                "serviceThisMonth",
                "incomingThisMonth"
            ]
        );
    }
}
