//! How far a listing or a batch has come.

use std::sync::Arc;

/// How far a listing or a batch has come: told after each page, each chunk, each single request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many items are done.
    pub done: u64,
    /// How many there are in all, where the vendor tells it; more or fewer may come.
    pub total: Option<u64>,
}

/// What is told of progress, on the thread that makes the call: it should not take long.
pub type Tell = Arc<dyn Fn(Progress) + Send + Sync>;

/// A count as progress counts.
pub(crate) fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
