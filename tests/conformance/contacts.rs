//! Contacts come, change and go.

use palabre::{Address, ContactChanges, ErrorKind, ListOptions, NewContact, Outcome, Vendor, Verb};
use serde_json::json;

use crate::stage::{Stage, able, fields};
use crate::verbs::{known, somebody};

fn renamed(name: &str) -> ContactChanges {
    ContactChanges {
        name: Some(name.to_owned()),
        ..ContactChanges::default()
    }
}

#[tokio::test]
async fn a_contact_is_created_listed_read_changed_and_deleted() {
    for vendor in able(Verb::ContactsCreate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let contacts = client.contacts();
        let before = contacts
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap()
            .len();

        let created = contacts.create(somebody()).await.unwrap();
        assert_eq!(created.name.as_deref(), Some("Awa Doe"), "{vendor}");
        assert_eq!(created.phone.as_deref(), Some("+8801988000000"), "{vendor}");
        assert_eq!((created.vendor, &*created.account), (vendor, vendor.id()));

        let listed = contacts
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap();
        assert_eq!(listed.len(), before + 1);
        let shown = listed
            .iter()
            .find(|contact| contact.id == created.id)
            .unwrap();
        let read = contacts.get(&created.id).await.unwrap();
        assert_eq!((&read.name, &read.phone), (&shown.name, &shown.phone));
        assert_eq!(read.created_at, Some(stage.sandbox.time()));

        let changed = contacts
            .update(&created.id, renamed("Awa Maria Doe"))
            .await
            .unwrap();
        assert_eq!(changed.name.as_deref(), Some("Awa Maria Doe"));
        assert_eq!(changed.id, created.id);
        let read = contacts.get(&created.id).await.unwrap();
        assert_eq!(read.name.as_deref(), Some("Awa Maria Doe"));
        assert_eq!(read.phone.as_deref(), Some("+8801988000000"), "{vendor}");

        contacts.delete(&created.id).await.unwrap();
        for error in [
            contacts.get(&created.id).await.unwrap_err(),
            contacts
                .update(&created.id, renamed("A B"))
                .await
                .unwrap_err(),
            contacts.delete(&created.id).await.unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        }
        let after = contacts
            .list(ListOptions::default())
            .collect()
            .await
            .unwrap()
            .len();
        assert_eq!(after, before, "{vendor}");
    }
}

#[tokio::test]
async fn a_new_contact_goes_out_as_the_vendor_documents_it() {
    let stage = Stage::new();
    let contact = NewContact {
        tags: Some(vec!["vip".to_owned()]),
        meta: Some(fields(json!({"city": "Cotonou"}))),
        ..somebody()
    };
    stage
        .client(Vendor::MsgFlash)
        .contacts()
        .create(contact)
        .await
        .unwrap();
    let contact = NewContact {
        address: Some(Address {
            city: Some("Dhaka".to_owned()),
            ..Address::default()
        }),
        image: Some(palabre::FilePart::new("awa.PNG", "\u{89}PNG")),
        ..somebody()
    };
    stage
        .client(Vendor::WapiFlow)
        .contacts()
        .create(contact)
        .await
        .unwrap();

    let requests = stage.requests();
    assert_eq!(requests[0].operation, Some("create_contact"));
    assert_eq!(
        requests[0].body,
        json!({
            "name": "Awa Doe", "phone": "+8801988000000", "tags": ["vip"],
            "meta": {"city": "Cotonou"},
        })
    );
    assert_eq!(requests[1].operation, Some("store_contact"));
    let content_type = requests[1].content_type.as_deref().unwrap();
    assert!(
        content_type.starts_with("multipart/form-data"),
        "{content_type}"
    );
    assert_eq!(
        requests[1].body,
        json!({
            "firstname": "Awa", "lastname": "Doe", "mobile_code": "880", "mobile": "1988000000",
            "city": "Dhaka",
            "profile_image": {"file_name": "awa.PNG", "content_type": "image/png", "bytes": 5},
        })
    );
}

#[tokio::test]
async fn a_number_that_is_taken_is_refused_by_the_vendor() {
    for vendor in able(Verb::ContactsCreate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        client.contacts().create(somebody()).await.unwrap();
        let error = client.contacts().create(somebody()).await.unwrap_err();
        // WapiFlow says it like any other broken rule.
        let expected = match vendor {
            Vendor::MsgFlash => ErrorKind::Conflict,
            _ => ErrorKind::InvalidInput,
        };
        assert_eq!(error.kind(), expected, "{error}");
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
        assert_eq!(stage.requests().len(), 2);
    }
}

#[tokio::test]
async fn a_change_of_nothing_is_refused() {
    for vendor in able(Verb::ContactsUpdate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let id = known(vendor).contact;
        let error = client
            .contacts()
            .update(id, ContactChanges::default())
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.message().contains("nothing is changed"), "{error}");
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn a_number_is_read_where_it_is_one_and_kept_as_given_otherwise() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    for (sent, read) in [
        ("+229 01 01 00 00 00", "+2290101000000"),
        ("612345678", "612345678"),
    ] {
        stage.fault(json!({"replace": {"pointer": "/data/phone", "value": sent}}));
        let contact = client.contacts().get("CONTACT_UUID_1").await.unwrap();
        assert_eq!(contact.phone.as_deref(), Some(read));
    }
    let client = stage.client(Vendor::WapiFlow);
    for (code, mobile, read) in [
        ("44", "07911123456", "+447911123456"),
        ("880", "+8801988000000", "+8801988000000"),
        ("44", "reception", "+44 reception"),
    ] {
        let contact = json!({"id": 1, "mobile_code": code, "mobile": mobile});
        let pointer = "/data/contacts/data/0";
        stage.fault(json!({"replace": {"pointer": pointer, "value": contact}}));
        let contacts = client.contacts().list(ListOptions::default());
        let contacts = contacts.collect().await.unwrap();
        assert_eq!(contacts[0].phone.as_deref(), Some(read));
    }
}

#[tokio::test]
async fn a_current_contact_that_is_another_one_is_refused() {
    for vendor in able(Verb::ContactsUpdate) {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let contacts = client.contacts().list(ListOptions::default());
        let contacts = contacts.collect().await.unwrap();
        stage.sandbox.clear_journal();
        let changes = ContactChanges {
            current: Some(contacts[0].clone()),
            ..renamed("Awa Doe")
        };
        let result = client.contacts().update(&contacts[1].id, changes).await;
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{vendor}: {error}");
        assert!(error.message().starts_with("current: "), "{error}");
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn msgflash_is_sent_what_changes_and_nothing_else() {
    let stage = Stage::new();
    let client = stage.client(Vendor::MsgFlash);
    let changes = ContactChanges {
        tags: Some(vec![]),
        ..ContactChanges::default()
    };
    let before = client.contacts().get("CONTACT_UUID_1").await.unwrap();
    let after = client
        .contacts()
        .update("CONTACT_UUID_1", changes)
        .await
        .unwrap();
    assert_eq!(stage.requests()[1].body, json!({"tags": []}));
    assert_eq!(after.tags, Some(vec![]));
    assert_eq!(
        (after.name, after.phone, after.meta),
        (before.name, before.phone, before.meta)
    );
}

#[tokio::test]
async fn what_a_vendor_cannot_keep_is_refused() {
    let address = |country: Option<&str>| {
        Some(Address {
            country: country.map(str::to_owned),
            ..Address::default()
        })
    };
    let image = || Some(palabre::FilePart::new("a.png", ""));
    let new = NewContact::default;
    let cases = [
        (
            Vendor::MsgFlash,
            "given_name",
            NewContact {
                given_name: Some("A".into()),
                ..new()
            },
        ),
        (
            Vendor::MsgFlash,
            "family_name",
            NewContact {
                family_name: Some("D".into()),
                ..new()
            },
        ),
        (
            Vendor::MsgFlash,
            "address",
            NewContact {
                address: address(None),
                ..new()
            },
        ),
        (
            Vendor::MsgFlash,
            "image",
            NewContact {
                image: image(),
                ..new()
            },
        ),
        (
            Vendor::WapiFlow,
            "tags",
            NewContact {
                tags: Some(vec![]),
                ..new()
            },
        ),
        (
            Vendor::WapiFlow,
            "meta",
            NewContact {
                meta: Some(fields(json!({}))),
                ..new()
            },
        ),
        (
            Vendor::WapiFlow,
            "address.country",
            NewContact {
                address: address(Some("Togo")),
                ..new()
            },
        ),
    ];
    for (vendor, name, contact) in cases {
        let stage = Stage::new();
        let client = stage.client(vendor);
        let changes = ContactChanges {
            given_name: contact.given_name.clone(),
            family_name: contact.family_name.clone(),
            tags: contact.tags.clone(),
            meta: contact.meta.clone(),
            address: contact.address.clone(),
            image: contact.image.clone(),
            ..ContactChanges::default()
        };
        let contact = NewContact {
            phone: "+8801988000000".to_owned(),
            ..contact
        };
        for error in [
            client.contacts().create(contact).await.unwrap_err(),
            client
                .contacts()
                .update(known(vendor).contact, changes)
                .await
                .unwrap_err(),
        ] {
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert!(error.message().starts_with(&format!("{name}:")), "{error}");
            assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        }
        assert!(stage.sandbox.journal().is_empty());
    }
}

#[tokio::test]
async fn fields_that_the_spec_does_not_know_are_kept() {
    for (vendor, pointer) in [
        (Vendor::MsgFlash, "/data/contacts/0/colour"),
        (Vendor::WapiFlow, "/data/contacts/data/0/colour"),
    ] {
        let stage = Stage::new();
        stage.fault(json!({"replace": {"pointer": pointer, "value": "red"}}));
        let client = stage.client(vendor);
        let mut listing = client.contacts().list(ListOptions::default());
        let page = listing.next_page().await.unwrap().unwrap();
        assert_eq!(
            page.items[0].raw.extra(),
            fields(json!({"colour": "red"})),
            "{vendor}"
        );
        assert!(page.items[1].raw.extra().is_empty(), "{vendor}");
        for contact in &page.items {
            // WapiFlow has numbers where we have texts.
            let id = contact.raw.value()["id"].clone();
            assert_eq!(
                id.to_string().trim_matches('"'),
                contact.id,
                "an item has its own slice"
            );
        }
    }
}

#[tokio::test]
async fn a_contact_without_what_it_is_found_by_was_created_only_by_the_vendor_s_word() {
    let null = |pointer: &str| json!({"replace": {"pointer": pointer, "value": null}});
    let unknown = (ErrorKind::OutcomeUnknown, Some(Outcome::Unknown));
    let created = (ErrorKind::Decode, Some(Outcome::Accepted));
    for (vendor, fault, expected) in [
        (Vendor::MsgFlash, null("/data"), unknown),
        (Vendor::MsgFlash, null("/data/id"), unknown),
        (
            Vendor::MsgFlash,
            json!({"status": 201, "body": []}),
            unknown,
        ),
        (Vendor::MsgFlash, json!({"status": 204}), unknown),
        (Vendor::WapiFlow, null("/data"), created),
        (Vendor::WapiFlow, null("/data/contact/id"), created),
        (
            Vendor::WapiFlow,
            json!({"status": 200, "body": {"status": "success", "data": 7}}),
            created,
        ),
    ] {
        let stage = Stage::new();
        stage.fault(fault);
        let error = stage
            .client(vendor)
            .contacts()
            .create(somebody())
            .await
            .unwrap_err();
        assert_eq!((error.kind(), error.get_outcome()), expected, "{error}");
        assert_eq!(stage.requests().len(), 1);
    }
}

#[tokio::test]
async fn wapiflow_reads_the_list_until_the_contact_is_found() {
    let stage = Stage::new();
    let client = stage.client(Vendor::WapiFlow);
    let all = client
        .contacts()
        .list(ListOptions::default())
        .collect()
        .await
        .unwrap();
    for (index, requests) in [(0, 1), (99, 1), (100, 2), (263, 3)] {
        stage.sandbox.clear_journal();
        let found = client.contacts().get(&all[index].id).await.unwrap();
        assert_eq!(found, all[index]);
        assert_eq!(stage.requests().len(), requests);
    }
    stage.sandbox.clear_journal();
    let error = client.contacts().get("999999").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.get_operation(), Some("contacts.get"));
    assert_eq!(stage.requests().len(), 3);
}

#[tokio::test]
async fn a_deletion_may_be_answered_with_nothing() {
    let stage = Stage::new();
    for status in [200, 202, 204] {
        stage.fault(json!({"vendor": "msgflash", "status": status}));
        assert_eq!(
            stage
                .client(Vendor::MsgFlash)
                .contacts()
                .delete("CONTACT_UUID_1")
                .await,
            Ok(())
        );
    }
}
