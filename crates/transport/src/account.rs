//! One account at one vendor: where it is, how it authenticates, how patient it is.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::tz::TimeZone;
use palabre_model::{Error, Result, Vendor};
use reqwest::header::HeaderValue;
use url::Url;

use crate::keys::KeyCache;
use crate::limit::{Limiter, Limits};
use crate::observe::Observer;
use crate::token::TokenCache;
use crate::{
    Credentials, Departure, FailedAnswer, KeySource, Operation, Proxy, Rehearsal, RetryPolicy,
    Scheme, Spec, TokenSource, VendorClock, VendorError, http,
};

/// Settings of an account that have a default.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long to wait for a connection.
    pub connect_timeout: Duration,
    /// How long a call may take in all, repeats included. Each page of a list, and each request of a
    /// verb for many, may take that long.
    pub timeout: Duration,
    /// The largest answer that is read.
    pub max_response_bytes: usize,
    /// How often and how patiently requests are sent again.
    pub retry: RetryPolicy,
    /// Requests a second that all clients of the same key make together; the vendor's own limit if
    /// `None`, no limit if 0.
    pub rate_limit: Option<f64>,
    /// How many requests all clients of the same key have under way together.
    pub max_in_flight: Option<usize>,
    /// Whether the vendor's documented constraints are checked before a request leaves.
    pub validate: bool,
    /// The time zone in which the account's months and days are counted, if it is known.
    pub time_zone: Option<TimeZone>,
    /// Certificates, in PEM, that are trusted beside the platform's.
    pub ca_pem: Option<Vec<u8>>,
    /// The proxy that requests go through. `None` takes what the environment says: `HTTPS_PROXY`,
    /// `ALL_PROXY`, `NO_PROXY`.
    pub proxy: Option<Proxy>,
    /// Who watches the requests.
    pub observer: Option<Arc<dyn Observer>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(30),
            max_response_bytes: 64 << 20,
            retry: RetryPolicy::default(),
            rate_limit: None,
            max_in_flight: None,
            validate: true,
            time_zone: None,
            ca_pem: None,
            proxy: None,
            observer: None,
        }
    }
}

/// Collects what an [`Account`] needs.
pub struct AccountBuilder {
    pub(crate) spec: &'static Spec,
    /// How the vendor's errors are read.
    pub read_error: fn(&FailedAnswer<'_>) -> VendorError,
    /// The account's name, shown in tables and errors; the vendor's identifier if `None`.
    pub name: Option<String>,
    /// The address of the API; the spec's if `None`.
    pub base_url: Option<String>,
    /// What it authenticates with.
    pub credentials: Credentials,
    /// Where tokens come from, for a vendor that hands them out.
    pub token_source: Option<Box<dyn TokenSource>>,
    /// Where the keys of numbers come from, for a vendor that lists them.
    pub key_source: Option<Box<dyn KeySource>>,
    /// Everything else.
    pub options: Options,
}

/// One account at one vendor, shared by every call.
pub struct Account {
    pub(crate) spec: &'static Spec,
    pub(crate) read_error: fn(&FailedAnswer<'_>) -> VendorError,
    pub(crate) name: Arc<str>,
    pub(crate) base_url: Url,
    /// The addresses of operations that have their own, by what the spec calls them.
    pub(crate) servers: Vec<(&'static str, Url)>,
    pub(crate) headers: Vec<(&'static Scheme, HeaderValue)>,
    pub(crate) credentials: Credentials,
    pub(crate) tokens: Option<TokenCache>,
    pub(crate) keys: Option<KeyCache>,
    pub(crate) limits: Limits,
    pub(crate) tls: http::Tls,
    pub(crate) options: Options,
    kept: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl Account {
    /// Starts an account at the vendor of `spec`.
    #[must_use]
    pub fn builder(
        spec: &'static Spec,
        read_error: fn(&FailedAnswer<'_>) -> VendorError,
    ) -> AccountBuilder {
        AccountBuilder {
            spec,
            read_error,
            name: None,
            base_url: None,
            credentials: Credentials::default(),
            token_source: None,
            key_source: None,
            options: Options::default(),
        }
    }

    /// The vendor.
    #[must_use]
    pub fn vendor(&self) -> Vendor {
        self.spec.vendor
    }

    /// The account's name.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The address of the API.
    #[must_use]
    pub fn base_url(&self) -> &Url {
        &self.base_url
    }

    /// The address of an operation: the account's, unless the operation has its own.
    #[must_use]
    pub fn address(&self, operation: &Operation) -> &Url {
        let own = operation.server.as_ref().and_then(|server| {
            let mut servers = self.servers.iter();
            servers.find(|(known, _)| *known == server.url)
        });
        own.map_or(&self.base_url, |(_, url)| url)
    }

    /// The settings.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// The spec.
    #[must_use]
    pub fn spec(&self) -> &'static Spec {
        self.spec
    }

    /// What is kept with the account for all who use it, one of each type; made when it is first
    /// asked for.
    #[must_use]
    pub fn kept<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        // The map is good even if a holder panicked.
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let slot = kept
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Arc::new(T::default()));
        Arc::clone(slot).downcast().unwrap_or_default()
    }

    /// The credentials, for the one place that trades them for a token.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.credentials
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account")
            .field("vendor", &self.spec.vendor)
            .field("name", &self.name)
            .field("base_url", &self.base_url.as_str())
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}

impl AccountBuilder {
    /// Checks everything.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) or
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names the setting.
    pub fn build(self) -> Result<Account> {
        let vendor = self.spec.vendor;
        let base_url = http::base_url(self.base_url.as_deref().unwrap_or(self.spec.base_url))
            .map_err(|error| error.vendor(vendor))?;
        let servers = servers(self.spec, &base_url).map_err(|error| error.vendor(vendor))?;
        for (setting, timeout) in [
            ("timeout", self.options.timeout),
            ("connect_timeout", self.options.connect_timeout),
        ] {
            if timeout.is_zero() {
                return Err(Error::invalid(setting, "must be longer than zero").vendor(vendor));
            }
        }
        let retry = self.options.retry.check();
        retry.map_err(|error| error.vendor(vendor))?;
        let limits = Limits::new(self.spec, &self.options);
        let limits = limits.map_err(|error| error.vendor(vendor))?;
        let mut headers = Vec::new();
        for scheme in self.spec.schemes {
            let header = self
                .credentials
                .header(scheme)
                .map_err(|error| error.vendor(vendor))?;
            headers.extend(header.map(|value| (scheme, value)));
        }
        Ok(Account {
            spec: self.spec,
            read_error: self.read_error,
            name: self.name.unwrap_or_else(|| vendor.id().to_owned()).into(),
            base_url,
            servers,
            headers,
            credentials: self.credentials,
            tokens: self.token_source.map(TokenCache::new),
            keys: self.key_source.map(KeyCache::new),
            limits,
            tls: http::Tls::default(),
            options: self.options,
            kept: Mutex::default(),
        })
    }
}

/// The addresses of operations that have their own, for an account at `base_url`: the vendor's with
/// the vendor's address, and with another one the places beside it. So credentials go to one side.
fn servers(spec: &Spec, base_url: &Url) -> Result<Vec<(&'static str, Url)>> {
    let is_default = http::base_url(spec.base_url).is_ok_and(|default| default == *base_url);
    let mut servers: Vec<(&'static str, Url)> = Vec::new();
    for server in spec.operations.iter().filter_map(|one| one.server.as_ref()) {
        if servers.iter().any(|(known, _)| *known == server.url) {
            continue;
        }
        let url = if is_default {
            http::base_url(server.url)?
        } else {
            let mut folder = base_url.clone();
            folder.set_path(&format!("{}/", base_url.path().trim_end_matches('/')));
            let url = folder
                .join(server.relative)
                .map_err(|error| Error::invalid("base_url", error))?;
            http::base_url(url.as_str())?
        };
        servers.push((server.url, url));
    }
    Ok(servers)
}

/// An account and the connections to it. A session belongs to one tokio runtime; the account does not.
#[derive(Clone)]
pub struct Session {
    account: Arc<Account>,
    name: Arc<str>,
    http: reqwest::Client,
    pub(crate) limiter: Option<Arc<Limiter>>,
    pub(crate) rehearsal: Option<Arc<Rehearsal>>,
    /// Told before a write may leave.
    pub(crate) departure: Option<Arc<Departure>>,
    /// Hears the vendor's clock in every answer.
    pub(crate) clock: Option<Arc<VendorClock>>,
    #[cfg(feature = "replay")]
    pub(crate) replay: Option<crate::replay::Replay>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("account", &self.account)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

impl Session {
    /// Opens connections for an account.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when TLS cannot be set up.
    pub fn new(account: Arc<Account>) -> Result<Self> {
        let http = http::client(&account).map_err(|error| error.vendor(account.vendor()))?;
        Ok(Self {
            limiter: Limiter::of(&account),
            name: account.name.clone(),
            account,
            http,
            rehearsal: None,
            departure: None,
            clock: None,
            #[cfg(feature = "replay")]
            replay: None,
        })
    }

    /// The same account and connections under another name, as a fleet calls it.
    #[must_use]
    pub fn renamed(&self, name: &str) -> Self {
        Self {
            name: name.into(),
            ..self.clone()
        }
    }

    /// The same account and connections, but requests are held back in `rehearsal`.
    #[must_use]
    pub fn rehearsed(&self, rehearsal: Option<Arc<Rehearsal>>) -> Self {
        Self {
            rehearsal,
            ..self.clone()
        }
    }

    /// The same account and connections; `departure` is told before the first byte of a write may
    /// leave.
    #[must_use]
    pub fn noting(&self, departure: Arc<Departure>) -> Self {
        Self {
            departure: Some(departure),
            ..self.clone()
        }
    }

    /// The same account and connections; `clock` hears the vendor's in every answer.
    #[must_use]
    pub fn clocked(&self, clock: Arc<VendorClock>) -> Self {
        Self {
            clock: Some(clock),
            ..self.clone()
        }
    }

    /// Where requests are held back, if they are.
    #[must_use]
    pub fn rehearsal(&self) -> Option<&Arc<Rehearsal>> {
        self.rehearsal.as_ref()
    }

    /// The name under which tables and errors show the account.
    #[must_use]
    pub fn name(&self) -> &Arc<str> {
        &self.name
    }

    /// The account.
    #[must_use]
    pub fn account(&self) -> &Arc<Account> {
        &self.account
    }

    /// The HTTP client that generated clients are made with.
    #[must_use]
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }
}
