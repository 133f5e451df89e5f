//! A cursor is whatever the vendor says, goes back to it unchanged, and good ones only go out.

use palabre::{ErrorKind, ListOptions, Vendor, Verb};
use proptest::prelude::*;
use serde_json::json;
use url::Url;

use crate::replay::{Given, Replayed, check_error};
use crate::values::{runner, text};

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

/// The cursor that a request asks for.
fn asked_for(path_and_query: &str) -> Option<String> {
    let url = Url::parse(&format!("http://a{path_and_query}")).unwrap();
    let mut pairs = url.query_pairs();
    pairs
        .find(|(name, _)| name == "cursor")
        .map(|(_, value)| value.into_owned())
}

#[test]
fn every_cursor_of_a_vendor_goes_back_to_it_as_it_came() {
    let runtime = runtime();
    let replayed = Replayed::new(Vendor::MsgFlash);
    runner(500)
        .run(&text(), |cursor| {
            let page = json!({"success": true, "data": {
                "contacts": [], "nextCursor": cursor, "hasMore": true,
            }});
            let page = page.to_string();
            let last = json!({"success": true, "data": {
                "contacts": [], "nextCursor": null, "hasMore": false,
            }});
            let last = last.to_string();
            replayed.answer(move |asked| {
                let body = if asked.before == 0 { &page } else { &last };
                Given::json(200, body.clone())
            });
            let contacts = replayed.client.contacts();
            let mut listing = contacts.list(ListOptions::default());
            let first = match runtime.block_on(listing.next_page()) {
                Ok(page) => page.unwrap(),
                // An empty cursor leads nowhere.
                Err(error) => {
                    prop_assert!(cursor.trim().is_empty(), "{cursor:?}: {error}");
                    return Ok(());
                }
            };
            let Some(next) = first.next_cursor else {
                prop_assert!(cursor.trim().is_empty(), "{cursor:?} is lost");
                return Ok(());
            };
            // On, and from the start with what was kept.
            runtime.block_on(listing.next_page()).unwrap();
            let options = ListOptions {
                cursor: Some(next),
                ..ListOptions::default()
            };
            runtime
                .block_on(contacts.list(options).next_page())
                .unwrap();
            let asked = replayed.asked();
            for request in &asked[1..] {
                let sent = asked_for(&request.path_and_query);
                prop_assert_eq!(sent.as_deref(), Some(cursor.as_str()));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_text_as_a_cursor_is_sent_or_refused_and_never_leaves_its_place() {
    let runtime = runtime();
    let clients: Vec<_> = Vendor::ALL.into_iter().map(Replayed::new).collect();
    runner(500)
        .run(
            &(text(), prop::option::of(any::<u32>())),
            |(cursor, size)| {
                for replayed in &clients {
                    let vendor = replayed.client.vendor();
                    if !replayed.client.supports(Verb::ContactsList).is_supported() {
                        continue;
                    }
                    replayed.answer(|_| Given::json(500, "{}"));
                    let options = ListOptions {
                        cursor: Some(cursor.clone()),
                        page_size: size,
                        ..ListOptions::default()
                    };
                    let mut listing = replayed.client.contacts().list(options);
                    let error = runtime.block_on(listing.next_page()).unwrap_err();
                    let asked = replayed.asked();
                    match error.kind() {
                        ErrorKind::InvalidInput => prop_assert!(asked.is_empty(), "{error}"),
                        // Its pages have one size.
                        ErrorKind::Unsupported if vendor == Vendor::NinetyNineDigital => {
                            prop_assert!(asked.is_empty() && size.is_some(), "{error}");
                        }
                        ErrorKind::Unavailable => prop_assert_eq!(asked.len(), 1),
                        other => prop_assert!(false, "{other:?}: {error}"),
                    }
                    for asked in asked {
                        prop_assert!(asked.operation.is_some(), "{}", asked.path_and_query);
                    }
                    check_error(&error, vendor, Verb::ContactsList.as_str());
                }
                Ok(())
            },
        )
        .unwrap();
}
