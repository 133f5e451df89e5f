//! WapiFlow keeps names in two parts.

use palabre::{ContactChanges, ErrorKind, NewContact, Vendor};

use crate::stage::Stage;
use crate::verbs::somebody;

fn named(name: Option<&str>, given: Option<&str>, family: Option<&str>) -> NewContact {
    NewContact {
        name: name.map(str::to_owned),
        given_name: given.map(str::to_owned),
        family_name: family.map(str::to_owned),
        ..somebody()
    }
}

#[tokio::test]
async fn a_whole_name_is_split_at_its_first_space_and_reads_back_the_same() {
    for (name, given, family, back) in [
        ("Awa Doe", "Awa", "Doe", "Awa Doe"),
        ("Awa Maria Doe", "Awa", "Maria Doe", "Awa Maria Doe"),
        ("  Awa   Doe ", "Awa", "Doe", "Awa Doe"),
        ("Awa\u{a0}Doe", "Awa", "Doe", "Awa Doe"),
        ("ア ワ", "ア", "ワ", "ア ワ"),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        let contact = client
            .contacts()
            .create(named(Some(name), None, None))
            .await
            .unwrap();
        let sent = &stage.requests()[0].body;
        assert_eq!(
            (&sent["firstname"], &sent["lastname"]),
            (&given.into(), &family.into())
        );
        assert_eq!(contact.name.as_deref(), Some(back));
        assert_eq!(contact.given_name.as_deref(), Some(given));
        assert_eq!(contact.family_name.as_deref(), Some(family));
    }
}

#[tokio::test]
async fn the_two_parts_may_be_given_as_they_are() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let parts = named(None, Some("Awa Maria"), Some("Doe"));
    let contact = client.contacts().create(parts).await.unwrap();
    assert_eq!(contact.given_name.as_deref(), Some("Awa Maria"));
    assert_eq!(contact.name.as_deref(), Some("Awa Maria Doe"));
}

#[tokio::test]
async fn a_name_that_lacks_a_part_is_refused_with_what_to_write() {
    let long = "x".repeat(41);
    for (contact, argument) in [
        (named(Some("Awa"), None, None), "name"),
        (named(Some(" "), None, None), "name"),
        (named(Some(""), None, None), "name"),
        (named(None, None, None), "name"),
        (named(None, Some("Awa"), None), "family_name"),
        (named(None, Some("Awa"), Some(" ")), "family_name"),
        (named(None, None, Some("Doe")), "given_name"),
        (named(Some("Awa Doe"), Some("Awa"), None), "name"),
        (named(Some(&format!("{long} Doe")), None, None), "name"),
        (named(None, Some(&long), Some("Doe")), "given_name"),
        (named(None, Some("Awa"), Some(&long)), "family_name"),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        let error = client.contacts().create(contact).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(
            error.message().starts_with(&format!("{argument}:")),
            "{error}"
        );
        assert!(stage.sandbox.journal().is_empty(), "{error}");
    }
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let error = client
        .contacts()
        .create(named(Some("Awa"), None, None))
        .await
        .unwrap_err();
    assert!(error.get_hint().unwrap().contains("Awa Doe"), "{error}");
}

#[tokio::test]
async fn a_change_of_name_is_checked_before_the_contact_is_read() {
    let long = "x".repeat(41);
    let changes = |name: Option<&str>, given: Option<&str>| ContactChanges {
        name: name.map(str::to_owned),
        given_name: given.map(str::to_owned),
        ..ContactChanges::default()
    };
    for (changes, argument) in [
        (changes(Some("Awa"), None), "name"),
        (changes(Some("Awa Doe"), Some("Awa")), "name"),
        (changes(None, Some(&long)), "given_name"),
        (changes(None, Some("")), "given_name"),
    ] {
        let stage = Stage::new();
        let client = stage.client(Vendor::WapiFlow);
        let error = client.contacts().update("3", changes).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
        assert!(
            error.message().starts_with(&format!("{argument}:")),
            "{error}"
        );
        assert!(stage.sandbox.journal().is_empty(), "{error}");
    }
}

#[tokio::test]
async fn msgflash_takes_a_name_as_it_is() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let contact = client
        .contacts()
        .create(named(Some("Awa"), None, None))
        .await
        .unwrap();
    assert_eq!(contact.name.as_deref(), Some("Awa"));
    assert_eq!((contact.given_name, contact.family_name), (None, None));
    for nameless in [named(None, None, None), named(Some(" "), None, None)] {
        let error = client.contacts().create(nameless).await.unwrap_err();
        assert!(error.message().starts_with("name:"), "{error}");
    }
    assert_eq!(stage.requests().len(), 1);
}
