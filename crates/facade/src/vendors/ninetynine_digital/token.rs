//! The access token: an hour long, asked for once, never asked for again with refused credentials.

use std::time::Duration;

use async_trait::async_trait;
use palabre_clients::ninetynine_digital::{Client, SPEC, types};
use palabre_model::{Error, ErrorKind, Result, parse_time};
use palabre_transport::{Call, Session, Token, TokenSource};
use secrecy::SecretString;
use secrecy::zeroize::Zeroize;

use super::error;
use crate::vendors::{filled, integer};

/// `P/settings/access-token`: a token is good for one hour.
const LIFETIME: Duration = Duration::from_secs(3600);

/// The operation that hands out tokens; errors of it name it instead of a verb.
const OPERATION: &str = "create_access_token";

/// The reason that stands for success.
const SUCCESS: i64 = 1;

/// Trades `client_id` and `client_secret` for a token.
pub(super) struct ClientToken;

#[async_trait]
impl TokenSource for ClientToken {
    async fn fetch(&self, session: &Session) -> Result<Token> {
        let account = session.account();
        let call = Call::new(session.clone(), OPERATION, None, &[]);
        let base_url = account.base_url().as_str().trim_end_matches('/');
        let client = Client::new_with_client(base_url, session.http().clone(), call.clone());
        let secret = |name| {
            account
                .credentials()
                .expose(name)
                .unwrap_or_default()
                .to_owned()
        };
        let mut body = types::ClientCredentials {
            client_id: secret("client_id"),
            client_secret: secret("client_secret"),
            extra: Default::default(),
        };
        let answer = client.create_access_token(&body).await;
        body.client_secret.zeroize();
        let answer = call.finish(answer)?.value;
        // The documented sample has no `status`, so a failure may only show in `reason`.
        match filled(answer.access_token) {
            Some(token) => Ok(Token {
                secret: SecretString::from(token),
                lifetime: LIFETIME,
                expires_at: filled(answer.expiration_time).and_then(|time| parse_time(&time)),
            }),
            None => {
                let reason = integer(answer.reason).filter(|reason| *reason != SUCCESS);
                let known = reason.zip(SPEC.operation(OPERATION));
                let known = known.and_then(|(reason, operation)| error::row(operation, reason));
                Err(match (reason, known) {
                    (Some(reason), Some((_, _, kind, message, hint))) => call
                        .error(*kind, *message)
                        .vendor_code(reason.to_string())
                        .hint(*hint),
                    _ => call.error(ErrorKind::Decode, "the vendor gave no access token"),
                })
            }
        }
    }

    /// Reason 3; or none, should an expired token be answered with 401 alone.
    fn is_expired(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Authentication
            && matches!(error.get_vendor_code(), Some("3") | None)
    }
}
