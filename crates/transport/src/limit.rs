//! How many requests a key makes in what time, and how many it has under way, in this process.
//!
//! ```text
//! call ─▶ slot (max_in_flight) ─▶ queue ─▶ pace (rate_limit) ─▶ leaves
//! ```
//!
//! Whoever comes first goes first. A call that is dropped leaves the queue, and waiting counts as
//! the call's own time.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use once_cell::race::OnceBox;
use palabre_model::{Error, Result};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{Account, Options, Spec};

/// The limits of one account.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Limits {
    /// Requests a second.
    rate: Option<f64>,
    in_flight: Option<usize>,
}

impl Limits {
    /// What the options say, else the vendor.
    pub(crate) fn new(spec: &Spec, options: &Options) -> Result<Self> {
        let of_vendor = spec
            .rate_limit
            .map(|limit| f64::from(limit.requests) / limit.period.as_secs_f64());
        let rate = options.rate_limit.or(of_vendor);
        if rate.is_some_and(|rate| !rate.is_finite() || rate < 0.0) {
            return Err(Error::invalid(
                "rate_limit",
                "must be a number of requests a second, or 0 for no limit",
            ));
        }
        if options.max_in_flight == Some(0) {
            return Err(Error::invalid("max_in_flight", "must be at least 1"));
        }
        Ok(Self {
            rate: rate.filter(|rate| *rate > 0.0),
            in_flight: options.max_in_flight,
        })
    }
}

/// What the clients of one key share.
pub(crate) struct Limiter {
    /// The one at the head of it waits for the pace.
    queue: Semaphore,
    /// The strictest limits that any of the clients asks for.
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    limits: Limits,
    pace: Option<Arc<DefaultDirectRateLimiter>>,
    slots: Option<Arc<Semaphore>>,
}

/// A place among the requests under way; free again when it is dropped.
pub(crate) struct Turn {
    _slot: Option<OwnedSemaphorePermit>,
}

impl Limiter {
    /// The limiter of an account's key, if anything limits the account.
    pub(crate) fn of(account: &Account) -> Option<Arc<Self>> {
        if account.limits == Limits::default() {
            return None;
        }
        let mut known = locked(registry());
        if known.len() >= MANY {
            known.retain(|_, limiter| Arc::strong_count(limiter) > 1);
        }
        let limiter = known.entry(key(account)).or_insert_with(Self::new);
        // It outlives its clients: one that is made anew for each request has to keep the pace, too.
        // What only those asked for who are gone holds no longer.
        let is_unused = Arc::strong_count(limiter) == 1;
        if is_unused && locked(&limiter.shared).limits != account.limits {
            *limiter = Self::new();
        }
        limiter.tighten(account.limits);
        Some(limiter.clone())
    }

    fn new() -> Arc<Self> {
        Arc::new(Self {
            queue: Semaphore::new(1),
            shared: Mutex::default(),
        })
    }

    /// A limit is the key's, not the client's: the strictest holds for all.
    fn tighten(&self, limits: Limits) {
        let mut shared = locked(&self.shared);
        if let Some(rate) = limits.rate
            && shared.limits.rate.is_none_or(|known| rate < known)
        {
            shared.limits.rate = Some(rate);
            shared.pace = Some(Arc::new(RateLimiter::direct(quota(rate))));
        }
        if let Some(count) = limits.in_flight
            && shared.limits.in_flight.is_none_or(|known| count < known)
        {
            shared.limits.in_flight = Some(count);
            let count = count.min(Semaphore::MAX_PERMITS);
            shared.slots = Some(Arc::new(Semaphore::new(count)));
        }
    }

    /// Waits until a request may leave.
    pub(crate) async fn turn(&self) -> Turn {
        let slots = locked(&self.shared).slots.clone();
        let slot = match slots {
            // It is never closed.
            Some(slots) => slots.acquire_owned().await.ok(),
            None => None,
        };
        let _head = self.queue.acquire().await;
        loop {
            let pace = locked(&self.shared).pace.clone();
            let Some(Err(early)) = pace.map(|pace| pace.check()) else {
                return Turn { _slot: slot };
            };
            tokio::time::sleep(early.wait_time_from(DefaultClock::default().now())).await;
        }
    }
}

/// Requests are spread over the second: a vendor may count from any moment on. Only where they come
/// so close that no timer keeps them apart, those of ten milliseconds go together.
fn quota(rate: f64) -> Quota {
    const TOGETHER: f64 = 0.01;
    let period = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(Duration::MAX);
    let period = period.clamp(Duration::from_nanos(1), Duration::from_secs(365 * 86_400));
    let burst = NonZeroU32::new((rate * TOGETHER) as u32).unwrap_or(NonZeroU32::MIN);
    // Only a period of zero is none.
    let quota = Quota::with_period(period).unwrap_or(Quota::per_second(NonZeroU32::MIN));
    quota.allow_burst(burst)
}

/// Host and key of an account as a number that tells neither.
fn key(account: &Account) -> u64 {
    static STATE: OnceBox<RandomState> = OnceBox::new();
    let credentials = account.credentials();
    let mut schemes = account.spec.schemes.iter();
    // What comes beside the first, such as a team's identifier, does not make it another key.
    let first = schemes.find_map(|scheme| credentials.expose(scheme.credential));
    let secrets: Vec<_> = match first {
        Some(secret) => vec![secret],
        None => credentials
            .keywords()
            .filter_map(|keyword| credentials.expose(keyword))
            .collect(),
    };
    let url = &account.base_url;
    STATE
        .get_or_init(|| Box::new(RandomState::new()))
        .hash_one((url.host_str(), url.port_or_known_default(), secrets))
}

type Known = Mutex<HashMap<u64, Arc<Limiter>>>;

/// From so many keys on, those that no client uses are forgotten.
const MANY: usize = 256;

/// The limiters of a process, and those of its forked child behind them.
///
/// A thread that holds a lock or waits in a queue while another forks is not there in the child: so
/// the child has limiters of its own.
struct Registry {
    process: u32,
    known: Known,
    of_child: OnceBox<Registry>,
}

impl Registry {
    fn new() -> Box<Self> {
        Box::new(Self {
            process: std::process::id(),
            known: Mutex::default(),
            of_child: OnceBox::new(),
        })
    }
}

fn registry() -> &'static Known {
    static FIRST: OnceBox<Registry> = OnceBox::new();
    let mut registry = FIRST.get_or_init(Registry::new);
    while registry.process != std::process::id() {
        registry = registry.of_child.get_or_init(Registry::new);
    }
    &registry.known
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is in it is plain, good even if a holder panicked.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_pace_and_not_a_burst() {
        for (rate, millis, burst) in [
            (10.0, 100, 1),
            (0.5, 2000, 1),
            (199.0, 5, 1),
            (1000.0, 1, 10),
        ] {
            let quota = quota(rate);
            assert_eq!(quota.replenish_interval().as_millis(), millis, "{rate}");
            assert_eq!(quota.burst_size().get(), burst, "{rate}");
        }
    }

    #[test]
    fn any_rate_can_be_counted_with() {
        for rate in [f64::MIN_POSITIVE, 1e-300, 1e9, 1e12, f64::MAX] {
            RateLimiter::direct(quota(rate)).check().expect("the first");
        }
    }
}
