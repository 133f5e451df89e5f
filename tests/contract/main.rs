//! Every operation of every spec, called by its name.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod arguments;
mod calls;
mod operations;
#[path = "../support/stage.rs"]
mod stage;
