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

/// Refuses what the environment says and nobody can read: the HTTP client would pass it by, and go to
/// the vendor without the proxy that somebody wanted.
pub(crate) fn check_environment() -> Result<()> {
    // In the client's order; an empty one says nothing.
    let names = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let set = names.into_iter().find_map(|name| {
        let value = std::env::var_os(name).filter(|value| !value.is_empty())?;
        Some((name, value.into_string().unwrap_or_default()))
    });
    match set {
        Some((name, value)) if !is_address(&value) => {
            let problem = "what the environment says is no address of a proxy";
            Err(Error::config(name, problem).hint("write http://host:port, or leave it out"))
        }
        _ => Ok(()),
    }
}

/// Whether a variable holds an address, with or without the scheme that most leave out.
fn is_address(value: &str) -> bool {
    let value = value.trim();
    let whole = match value.contains("://") {
        true => value.to_owned(),
        false => format!("http://{value}"),
    };
    let Ok(url) = Url::parse(&whole) else {
        return false;
    };
    let has_scheme = matches!(url.scheme(), "http" | "https") || url.scheme().starts_with("socks");
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    // What has a path was meant for something else: `http//proxy:3128`.
    has_scheme && has_host && matches!(url.path(), "" | "/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_environment_says_is_an_address_or_is_refused() {
        for good in [
            "http://proxy.example:3128",
            "https://user:secret@proxy.example",
            "proxy.example:3128",
            "user:secret@proxy.example:3128",
            "10.0.0.1:80",
            "http://[::1]:3128/",
            "socks5://proxy.example",
        ] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "::nope::",
            "http//127.0.0.1:1",
            "ftp://proxy.example",
            "http://",
            "/",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
