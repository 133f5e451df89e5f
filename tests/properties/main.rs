//! Properties: what holds whatever a vendor answers and whatever a caller writes.
//!
//! The same cases each time. `PROPTEST_CASES=5000 PROPTEST_RNG_SEED=7 cargo test --test properties`
//! tries more of them, or others; what failed is printed in its smallest form.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod corpus;
mod cursors;
mod decoding;
mod enums;
#[path = "../support/fuzzed.rs"]
mod fuzzed;
#[path = "../contract/operations.rs"]
#[allow(dead_code, reason = "the test of the table is one of the contract's")]
mod operations;
#[path = "../support/replay.rs"]
mod replay;
#[path = "../support/stage.rs"]
mod stage;
mod texts;
mod values;
#[path = "../conformance/verbs.rs"]
#[allow(dead_code, reason = "shared with the conformance tests")]
mod verbs;
