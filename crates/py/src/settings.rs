//! What a client was made with, and where its secrets are.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::tz::TimeZone;
use palabre::config::{AccountConfig, Config, Environment, Resolved};
use palabre::{Account, Credentials, Error, Options, Proxy, Result, RetryPolicy, Vendor};

use crate::hooks::Hooks;

/// Everything that a client was made with.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) vendor: Vendor,
    pub(crate) name: Option<String>,
    /// What the program gave; `None` leaves it to where the secrets come from.
    pub(crate) base_url: Option<String>,
    pub(crate) timeout: Option<Duration>,
    pub(crate) timezone: Option<String>,
    pub(crate) retry: Option<RetryPolicy>,
    pub(crate) rate_limit: Option<f64>,
    pub(crate) max_in_flight: Option<usize>,
    pub(crate) secrets: Secrets,
    /// Who is told of requests.
    pub(crate) hooks: Hooks,
    /// Everything else.
    pub(crate) options: Options,
}

/// Where the secrets of a client come from.
#[derive(Clone)]
pub(crate) enum Secrets {
    /// The program gave them.
    Inline(Credentials),
    /// Variables of the vendor: `PALABRE_MSGFLASH_API_KEY`.
    Environment,
    /// An account of a configuration file.
    File(Reference),
}

/// Which account of which file.
#[derive(Clone)]
pub(crate) struct Reference {
    pub(crate) path: PathBuf,
    pub(crate) profile: Option<String>,
    pub(crate) account: String,
    /// The account as it was read; `None` in a process that only got the reference.
    pub(crate) read: Option<Arc<AccountConfig>>,
}

impl Settings {
    /// The settings of an account of the configuration.
    pub(crate) fn of_account(config: &Config, account: &AccountConfig, hooks: Hooks) -> Self {
        let secrets = match config.path() {
            Some(path) if account.is_in_file() => Secrets::File(Reference {
                path: path.to_owned(),
                // No profile is a choice too: the file may name one.
                profile: Some(config.profile().unwrap_or("").to_owned()),
                account: account.name().to_owned(),
                read: Some(Arc::new(account.clone())),
            }),
            _ => Secrets::Environment,
        };
        Self {
            vendor: account.vendor(),
            name: Some(account.name().to_owned()),
            base_url: None,
            timeout: None,
            timezone: None,
            retry: None,
            rate_limit: None,
            max_in_flight: None,
            secrets,
            hooks,
            options: Options::default(),
        }
    }

    /// Tells whether there is a credential of that keyword, as far as it is known without reading it.
    pub(crate) fn has(&self, keyword: &str) -> bool {
        match &self.secrets {
            Secrets::Inline(credentials) => credentials.contains(keyword),
            Secrets::Environment => Credentials::from_env(self.vendor).contains(keyword),
            Secrets::File(reference) => {
                let read = reference.read.as_ref();
                read.is_some_and(|account| account.has(keyword))
            }
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or(self.vendor.id())
    }

    /// Reads the secrets, and what else is set beside them. It may take a while: a command may run.
    pub(crate) fn resolve(&self) -> Result<Resolved> {
        let environment = Environment::process();
        match &self.secrets {
            Secrets::Inline(credentials) => Ok(Resolved {
                credentials: credentials.clone(),
                base_url: None,
                timeout: None,
                time_zone: None,
                retry: None,
                rate_limit: None,
                max_in_flight: None,
            }),
            Secrets::Environment => AccountConfig::from_environment(self.vendor, &environment)
                .named(self.name())
                .resolve(),
            Secrets::File(reference) => match &reference.read {
                Some(account) => account.resolve(),
                None => {
                    let config = Config::load(Some(&reference.path), reference.profile.as_deref())?;
                    config.account(&reference.account)?.resolve()
                }
            },
        }
    }

    /// The account; what the program gave goes before what stands beside the secrets.
    pub(crate) fn account(&self, resolved: &Resolved) -> Result<Account> {
        let defaults = Options::default();
        let time_zone = self.timezone.as_deref().map(time_zone).transpose()?;
        let mut builder = palabre::Client::builder(self.vendor)
            .account(self.name())
            .credentials(resolved.credentials.clone())
            .options(Options {
                timeout: self
                    .timeout
                    .or(resolved.timeout)
                    .unwrap_or(defaults.timeout),
                time_zone: time_zone.or_else(|| resolved.time_zone.clone()),
                retry: self.retry.or(resolved.retry).unwrap_or_default(),
                rate_limit: self.rate_limit.or(resolved.rate_limit),
                max_in_flight: self.max_in_flight.or(resolved.max_in_flight),
                observer: Some(self.hooks.observer()),
                ..self.options.clone()
            });
        if let Some(base_url) = self.base_url.as_ref().or(resolved.base_url.as_ref()) {
            builder = builder.base_url(base_url);
        }
        builder.build_account().map_err(|error| match self.secrets {
            Secrets::Inline(_) if error.message().ends_with(": is missing") => {
                error.hint("give it too: the environment is used only when no credential is given")
            }
            _ => error,
        })
    }
}

/// A time zone by its name.
pub(crate) fn time_zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(|_| {
        Error::invalid("timezone", format_args!("{name:?} is not a time zone"))
            .hint("write it as in Africa/Porto-Novo")
    })
}

/// A proxy by its address; the empty address means none.
pub(crate) fn proxy_at(address: &str) -> Result<Proxy> {
    match address.trim() {
        "" => Ok(Proxy::none()),
        address => Proxy::at(address),
    }
}
