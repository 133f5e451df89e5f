//! Where a secret is, and how it is read.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use super::environment::Environment;
use super::{Finding, Origin, Place, command};

/// No credential of any vendor is nearly as long.
pub(super) const LONGEST: usize = 64 * 1024;

/// A credential of an account. It has no `Debug`: a command line may hold a secret too.
#[derive(Clone)]
pub(super) struct Secret {
    /// The key as it is written: `api_key_file`.
    pub(super) key: String,
    pub(super) source: Source,
    /// Where it is written; `None` if it fills a gap from the environment.
    pub(super) place: Option<Place>,
}

#[derive(Clone)]
pub(super) enum Source {
    Value(SecretString),
    Variable(String),
    File(PathBuf),
    Command { line: CommandLine, folder: PathBuf },
}

#[derive(Clone)]
pub(super) enum CommandLine {
    Program(Vec<String>),
    Shell(String),
}

impl Secret {
    pub(super) fn origin(&self) -> Origin {
        match &self.source {
            Source::Value(_) => match &self.place {
                Some(place) => Origin::Value(place.clone()),
                None => Origin::Default,
            },
            Source::Variable(name) => Origin::Variable(name.clone()),
            Source::File(path) => Origin::File(path.clone()),
            Source::Command { .. } => Origin::Command,
        }
    }

    /// Reads the secret: the file is opened and the command is run now.
    pub(super) fn read(&self, environment: &Environment) -> Result<SecretString, Finding> {
        let text = match &self.source {
            Source::Value(secret) => Ok(secret.expose_secret().to_owned()),
            Source::Variable(name) => environment
                .get(name)
                .ok_or_else(|| Finding::error(format!("the variable {name} is not set"))),
            Source::File(path) => read_file(path),
            Source::Command { line, folder } => command::run(line, folder),
        };
        let secret = text.and_then(|text| self.clean(&Zeroizing::new(text)));
        secret.map_err(|finding| finding.key(&self.key).at(self.where_it_is_said()))
    }

    /// Reads the secret if nobody has to be asked for it.
    pub(super) fn peek(&self, environment: &Environment) -> Option<Result<SecretString, Finding>> {
        let is_command = matches!(self.source, Source::Command { .. });
        (!is_command).then(|| self.read(environment))
    }

    /// The secret without the line break that editors and commands put after it.
    fn clean(&self, text: &str) -> Result<SecretString, Finding> {
        let secret = match self.source {
            Source::Value(_) | Source::Variable(_) => text,
            Source::File(_) | Source::Command { .. } => text.trim(),
        };
        if secret.trim().is_empty() {
            return Err(Finding::error(match &self.source {
                Source::Variable(name) if self.place.is_some() => {
                    format!("the variable {name} is empty")
                }
                Source::Value(_) | Source::Variable(_) => "is empty".to_owned(),
                Source::File(path) => format!("the file {} is empty", path.display()),
                Source::Command { .. } => "the command printed nothing".to_owned(),
            }));
        }
        if secret.contains(char::is_control) {
            return Err(
                Finding::error("holds a line break or another control character")
                    .hint("it is one line, and nothing but the secret"),
            );
        }
        Ok(SecretString::from(secret))
    }

    pub(super) fn where_it_is_said(&self) -> Option<Place> {
        self.place.clone().or_else(|| match &self.source {
            Source::Variable(name) => Some(Place::Variable(name.clone())),
            _ => None,
        })
    }
}

fn read_file(path: &Path) -> Result<String, Finding> {
    let failed = |problem: std::io::Error| {
        Finding::error(format!("cannot read {}: {problem}", path.display()))
    };
    let mut content = Vec::new();
    let limit = LONGEST as u64 + 1;
    let file = File::open(path).map_err(failed)?;
    file.take(limit).read_to_end(&mut content).map_err(failed)?;
    if content.len() > LONGEST {
        let problem = format!("the file {} is too long for a secret", path.display());
        return Err(Finding::error(problem));
    }
    String::from_utf8(content)
        .map_err(|_| Finding::error(format!("the file {} is not a text", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Secret {
        Secret {
            key: "api_key".into(),
            source: Source::Value(SecretString::from(text)),
            place: None,
        }
    }

    #[test]
    fn a_secret_is_one_line_that_is_not_empty() {
        let environment = Environment::from_iter([("", ""); 0]);
        let read = |text| value(text).read(&environment);
        assert_eq!(read("key-1").expect("good").expose_secret(), "key-1");
        for bad in ["", "  ", "key\n1", "key-1\n"] {
            let finding = read(bad).expect_err(bad);
            assert!(!finding.to_string().contains("key-1"), "{finding}");
        }
    }
}
