//! What an account lacks is taken from the environment.

use super::account::AccountConfig;
use super::environment::variable;
use super::read;
use super::secret::{Secret, Source};
use super::{Finding, Place};
use crate::at::adapter_of;
use crate::sign_in::SignIn;

/// Settings that are no credentials.
pub(super) const SETTINGS: [&str; 5] = [
    "base_url",
    "timeout",
    "timezone",
    "rate_limit",
    "max_in_flight",
];

/// Fills what an account lacks from `PALABRE_<VENDOR>_<FIELD>`.
///
/// A team id is taken only together with its key: with another key it would be the wrong one.
pub(super) fn fill(account: &mut AccountConfig) {
    let (environment, vendor) = (account.environment.clone(), account.vendor);
    let value = |name: &str| environment.get(&variable(vendor, name));
    if let Some(sign_in) = sign_in(account, |name| value(name).is_some()) {
        let absent = |name: &&&str| !account.secrets.contains_key(**name) && value(name).is_some();
        let mut names: Vec<&'static str> =
            sign_in.required.iter().filter(absent).copied().collect();
        if !names.is_empty() {
            // An empty variable is how a shell leaves out what may be left out.
            let filled = |name: &&&str| environment.filled(&variable(vendor, name)).is_some();
            let optional = sign_in.optional.iter().filter(absent).filter(filled);
            names.extend(optional.copied());
        }
        account.sign_in = sign_in;
        for name in names {
            let secret = Secret {
                key: name.to_owned(),
                source: Source::Variable(variable(vendor, name)),
                place: None,
            };
            account.secrets.insert(name, secret);
        }
    }
    for name in SETTINGS {
        if let Some(text) = value(name)
            && !has(account, name)
        {
            let place = Place::Variable(variable(vendor, name));
            if let Err(problem) = set(account, name, &text, place.clone()) {
                let finding = Finding::error(problem).key(name).at(place);
                account.gaps.push(finding);
            }
        }
    }
}

/// The way to sign in: the one that the file's credentials belong to, else the first that the
/// environment has everything for, else the first that it has anything for.
fn sign_in(account: &AccountConfig, is_set: impl Fn(&str) -> bool) -> Option<&'static SignIn> {
    if !account.secrets.is_empty() {
        return Some(account.sign_in);
    }
    let ways = adapter_of(account.vendor).sign_ins();
    let whole = ways
        .iter()
        .find(|way| way.required.iter().all(|name| is_set(name)));
    whole.or_else(|| {
        ways.iter()
            .find(|way| way.required.iter().any(|name| is_set(name)))
    })
}

fn has(account: &AccountConfig, name: &str) -> bool {
    match name {
        "base_url" => account.base_url.is_some(),
        "timeout" => account.timeout.is_some(),
        "rate_limit" => account.rate_limit.is_some(),
        "max_in_flight" => account.max_in_flight.is_some(),
        _ => account.time_zone.is_some(),
    }
}

fn set(account: &mut AccountConfig, name: &str, text: &str, place: Place) -> Result<(), String> {
    match name {
        "base_url" => account.base_url = Some((read::base_url(text)?, place)),
        "timeout" => {
            let seconds = text.trim().parse().map_err(|_| read::SECONDS.to_owned())?;
            account.timeout = Some((read::seconds(seconds)?, place));
        }
        "rate_limit" | "max_in_flight" => {
            // No number is a wrong one.
            let number = text.trim().parse().unwrap_or(f64::NAN);
            read::set_limit(account, name, number, place)?;
        }
        _ => account.time_zone = Some((read::time_zone(text)?, text.to_owned(), place)),
    }
    Ok(())
}
