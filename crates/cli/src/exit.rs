//! How the command ends: one status for each thing that a caller can do about it.

use std::fmt;
use std::io;

use palabre::{Error, ErrorKind};

use crate::interrupt::Signal;

/// Everything was done.
pub(crate) const DONE: u8 = 0;
/// Something failed that has no status of its own.
const OTHER: u8 = 1;
/// The command line is wrong; nothing was done.
pub(crate) const USAGE: u8 = 2;
/// Some accounts or some rows failed: the result is not the whole.
const PARTIAL: u8 = 3;
/// Ctrl-C.
const INTERRUPTED: u8 = 130;
/// SIGTERM: the same status as a shell has for what ends of it.
const TERMINATED: u8 = 143;

/// The status of each kind of error.
pub(crate) const KINDS: [(ErrorKind, u8); 14] = [
    (ErrorKind::Unsupported, 10),
    (ErrorKind::InvalidInput, 11),
    (ErrorKind::Authentication, 12),
    (ErrorKind::Permission, 13),
    (ErrorKind::NotFound, 14),
    (ErrorKind::Conflict, 15),
    (ErrorKind::RateLimited, 16),
    (ErrorKind::QuotaExceeded, 17),
    (ErrorKind::Unavailable, 18),
    (ErrorKind::Timeout, 19),
    (ErrorKind::OutcomeUnknown, 20),
    (ErrorKind::Decode, 21),
    (ErrorKind::Vendor, 22),
    (ErrorKind::Config, 23),
];

/// What `palabre --help` says about statuses.
pub(crate) const HELP: &str = "\
Exit status:
   0  done
   1  something failed that is not listed here, or you said no
   2  the command line is wrong; nothing was done
   3  some accounts or rows failed: the result is not the whole
  10  Unsupported: the vendor has no way to do this
  11  InvalidInput: an argument is wrong
  12  Authentication: the credentials were refused
  13  Permission: the credentials do not reach this
  14  NotFound: there is no such thing
  15  Conflict: it collides with something that exists
  16  RateLimited: too many requests in a short time
  17  QuotaExceeded: an allowance is used up
  18  Unavailable: the vendor did not answer or cannot work now
  19  Timeout: a read was not answered in time
  20  OutcomeUnknown: a write may have happened; look before you repeat it
  21  Decode: the answer could not be read
  22  Vendor: another failure at the vendor
  23  Config: a setting is missing or wrong
 130  interrupted by Ctrl-C
 143  ended by SIGTERM, as by Ctrl-C";

/// Why the command did not do everything.
#[derive(Debug)]
pub(crate) enum Failure {
    /// An error of palabre.
    Palabre(Error),
    /// The command line asks for something that makes no sense.
    Usage(String),
    /// Some of it failed; what did was said already, except for this sentence.
    Partial(String),
    /// Anything else.
    Other(String),
    /// What was looked for was found and shown: the status of it.
    Found(u8),
    /// Ctrl-C or SIGTERM, with what a person has to know.
    Interrupted(Signal, Option<String>),
    /// Who read our output has seen enough.
    Closed,
}

impl Failure {
    pub(crate) fn status(&self) -> u8 {
        match self {
            Self::Palabre(error) => status_of(error.kind()),
            Self::Usage(_) => USAGE,
            Self::Partial(_) => PARTIAL,
            Self::Other(_) => OTHER,
            Self::Found(status) => *status,
            Self::Interrupted(Signal::Interrupt, _) => INTERRUPTED,
            Self::Interrupted(Signal::Terminate, _) => TERMINATED,
            Self::Closed => DONE,
        }
    }

    /// What to say about it; nothing where silence is right.
    pub(crate) fn message(&self) -> Option<String> {
        match self {
            Self::Palabre(error) => Some(error.to_string()),
            Self::Usage(text) | Self::Partial(text) | Self::Other(text) => Some(text.clone()),
            Self::Interrupted(_, text) => text.clone(),
            Self::Found(_) | Self::Closed => None,
        }
    }

    /// The same to somebody who has these options: `--from` where Python has `from_`.
    pub(crate) fn message_with(&self, options: &[String]) -> Option<String> {
        let message = self.message()?;
        let Self::Palabre(error) = self else {
            return Some(message);
        };
        let argument = error.message().split(':').next().unwrap_or_default();
        let option = argument.trim_end_matches('_').replace('_', "-");
        Some(match options.contains(&option) {
            true => message.replacen(&format!("{argument}: "), &format!("--{option}: "), 1),
            false => message,
        })
    }

    pub(crate) fn usage(problem: impl fmt::Display) -> Self {
        Self::Usage(problem.to_string())
    }

    /// A failure at a file, by its name.
    pub(crate) fn file(path: &std::path::Path, error: &io::Error) -> Self {
        let problem = error.to_string();
        // A temporary file's error names it, of which nobody has heard.
        let problem = problem.split(" at path ").next().unwrap_or_default();
        Self::Other(format!("{}: {problem}", path.display()))
    }
}

/// The status of a kind of error.
pub(crate) fn status_of(kind: ErrorKind) -> u8 {
    KINDS
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(OTHER, |(_, status)| *status)
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Palabre(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::Other(error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_status_of_its_own_that_help_names() {
        let kinds: Vec<_> = KINDS.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, ErrorKind::ALL);
        for (index, (kind, status)) in KINDS.iter().enumerate() {
            assert_eq!(usize::from(*status), 10 + index);
            assert!(HELP.contains(&format!("  {status}  {kind}: ")), "{kind}");
        }
    }
}
