//! The access token: an hour long, asked for once, never asked for again with refused credentials.

use std::time::Duration;

use async_trait::async_trait;
use palabre_clients::ninetynine_digital::{Client, types};
use palabre_model::{Error, ErrorKind, Result, parse_time};
use palabre_transport::{Call, Session, Token, TokenSource};
use secrecy::SecretString;

use crate::vendors::{filled, integer};

/// `P/settings/access-token`: a token is good for one hour.
const LIFETIME: Duration = Duration::from_secs(3600);

/// Trades `client_id` and `client_secret` for a token.
pub(super) struct ClientToken;

#[async_trait]
impl TokenSource for ClientToken {
    async fn fetch(&self, session: &Session) -> Result<Token> {
        let account = session.account();
        let call = Call::new(session.clone(), "create_access_token", None, &[]);
        let base_url = account.base_url().as_str().trim_end_matches('/');
        let client = Client::new_with_client(base_url, session.http().clone(), call.clone());
        let secret = |name| account.credentials().expose(name).unwrap_or_default().to_owned();
        let body = types::ClientCredentials {
            client_id: secret("client_id"),
            client_secret: secret("client_secret"),
            extra: Default::default(),
        };
        let answer = call.finish(client.create_access_token(&body).await)?.value;
        // The documented sample has no `status`, so a failure may only show in `reason`.
        match filled(answer.access_token) {
            Some(token) => Ok(Token {
                secret: SecretString::from(token),
                lifetime: LIFETIME,
                expires_at: filled(answer.expiration_time).and_then(|time| parse_time(&time)),
            }),
            None => {
                let reason = integer(answer.reason);
                let error = call.error(ErrorKind::Authentication, "the vendor gave no access token");
                Err(match reason {
                    Some(reason) => error.vendor_code(reason.to_string()),
                    None => error.with_kind(ErrorKind::Decode),
                })
            }
        }
    }

    fn is_expired(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Authentication && error.get_vendor_code() == Some("3")
            && error.get_operation() != Some("create_access_token")
    }
}
