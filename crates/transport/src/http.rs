//! The HTTP client: rustls with ring and the platform's certificates, no redirects, no cookies.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use palabre_model::{Error, Result};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, pem::PemObject};
use rustls::{ClientConfig, ConfigBuilder, RootCertStore, WantsVerifier};
use rustls_platform_verifier::Verifier;
use url::Url;

use crate::{Account, Options, USER_AGENT, connect};

/// A keep-alive connection that was idle for longer may be closed at the other end just when a
/// request leaves on it; for a send that would mean an unknown outcome.
const IDLE: Duration = Duration::from_secs(15);

/// While this environment variable is `1`, no host but this machine is reached; palabre's pytest
/// plugin sets it.
const LOOPBACK_ONLY: &str = "PALABRE_LOOPBACK_ONLY";

/// The same for this process alone, whatever becomes of its environment.
static IS_CLOSED: AtomicBool = AtomicBool::new(false);

/// Lets this process reach no host but this machine, or lets it reach others again.
///
/// It holds for clients that have not sent anything yet. The environment variable
/// `PALABRE_LOOPBACK_ONLY=1` does the same, and child processes inherit it; a test that clears its
/// environment takes it away, and leaves this as it is.
pub fn reach_loopback_only(only: bool) {
    IS_CLOSED.store(only, Ordering::SeqCst);
}

fn reaches_loopback_only() -> bool {
    IS_CLOSED.load(Ordering::SeqCst)
        || std::env::var_os(LOOPBACK_ONLY).is_some_and(|value| value == "1")
}

/// Refuses other hosts than this machine where that was asked for.
fn check_reach(base_url: &Url, loopback_only: bool) -> Result<()> {
    if !loopback_only || is_loopback(base_url) {
        return Ok(());
    }
    let host = base_url.host_str().unwrap_or_default();
    let problem = format!("holds here: only this machine is reached, and not {host}");
    Err(Error::config(LOOPBACK_ONLY, problem).hint(
        "use the sandbox; tests that are to reach a vendor run with pytest --palabre-allow-network",
    ))
}

/// The TLS set-up of an account, made once for all its threads: to read the certificates is most of
/// the time that a first call takes. They share its sessions too.
#[derive(Default)]
pub(crate) struct Tls(Mutex<Option<ClientConfig>>);

impl Tls {
    fn get(&self, options: &Options) -> Result<ClientConfig> {
        // Held while it is made: the others wait for it, which is shorter than to make it too.
        let mut made = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(config) = &*made {
            return Ok(config.clone());
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let roots = certificates(options.ca_pem.as_deref())?;
        let verifier =
            Verifier::new_with_extra_roots(roots, provider.clone()).map_err(|error| {
                Error::config("tls", error)
                    .hint("install the system's CA certificates, set SSL_CERT_FILE, or pass ca_pem")
            })?;
        let config = builder(provider)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth();
        Ok(made.insert(with_protocols(config)).clone())
    }
}

fn builder(provider: Arc<CryptoProvider>) -> Result<ConfigBuilder<ClientConfig, WantsVerifier>> {
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config("tls", error))
}

/// A preconfigured TLS set-up carries no protocols: without them HTTP/2 is lost.
fn with_protocols(mut config: ClientConfig) -> ClientConfig {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    config
}

/// Makes a client for one account's host.
pub(crate) fn client(account: &Account) -> Result<reqwest::Client> {
    let (base_url, options) = (&account.base_url, &account.options);
    let is_https = base_url.scheme() == "https";
    let tls = if is_https {
        account.tls.get(options)?
    } else {
        // Plain http trusts nobody, and needs no certificates.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = builder(provider)?
            .with_root_certificates(RootCertStore::empty())
            .with_no_client_auth();
        with_protocols(config)
    };
    check_reach(base_url, reaches_loopback_only())?;
    let mut client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        // What may be repeated is decided in one place, which knows what a request does.
        .retry(reqwest::retry::never())
        .connect_timeout(options.connect_timeout)
        .connector_layer(connect::layer())
        .pool_idle_timeout(IDLE)
        .tcp_nodelay(true)
        .user_agent(USER_AGENT);
    client = match &options.proxy {
        // What is not encrypted does not leave this machine, whatever the proxy.
        _ if !is_https => client.no_proxy(),
        Some(proxy) => match proxy.to_reqwest()? {
            Some(proxy) => client.proxy(proxy),
            None => client.no_proxy(),
        },
        None if is_loopback(base_url) => client.no_proxy(),
        None => {
            crate::proxy::check_environment()?;
            client
        }
    };
    client
        .build()
        .map_err(|error| Error::config("http", error.without_url()))
}

fn certificates(pem: Option<&[u8]>) -> Result<Vec<CertificateDer<'static>>> {
    let Some(pem) = pem else {
        return Ok(Vec::new());
    };
    let roots = CertificateDer::pem_slice_iter(pem)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Error::config("ca_pem", error))?;
    if roots.is_empty() {
        return Err(Error::config("ca_pem", "holds no certificate"));
    }
    Ok(roots)
}

/// Reads the address of a vendor's API.
///
/// Credentials travel to this host and no other, and over plain http only to this machine.
///
/// # Errors
///
/// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names `base_url`.
pub fn base_url(text: &str) -> Result<Url> {
    let invalid = |problem: &str| Error::invalid("base_url", problem);
    let mut url = Url::parse(text.trim())
        .map_err(|error| Error::invalid("base_url", format_args!("not an address: {error}")))?;
    if url.host_str().is_none() {
        return Err(invalid("the address has no host"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid("credentials do not belong into the address")
            .hint("pass them by their keyword"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(invalid("the address must not have a query or a fragment"));
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            return Err(
                invalid("credentials are sent over plain http to this machine only")
                    .hint("use https://"),
            );
        }
        _ => return Err(invalid("the address must start with https://")),
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_only_this_machine_is_reached_another_host_is_a_config_error_with_the_way_out() {
        for (address, loopback_only, is_refused) in [
            ("https://api.msgflash.com", true, true),
            ("https://127.0.0.1.example.com", true, true),
            ("https://api.msgflash.com", false, false),
            ("http://127.0.0.1:8000", true, false),
            ("http://localhost:8000", true, false),
            ("http://[::1]:8000", true, false),
        ] {
            let reached = check_reach(&base_url(address).unwrap(), loopback_only);
            assert_eq!(reached.is_err(), is_refused, "{address}");
        }
        let url = base_url("https://api.msgflash.com").unwrap();
        let error = check_reach(&url, true).unwrap_err();
        assert_eq!(error.kind(), palabre_model::ErrorKind::Config);
        let hint = error.get_hint().unwrap_or_default();
        assert!(hint.contains("--palabre-allow-network"), "{hint}");
    }

    #[test]
    fn an_address_is_https_or_on_this_machine() {
        for good in [
            "https://srv.msgflash.com",
            "http://127.0.0.1:8080/x/",
            "http://localhost:1",
            "http://[::1]:1/",
        ] {
            assert!(base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "http://srv.msgflash.com",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://127.0.0.1",
            "https://user:secret@srv.msgflash.com",
            "https://srv.msgflash.com?key=1",
            "srv.msgflash.com",
            "",
        ] {
            let error = base_url(bad).expect_err(bad).to_string();
            assert!(error.starts_with("base_url"), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_slash_at_the_end_makes_no_difference() {
        let url = base_url("https://a.example/x//").expect("an address");
        assert_eq!(url.as_str(), "https://a.example/x");
    }
}
