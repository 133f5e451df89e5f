//! The vendor's clock, as its answers tell it.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use jiff::{SignedDuration, Timestamp};
use reqwest::header::HeaderMap;

use crate::record::date;

/// Our two clocks part by more than this only if one of them was set, or the machine slept.
const APART: Duration = Duration::from_secs(2);

/// What is known of a vendor's clock from the `Date` of its answers. This machine's own time of day
/// has no say in it.
///
/// A `Date` is cut to the second and was written before it came, so what is told is never ahead of
/// the vendor's clock, and behind it by a second and the answer's way.
#[derive(Default)]
pub struct VendorClock(Mutex<Option<Heard>>);

#[derive(Clone, Copy)]
struct Heard {
    first: Timestamp,
    last: Timestamp,
    at: Instant,
    wall: SystemTime,
}

impl Heard {
    /// What the vendor's clock shows now, at least.
    fn now(&self) -> Option<Timestamp> {
        let passed = self.at.elapsed();
        let by_wall = self.wall.elapsed().ok()?;
        if by_wall.abs_diff(passed) > APART {
            return None;
        }
        let passed = SignedDuration::try_from(passed).ok()?;
        self.last.checked_add(passed).ok()
    }
}

impl VendorClock {
    /// What the clock shows now, at least; `None` before any answer said it, and after a sleep.
    #[must_use]
    pub fn now(&self) -> Option<Timestamp> {
        self.heard().as_ref()?.now()
    }

    /// What the first answer said.
    #[must_use]
    pub fn first(&self) -> Option<Timestamp> {
        self.heard().map(|heard| heard.first)
    }

    /// Takes note of an answer.
    pub(crate) fn hear(&self, headers: &HeaderMap) {
        let Some(date) = date(headers) else { return };
        let mut heard = self.heard();
        // One that is behind says less: it was longer on its way, or comes from a cache.
        let says_more = heard
            .and_then(|heard| heard.now())
            .is_none_or(|now| date > now);
        if says_more {
            *heard = Some(Heard {
                first: heard.map_or(date, |heard| heard.first),
                last: date,
                at: Instant::now(),
                wall: SystemTime::now(),
            });
        }
    }

    fn heard(&self) -> MutexGuard<'_, Option<Heard>> {
        // Plain data, good even if a holder panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for VendorClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VendorClock({:?})", self.now())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(date: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("date", date.parse().unwrap());
        headers
    }

    #[test]
    fn a_clock_shows_what_the_answers_say_and_goes_on_by_itself() {
        let clock = VendorClock::default();
        assert_eq!((clock.now(), clock.first()), (None, None));
        clock.hear(&answer("soon"));
        assert_eq!(clock.now(), None);
        clock.hear(&answer("Sun, 22 Nov 2020 10:00:00 GMT"));
        clock.hear(&answer("Sun, 22 Nov 2020 10:00:05 GMT"));
        // What comes late changes nothing.
        clock.hear(&answer("Sun, 22 Nov 2020 10:00:01 GMT"));
        let first: Timestamp = "2020-11-22T10:00:00Z".parse().unwrap();
        assert_eq!(clock.first(), Some(first));
        let before = clock.now().unwrap();
        std::thread::sleep(Duration::from_millis(5));
        let after = clock.now().unwrap();
        assert!(before >= first + SignedDuration::from_secs(5) && before < after);
    }

    #[test]
    fn a_machine_that_slept_does_not_know_how_late_it_is_at_the_vendor() {
        let clock = VendorClock::default();
        clock.hear(&answer("Sun, 22 Nov 2020 10:00:00 GMT"));
        if let Some(heard) = &mut *clock.heard() {
            heard.wall -= Duration::from_secs(3600);
        }
        assert_eq!(clock.now(), None);
        clock.hear(&answer("Sun, 22 Nov 2020 09:00:00 GMT"));
        assert!(clock.now().is_some());
    }
}
