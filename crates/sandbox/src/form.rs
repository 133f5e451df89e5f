//! Request bodies: JSON, urlencoded and multipart, read into one shape.

use std::convert::Infallible;

use bytes::Bytes;
use futures_util::stream;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

/// A request body as the dialects see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Payload {
    /// No body.
    Empty,
    /// A JSON document.
    Json(Value),
    /// Form fields, urlencoded or multipart, in the order they came.
    Form(Vec<(String, Field)>),
    /// Text of some other type.
    Text(String),
    /// A body that does not parse as the type that it claims.
    Malformed(String),
}

/// One form field.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Field {
    /// A text.
    Text(String),
    /// A file; its content is counted, not kept.
    File(File),
}

/// An uploaded file, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct File {
    pub(crate) name: String,
    pub(crate) content_type: Option<String>,
    pub(crate) bytes: usize,
}

impl Payload {
    /// Reads a body by its content type, looking at its first byte where the type says little.
    ///
    /// `curl -d '{…}'` calls its JSON urlencoded, and PHP sends JSON as text: a body that
    /// starts like JSON is tried as JSON whatever its type, except inside multipart.
    pub(crate) async fn read(content_type: Option<&str>, body: Bytes) -> Self {
        if body.is_empty() {
            return Self::Empty;
        }
        let content_type = content_type.unwrap_or_default();
        let essence = content_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        if essence == "multipart/form-data" {
            return read_multipart(content_type, body).await;
        }
        let looks_like_json = matches!(
            body.iter().find(|byte| !byte.is_ascii_whitespace()),
            Some(b'{' | b'[')
        );
        if looks_like_json || essence == "application/json" || essence.ends_with("+json") {
            return match serde_json::from_slice(&body) {
                Ok(value) => Self::Json(value),
                Err(error) => Self::Malformed(error.to_string()),
            };
        }
        let text = String::from_utf8_lossy(&body).into_owned();
        if essence == "application/x-www-form-urlencoded" {
            let fields = read_urlencoded(&text);
            return Self::Form(
                fields
                    .into_iter()
                    .map(|(name, value)| (name, Field::Text(value)))
                    .collect(),
            );
        }
        Self::Text(text)
    }

    /// A text field; of a repeated one the last counts, as in PHP.
    ///
    /// Numbers and booleans of a JSON body read as their text.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self {
            Self::Form(fields) => fields.iter().rev().find_map(|(key, field)| match field {
                Field::Text(text) if key == name => Some(text.clone()),
                _ => None,
            }),
            Self::Json(Value::Object(object)) => object.get(name).and_then(scalar),
            _ => None,
        }
    }

    /// An uploaded file that is not empty.
    pub(crate) fn file(&self, name: &str) -> Option<&File> {
        match self {
            Self::Form(fields) => fields.iter().rev().find_map(|(key, field)| match field {
                Field::File(file) if key == name && !file.name.is_empty() => Some(file),
                _ => None,
            }),
            _ => None,
        }
    }

    /// The body as the journal shows it: files by name, type and size.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Json(value) => value.clone(),
            Self::Form(fields) => {
                let shown = fields.iter().map(|(name, field)| {
                    let value = match field {
                        Field::Text(text) => Value::from(text.clone()),
                        Field::File(file) => json!({
                            "file_name": file.name,
                            "content_type": file.content_type,
                            "bytes": file.bytes,
                        }),
                    };
                    (name.clone(), value)
                });
                gather(shown)
            }
            Self::Text(text) | Self::Malformed(text) => Value::from(text.clone()),
        }
    }
}

/// Names with their values as one object; `name[]` and repeated names become arrays.
pub(crate) fn gather(pairs: impl IntoIterator<Item = (String, Value)>) -> Value {
    let mut object = Map::new();
    for (name, value) in pairs {
        let is_list = name.ends_with("[]");
        match object.get_mut(&name) {
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = json!([first.take(), value]),
            None if is_list => drop(object.insert(name, json!([value]))),
            None => drop(object.insert(name, value)),
        }
    }
    Value::Object(object)
}

/// The pairs of a query string or an urlencoded body; `+` is a space.
pub(crate) fn read_urlencoded(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

async fn read_multipart(content_type: &str, body: Bytes) -> Payload {
    let boundary = match multer::parse_boundary(content_type) {
        Ok(boundary) => boundary,
        Err(error) => return Payload::Malformed(error.to_string()),
    };
    let whole = stream::once(async { Ok::<_, Infallible>(body) });
    let mut parts = multer::Multipart::new(whole, boundary);
    let mut fields = Vec::new();
    loop {
        let part = match parts.next_field().await {
            Ok(Some(part)) => part,
            Ok(None) => return Payload::Form(fields),
            Err(error) => return Payload::Malformed(error.to_string()),
        };
        let name = part.name().unwrap_or_default().to_owned();
        let file_name = part.file_name().map(str::to_owned);
        let content_type = part.content_type().map(ToString::to_string);
        let content = match part.bytes().await {
            Ok(content) => content,
            Err(error) => return Payload::Malformed(error.to_string()),
        };
        let field = match file_name {
            Some(name) => Field::File(File {
                name,
                content_type,
                bytes: content.len(),
            }),
            None => Field::Text(String::from_utf8_lossy(&content).into_owned()),
        };
        fields.push((name, field));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(content_type: &str, body: &str) -> Payload {
        Payload::read(Some(content_type), Bytes::copy_from_slice(body.as_bytes())).await
    }

    #[tokio::test(flavor = "current_thread")]
    async fn urlencoded_fields_decode_and_the_last_of_a_name_counts() {
        let body = "name=Awa+Doe&phone=%2B229&name=Awa%20D&x[]=1&x%5B%5D=2&y[]=3";
        let payload = read("application/x-www-form-urlencoded", body).await;
        assert_eq!(payload.text("name").as_deref(), Some("Awa D"));
        assert_eq!(payload.text("phone").as_deref(), Some("+229"));
        assert_eq!(
            payload.to_json(),
            json!({"name": ["Awa Doe", "Awa D"], "phone": "+229", "x[]": ["1", "2"], "y[]": ["3"]})
        );
    }

    #[tokio::test(flavor = "current_thread")]
    async fn multipart_files_are_counted_and_their_content_is_dropped() {
        let body = "--b\r\nContent-Disposition: form-data; name=\"mobile\"\r\n\r\n01988\r\n\
            --b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a.png\"\r\n\
            Content-Type: image/png\r\n\r\n12345\r\n--b--\r\n";
        let payload = read("multipart/form-data; boundary=b", body).await;
        assert_eq!(payload.text("mobile").as_deref(), Some("01988"));
        assert_eq!(payload.file("image").map(|file| file.bytes), Some(5));
        assert_eq!(
            payload.to_json()["image"],
            json!({"file_name": "a.png", "content_type": "image/png", "bytes": 5})
        );
    }

    #[tokio::test(flavor = "current_thread")]
    async fn json_is_recognised_whatever_its_type_says() {
        let payload = read("application/x-www-form-urlencoded", "{\"status\": 1}").await;
        assert_eq!(payload.text("status").as_deref(), Some("1"));
        assert!(matches!(
            read("application/json", "nonsense").await,
            Payload::Malformed(_)
        ));
        assert!(matches!(
            read("text/plain", "hello").await,
            Payload::Text(_)
        ));
        assert!(matches!(
            read("multipart/form-data", "no boundary").await,
            Payload::Malformed(_)
        ));
    }
}
