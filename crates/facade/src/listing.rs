//! Lazy lists: pages are fetched when they are asked for.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use palabre_model::{ConversationStatus, Page, Result};

use crate::Client;
use crate::at::At;

/// What a listing is asked for; a vendor that cannot take an option refuses it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// Part of a name or number.
    pub search: Option<String>,
    /// Only what this number of the account has: its identifier at the vendor, or the phone number.
    /// 99digital keeps contacts, templates and messages by number.
    pub number: Option<String>,
    /// Only conversations of this status.
    pub status: Option<ConversationStatus>,
    /// Where to start: [`Page::next_cursor`] or [`Listing::cursor`] of an earlier listing.
    pub cursor: Option<String>,
    /// How many items a page has; the vendor's default if `None`.
    pub page_size: Option<u32>,
}
palabre_model::debug_only!(ListOptions {
    status,
    cursor,
    page_size
});

type Fetch<T> = Arc<dyn Fn(At, ListOptions) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync>;

/// A list at a vendor that is read page by page.
///
/// It ends on the vendor's own sign, not on an empty page. A cursor or a page that comes again is an
/// error: following it would never end.
pub struct Listing<T> {
    at: Result<At>,
    fetch: Fetch<T>,
    options: ListOptions,
    seen: HashSet<String>,
    /// What tells the last page from another.
    page: Option<u64>,
    /// How many items were fetched.
    fetched: usize,
    /// Whether the first page was the list's first: the vendor's total counts from there.
    is_whole: bool,
    is_done: bool,
}

impl<T> Listing<T> {
    pub(crate) fn new(
        at: Result<At>,
        options: ListOptions,
        fetch: impl Fn(At, ListOptions) -> BoxFuture<'static, Result<Page<T>>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            at,
            fetch: Arc::new(fetch),
            is_whole: options.cursor.is_none(),
            options,
            seen: HashSet::new(),
            page: None,
            fetched: 0,
            is_done: false,
        }
    }

    /// Continues with the connections of `client`, another client of the same account: connections
    /// belong to one tokio runtime.
    pub fn reconnect(&mut self, client: &Client) {
        if let Ok(at) = &mut self.at {
            at.session = client.session().renamed(at.session.name());
        }
    }

    /// Tells what is wrong with the listing as far as it is known before anything is sent: a verb that
    /// the vendor has not, an identifier that is none.
    ///
    /// # Errors
    ///
    /// What [`next_page`](Self::next_page) would return.
    pub fn check(&self) -> Result<()> {
        self.at.as_ref().map(|_| ()).map_err(Clone::clone)
    }

    /// Fetches the next page; `None` after the last.
    ///
    /// After an error the listing stays where it was: calling again asks for the same page.
    ///
    /// # Errors
    ///
    /// The error of the request; [`Decode`](palabre_model::ErrorKind::Decode) when a cursor or a page
    /// repeats.
    pub async fn next_page(&mut self) -> Result<Option<Page<T>>> {
        if self.is_done {
            return Ok(None);
        }
        let at = self.at.clone()?.again();
        let page = (self.fetch)(at.clone(), self.options.clone()).await?;
        match &page.next_cursor {
            None => self.is_done = true,
            Some(next) => {
                at.check_page(&mut self.page)?;
                let is_repeated =
                    self.options.cursor.as_ref() == Some(next) || self.seen.contains(next);
                if is_repeated {
                    return Err(at.unreadable(
                        "the vendor sent a cursor that it had sent before, so the list would never end",
                    ));
                }
                self.seen.extend(self.options.cursor.take());
                self.options.cursor = Some(next.clone());
            }
        }
        self.fetched += page.items.len();
        at.progress(self.fetched, page.total.filter(|_| self.is_whole));
        Ok(Some(page))
    }

    /// Where the next page starts: a plain string, good for [`ListOptions::cursor`] later on.
    ///
    /// `None` before the first page of a list that starts at its beginning, and after the last.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        if self.is_done {
            return None;
        }
        self.options.cursor.as_deref()
    }

    /// Reads everything that is left.
    ///
    /// # Errors
    ///
    /// The error of the first page that failed; nothing of the list is returned then.
    pub async fn collect(mut self) -> Result<Vec<T>> {
        let mut items = Vec::new();
        while let Some(page) = self.next_page().await? {
            items.extend(page.items);
        }
        Ok(items)
    }
}

impl<T> Clone for Listing<T> {
    fn clone(&self) -> Self {
        Self {
            at: self.at.clone(),
            fetch: self.fetch.clone(),
            options: self.options.clone(),
            seen: self.seen.clone(),
            page: self.page,
            fetched: self.fetched,
            is_whole: self.is_whole,
            is_done: self.is_done,
        }
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verb = self
            .at
            .as_ref()
            .map_or("unsupported", |at| at.verb.as_str());
        write!(f, "Listing({verb})")
    }
}
