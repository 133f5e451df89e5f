//! The messages among the requests that arrived.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::Vendor;

/// A message that arrived at a vendor, also one that the vendor did not take. Printed, it shows no
/// number and no text.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SentMessage {
    /// The journal's entry of the request; it holds everything else that was in it.
    pub sequence: u64,
    /// The vendor that it was sent to.
    pub vendor: Vendor,
    /// The recipient in international form; empty where the request named none.
    pub to: String,
    /// The number to send from; none where the request left that to the vendor.
    pub from: Option<String>,
    /// `text`, `image`, `document`, `video`, `audio`, `location`, `cta`, `list`, `template` or
    /// `unknown`.
    pub kind: String,
    /// The text, or the caption of a file.
    pub text: Option<String>,
    /// The template's identifier.
    pub template: Option<String>,
    /// What was put into the template's body.
    pub variables: Vec<String>,
    /// What was put into the template's header.
    pub header_variables: Vec<String>,
    /// The names of the files.
    pub files: Vec<String>,
    /// When it arrived, by the sandbox's clock.
    pub at: Timestamp,
    /// Whether the vendor took it and would have delivered it, whatever it answered.
    pub accepted: bool,
}

impl fmt::Debug for SentMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SentMessage")
            .field("sequence", &self.sequence)
            .field("vendor", &self.vendor)
            .field("kind", &self.kind)
            .field("accepted", &self.accepted)
            .finish_non_exhaustive()
    }
}
