//! The way to a vendor through somebody else's machine.

use std::fmt;

use palabre_model::{Error, Result};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

/// A proxy that requests go through, or none whatever the environment says.
///
/// It is asked for a tunnel to the vendor, so it sees the vendor's host and no request. Plain http
/// goes to this machine only, and never through a proxy.
///
/// ```
/// use palabre_transport::Proxy;
///
/// let proxy = Proxy::at("http://user:password@proxy.example:3128")?;
/// assert_eq!(format!("{proxy:?}"), "Proxy(proxy.example)");
/// # Ok::<(), palabre_model::Error>(())
/// ```
#[derive(Clone)]
pub struct Proxy {
    /// Empty for no proxy. It may hold a password.
    address: SecretString,
    host: String,
    has_credentials: bool,
}

impl Proxy {
    /// No proxy, whatever the environment says.
    #[must_use]
    pub fn none() -> Self {
        Self {
            address: SecretString::default(),
            host: String::new(),
            has_credentials: false,
        }
    }

    /// The proxy at an address, `http://host:port`, which may hold a user's name and password.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names `proxy` and does not
    /// show the address.
    pub fn at(address: &str) -> Result<Self> {
        let invalid =
            |problem: &str| Error::invalid("proxy", problem).hint("write http://host:port");
        let url = Url::parse(address.trim()).map_err(|_| invalid("is not an address"))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let Some(host) = host.filter(|_| matches!(url.scheme(), "http" | "https")) else {
            return Err(invalid(
                "is not an address that starts with http:// or https://",
            ));
        };
        let has_more = url.query().is_some() || url.fragment().is_some() || url.path() != "/";
        if has_more {
            return Err(invalid("has more than a host and a port"));
        }
        Ok(Self {
            host: host.to_owned(),
            has_credentials: !url.username().is_empty() || url.password().is_some(),
            address: SecretString::from(url.as_str()),
        })
    }

    /// Whether the address holds a user's name or password.
    #[must_use]
    pub fn has_credentials(&self) -> bool {
        self.has_credentials
    }

    /// The address, for the one place that has to keep it; empty for no proxy.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.address.expose_secret()
    }

    /// What the HTTP client takes; `None` for no proxy.
    pub(crate) fn to_reqwest(&self) -> Result<Option<reqwest::Proxy>> {
        match self.expose() {
            "" => Ok(None),
            address => reqwest::Proxy::https(address)
                .map(Some)
                .map_err(|_| Error::invalid("proxy", "is not an address of a proxy")),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Proxy({})", self.host)
    }
}
