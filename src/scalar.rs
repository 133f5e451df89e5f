//! Scalars that take what means the same: vendors change types without saying so.
//!
//! A number may come as text, a flag as 0 or 1, an identifier as a number. What cannot mean the
//! same is an error.

use std::fmt;
use std::str::FromStr;

use serde::de::{Error, Unexpected, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

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
                // Beyond 2^53 a float no longer says which whole number is meant.
                const EXACT: f64 = 9_007_199_254_740_992.0;
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
        assert_eq!(read::<TolerantText>("{}"), None);
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
}
