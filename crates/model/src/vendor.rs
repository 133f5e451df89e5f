use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Error, ErrorKind};

/// A WhatsApp messaging vendor that palabre speaks to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[non_exhaustive]
pub enum Vendor {
    /// ReachFlow, <https://docs.reachflow.me/developpeurs>.
    #[serde(rename = "reachflow")]
    ReachFlow,
    /// MsgFlash, <https://docs.msgflash.com>.
    #[serde(rename = "msgflash")]
    MsgFlash,
    /// 99digital, the partners API, <https://docs.99digital.co.il>.
    #[serde(rename = "99digital")]
    NinetyNineDigital,
    /// WapiFlow, <https://wapiflow.cloud/external-api-documentation>.
    #[serde(rename = "wapiflow")]
    WapiFlow,
}

impl Vendor {
    /// Every vendor, in the order in which tables show them.
    pub const ALL: [Self; 4] = [
        Self::ReachFlow,
        Self::MsgFlash,
        Self::NinetyNineDigital,
        Self::WapiFlow,
    ];

    /// The identifier used in code, configuration and tables: `reachflow`, `msgflash`, `99digital`, `wapiflow`.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::ReachFlow => "reachflow",
            Self::MsgFlash => "msgflash",
            Self::NinetyNineDigital => "99digital",
            Self::WapiFlow => "wapiflow",
        }
    }

    /// The identifier where only letters may begin a name: the spec's file, modules in Rust and Python.
    #[must_use]
    pub const fn module(self) -> &'static str {
        match self {
            Self::NinetyNineDigital => "ninetynine_digital",
            _ => self.id(),
        }
    }

    /// The vendor's own spelling of its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ReachFlow => "ReachFlow",
            Self::MsgFlash => "MsgFlash",
            Self::NinetyNineDigital => "99digital",
            Self::WapiFlow => "WapiFlow",
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for Vendor {
    type Err = Error;

    /// Reads a vendor's identifier.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`] that lists the identifiers.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .into_iter()
            .find(|vendor| vendor.id() == text)
            .ok_or_else(|| {
                let known = Self::ALL.map(Self::id).join(", ");
                // The text is not repeated: people put a key here by mistake.
                let error = Error::new(
                    ErrorKind::InvalidInput,
                    format!("vendor: must be one of {known}"),
                );
                let near = Self::ALL.into_iter().find(|vendor| {
                    vendor.id().eq_ignore_ascii_case(text.trim())
                        || vendor.name().eq_ignore_ascii_case(text.trim())
                });
                match near {
                    Some(vendor) => error.hint(format!("write {:?}", vendor.id())),
                    None => error,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_as_its_vendor() {
        for vendor in Vendor::ALL {
            assert_eq!(
                vendor.id().parse::<Vendor>().expect("an identifier"),
                vendor
            );
        }
    }

    #[test]
    fn a_wrong_vendor_name_is_refused_with_the_right_one() {
        let error = "MsgFlash".parse::<Vendor>().expect_err("not an identifier");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert!(error.to_string().contains("\"msgflash\""), "{error}");
        let error = "twilio".parse::<Vendor>().expect_err("not a vendor");
        assert!(error.to_string().contains("99digital"), "{error}");
        let error = "sk_live_SECRET".parse::<Vendor>().expect_err("a key");
        assert!(!error.to_string().contains("SECRET"), "{error}");
    }
}
