//! A connection is given up before the call is: what ends while it connects has sent nothing.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::time::{Duration, Instant};

use tower::util::MapFutureLayer;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

tokio::task_local! {
    /// When the connection of the request that this task sends has to be there.
    static END: Instant;
}

/// When the connection of a request has to be there that may take `left`.
///
/// The time-out of a request says no more than that it is over, and whether a byte has left is not
/// known. So the connection gets a little less time than the request.
pub(crate) fn end(left: Duration) -> Instant {
    let margin = (left / 10).clamp(Duration::from_millis(2), Duration::from_millis(100));
    Instant::now() + left.saturating_sub(margin)
}

/// Sends a request whose connection has to be there at `end`.
pub(crate) async fn before<F: Future>(end: Instant, sending: F) -> F::Output {
    END.scope(end, sending).await
}

/// The layer of the HTTP client that gives a connection up in time.
pub(crate) fn layer<T: Send + 'static>()
-> MapFutureLayer<impl Fn(Connecting<T>) -> Connecting<T> + Clone + Send + Sync + 'static> {
    MapFutureLayer::new(in_time)
}

fn in_time<T: Send + 'static>(connecting: Connecting<T>) -> Connecting<T> {
    let Ok(end) = END.try_with(|end| *end) else {
        return connecting;
    };
    Box::pin(async move {
        match tokio::time::timeout_at(end.into(), connecting).await {
            Ok(connected) => connected,
            Err(_) => Err(io::Error::new(io::ErrorKind::TimedOut, "none in time").into()),
        }
    })
}
