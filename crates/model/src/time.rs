//! Times and months as vendors write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use crate::{Error, Result};

/// Reads a vendor's date and time: ISO 8601, `2026-01-31 10:00:00` (taken as UTC), or unix seconds.
///
/// An odd value gives `None`, never an error: the raw item still holds it.
///
/// ```
/// use palabre_model::parse_time;
/// assert_eq!(parse_time("1735811185"), parse_time("2025-01-02T09:46:25.000000Z"));
/// assert_eq!(parse_time("yesterday"), None);
/// ```
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(time) = text.parse::<Timestamp>() {
        return Some(time);
    }
    if let Ok(seconds) = text.parse::<i64>() {
        // 0 is how some vendors write "none".
        return (seconds != 0)
            .then(|| Timestamp::from_second(seconds).ok())
            .flatten();
    }
    let local: DateTime = text.parse().ok()?;
    local
        .to_zoned(TimeZone::UTC)
        .ok()
        .map(|zoned| zoned.timestamp())
}

/// The first day of the month in which `time` falls in the time zone `zone`.
#[must_use]
pub fn month_of(time: Timestamp, zone: &TimeZone) -> Date {
    time.to_zoned(zone.clone()).date().first_of_month()
}

/// Reads a month that a caller gives: `2025-01`, or any day of it, `2025-01-31`.
///
/// # Errors
///
/// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) that names `argument`.
///
/// ```
/// use palabre_model::parse_month;
/// assert_eq!(parse_month("start", "2025-06")?.to_string(), "2025-06-01");
/// assert!(parse_month("start", "2025-13").is_err());
/// # Ok::<(), palabre_model::Error>(())
/// ```
pub fn parse_month(argument: &str, text: &str) -> Result<Date> {
    let invalid = || {
        Error::invalid(argument, format_args!("{text:?} is not a month"))
            .hint("write it as 2025-06")
    };
    let is_month = text.len() == "2025-06".len();
    let date: Date = if is_month {
        format!("{text}-01").parse()
    } else {
        text.parse()
    }
    .map_err(|_| invalid())?;
    Ok(date.first_of_month())
}

/// Writes a month the way people read it: `2025-06`.
#[must_use]
pub fn month_text(month: Date) -> String {
    month.strftime("%Y-%m").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_without_a_zone_is_taken_as_utc() {
        assert_eq!(
            parse_time("2026-01-31 10:00:00"),
            parse_time("2026-01-31T10:00:00Z")
        );
    }

    #[test]
    fn zero_and_empty_are_no_time() {
        assert_eq!(parse_time("0"), None);
        assert_eq!(parse_time(""), None);
    }

    #[test]
    fn the_month_depends_on_the_time_zone_around_midnight() {
        let time: Timestamp = "2026-01-31T22:30:00Z".parse().expect("a time");
        let jerusalem = TimeZone::get("Asia/Jerusalem").expect("a zone");
        assert_eq!(month_of(time, &TimeZone::UTC).to_string(), "2026-01-01");
        assert_eq!(month_of(time, &jerusalem).to_string(), "2026-02-01");
    }

    #[test]
    fn months_that_are_no_months_are_refused_by_name() {
        for text in ["2025-13", "062025", "", "2025-6", "June", "2025-02-30"] {
            let error = parse_month("end", text).expect_err(text);
            assert!(error.to_string().contains("end"), "{error}");
        }
    }
}
