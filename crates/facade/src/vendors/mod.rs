//! One folder a vendor. Generated types stay inside these folders.

mod msgflash;
mod ninetynine_digital;
mod reachflow;
mod wapiflow;

use jiff::Timestamp;
use palabre_clients::scalar::{TolerantInteger, TolerantText};
use palabre_model::{Vendor, parse_time};
use serde::{Deserialize, Deserializer};

use crate::adapter::Adapter;

/// The adapters in the order of the vendors: a vendor without one does not compile.
const ADAPTERS: [&dyn Adapter; Vendor::ALL.len()] = [
    &reachflow::ReachFlow,
    &msgflash::MsgFlash,
    &ninetynine_digital::NinetyNineDigital,
    &wapiflow::WapiFlow,
];

/// The adapter of a vendor.
pub(crate) fn adapter(vendor: Vendor) -> &'static dyn Adapter {
    ADAPTERS[vendor as usize]
}

fn text(value: Option<TolerantText>) -> Option<String> {
    value.map(|text| text.0)
}

/// A text in which the vendor writes "none" as an empty one.
fn filled(value: Option<TolerantText>) -> Option<String> {
    text(value).filter(|text| !text.trim().is_empty())
}

fn integer(value: Option<TolerantInteger>) -> Option<i64> {
    value.map(|number| number.0)
}

/// A count that the vendor gives; a negative one is none.
fn whole(value: Option<TolerantInteger>) -> Option<u64> {
    integer(value).and_then(|count| u64::try_from(count).ok())
}

/// Reads a member that is there, null included, so that it is not taken for a missing one.
fn told<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// A flag that the vendor writes as 0 and 1.
fn flag(value: Option<TolerantInteger>) -> Option<bool> {
    value.map(|number| number.0 != 0)
}

/// An identifier that the vendor writes as a number.
fn id(value: Option<TolerantInteger>) -> Option<String> {
    value.map(|number| number.0.to_string())
}

fn time(value: Option<TolerantText>) -> Option<Timestamp> {
    value.and_then(|text| parse_time(&text.0))
}

#[cfg(test)]
mod tests {
    use palabre_model::{Content, Verb};

    use super::*;

    #[test]
    fn every_vendor_s_table_names_each_verb_once() {
        for vendor in Vendor::ALL {
            let mut verbs: Vec<Verb> = adapter(vendor)
                .capabilities()
                .iter()
                .map(|(verb, _)| *verb)
                .collect();
            verbs.sort_unstable();
            assert_eq!(verbs, Verb::ALL, "{vendor}");
        }
    }

    #[test]
    fn a_vendor_that_sends_has_a_table_of_contents_with_each_once() {
        for vendor in Vendor::ALL {
            let sends = adapter(vendor).support(Verb::MessagesSend).is_supported();
            let contents = adapter(vendor).contents().iter().map(|row| row.content);
            let contents: Vec<Content> = contents.collect();
            assert_eq!(contents.contains(&Content::Text), sends, "{vendor}");
            assert!(contents.is_sorted_by(|one, next| one < next), "{vendor}");
        }
    }

    #[test]
    fn every_vendor_s_spec_is_its_own() {
        for vendor in Vendor::ALL {
            assert_eq!(adapter(vendor).spec().vendor, vendor);
        }
    }
}
