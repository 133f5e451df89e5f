//! What does not grow: memory, file descriptors and tasks of long runs, memory with many rows.
//!
//! Short by themselves; `PALABRE_SOAK_SECONDS=600` and `PALABRE_SOAK_ROWS=1000000` make them long.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod process;
mod requests;
mod rows;
#[path = "../support/stage.rs"]
mod stage;
#[path = "../conformance/verbs.rs"]
#[allow(dead_code, reason = "shared with the conformance tests")]
mod verbs;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// One test at a time: what is looked at is the whole process.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A setting of the environment.
fn number(name: &str, usually: u64) -> u64 {
    std::env::var(name).map_or(usually, |text| text.parse().unwrap())
}
