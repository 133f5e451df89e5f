//! The server: what its connections share, and how one is served.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use crate::clock::Clock;
use crate::exchange::{self, Hangup};
use crate::faults::Faults;
use crate::journal::Journal;
use crate::{Config, Settings, control, state};

/// What the server knows, shared by its connections.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) url: String,
    pub(crate) config: Config,
    world: Mutex<World>,
}

/// What changes while the server runs.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) state: state::State,
    pub(crate) clock: Clock,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) settings: Settings,
}

impl World {
    fn new(config: &Config) -> Self {
        let clock = config.clock.map_or(Clock::Real, Clock::Fixed);
        Self {
            state: state::State::new(config.seed, clock.now()),
            clock,
            journal: Journal::default(),
            faults: Faults::default(),
            settings: config.settings.clone(),
        }
    }
}

impl Shared {
    pub(crate) fn new(config: Config, url: String) -> Self {
        let world = Mutex::new(World::new(&config));
        Self { url, config, world }
    }

    /// The world, for a moment: the lock is never held across an await.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes everything as it was at the start.
    pub(crate) fn reset(&self) {
        *self.world() = World::new(&self.config);
    }
}

/// Serves until the future is dropped.
pub(crate) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = control::routes()
        .fallback(exchange::vendor)
        .with_state(shared);
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                tokio::spawn(connection(stream, peer, router.clone()));
            }
            // Out of file descriptors, mostly: others may be closed in a while.
            Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
}

/// Serves one connection.
///
/// `axum::serve` always answers; here a handler can also hang up, which `hyper` does when a
/// service fails.
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router) {
    // Answers are small and written at once: waiting for more only costs time.
    let _ = stream.set_nodelay(true);
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |mut request: http::Request<_>| {
        request.extensions_mut().insert(peer.ip());
        let answering = service.call(request);
        async move {
            let response = answering.await.map_err(io::Error::other)?;
            if response.extensions().get::<Hangup>().is_some() {
                return Err(io::Error::from(io::ErrorKind::ConnectionAborted));
            }
            Ok(response)
        }
    });
    // A connection that breaks is the client's affair, or a fault at work.
    let _ = hyper::server::conn::http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
