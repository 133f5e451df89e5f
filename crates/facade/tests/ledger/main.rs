//! Campaigns: nothing goes out twice, nothing is forgotten, whatever happens to the process.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod campaign;
mod child;
mod deleted;
mod ended;
mod file;
mod history;
mod killed;
mod person;
mod proof;
mod rows;
mod sender;
#[path = "../../../../tests/support/stage.rs"]
mod stage;
mod taken_over;
