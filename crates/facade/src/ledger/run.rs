//! A run: rows are taken up, sent, and written down, a few at the same time.

use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use palabre_model::{Error, Result};
use tokio::time::Instant;

use super::attempt::Attempts;
use super::state;
use super::store::{Claimed, Settled};
use super::writer::Writer;
use super::{Ended, Stop};
use crate::{Progress, Tell};

/// How long the requests under way may take after somebody has asked for the end.
const GRACE: Duration = Duration::from_millis(600);

/// After so many rows without an answer, one after another, the run goes on with one at a time.
const DOUBT: u32 = 3;

/// After so many it ends.
const ENOUGH: u32 = 10;

/// No pause is longer, whatever a vendor or a policy says: a clock has an end.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// What is under way. However the run ends, it is written down.
struct UnderWay<'a> {
    writer: &'a Writer,
    attempts: &'a Attempts<'a>,
    rows: Vec<i64>,
    settled: Vec<Settled>,
}

impl UnderWay<'_> {
    fn ended(&mut self, settled: Vec<Settled>) {
        settled
            .iter()
            .for_each(|settled| self.attempts.forget(settled.row));
        self.rows
            .retain(|row| settled.iter().all(|settled| settled.row != *row));
        self.settled.extend(settled);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let settled = std::mem::take(&mut self.settled);
        // What has only waited for its turn has not left.
        let mut left = std::mem::take(&mut self.rows);
        left.retain(|row| self.attempts.has_departed(*row));
        // What cannot be written is found under way by the next run, and unknown then.
        self.writer
            .leave(move |store| drop(store.give_up(&settled, &left)));
    }
}

/// How the vendor has answered lately.
struct Mood {
    unanswered: u32,
    most: usize,
    base: Duration,
    longest: Duration,
    until: Option<Instant>,
}

impl Mood {
    fn look_at(&mut self, settled: &[Settled]) -> Option<Error> {
        let mut end = None;
        for settled in settled {
            let Some(error) = &settled.error else {
                self.unanswered = 0;
                continue;
            };
            if state::ends_the_run(error) {
                end = Some(error.clone());
            }
            if !state::is_unanswered(error) {
                self.unanswered = 0;
                continue;
            }
            self.unanswered += 1;
            if self.unanswered >= ENOUGH {
                end = Some(error.clone());
            }
            let asked = error.get_retry_after().unwrap_or_default();
            let doubled = 2_u32.saturating_pow(self.unanswered.saturating_sub(DOUBT));
            let pause = match self.unanswered {
                0..DOUBT => asked,
                _ => asked.max(self.base.saturating_mul(doubled)),
            };
            let pause = pause.min(self.longest).min(LONGEST);
            self.until = Some(Instant::now() + pause);
        }
        end
    }

    /// How many may be under way.
    fn room(&self) -> usize {
        match self.unanswered {
            0..DOUBT => self.most,
            _ => 1,
        }
    }

    /// How long to wait before the next row.
    fn pause(&self) -> Option<Instant> {
        self.until.filter(|until| *until > Instant::now())
    }
}

/// Sends what is planned. Returns how the run ended.
pub(super) async fn drive(
    writer: &Writer,
    attempts: &Attempts<'_>,
    most: usize,
    stop: &Stop,
    tell: Option<&Tell>,
    total: u64,
) -> Result<Ended> {
    let retry = attempts.client().account().options().retry;
    let mut mood = Mood {
        unanswered: 0,
        most: most.max(1),
        base: retry.base_delay.saturating_mul(2),
        longest: retry.max_delay,
        until: None,
    };
    let mut under_way = UnderWay {
        writer,
        attempts,
        rows: Vec::new(),
        settled: Vec::new(),
    };
    let mut flight: FuturesUnordered<BoxFuture<'_, Vec<Settled>>> = FuturesUnordered::new();
    let mut end: Option<Ended> = None;
    let mut has_more = true;
    let mut done = 0_u64;
    let mut patience: Option<Instant> = None;
    loop {
        if stop.is_asked() {
            patience.get_or_insert_with(|| Instant::now() + GRACE);
            end.get_or_insert(Ended::Stopped);
        }
        let is_idle = flight.is_empty() && under_way.settled.is_empty();
        let is_pausing = mood.pause().is_some() && !is_idle;
        let room = match end {
            None if has_more && !is_pausing => mood.room().saturating_sub(flight.len()),
            _ => 0,
        };
        if room > 0
            && let Some(until) = mood.pause()
        {
            // Nothing is under way or to be written: only the end can come first.
            let pause = std::pin::pin!(tokio::time::sleep_until(until));
            if let Either::Right(_) = select(pause, std::pin::pin!(stop.asked())).await {
                continue;
            }
        }
        if room > 0 || !under_way.settled.is_empty() {
            let settled = under_way.settled.clone();
            let wanted = room * attempts.at_once();
            let window = attempts.window();
            let mut written = writer
                .run(move |store| store.settle_and_claim(&settled, wanted, window))
                .boxed();
            let known = under_way.settled.len();
            // Requests go on while the disk writes.
            let claimed: Vec<Claimed> = loop {
                if flight.is_empty() {
                    break written.await?;
                }
                match select(written, flight.next()).await {
                    Either::Left((claimed, _)) => break claimed?,
                    Either::Right((settled, rest)) => {
                        under_way.ended(settled.unwrap_or_default());
                        written = rest;
                    }
                }
            };
            let written = under_way.settled.drain(..known).count();
            if let Some(tell) = tell
                && written > 0
            {
                done += written as u64;
                tell(Progress {
                    done,
                    total: Some(total),
                });
            }
            if room > 0 {
                has_more = !claimed.is_empty();
            }
            for unit in claimed.chunks(attempts.at_once()) {
                under_way.rows.extend(unit.iter().map(|row| row.row));
                flight.push(attempts.run(unit.to_vec()).boxed());
            }
        }
        if flight.is_empty() && under_way.settled.is_empty() {
            if end.is_some() || !has_more {
                return Ok(end.unwrap_or(Ended::Done));
            }
            continue;
        }
        if !flight.is_empty() && under_way.settled.is_empty() {
            let next = flight.next();
            let finished = match patience {
                // What is under way then is given up, and written down as what it is.
                Some(until) => match tokio::time::timeout_at(until, next).await {
                    Ok(finished) => finished,
                    Err(_) => return Ok(end.unwrap_or(Ended::Stopped)),
                },
                None => match select(next, std::pin::pin!(stop.asked())).await {
                    Either::Left((finished, _)) => finished,
                    Either::Right(_) => continue,
                },
            };
            under_way.ended(finished.unwrap_or_default());
        }
        while let Some(Some(settled)) = flight.next().now_or_never() {
            under_way.ended(settled);
        }
        if let Some(error) = mood.look_at(&under_way.settled)
            && end.is_none()
        {
            end = Some(Ended::Failed(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use palabre_model::ErrorKind;

    use super::*;

    #[test]
    fn a_pause_without_end_is_a_day() {
        let mut mood = Mood {
            unanswered: 0,
            most: 8,
            base: Duration::MAX,
            longest: Duration::MAX,
            until: None,
        };
        let error = Error::new(ErrorKind::RateLimited, "later").retry_after(Duration::MAX);
        let settled = Settled {
            error: Some(error),
            ..Settled::default()
        };
        for _ in 0..5 {
            mood.look_at(std::slice::from_ref(&settled));
        }
        let pause = mood.pause().unwrap() - Instant::now();
        assert!(pause <= LONGEST && pause > LONGEST / 2, "{pause:?}");
    }
}
