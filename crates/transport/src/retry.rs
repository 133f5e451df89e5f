//! When and how long to wait before a request is sent again.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use jiff::Timestamp;
use palabre_model::{Error, ErrorKind};
use reqwest::header::{HeaderMap, RETRY_AFTER};

/// How often and how patiently a harmless request is repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// How many times a request is sent at most; 1 means never again.
    pub max_attempts: u32,
    /// The wait before the second try; it doubles from try to try, and a random part is added.
    pub base_delay: Duration,
    /// The longest wait, also where the vendor asks for more.
    pub max_delay: Duration,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_attempts: 3,
            base_delay: Duration::from_millis(250),
            max_delay: Duration::from_secs(20),
        }
    }
}

impl RetryPolicy {
    /// Never repeats.
    pub const NEVER: Self = Self {
        max_attempts: 1,
        base_delay: Duration::ZERO,
        max_delay: Duration::ZERO,
    };

    /// The shortest wait that makes sense after an error.
    pub(crate) fn least_wait(&self, error: &Error) -> Duration {
        let wait = match (error.get_retry_after(), error.kind()) {
            (Some(asked), _) => asked,
            (None, ErrorKind::RateLimited) => RATE_WINDOW,
            (None, _) => Duration::ZERO,
        };
        wait.min(self.max_delay)
    }

    pub(crate) fn delays(&self) -> impl Iterator<Item = Duration> + use<> {
        let most = self.max_delay;
        ExponentialBuilder::new()
            .with_min_delay(self.base_delay)
            .with_max_delay(self.max_delay)
            .with_max_times(self.max_attempts.saturating_sub(1) as usize)
            .with_jitter()
            .build()
            // The random part is added after the longest wait is applied.
            .map(move |delay| delay.min(most))
    }
}

/// Vendors count requests by the second or by longer; to come back sooner only costs a try.
const RATE_WINDOW: Duration = Duration::from_secs(1);

/// How long the vendor asks to wait: `Retry-After` in seconds or as an HTTP date.
pub(crate) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    Some(Duration::try_from(date.duration_since(now)).unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(RETRY_AFTER, value.parse().expect("a header"))])
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().expect("a time");
        let read = |value| retry_after(&headers(value), now);
        assert_eq!(read("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            read("Sun, 22 Nov 2026 10:00:30 GMT"),
            Some(Duration::from_secs(30))
        );
        assert_eq!(read("Sun, 22 Nov 2026 09:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(read("soon"), None);
        assert_eq!(retry_after(&HeaderMap::new(), now), None);
    }

    #[test]
    fn a_rate_limit_is_waited_out_for_a_second_or_as_long_as_the_vendor_asks() {
        let policy = RetryPolicy::default();
        let limited = Error::new(ErrorKind::RateLimited, "too fast");
        assert_eq!(policy.least_wait(&limited), Duration::from_secs(1));
        for (asked, wait) in [(0, 0), (7, 7), (3600, 20)] {
            let asked = limited.clone().retry_after(Duration::from_secs(asked));
            assert_eq!(policy.least_wait(&asked), Duration::from_secs(wait));
        }
        let down = Error::new(ErrorKind::Unavailable, "down");
        assert_eq!(policy.least_wait(&down), Duration::ZERO);
        assert_eq!(RetryPolicy::NEVER.least_wait(&limited), Duration::ZERO);
    }

    #[test]
    fn no_wait_is_longer_than_the_longest() {
        let policy = RetryPolicy {
            max_attempts: 200,
            base_delay: Duration::from_millis(900),
            max_delay: Duration::from_secs(1),
        };
        assert!(policy.delays().all(|delay| delay <= policy.max_delay));
    }

    #[test]
    fn one_attempt_means_no_delay_at_all() {
        assert_eq!(RetryPolicy::NEVER.delays().count(), 0);
        assert_eq!(RetryPolicy::default().delays().count(), 2);
    }
}
