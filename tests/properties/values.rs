//! What is thrown at the code.

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed, TestRunner};
use serde_json::Value;

use crate::replay::SECRETS;

/// A runner of so many cases, the same ones each time unless the environment says otherwise.
pub fn runner(cases: u32) -> TestRunner {
    let mut config = Config {
        failure_persistence: None,
        ..Config::default()
    };
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = cases;
    }
    if std::env::var_os("PROPTEST_RNG_SEED").is_none() {
        config.rng_seed = RngSeed::Fixed(7);
    }
    println!("{} cases, seed {:?}", config.cases, config.rng_seed);
    TestRunner::new(config)
}

/// Any text, among them what must not be shown and what is no plain text.
pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => any::<String>(),
        2 => "[ -~]{0,40}",
        2 => "[0-9+() .-]{0,24}",
        1 => prop::sample::select(&[
            "", "null", "0", "-1", "true", "NaN", "1e999", "2026-02-30", "-009999-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z", "12025", "132025", "../..", "%2e%2e", "\u{0}", "\u{feff}", "\r\n",
            "\u{202e}txt", "💩", "<html>", "+8801988000000", "success", "error", "exception",
        ][..]).prop_map(str::to_owned),
        1 => (any::<String>(), prop::sample::select(&SECRETS[..]), any::<String>())
            .prop_map(|(before, secret, after)| format!("{before} {secret} {after}")),
    ]
}

/// Any JSON value, up to three levels deep.
pub fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        1 => Just(Value::Null),
        1 => any::<bool>().prop_map(Value::from),
        2 => any::<i64>().prop_map(Value::from),
        1 => any::<u64>().prop_map(Value::from),
        1 => any::<f64>().prop_map(Value::from),
        1 => prop::sample::select(&[0_i64, 1, -1, 8_801_988_000_000, i64::MAX, i64::MIN][..])
            .prop_map(Value::from),
        4 => text().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(name(), inner, 0..4)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A member's name: mostly one that vendors use.
pub fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(&[
            "error", "errors", "message", "messages", "status", "code", "data", "detail", "id",
            "list", "contact", "contacts", "success", "description", "apiKey", "nextCursor",
        ][..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}
