//! How far a row has come, and which steps there are.

use std::fmt;
use std::str::FromStr;

use palabre_model::{Error, ErrorKind, Outcome, Result};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};

use crate::gateway::may_be_a_gateway_s;

/// How far a row of a ledger has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum State {
    /// Nothing has happened yet.
    #[default]
    Planned,
    /// The request may be on its way. Written before the first byte leaves.
    Attempting,
    /// The vendor took it.
    Accepted,
    /// It did not happen, and the next run tries it again unless a person said so.
    NotSent,
    /// It did not happen, and would be refused again.
    Refused,
    /// It may or may not have happened: a person decides, or the vendor's own lists do.
    Unknown,
}

impl State {
    /// Every state, in the order in which reports show them.
    pub const ALL: [Self; 6] = [
        Self::Planned,
        Self::Attempting,
        Self::Accepted,
        Self::NotSent,
        Self::Refused,
        Self::Unknown,
    ];

    /// `planned`, `attempting`, `accepted`, `not_sent`, `refused` or `unknown`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Attempting => "attempting",
            Self::Accepted => "accepted",
            Self::NotSent => "not_sent",
            Self::Refused => "refused",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for State {
    type Err = Error;

    /// Reads the name of a state.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](ErrorKind::InvalidInput) when there is no such state.
    fn from_str(text: &str) -> Result<Self> {
        let known = Self::ALL.iter().find(|state| state.as_str() == text);
        known.copied().ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|state| state.as_str()).collect();
            let problem = format_args!("{text:?} is not one of {}", names.join(", ")).to_string();
            Error::invalid("state", problem)
        })
    }
}

impl ToSql for State {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.as_str().into())
    }
}

impl FromSql for State {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value
            .as_str()?
            .parse()
            .map_err(|_| FromSqlError::InvalidType)
    }
}

/// Why a row goes from one state to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A run takes it up.
    Claim,
    /// The request has ended.
    Answer,
    /// The request has ended when another run had taken over.
    Late,
    /// The run was given up before anything left.
    Release,
    /// The run was given up, or its process has died, while it may have been on its way.
    Recovery,
    /// The vendor's own lists show it.
    LookUp,
    /// Another run tries it again.
    Again,
    /// A person decided.
    Person,
}

impl Cause {
    /// The name under which events are kept.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Answer => "answer",
            Self::Late => "late",
            Self::Release => "release",
            Self::Recovery => "recovery",
            Self::LookUp => "look_up",
            Self::Again => "again",
            Self::Person => "person",
        }
    }
}

/// Every step that there is. What happened is never undone: nothing leads away from `Accepted`, and
/// only a person leads from `Unknown` to another try.
const STEPS: &[(State, Cause, State)] = &[
    (State::Planned, Cause::Claim, State::Attempting),
    (State::Attempting, Cause::Answer, State::Accepted),
    (State::Attempting, Cause::Answer, State::NotSent),
    (State::Attempting, Cause::Answer, State::Refused),
    (State::Attempting, Cause::Answer, State::Unknown),
    // What was under way when another run began is unknown, or a person has planned it again.
    (State::Unknown, Cause::Late, State::Accepted),
    (State::Planned, Cause::Late, State::Accepted),
    (State::Attempting, Cause::Release, State::Planned),
    (State::Attempting, Cause::Recovery, State::Unknown),
    (State::NotSent, Cause::Again, State::Planned),
    (State::Unknown, Cause::LookUp, State::Accepted),
    (State::Unknown, Cause::Person, State::Accepted),
    (State::Unknown, Cause::Person, State::NotSent),
    (State::Unknown, Cause::Person, State::Planned),
    // What a person decided may be put right before it is acted on, or left out from the beginning.
    (State::Planned, Cause::Person, State::Accepted),
    (State::Planned, Cause::Person, State::NotSent),
    (State::NotSent, Cause::Person, State::Accepted),
    (State::NotSent, Cause::Person, State::NotSent),
    (State::NotSent, Cause::Person, State::Planned),
    (State::Refused, Cause::Person, State::Planned),
];

/// Refuses a step that there is not.
pub(crate) fn check(row: i64, from: State, cause: Cause, to: State) -> Result<()> {
    if STEPS.contains(&(from, cause, to)) {
        return Ok(());
    }
    let words = match cause {
        Cause::Person => format!("row {row} is {from}, and a person cannot make it {to}"),
        _ => format!(
            "row {row} cannot go from {from} to {to} by {}",
            cause.as_str()
        ),
    };
    Err(Error::new(ErrorKind::Conflict, format!("ledger: {words}")).outcome(Outcome::NotSent))
}

/// What an error means for its row.
pub(crate) fn after(error: &Error) -> State {
    match error.get_outcome() {
        Some(Outcome::Accepted) => State::Accepted,
        Some(Outcome::Unknown) => State::Unknown,
        _ if error.kind() == ErrorKind::OutcomeUnknown => State::Unknown,
        // What does not say that nothing happened is not taken for a failure.
        None if !says_no(error.kind()) => State::Unknown,
        // The program's own no, whatever made it, is not about the row.
        _ if error.is_veto() || may_be_a_gateway_s(error) => State::NotSent,
        _ if is_about_the_row(error.kind()) => State::Refused,
        _ => State::NotSent,
    }
}

/// Whether trying the same row again would fail the same way, and other rows may not.
const fn is_about_the_row(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidInput
            | ErrorKind::Unsupported
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Vendor
    )
}

/// Whether the kind alone says that nothing happened.
const fn says_no(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::InvalidInput
            | ErrorKind::Unsupported
            | ErrorKind::NotFound
            | ErrorKind::Conflict
            | ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::RateLimited
            | ErrorKind::QuotaExceeded
            | ErrorKind::Config
    )
}

/// Whether every further row would fail the same way.
pub(crate) fn ends_the_run(error: &Error) -> bool {
    let is_about_the_account = matches!(
        error.kind(),
        ErrorKind::Authentication
            | ErrorKind::Permission
            | ErrorKind::Config
            | ErrorKind::QuotaExceeded
    );
    // A hook that failed once is asked again by the next run, not by the next fifty rows.
    is_about_the_account || error.is_veto()
}

/// Whether the vendor is not there, or in no state to say what it did.
pub(crate) fn is_unanswered(error: &Error) -> bool {
    let is_away = matches!(
        error.kind(),
        ErrorKind::Unavailable
            | ErrorKind::Timeout
            | ErrorKind::OutcomeUnknown
            | ErrorKind::RateLimited
    );
    is_away || may_be_a_gateway_s(error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_away_from_accepted_and_nothing_but_a_person_to_a_second_send() {
        for (from, cause, to) in STEPS {
            assert_ne!(*from, State::Accepted);
            if *from == State::Unknown && matches!(to, State::Planned | State::NotSent) {
                assert_eq!(*cause, Cause::Person);
            }
            if *to == State::Attempting {
                assert_eq!((*from, *cause), (State::Planned, Cause::Claim));
            }
        }
    }

    #[test]
    fn a_step_that_there_is_not_is_an_error_that_names_the_row() {
        let error = check(7, State::Accepted, Cause::Person, State::Planned).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert!(error.to_string().contains("row 7 is accepted"), "{error}");
        assert!(check(7, State::Unknown, Cause::Answer, State::Accepted).is_err());
    }

    #[test]
    fn an_error_decides_by_its_outcome_then_by_its_kind() {
        let error = |kind, outcome: Option<Outcome>| {
            let error = Error::new(kind, "no");
            outcome.map_or(error.clone(), |outcome| error.outcome(outcome))
        };
        for (kind, outcome, state) in [
            (ErrorKind::Decode, Some(Outcome::Accepted), State::Accepted),
            (ErrorKind::Vendor, Some(Outcome::Unknown), State::Unknown),
            (ErrorKind::OutcomeUnknown, None, State::Unknown),
            (
                ErrorKind::InvalidInput,
                Some(Outcome::NotSent),
                State::Refused,
            ),
            (ErrorKind::Conflict, Some(Outcome::NotSent), State::Refused),
            (
                ErrorKind::Unavailable,
                Some(Outcome::NotSent),
                State::NotSent,
            ),
            (ErrorKind::Unavailable, None, State::Unknown),
            (ErrorKind::Timeout, None, State::Unknown),
            (
                ErrorKind::RateLimited,
                Some(Outcome::NotSent),
                State::NotSent,
            ),
            (ErrorKind::Authentication, None, State::NotSent),
        ] {
            assert_eq!(after(&error(kind, outcome)), state, "{kind} {outcome:?}");
        }
    }

    #[test]
    fn a_state_reads_what_it_writes() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse::<State>(), Ok(state));
        }
        assert!("sent".parse::<State>().is_err());
    }
}
