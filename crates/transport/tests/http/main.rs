//! The transport against a server that does as it is told.

#![expect(clippy::expect_used, reason = "a test that panics has failed")]

mod answers;
mod injection;
mod keys;
mod limits;
mod observer;
mod outcomes;
mod reads;
mod redirects;
mod renewals;
mod repeats;
mod secrets;
mod server;
mod settings;
mod timeouts;
mod tls;
mod tunnel;
mod writes;
