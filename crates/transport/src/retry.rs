//! When and how long to wait before a request is sent again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use palabre_model::{Error, ErrorKind, Result};
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How often and how patiently a request is sent again, where that cannot do harm.
///
/// The wait before a try is random, between nothing and a delay that doubles from try to try, so
/// that callers who failed together do not come back together. Where the vendor says how long to
/// wait, that is added. Whatever the policy says, a call ends within its time-out.
///
/// ```
/// use std::time::Duration;
/// use palabre_transport::RetryPolicy;
///
/// let patient = RetryPolicy {
///     max_attempts: 6,
///     budget: Some(Duration::from_secs(60)),
///     ..RetryPolicy::default()
/// };
/// assert!(patient.check().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many times a request is sent at most; 1 means never again.
    pub max_attempts: u32,
    /// How long all the waiting between the tries of a request may take; as long as the call if `None`.
    pub budget: Option<Duration>,
    /// The longest wait before the second try; it doubles from try to try.
    pub base_delay: Duration,
    /// The longest wait of all, also where the vendor asks for more; at most a day.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            budget: None,
            base_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(20),
        }
    }
}

/// Vendors count requests by the second or by longer; to come back sooner only costs a try.
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// No wait of a policy is longer: what is to go out tomorrow is another call.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

impl RetryPolicy {
    /// Sends every request once.
    ///
    /// A token that has ended is renewed all the same: the vendor refused the request with the old one.
    #[must_use]
    pub const fn off() -> Self {
        Self {
            max_attempts: 1,
            budget: None,
            base_delay: Duration::ZERO,
            max_delay: Duration::ZERO,
        }
    }

    /// Tells whether the policy makes sense.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) that names the field.
    pub fn check(&self) -> Result<()> {
        if self.max_attempts == 0 {
            let error = Error::invalid("max_attempts", "must be at least 1");
            return Err(error.hint("1 sends every request once"));
        }
        if self.max_delay > LONGEST {
            return Err(Error::invalid("max_delay", "must be at most a day"));
        }
        if self.base_delay > self.max_delay {
            return Err(Error::invalid("base_delay", "is longer than max_delay")
                .hint("give both, or a longer max_delay"));
        }
        Ok(())
    }

    /// The waits between the tries of one request.
    pub(crate) fn waits(&self) -> Waits {
        let delays = ExponentialBuilder::new()
            .with_min_delay(self.base_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_attempts.saturating_sub(1) as usize)
            .build();
        Waits {
            policy: *self,
            delays,
            waited: Duration::ZERO,
        }
    }

    /// The shortest wait that makes sense after an error.
    fn least_wait(&self, error: &Error) -> Duration {
        match (error.get_retry_after(), error.kind()) {
            (Some(asked), _) => asked,
            (None, ErrorKind::RateLimited) => RATE_WINDOW,
            (None, _) => Duration::ZERO,
        }
    }
}

/// The waits between the tries of one request.
pub(crate) struct Waits {
    policy: RetryPolicy,
    delays: ExponentialBackoff,
    waited: Duration,
}

impl Waits {
    /// How long to wait before the next try; `None` if there is none, or no time for it.
    pub(crate) fn next(&mut self, error: &Error, left: Duration) -> Option<Duration> {
        let delay = self.delays.next()?.mul_f64(fastrand::f64());
        let wait = self.policy.least_wait(error).saturating_add(delay);
        let wait = wait.min(self.policy.max_delay);
        let waited = self.waited.saturating_add(wait);
        if wait >= left || self.policy.budget.is_some_and(|budget| waited > budget) {
            return None;
        }
        self.waited = waited;
        Some(wait)
    }
}

/// How long the vendor asks to wait: `Retry-After` in seconds or as an HTTP date.
///
/// What is no time is none. A date that has passed is no wait, and what is too far away to be
/// counted is the longest wait there is.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    const BEYOND: Duration = Duration::from_secs(u64::MAX);
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if is_number(text) {
        return Some(text.parse().map_or(BEYOND, Duration::from_secs));
    }
    match rfc2822::parse(text) {
        Ok(date) => {
            let wait = date.timestamp().duration_since(now);
            Some(Duration::try_from(wait).unwrap_or(Duration::ZERO))
        }
        Err(_) => is_beyond_the_calendar(text).then_some(BEYOND),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether it is a date but for a year that cannot be counted with: 9999, whose end cannot, or later.
fn is_beyond_the_calendar(text: &str) -> bool {
    const DATE: rfc2822::DateTimeParser = rfc2822::DateTimeParser::new().relaxed_weekday(true);
    let year = text.split_ascii_whitespace().nth(3).unwrap_or_default();
    // It has the same days as any other, and a 29th of February.
    is_number(year)
        && year.parse().is_ok_and(|year: u64| year >= 9999)
        && DATE.parse_timestamp(text.replacen(year, "9996", 1)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(1 << 40);

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().expect("a header"))])
    }

    fn failed(kind: ErrorKind) -> Error {
        Error::new(kind, "no")
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
        let read = |value| retry_after(&headers(value), now);
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(read(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(read("0"), Some(Duration::ZERO));
        assert_eq!(
            read("Sun, 22 Nov 2026 10:00:30 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn absurd_times_to_wait_are_read_as_what_they_say_or_not_at_all() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
        let read = |value| retry_after(&headers(value), now);
        assert_eq!(read("Sun, 22 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("Thu, 01 Jan 1970 00:00:00 GMT"), Some(Duration::ZERO));
        let far = read("Wed, 01 Dec 9999 00:00:00 GMT").expect("a time");
        assert!(far > Duration::from_secs(7_900 * 365 * 86_400));
        let most = Some(Duration::from_secs(u64::MAX));
        assert_eq!(read("18446744073709551615"), most);
        for none in [
            "-1",
            "-99999999999999999999",
            "1.5",
            "+5",
            "1e9",
            "NaN",
            "soon",
            "7 s",
            "",
            "Fri, 99 Dec 9999 23:59:59 GMT",
            "Fri, 31 Dec soon 23:59:59 GMT",
        ] {
            assert_eq!(read(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_too_far_away_to_be_counted_is_waited_for_as_long_as_may_be() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
        let policy = RetryPolicy::default();
        for asked in [
            "86400",
            "18446744073709551616",
            "1000000000000000000000",
            "Wed, 01 Dec 9999 00:00:00 GMT",
            "Fri, 31 Dec 9999 23:59:59 GMT",
            "Tue, 29 Feb 12000 00:00:00 GMT",
        ] {
            let wait = retry_after(&headers(asked), now).expect(asked);
            let error = failed(ErrorKind::RateLimited).retry_after(wait);
            let waited = policy.waits().next(&error, LONG);
            assert_eq!(waited, Some(policy.max_delay), "{asked}");
        }
    }

    #[test]
    fn a_wait_is_random_between_nothing_and_a_delay_that_doubles() {
        let policy = RetryPolicy {
            max_attempts: 5,
            base_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(3),
            ..RetryPolicy::default()
        };
        let error = failed(ErrorKind::Unavailable);
        for (index, most) in [1.0, 2.0, 3.0, 3.0].into_iter().enumerate() {
            let waits: Vec<_> = (0..400)
                .map(|_| {
                    let mut waits = policy.waits();
                    for _ in 0..index {
                        waits.next(&error, LONG);
                    }
                    waits.next(&error, LONG).expect("a wait").as_secs_f64()
                })
                .collect();
            assert!(waits.iter().all(|wait| (0.0..=most).contains(wait)));
            let least = waits.iter().copied().fold(f64::MAX, f64::min);
            let longest = waits.iter().copied().fold(0.0, f64::max);
            assert!(
                least < most * 0.1 && longest > most * 0.9,
                "{least} {longest}"
            );
        }
        let mut waits = policy.waits();
        assert_eq!((0..9).filter_map(|_| waits.next(&error, LONG)).count(), 4);
    }

    #[test]
    fn what_the_vendor_asks_for_comes_first_up_to_the_longest_wait() {
        let policy = RetryPolicy::default();
        let wait = |error: &Error| {
            policy
                .waits()
                .next(error, LONG)
                .expect("a wait")
                .as_secs_f64()
        };
        let limited = failed(ErrorKind::RateLimited);
        assert!((1.0..1.26).contains(&wait(&limited)));
        for (asked, least, most) in [(0, 0.0, 0.25), (7, 7.0, 7.25), (3600, 20.0, 20.0)] {
            let asked = limited.clone().retry_after(Duration::from_secs(asked));
            assert!((least..=most).contains(&wait(&asked)), "{asked}");
        }
        let asked = limited.retry_after(Duration::from_secs(u64::MAX));
        assert_eq!(wait(&asked), 20.0);
    }

    #[test]
    fn a_wait_that_does_not_fit_is_not_begun() {
        let policy = RetryPolicy {
            max_attempts: 100,
            budget: Some(Duration::from_secs(10)),
            // So that what is random does not count.
            base_delay: Duration::from_millis(1),
            ..RetryPolicy::default()
        };
        let asked = failed(ErrorKind::Unavailable).retry_after(Duration::from_secs(3));
        let mut waits = policy.waits();
        assert_eq!((0..50).filter_map(|_| waits.next(&asked, LONG)).count(), 3);
        let three = Duration::from_secs(3);
        assert_eq!(
            policy.waits().next(&asked, three),
            None,
            "the call ends first"
        );
    }

    #[test]
    fn any_delays_can_be_counted_with() {
        let error = failed(ErrorKind::Unavailable).retry_after(Duration::MAX);
        for delay in [Duration::ZERO, Duration::from_secs(u64::MAX), Duration::MAX] {
            let policy = RetryPolicy {
                max_attempts: u32::MAX,
                budget: Some(delay),
                base_delay: delay,
                max_delay: delay,
            };
            let mut waits = policy.waits();
            for _ in 0..200 {
                waits.next(&error, Duration::MAX);
            }
        }
    }

    #[test]
    fn off_means_no_wait_at_all() {
        let error = failed(ErrorKind::Unavailable);
        assert_eq!(RetryPolicy::off().waits().next(&error, LONG), None);
    }

    #[test]
    fn a_policy_that_makes_no_sense_is_refused() {
        assert!(RetryPolicy::off().check().is_ok());
        for (policy, name) in [
            (
                RetryPolicy {
                    max_attempts: 0,
                    ..RetryPolicy::default()
                },
                "max_attempts",
            ),
            (
                RetryPolicy {
                    base_delay: Duration::from_secs(21),
                    ..RetryPolicy::default()
                },
                "base_delay",
            ),
            (
                RetryPolicy {
                    max_delay: Duration::from_secs(24 * 3600 + 1),
                    ..RetryPolicy::default()
                },
                "max_delay",
            ),
        ] {
            let error = policy.check().expect_err(name);
            assert!(error.message().starts_with(name), "{error}");
        }
    }
}
