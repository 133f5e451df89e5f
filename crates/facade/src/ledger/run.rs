//! A run: rows are taken up, sent, and written down, a few at the same time.

use std::time::Duration;

use futures_util::future::{BoxFuture, Either, select};
use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt, StreamExt};
use palabre_model::{Error, ErrorKind, Result};
use tokio::time::Instant;

use super::attempt::Attempts;
use super::state::{self, State};
use super::store::{Claimed, Settled};
use super::writer::Writer;
use super::{Ended, Stop};
use crate::{Progress, Tell};

/// How long the requests under way may take after somebody has asked for the end.
const GRACE: Duration = Duration::from_millis(600);

/// After so many requests without an answer, one after another, the run goes on with one at a time.
const DOUBT: u32 = 3;

/// After so many it ends, if it has gone on for long.
const ENOUGH: u32 = 10;

/// So long no request has had an answer when a run ends for that: a moment in which all that is under
/// way breaks is none.
const LONG: Duration = Duration::from_secs(5);

/// Between the last tries before the end: they are not spent in a moment.
const SLOWLY: Duration = Duration::from_secs(1);

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
    /// A request has ended.
    fn ended(&mut self, settled: Vec<Settled>, mood: &mut Mood) {
        // What has only waited for its turn tells nothing of the vendor.
        if settled
            .iter()
            .any(|settled| settled.state != State::Planned)
        {
            mood.look_at(&settled, Instant::now());
        }
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
#[derive(Default)]
struct Mood {
    /// Requests without an answer, one after another, and when the first one ended.
    unanswered: u32,
    /// Whether there was an answer at all: until then a refused key is tried once, not by as many rows
    /// as go out together.
    is_there: bool,
    since: Option<Instant>,
    pauses: u32,
    most: usize,
    base: Duration,
    longest: Duration,
    until: Option<Instant>,
    /// Why the run has to end.
    end: Option<Error>,
}

impl Mood {
    /// Looks at what became of a request, and of all of its rows.
    fn look_at(&mut self, settled: &[Settled], now: Instant) {
        let errors = || settled.iter().filter_map(|settled| settled.error.as_ref());
        let ends = |settled: &&Settled| match &settled.error {
            // It may be the number that is not theirs to send from.
            Some(error) if settled.names_sender && error.kind() == ErrorKind::Permission => false,
            Some(error) => state::ends_the_run(error),
            None => false,
        };
        if let Some(settled) = settled.iter().find(ends) {
            self.end.clone_from(&settled.error);
        }
        let is_answered = settled.iter().any(|settled| match &settled.error {
            _ if settled.state == State::Accepted => true,
            Some(error) => !state::is_unanswered(error) && !state::ends_the_run(error),
            None => true,
        });
        let Some(error) = errors().next().filter(|_| !is_answered) else {
            (self.unanswered, self.since, self.pauses) = (0, None, 0);
            self.is_there = true;
            return;
        };
        self.unanswered += 1;
        let since = *self.since.get_or_insert(now);
        if self.unanswered >= ENOUGH && now - since >= LONG {
            self.end = Some(error.clone());
        }
        let asked = error.get_retry_after().unwrap_or_default();
        if self.unanswered < DOUBT {
            self.pause_until(now, asked.min(self.longest));
            return;
        }
        // What was under way when the pause began is no further try.
        if self.pause(now).is_none() {
            self.pauses += 1;
        }
        let doubled = 2_u32.saturating_pow(self.pauses.saturating_sub(1));
        let pause = asked.max(self.base.saturating_mul(doubled));
        let least = match self.unanswered {
            ..ENOUGH => Duration::ZERO,
            _ => SLOWLY,
        };
        self.pause_until(now, pause.min(self.longest).max(least));
    }

    fn pause_until(&mut self, now: Instant, pause: Duration) {
        let until = now + pause.min(LONGEST);
        self.until = self.until.max(Some(until));
    }

    /// How many may be under way.
    fn room(&self) -> usize {
        match self.unanswered {
            0..DOUBT if self.is_there => self.most,
            _ => 1,
        }
    }

    /// How long to wait before the next row.
    fn pause(&self, now: Instant) -> Option<Instant> {
        self.until.filter(|until| *until > now)
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
        most: most.max(1),
        base: retry.base_delay.saturating_mul(2),
        longest: retry.max_delay,
        ..Mood::default()
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
        let is_pausing = mood.pause(Instant::now()).is_some() && !is_idle;
        let room = match end {
            None if has_more && !is_pausing => mood.room().saturating_sub(flight.len()),
            _ => 0,
        };
        if room > 0
            && let Some(until) = mood.pause(Instant::now())
        {
            // Nothing is under way or to be written: only the end can come first.
            let pause = std::pin::pin!(tokio::time::sleep_until(until));
            if let Either::Right(_) = select(pause, std::pin::pin!(stop.asked())).await {
                continue;
            }
        }
        if room > 0 || !under_way.settled.is_empty() {
            let settled = under_way.settled.clone();
            let wanted = room.saturating_mul(attempts.at_once());
            let window = attempts.window();
            let gets_in_line = settled.iter().any(|known| known.state == State::Planned);
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
                        under_way.ended(settled.unwrap_or_default(), &mut mood);
                        written = rest;
                    }
                }
            };
            let written = under_way.settled.drain(..known);
            // What gets in line again is not done.
            let written = written.filter(|settled| settled.state != State::Planned);
            let written = written.count();
            if let Some(tell) = tell
                && written > 0
            {
                done += written as u64;
                tell(Progress {
                    done,
                    total: Some(total),
                });
            }
            match room {
                0 => has_more |= gets_in_line,
                _ => has_more = !claimed.is_empty(),
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
            under_way.ended(finished.unwrap_or_default(), &mut mood);
        }
        while let Some(Some(settled)) = flight.next().now_or_never() {
            under_way.ended(settled, &mut mood);
        }
        if let Some(error) = mood.end.take()
            && end.is_none()
        {
            end = Some(Ended::Failed(error));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mood(base: Duration, longest: Duration) -> Mood {
        Mood {
            most: 8,
            base,
            longest,
            ..Mood::default()
        }
    }

    fn settled(error: Option<Error>) -> Settled {
        Settled {
            state: State::Unknown,
            error,
            ..Settled::default()
        }
    }

    fn reset() -> Option<Error> {
        Some(Error::new(ErrorKind::OutcomeUnknown, "reset"))
    }

    #[test]
    fn a_pause_without_end_is_a_day() {
        let mut mood = mood(Duration::MAX, Duration::MAX);
        let error = Error::new(ErrorKind::RateLimited, "later").retry_after(Duration::MAX);
        let now = Instant::now();
        for _ in 0..5 {
            mood.look_at(&[settled(Some(error.clone()))], now);
        }
        assert_eq!(mood.pause(now).unwrap() - now, LONGEST);
    }

    #[test]
    fn a_request_for_many_rows_that_has_no_answer_is_one_request() {
        let mut mood = mood(Duration::from_millis(500), Duration::from_secs(20));
        let rows: Vec<_> = (0..100).map(|_| settled(reset())).collect();
        let now = Instant::now();
        mood.look_at(&rows, now);
        mood.look_at(&rows, now + 2 * LONG);
        assert!(mood.end.is_none());
        assert_eq!(mood.unanswered, 2);
    }

    #[test]
    fn a_run_begins_with_one_request_and_goes_on_with_all_when_it_was_answered() {
        let mut mood = mood(Duration::from_millis(500), Duration::from_secs(20));
        assert_eq!(mood.room(), 1);
        mood.look_at(&[settled(reset())], Instant::now());
        assert_eq!(mood.room(), 1);
        mood.look_at(&[settled(None)], Instant::now());
        assert_eq!(mood.room(), 8);
    }

    #[test]
    fn a_run_ends_for_want_of_answers_only_when_it_has_gone_on_for_long() {
        let mut mood = mood(Duration::from_millis(500), Duration::from_secs(20));
        let now = Instant::now();
        for _ in 0..16 {
            mood.look_at(&[settled(reset())], now);
        }
        // All at the same time are one pause, and a short one.
        assert!(mood.end.is_none());
        assert_eq!(mood.pause(now).unwrap() - now, SLOWLY);
        assert_eq!(mood.room(), 1);
        mood.look_at(&[settled(reset())], now + LONG);
        assert!(mood.end.is_some());
        // One answer, whatever it says, begins the count anew.
        mood.end = None;
        let refused = Error::new(ErrorKind::InvalidInput, "no");
        mood.look_at(&[settled(Some(refused))], now + LONG);
        mood.look_at(&[settled(reset())], now + 2 * LONG);
        assert!(mood.end.is_none());
        assert_eq!(mood.room(), 8);
    }
}
