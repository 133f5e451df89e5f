//! Every text is a status: ours where we know it, and the vendor's own words beside it.

use palabre::{
    ConversationStatus, Direction, Error, MessageStatus, NumberStatus, TemplateStatus, Vendor,
};
use proptest::prelude::*;

use crate::replay::{Given, Replayed};
use crate::values::{runner, text};

/// Reads a text as an open enum, from Rust and from JSON, and gives it back.
macro_rules! reads_back {
    ($text:expr, $($name:ty),+ $(,)?) => {$({
        let text: &str = $text;
        let read: $name = text.parse().unwrap();
        prop_assert_eq!(read.as_str(), text);
        prop_assert_eq!(read.to_string(), text);
        let json = serde_json::to_string(text).unwrap();
        let from_json: $name = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(&from_json, &read);
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), json);
    })+};
}

/// The enums of the generated clients, as the surfaces list them.
const ENUMS: [&str; 11] = [
    "99digital ResultStatus",
    "99digital TemplateState",
    "msgflash InstanceStatus",
    "msgflash MessageDirection",
    "msgflash MessageStatus",
    "msgflash MessageType",
    "reachflow MediaType",
    "reachflow MessageStatus",
    "reachflow OtpReason",
    "reachflow ProviderStatus",
    "wapiflow ResultStatus",
];

#[test]
fn every_text_is_a_value_of_an_open_enum_and_reads_back() {
    use palabre_clients::{msgflash, ninetynine_digital, reachflow, wapiflow};
    runner(1000)
        .run(&text(), |text| {
            reads_back!(
                &text,
                ninetynine_digital::open::ResultStatus,
                ninetynine_digital::open::TemplateState,
                msgflash::open::InstanceStatus,
                msgflash::open::MessageDirection,
                msgflash::open::MessageStatus,
                msgflash::open::MessageType,
                reachflow::open::MediaType,
                reachflow::open::MessageStatus,
                reachflow::open::OtpReason,
                reachflow::open::ProviderStatus,
                wapiflow::open::ResultStatus,
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn no_enum_of_the_clients_is_left_out_here() {
    let mut listed = Vec::new();
    for (vendor, surface) in [
        (
            "99digital",
            include_str!("../golden/surface/ninetynine_digital.txt"),
        ),
        ("msgflash", include_str!("../golden/surface/msgflash.txt")),
        ("reachflow", include_str!("../golden/surface/reachflow.txt")),
        ("wapiflow", include_str!("../golden/surface/wapiflow.txt")),
    ] {
        for line in surface.lines() {
            if let Some((name, _)) = line
                .strip_prefix("enum ")
                .and_then(|line| line.split_once(':'))
            {
                listed.push(format!("{vendor} {name}"));
            }
        }
    }
    listed.sort();
    assert_eq!(listed, ENUMS);
}

#[test]
fn a_word_that_is_ours_reads_back_and_another_is_refused() {
    fn check<T>(text: &str, known: &[T]) -> Result<(), TestCaseError>
    where
        T: std::str::FromStr<Err = Error> + PartialEq + std::fmt::Debug + ToString,
    {
        let is_known = known.iter().any(|word| word.to_string() == text);
        match text.parse::<T>() {
            Ok(word) => prop_assert_eq!(word.to_string(), text),
            Err(error) => {
                prop_assert!(!is_known, "{text}");
                prop_assert!(!error.to_string().contains('\n'), "{error}");
            }
        }
        Ok(())
    }
    let words = prop_oneof![text(), "[a-z_]{1,12}"];
    runner(1000)
        .run(&words, |text| {
            check(&text, NumberStatus::KNOWN)?;
            check(&text, ConversationStatus::KNOWN)?;
            check(&text, MessageStatus::KNOWN)?;
            check(&text, Direction::KNOWN)?;
            check(&text, TemplateStatus::KNOWN)
        })
        .unwrap();
}

#[test]
fn a_number_s_status_is_kept_in_the_vendor_s_words_whatever_they_are() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let replayed = Replayed::new(Vendor::ReachFlow);
    runner(300)
        .run(&text(), |text| {
            let body = serde_json::json!({"providers": [{
                "id": "a3f1b2c4-1234-4abc-9def-000011112222", "status": text,
            }]});
            let body = body.to_string();
            replayed.answer(move |_| Given::json(200, body.clone()));
            let numbers = runtime.block_on(replayed.client.numbers().list().collect());
            let numbers = numbers.unwrap();
            prop_assert_eq!(numbers[0].status_text.as_deref(), Some(text.as_str()));
            Ok(())
        })
        .unwrap();
}
