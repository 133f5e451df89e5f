//! Cuts items out of a page without copying and without parsing what is in them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use palabre_model::Result;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::at::At;

/// A key, borrowed where it holds no escapes.
#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// The value at a JSON pointer as a slice of the body; `None` where there is nothing.
pub(crate) fn slice(body: &Bytes, pointer: &str) -> Option<Bytes> {
    let mut at: &str = std::str::from_utf8(body).ok()?;
    for part in pointer.split('/').skip(1) {
        let fields: BTreeMap<Key<'_>, &RawValue> = serde_json::from_str(at).ok()?;
        at = fields.get(&Key(Cow::Borrowed(part)))?.get();
    }
    Some(body.slice_ref(at.as_bytes()))
}

/// The items of the array at a JSON pointer, each as a slice of the body; `None` where there is none.
pub(crate) fn items(body: &Bytes, pointer: &str) -> Option<Vec<Bytes>> {
    let array = slice(body, pointer)?;
    let items: Vec<&RawValue> = serde_json::from_slice(&array).ok()?;
    let items = items
        .into_iter()
        .map(|item| array.slice_ref(item.get().as_bytes()));
    Some(items.collect())
}

/// Converts the items of a page, each with its slice of the body.
pub(crate) fn convert<W, T>(
    at: &At,
    body: &Bytes,
    pointer: &str,
    wire: Vec<W>,
    convert: impl Fn(W, Bytes) -> Result<T>,
) -> Result<Vec<T>> {
    // Both come from the same array; an item without its slice would be lost without a word.
    let slices = items(body, pointer)
        .filter(|slices| slices.len() == wire.len())
        .ok_or_else(|| at.missing("items that can be told apart"))?;
    wire.into_iter()
        .zip(slices)
        .map(|(wire, item)| convert(wire, item))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_slices_of_the_page() {
        let body =
            Bytes::from_static(br#"{"data": {"a\"b": 1, "list": [ {"id": 1}, null, "x" ]}}"#);
        let items = items(&body, "/data/list").expect("an array");
        assert_eq!(items, [&b"{\"id\": 1}"[..], b"null", b"\"x\""]);
        let page = body.as_ptr() as usize..body.as_ptr() as usize + body.len();
        assert!(
            items
                .iter()
                .all(|item| page.contains(&(item.as_ptr() as usize)))
        );
    }

    #[test]
    fn what_is_not_there_is_none() {
        let body = Bytes::from_static(br#"{"data": null}"#);
        assert_eq!(items(&body, "/data/list"), None);
        assert_eq!(items(&body, "/data"), None);
        assert_eq!(slice(&body, "/nothing"), None);
        assert_eq!(slice(&Bytes::from_static(b"<html>"), "/data"), None);
    }
}
