use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use jiff::tz::TimeZone;
use palabre_model::{Result, Vendor};
use palabre_transport::{Credentials, Options, RetryPolicy};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::environment::Environment;
use super::secret::Secret;
use super::{Finding, Place};
use crate::sign_in::SignIn;
use crate::{Client, ClientBuilder};

/// Where the value of a setting comes from.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum Origin {
    /// It is written in the configuration file.
    Value(Place),
    /// An environment variable.
    Variable(String),
    /// A file that holds the secret and nothing else.
    File(PathBuf),
    /// A command that prints the secret.
    Command,
    /// Nobody set it.
    Default,
}

impl Origin {
    /// `value`, `variable`, `file`, `command` or `default`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Value(_) => "value",
            Self::Variable(_) => "variable",
            Self::File(_) => "file",
            Self::Command => "command",
            Self::Default => "default",
        }
    }
}

/// `/home/awa/.config/palabre/config.toml:4`, `variable SALES_KEY`, `file /run/secrets/sales`,
/// `command` or `default`.
impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(place) => write!(f, "{place}"),
            Self::Variable(name) => write!(f, "variable {name}"),
            Self::File(path) => write!(f, "file {}", path.display()),
            Self::Command | Self::Default => f.write_str(self.as_str()),
        }
    }
}

impl From<Origin> for String {
    fn from(origin: Origin) -> Self {
        origin.to_string()
    }
}

impl From<String> for Origin {
    fn from(text: String) -> Self {
        match text.split_once(' ') {
            Some(("variable", name)) => Self::Variable(name.to_owned()),
            Some(("file", path)) => Self::File(PathBuf::from(path)),
            _ if text == "command" => Self::Command,
            _ if text == "default" => Self::Default,
            _ => Self::Value(Place::from(text)),
        }
    }
}

/// One setting of an account.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Setting {
    /// Its name: `api_key`, `base_url`.
    pub name: String,
    /// Where its value comes from.
    pub origin: Origin,
    /// The value; `None` for every credential, and for what nobody set.
    pub shown: Option<String>,
}

impl Setting {
    fn shown(name: &str, value: String, place: Place) -> Self {
        Self {
            name: name.to_owned(),
            origin: match place {
                Place::Variable(name) => Origin::Variable(name),
                place @ Place::File { .. } => Origin::Value(place),
            },
            shown: Some(value),
        }
    }
}

/// What there is to tell of an account, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct AccountSettings {
    /// The account's name.
    pub name: String,
    /// The vendor.
    pub vendor: Vendor,
    /// The profile that it belongs to.
    pub profile: Option<String>,
    /// Every setting with its origin.
    pub settings: Vec<Setting>,
}

/// An account of the configuration. It holds no secret but those that are written in the file.
#[derive(Clone)]
pub struct AccountConfig {
    pub(super) name: String,
    pub(super) profile: Option<String>,
    pub(super) vendor: Vendor,
    /// Where the file has the account.
    pub(super) place: Option<Place>,
    pub(super) secrets: BTreeMap<&'static str, Secret>,
    pub(super) base_url: Option<(String, Place)>,
    pub(super) timeout: Option<(Duration, Place)>,
    pub(super) time_zone: Option<(TimeZone, String, Place)>,
    pub(super) retry: Option<(RetryPolicy, Place)>,
    pub(super) rate_limit: Option<(f64, Place)>,
    pub(super) max_in_flight: Option<(usize, Place)>,
    /// How the account signs in.
    pub(super) sign_in: &'static SignIn,
    /// What is wrong with the file, whatever the environment holds.
    pub(super) problems: Vec<Finding>,
    /// What is wrong with variables that fill gaps.
    pub(super) gaps: Vec<Finding>,
    pub(super) environment: Environment,
}

/// Everything that an account's client is made of.
#[derive(Clone, Debug)]
pub struct Resolved {
    /// What it authenticates with.
    pub credentials: Credentials,
    /// The address of the API, if somebody set one.
    pub base_url: Option<String>,
    /// How long a call may take, if somebody set it.
    pub timeout: Option<Duration>,
    /// Where the account's months are counted, if somebody set it.
    pub time_zone: Option<TimeZone>,
    /// How often and how patiently requests are sent again, if somebody set it.
    pub retry: Option<RetryPolicy>,
    /// How many requests a second are made, if somebody set it; 0 is no limit.
    pub rate_limit: Option<f64>,
    /// How many requests are under way at a time, if somebody set it.
    pub max_in_flight: Option<usize>,
}

impl AccountConfig {
    /// The account that the environment alone describes: `PALABRE_<VENDOR>_<FIELD>`.
    #[must_use]
    pub fn from_environment(vendor: Vendor, environment: &Environment) -> Self {
        let mut account = Self::new(vendor.id(), vendor, environment);
        super::gaps::fill(&mut account);
        account
    }

    pub(super) fn new(name: &str, vendor: Vendor, environment: &Environment) -> Self {
        Self {
            name: name.to_owned(),
            profile: None,
            vendor,
            place: None,
            secrets: BTreeMap::new(),
            base_url: None,
            timeout: None,
            time_zone: None,
            retry: None,
            rate_limit: None,
            max_in_flight: None,
            sign_in: &crate::at::adapter_of(vendor).sign_ins()[0],
            problems: Vec::new(),
            gaps: Vec::new(),
            environment: environment.clone(),
        }
    }

    /// The same account under another name.
    #[must_use]
    pub fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The account's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The vendor.
    #[must_use]
    pub fn vendor(&self) -> Vendor {
        self.vendor
    }

    /// The profile that it belongs to.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// Tells whether the account has a credential of that keyword; its secret is not read.
    #[must_use]
    pub fn has(&self, keyword: &str) -> bool {
        self.secrets.contains_key(keyword)
    }

    /// Tells whether the configuration file has the account; the environment alone describes the others.
    #[must_use]
    pub fn is_in_file(&self) -> bool {
        self.place.is_some()
    }

    /// Every setting with its origin: the credentials that there are, the address, the time-out, the
    /// time zone, and the limits that are set.
    #[must_use]
    pub fn settings(&self) -> Vec<Setting> {
        let mut settings: Vec<_> = self
            .sign_in
            .keywords()
            .filter_map(|name| Some((name, self.secrets.get(name)?)))
            .map(|(name, secret)| Setting {
                name: name.to_owned(),
                origin: secret.origin(),
                shown: None,
            })
            .collect();
        let others = [
            ("base_url", self.base_url.clone()),
            ("timeout", shown(&self.timeout, Duration::as_secs_f64)),
            (
                "timezone",
                self.time_zone.clone().map(|(_, name, place)| (name, place)),
            ),
        ];
        settings.extend(others.map(|(name, value)| match value {
            Some((value, place)) => Setting::shown(name, value, place),
            None => Setting {
                name: name.to_owned(),
                origin: Origin::Default,
                shown: None,
            },
        }));
        // Few accounts have these, and whoever sets none need not read of them.
        let limits = [
            ("rate_limit", shown(&self.rate_limit, |rate| *rate)),
            ("max_in_flight", shown(&self.max_in_flight, |count| *count)),
            (
                "retry.max_attempts",
                shown(&self.retry, |policy| policy.max_attempts),
            ),
        ];
        settings.extend(limits.into_iter().filter_map(|(name, value)| {
            value.map(|(value, place)| Setting::shown(name, value, place))
        }));
        settings
    }

    /// What there is to tell of the account, without its secrets.
    #[must_use]
    pub fn describe(&self) -> AccountSettings {
        AccountSettings {
            name: self.name.clone(),
            vendor: self.vendor,
            profile: self.profile.clone(),
            settings: self.settings(),
        }
    }

    /// Reads the secrets: now files are opened and commands are run.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) that names file, account and key.
    pub fn resolve(&self) -> Result<Resolved> {
        self.try_resolve()
            .map_err(|finding| finding.of_account(&self.name).to_error(Some(self.vendor)))
    }

    fn try_resolve(&self) -> Result<Resolved, Finding> {
        if let Some(problem) = self.problems.iter().chain(&self.gaps).next() {
            return Err(problem.clone());
        }
        if let Some(missing) = self.missing() {
            return Err(missing);
        }
        let mut credentials = Credentials::default();
        for (name, secret) in &self.secrets {
            let text: SecretString = secret.read(&self.environment)?;
            credentials = credentials.with(*name, text.expose_secret());
        }
        Ok(Resolved {
            credentials,
            base_url: self.base_url.clone().map(|(url, _)| url),
            timeout: self.timeout.clone().map(|(timeout, _)| timeout),
            time_zone: self.time_zone.clone().map(|(zone, ..)| zone),
            retry: self.retry.as_ref().map(|(policy, _)| *policy),
            rate_limit: self.rate_limit.as_ref().map(|(rate, _)| *rate),
            max_in_flight: self.max_in_flight.as_ref().map(|(count, _)| *count),
        })
    }

    /// Reads the secrets and starts a client with everything that is set.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) that names file, account and key.
    pub fn builder(&self) -> Result<ClientBuilder> {
        let resolved = self.resolve()?;
        let mut builder = Client::builder(self.vendor)
            .account(&self.name)
            .credentials(resolved.credentials)
            .options(Options {
                timeout: resolved.timeout.unwrap_or(Options::default().timeout),
                time_zone: resolved.time_zone,
                retry: resolved.retry.unwrap_or_default(),
                rate_limit: resolved.rate_limit,
                max_in_flight: resolved.max_in_flight,
                ..Options::default()
            });
        if let Some(base_url) = resolved.base_url {
            builder = builder.base_url(base_url);
        }
        Ok(builder)
    }

    /// The first credential that nothing gives.
    pub(super) fn missing(&self) -> Option<Finding> {
        let missing = self
            .sign_in
            .required
            .iter()
            .find(|name| !self.secrets.contains_key(**name))?;
        let variable = super::environment::variable(self.vendor, missing);
        let hint = if self.is_in_file() {
            format!(
                "write {missing}, {missing}_env, {missing}_file or {missing}_command, or set {variable}"
            )
        } else {
            let ways = crate::at::adapter_of(self.vendor).sign_ins().iter();
            let others: String = ways
                .filter(|way| !way.required.contains(missing))
                .map(|way| format!(", or give {} instead", way.required.join(" and ")))
                .collect();
            format!("give {missing}, or set {variable}{others}")
        };
        let finding = Finding::error("is missing").key(*missing).hint(hint);
        Some(finding.at(self.place.clone()))
    }
}

// What is in the file may be secret.
impl fmt::Debug for AccountConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountConfig")
            .field("name", &self.name)
            .field("profile", &self.profile)
            .field("vendor", &self.vendor)
            .field("settings", &self.settings())
            .finish_non_exhaustive()
    }
}

/// A setting as people read it, and where it is.
fn shown<T, S: ToString>(
    setting: &Option<(T, Place)>,
    show: impl FnOnce(&T) -> S,
) -> Option<(String, Place)> {
    let (value, place) = setting.as_ref()?;
    Some((show(value).to_string(), place.clone()))
}
