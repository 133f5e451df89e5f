//! What the generated code sends and reads, on `crates/codegen/tests/specs/kitchen_sink.yaml`.

mod decoding;
mod kitchen;
mod outcomes;
mod paths;
mod requests;
mod server;
mod tables;
