//! How far a request has come that nobody has answered.

use std::sync::atomic::{AtomicU8, Ordering};

const HERE: u8 = 0;
const IN_THE_QUEUE: u8 = 1;
const GONE: u8 = 2;

/// Whether writes have left, or wait until the limits let them.
///
/// # Examples
///
/// ```
/// use palabre_transport::Departure;
///
/// let departure = Departure::default();
/// assert!(!departure.has_left() && !departure.is_in_the_queue());
/// ```
#[derive(Debug, Default)]
pub struct Departure(AtomicU8);

impl Departure {
    /// Whether a byte of a write may have left.
    pub fn has_left(&self) -> bool {
        self.0.load(Ordering::Acquire) == GONE
    }

    /// Whether nothing has left and the limits hold the first write back, or did so until its time was
    /// over.
    pub fn is_in_the_queue(&self) -> bool {
        self.0.load(Ordering::Acquire) == IN_THE_QUEUE
    }

    pub(crate) fn queues(&self) {
        self.step(HERE, IN_THE_QUEUE);
    }

    pub(crate) fn has_its_turn(&self) {
        self.step(IN_THE_QUEUE, HERE);
    }

    pub(crate) fn leaves(&self) {
        self.0.store(GONE, Ordering::Release);
    }

    fn step(&self, from: u8, to: u8) {
        // What has left has left.
        let _ = self
            .0
            .compare_exchange(from, to, Ordering::AcqRel, Ordering::Acquire);
    }
}
