//! A list ends on the vendor's own sign, and never goes in circles.

use palabre::{ErrorKind, ListOptions, Vendor, Verb};
use serde_json::{Value, json};

use crate::lists::{Ids, PAGED, of_size, pages};
use crate::stage::{Stage, able, flexible};

/// Where a list's page is in the answer: the object with the items, and the name of those.
fn place(vendor: Vendor, verb: Verb) -> (&'static str, &'static str) {
    match (vendor, verb) {
        (Vendor::WapiFlow, Verb::ContactsList) => ("/data/contacts", "data"),
        (Vendor::WapiFlow, Verb::ConversationsList) => ("/data/conversation", "data"),
        (Vendor::WapiFlow, Verb::TemplatesList) => ("/data/templates", "data"),
        (Vendor::MsgFlash, Verb::ContactsList) => ("/data", "contacts"),
        (Vendor::MsgFlash, Verb::GroupsList) => ("/data", "groups"),
        (Vendor::MsgFlash, Verb::GroupsMembers) => ("/data", "members"),
        (vendor, verb) => panic!("{vendor} {verb}"),
    }
}

/// Replaces one member of a page; `after` so many pages.
fn replace(stage: &Stage, place: &str, member: &str, value: Value, after: u32) {
    let replace = json!({"pointer": format!("{place}/{member}"), "value": value});
    stage.fault(json!({"replace": replace, "after": after}));
}

fn count(pages: &[Ids]) -> usize {
    pages.iter().map(|page| page.ids.len()).sum()
}

#[tokio::test]
async fn an_empty_page_with_a_cursor_is_not_the_end() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let whole = pages(&client, verb, of_size(3)).await.unwrap();
            let (place, items) = place(vendor, verb);
            replace(&stage, place, items, json!([]), 1);
            let read = pages(&client, verb, of_size(3)).await.unwrap();
            assert!(read[1].ids.is_empty());
            assert_eq!(read.len(), whole.len(), "{vendor} {verb}");
            assert_eq!(count(&read), count(&whole) - 3, "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn a_page_without_its_list_is_an_error_and_not_an_empty_page() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let (place, items) = place(vendor, verb);
            for value in [
                Value::Null,
                json!({}),
                json!("none"),
                json!([1]),
                json!([null]),
            ] {
                let stage = Stage::new();
                replace(&stage, place, items, value.clone(), 0);
                let result = pages(&stage.client(vendor), verb, of_size(3)).await;
                let error = result.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Decode, "{vendor} {verb} {value}");
                assert_eq!(stage.requests().len(), 1, "{vendor} {verb} {value}");
            }
        }
    }
}

#[tokio::test]
async fn a_cursor_that_comes_again_is_an_error_and_not_a_circle() {
    for verb in [Verb::ContactsList, Verb::GroupsList, Verb::GroupsMembers] {
        // The second page leads to itself; the third page leads back to the second.
        for circle in [1, 2] {
            let stage = Stage::new();
            let client = stage.client(Vendor::MsgFlash);
            let whole = pages(&client, verb, of_size(2)).await.unwrap();
            stage.sandbox.clear_journal();
            replace(&stage, "/data", "nextCursor", json!(whole[0].next), circle);
            let error = pages(&client, verb, of_size(2)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
            assert!(error.message().contains("cursor"), "{error}");
            assert_eq!(stage.requests().len(), circle as usize + 1);
        }
    }
}

#[tokio::test]
async fn a_page_that_comes_again_is_an_error_and_not_a_list_without_end() {
    // What a vendor that does not look at the page's number sends, where it does not tell its own.
    let people = json!({
        "data": [{"id": 7, "firstname": "Awa", "mobile_code": "229", "mobile": "0101000000"}],
        "per_page": 1,
        "next_page_url": "https://vendor.example/contact/list?page=2",
    });
    let wapiflow = json!({"status": "success", "message": [], "data": {"contacts": people}});
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    stage.fault(
        json!({"operation": "list_contacts", "status": 200, "body": wapiflow, "times": null}),
    );
    let list = pages(&client, Verb::ContactsList, ListOptions::default()).await;
    let one = client.contacts().get("8").await;
    for error in [list.unwrap_err(), one.unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        assert!(error.message().contains("never end"), "{error}");
    }
    assert_eq!(stage.requests().len(), 4);
}

#[tokio::test]
async fn a_page_that_was_not_asked_for_is_an_error_where_pages_are_numbered() {
    for verb in PAGED {
        if !able(verb).contains(&Vendor::WapiFlow) {
            continue;
        }
        for wrong in [1, 3] {
            let stage = Stage::new();
            let (place, _) = place(Vendor::WapiFlow, verb);
            replace(&stage, place, "current_page", json!(wrong), 1);
            let error = pages(&stage.client(Vendor::WapiFlow), verb, of_size(3))
                .await
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
            assert!(
                error.message().contains(&format!("page {wrong} came")),
                "{error}"
            );
            assert_eq!(stage.requests().len(), 2);
        }
    }
}

#[tokio::test]
async fn msgflash_ends_without_a_cursor_or_when_it_says_that_there_is_no_more() {
    let read = async |member: &str, value: Value| {
        let stage = Stage::new();
        replace(&stage, "/data", member, value, 0);
        let client = stage.client(Vendor::MsgFlash);
        pages(&client, Verb::ContactsList, of_size(50)).await
    };
    assert_eq!(read("hasMore", json!(false)).await.unwrap().len(), 1);
    assert_eq!(read("hasMore", json!(0)).await.unwrap().len(), 1);
    assert_eq!(read("hasMore", Value::Null).await.unwrap().len(), 7);
    // It says that there is more, and not where: a part must not pass for the whole.
    for nowhere in [Value::Null, json!("")] {
        let error = read("nextCursor", nowhere).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    }
}

#[tokio::test]
async fn wapiflow_ends_at_its_last_page_or_without_an_address_of_a_next_one() {
    let read = async |member: &str, value: Value, options: ListOptions| {
        let stage = Stage::new();
        let replace = json!({"pointer": format!("/data/contacts/{member}"), "value": value});
        stage.fault(json!({"replace": replace, "times": null}));
        let client = stage.client(Vendor::WapiFlow);
        pages(&client, Verb::ContactsList, options).await
    };
    assert_eq!(
        read("last_page", Value::Null, of_size(50))
            .await
            .unwrap()
            .len(),
        6
    );
    assert_eq!(
        read("last_page", json!("6"), of_size(50))
            .await
            .unwrap()
            .len(),
        6
    );
    assert_eq!(
        read("last_page", json!(2), of_size(50))
            .await
            .unwrap()
            .len(),
        2
    );
    assert_eq!(
        read("current_page", Value::Null, of_size(50))
            .await
            .unwrap()
            .len(),
        6
    );
    // A vendor that gives smaller pages than it was asked for does so on every page.
    assert_eq!(
        read("per_page", json!(20), of_size(50))
            .await
            .unwrap()
            .len(),
        6
    );
    assert_eq!(
        read("per_page", Value::Null, of_size(50))
            .await
            .unwrap()
            .len(),
        6
    );
    let error = read("per_page", Value::Null, ListOptions::default())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn a_page_without_any_sign_of_its_end_is_an_error_and_not_the_last_one() {
    for verb in PAGED {
        for vendor in flexible(verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let (place, items) = place(vendor, verb);
            pages(&client, verb, of_size(100)).await.unwrap();
            let answer = stage.requests()[0].response_body.clone().unwrap();
            let answer: Value = serde_json::from_str(&answer).unwrap();
            // The vendor has renamed what told the end.
            let mut page = answer.pointer(place).unwrap().as_object().unwrap().clone();
            let signs = [
                "nextCursor",
                "hasMore",
                "last_page",
                "next_page_url",
                "last_page_url",
            ];
            page.retain(|name, _| !signs.contains(&name.as_str()));
            assert!(page.contains_key(items));
            page.insert("morePages".to_owned(), json!(true));
            stage.fault(json!({"replace": {"pointer": place, "value": page}}));
            let error = pages(&client, verb, of_size(3)).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Decode, "{vendor} {verb}: {error}");
            assert!(error.message().contains("end"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_null_cursor_alone_is_an_end() {
    let stage = Stage::new();
    let page = json!({"contacts": [{"id": "c1"}], "nextCursor": null});
    stage.fault(json!({"replace": {"pointer": "/data", "value": page}}));
    let client = stage.client(Vendor::MsgFlash);
    let read = pages(&client, Verb::ContactsList, of_size(50)).await;
    assert_eq!(count(&read.unwrap()), 1);
}

#[tokio::test]
async fn a_part_of_a_list_that_comes_whole_does_not_pass_for_it() {
    let group = json!({"id": "g1"});
    for part in [
        json!({"groups": [group], "nextCursor": "c2"}),
        json!({"groups": [group], "hasMore": true}),
        json!({"groups": [group], "total": 40}),
    ] {
        let stage = Stage::new();
        stage.fault(json!({"replace": {"pointer": "/data", "value": part}}));
        let client = stage.client(Vendor::MsgFlash);
        let error = client.contacts().groups("CONTACT_UUID_1").collect().await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Decode, "{part}");
    }
    let stage = Stage::new();
    let whole = json!({"groups": [group], "nextCursor": null, "hasMore": false, "total": 1});
    stage.fault(json!({"replace": {"pointer": "/data", "value": whole}}));
    let client = stage.client(Vendor::MsgFlash);
    let groups = client.contacts().groups("CONTACT_UUID_1").collect().await;
    assert_eq!(groups.unwrap().len(), 1);
}

#[tokio::test]
async fn a_list_of_numbers_that_is_shorter_than_its_count_is_an_error() {
    let stage = Stage::new();
    let client = stage.client(Vendor::NinetyNineDigital);
    let pages = pages(&client, Verb::NumbersList, ListOptions::default())
        .await
        .unwrap();
    assert_eq!(pages[0].total, Some(5));
    let count = |count: u32| json!({"operation": "get_whatsapp", "replace": {"pointer": "/totalWhatsApp", "value": count}});
    stage.fault(count(50));
    let error = client.numbers().list().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
    for word in ["50", "5"] {
        assert!(error.message().contains(word), "{error}");
    }
    stage.fault(count(50));
    let table = client.stats().current_month().await.unwrap();
    let [warning] = &table.warnings[..] else {
        panic!("{:?}", table.warnings)
    };
    assert!(warning.contains("50 numbers"), "{warning}");
}
