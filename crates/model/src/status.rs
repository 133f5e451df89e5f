//! Statuses: our open words beside the vendor's text.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Error;

macro_rules! statuses {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
        )]
        #[non_exhaustive]
        pub enum $name {
            $($(#[doc = $variant_doc])+ #[serde(rename = $text)] $variant,)+
            /// A value that this version does not know; the vendor's text is kept beside it.
            #[serde(rename = "unknown")]
            Unknown,
        }

        impl $name {
            /// Every status but `unknown`.
            pub const KNOWN: &[Self] = &[$(Self::$variant),+];

            /// The status as one lower-case word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                    Self::Unknown => "unknown",
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = Error;

            /// Reads one of our words.
            ///
            /// # Errors
            ///
            /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) that lists the words.
            fn from_str(text: &str) -> Result<Self, Error> {
                Self::KNOWN.iter().copied().find(|status| status.as_str() == text).ok_or_else(|| {
                    let known: Vec<_> = Self::KNOWN.iter().map(|status| status.as_str()).collect();
                    Error::invalid("status", format_args!("{text:?} is not a status"))
                        .hint(format!("one of {}", known.join(", ")))
                })
            }
        }
    };
}

statuses! {
    /// Whether a number can send.
    NumberStatus {
        /// Linked; it can send.
        Connected = "connected",
        /// Being linked.
        Connecting = "connecting",
        /// Not linked; it cannot send.
        Disconnected = "disconnected",
    }
}

statuses! {
    /// Where a conversation stands in the vendor's inbox.
    ConversationStatus {
        /// No status was given to it.
        None = "none",
        /// Dealt with.
        Done = "done",
        /// Waiting for somebody.
        Pending = "pending",
        /// Marked as important.
        Important = "important",
        /// Not read yet.
        Unread = "unread",
    }
}

statuses! {
    /// How far a message has come.
    MessageStatus {
        /// Accepted by the vendor, not sent yet (also: scheduled).
        Queued = "queued",
        /// Handed to WhatsApp.
        Sent = "sent",
        /// On the recipient's device.
        Delivered = "delivered",
        /// Seen by the recipient.
        Read = "read",
        /// Will not arrive.
        Failed = "failed",
        /// Withdrawn before it was sent.
        Cancelled = "cancelled",
    }
}

statuses! {
    /// Which way a message goes.
    Direction {
        /// From a person to the account.
        Inbound = "inbound",
        /// From the account to a person.
        Outbound = "outbound",
    }
}

statuses! {
    /// Whether WhatsApp lets a template be sent.
    TemplateStatus {
        /// Under review.
        Pending = "pending",
        /// It can be sent.
        Approved = "approved",
        /// Refused by the review.
        Rejected = "rejected",
        /// Switched off after approval.
        Disabled = "disabled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back_as_its_status() {
        for status in ConversationStatus::KNOWN {
            assert_eq!(
                status
                    .as_str()
                    .parse::<ConversationStatus>()
                    .expect("a word"),
                *status
            );
        }
    }

    #[test]
    fn a_word_that_is_no_status_is_refused_with_the_list() {
        let error = "open".parse::<ConversationStatus>().expect_err("no status");
        assert!(error.to_string().contains("pending"), "{error}");
    }
}
