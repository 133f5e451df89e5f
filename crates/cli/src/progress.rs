//! How far long work has come: on the standard error, and only on a terminal.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
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
    /// When it first heard something, and how far things were.
    first: Option<(Instant, u64)>,
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
            first: None,
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
        let done: u64 = self.accounts.values().map(|progress| progress.done).sum();
        // What an earlier run has done says nothing of how quick this one is.
        let (since, before) = *self.first.get_or_insert((Instant::now(), done));
        if !self.is_wanted || self.started.elapsed() < PATIENCE {
            return;
        }
        let total: Option<u64> = self.accounts.values().map(|progress| progress.total).sum();
        let total = total.map(|total| total.max(done));
        let bar = self.bar.take().unwrap_or_else(|| {
            // Not drawn before it has its form.
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
            bar.with_elapsed(self.started.elapsed())
        });
        let template = match total {
            Some(total) => {
                bar.set_length(total);
                "{bar:30} {human_pos} of {human_len} {msg}"
            }
            None => "{spinner} {human_pos} {msg}, {elapsed} so far",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let left = total.and_then(|total| pace(done - before.min(done), total - done, since));
        bar.set_message(format!("{}{}", self.what, left.unwrap_or_default()));
        bar.set_position(done);
        if bar.is_hidden() {
            bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        bar.tick();
        self.bar = Some(bar);
    }
}

/// How quick it goes, and how long what is left takes at that; nothing before that can be told.
fn pace(done: u64, left: u64, since: Instant) -> Option<String> {
    let elapsed = since.elapsed().as_secs_f64();
    if done == 0 || elapsed <= 0.0 {
        return None;
    }
    let rate = done as f64 / elapsed;
    let digits = usize::from(rate < 10.0);
    let left = Duration::try_from_secs_f64(left as f64 / rate).ok()?;
    let left = HumanDuration(left);
    Some(format!(", {rate:.digits$}/s, {left:#} left"))
}

impl Drop for State {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
