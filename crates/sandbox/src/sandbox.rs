//! Starting, steering and stopping a sandbox.

use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::server::{self, Shared};
use crate::{
    Chaos, Credentials, Delivery, Fault, JournalEntry, SentMessage, Settings, Vendor, webhook,
};

/// How a sandbox starts.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address to listen on, which is one of this machine's own: `127.0.0.1`, `::1`, `localhost`.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// What the data and the ids given out follow from.
    pub seed: u64,
    /// The credentials that are accepted.
    pub credentials: Credentials,
    /// An instant at which time stands still; the machine's time when not given.
    pub clock: Option<Timestamp>,
    /// How the vendors behave.
    pub settings: Settings,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: Ipv4Addr::LOCALHOST.to_string(),
            port: 0,
            // As `palabre.Sandbox()`: both show the same people.
            seed: 7,
            credentials: Credentials::default(),
            clock: None,
            settings: Settings::default(),
        }
    }
}

/// Why a sandbox does not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Other machines could reach the address, and the sandbox takes credentials that everybody knows.
    #[error(
        "host: {host:?} is not this machine alone, which is all that a sandbox serves; leave it out"
    )]
    NotLoopback {
        /// The address that was asked for.
        host: String,
    },
    /// The port cannot be listened on.
    #[error("cannot listen on {host}, port {port}")]
    Listen {
        /// The address that was asked for.
        host: IpAddr,
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: std::io::Error,
    },
    /// The thread or its runtime cannot be made.
    #[error("cannot start the sandbox's thread")]
    Thread(#[source] std::io::Error),
}

/// The address that a host is, if only this machine can reach it.
fn loopback(host: &str) -> Result<IpAddr, Error> {
    let address = match host {
        "localhost" => Some(IpAddr::from(Ipv4Addr::LOCALHOST)),
        host => host.trim_matches(['[', ']']).parse().ok(),
    };
    let own = address.filter(IpAddr::is_loopback);
    own.ok_or_else(|| Error::NotLoopback {
        host: host.to_owned(),
    })
}

/// A running sandbox; it stops when it is dropped.
///
/// It has a thread of its own, so it can be used from synchronous and asynchronous code alike.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    ending: Arc<Ending>,
}

/// How the thread is told to end, and tells that it has.
#[derive(Debug, Default)]
struct Ending {
    wanted: Notify,
    has_ended: Mutex<bool>,
    changed: Condvar,
}

/// Tells that the thread has ended, also when it panics: nobody is to wait for ever.
struct TellsTheEnd(Arc<Ending>);

impl Drop for TellsTheEnd {
    fn drop(&mut self) {
        *self
            .0
            .has_ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.0.changed.notify_all();
    }
}

impl Ending {
    fn wait(&self) {
        let has_ended = self
            .has_ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        drop(self.changed.wait_while(has_ended, |has_ended| !*has_ended));
    }

    fn wait_timeout(&self, timeout: Duration) -> bool {
        let has_ended = self
            .has_ended
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let waited = self
            .changed
            .wait_timeout_while(has_ended, timeout, |has_ended| !*has_ended);
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}

impl Sandbox {
    /// Starts a sandbox on loopback and returns once it accepts connections.
    ///
    /// # Errors
    ///
    /// The address is not loopback, the port is taken, or no thread can be had.
    pub fn start(config: Config) -> Result<Self, Error> {
        let host = loopback(&config.host)?;
        let listen = |source| Error::Listen {
            host,
            port: config.port,
            source,
        };
        // Listening starts here, so a request that comes before the thread runs waits for it.
        let listener = TcpListener::bind((host, config.port)).map_err(listen)?;
        listener.set_nonblocking(true).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(Error::Thread)?;

        let shared = Arc::new(Shared::new(config, format!("http://{address}")));
        let ending = Arc::new(Ending::default());
        let (serving, leaving) = (Arc::clone(&shared), TellsTheEnd(Arc::clone(&ending)));
        let serve = move || {
            runtime.block_on(async {
                if let Ok(listener) = tokio::net::TcpListener::from_std(listener) {
                    tokio::select! {
                        () = server::serve(listener, serving) => {}
                        () = leaving.0.wanted.notified() => {}
                    }
                }
            });
            // Closes the connections that are left, before the end is told.
            drop(runtime);
            drop(leaving);
        };
        thread::Builder::new()
            .name("palabre-sandbox".to_owned())
            .spawn(serve)
            .map_err(Error::Thread)?;
        Ok(Self { shared, ending })
    }

    /// The address of the server, `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.shared.url
    }

    /// The base URL of a vendor, by its id; none for an unknown id.
    pub fn base_url(&self, vendor: &str) -> Option<String> {
        Vendor::from_id(vendor).map(|vendor| self.shared.base_url(vendor))
    }

    /// The base URLs of all vendors, by their ids.
    pub fn base_urls(&self) -> [(&'static str, String); 4] {
        Vendor::ALL.map(|vendor| (vendor.id(), self.shared.base_url(vendor)))
    }

    /// The credentials that are accepted.
    pub fn credentials(&self) -> &Credentials {
        &self.shared.config.credentials
    }

    /// Address, base URLs and credentials as JSON: what the command prints when it is ready.
    pub fn announcement(&self) -> Value {
        self.shared.announcement()
    }

    /// The requests received so far, the oldest first.
    pub fn journal(&self) -> Vec<JournalEntry> {
        self.shared.world().journal.entries()
    }

    /// The messages among the requests that arrived since the journal was cleared, the oldest first.
    ///
    /// Those that a vendor refused, or that a fault answered, are there with `accepted` false. A
    /// connection that a fault closed before it was read brought no message. All are there, also those whose request is no longer in the
    /// journal, which has a [limit](crate::Settings::journal_limit).
    pub fn sent(&self) -> Vec<SentMessage> {
        self.shared.world().journal.sent()
    }

    /// A delivery of MsgFlash about its latest message, signed with a secret: what an endpoint gets.
    /// Nothing is sent anywhere.
    pub fn webhook(&self, event: &str, secret: &str) -> Delivery {
        let world = &mut *self.shared.world();
        let account = world.state.account(Vendor::MsgFlash);
        webhook::delivery(event, account.outbox.messages.last(), secret)
    }

    /// Forgets the requests received so far.
    pub fn clear_journal(&self) {
        self.shared.world().journal.clear();
    }

    /// Makes something go wrong.
    pub fn add_fault(&self, fault: Fault) {
        self.shared.world().faults.add(fault);
    }

    /// Makes a random mix of faults happen, beside and after those that were added; none, and it
    /// ends.
    pub fn set_chaos(&self, chaos: Option<Chaos>) {
        self.shared.world().faults.set_chaos(chaos);
    }

    /// Takes back the faults that have not happened yet, and ends chaos.
    pub fn clear_faults(&self) {
        self.shared.world().faults.clear();
    }

    /// The present, by the sandbox's clock.
    pub fn time(&self) -> Timestamp {
        self.shared.world().clock.now()
    }

    /// Makes time stand still at an instant.
    pub fn set_time(&self, instant: Timestamp) {
        self.shared.world().clock = Clock::Fixed(instant);
    }

    /// How the vendors behave.
    pub fn settings(&self) -> Settings {
        self.shared.world().settings.clone()
    }

    /// Changes how the vendors behave.
    pub fn set_settings(&self, settings: Settings) {
        self.shared.world().settings = settings;
    }

    /// Makes everything as it was at the start: data, clock, settings; no journal, no faults.
    pub fn reset(&self) {
        self.shared.reset();
    }

    /// Blocks until the sandbox has been stopped.
    pub fn wait(&self) {
        self.ending.wait();
    }

    /// Blocks until the sandbox has been stopped, but not longer than `timeout`.
    ///
    /// Returns whether it has been stopped.
    pub fn wait_timeout(&self, timeout: Duration) -> bool {
        self.ending.wait_timeout(timeout)
    }

    /// Stops the sandbox and closes its connections; the second time does nothing.
    pub fn stop(&self) {
        self.ending.wanted.notify_one();
        self.ending.wait();
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Shared {
    fn base_url(&self, vendor: Vendor) -> String {
        format!("{}{}", self.url, vendor.base_path())
    }

    pub(crate) fn announcement(&self) -> Value {
        let base_urls: Map<String, Value> = Vendor::ALL
            .into_iter()
            .map(|vendor| (vendor.id().to_owned(), self.base_url(vendor).into()))
            .collect();
        json!({
            "url": self.url,
            "base_urls": base_urls,
            "credentials": self.config.credentials.to_json(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_served_and_more_is_refused_in_so_many_words() {
        let start = |host: &str| {
            Sandbox::start(Config {
                host: host.to_owned(),
                ..Config::default()
            })
        };
        for host in ["127.0.0.1", "localhost"] {
            assert!(start(host).is_ok(), "{host}");
        }
        for host in [
            "0.0.0.0",
            "::",
            "[::]",
            "192.168.1.5",
            "8.8.8.8",
            "",
            "example.com",
            "*",
        ] {
            let error = start(host).expect_err(host).to_string();
            assert!(error.contains("this machine alone"), "{error}");
        }
    }

    #[test]
    fn a_sandbox_says_where_it_is_and_whom_it_lets_in() {
        let sandbox = Sandbox::start(Config::default()).unwrap();
        let announced = sandbox.announcement();
        assert_eq!(announced["url"], sandbox.url());
        for (vendor, base_url) in sandbox.base_urls() {
            assert_eq!(announced["base_urls"][vendor], base_url);
            assert_eq!(sandbox.base_url(vendor), Some(base_url));
        }
        assert_eq!(announced["credentials"], sandbox.credentials().to_json());
        assert_eq!(sandbox.base_url("nobody"), None);
    }

    #[test]
    fn a_port_that_is_taken_is_an_error() {
        let first = Sandbox::start(Config::default()).unwrap();
        let port = first.url().rsplit_once(':').unwrap().1.parse().unwrap();
        let second = Sandbox::start(Config {
            port,
            ..Config::default()
        });
        assert!(matches!(second, Err(Error::Listen { port: taken, .. }) if taken == port));
    }

    #[test]
    fn waiting_ends_when_another_thread_stops_the_sandbox() {
        let sandbox = Arc::new(Sandbox::start(Config::default()).unwrap());
        assert!(!sandbox.wait_timeout(Duration::from_millis(10)));
        let waiting = Arc::clone(&sandbox);
        let waiter = thread::spawn(move || waiting.wait());
        sandbox.stop();
        sandbox.stop();
        waiter.join().unwrap();
        assert!(sandbox.wait_timeout(Duration::ZERO));
    }
}
