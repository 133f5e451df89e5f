//! Keys that make a repeat harmless, where the vendor honours them.

use std::sync::Arc;

use palabre_model::{ErrorKind, Outcome, Result};
use reqwest::Request;
use reqwest::header::{HeaderName, HeaderValue};
use ring::rand::{SecureRandom, SystemRandom};
use uuid::Builder;

use crate::{Call, Location, Operation, Repeat, Violation};

/// The facade's name of the key.
const ARGUMENT: &str = "idempotency_key";

impl Call {
    /// The key under which the request was sent, where the vendor honours keys.
    pub fn idempotency_key(&self) -> Option<Arc<str>> {
        self.record().repeat_key.clone()
    }

    /// Gives the request a key: whatever arrives twice under it is done once.
    ///
    /// Without one the call makes a key of its own, where the vendor honours keys. All tries of a
    /// request have the same; the error of a call says which it was.
    #[must_use]
    pub fn with_key(mut self, key: Option<String>) -> Self {
        self.key = key;
        self
    }

    /// A key that no other request has: a random UUID.
    fn new_key(&self) -> Result<Arc<str>> {
        let mut bytes = [0; 16];
        SystemRandom::new()
            .fill(&mut bytes)
            .map_err(|_| self.internal("the system has no random numbers"))?;
        let key = Builder::from_random_bytes(bytes).into_uuid();
        Ok(key.to_string().into())
    }

    /// Puts the key into a request, before its first try.
    pub(crate) fn add_key(&self, operation: &Operation, request: &mut Request) -> Result<()> {
        let Repeat::WithKey(header) = operation.repeat else {
            return match self.key {
                Some(_) => {
                    let problem = format!("{ARGUMENT}: the vendor takes none for this");
                    let error = self.error(ErrorKind::Unsupported, problem);
                    Err(error.outcome(Outcome::NotSent))
                }
                None => Ok(()),
            };
        };
        let header = HeaderName::from_static(header);
        let given = match (&self.key, request.headers().get(&header)) {
            (Some(key), _) => Some(key.as_str()),
            (None, Some(value)) => value.to_str().ok(),
            (None, None) => None,
        };
        let key: Arc<str> = match given {
            Some(key) => key.into(),
            None => self.new_key()?,
        };
        let refused = |problem: &str| {
            self.allow(Err(Violation {
                argument: ARGUMENT.to_owned(),
                problem: problem.to_owned(),
            }))
        };
        if key.trim().is_empty() {
            return refused("is empty");
        }
        // Others arrive as something else, or changed on the way.
        let is_plain = key.trim() == &*key && key.chars().all(|c| matches!(c, ' '..='~'));
        let value = HeaderValue::from_str(&key).ok().filter(|_| is_plain);
        let Some(value) = value else {
            return refused("holds characters that a header cannot carry");
        };
        if self.session.account().options.validate {
            self.check_parameter(operation, Location::Header, header.as_str(), &key)?;
        }
        request.headers_mut().insert(header, value);
        self.record().repeat_key = Some(key);
        Ok(())
    }
}
