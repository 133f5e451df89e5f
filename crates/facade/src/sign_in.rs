//! Which credentials go together.

use palabre_model::{Error, Result};
use palabre_transport::Credentials;

/// One way to sign in at a vendor.
#[derive(Debug)]
pub(crate) struct SignIn {
    pub(crate) required: &'static [&'static str],
    pub(crate) optional: &'static [&'static str],
}

impl SignIn {
    pub(crate) fn keywords(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}

/// The sign-in that credentials of these names belong to, the usual one if there are none; an error
/// if they belong to several.
pub(crate) fn meant(
    sign_ins: &'static [SignIn],
    is_given: impl Fn(&str) -> bool,
) -> Result<&'static SignIn> {
    let given = |keywords: &'static [&'static str]| keywords.iter().any(|name| is_given(name));
    let mut meant = sign_ins.iter().filter(|way| given(way.required));
    match (meant.next(), meant.next()) {
        (Some(one), Some(other)) => {
            let [one, other] = [one, other].map(|sign_in| sign_in.required.join(" and "));
            let problem = format!("is given beside {one}");
            Err(Error::config(&other, problem).hint(format!("give {one}, or {other} alone")))
        }
        (Some(one), None) => Ok(one),
        // What is optional may belong to several ways, and tells them apart no more.
        (None, _) => {
            let optional = sign_ins.iter().find(|way| given(way.optional));
            Ok(optional.unwrap_or(&sign_ins[0]))
        }
    }
}

/// Checks credentials against the sign-ins of a vendor.
pub(crate) fn check(sign_ins: &'static [SignIn], credentials: &Credentials) -> Result<()> {
    let meant = meant(sign_ins, |name| credentials.contains(name))?;
    let is_empty = |name: &&str| {
        let secret = credentials.expose(name);
        secret.is_some_and(|secret| secret.trim().is_empty())
    };
    if let Some(empty) = meant.keywords().find(is_empty) {
        return Err(Error::config(empty, "is empty"));
    }
    // A credential of another vendor explains why one is missing.
    let taken = |name: &str| {
        sign_ins
            .iter()
            .any(|way| way.keywords().any(|known| known == name))
    };
    if let Some(unknown) = credentials.keywords().find(|name| !taken(name)) {
        return Err(stranger(sign_ins, unknown));
    }
    let mut required = meant.required.iter();
    if let Some(missing) = required.find(|name| !credentials.contains(name)) {
        return Err(Error::config(missing, "is missing"));
    }
    let unknown = credentials
        .keywords()
        .find(|name| meant.keywords().all(|known| known != *name));
    match unknown {
        Some(unknown) => Err(stranger(sign_ins, unknown)),
        None => Ok(()),
    }
}

/// The error for a credential that a vendor does not take.
pub(crate) fn stranger(sign_ins: &'static [SignIn], name: &str) -> Error {
    Error::config(name, "is not a credential of this vendor")
        .hint(format!("it takes {}", names(sign_ins)))
}

/// The credentials of a vendor, for a hint.
pub(crate) fn names(sign_ins: &'static [SignIn]) -> String {
    let ways: Vec<_> = sign_ins
        .iter()
        .map(|way| way.keywords().collect::<Vec<_>>().join(", "))
        .collect();
    ways.join(", or ")
}
