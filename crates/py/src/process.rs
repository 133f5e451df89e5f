//! One value for each process: what a fork copies is not usable in the child.

use std::sync::Arc;
use std::sync::atomic::{AtomicPtr, Ordering};

/// A value that is made anew in a forked child.
///
/// There is no lock: another thread could hold it at the moment of the fork, and the child would
/// wait for ever. The parent's value is leaked in the child, since dropping it would touch sockets
/// and threads that belong to the parent.
pub(crate) struct PerProcess<T>(AtomicPtr<Slot<T>>);

struct Slot<T> {
    process: u32,
    value: Arc<T>,
}

impl<T> PerProcess<T> {
    pub(crate) const fn new() -> Self {
        Self(AtomicPtr::new(std::ptr::null_mut()))
    }

    /// The value of this process; made by `make` if there is none yet.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        let process = std::process::id();
        let old = self.0.load(Ordering::Acquire);
        // SAFETY: a published slot is freed only in `drop`, which nobody can race with.
        if let Some(slot) = unsafe { old.as_ref() }
            && slot.process == process
        {
            return Ok(slot.value.clone());
        }
        let value = Arc::new(make()?);
        let slot = Box::new(Slot {
            process,
            value: value.clone(),
        });
        let new = Box::into_raw(slot);
        match self
            .0
            .compare_exchange(old, new, Ordering::AcqRel, Ordering::Acquire)
        {
            Ok(_) => Ok(value),
            Err(theirs) => {
                // Another thread of this process was faster: its value is the one.
                // SAFETY: `new` was not published, `theirs` was and stays.
                unsafe {
                    drop(Box::from_raw(new));
                    Ok((*theirs).value.clone())
                }
            }
        }
    }
}

impl<T> Drop for PerProcess<T> {
    fn drop(&mut self) {
        let slot = *self.0.get_mut();
        if slot.is_null() {
            return;
        }
        // SAFETY: the slot was made by `Box::into_raw` and nobody else can reach it any more.
        unsafe {
            if (*slot).process == std::process::id() {
                drop(Box::from_raw(slot));
            }
        }
    }
}
