//! Scalars that take what means the same: vendors change types without saying so.
//!
//! A number may come as text, a flag as 0 or 1, an identifier as a number. What cannot mean the
//! same is an error.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, IgnoredAny, IntoDeserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Beyond 2^53 a float no longer says which whole number is meant.
const EXACT: f64 = 9_007_199_254_740_992.0;

macro_rules! scalar {
    ($(#[doc = $doc:literal])+ $name:ident($inner:ty)) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = <$inner as FromStr>::Err;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}

scalar! {
    /// A whole number; also takes `12.0`, `"12"` and flags.
    TolerantInteger(i64)
}
scalar! {
    /// A number; also takes `"1.5"`.
    TolerantNumber(f64)
}
scalar! {
    /// A flag; also takes 0 and 1, as numbers or text.
    TolerantBoolean(bool)
}
scalar! {
    /// A text; also takes numbers and flags, as they are written.
    TolerantText(String)
}

impl<'de> Deserialize<'de> for TolerantInteger {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Integer;
        impl Visitor<'_> for Integer {
            type Value = TolerantInteger;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number")
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(TolerantInteger(value.into()))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(TolerantInteger(value))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                let unexpected = Unexpected::Unsigned(value);
                i64::try_from(value)
                    .map(TolerantInteger)
                    .map_err(|_| E::invalid_value(unexpected, &self))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                if value.fract() == 0.0 && value.abs() <= EXACT {
                    #[expect(
                        clippy::cast_possible_truncation,
                        reason = "whole and within 53 bits"
                    )]
                    return Ok(TolerantInteger(value as i64));
                }
                Err(E::invalid_value(Unexpected::Float(value), &self))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
                let number = value.trim().parse().map(TolerantInteger);
                number.map_err(|_| E::invalid_type(Unexpected::Other("a text"), &self))
            }
        }
        deserializer.deserialize_any(Integer)
    }
}

impl<'de> Deserialize<'de> for TolerantNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Number;
        impl Visitor<'_> for Number {
            type Value = TolerantNumber;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(TolerantNumber(value as f64))
            }
            #[expect(clippy::cast_precision_loss, reason = "a float is what is asked for")]
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(TolerantNumber(value as f64))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                Ok(TolerantNumber(value))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
                let number = value.trim().parse().map(TolerantNumber);
                number.map_err(|_| E::invalid_type(Unexpected::Other("a text"), &self))
            }
        }
        deserializer.deserialize_any(Number)
    }
}

impl<'de> Deserialize<'de> for TolerantBoolean {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Boolean;
        impl Visitor<'_> for Boolean {
            type Value = TolerantBoolean;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false, 0 or 1")
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(TolerantBoolean(value))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(TolerantBoolean(value != 0))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(TolerantBoolean(value != 0))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
                match value.trim().to_ascii_lowercase().as_str() {
                    "1" | "true" => Ok(TolerantBoolean(true)),
                    "0" | "false" => Ok(TolerantBoolean(false)),
                    _ => Err(E::invalid_type(Unexpected::Other("a text"), &self)),
                }
            }
        }
        deserializer.deserialize_any(Boolean)
    }
}

impl<'de> Deserialize<'de> for TolerantText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = TolerantText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
                Ok(TolerantText(value.to_string()))
            }
            fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
                Ok(TolerantText(value.to_string()))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
                Ok(TolerantText(value.to_string()))
            }
            fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
                // A whole number of more than 64 bits comes as a float, its last digits lost.
                if value.abs() > EXACT {
                    return Err(E::invalid_value(Unexpected::Float(value), &self));
                }
                Ok(TolerantText(value.to_string()))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
                Ok(TolerantText(value.to_owned()))
            }
            fn visit_string<E: Error>(self, value: String) -> Result<Self::Value, E> {
                Ok(TolerantText(value))
            }
        }
        deserializer.deserialize_any(Text)
    }
}

/// Reads an object, a number or a flag that may be left out, in each way that vendors write "none":
/// null, an empty text, and the `[]` that PHP makes of an empty object.
///
/// # Errors
///
/// What is there and cannot be read.
pub fn empty_is_none<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    struct Filled<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Filled<T> {
        type Value = Option<T>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object, a number, a flag, or nothing")
        }
        fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        }
        fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        }
        fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        }
        fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
            T::deserialize(value.into_deserializer()).map(Some)
        }
        fn visit_str<E: Error>(self, value: &str) -> Result<Self::Value, E> {
            if value.trim().is_empty() {
                return Ok(None);
            }
            T::deserialize(value.into_deserializer()).map(Some)
        }
        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
            match items.next_element::<IgnoredAny>()? {
                None => Ok(None),
                Some(_) => Err(A::Error::invalid_type(Unexpected::Seq, &self)),
            }
        }
        fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<Self::Value, A::Error> {
            T::deserialize(MapAccessDeserializer::new(fields)).map(Some)
        }
    }
    deserializer.deserialize_any(Filled(PhantomData))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read<T: for<'de> Deserialize<'de>>(json: &str) -> Option<T> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn a_whole_number_comes_in_many_forms() {
        for json in ["12", "12.0", "\"12\"", "\" 12 \""] {
            assert_eq!(read(json), Some(TolerantInteger(12)), "{json}");
        }
        assert_eq!(read("true"), Some(TolerantInteger(1)));
        for json in [
            "12.5",
            "\"\"",
            "\"twelve\"",
            "[]",
            "1e300",
            "18446744073709551615",
        ] {
            assert_eq!(read::<TolerantInteger>(json), None, "{json}");
        }
    }

    #[test]
    fn an_identifier_may_be_a_number() {
        assert_eq!(read("17"), Some(TolerantText("17".to_owned())));
        assert_eq!(read("\"17\""), Some(TolerantText("17".to_owned())));
        assert_eq!(read("1.5"), Some(TolerantText("1.5".to_owned())));
        for json in ["{}", "123456789012345678901234", "-1e30"] {
            assert_eq!(read::<TolerantText>(json), None, "{json}");
        }
    }

    #[test]
    fn a_flag_may_be_zero_or_one() {
        for json in ["1", "true", "\"1\"", "\"True\""] {
            assert_eq!(read(json), Some(TolerantBoolean(true)), "{json}");
        }
        for json in ["0", "false", "\"0\""] {
            assert_eq!(read(json), Some(TolerantBoolean(false)), "{json}");
        }
        assert_eq!(read::<TolerantBoolean>("\"maybe\""), None);
    }

    #[test]
    fn null_is_none_not_zero() {
        assert_eq!(read::<Option<TolerantInteger>>("null"), Some(None));
        assert_eq!(read("\"1.5\""), Some(TolerantNumber(1.5)));
    }
    #[test]
    fn what_is_empty_is_none() {
        #[derive(Debug, Deserialize, PartialEq)]
        struct Inner {
            #[serde(default, deserialize_with = "empty_is_none")]
            count: Option<TolerantInteger>,
        }
        #[derive(Debug, Deserialize, PartialEq)]
        struct Outer {
            #[serde(default, deserialize_with = "empty_is_none")]
            inner: Option<Inner>,
        }
        let of = |count: i64| Inner {
            count: Some(TolerantInteger(count)),
        };
        for (json, inner) in [
            (r#"{"inner": {"count": "3"}}"#, Some(of(3))),
            (r#"{"inner": {"count": 3.0}}"#, Some(of(3))),
            (r#"{"inner": {"count": ""}}"#, Some(Inner { count: None })),
            (r#"{"inner": {}}"#, Some(Inner { count: None })),
            (r#"{"inner": []}"#, None),
            (r#"{"inner": ""}"#, None),
            (r#"{"inner": null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(read(json), Some(Outer { inner }), "{json}");
        }
        for json in [r#"{"inner": [1]}"#, r#"{"inner": "x"}"#, r#"{"inner": 1}"#] {
            assert_eq!(read::<Outer>(json), None, "{json}");
        }
    }
}
