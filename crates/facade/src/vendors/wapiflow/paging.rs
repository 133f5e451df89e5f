//! Numbered pages in Laravel's paginator. A cursor is `page/size`, since a page number means
//! nothing without the size that it was counted with.

use bytes::Bytes;
use palabre_clients::scalar::{TolerantInteger, TolerantText, empty_is_none};
use palabre_model::{Page, Result};
use serde::Deserialize;

use crate::at::At;
use crate::vendors::{filled, integer, told, whole};
use crate::{ListOptions, slices};

/// Which page is asked for.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) page: Option<i64>,
    pub(super) size: Option<i64>,
}

/// What a paginator says beside its items.
#[derive(Deserialize)]
struct Paginator {
    #[serde(default, deserialize_with = "empty_is_none")]
    current_page: Option<TolerantInteger>,
    #[serde(default, deserialize_with = "empty_is_none")]
    last_page: Option<TolerantInteger>,
    #[serde(default, deserialize_with = "empty_is_none")]
    per_page: Option<TolerantInteger>,
    #[serde(default, deserialize_with = "empty_is_none")]
    total: Option<TolerantInteger>,
    /// A null says that there is no next page; a missing key says nothing.
    #[serde(default, deserialize_with = "told")]
    next_page_url: Option<Option<TolerantText>>,
}

impl Position {
    pub(super) fn read(at: &At, options: &ListOptions) -> Result<Self> {
        let asked = options.page_size.map(i64::from);
        let Some(cursor) = &options.cursor else {
            return Ok(Self {
                page: None,
                size: asked,
            });
        };
        let numbers = cursor
            .split_once('/')
            .and_then(|(page, size)| Some((page.parse::<i64>().ok()?, size.parse::<i64>().ok()?)))
            .filter(|(page, size)| *page > 0 && *size > 0);
        let Some((page, size)) = numbers else {
            return Err(at
                .invalid("cursor", "is not a cursor of this list")
                .hint("pass what next_cursor of a page gave"));
        };
        if asked.is_some_and(|asked| asked != size) {
            return Err(at.invalid(
                "page_size",
                format_args!("is not the {size} that the cursor was made with"),
            ));
        }
        Ok(Self {
            page: Some(page),
            size: Some(size),
        })
    }
}

/// Makes the page of the paginator at `pointer`, whose items are `wire`.
///
/// Ends on the last page's number, not on an empty page.
pub(super) fn page<W, T>(
    at: &At,
    position: Position,
    body: &Bytes,
    pointer: &str,
    wire: Option<Vec<W>>,
    convert: impl Fn(W, Bytes) -> Result<T>,
) -> Result<Page<T>> {
    let name = pointer.rsplit('/').next().unwrap_or_default();
    let wire = wire.ok_or_else(|| at.missing(name))?;
    let slice = slices::slice(body, pointer).ok_or_else(|| at.missing(name))?;
    let items = slices::convert(at, &slice, "/data", wire, convert)?;
    let paginator: Paginator = serde_json::from_slice(&slice)
        .map_err(|_| at.unreadable("the answer's paginator does not have the documented shape"))?;

    let asked = position.page.unwrap_or(1);
    let current = integer(paginator.current_page).unwrap_or(asked);
    if current != asked {
        let problem = format!("page {asked} was asked for, and page {current} came");
        return Err(at.unreadable(problem));
    }
    let has_next = match (integer(paginator.last_page), paginator.next_page_url) {
        (Some(last), _) => current < last,
        (None, Some(url)) => filled(url).is_some(),
        // Stopping here could present a part as the whole.
        (None, None) => {
            return Err(at.missing("sign of its end: neither last_page nor next_page_url"));
        }
    };
    // The size that was asked for, not the one that the vendor cut it down to: it will again.
    let size = position.size.or(integer(paginator.per_page));
    let next_cursor = match (has_next, size) {
        (false, _) => None,
        (true, Some(size)) => Some(format!("{}/{size}", current.saturating_add(1))),
        // Asking on without a size could skip items or fetch them twice.
        (true, None) => return Err(at.missing("page size, although there is another page")),
    };
    Ok(Page {
        items,
        next_cursor,
        total: whole(paginator.total),
    })
}
