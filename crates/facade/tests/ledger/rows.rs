//! What rows have to hold, and which ones are refused.

use palabre::ledger::{Filter, Many, Row, State, rows};
use palabre::{ErrorKind, FilePart};
use serde_json::json;

use crate::campaign::{Campaign, audience, number, person, row, run};

#[tokio::test]
async fn a_row_that_cannot_be_sent_is_refused_with_a_reason_and_the_others_go_out() {
    let campaign = Campaign::new();
    let mut people = audience(3);
    people.push(row(json!({"to": number(3)})));
    people.push(row(json!({"to": "01988", "name": "Awa"})));
    people.push(row(json!({"name": "Awa"})));
    people.push(row(json!({"to": 8_801_988_000_000_i64, "name": "Awa"})));
    people.push(person(1));
    people.push(row(json!({"to": "+880 1988-000002", "name": "Twice"})));
    let report = campaign.send_rows(people).await.unwrap();
    assert_eq!((report.counts.accepted, report.counts.refused), (3, 6));
    for (number, reason) in [
        (4, "no value for {name}"),
        (5, "to: the phone number has no country code"),
        (6, "to: is empty"),
        (7, "to: is a number and not a text"),
        (8, "to: the same recipient as row 2"),
        (9, "to: the same recipient as row 3"),
    ] {
        let row = campaign.row(number);
        assert_eq!(row.state, "refused");
        assert_eq!(row.error.as_deref(), Some("InvalidInput"));
        assert!(
            row.reason.clone().unwrap().starts_with(reason),
            "{:?}",
            row.reason
        );
    }
    campaign.agrees();
    assert_eq!(campaign.recipients().len(), 3);
}

#[tokio::test]
async fn content_that_is_given_without_rows_is_refused_and_not_dropped() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(json!({"operation": "send_message", "times": 999, "status": 401}));
    campaign.send(5).await.unwrap();
    campaign.stage.sandbox.clear_faults();
    let client = campaign.client();
    let mut many = campaign.many();
    many.contents = Row::new().with("text", "corrected");
    let error = client.resume(many).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(
        error.message(),
        "text: the content is frozen in the ledger; leave it out"
    );
    let many = Many::new(campaign.path());
    let twice = Many {
        allow_duplicates: true,
        ..many.clone()
    };
    let error = client.resume(twice).await.unwrap_err();
    assert!(error.message().starts_with("allow_duplicates: "), "{error}");
    assert_eq!(campaign.recipients().len(), 0);
    assert_eq!(client.resume(many).await.unwrap().counts.accepted, 5);
}

#[tokio::test]
async fn a_duplicate_recipient_gets_both_if_that_is_wanted() {
    let campaign = Campaign::new();
    let people = vec![person(1), person(1)];
    let many = Many {
        allow_duplicates: true,
        ..campaign.many()
    };
    let client = campaign.client();
    let report = run(&client, people.clone(), many.clone());
    assert_eq!(report.await.unwrap().counts.accepted, 2);
    assert_eq!(campaign.recipients().len(), 2);
    // Once more is nothing more; and what was decided stays.
    let again = run(&client, people.clone(), many);
    assert_eq!(again.await.unwrap().counts.accepted, 2);
    let error = campaign.send_rows(people).await.unwrap_err();
    assert!(error.message().starts_with("allow_duplicates: "), "{error}");
    assert_eq!(campaign.recipients().len(), 2);
}

#[tokio::test]
async fn every_row_has_a_key_of_its_own_and_the_caller_s_name() {
    let campaign = Campaign::new();
    campaign.send(5).await.unwrap();
    let rows = campaign.ledger().rows(&Filter::default()).unwrap();
    let keys: std::collections::HashSet<_> = rows.iter().map(|row| &row.idempotency_key).collect();
    assert_eq!(keys.len(), 5);
    assert!(keys.iter().all(|key| key.len() == 36));
    assert_eq!(rows[3].key.as_deref(), Some("k3"));
}

#[tokio::test]
async fn a_changed_audience_is_refused_with_the_difference_and_nothing_is_sent() {
    let campaign = Campaign::new();
    campaign.send(5).await.unwrap();
    let mut people = audience(5);
    people.remove(1);
    people[2] = people[2].clone().with("name", "Somebody else");
    people.extend([person(7), person(8)]);
    let error = campaign.send_rows(people).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.contains(
            "2 added (row 5 +880********07, row 6 +880********08), \
             1 removed (row 2 +880********01), 1 with other contents (row 3 +880********03)"
        ),
        "{text}"
    );
    assert_eq!(campaign.recipients().len(), 5);
}

#[tokio::test]
async fn the_same_rows_in_another_order_are_the_same_audience() {
    let campaign = Campaign::new();
    campaign.send(5).await.unwrap();
    let mut people = audience(5);
    people.reverse();
    let report = campaign.send_rows(people).await.unwrap();
    assert_eq!(report.counts.accepted, 5);
    assert_eq!(campaign.recipients().len(), 5);
}

#[tokio::test]
async fn another_text_is_another_audience() {
    let campaign = Campaign::new();
    campaign.send(2).await.unwrap();
    let many = Many {
        contents: Row::new().with("text", "Good bye {name}"),
        ..campaign.many()
    };
    let client = campaign.client();
    let sent = run(&client, audience(2), many).await;
    let error = sent.unwrap_err();
    assert!(error.message().contains("2 with other contents"), "{error}");
    // Without rows it goes on with what it holds.
    let report = client.resume(Many::new(campaign.path())).await.unwrap();
    assert_eq!(report.counts.accepted, 2);
}

#[tokio::test]
async fn what_is_wrong_for_all_rows_is_said_before_a_ledger_is_made() {
    let campaign = Campaign::new();
    let client = campaign.client();
    for (name, value) in [
        ("text", "Hello {"),
        ("txt", "Hello"),
        ("to", "+8801988000000"),
    ] {
        let many = Many {
            contents: Row::new().with(name, value),
            ..Many::new(campaign.path())
        };
        let sent = run(&client, audience(2), many).await;
        assert_eq!(sent.unwrap_err().kind(), ErrorKind::InvalidInput);
        assert!(!campaign.path().exists());
    }
}

#[tokio::test]
async fn a_placeholder_that_no_row_fills_uses_up_no_ledger() {
    let campaign = Campaign::new();
    let client = campaign.client();
    let many = Many {
        contents: Row::new().with("text", "Hello {name}, we are at {adress}"),
        ..campaign.many()
    };
    let error = run(&client, audience(3), many).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.message(), "text: no row has a value for {adress}");
    assert!(
        error
            .to_string()
            .contains("columns of the first row: key, name, to"),
        "{error}"
    );
    assert_eq!(campaign.send(3).await.unwrap().counts.accepted, 3);
    campaign.agrees();
}

#[tokio::test]
async fn columns_that_do_not_mean_what_they_seem_to_are_refused_before_anything_is_sent() {
    let campaign = Campaign::new();
    let to = |name: &str, value: &str| vec![person(1).with(name, value), person(2)];
    for (people, text, problem) in [
        (to("from", "1"), "Hello {name}", "call it from_"),
        (to("at", "2099-01-01"), "Hello {name}", "messages.schedule"),
        (to("idempotency_key", "1"), "Hello {name}", "row key"),
        (to("variable", "Awa"), "Hello {name}", "call it variables"),
        (to("x", "1"), "Hello {{name}}", "write {name}"),
        (
            vec![row(json!({"phone": number(1), "name": "Awa"}))],
            "Hello {name}",
            "to: no row has a value for it; columns of the first row: name, phone",
        ),
    ] {
        let many = Many {
            contents: Row::new().with("text", text),
            ..campaign.many()
        };
        let client = campaign.client();
        let messages = client.messages();
        let planned = messages.plan(rows(people.clone()), many.contents.clone(), false);
        for error in [
            planned.await.unwrap_err(),
            run(&client, people, many).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
            assert!(error.to_string().contains(problem), "{error}");
        }
    }
    // Also where the first row has none.
    let people = vec![person(1), person(2).with("at", "2099-01-01")];
    let error = campaign.send_rows(people).await.unwrap_err();
    assert!(error.to_string().contains("messages.schedule"), "{error}");
    assert_eq!(campaign.recipients().len(), 0);
    // As values of placeholders they are what they are.
    let many = Many {
        contents: Row::new().with("text", "{{From}} {from}, at {at}"),
        ..campaign.many()
    };
    let people = vec![person(1).with("from", "Awa").with("at", "noon")];
    let report = run(&campaign.client(), people, many).await.unwrap();
    assert_eq!(report.counts.accepted, 1);
    assert_eq!(
        campaign.stage.sandbox.sent()[0].text.as_deref(),
        Some("{From} Awa, at noon")
    );
}

#[tokio::test]
async fn no_rows_are_a_mistake_and_a_row_that_fails_to_come_freezes_nothing() {
    let campaign = Campaign::new();
    let error = campaign.send(0).await.unwrap_err();
    assert!(error.message().contains("rows: is empty"), "{error}");
    let failing = futures_util::stream::iter([
        Ok(person(1)),
        Err(palabre::Error::invalid("rows", "the file is cut off")),
    ]);
    let many = campaign.many();
    let sent = campaign.client().messages().send_many(failing, many).await;
    assert!(sent.unwrap_err().message().contains("cut off"));
    // Nothing was frozen, so these rows are the first.
    assert_eq!(campaign.send(3).await.unwrap().counts.accepted, 3);
}

#[tokio::test]
async fn a_file_is_kept_once_and_goes_out_with_every_row() {
    let campaign = Campaign::new();
    let many = Many {
        contents: Row::new()
            .with("image", FilePart::new("menu.png", "\u{89}PNG"))
            .with("text", "For {name}"),
        ..Many::new(campaign.path())
    };
    let client = campaign.client();
    let report = run(&client, audience(20), many).await;
    assert_eq!(report.unwrap().counts.accepted, 20);
    let sent = campaign.stage.sandbox.sent();
    assert!(sent.iter().all(|message| message.files == ["menu.png"]));
    let texts: std::collections::BTreeSet<_> = sent.iter().map(|message| &message.text).collect();
    assert_eq!(texts.len(), 20);
}

#[tokio::test]
async fn a_plan_says_what_would_be_sent_and_makes_no_request_and_no_file() {
    let campaign = Campaign::new();
    let mut people = audience(3);
    people.push(row(json!({"to": number(9), "name": ""})));
    people.push(person(0));
    let contents = Row::new().with("text", "Hello {name}");
    let client = campaign.client();
    let plan = client
        .messages()
        .plan(rows(people), contents, false)
        .await
        .unwrap();
    assert_eq!((plan.counts().planned, plan.counts().refused), (3, 2));
    let planned = plan.rows(&Filter::default()).unwrap();
    assert_eq!(planned[0].kind.as_deref(), Some("text"));
    assert_eq!(planned[0].characters, Some(14));
    assert_eq!(planned[0].to.as_deref(), Some("+880********00"));
    assert_eq!(planned[3].reason.as_deref(), Some("no value for {name}"));
    let refused = Filter {
        state: Some(State::Refused),
        numbers: true,
    };
    assert_eq!(plan.rows(&refused).unwrap()[1].to, Some(number(0)));
    assert!(campaign.stage.requests().is_empty());
    assert!(!campaign.path().exists());
}

#[tokio::test]
async fn a_plan_knows_what_the_vendor_cannot_send() {
    let campaign = Campaign::new();
    let people = vec![
        row(json!({"to": number(0), "cta_id": "5", "text": "x"})),
        row(json!({"to": number(1), "location": "6.37, 2.39"})),
        row(json!({"to": number(2), "location": "91,0"})),
        row(json!({"to": number(3), "image": "/etc/passwd"})),
        row(json!({"to": number(4), "variables": "[\"a\"]"})),
        row(json!({"to": number(5), "template": 5, "variables": ["Awa", null]})),
        row(json!({"to": number(6), "template": 5, "variables": ["Awa"]})),
        Row::new()
            .with("to", json!(number(7)))
            .with("image", FilePart::new("a.gif", "GIF89a")),
        row(json!({"to": number(8)})),
    ];
    let client = campaign.client();
    let plan = client
        .messages()
        .plan(rows(people), Row::new(), false)
        .await;
    let plan = plan.unwrap().rows(&Filter::default()).unwrap();
    let states: Vec<_> = plan.iter().map(|row| row.state == "planned").collect();
    let expected = [false, true, false, false, false, false, true, false, false];
    assert_eq!(
        states,
        expected,
        "{:?}",
        plan.iter().map(|row| &row.reason).collect::<Vec<_>>()
    );
    assert!(campaign.stage.requests().is_empty());
}

#[tokio::test]
async fn a_plan_warns_of_numbers_that_their_country_does_not_have_and_would_send_to_them() {
    let campaign = Campaign::new();
    let numbers = ["+33612345678", "+33612345", "+33012345678", "+999123456789"];
    let people: Vec<_> = numbers
        .iter()
        .map(|to| row(json!({"to": to, "name": "Awa"})))
        .collect();
    let contents = Row::new().with("text", "Hello {name}");
    let client = campaign.client();
    let plan = client.messages().plan(rows(people), contents, false).await;
    let plan = plan.unwrap().rows(&Filter::default()).unwrap();
    let told: Vec<_> = plan
        .iter()
        .map(|row| (row.state.as_str(), row.warning.as_deref()))
        .collect();
    assert_eq!(told[0], ("planned", None));
    assert_eq!(
        told[1],
        ("planned", Some("the number is too short for its country"))
    );
    let none = "its country has no number like this, as far as is known";
    assert_eq!(told[2], ("planned", Some(none)));
    // A code of no country cannot be told from the number: the vendor could not send to it.
    assert_eq!(told[3], ("refused", None));
}

#[tokio::test]
async fn a_plan_warns_of_a_person_who_is_there_under_an_old_and_a_new_number() {
    let campaign = Campaign::new();
    let numbers = [
        "+2290197000000",
        "+33612345678",
        "+22997000000",
        "+5521987654321",
        "+552187654321",
    ];
    let people: Vec<_> = numbers.iter().map(|to| row(json!({"to": to}))).collect();
    let contents = Row::new().with("text", "Hello");
    let client = campaign.client();
    let plan = client.messages().plan(rows(people), contents, false).await;
    let plan = plan.unwrap().rows(&Filter::default()).unwrap();
    let told: Vec<_> = plan.iter().map(|row| row.warning.as_deref()).collect();
    let of = |row: i64| {
        format!("may be the person of row {row}: this country writes its numbers in two ways")
    };
    assert_eq!(told, [None, None, Some(&*of(1)), None, Some(&*of(4))]);
    assert!(plan.iter().all(|row| row.state == "planned"));
}

#[tokio::test]
async fn templates_go_out_with_a_header_and_a_language_of_their_own() {
    let campaign = Campaign::new();
    let picture = "https://shop.example/menu.png";
    let invoice = "https://shop.example/invoice.pdf";
    let to = |number: u8, template: &str, variables: serde_json::Value| {
        let to = format!("97252111000{number}");
        row(json!({"to": to, "template": template, "variables": variables}))
    };
    let sale = |number| to(number, "springsale", json!(["Noa"]));
    let video = "https://shop.example/a.mp4";
    let people = vec![
        sale(1).with("image", picture).with("language", "en"),
        to(2, "invoice", json!(["Noa"])).with("document", invoice),
        to(3, "orderupdate", json!(["Noa", "4021"])),
        sale(4).with("image", picture).with("video", video),
        sale(5).with("audio", "https://shop.example/a.mp3"),
        sale(6).with("image", picture).with("language", "tlh"),
        sale(7).with("image", FilePart::new("menu.png", "\u{89}PNG")),
    ];
    let client = campaign.stage.client(palabre::Vendor::NinetyNineDigital);
    let many = Many {
        contents: Row::new(),
        max_in_flight: 1,
        ..campaign.many()
    };
    let report = run(&client, people, many).await.unwrap();
    let (accepted, refused) = (report.counts.accepted, report.counts.refused);
    let told = [1, 2, 3, 4, 5, 6, 7].map(|number| campaign.row(number).reason);
    assert_eq!((accepted, refused), (3, 4), "{told:#?}");
    let reasons = [4, 5, 6, 7].map(|number| campaign.row(number).reason.unwrap());
    for (reason, named) in reasons.iter().zip(["video", "audio", "language", "image"]) {
        assert!(reason.starts_with(&format!("{named}: ")), "{reason}");
    }
    let sent: Vec<_> = campaign
        .stage
        .requests()
        .into_iter()
        .filter(|request| request.operation == Some("send_template"))
        .map(|request| {
            let body = request.body;
            (
                body["headerType"].clone(),
                body["headerLink"].clone(),
                body["language"].clone(),
            )
        })
        .collect();
    assert_eq!(sent[0], (json!(3), json!(picture), json!(2)));
    assert_eq!(sent[1], (json!(5), json!(invoice), json!(null)));
    assert_eq!(sent[2], (json!(1), json!(null), json!(null)));
}
