//! Cursor paging: an opaque text that continues one list, one search, one order.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::invalid;
use crate::call::{Answer, Call};

/// The largest page of contacts and of groups. For members none is documented.
pub(super) const LARGEST: usize = 100;

const DEFAULT: usize = 50;

const LONGEST_SEARCH: usize = 100;

/// Where an item stands in its list: its name, where that orders the list, and its age.
pub(super) type Place = (String, u64);

/// What a request asks of a list.
#[derive(Debug)]
pub(super) struct Paging {
    scope: String,
    pub(super) limit: usize,
    /// In lower case.
    pub(super) search: Option<String>,
    after: Option<Place>,
}

/// One page.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    pub(super) total: usize,
    pub(super) next: Option<String>,
}

/// What a cursor holds. It belongs to a list with its search, as the vendor's page says of `sort`.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor {
    scope: String,
    after: Place,
}

impl Paging {
    /// Reads `limit`, `cursor` and `search`; `list` names the list and its order.
    pub(super) fn read(call: &Call, list: &str, largest: Option<usize>) -> Result<Self, Answer> {
        let limit = match call.query("limit") {
            None => DEFAULT,
            Some(text) => match text.parse() {
                Ok(limit) if (1..=largest.unwrap_or(usize::MAX)).contains(&limit) => limit,
                _ => {
                    let most = largest.map_or(String::new(), |largest| format!(" to {largest}"));
                    return Err(invalid(&format!("limit must be a number from 1{most}.")));
                }
            },
        };
        let search = call.query("search").map(str::to_lowercase);
        // Like the size of a page, the length is not documented for members.
        let is_short = |text: &String| (1..=LONGEST_SEARCH).contains(&text.chars().count());
        if largest.is_some() && !search.as_ref().is_none_or(is_short) {
            return Err(invalid("search must have 1 to 100 characters."));
        }
        let scope = format!("{list}?{}", search.as_deref().unwrap_or_default());
        let after = match call.query("cursor") {
            None => None,
            Some(text) => match decode(text) {
                Some(cursor) if cursor.scope == scope => Some(cursor.after),
                _ => return Err(invalid("cursor does not belong to this list.")),
            },
        };
        Ok(Self {
            scope,
            limit,
            search,
            after,
        })
    }

    /// Cuts the page out of `items`, which stand in the list's order.
    ///
    /// The place of the last item is kept, not its index: what is created or deleted between
    /// two pages neither hides an item nor shows one twice.
    pub(super) fn cut<T>(
        &self,
        items: Vec<T>,
        place: impl Fn(&T) -> Place,
        is_after: impl Fn(&Place, &Place) -> bool,
    ) -> Page<T> {
        let total = items.len();
        let mut rest = items.into_iter().filter(|item| {
            self.after
                .as_ref()
                .is_none_or(|after| is_after(&place(item), after))
        });
        let items: Vec<T> = rest.by_ref().take(self.limit).collect();
        let has_more = rest.next().is_some();
        let next = items
            .last()
            .filter(|_| has_more)
            .map(|last| self.encode(place(last)));
        Page { items, total, next }
    }

    fn encode(&self, after: Place) -> String {
        let cursor = Cursor {
            scope: self.scope.clone(),
            after,
        };
        BASE64_URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
    }
}

fn decode(text: &str) -> Option<Cursor> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
    serde_json::from_slice(&bytes).ok()
}

/// Newest first.
pub(super) fn is_older(place: &Place, than: &Place) -> bool {
    place.1 < than.1
}

/// By name, then oldest first.
pub(super) fn is_behind(place: &Place, than: &Place) -> bool {
    place > than
}
