//! Tokens that a vendor hands out for credentials and takes back after a while.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use jiff::Timestamp;
use palabre_model::{Error, ErrorKind, Result};
use secrecy::{ExposeSecret, SecretString};

use crate::Session;

/// A token and how long it is good.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token itself.
    pub secret: SecretString,
    /// How long it is good from when it was handed out, as documented.
    pub lifetime: Duration,
    /// When it ends by the vendor's clock, if it says.
    pub expires_at: Option<Timestamp>,
}

/// How a vendor hands out tokens.
#[async_trait]
pub trait TokenSource: Send + Sync {
    /// Asks the vendor for a token.
    async fn fetch(&self, session: &Session) -> Result<Token>;

    /// Tells whether a failed call means that the token, not the request, was refused.
    fn is_expired(&self, error: &Error) -> bool;
}

/// A token is renewed this long before it ends, so that it does not end on the way.
const MARGIN: Duration = Duration::from_secs(60);

/// One token for all callers of an account.
pub(crate) struct TokenCache {
    pub(crate) source: Box<dyn TokenSource>,
    state: Mutex<State>,
    /// Held by who asks the vendor. Apart from the state, which nobody waits for.
    asking: tokio::sync::Mutex<()>,
}

enum State {
    Empty,
    Held {
        token: SecretString,
        until: Instant,
    },
    /// The vendor blocks an address that keeps trying wrong credentials, so one refusal is final.
    Refused(Error),
}

impl TokenCache {
    pub(crate) fn new(source: Box<dyn TokenSource>) -> Self {
        Self {
            source,
            state: Mutex::new(State::Empty),
            asking: tokio::sync::Mutex::default(),
        }
    }

    /// The token; fetched once however many callers wait for it.
    pub(crate) async fn get(&self, session: &Session) -> Result<SecretString> {
        if let Some(known) = self.known() {
            return known;
        }
        let _asking = self.asking.lock().await;
        // Whoever asked before has an answer now.
        if let Some(known) = self.known() {
            return known;
        }
        match self.source.fetch(session).await {
            Ok(token) => {
                let secret = token.secret.clone();
                *self.state() = State::Held {
                    until: Instant::now() + usable(&token, Timestamp::now()),
                    token: token.secret,
                };
                Ok(secret)
            }
            Err(error) => {
                let is_refused = matches!(
                    error.kind(),
                    // The last two are what a refusal looks like when its reason cannot be read.
                    ErrorKind::Authentication | ErrorKind::Permission | ErrorKind::InvalidInput
                );
                if is_refused {
                    *self.state() = State::Refused(error.clone().hint(
                        "not asked again, since the vendor blocks an address after several wrong \
                         tries; make a new client with the right client_id and client_secret",
                    ));
                }
                Err(error)
            }
        }
    }

    /// What needs no request: a token that is good, or a refusal.
    fn known(&self) -> Option<Result<SecretString>> {
        match &*self.state() {
            State::Held { token, until } if Instant::now() < *until => Some(Ok(token.clone())),
            State::Refused(error) => Some(Err(error.clone())),
            State::Held { .. } | State::Empty => None,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // The state is good even if a holder panicked.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets `used`, unless another caller has renewed it already.
    pub(crate) fn forget(&self, used: &SecretString) {
        let mut state = self.state();
        if let State::Held { token, .. } = &*state
            && token.expose_secret() == used.expose_secret()
        {
            *state = State::Empty;
        }
    }
}

/// How long a token may be used: the vendor's end if our clocks agree roughly, else the documented
/// lifetime. A token that ends within the margin by our clock may be a clock that is late: to take
/// the vendor at its word would mean a token for every call, and one that has ended is renewed anyway.
fn usable(token: &Token, now: Timestamp) -> Duration {
    let told = token
        .expires_at
        .and_then(|end| Duration::try_from(end.duration_since(now)).ok())
        .filter(|told| *told > MARGIN && *told < token.lifetime);
    told.unwrap_or(token.lifetime).saturating_sub(MARGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(expires_at: Option<&str>) -> Token {
        Token {
            secret: SecretString::from("t"),
            lifetime: Duration::from_secs(3600),
            expires_at: expires_at.map(|time| time.parse().expect("a time")),
        }
    }

    #[test]
    fn a_token_is_renewed_a_minute_before_it_ends() {
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        let usable = |expires_at| usable(&token(expires_at), now).as_secs();
        assert_eq!(usable(None), 3540);
        assert_eq!(usable(Some("2026-11-22T10:10:00Z")), 540);
        assert_eq!(usable(Some("2026-11-22T10:01:01Z")), 1);
    }

    #[test]
    fn a_clock_that_is_wrong_does_not_make_every_call_ask_for_a_token() {
        let now = "2026-11-22T10:00:00Z".parse().expect("a time");
        for end in [
            "2020-01-01T00:00:00Z",
            "2026-11-22T10:00:30Z",
            "2026-11-22T10:01:00Z",
            "2099-01-01T00:00:00Z",
        ] {
            assert_eq!(usable(&token(Some(end)), now).as_secs(), 3540, "{end}");
        }
    }
}
