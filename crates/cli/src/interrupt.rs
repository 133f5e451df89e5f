//! Ctrl-C: whatever goes on is left, and what may have happened is said.

use std::future::Future;

use crate::exit::Failure;
use crate::writing;

/// Does something unless Ctrl-C comes first.
pub(crate) async fn or_interrupt<T>(
    work: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    tokio::select! {
        biased;
        // Without a handler Ctrl-C ends the program by itself.
        Ok(()) = tokio::signal::ctrl_c() => Err(Failure::Interrupted(writing::interrupted())),
        done = work => done,
    }
}
