//! What ReachFlow and MsgFlash have taken to send, how far it has come, and one-time codes.
//!
//! A message advances with the sandbox's clock, the same way each time. One whose recipient's
//! number ends in 99 never arrives.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use crate::call::Answer;

/// Who never gets a message.
const UNREACHABLE: &str = "99";

/// How often a code may be tried. The vendor's limit is not documented: our number.
const TRIES: u32 = 3;

/// What an account has taken to send.
#[derive(Debug, Default)]
pub(crate) struct Outbox {
    /// In the order in which they were taken.
    pub(crate) messages: Vec<Outgoing>,
    /// Requests that came with a key, and what was answered.
    keys: HashMap<String, (Value, Answer)>,
    codes: Vec<Code>,
}

/// A message that was taken.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) id: String,
    /// The id of the sending number.
    pub(crate) number: String,
    /// Digits, without a plus sign.
    pub(crate) to: String,
    pub(crate) kind: &'static str,
    pub(crate) text: Option<String>,
    pub(crate) media_url: Option<String>,
    pub(crate) taken_at: Timestamp,
    /// When it is to go out.
    pub(crate) due_at: Timestamp,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Queued,
    Processing,
    Sent,
    Delivered,
    Read,
    Failed,
}

impl Outgoing {
    pub(crate) fn stage(&self, now: Timestamp) -> Stage {
        let is_after = |seconds| now >= self.after(seconds);
        match () {
            () if self.is_unreachable() && is_after(5) => Stage::Failed,
            () if is_after(3600) => Stage::Read,
            () if is_after(9) => Stage::Delivered,
            () if is_after(4) => Stage::Sent,
            () if is_after(2) => Stage::Processing,
            () => Stage::Queued,
        }
    }

    /// Some seconds after it was due.
    pub(crate) fn after(&self, seconds: i64) -> Timestamp {
        let later = self.due_at.checked_add(SignedDuration::from_secs(seconds));
        later.unwrap_or(self.due_at)
    }

    fn is_unreachable(&self) -> bool {
        self.to.ends_with(UNREACHABLE)
    }
}

/// A one-time code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) id: String,
    pub(crate) to: String,
    pub(crate) code: String,
    pub(crate) until: Timestamp,
    tries: u32,
    is_used: bool,
    is_invalidated: bool,
}

impl Outbox {
    pub(crate) fn message(&self, id: &str) -> Option<&Outgoing> {
        self.messages.iter().find(|message| message.id == id)
    }

    /// The answer to a request that came before under this key: none for a new key, an error for one
    /// that came with another body.
    pub(crate) fn answered(&self, key: &str, body: &Value) -> Result<Option<Answer>, ()> {
        match self.keys.get(key) {
            Some((known, answer)) if known == body => Ok(Some(answer.clone())),
            Some(_) => Err(()),
            None => Ok(None),
        }
    }

    pub(crate) fn remember(&mut self, key: &str, body: Value, answer: &Answer) {
        self.keys.insert(key.to_owned(), (body, answer.clone()));
    }

    /// Keeps a code; an older one for the same person is worth nothing any more.
    pub(crate) fn add_code(&mut self, id: String, to: String, code: String, until: Timestamp) {
        for older in self.codes.iter_mut().filter(|older| older.to == to) {
            older.is_invalidated = true;
        }
        self.codes.push(Code {
            id,
            to,
            code,
            until,
            tries: 0,
            is_used: false,
            is_invalidated: false,
        });
    }

    /// Checks a code: whether it fits, why not, and how many tries are left.
    pub(crate) fn check(
        &mut self,
        id: &str,
        code: &str,
        now: Timestamp,
    ) -> Result<(), (&'static str, Option<u32>)> {
        let known = self.codes.iter_mut().find(|known| known.id == id);
        let known = known.ok_or(("not_found", None))?;
        if known.is_used {
            return Err(("already_used", None));
        }
        if known.is_invalidated {
            return Err(("invalidated", None));
        }
        if now >= known.until {
            return Err(("expired", None));
        }
        if known.tries >= TRIES {
            return Err(("max_attempts_reached", Some(0)));
        }
        if known.code != code {
            known.tries += 1;
            return Err(("invalid_code", Some(TRIES - known.tries)));
        }
        known.is_used = true;
        Ok(())
    }
}
