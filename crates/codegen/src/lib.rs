//! Turns a vendor's OpenAPI document into a Rust client.
//!
//! ```text
//! YAML ─▶ Document ─▶ lint ─▶ facts ─────────────────────▶ emit ─┐
//!                        ├──▶ lower ─▶ openapiv3 ─▶ progenitor ──┴─▶ one Rust file
//!                        └──▶ python ──────────────────────────────▶ one Python module
//! ```
//!
//! `progenitor` writes types and methods. What it cannot express is written from the same document:
//! open enums, typed errors by status, outcomes with several success shapes, forms, and the tables
//! that the transport works with. [`lower`](mod@lower) says what is changed for progenitor, and why.

mod amend;
mod document;
mod emit;
mod facts;
mod fill;
mod generate;
mod lint;
mod lower;
mod problem;
mod python;
mod surface;

pub use document::Document;
pub use generate::generate;
pub use problem::{Problem, Problems};
pub use python::python;
pub use surface::{changed_lines, surface};
