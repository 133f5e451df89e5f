//! The server: what its connections share, and how one is served.

use std::collections::HashMap;
use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use hyper::service::Service;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};

use crate::call::Answer;
use crate::clock::Clock;
use crate::exchange;
use crate::faults::Faults;
use crate::journal::Journal;
use crate::wire::Wire;
use crate::{Config, Settings, Vendor, control, state};

/// Which answers a fault may give again: those of one operation.
type AnswerKey = (Vendor, Option<&'static str>);

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
    /// What was answered last, for the faults that answer it again.
    answers: HashMap<AnswerKey, Arc<Answer>>,
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
            answers: HashMap::new(),
        }
    }

    pub(crate) fn last_answer(&self, key: AnswerKey) -> Option<Arc<Answer>> {
        self.answers.get(&key).cloned()
    }

    pub(crate) fn remember_answer(&mut self, key: AnswerKey, answer: &Arc<Answer>) {
        self.answers.insert(key, Arc::clone(answer));
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
/// `axum::serve` always answers as HTTP has it; here a fault can take the connection over and
/// write what it likes.
async fn connection(stream: TcpStream, peer: SocketAddr, router: Router) {
    // Answers are small and written at once: waiting for more only costs time.
    let _ = stream.set_nodelay(true);
    let taken: Arc<Mutex<Option<Wire>>> = Arc::default();
    let taking = Arc::clone(&taken);
    let service = TowerToHyperService::new(router);
    let service = hyper::service::service_fn(move |mut request: http::Request<_>| {
        request.extensions_mut().insert(peer.ip());
        let answering = service.call(request);
        let taking = Arc::clone(&taking);
        Box::pin(async move {
            let mut response = answering.await.map_err(io::Error::other)?;
            let Some(wire) = response.extensions_mut().remove::<Wire>() else {
                return Ok(response);
            };
            *taking.lock().unwrap_or_else(PoisonError::into_inner) = Some(wire);
            // `hyper` writes nothing any more when a service fails.
            Err(io::Error::from(io::ErrorKind::ConnectionAborted))
        })
    });
    let mut serving =
        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that breaks is the client's affair.
    let _ = poll_fn(|context| serving.poll_without_shutdown(context)).await;
    let wire = taken.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(wire) = wire {
        wire.write(serving.into_parts().io.into_inner()).await;
    }
}
