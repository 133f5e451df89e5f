//! Pages of 50 rows that say nothing of themselves: a page with fewer rows is the last.

use bytes::Bytes;
use palabre_model::{Page, Result};

use crate::ListOptions;
use crate::at::At;

/// `W/get-contacts`, `W/get-history`: 50 rows a page.
const SIZE: usize = 50;

/// How many hexadecimal digits a fingerprint has.
const FINGERPRINT: usize = 16;

/// Which page is asked for, and what the page before it looked like.
#[derive(Clone, Copy)]
pub(super) struct Position {
    pub(super) page: i64,
    before: Option<u64>,
}

impl Position {
    /// Reads a cursor: the number of the page, and a fingerprint of the page before.
    pub(super) fn read(at: &At, options: &ListOptions) -> Result<Self> {
        if options.page_size.is_some() {
            let error = at.unsupported_option("page_size");
            return Err(error.hint(format!("its pages have {SIZE} rows")));
        }
        let Some(cursor) = &options.cursor else {
            return Ok(Self {
                page: 1,
                before: None,
            });
        };
        let parts = cursor.split_once('/').and_then(|(page, before)| {
            let page = page.parse::<i64>().ok().filter(|page| *page > 1)?;
            let is_whole = before.len() == FINGERPRINT;
            let before = u64::from_str_radix(before, 16).ok().filter(|_| is_whole)?;
            Some((page, before))
        });
        let Some((page, before)) = parts else {
            return Err(at
                .invalid("cursor", "is not a cursor of this list")
                .hint("pass what next_cursor of a page gave"));
        };
        Ok(Self {
            page,
            before: Some(before),
        })
    }

    /// Makes the page that `body` holds.
    ///
    /// The vendor neither repeats the number nor counts the rows, so one that did not know page
    /// numbers would send the same rows for ever.
    pub(super) fn page<T>(self, at: &At, body: &Bytes, items: Vec<T>) -> Result<Page<T>> {
        let now = fingerprint(body);
        if !items.is_empty() && self.before == Some(now) {
            let problem = format!("page {} is the page before it once more", self.page);
            return Err(at.unreadable(problem));
        }
        let is_last = items.len() < SIZE;
        let next = self.page.saturating_add(1);
        Ok(Page {
            items,
            next_cursor: (!is_last).then(|| format!("{next}/{now:016x}")),
            total: None,
        })
    }
}

/// FNV-1a: the same in every version, for cursors that were written down.
fn fingerprint(body: &[u8]) -> u64 {
    body.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
