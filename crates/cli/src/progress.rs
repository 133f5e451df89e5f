//! How far long work has come: on the standard error, and only on a terminal.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressState, ProgressStyle};
use palabre::{Progress, Tell};

use crate::terminal;

/// Work that is over sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(400);

/// A bar over the work of one or several accounts.
#[derive(Clone)]
pub(crate) struct Bar(Arc<Mutex<State>>);

struct State {
    what: &'static str,
    is_wanted: bool,
    started: Instant,
    accounts: BTreeMap<String, Progress>,
    bar: Option<ProgressBar>,
}

impl Bar {
    /// A bar that counts `what`; it never shows where rows are written to the same terminal.
    pub(crate) fn new(what: &'static str, rows_are_shown: bool) -> Self {
        Self(Arc::new(Mutex::new(State {
            what,
            is_wanted: terminal::can_draw() && !rows_are_shown,
            started: Instant::now(),
            accounts: BTreeMap::new(),
            bar: None,
        })))
    }

    /// What a client of an account is to tell.
    pub(crate) fn of(&self, account: &str, most: Option<u64>) -> Tell {
        let (bar, account) = (self.clone(), account.to_owned());
        bar.state().accounts.insert(
            account.clone(),
            Progress {
                done: 0,
                total: most,
            },
        );
        Arc::new(move |progress: Progress| {
            let total = match (progress.total, most) {
                (Some(total), Some(most)) => Some(total.min(most)),
                (total, most) => total.or(most),
            };
            bar.tell(&account, Progress { total, ..progress });
        })
    }

    /// Says how far an account has come.
    pub(crate) fn tell(&self, account: &str, progress: Progress) {
        let mut state = self.state();
        state.accounts.insert(account.to_owned(), progress);
        state.draw();
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        let mut state = self.state();
        state.is_wanted = false;
        if let Some(bar) = state.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Counts are good even if a holder panicked.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn draw(&mut self) {
        if !self.is_wanted || self.started.elapsed() < PATIENCE {
            return;
        }
        let done = self.accounts.values().map(|progress| progress.done).sum();
        let total: Option<u64> = self.accounts.values().map(|progress| progress.total).sum();
        let (what, started) = (self.what, self.started);
        let bar = self.bar.get_or_insert_with(|| {
            let bar = ProgressBar::no_length().with_elapsed(started.elapsed());
            bar.set_message(what);
            bar
        });
        let template = match total {
            Some(total) => {
                bar.set_length(total.max(done));
                "{bar:30} {human_pos} of {human_len} {msg}, {rate}, {eta} left"
            }
            None => "{spinner} {human_pos} {msg}, {elapsed} so far",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.with_key("rate", rate));
        }
        bar.set_position(done);
        bar.tick();
    }
}

/// Whole things a second; the bar's own form has four decimals.
fn rate(state: &ProgressState, text: &mut dyn fmt::Write) {
    // What does not fit is left out.
    let _ = write!(text, "{:.0}/s", state.per_sec());
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
