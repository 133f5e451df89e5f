//! Secrets, in types that cannot print themselves.

use std::collections::BTreeMap;
use std::fmt;

use bytes::Bytes;
use palabre_model::{Error, Result, Vendor};
use reqwest::header::HeaderValue;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::Scheme;

/// What an account authenticates with, by keyword: `api_key`, `client_id`, ….
#[derive(Clone, Default)]
pub struct Credentials(BTreeMap<String, SecretString>);

impl Credentials {
    /// Takes the credentials of a vendor from the environment: `PALABRE_MSGFLASH_API_KEY`,
    /// `PALABRE_99DIGITAL_CLIENT_ID` and so on. Variables that are not set are left out.
    #[must_use]
    pub fn from_env(vendor: Vendor) -> Self {
        const KEYWORDS: [&str; 6] = [
            "api_key",
            "number",
            "team_id",
            "client_id",
            "client_secret",
            "access_token",
        ];
        KEYWORDS
            .into_iter()
            .fold(
                Self::default(),
                |credentials, keyword| match std::env::var(Self::variable(vendor, keyword)) {
                    Ok(secret) => credentials.with(keyword, secret),
                    Err(_) => credentials,
                },
            )
    }

    /// The environment variable of a credential.
    #[must_use]
    pub fn variable(vendor: Vendor, keyword: &str) -> String {
        format!("PALABRE_{}_{keyword}", vendor.id()).to_uppercase()
    }

    /// Adds a credential.
    #[must_use]
    pub fn with(mut self, keyword: impl Into<String>, secret: impl Into<String>) -> Self {
        self.0.insert(keyword.into(), kept(secret.into()));
        self
    }

    /// Tells whether there is a credential of that name.
    #[must_use]
    pub fn contains(&self, keyword: &str) -> bool {
        self.0.contains_key(keyword)
    }

    /// The names of the credentials, never their values.
    pub fn keywords(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The secret itself, for the one place that has to send it.
    #[must_use]
    pub fn expose(&self, keyword: &str) -> Option<&str> {
        self.0.get(keyword).map(ExposeSecret::expose_secret)
    }

    /// Takes the secrets out of a text: a vendor may repeat what it was sent.
    pub(crate) fn hide_in(&self, text: &str) -> String {
        let secrets = self.0.values().map(ExposeSecret::expose_secret);
        secrets.fold(text.to_owned(), hide)
    }

    /// The header of a scheme, marked so that nothing prints it; `None` without a credential for it.
    pub(crate) fn header(&self, scheme: &Scheme) -> Result<Option<HeaderValue>> {
        let Some(secret) = self.expose(scheme.credential) else {
            return Ok(None);
        };
        header_value(scheme, secret).map(Some)
    }
}

/// A secret in memory that is wiped when it is dropped; the text that it came in is wiped now.
pub(crate) fn kept(text: String) -> SecretString {
    // Not `SecretString::from(text)`: text that shrinks to its length may leave a copy behind.
    SecretString::from(Zeroizing::new(text).as_str())
}

/// Takes one secret out of a text.
pub(crate) fn hide(text: String, secret: &str) -> String {
    // What is shorter is a part of many words and no secret.
    const SHORTEST: usize = 4;
    if secret.len() < SHORTEST || !text.contains(secret) {
        return text;
    }
    text.replace(secret, "***")
}

/// The header of a scheme, in memory that is wiped when the last copy is dropped.
pub(crate) fn header_value(scheme: &Scheme, secret: &str) -> Result<HeaderValue> {
    let mut text = Zeroizing::new(Vec::with_capacity(scheme.prefix.len() + secret.len()));
    text.extend_from_slice(scheme.prefix.as_bytes());
    text.extend_from_slice(secret.as_bytes());
    let value = HeaderValue::from_maybe_shared(Bytes::from_owner(text));
    let mut value = value.map_err(|_| {
        Error::config(
            scheme.credential,
            "holds characters that a header cannot carry",
        )
        .hint("look for a line break or a space that was copied along")
    })?;
    value.set_sensitive(true);
    Ok(value)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keywords()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_names_vendor_and_keyword() {
        let variable = Credentials::variable(Vendor::NinetyNineDigital, "client_id");
        assert_eq!(variable, "PALABRE_99DIGITAL_CLIENT_ID");
    }

    #[test]
    fn credentials_print_their_names_only() {
        let credentials = Credentials::default().with("api_key", "msgf_live_secret");
        assert_eq!(format!("{credentials:?}"), "{\"api_key\"}");
    }
}
