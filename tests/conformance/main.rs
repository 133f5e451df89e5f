//! What the facade promises, tried on every vendor against the sandbox.
//!
//! A scenario is written once; the capability table decides at which vendors it runs.

mod capability;
mod list_ends;
mod list_options;
mod lists;
mod stage;
mod verbs;
