//! What the vendors' documents and published installs say, beyond the samples.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod msgflash;
mod ninetynine_digital;
mod ninetynine_number;
mod reachflow;
#[path = "../support/mod.rs"]
mod support;
mod wapiflow;
