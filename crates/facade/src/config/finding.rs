use std::fmt;
use std::path::PathBuf;

use palabre_model::{Error, ErrorKind, Vendor};
use serde::{Deserialize, Serialize};

/// How bad a [`Finding`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Something does not work.
    Error,
    /// It works, and somebody should know.
    Warning,
}

impl Severity {
    /// `error` or `warning`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// Where something is written; as text `/home/awa/.config/palabre/config.toml:4` or `PALABRE_PROFILE`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Place {
    /// A line of a file; the whole file if there is none.
    File {
        /// The file.
        path: PathBuf,
        /// The line, counted from 1.
        line: Option<usize>,
    },
    /// An environment variable.
    Variable(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File {
                path,
                line: Some(line),
            } => write!(f, "{}:{line}", path.display()),
            Self::File { path, line: None } => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
        }
    }
}

impl From<Place> for String {
    fn from(place: Place) -> Self {
        place.to_string()
    }
}

impl From<String> for Place {
    fn from(text: String) -> Self {
        // Paths are absolute, and no variable has a name with a slash in it.
        if !text.contains(['/', '\\']) {
            return Self::Variable(text);
        }
        let (path, line) = match text.rsplit_once(':') {
            Some((path, line)) => (path, line.parse().ok()),
            None => (text.as_str(), None),
        };
        Self::File {
            path: PathBuf::from(if line.is_some() { path } else { &text }),
            line,
        }
    }
}

/// Something that is wrong with the configuration. It never holds a secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The account that it is about.
    pub account: Option<String>,
    /// The key that it is about.
    pub key: Option<String>,
    /// What is wrong, in one line.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
    /// Where it is written.
    pub place: Option<Place>,
}

impl Finding {
    pub(super) fn new(severity: Severity, message: impl Into<String>) -> Self {
        Self {
            severity,
            account: None,
            key: None,
            message: message.into(),
            hint: None,
            place: None,
        }
    }

    pub(super) fn error(message: impl Into<String>) -> Self {
        Self::new(Severity::Error, message)
    }

    pub(super) fn warning(message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, message)
    }

    pub(super) fn of_account(mut self, name: &str) -> Self {
        self.account = Some(name.to_owned());
        self
    }

    pub(super) fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(super) fn at(mut self, place: impl Into<Option<Place>>) -> Self {
        self.place = place.into();
        self
    }

    /// What an error says, about an account.
    pub(super) fn of_error(error: &Error, key: Option<&str>) -> Self {
        let message = match key {
            // An error names its argument first, a finding has it beside the message.
            Some(key) => error
                .message()
                .strip_prefix(key)
                .and_then(|rest| rest.strip_prefix(": "))
                .unwrap_or(error.message()),
            None => error.message(),
        };
        Self {
            key: key.map(str::to_owned),
            hint: error.get_hint().map(str::to_owned),
            ..Self::error(message)
        }
    }

    /// What a vendor said, or why it could not be asked.
    pub(super) fn of_answer(error: &Error) -> Self {
        let finding = Self::of_error(error, None);
        match error.get_status() {
            Some(status) => Self {
                message: format!("{} (HTTP {status})", finding.message),
                ..finding
            },
            None => finding,
        }
    }

    /// The error of an account that has this flaw.
    pub(super) fn to_error(&self, vendor: Option<Vendor>) -> Error {
        let mut message = String::new();
        // The text of an error names the account only together with its vendor.
        if let (None, Some(account)) = (vendor, &self.account) {
            message.push_str(account);
            message.push_str(": ");
        }
        if let Some(key) = &self.key {
            message.push_str(key);
            message.push_str(": ");
        }
        message.push_str(&self.message);
        if let Some(place) = self.place.as_ref().map(ToString::to_string)
            && !message.contains(&place)
        {
            message.push_str(&format!(" ({place})"));
        }
        let mut error = Error::new(ErrorKind::Config, message);
        if let Some(vendor) = vendor {
            error = error.vendor(vendor);
        }
        if let Some(account) = &self.account {
            error = error.account(account.as_str());
        }
        match &self.hint {
            Some(hint) => error.hint(hint.as_str()),
            None => error,
        }
    }
}

/// `error: sales: api_key_env: the variable SALES_KEY is not set (config.toml:4); set it`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.severity.as_str(), self.to_error(None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_from_its_text() {
        for (text, is_file) in [
            ("/a/config.toml:4", true),
            ("/a b/c:d.toml", true),
            ("C:\\a\\config.toml:4", true),
            ("C:\\a\\config.toml", true),
            ("PALABRE_PROFILE", false),
        ] {
            let place = Place::from(text.to_owned());
            assert_eq!(matches!(place, Place::File { .. }), is_file);
            assert_eq!(place.to_string(), text);
        }
    }
}
