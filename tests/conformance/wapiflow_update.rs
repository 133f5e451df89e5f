//! WapiFlow replaces the whole contact, so what is not changed is sent along.

use std::collections::BTreeMap;

use palabre::{
    Address, Argument, Client, Contact, ContactChanges, ErrorKind, FilePart, Outcome, Vendor,
};
use serde_json::json;

use crate::stage::Stage;

/// A contact with everything, and a number of which no library would say that it is one.
async fn odd_contact(client: &Client) -> Contact {
    let arguments = [
        ("firstname", "Awa"),
        ("lastname", "Doe"),
        ("mobile_code", "880"),
        ("mobile", "01988"),
        ("city", "Dhaka"),
        ("state", "Dhaka Division"),
        ("post_code", "1205"),
        ("address", "1 Green Road"),
    ];
    let arguments: BTreeMap<_, _> = arguments
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Argument::Value(value.into())))
        .collect();
    let created = client.call("store_contact", arguments).await.unwrap();
    let id = created["data"]["contact"]["id"].to_string();
    client.contacts().get(&id).await.unwrap()
}

fn city(name: &str) -> ContactChanges {
    ContactChanges {
        address: Some(Address {
            city: Some(name.to_owned()),
            ..Address::default()
        }),
        ..ContactChanges::default()
    }
}

#[tokio::test]
async fn what_is_not_changed_stays_to_the_last_digit() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let before = odd_contact(&client).await;
    stage.sandbox.clear_journal();

    let after = client
        .contacts()
        .update(&before.id, city("Sylhet"))
        .await
        .unwrap();
    assert_eq!(
        stage.requests().last().unwrap().body,
        json!({
            "firstname": "Awa", "lastname": "Doe", "mobile_code": "880", "mobile": "01988",
            "city": "Sylhet", "state": "Dhaka Division", "post_code": "1205",
            "address": "1 Green Road",
        })
    );
    let address = Address {
        city: Some("Sylhet".to_owned()),
        ..before.address.clone().unwrap()
    };
    assert_eq!(after.address, Some(address));
    assert_eq!((&after.name, &after.phone), (&before.name, &before.phone));
    assert_eq!(
        client.contacts().get(&before.id).await.unwrap().address,
        after.address
    );
}

#[tokio::test]
async fn one_part_of_a_name_may_change_alone() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let before = odd_contact(&client).await;
    let changes = ContactChanges {
        family_name: Some("Mensah".to_owned()),
        ..ContactChanges::default()
    };
    let after = client.contacts().update(&before.id, changes).await.unwrap();
    assert_eq!(after.name.as_deref(), Some("Awa Mensah"));
    assert_eq!(after.address, before.address);
}

#[tokio::test]
async fn a_new_number_goes_out_in_two_parts() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let before = odd_contact(&client).await;
    let changes = ContactChanges {
        phone: Some("+229 01 01 00 00 00".to_owned()),
        image: Some(FilePart::new("a.jpg", "x")),
        ..ContactChanges::default()
    };
    let after = client.contacts().update(&before.id, changes).await.unwrap();
    assert_eq!(after.phone.as_deref(), Some("+2290101000000"));
    let requests = stage.requests();
    let sent = &requests.last().unwrap().body;
    assert_eq!(
        (&sent["mobile_code"], &sent["mobile"]),
        (&"229".into(), &"0101000000".into())
    );
    assert_eq!(sent["profile_image"]["content_type"], "image/jpeg");
}

#[tokio::test]
async fn the_contact_is_read_first_unless_it_is_given() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let current = odd_contact(&client).await;
    stage.sandbox.clear_journal();

    client
        .contacts()
        .update(&current.id, city("Sylhet"))
        .await
        .unwrap();
    assert_eq!(stage.operations(), ["list_contacts", "update_contact"]);
    stage.sandbox.clear_journal();

    let changes = ContactChanges {
        current: Some(current.clone()),
        ..city("Khulna")
    };
    let after = client
        .contacts()
        .update(&current.id, changes)
        .await
        .unwrap();
    assert_eq!(stage.operations(), ["update_contact"]);
    assert_eq!(after.address.unwrap().city.as_deref(), Some("Khulna"));
}

#[tokio::test]
async fn a_given_contact_that_would_lose_something_is_refused() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let current = odd_contact(&client).await;
    let other = client.contacts().get("3").await.unwrap();
    // What a vendor might leave out of a contact that comes with something else.
    let without = |pointer: &str| json!({"replace": {"pointer": pointer, "value": {"id": 2}}});
    stage.fault(without("/data/conversation/contact"));
    let thin = client
        .conversations()
        .get("2")
        .await
        .unwrap()
        .contact
        .unwrap();
    stage.sandbox.clear_journal();

    for (id, current, start) in [
        (&current.id, &other, "current: is another contact"),
        (&thin.id, &thin, "current: holds no phone"),
    ] {
        let changes = ContactChanges {
            current: Some(current.clone()),
            ..city("Khulna")
        };
        let error = client.contacts().update(id, changes).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().starts_with(start), "{error}");
    }
    let changes = ContactChanges {
        name: Some("Awa Doe".to_owned()),
        phone: Some("+8801988000000".to_owned()),
        current: Some(thin.clone()),
        ..ContactChanges::default()
    };
    let error = client
        .contacts()
        .update(&thin.id, changes)
        .await
        .unwrap_err();
    assert!(
        error.message().starts_with("current: holds no address"),
        "{error}"
    );
    assert!(stage.sandbox.journal().is_empty());
}

#[tokio::test]
async fn what_is_wrong_with_a_change_is_found_before_the_contact_is_read() {
    let changes = ContactChanges::default;
    let image = |name: &str| Some(FilePart::new(name, "x"));
    for (changes, argument) in [
        (
            ContactChanges {
                phone: Some("01988".into()),
                ..changes()
            },
            "phone",
        ),
        (
            ContactChanges {
                image: image("a.gif"),
                ..changes()
            },
            "image",
        ),
        (
            ContactChanges {
                image: image("a"),
                ..changes()
            },
            "image",
        ),
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
async fn a_failure_to_read_the_contact_changes_nothing() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    stage.fault(json!({"operation": "list_contacts", "status": 500, "times": 3}));
    let error = client
        .contacts()
        .update("3", city("Sylhet"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable, "{error}");
    assert_ne!(error.get_outcome(), Some(Outcome::Unknown));
    assert_eq!(error.get_operation(), Some("contacts.update"));
    assert_eq!(stage.operations(), ["list_contacts"; 3]);
}
