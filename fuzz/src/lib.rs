//! What the fuzz targets share with the tests.

#[path = "../../tests/support/fuzzed.rs"]
#[allow(dead_code, reason = "shared with the tests that replay the corpus")]
mod fuzzed;
#[path = "../../tests/contract/operations.rs"]
#[allow(
    dead_code,
    unused_imports,
    reason = "shared with the contract tests"
)]
mod operations;
#[path = "../../tests/support/replay.rs"]
mod replay;
#[path = "../../tests/conformance/verbs.rs"]
#[allow(dead_code, reason = "shared with the conformance tests")]
mod verbs;

pub use fuzzed::one;
