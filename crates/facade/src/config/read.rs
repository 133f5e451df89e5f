//! An account's table, read and checked.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::tz::TimeZone;
use palabre_model::Vendor;
use secrecy::SecretString;

use super::account::AccountConfig;
use super::document::{Field, Table, Value};
use super::environment::Environment;
use super::gaps::{self, SETTINGS};
use super::nearest::instead;
use super::secret::{CommandLine, Secret, Source};
use super::{Finding, Place, limits};
use crate::at::adapter_of;
use crate::sign_in;

/// How the value of a credential can be given, beside the value itself.
const WAYS: [&str; 3] = ["_env", "_file", "_command"];

pub(super) const SECONDS: &str = "must be a finite number of seconds, greater than zero";

/// Makes an account of a table; what is wrong with it is among its problems.
///
/// # Errors
///
/// What is wrong with a table whose vendor is not known.
pub(super) fn account(
    table: Table,
    profile: Option<&str>,
    folder: &Path,
    environment: &Environment,
) -> Result<AccountConfig, Finding> {
    let vendor = vendor(&table)?;
    let mut account = AccountConfig::new(&table.name, vendor, environment);
    account.profile = profile.map(str::to_owned);
    account.place = Some(table.place.clone());
    if table.name.trim().is_empty() || table.name.contains(char::is_control) {
        let finding = Finding::error("the name of an account is a word that can be shown");
        account.problems.push(finding.at(table.place));
    }
    for field in table.fields {
        let (key, place) = (field.name.clone(), field.place.clone());
        if let Err(finding) = take(&mut account, field, folder) {
            let at = finding.place.clone().unwrap_or(place);
            let key = finding.key.clone().unwrap_or(key);
            account.problems.push(finding.key(key).at(at));
        }
    }
    check_credentials(&mut account);
    gaps::fill(&mut account);
    let name = account.name.clone();
    for finding in account.problems.iter_mut().chain(&mut account.gaps) {
        finding.account = Some(name.clone());
    }
    Ok(account)
}

fn vendor(table: &Table) -> Result<Vendor, Finding> {
    let known = Vendor::ALL.map(Vendor::id);
    let field = table.fields.iter().find(|field| field.name == "vendor");
    let finding = match field {
        Some(Field {
            value: Value::Text(text),
            place,
            ..
        }) => match text.parse() {
            Ok(vendor) => return Ok(vendor),
            Err(_) => Finding::error(format!("{text:?} is not a vendor"))
                .hint(instead(text, &known))
                .at(place.clone()),
        },
        Some(field) => Finding::error("is a text").at(field.place.clone()),
        None => {
            let names: Vec<_> = table.fields.iter().map(|field| &field.name).collect();
            let meant = names
                .into_iter()
                .find(|name| super::nearest::nearest(name, ["vendor"]).is_some());
            let hint = match meant {
                Some(name) => format!("did you mean it by {name}?"),
                None => format!(
                    "write vendor = {:?}, or another of {}",
                    known[0],
                    known.join(", ")
                ),
            };
            Finding::error("is missing")
                .hint(hint)
                .at(table.place.clone())
        }
    };
    Err(finding.of_account(&table.name).key("vendor"))
}

/// Takes one field; the error says what is wrong with it.
fn take(account: &mut AccountConfig, field: Field, folder: &Path) -> Result<(), Finding> {
    let Field { name, place, value } = field;
    match (name.as_str(), value) {
        ("vendor", _) => Ok(()),
        ("timeout", Value::Number(number)) => {
            account.timeout = Some((seconds(number).map_err(Finding::error)?, place));
            Ok(())
        }
        ("timeout", _) => Err(Finding::error(SECONDS)),
        ("base_url", Value::Text(text)) => {
            account.base_url = Some((base_url(&text).map_err(Finding::error)?, place));
            Ok(())
        }
        ("timezone", Value::Text(text)) => {
            let zone = time_zone(&text).map_err(Finding::error)?;
            account.time_zone = Some((zone, text, place));
            Ok(())
        }
        ("rate_limit" | "max_in_flight", value) => {
            let number = match value {
                Value::Number(number) => number,
                // No number is a wrong one.
                _ => f64::NAN,
            };
            set_limit(account, &name, number, place).map_err(Finding::error)
        }
        ("retry", value) => {
            account.retry = Some((limits::retry(value)?, place));
            Ok(())
        }
        ("base_url" | "timezone", _) => Err(Finding::error("is a text")),
        (_, value) => take_credential(account, &name, value, place, folder),
    }
}

/// Sets a limit that is a number, in the file and in the environment.
pub(super) fn set_limit(
    account: &mut AccountConfig,
    name: &str,
    number: f64,
    place: Place,
) -> Result<(), String> {
    if name == "rate_limit" {
        account.rate_limit = Some((limits::rate_limit(number)?, place));
    } else {
        account.max_in_flight = Some((limits::max_in_flight(number)?, place));
    }
    Ok(())
}

fn take_credential(
    account: &mut AccountConfig,
    key: &str,
    value: Value,
    place: Place,
    folder: &Path,
) -> Result<(), Finding> {
    let sign_ins = adapter_of(account.vendor).sign_ins();
    let way = WAYS.into_iter().find(|way| key.ends_with(way));
    let name = key.strip_suffix(way.unwrap_or("")).unwrap_or(key);
    let mut known = sign_ins.iter().flat_map(sign_in::SignIn::keywords);
    let Some(name) = known.find(|known| *known == name) else {
        return Err(unknown(account.vendor, key));
    };
    let secret = Secret {
        key: key.to_owned(),
        source: source(way, value, folder)?,
        place: Some(place),
    };
    match account.secrets.get(name) {
        Some(other) => {
            Err(Finding::error(format!("is given beside {}", other.key)).hint("keep one of them"))
        }
        None => {
            account.secrets.insert(name, secret);
            Ok(())
        }
    }
}

fn source(way: Option<&str>, value: Value, folder: &Path) -> Result<Source, Finding> {
    let filled = |text: String| match text.trim() {
        "" => Err(Finding::error("is empty")),
        _ => Ok(text),
    };
    match (way, value) {
        (Some("_command"), Value::List(words)) => {
            let words = words.into_iter().map(|word| match word {
                Value::Text(word) => Ok(word),
                _ => Err(Finding::error(
                    "is a list of texts: a program and its arguments",
                )),
            });
            let words: Vec<_> = words.collect::<Result<_, _>>()?;
            match words.first() {
                Some(program) if !program.trim().is_empty() => Ok(Source::Command {
                    line: CommandLine::Program(words),
                    folder: folder.to_owned(),
                }),
                _ => Err(Finding::error("is empty")),
            }
        }
        (Some("_command"), Value::Text(line)) => Ok(Source::Command {
            line: CommandLine::Shell(filled(line)?),
            folder: folder.to_owned(),
        }),
        (Some("_command"), _) => Err(Finding::error(
            "is a text, or a list of a program and its arguments",
        )),
        (Some("_env"), Value::Text(name)) => Ok(Source::Variable(filled(name)?)),
        (Some(_), Value::Text(path)) => Ok(Source::File(folder.join(home(&filled(path)?)))),
        (None, Value::Text(secret)) => Ok(Source::Value(SecretString::from(filled(secret)?))),
        (_, _) => Err(Finding::error("is a text")),
    }
}

/// A path whose `~` is the home folder.
fn home(path: &str) -> PathBuf {
    let rest = path.strip_prefix("~/").or_else(|| path.strip_prefix("~\\"));
    match (rest, etcetera::home_dir()) {
        (Some(rest), Ok(home)) => home.join(rest),
        _ => PathBuf::from(path),
    }
}

fn unknown(vendor: Vendor, key: &str) -> Finding {
    let sign_ins = adapter_of(vendor).sign_ins();
    let stem = WAYS
        .into_iter()
        .find_map(|way| key.strip_suffix(way))
        .unwrap_or(key);
    if super::KEYWORDS.contains(&stem) {
        return Finding::error(format!("is not a credential of {vendor}"))
            .hint(format!("it takes {}", sign_in::names(sign_ins)));
    }
    let credentials: Vec<&str> = sign_ins
        .iter()
        .flat_map(sign_in::SignIn::keywords)
        .collect();
    let mut known: Vec<String> = vec!["vendor".into()];
    known.extend(credentials.iter().map(|&name| name.to_owned()));
    known.extend(SETTINGS.map(str::to_owned));
    known.push("retry".to_owned());
    let mut all = known.clone();
    for way in WAYS {
        all.extend(credentials.iter().map(|name| format!("{name}{way}")));
    }
    let hint = match super::nearest::nearest(key, all.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("it is one of {}", known.join(", ")),
    };
    Finding::error("is not a key of an account").hint(hint)
}

/// Says which of several ways to sign in is meant.
fn check_credentials(account: &mut AccountConfig) {
    let sign_ins = adapter_of(account.vendor).sign_ins();
    match sign_in::meant(sign_ins, |name| account.secrets.contains_key(name)) {
        Ok(meant) => account.sign_in = meant,
        Err(error) => {
            let key = error.message().split(": ").next().map(str::to_owned);
            let place = key
                .as_deref()
                .and_then(|key| account.secrets.get(key))
                .and_then(|secret| secret.place.clone());
            let finding = Finding::of_error(&error, key.as_deref()).at(place);
            account.problems.push(finding);
        }
    }
}

pub(super) fn base_url(text: &str) -> Result<String, String> {
    match palabre_transport::check_base_url(text) {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let finding = Finding::of_error(&error, Some("base_url"));
            Err(match finding.hint {
                Some(hint) => format!("{}; {hint}", finding.message),
                None => finding.message,
            })
        }
    }
}

pub(super) fn seconds(number: f64) -> Result<Duration, String> {
    Duration::try_from_secs_f64(number)
        .ok()
        .filter(|duration| !duration.is_zero())
        .ok_or_else(|| SECONDS.to_owned())
}

pub(super) fn time_zone(name: &str) -> Result<TimeZone, String> {
    TimeZone::get(name)
        .map_err(|_| format!("{name:?} is not a time zone; write it as in Africa/Porto-Novo"))
}
