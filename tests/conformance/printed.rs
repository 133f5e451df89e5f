//! What is printed for developers shows no name, no number and no words of people.

use std::fmt::Debug;

use palabre::{
    Address, Contact, ContactChanges, ListOptions, Location, MonthRange, NewContact, NewMessage,
    NewTemplateMessage, Vendor,
};
use palabre_clients::ninetynine_digital::types::{AccessToken, ClientCredentials};

use crate::stage::Stage;

const NAME: &str = "Unmistakable Name";
const NUMBER: &str = "+229470814711";

fn assert_hidden(thing: &dyn Debug, private: &[&str]) {
    for shown in [format!("{thing:?}"), format!("{thing:#?}")] {
        for private in private {
            assert!(!private.is_empty() && !shown.contains(private), "{shown}");
        }
    }
}

fn private(contact: &Contact) -> [&str; 2] {
    let phone = contact.phone.as_deref().unwrap();
    [contact.name.as_deref().unwrap(), phone.trim_matches('+')]
}

#[tokio::test]
async fn results_hide_who_they_are_about() {
    let stage = Stage::new();
    for vendor in [Vendor::MsgFlash, Vendor::WapiFlow] {
        let contacts = stage.client(vendor).contacts().list(ListOptions::default());
        let contacts = contacts.collect().await.unwrap();
        assert_hidden(&contacts[0], &private(&contacts[0]));
    }
    let client = stage.client(Vendor::WapiFlow);
    let conversation = client.conversations().get("2").await.unwrap();
    let contact = conversation.contact.as_ref().unwrap();
    assert_hidden(&conversation, &private(contact));
    let notes = conversation.notes.as_ref().unwrap();
    assert_hidden(&conversation, &[notes[0].text.as_deref().unwrap()]);

    let client = stage.client(Vendor::NinetyNineDigital);
    let numbers = client.numbers().list().collect().await.unwrap();
    assert_hidden(&numbers[0], &[&numbers[0].id]);
    let of_one = MonthRange {
        number: Some(numbers[0].id.clone()),
        ..MonthRange::default()
    };
    assert_hidden(&of_one, &[&numbers[0].id]);
    let table = client.stats().monthly(of_one).await.unwrap();
    assert!(table.rows[0].number.is_some());
    assert_hidden(&table, &[&numbers[0].id]);
}

#[test]
fn requests_hide_what_they_carry() {
    let (name, number) = (NAME.to_owned(), NUMBER.to_owned());
    let address = Address {
        city: Some(name.clone()),
        ..Address::default()
    };
    let location = Location {
        latitude: 6.470_814_711,
        name: Some(name.clone()),
        ..Location::default()
    };
    let things: [&dyn Debug; 5] = [
        &NewContact {
            name: Some(name.clone()),
            phone: number.clone(),
            address: Some(address.clone()),
            ..NewContact::default()
        },
        &ContactChanges {
            given_name: Some(name.clone()),
            phone: Some(number.clone()),
            address: Some(address),
            ..ContactChanges::default()
        },
        &NewMessage {
            to: number.clone(),
            text: Some(name.clone()),
            location: Some(location),
            ..NewMessage::default()
        },
        &NewTemplateMessage {
            to: number.clone(),
            variables: vec![name.clone()].into(),
            ..NewTemplateMessage::default()
        },
        &ListOptions {
            search: Some(number),
            ..ListOptions::default()
        },
    ];
    for thing in things {
        assert_hidden(thing, &[NAME, "470814711"]);
    }
}

#[test]
fn wire_types_hide_their_secrets() {
    let credentials = ClientCredentials {
        client_id: "visible".to_owned(),
        client_secret: "unmistakable-secret".to_owned(),
        extra: Default::default(),
    };
    assert_hidden(&credentials, &["unmistakable-secret"]);
    let token: AccessToken =
        serde_json::from_str(r#"{"access_token": "unmistakable-token"}"#).unwrap();
    assert!(token.access_token.is_some());
    assert_hidden(&token, &["unmistakable-token"]);
}
