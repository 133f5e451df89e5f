//! Checks of form fields: every rule that is broken becomes a sentence, all of them one answer.

use super::{Answer, refusal};
use crate::call::Call;
use crate::form::File;

/// What a kind of file must be.
#[derive(Clone, Copy, Debug)]
pub(super) struct FileRule {
    /// The file name extensions that are taken; none of them means any.
    pub(super) extensions: &'static [&'static str],
    pub(super) most_bytes: usize,
}

const MEGABYTE: usize = 1024 * 1024;

pub(super) const IMAGE: FileRule = FileRule {
    extensions: &["jpg", "jpeg", "png"],
    most_bytes: 5 * MEGABYTE,
};
pub(super) const DOCUMENT: FileRule = FileRule {
    extensions: &["pdf", "doc", "docx"],
    most_bytes: 100 * MEGABYTE,
};
pub(super) const VIDEO: FileRule = FileRule {
    extensions: &["mp4"],
    most_bytes: 16 * MEGABYTE,
};
pub(super) const AUDIO: FileRule = FileRule {
    extensions: &[],
    most_bytes: 16 * MEGABYTE,
};
/// A contact's picture: no size is stated.
pub(super) const PICTURE: FileRule = FileRule {
    most_bytes: usize::MAX,
    ..IMAGE
};

/// The fields of a call, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Fields<'a> {
    call: &'a Call,
    broken: Vec<String>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(call: &'a Call) -> Self {
        Self {
            call,
            broken: Vec::new(),
        }
    }

    /// A text, without the spaces around it; an empty one counts as missing.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        let given = self
            .call
            .payload
            .text(name)
            .or_else(|| self.call.query(name).map(str::to_owned));
        given
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// A text that must be there; empty when it is not, with a broken rule.
    pub(super) fn required(&mut self, name: &str) -> String {
        let text = self.text(name);
        if text.is_none() {
            self.broken
                .push(format!("The {} field is required.", words(name)));
        }
        text.unwrap_or_default()
    }

    pub(super) fn at_most(&mut self, name: &str, text: &str, length: usize) {
        if text.chars().count() > length {
            self.broken.push(format!(
                "The {} field must not be greater than {length} characters.",
                words(name)
            ));
        }
    }

    /// A required text of digits.
    pub(super) fn digits(&mut self, name: &str) -> String {
        let text = self.required(name);
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            self.broken
                .push(format!("The {} field may only hold digits.", words(name)));
        }
        text
    }

    /// An optional whole number.
    pub(super) fn integer(&mut self, name: &str) -> Option<u64> {
        let text = self.text(name)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.broken
                .push(format!("The {} field must be an integer.", words(name)));
        }
        number
    }

    /// An optional coordinate, kept as it was written.
    pub(super) fn coordinate(&mut self, name: &str, largest: f64) -> Option<String> {
        let text = self.text(name)?;
        let fits = |degrees: f64| degrees.is_finite() && degrees.abs() <= largest;
        if !text.parse::<f64>().is_ok_and(fits) {
            self.broken
                .push(format!("The {} field must be a coordinate.", words(name)));
        }
        Some(text)
    }

    /// An optional file.
    pub(super) fn file(&mut self, name: &str, rule: FileRule) -> Option<&'a File> {
        let Some(file) = self.call.payload.file(name) else {
            if self.text(name).is_some() {
                self.broken
                    .push(format!("The {} field must be a file.", words(name)));
            }
            return None;
        };
        let extension = file
            .name
            .rsplit_once('.')
            .map(|(_, extension)| extension.to_lowercase());
        let is_known = |extension: &String| rule.extensions.contains(&extension.as_str());
        if !rule.extensions.is_empty() && !extension.as_ref().is_some_and(is_known) {
            self.broken.push(format!(
                "The {} field must be a file of type: {}.",
                words(name),
                rule.extensions.join(", ")
            ));
        }
        if file.bytes > rule.most_bytes {
            self.broken.push(format!(
                "The {} field must not be greater than {} kilobytes.",
                words(name),
                rule.most_bytes / 1024
            ));
        }
        Some(file)
    }

    /// Records a broken rule that concerns more than one field.
    pub(super) fn broken(&mut self, sentence: &str) {
        self.broken.push(sentence.to_owned());
    }

    /// An error when a rule is broken.
    pub(super) fn check(self) -> Result<(), Answer> {
        if self.broken.is_empty() {
            Ok(())
        } else {
            Err(self.refusal())
        }
    }

    /// All broken rules as one answer.
    pub(super) fn refusal(self) -> Answer {
        refusal(200, "validation_error", &self.broken)
    }
}

/// `mobile_code` reads as `mobile code` in a sentence.
fn words(name: &str) -> String {
    name.replace('_', " ")
}
