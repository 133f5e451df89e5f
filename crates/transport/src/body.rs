//! Request bodies: JSON, forms, and multipart forms that can be sent again.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use bytes::{BufMut, Bytes, BytesMut};
use palabre_model::{Error, Result, mask_numbers};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::{Body, Kind, Media, Violation};

/// A file that goes into a multipart body.
#[derive(Clone, PartialEq, Eq)]
pub struct FilePart {
    /// The name that the vendor sees; its ending tells the type.
    pub file_name: String,
    /// The media type.
    pub content_type: String,
    /// The content.
    pub data: Bytes,
}

impl FilePart {
    /// Makes a part from content in memory; the media type follows from the ending of the name. Of a
    /// name with folders only the last part is sent.
    pub fn new(file_name: impl Into<String>, data: impl Into<Bytes>) -> Self {
        let mut file_name = file_name.into();
        if let Some((_, last)) = file_name.rsplit_once(['/', '\\']) {
            file_name = last.to_owned();
        }
        let content_type = mime_guess::from_path(&file_name)
            .first_or_octet_stream()
            .essence_str()
            .to_owned();
        Self {
            file_name,
            content_type,
            data: data.into(),
        }
    }

    /// Reads a file.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names `argument` when it cannot
    /// be read.
    pub fn read(argument: &str, path: &Path) -> Result<Self> {
        Self::read_at_most(argument, path, None)
    }

    /// Reads a file of at most `most` bytes; of a larger one nothing is read.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_at_most(argument: &str, path: &Path, most: Option<u64>) -> Result<Self> {
        let invalid = |problem: &dyn fmt::Display| {
            // Files are named after the people that they are for.
            let path = mask_numbers(&path.display().to_string());
            Error::invalid(argument, format_args!("{path}: {problem}"))
        };
        if path.as_os_str().is_empty() {
            return Err(Error::invalid(argument, "the path of the file is empty"));
        }
        let known = std::fs::metadata(path).map_err(|error| invalid(&error))?;
        if known.is_dir() {
            return Err(invalid(&"is a directory"));
        }
        // A pipe or a device may have no end, or never begin.
        if !known.is_file() {
            return Err(invalid(&"is not a regular file"));
        }
        if let Some(most) = most.filter(|most| known.len() > *most) {
            let problem = format_args!("at most {most} bytes are taken, got {}", known.len());
            return Err(Error::invalid(argument, problem));
        }
        let data = std::fs::read(path).map_err(|error| invalid(&error))?;
        let name = path.file_name().unwrap_or(path.as_os_str());
        Ok(Self::new(name.to_string_lossy(), data))
    }
}

impl fmt::Debug for FilePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "FilePart({}, {} bytes)",
            self.content_type,
            self.data.len()
        )
    }
}

/// One argument of an operation: JSON, or a file.
#[derive(Clone, PartialEq)]
pub enum Argument {
    /// A JSON value; an array in a form is sent as one field for each item.
    Value(Value),
    /// A file.
    File(FilePart),
}

impl fmt::Debug for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(_) => f.write_str("Value(..)"),
            Self::File(file) => file.fmt(f),
        }
    }
}

impl Argument {
    /// Tells whether there is something to send.
    #[must_use]
    pub fn is_given(&self) -> bool {
        !matches!(self, Self::Value(Value::Null))
    }
}

impl From<Value> for Argument {
    fn from(value: Value) -> Self {
        Self::Value(value)
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Value(text.into())
    }
}

impl From<FilePart> for Argument {
    fn from(file: FilePart) -> Self {
        Self::File(file)
    }
}

/// Checks the fields of a body against its rule.
pub(crate) fn check(body: &Body, fields: &[(Cow<'_, str>, Argument)]) -> Result<(), Violation> {
    let given = |name: &str| {
        fields
            .iter()
            .any(|(field, argument)| *field == name && argument.is_given())
    };
    body.rule.check_presence(given)?;
    check_given(body, fields)
}

/// Checks fields, whatever else the body needs.
pub(crate) fn check_given(
    body: &Body,
    fields: &[(Cow<'_, str>, Argument)],
) -> Result<(), Violation> {
    for (name, argument) in fields {
        let Some(rule) = body.rule.property(name) else {
            continue;
        };
        match argument {
            Argument::Value(Value::Null) => {}
            Argument::Value(_) if rule.kind == Kind::Binary => {
                return Err(Violation {
                    argument: name.clone().into_owned(),
                    problem: "a file is needed".to_owned(),
                });
            }
            Argument::Value(value) => rule.check(name, value)?,
            Argument::File(_) if rule.kind != Kind::Binary => {
                return Err(Violation {
                    argument: name.clone().into_owned(),
                    problem: "a file does not fit here".to_owned(),
                });
            }
            Argument::File(file) => {
                rule.check_file(name, &file.file_name, file.data.len() as u64)?;
            }
        }
    }
    Ok(())
}

/// Writes a body: its `Content-Type` and its bytes, which can be sent again.
#[must_use]
pub fn encode(media: Media, fields: &[(Cow<'_, str>, Argument)]) -> (String, Bytes) {
    match media {
        Media::Json => {
            let object = fields
                .iter()
                .filter_map(|(name, argument)| match argument {
                    Argument::Value(value) => Some((name.clone().into_owned(), value.clone())),
                    Argument::File(_) => None,
                })
                .collect();
            let json = Value::Object(object).to_string();
            ("application/json".to_owned(), Bytes::from(json))
        }
        Media::Form => {
            let mut form = String::new();
            for (name, text) in texts(fields) {
                if !form.is_empty() {
                    form.push('&');
                }
                form.extend(utf8_percent_encode(name, FORM));
                form.push('=');
                form.extend(utf8_percent_encode(&text, FORM));
            }
            (
                "application/x-www-form-urlencoded".to_owned(),
                Bytes::from(form),
            )
        }
        Media::Multipart => multipart(fields),
    }
}

/// What a form leaves as it is; everything else is percent-encoded, spaces too.
const FORM: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'*');

/// The fields of a form as texts: an array gives one field for each item, null gives none.
fn texts<'a>(fields: &'a [(Cow<'a, str>, Argument)]) -> impl Iterator<Item = (&'a str, String)> {
    fields.iter().flat_map(|(name, argument)| {
        let values = match argument {
            Argument::Value(Value::Array(items)) => items.iter().collect(),
            Argument::Value(value) => vec![value],
            Argument::File(_) => vec![],
        };
        values
            .into_iter()
            .filter_map(|value| Some((name.as_ref(), form_text(value)?)))
    })
}

fn form_text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        // What PHP makes of true and false; none of the vendors documents another form.
        Value::Bool(flag) => Some(u8::from(*flag).to_string()),
        other => Some(other.to_string()),
    }
}

/// `reqwest::multipart` writes a stream, which cannot be sent again; this body is one buffer.
fn multipart(fields: &[(Cow<'_, str>, Argument)]) -> (String, Bytes) {
    let boundary = boundary();
    let mut body = BytesMut::new();
    let mut part = |headers: String, content: &[u8]| {
        body.put_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; {headers}\r\n\r\n").as_bytes(),
        );
        body.put_slice(content);
        body.put_slice(b"\r\n");
    };
    for field in fields {
        if let (name, Argument::File(file)) = field {
            let headers = format!(
                "name=\"{}\"; filename=\"{}\"\r\nContent-Type: {}",
                quoted(name),
                quoted(&file.file_name),
                quoted(&file.content_type),
            );
            part(headers, &file.data);
        } else {
            for (name, text) in texts(std::slice::from_ref(field)) {
                part(format!("name=\"{}\"", quoted(name)), text.as_bytes());
            }
        }
    }
    body.put_slice(format!("--{boundary}--\r\n").as_bytes());
    (
        format!("multipart/form-data; boundary={boundary}"),
        body.freeze(),
    )
}

/// HTML's rule for names in multipart headers: nothing can end the quotes or the line.
fn quoted(text: &str) -> String {
    text.replace('"', "%22")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// 128 random bits: no content can hold the boundary but by an attacker who can guess them.
fn boundary() -> String {
    use std::hash::{BuildHasher, RandomState};
    let random = || RandomState::new().hash_one(());
    format!("palabre-{:016x}{:016x}", random(), random())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text(body: &Bytes) -> String {
        String::from_utf8(body.to_vec()).expect("text")
    }

    #[test]
    fn an_array_in_a_form_is_one_field_for_each_item() {
        let fields = [
            ("mobile".into(), Argument::Value(json!("1988"))),
            (
                "body_variables[]".into(),
                Argument::Value(json!(["Awa & co", "20 %"])),
            ),
            ("header_variables[]".into(), Argument::Value(Value::Null)),
        ];
        let (content_type, body) = encode(Media::Form, &fields);
        assert_eq!(content_type, "application/x-www-form-urlencoded");
        assert_eq!(
            text(&body),
            "mobile=1988&body_variables%5B%5D=Awa%20%26%20co&body_variables%5B%5D=20%20%25"
        );
    }

    #[test]
    fn a_file_name_cannot_break_out_of_its_header() {
        let file = FilePart::new("a\"\r\nX-Evil: 1.png", &b"\x89PNG"[..]);
        let (content_type, body) =
            encode(Media::Multipart, &[("image".into(), Argument::File(file))]);
        let boundary = content_type.rsplit_once('=').expect("a boundary").1;
        let body = String::from_utf8_lossy(&body).into_owned();
        assert!(body.starts_with(&format!("--{boundary}\r\n")));
        assert!(body.ends_with(&format!("--{boundary}--\r\n")));
        assert!(
            body.contains(
                "filename=\"a%22%0D%0AX-Evil: 1.png\"\r\nContent-Type: image/png\r\n\r\n"
            ),
            "{body}"
        );
    }

    #[test]
    fn a_missing_file_is_refused_by_the_argument_s_name() {
        let error = FilePart::read("image", Path::new("no/such/file.png")).expect_err("no file");
        assert!(
            error.to_string().starts_with("image: no/such/file.png"),
            "{error}"
        );
    }

    #[test]
    fn a_file_that_is_named_after_a_person_does_not_tell_the_number() {
        for path in ["/no/such/+8801988000000.pdf", "/no/8801988000000/bill.pdf"] {
            let error = FilePart::read("document", Path::new(path)).expect_err("no file");
            let shown = error.to_string();
            assert!(!shown.contains("1988000000"), "{shown}");
            assert!(shown.contains("880") && shown.contains(".pdf: "), "{shown}");
        }
    }

    #[test]
    fn only_a_regular_file_within_the_limit_is_read() {
        let folder = std::env::temp_dir();
        let error = FilePart::read("image", &folder).expect_err("a directory");
        assert!(error.to_string().contains("is a directory"), "{error}");
        let error = FilePart::read("image", Path::new("")).expect_err("no path");
        assert_eq!(error.message(), "image: the path of the file is empty");

        let path = folder.join(format!("palabre-{}.png", std::process::id()));
        let file = std::fs::File::create(&path).expect("a file");
        file.set_len(1 << 40).expect("a sparse file");
        let error = FilePart::read_at_most("image", &path, Some(1000)).expect_err("too large");
        file.set_len(10).expect("a short file");
        let part = FilePart::read_at_most("image", &path, Some(10)).expect("short enough");
        std::fs::remove_file(&path).expect("the file");
        assert!(error.message().contains("at most 1000 bytes"), "{error}");
        assert_eq!(part.data.len(), 10);
    }

    #[test]
    fn of_a_name_with_folders_the_last_part_is_sent() {
        for name in ["../secret/a.png", "C:\\photos\\a.png", "a.png"] {
            assert_eq!(FilePart::new(name, &b"x"[..]).file_name, "a.png");
        }
    }

    #[test]
    fn a_part_shows_neither_name_nor_content() {
        let shown = format!("{:?}", FilePart::new("awa-passport.jpg", &b"secret"[..]));
        assert_eq!(shown, "FilePart(image/jpeg, 6 bytes)");
    }
}
