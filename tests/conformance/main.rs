//! What the facade promises, tried on every vendor against the sandbox.
//!
//! A scenario is written once; the capability table decides at which vendors it runs.

#![expect(clippy::unwrap_used, reason = "a test that panics has failed")]

mod capability;
mod contacts;
mod conversations;
mod decoding;
mod delete_many;
mod errors;
mod extra;
mod faults;
mod fleet;
mod groups;
mod history;
mod ids;
mod list_ends;
mod list_options;
mod lists;
mod monthly;
mod monthly_odd;
mod months;
mod names;
mod ninetynine_keys;
mod ninetynine_number;
mod numbers;
mod otp;
mod printed;
mod progress;
mod rehearsal;
mod send;
mod send_refused;
mod senders;
mod sending;
mod settings;
#[path = "../support/stage.rs"]
mod stage;
mod token;
mod vendor_errors;
mod verbs;
mod wapiflow_update;
