//! The capability table tells the truth.

use palabre::{ErrorKind, Outcome, Support, Vendor, Verb};

use crate::stage::{Stage, able};
use crate::verbs;

#[tokio::test]
async fn a_supported_verb_works_and_asks_the_vendor() {
    for verb in Verb::ALL {
        for vendor in able(*verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            let result = verbs::run(&client, *verb).await;
            assert_eq!(result, Ok(()), "{vendor} {verb}");
            assert!(!stage.requests().is_empty(), "{vendor} {verb}");
        }
    }
}

#[tokio::test]
async fn a_native_verb_is_one_request_or_a_list_of_pages() {
    for verb in Verb::ALL {
        for vendor in able(*verb) {
            let stage = Stage::new();
            let client = stage.client(vendor);
            if client.supports(*verb) != Support::Native {
                continue;
            }
            verbs::run(&client, *verb).await.unwrap();
            let mut operations = stage.operations();
            operations.dedup();
            // WapiFlow's update replaces the contact, which is read first.
            let is_update = vendor == Vendor::WapiFlow && *verb == Verb::ContactsUpdate;
            assert_eq!(
                operations.len(),
                if is_update { 2 } else { 1 },
                "{vendor} {verb}"
            );
        }
    }
}

#[tokio::test]
async fn an_unsupported_verb_is_refused_before_anything_is_sent() {
    let mut refused = 0;
    for verb in Verb::ALL {
        let able = able(*verb);
        for vendor in Vendor::ALL
            .into_iter()
            .filter(|vendor| !able.contains(vendor))
        {
            let stage = Stage::new();
            let error = verbs::run(&stage.client(vendor), *verb).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
            assert_eq!(error.get_outcome(), Some(Outcome::NotSent), "{error}");
            assert_eq!(error.get_vendor(), Some(vendor));
            assert_eq!(error.get_operation(), Some(verb.as_str()));
            let names: Vec<_> = able.iter().map(|vendor| vendor.name()).collect();
            assert_eq!(
                error.get_hint(),
                Some(&*format!("{} can", names.join(", ")))
            );
            assert!(stage.sandbox.journal().is_empty(), "{vendor} {verb}");
            refused += 1;
        }
    }
    assert!(refused > 50, "{refused}");
}

#[tokio::test]
async fn what_a_vendor_cannot_do_says_why_and_what_it_emulates_says_how() {
    let stage = Stage::new();
    for vendor in Vendor::ALL {
        let client = stage.client(vendor);
        for verb in Verb::ALL {
            let support = client.supports(*verb);
            assert_eq!(
                support.note().is_none(),
                support == Support::Native,
                "{vendor} {verb}"
            );
            assert!(
                support.note().is_none_or(|note| note.len() > 10),
                "{vendor} {verb}"
            );
        }
    }
}
