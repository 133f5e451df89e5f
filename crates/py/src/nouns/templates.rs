//! `client.templates`.

use pyo3::prelude::*;

use super::options;
use crate::arguments::Whole;
use crate::noun::noun;

noun! {
    /// The templates of an account, whatever their status.
    "templates": Templates, AsyncTemplates

    listing list [*, cursor=None, page_size=None,] (cursor: Option<String>, page_size: Option<Whole>)
        /// Lists templates.
        ///
        /// Args:
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Templates in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| Ok(client.templates().list(options(&None, &cursor, page_size)?)), from cursor.clone();
}
