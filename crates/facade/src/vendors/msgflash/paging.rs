//! Cursor paging: `limit` and `cursor` out, `nextCursor` and `hasMore` in.

use palabre_clients::scalar::{TolerantBoolean, TolerantText};
use palabre_model::{Page, Result};

use crate::ListOptions;
use crate::at::At;
use crate::vendors::filled;

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
pub(super) fn page<T>(
    at: &At,
    items: Vec<T>,
    next_cursor: Option<TolerantText>,
    has_more: Option<TolerantBoolean>,
    total: Option<i64>,
) -> Result<Page<T>> {
    let has_more = has_more.map(|more| more.0);
    let next_cursor = filled(next_cursor);
    if has_more == Some(true) && next_cursor.is_none() {
        // Stopping here would present a part as the whole.
        return Err(at.missing("cursor of the next page, although it says that there is one"));
    }
    Ok(Page {
        items,
        next_cursor: next_cursor.filter(|_| has_more != Some(false)),
        total: total.and_then(|total| u64::try_from(total).ok()),
    })
}
