//! How long a request is still waited for and repeated.

use std::time::{Duration, Instant, SystemTime};

/// For so long after its first try a request is repeated under the same key. None of the vendors says
/// how long it knows a key, and one that it has forgotten does everything twice.
const KEY_LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The time that a request has.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    deadline: Instant,
    /// Whether another try does no harm only while the vendor knows the key of the first one.
    pub(crate) needs_key: bool,
    began: Instant,
    began_by_wall: SystemTime,
}

impl Patience {
    /// Of a request that leaves for the first time now.
    pub(crate) fn new(deadline: Instant) -> Self {
        Self {
            deadline,
            needs_key: false,
            began: Instant::now(),
            began_by_wall: SystemTime::now(),
        }
    }

    /// Gives it more time.
    pub(crate) fn extend(&mut self, by: Duration) {
        self.deadline += by;
    }

    /// What is left; nothing may leave when that is zero.
    pub(crate) fn left(&self) -> Duration {
        let left = self.deadline.saturating_duration_since(Instant::now());
        if !self.needs_key {
            return left;
        }
        let by_wall = self.began_by_wall.elapsed().unwrap_or_default();
        left.min(left_of_key(self.began.elapsed(), by_wall))
    }
}

/// How long a key of so long ago is good by two clocks: one stands still while the machine sleeps, the
/// other may be set. The one that is ahead counts.
fn left_of_key(age: Duration, by_wall: Duration) -> Duration {
    KEY_LIFETIME.saturating_sub(age.max(by_wall))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[test]
    fn a_key_is_as_old_as_the_clock_says_that_is_ahead() {
        for (age, by_wall, left) in [
            (Duration::ZERO, Duration::ZERO, KEY_LIFETIME),
            (HOUR, Duration::ZERO, Duration::ZERO),
            (Duration::ZERO, HOUR, Duration::ZERO),
        ] {
            assert_eq!(left_of_key(age, by_wall), left);
        }
    }

    #[test]
    fn a_machine_that_slept_does_not_repeat_under_a_key_of_before() {
        let mut patience = Patience::new(Instant::now() + HOUR);
        patience.began_by_wall -= HOUR;
        assert!(patience.left() > KEY_LIFETIME, "what needs no key goes on");
        patience.needs_key = true;
        assert_eq!(patience.left(), Duration::ZERO);
    }

    #[test]
    fn a_clock_that_was_set_back_gives_a_key_no_more_time() {
        let mut patience = Patience::new(Instant::now() + HOUR);
        patience.needs_key = true;
        patience.began_by_wall += HOUR;
        assert!(patience.left() <= KEY_LIFETIME);
    }
}
