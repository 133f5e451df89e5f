//! The sandbox's clock: real, shifted, or stopped at an instant.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What the sandbox takes for the present.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub(crate) enum Clock {
    /// The machine's time.
    #[default]
    Real,
    /// The machine's time plus some seconds.
    Offset(i64),
    /// One instant; time stands still.
    Fixed(Timestamp),
}

impl Clock {
    pub(crate) fn now(self) -> Timestamp {
        match self {
            Self::Real => Timestamp::now(),
            Self::Offset(seconds) => later(Timestamp::now(), seconds),
            Self::Fixed(instant) => instant,
        }
    }

    /// The clock some seconds later, or earlier.
    pub(crate) fn shifted(self, seconds: i64) -> Self {
        match self {
            Self::Real => Self::Offset(seconds),
            Self::Offset(before) => Self::Offset(before.saturating_add(seconds)),
            Self::Fixed(instant) => Self::Fixed(later(instant, seconds)),
        }
    }

    pub(crate) fn to_json(self) -> Value {
        let mode = match self {
            Self::Real => "real",
            Self::Offset(_) => "offset",
            Self::Fixed(_) => "fixed",
        };
        let mut shown = json!({"now": self.now(), "mode": mode});
        if let Self::Offset(seconds) = self {
            shown["offset_seconds"] = seconds.into();
        }
        shown
    }
}

/// Beyond the end of time there is no later.
fn later(instant: Timestamp, seconds: i64) -> Timestamp {
    instant
        .checked_add(SignedDuration::from_secs(seconds))
        .unwrap_or(instant)
}

/// The body of `PUT /_sandbox/clock`: exactly one of the three.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(crate) enum ClockSetting {
    Now(Timestamp),
    OffsetSeconds(i64),
    Real(bool),
}

impl From<ClockSetting> for Clock {
    fn from(setting: ClockSetting) -> Self {
        match setting {
            ClockSetting::Now(instant) => Self::Fixed(instant),
            ClockSetting::OffsetSeconds(seconds) => Self::Offset(seconds),
            ClockSetting::Real(true) => Self::Real,
            // The opposite of real time is time that stands still where it is.
            ClockSetting::Real(false) => Self::Fixed(Timestamp::now()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(body: Value) -> Result<Clock, serde_json::Error> {
        serde_json::from_value::<ClockSetting>(body).map(Clock::from)
    }

    #[test]
    fn a_fixed_clock_stands_still() {
        let clock = set(json!({"now": "2026-11-22T10:00:00Z"})).unwrap();
        assert_eq!(clock.now().to_string(), "2026-11-22T10:00:00Z");
        assert_eq!(clock.now(), clock.now());
        assert_eq!(
            clock.to_json(),
            json!({"now": "2026-11-22T10:00:00Z", "mode": "fixed"})
        );
    }

    #[test]
    fn an_offset_shifts_the_real_time() {
        let clock = set(json!({"offset_seconds": 3600})).unwrap();
        let ahead = clock.now().duration_since(Timestamp::now()).as_secs();
        assert!((3590..=3600).contains(&ahead));
        assert_eq!(clock.to_json()["offset_seconds"], 3600);
    }

    #[test]
    fn a_clock_jumps_from_where_it_is() {
        let fixed = set(json!({"now": "2026-11-22T10:00:00Z"})).unwrap();
        let later = fixed.shifted(60).shifted(-3600);
        assert_eq!(later.now().to_string(), "2026-11-22T09:01:00Z");
        assert_eq!(fixed.shifted(i64::MAX), fixed);
        assert_eq!(Clock::Real.shifted(5).shifted(6), Clock::Offset(11));
    }

    #[test]
    fn a_setting_names_exactly_one_thing() {
        assert!(set(json!({"real": true})).is_ok());
        assert!(set(json!({})).is_err());
        assert!(set(json!({"real": true, "offset_seconds": 1})).is_err());
        assert!(set(json!({"nwo": "2026-11-22T10:00:00Z"})).is_err());
    }
}
