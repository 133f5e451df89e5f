//! The transport against a server that does as it is told.

mod answers;
mod outcomes;
mod reads;
mod redirects;
mod secrets;
mod server;
mod settings;
mod timeouts;
mod writes;
