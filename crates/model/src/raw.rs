use std::fmt;

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::{Vendor, redact_secrets};

/// What the spec knows of one wire type: generated, one for each schema of an answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// The schema's name in the spec.
    pub name: &'static str,
    /// The property names that the spec knows.
    pub fields: &'static [&'static str],
    /// The property names, anywhere in the vendor's answers, that hold secrets.
    pub secrets: &'static [&'static str],
}

/// One item exactly as the vendor sent it: a slice of the page, not a copy.
///
/// Nothing is parsed until it is asked for. Secrets are replaced when it is read.
#[derive(Clone, PartialEq)]
pub struct Raw {
    bytes: Bytes,
    shape: &'static Shape,
}

impl Raw {
    /// Keeps `bytes`, one JSON value of the wire type `shape`.
    #[must_use]
    pub fn new(bytes: Bytes, shape: &'static Shape) -> Self {
        Self { bytes, shape }
    }

    /// The item as JSON, secrets replaced by `"***"`.
    #[must_use]
    pub fn value(&self) -> Value {
        let mut value = serde_json::from_slice(&self.bytes).unwrap_or(Value::Null);
        redact_secrets(&mut value, self.shape.secrets);
        value
    }

    /// The fields that the spec does not know.
    #[must_use]
    pub fn extra(&self) -> Map<String, Value> {
        match self.value() {
            Value::Object(mut fields) => {
                fields.retain(|name, _| !self.shape.fields.contains(&name.as_str()));
                fields
            }
            _ => Map::new(),
        }
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Raw({}, {} bytes)", self.shape.name, self.bytes.len())
    }
}

/// What every object of the facade carries.
pub trait Record {
    /// The vendor that it comes from.
    fn vendor(&self) -> Vendor;
    /// The account that it comes from.
    fn account(&self) -> &str;
    /// The vendor's own identifier, an opaque string.
    fn id(&self) -> &str;
    /// The item as the vendor sent it.
    fn raw(&self) -> &Raw;
}

macro_rules! record {
    ($type:ty) => {
        impl crate::Record for $type {
            fn vendor(&self) -> crate::Vendor {
                self.vendor
            }
            fn account(&self) -> &str {
                &self.account
            }
            fn id(&self) -> &str {
                &self.id
            }
            fn raw(&self) -> &crate::Raw {
                &self.raw
            }
        }
    };
}
pub(crate) use record;

#[cfg(test)]
mod tests {
    use super::*;

    static SHAPE: Shape = Shape {
        name: "Thing",
        fields: &["id", "apiKey"],
        secrets: &["apiKey"],
    };

    #[test]
    fn extra_is_what_the_spec_does_not_know() {
        let raw = Raw::new(Bytes::from_static(br#"{"id":1,"colour":"red"}"#), &SHAPE);
        assert_eq!(
            Value::Object(raw.extra()),
            serde_json::json!({"colour": "red"})
        );
    }

    #[test]
    fn secrets_are_replaced_and_never_printed() {
        let raw = Raw::new(Bytes::from_static(br#"{"id":1,"apiKey":"s3cret"}"#), &SHAPE);
        assert_eq!(raw.value(), serde_json::json!({"id": 1, "apiKey": "***"}));
        assert!(!format!("{raw:?}").contains("s3cret"));
    }
}
