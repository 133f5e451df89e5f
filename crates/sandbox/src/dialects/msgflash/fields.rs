//! Checks of JSON bodies.

use serde_json::{Map, Value};

use super::invalid;
use crate::call::{Answer, Call};
use crate::form::Payload;

/// The most ids that a bulk delete may hold, in the first generation of the documentation.
pub(super) const MOST_DELETED: usize = 500;

/// The body as an object.
pub(super) fn body(call: &Call) -> Result<&Map<String, Value>, Answer> {
    match &call.payload {
        Payload::Json(Value::Object(object)) => Ok(object),
        _ => Err(invalid("The body must be a JSON object.")),
    }
}

/// An optional text that is not empty.
pub(super) fn text(body: &Map<String, Value>, name: &str) -> Result<Option<String>, Answer> {
    match body.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(invalid(&format!(
            "{name} must be a text that is not empty."
        ))),
    }
}

/// A text that must be there.
pub(super) fn required(body: &Map<String, Value>, name: &str) -> Result<String, Answer> {
    text(body, name)?.ok_or_else(|| invalid(&format!("{name} is required.")))
}

/// An optional phone number. "E.164" is documented; how strictly it is checked is a guess.
pub(super) fn phone(body: &Map<String, Value>) -> Result<Option<String>, Answer> {
    let phone = text(body, "phone")?;
    let is_e164 = |text: &String| {
        let digits = text.strip_prefix('+').unwrap_or_default();
        (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0')
    };
    if phone.as_ref().is_none_or(is_e164) {
        Ok(phone)
    } else {
        Err(invalid("phone must be an E.164 number."))
    }
}

/// An optional list of texts.
pub(super) fn texts(body: &Map<String, Value>, name: &str) -> Result<Option<Vec<String>>, Answer> {
    let Some(value) = body.get(name) else {
        return Ok(None);
    };
    let items = value.as_array().and_then(|items| {
        items
            .iter()
            .map(|item| item.as_str().map(str::to_owned))
            .collect::<Option<Vec<_>>>()
    });
    items
        .map(Some)
        .ok_or_else(|| invalid(&format!("{name} must be a list of texts.")))
}

/// The free fields, if given.
pub(super) fn meta(body: &Map<String, Value>) -> Result<Option<Map<String, Value>>, Answer> {
    match body.get("meta") {
        None => Ok(None),
        Some(Value::Object(meta)) => Ok(Some(meta.clone())),
        Some(_) => Err(invalid("meta must be an object.")),
    }
}

/// At least one id. They are called UUIDs, but the vendor's own samples are not: any text will do.
pub(super) fn contact_ids(call: &Call) -> Result<Vec<String>, Answer> {
    let ids = texts(body(call)?, "contactIds")?.unwrap_or_default();
    if ids.is_empty() {
        return Err(invalid("contactIds must hold an id."));
    }
    Ok(ids)
}
