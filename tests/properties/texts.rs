//! Phone numbers, months, times and waits: any text is read, refused or left alone.

use palabre::{Vendor, Verb};
use proptest::prelude::*;

use crate::replay::{Given, Replayed, check_error};
use crate::values::{runner, text};
use crate::verbs;

fn phones() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => text(),
        3 => "\\+?[0-9]{1,20}",
        2 => "\\+[1-9][0-9 ().-]{3,20}",
        1 => "00[1-9][0-9]{5,14}",
    ]
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[test]
fn a_phone_number_is_read_the_same_when_it_is_read_again() {
    runner(4000)
        .run(&phones(), |text| {
            for read in [palabre::normalize_phone, palabre::normalize_digits] {
                let Some(phone) = read(&text) else {
                    prop_assert!(text.trim().is_empty(), "{text:?} is lost");
                    continue;
                };
                // As it was given, or in international form.
                let rest = phone.strip_prefix('+').unwrap_or_default();
                let is_international = !rest.is_empty() && rest == digits(rest);
                prop_assert!(phone == text.trim() || is_international, "{phone}");
                prop_assert_eq!(read(&phone), Some(phone.clone()));
                prop_assert_eq!(palabre::normalize_phone(&phone), Some(phone));
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_phone_number_that_is_taken_apart_loses_and_gains_no_digit() {
    runner(4000)
        .run(&phones(), |text| {
            if let Ok(parts) = palabre::split_phone("phone", &text) {
                let all = digits(&text);
                prop_assert_eq!(
                    format!("{}{}", parts.country_code, parts.national),
                    &all[..]
                );
                let whole = palabre::join_phone(&parts.country_code, &parts.national);
                prop_assert_eq!(digits(&whole.unwrap()), all);
            }
            let masked = palabre::mask_phone(&text);
            let (shown, all) = (digits(&masked).len(), digits(&text).len());
            prop_assert!(all < 6 || shown < all, "{text} as {masked}");
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_month_is_read_and_written_the_same_or_refused_in_one_line() {
    let months = prop_oneof![
        2 => text(),
        3 => "[0-9]{1,4}-[0-9]{1,2}",
        1 => "[0-9]{4}-[0-9]{2}-[0-9]{2}",
        1 => "[0-9]{6}",
    ];
    runner(4000)
        .run(&months, |text| {
            match palabre::parse_month("start", &text) {
                Ok(month) => {
                    prop_assert_eq!(month.day(), 1);
                    let written = palabre::month_text(month);
                    prop_assert_eq!(palabre::parse_month("start", &written).unwrap(), month);
                }
                Err(error) => prop_assert!(!error.to_string().contains('\n'), "{error}"),
            }
            let _ = palabre::parse_time(&text);
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_wait_is_read_from_whole_seconds_and_dates_and_nothing_else() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let replayed = Replayed::new(Vendor::MsgFlash);
    let waits = prop_oneof![text(), any::<i128>().prop_map(|wait| wait.to_string())];
    runner(1000)
        .run(&waits, |wait| {
            // A number of seconds that is a number of a phone is shown as what it says to be.
            prop_assume!(!wait.contains("1988000000"));
            let header = ("retry-after".to_owned(), wait.clone());
            replayed.answer(move |_| Given {
                headers: vec![header.clone()],
                ..Given::json(429, "{}")
            });
            let read = verbs::run(&replayed.client, Verb::ContactsGet);
            let error = runtime.block_on(read).unwrap_err();
            check_error(&error, Vendor::MsgFlash, Verb::ContactsGet.as_str());
            let told = error.get_retry_after();
            // More than can be counted is as long as can be.
            let told = told.map(|told| told.as_secs());
            let wait = wait.trim();
            let digits = wait.strip_prefix('-').unwrap_or(wait);
            if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
                let seconds = (digits == wait).then(|| wait.parse().unwrap_or(u64::MAX));
                prop_assert_eq!(told, seconds);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_secret_in_a_vendor_s_words_is_never_in_ours() {
    runner(4000)
        .run(&text(), |text| {
            let shown = palabre::presentable(&text);
            prop_assert!(!shown.contains(['\n', '\r']), "{shown:?}");
            prop_assert!(!shown.contains("1988000000"), "{shown}");
            let again = palabre::presentable(&shown);
            prop_assert!(again.chars().count() <= 301, "{again}");
            Ok(())
        })
        .unwrap();
}
