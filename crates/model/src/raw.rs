use std::fmt;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
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
/// Nothing is parsed until it is asked for. Secrets are replaced when it is read, so two that
/// differ in a secret only are equal.
#[derive(Clone)]
pub struct Raw {
    bytes: Bytes,
    known: Known,
}

/// What is known of the fields.
#[derive(Clone)]
enum Known {
    Shape(&'static Shape),
    /// Of one that was stored, without its secrets: the fields that the spec did not know.
    Extra(Box<[String]>),
}

/// A [`Raw`] written down, secrets replaced.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredRaw {
    item: Box<RawValue>,
    #[serde(default, skip_serializing_if = "<[String]>::is_empty")]
    extra: Box<[String]>,
}

impl Raw {
    /// Keeps `bytes`, one JSON value of the wire type `shape`.
    #[must_use]
    pub fn new(bytes: Bytes, shape: &'static Shape) -> Self {
        Self {
            bytes,
            known: Known::Shape(shape),
        }
    }

    fn secrets(&self) -> &[&str] {
        match &self.known {
            Known::Shape(shape) => shape.secrets,
            Known::Extra(_) => &[],
        }
    }

    fn is_extra(&self, name: &str) -> bool {
        match &self.known {
            Known::Shape(shape) => !shape.fields.contains(&name),
            Known::Extra(names) => names.iter().any(|extra| extra == name),
        }
    }

    /// The item as JSON, secrets replaced by `"***"`.
    #[must_use]
    pub fn value(&self) -> Value {
        let mut value = serde_json::from_slice(&self.bytes).unwrap_or(Value::Null);
        redact_secrets(&mut value, self.secrets());
        value
    }

    /// The fields that the spec does not know.
    #[must_use]
    pub fn extra(&self) -> Map<String, Value> {
        match self.value() {
            Value::Object(mut fields) => {
                fields.retain(|name, _| self.is_extra(name));
                fields
            }
            _ => Map::new(),
        }
    }

    pub(crate) fn store(&self) -> serde_json::Result<StoredRaw> {
        let as_it_is = std::str::from_utf8(&self.bytes)
            .ok()
            .filter(|_| self.secrets().is_empty())
            .and_then(|text| RawValue::from_string(text.to_owned()).ok());
        Ok(StoredRaw {
            item: match as_it_is {
                Some(item) => item,
                None => serde_json::value::to_raw_value(&self.value())?,
            },
            extra: self.extra().into_iter().map(|(name, _)| name).collect(),
        })
    }

    pub(crate) fn restore(stored: StoredRaw) -> Self {
        Self {
            bytes: Bytes::from(String::from(Box::<str>::from(stored.item))),
            known: Known::Extra(stored.extra),
        }
    }
}

/// Nothing at all: what takes the place of one that was left out.
impl Default for Raw {
    fn default() -> Self {
        Self {
            bytes: Bytes::from_static(b"null"),
            known: Known::Extra(Box::default()),
        }
    }
}

impl PartialEq for Raw {
    fn eq(&self, other: &Self) -> bool {
        if let (Known::Shape(shape), Known::Shape(others)) = (&self.known, &other.known)
            && std::ptr::eq(*shape, *others)
            && self.bytes == other.bytes
        {
            return true;
        }
        self.value() == other.value() && self.extra() == other.extra()
    }
}

impl fmt::Debug for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match self.known {
            Known::Shape(shape) => shape.name,
            Known::Extra(_) => "stored",
        };
        write!(f, "Raw({name}, {} bytes)", self.bytes.len())
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
        crate::raw::hashed_by_id!($type);
    };
}
pub(crate) use record;

/// Hashes by what names it: of two that are equal, these are equal too.
macro_rules! hashed_by_id {
    ($type:ty) => {
        impl std::hash::Hash for $type {
            fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
                (self.vendor, &self.account, &self.id).hash(state);
            }
        }
    };
}
pub(crate) use hashed_by_id;

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
