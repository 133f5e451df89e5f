//! Numbered pages in Laravel's paginator. A cursor is `page/size`, since a page number means
//! nothing without the size that it was counted with.

use palabre_clients::scalar::{TolerantInteger, TolerantText};
use palabre_model::{Page, Result};

use crate::ListOptions;
use crate::at::At;
use crate::vendors::{filled, integer};

/// Which page is asked for.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) page: Option<i64>,
    pub(super) size: Option<i64>,
}

/// The numbers of a paginator.
pub(super) struct Numbers {
    pub(super) current: Option<TolerantInteger>,
    pub(super) last: Option<TolerantInteger>,
    pub(super) size: Option<TolerantInteger>,
    pub(super) total: Option<TolerantInteger>,
    pub(super) next_url: Option<TolerantText>,
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

/// Ends on the last page's number, not on an empty page.
pub(super) fn page<T>(
    at: &At,
    items: Vec<T>,
    position: Position,
    numbers: Numbers,
) -> Result<Page<T>> {
    let asked = position.page.unwrap_or(1);
    let current = integer(numbers.current).unwrap_or(asked);
    if current != asked {
        let problem = format!("page {asked} was asked for, and page {current} came");
        return Err(at.unreadable(problem));
    }
    let has_next = match integer(numbers.last) {
        Some(last) => current < last,
        None => filled(numbers.next_url).is_some(),
    };
    // The size that was asked for, not the one that the vendor cut it down to: it will again.
    let size = position.size.or(integer(numbers.size));
    let next_cursor = match (has_next, size) {
        (false, _) => None,
        (true, Some(size)) => Some(format!("{}/{size}", current.saturating_add(1))),
        // Asking on without a size could skip items or fetch them twice.
        (true, None) => return Err(at.missing("page size, although there is another page")),
    };
    Ok(Page {
        items,
        next_cursor,
        total: integer(numbers.total).and_then(|total| u64::try_from(total).ok()),
    })
}
