//! Credentials that a vendor wants in the body: which number a request is for, and its key.

use std::sync::Arc;

use bytes::Bytes;
use palabre_model::{Error, ErrorKind, Outcome, Result, mask_phone};
use reqwest::Request;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};

use crate::credentials;
use crate::{BodyCredential, Call, NumberKey, Operation, Violation};

impl Call {
    /// Fills in the number that a request is for, where the operation wants one and none is given.
    ///
    /// It is the one that the client was made with, else the account's only one.
    pub(crate) async fn fill_in(
        &self,
        request: &mut Request,
        operation: &'static Operation,
    ) -> Result<()> {
        if operation.body_credentials.is_empty() {
            return Ok(());
        }
        let mut body = object(request).ok_or_else(|| self.internal("the body is no object"))?;
        for filled in operation.body_credentials {
            let is_given = body
                .get(filled.property)
                .is_some_and(|value| !value.is_null());
            match (filled.is_secret, is_given) {
                (true, true) => {
                    return Err(self
                        .refuse(filled, "is filled in, and cannot be given here")
                        .hint(format!("make the client with {}", filled.credential)));
                }
                (true, false) => {
                    body.remove(filled.property);
                }
                (false, true) => {}
                (false, false) => {
                    if let Some(number) = self.number(filled).await? {
                        self.check_number(operation, filled, &number)?;
                        body.insert(filled.property.to_owned(), number.into());
                    }
                }
            }
        }
        let bytes = serde_json::to_vec(&body).map_err(|error| self.internal(error))?;
        *request.body_mut() = Some(bytes.into());
        Ok(())
    }

    /// The number that a request of `operation` goes out for if it names none; `None` where the
    /// operation has none, and in a rehearsal that may not ask for it.
    ///
    /// # Errors
    ///
    /// There is no number, or more than one to choose from, or the vendor did not tell.
    pub async fn own_number(&self, operation: &Operation) -> Result<Option<String>> {
        let mut named = operation.body_credentials.iter();
        match named.find(|one| !one.is_secret) {
            Some(named) => self.number(named).await,
            None => Ok(None),
        }
    }

    /// The number for a request that names none; `None` in a rehearsal that may not ask for it.
    async fn number(&self, filled: &BodyCredential) -> Result<Option<String>> {
        let account = self.session.account();
        if let Some(number) = account.credentials().expose(filled.credential) {
            return Ok(Some(bare(number).to_owned()));
        }
        let Some(keys) = &account.keys else {
            return Err(self
                .refuse(filled, "is required: the client was made without a number")
                .hint(format!(
                    "pass it, or make the client with {}",
                    filled.credential
                )));
        };
        let rehearsal = self.session.rehearsal();
        if rehearsal.is_some_and(|rehearsal| rehearsal.holds_back_reads()) {
            return Ok(None);
        }
        let keys = keys.get(&self.session).await?;
        match &*keys {
            [only] => Ok(Some(only.number.clone())),
            [] => Err(self.refuse(filled, "cannot be chosen: the account has no number")),
            several => {
                let count = several.len();
                let problem = format!("is required: the account has {count} numbers");
                Err(self.refuse(filled, problem).hint(choices(several)))
            }
        }
    }

    fn check_number(
        &self,
        operation: &Operation,
        filled: &BodyCredential,
        number: &str,
    ) -> Result<()> {
        let rule = operation.body.as_ref();
        let rule = rule.and_then(|body| body.rule.property(filled.property));
        match rule {
            Some(rule) if self.session.account().options.validate => {
                self.allow(rule.check(filled.credential, &number.into()))
            }
            _ => Ok(()),
        }
    }

    /// Adds the key to the body that leaves.
    pub(crate) async fn authorize_body(
        &self,
        request: &mut Request,
        operation: &Operation,
    ) -> Result<()> {
        for filled in operation
            .body_credentials
            .iter()
            .filter(|one| one.is_secret)
        {
            let secret = self.key(request, operation, filled).await?;
            let body = request.body().and_then(reqwest::Body::as_bytes);
            let body = with_secret(body.unwrap_or_default(), filled.property, &secret)
                .ok_or_else(|| self.internal("the body is no object"))?;
            *request.body_mut() = Some(body.into());
            self.record().key = Some(secret);
        }
        Ok(())
    }

    async fn key(
        &self,
        request: &Request,
        operation: &Operation,
        filled: &BodyCredential,
    ) -> Result<SecretString> {
        let account = self.session.account();
        if let Some(secret) = account.credentials().expose(filled.credential) {
            return Ok(SecretString::from(secret));
        }
        let Some(keys) = &account.keys else {
            return Err(Error::config(filled.credential, "is missing")
                .located(account.vendor(), self.session.name(), self.verb)
                .outcome(Outcome::NotSent));
        };
        let mut named = operation.body_credentials.iter();
        let named = named.find(|one| !one.is_secret).unwrap_or(filled);
        let body = object(request).unwrap_or_default();
        let wanted = body[named.property].as_str().map(bare).unwrap_or_default();
        let keys: Arc<[NumberKey]> = keys.get(&self.session).await?;
        let Some(key) = keys.iter().find(|key| key.number == wanted) else {
            let problem = "is not a number of this account";
            return Err(self.refuse(named, problem).hint(choices(&keys)));
        };
        let refused = self.record().refused_key.take();
        let is_refused = |old: SecretString| old.expose_secret() == key.secret.expose_secret();
        if refused.is_some_and(is_refused) {
            let problem = "the vendor refuses the key that it lists for the number";
            return Err(self
                .error(ErrorKind::Authentication, problem)
                .outcome(Outcome::NotSent));
        }
        Ok(key.secret.clone())
    }

    /// An answer without the key of its request, should the vendor repeat what it was sent: there it
    /// may stand under any name, or within a text.
    pub(crate) fn without_key(&self, body: Bytes) -> Bytes {
        let Some(key) = self.record().key.clone() else {
            return body;
        };
        let hidden = std::str::from_utf8(&body).ok().and_then(|text| {
            let hidden = credentials::hide(text.to_owned(), key.expose_secret());
            (hidden != text).then_some(hidden)
        });
        hidden.map_or(body, Bytes::from)
    }

    /// Forgets a key that the vendor refused: the next try fetches another one.
    pub(crate) fn has_forgotten_key(&self, error: &Error) -> bool {
        let Some(keys) = &self.session.account().keys else {
            return false;
        };
        let Some(key) = self.record().key.take() else {
            return false;
        };
        let is_refused = keys.source.is_refused(error);
        if is_refused {
            keys.forget(&key);
            self.record().refused_key = Some(key);
        }
        is_refused
    }

    /// The error of something that is filled in; names the facade's argument.
    fn refuse(&self, filled: &BodyCredential, problem: impl Into<String>) -> Error {
        let violation = Violation {
            argument: filled.property.to_owned(),
            problem: problem.into(),
        };
        match self.allow(Err(violation)) {
            Err(error) => error,
            Ok(()) => self.internal("a violation"),
        }
    }
}

/// The body as an object.
fn object(request: &Request) -> Option<Map<String, Value>> {
    let bytes = request.body()?.as_bytes()?;
    serde_json::from_slice(bytes).ok()
}

/// A number as it stands in a body: without the plus sign that people write.
fn bare(number: &str) -> &str {
    number.trim().trim_start_matches('+')
}

/// The numbers that may be named, as an error shows them.
fn choices(keys: &[NumberKey]) -> String {
    const MOST: usize = 10;
    let mut shown: Vec<_> = keys
        .iter()
        .take(MOST)
        .map(|key| {
            let number = mask_phone(&format!("+{}", key.number));
            match &key.name {
                Some(name) => format!("{name} ({number})"),
                None => number,
            }
        })
        .collect();
    if keys.len() > MOST {
        shown.push(format!("{} more", keys.len() - MOST));
    }
    format!("one of {}", shown.join(", "))
}

/// A JSON object with one more text in it, in memory that is wiped when it is dropped.
fn with_secret(body: &[u8], property: &str, secret: &SecretString) -> Option<Bytes> {
    let rest = body
        .trim_ascii_start()
        .strip_prefix(b"{")?
        .trim_ascii_start();
    let secret = secret.expose_secret();
    // Room for everything at once: memory that grows leaves copies behind. An escape has six bytes.
    let room = body.len() + property.len() + 6 * secret.len() + 16;
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    bytes.push(b'{');
    serde_json::to_writer(&mut *bytes, property).ok()?;
    bytes.push(b':');
    serde_json::to_writer(&mut *bytes, secret).ok()?;
    if !rest.starts_with(b"}") {
        bytes.push(b',');
    }
    bytes.extend_from_slice(rest);
    Some(Bytes::from_owner(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_joins_what_is_there() {
        let secret = SecretString::from("k\"1");
        for (body, joined) in [
            ("{}", r#"{"apiKey":"k\"1"}"#),
            (r#" { "to": "1" }"#, r#"{"apiKey":"k\"1","to": "1" }"#),
        ] {
            let bytes = with_secret(body.as_bytes(), "apiKey", &secret).unwrap();
            assert_eq!(bytes, joined);
        }
        assert!(with_secret(b"[]", "apiKey", &secret).is_none());
    }

    #[test]
    fn choices_are_named_and_masked() {
        let key = |number: &str, name: Option<&str>| NumberKey {
            number: number.to_owned(),
            name: name.map(str::to_owned),
            secret: "hush".into(),
        };
        let keys = [key("972501234567", Some("Shop")), key("972507654321", None)];
        let shown = choices(&keys);
        assert!(shown.starts_with("one of Shop (+972"), "{shown}");
        assert!(
            !shown.contains("501234567") && !shown.contains("hush"),
            "{shown}"
        );
        assert!(!format!("{keys:?}").contains("hush"));
    }
}
