//! Accounts from a file and the environment, each in a folder of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod doctor;
mod folder;
mod online;
mod origins;
mod profiles;
mod secrets;
