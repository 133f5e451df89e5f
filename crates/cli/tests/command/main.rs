//! The command as it is run, against a sandbox in this process.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod accounts;
mod campaigns;
mod capabilities;
mod early;
mod help;
mod import;
#[cfg(unix)]
mod interrupts;
mod outputs;
mod reads;
mod stage;
mod writes;
