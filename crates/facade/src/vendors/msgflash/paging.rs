//! Cursor paging: `limit` and `cursor` out, `nextCursor` and `hasMore` in.

use bytes::Bytes;
use palabre_clients::scalar::{TolerantBoolean, TolerantInteger, TolerantText, empty_is_none};
use palabre_model::{Page, Result};
use serde::Deserialize;

use crate::at::At;
use crate::vendors::{filled, told, whole};
use crate::{ListOptions, slices};

/// What a list says beside its items. A key that is missing says nothing; a null says "no more".
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Paging {
    #[serde(default, deserialize_with = "told")]
    next_cursor: Option<Option<TolerantText>>,
    #[serde(default, deserialize_with = "empty_is_none")]
    has_more: Option<TolerantBoolean>,
    #[serde(default, deserialize_with = "empty_is_none")]
    total: Option<TolerantInteger>,
}

/// `cursor`, `limit` and `search`, in the order of the generated methods.
pub(super) fn parameters(options: &ListOptions) -> (Option<&str>, Option<i64>, Option<&str>) {
    (
        options.cursor.as_deref(),
        options.page_size.map(i64::from),
        options.search.as_deref(),
    )
}

/// `D:/api-reference/contacts/list`: stop when `hasMore` is false or `nextCursor` is null. A page
/// without items but with a cursor is not the end.
pub(super) fn page<T>(at: &At, items: Vec<T>, body: &Bytes) -> Result<Page<T>> {
    let paging = read(body);
    let has_more = paging.has_more.map(|more| more.0);
    if has_more.is_none() && paging.next_cursor.is_none() {
        return Err(at.missing("sign of its end: neither nextCursor nor hasMore"));
    }
    let next_cursor = filled(paging.next_cursor.flatten());
    if has_more == Some(true) && next_cursor.is_none() {
        // Stopping here would present a part as the whole.
        return Err(at.missing("cursor of the next page, although it says that there is one"));
    }
    Ok(Page {
        items,
        next_cursor: next_cursor.filter(|_| has_more != Some(false)),
        total: whole(paging.total),
    })
}

/// A list that is not documented to have pages: a sign of them, or a larger total, is an error.
pub(super) fn whole_list<T>(at: &At, items: Vec<T>, body: &Bytes) -> Result<Page<T>> {
    let paging = read(body);
    let has_more = paging.has_more.is_some_and(|more| more.0)
        || filled(paging.next_cursor.flatten()).is_some()
        || whole(paging.total).is_some_and(|total| total > items.len() as u64);
    if has_more {
        return Err(at
            .unreadable("the vendor sent a part of the list only")
            .hint("it does not document how to ask for the rest"));
    }
    Ok(Page::whole(items))
}

fn read(body: &Bytes) -> Paging {
    // The generated client has read the same members already, so they do decode.
    let data = slices::slice(body, "/data");
    data.and_then(|data| serde_json::from_slice(&data).ok())
        .unwrap_or_default()
}
