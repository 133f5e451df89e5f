//! Messages that arrived at the sandbox.

use jiff::Timestamp;
use pyo3::prelude::*;

/// How these are kept in a pickle: all their fields are data.
mod kept {
    use palabre_sandbox::SentMessage;

    pub(super) fn store(messages: &[SentMessage]) -> serde_json::Result<String> {
        serde_json::to_string(messages)
    }

    pub(super) fn restore(text: &str) -> serde_json::Result<Vec<SentMessage>> {
        serde_json::from_str(text)
    }
}

class! {
    of palabre_sandbox::SentMessage, kept by kept;
    /// A message that arrived at the sandbox, also one that the vendor did not take.
    SentMessage, shown: [vendor, to, kind, template, accepted], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The recipient in international form; empty where the request named none.
        to: &'py str = |row| &row.to,
        /// The number to send from; None where that was left to the vendor.
        from_: Option<&'py str> = |row| row.from.as_deref(),
        /// text, image, document, video, audio, location, cta, list, template or unknown.
        kind: &'py str = |row| &row.kind,
        /// The text, or the caption of a file.
        text: Option<&'py str> = |row| row.text.as_deref(),
        /// The template's identifier.
        template: Option<&'py str> = |row| row.template.as_deref(),
        /// What was put into the template's body.
        variables: Vec<String> = |row| row.variables.clone(),
        /// What was put into the template's header.
        header_variables: Vec<String> = |row| row.header_variables.clone(),
        /// The names of the files.
        files: Vec<String> = |row| row.files.clone(),
        /// When it arrived, by the sandbox's clock.
        at: Timestamp = |row| row.at,
        /// The vendor took it and would have delivered it, whatever it answered.
        accepted: bool = |row| row.accepted,
        /// The entry in Sandbox.journal() with the whole request.
        sequence: u64 = |row| row.sequence,
    }
}
