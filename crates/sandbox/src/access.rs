//! Who may call: tokens, locked-out callers and rate limits.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};

/// How long a 99digital token lives: "valid 1 hour" in its documentation.
pub(crate) const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_hours(1);

/// After how many wrong tries a caller is locked out. 99digital says "too many": our number.
const TRIES: u32 = 5;

/// For how long. 99digital says "for a time": our number.
const LOCK: SignedDuration = SignedDuration::from_mins(10);

/// What an account remembers of its callers.
#[derive(Debug, Default)]
pub(crate) struct Access {
    tokens: HashMap<String, Timestamp>,
    wrong_tries: u32,
    locked_until: Option<Timestamp>,
    windows: HashMap<String, (Instant, u32)>,
}

impl Access {
    /// Remembers a token and returns when it ends.
    pub(crate) fn issue(&mut self, token: String, now: Timestamp) -> Timestamp {
        let end = now.checked_add(TOKEN_LIFETIME).unwrap_or(now);
        self.wrong_tries = 0;
        self.tokens.retain(|_, end| *end > now);
        self.tokens.insert(token, end);
        end
    }

    pub(crate) fn is_valid(&self, token: &str, now: Timestamp) -> bool {
        self.tokens.get(token).is_some_and(|end| *end > now)
    }

    pub(crate) fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|end| end > now)
    }

    /// Counts a wrong try; the last one that is tolerated locks the caller out.
    pub(crate) fn count_wrong_try(&mut self, now: Timestamp) {
        self.wrong_tries += 1;
        if self.wrong_tries >= TRIES {
            self.wrong_tries = 0;
            self.locked_until = now.checked_add(LOCK).ok();
        }
    }

    /// Counts a request of `key`; false when it is one too many within a second.
    ///
    /// Limits run on the machine's clock, so that a client that waits gets through even
    /// while the sandbox's clock stands still.
    pub(crate) fn is_within_limit(&mut self, key: &str, limit: Option<u32>) -> bool {
        let Some(limit) = limit else { return true };
        let now = Instant::now();
        let (start, count) = self.windows.entry(key.to_owned()).or_insert((now, 0));
        if now.duration_since(*start) >= Duration::from_secs(1) {
            (*start, *count) = (now, 0);
        }
        *count += 1;
        *count <= limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_token_ends_after_an_hour() {
        let mut access = Access::default();
        let end = access.issue("t".to_owned(), at("2026-11-22T10:00:00Z"));
        assert_eq!(end, at("2026-11-22T11:00:00Z"));
        assert!(access.is_valid("t", at("2026-11-22T10:59:59Z")));
        assert!(!access.is_valid("t", end) && !access.is_valid("u", end));
    }

    #[test]
    fn five_wrong_tries_lock_for_ten_minutes_and_a_right_one_starts_the_count_again() {
        let now = at("2026-11-22T10:00:00Z");
        let mut access = Access::default();
        (0..4).for_each(|_| access.count_wrong_try(now));
        access.issue("t".to_owned(), now);
        (0..4).for_each(|_| access.count_wrong_try(now));
        assert!(!access.is_locked(now));
        access.count_wrong_try(now);
        assert!(access.is_locked(at("2026-11-22T10:09:59Z")));
        assert!(!access.is_locked(at("2026-11-22T10:10:00Z")));
    }

    #[test]
    fn a_limit_counts_each_key_for_itself() {
        let mut access = Access::default();
        assert!((0..3).all(|_| access.is_within_limit("a", Some(3))));
        assert!(!access.is_within_limit("a", Some(3)));
        assert!(access.is_within_limit("b", Some(3)));
        assert!(access.is_within_limit("a", None));
    }
}
