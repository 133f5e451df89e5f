//! The four vendors and where each one lives on the sandbox.

use serde::{Deserialize, Serialize};

use crate::dialects;

/// One of the four messaging vendors that the sandbox stands in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Vendor {
    /// ReachFlow: numbers and their daily counters, messages, one-time codes.
    #[serde(rename = "reachflow")]
    ReachFlow,
    /// MsgFlash: contacts, contact groups, numbers, messages.
    #[serde(rename = "msgflash")]
    MsgFlash,
    /// 99digital: numbers and monthly statistics.
    #[serde(rename = "99digital")]
    NinetyNineDigital,
    /// WapiFlow: contacts, conversations, templates, sending.
    #[serde(rename = "wapiflow")]
    WapiFlow,
}

impl Vendor {
    /// Every vendor, in the order used everywhere.
    pub const ALL: [Self; 4] = [
        Self::ReachFlow,
        Self::MsgFlash,
        Self::NinetyNineDigital,
        Self::WapiFlow,
    ];

    /// The vendor's id, as configuration and documentation write it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ReachFlow => "reachflow",
            Self::MsgFlash => "msgflash",
            Self::NinetyNineDigital => "99digital",
            Self::WapiFlow => "wapiflow",
        }
    }

    /// The vendor with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|vendor| vendor.id() == id)
    }

    /// The path to which the vendor's own documentation appends its paths.
    pub const fn base_path(self) -> &'static str {
        match self {
            Self::ReachFlow => "/reachflow/api/v1",
            Self::MsgFlash => "/msgflash",
            Self::NinetyNineDigital => "/99digital/api",
            Self::WapiFlow => "/wapiflow/external-api",
        }
    }

    /// The operations that the sandbox answers, by their ids in the vendor's spec.
    pub fn operations(self) -> impl Iterator<Item = &'static str> {
        dialects::operations(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_and_agree_with_serde() {
        for vendor in Vendor::ALL {
            assert_eq!(Vendor::from_id(vendor.id()), Some(vendor));
            assert_eq!(serde_json::to_value(vendor).unwrap(), vendor.id());
        }
    }
}
