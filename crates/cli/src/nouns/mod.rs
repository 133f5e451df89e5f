//! One file for each noun of the facade, with its verbs.

pub(crate) mod contacts;
mod content;
pub(crate) mod conversations;
pub(crate) mod fields;
pub(crate) mod groups;
pub(crate) mod messages;
pub(crate) mod numbers;
pub(crate) mod otp;
pub(crate) mod reports;
pub(crate) mod stats;
pub(crate) mod templates;
