//! Keys of sending numbers that a vendor lists for an account, and takes in the body of a request.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use palabre_model::{Error, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::Session;

/// The key of one sending number.
#[derive(Clone)]
pub struct NumberKey {
    /// The number as the vendor writes it.
    pub number: String,
    /// What people call it.
    pub name: Option<String>,
    /// The key itself.
    pub secret: SecretString,
}

impl fmt::Debug for NumberKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NumberKey")
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

/// How a vendor hands out the keys of an account's numbers.
#[async_trait]
pub trait KeySource: Send + Sync {
    /// Asks the vendor for the keys of all numbers.
    async fn fetch(&self, session: &Session) -> Result<Vec<NumberKey>>;

    /// Tells whether a failed call means that the key, not the request, was refused.
    fn is_refused(&self, error: &Error) -> bool;
}

/// How long a list of numbers is taken for the truth: which one is meant when none is named depends
/// on how many there are.
const LIFETIME: Duration = Duration::from_secs(5 * 60);

/// The keys of an account's numbers, for all its callers.
pub(crate) struct KeyCache {
    pub(crate) source: Box<dyn KeySource>,
    held: Mutex<Option<Held>>,
    /// Held by who asks the vendor. Apart from the keys, which nobody waits for.
    asking: tokio::sync::Mutex<()>,
}

struct Held {
    keys: Arc<[NumberKey]>,
    until: Instant,
}

impl KeyCache {
    pub(crate) fn new(source: Box<dyn KeySource>) -> Self {
        Self {
            source,
            held: Mutex::new(None),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// The keys; fetched once however many callers wait for them.
    pub(crate) async fn get(&self, session: &Session) -> Result<Arc<[NumberKey]>> {
        if let Some(keys) = self.known() {
            return Ok(keys);
        }
        let _asking = self.asking.lock().await;
        // Whoever asked before has an answer now.
        if let Some(keys) = self.known() {
            return Ok(keys);
        }
        // Read by a call of its own, which must not wait for itself: boxed.
        let keys: Arc<[NumberKey]> = Box::pin(self.source.fetch(session)).await?.into();
        *self.held() = Some(Held {
            keys: keys.clone(),
            until: Instant::now() + LIFETIME,
        });
        Ok(keys)
    }

    /// Keys that are good, if there are any.
    fn known(&self) -> Option<Arc<[NumberKey]>> {
        let held = self.held();
        let good = held.as_ref().filter(|held| Instant::now() < held.until);
        good.map(|held| held.keys.clone())
    }

    fn held(&self) -> MutexGuard<'_, Option<Held>> {
        // Keys are good even if a holder panicked.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the keys if `used` is one of them; another caller may have fetched new ones already.
    pub(crate) fn forget(&self, used: &SecretString) {
        let mut held = self.held();
        let is_held = held.as_ref().is_some_and(|held| {
            let mut keys = held.keys.iter();
            keys.any(|key| key.secret.expose_secret() == used.expose_secret())
        });
        if is_held {
            *held = None;
        }
    }
}
