//! `client.templates`.

use palabre::ListOptions;
use pyo3::prelude::*;

use super::options;
use crate::arguments::Whole;
use crate::noun::noun;

noun! {
    /// The templates of an account, whatever their status.
    "templates": Templates, AsyncTemplates

    listing list [*, number=None, cursor=None, page_size=None,]
        (number: Option<String>, cursor: Option<String>, page_size: Option<Whole>)
        /// Lists templates.
        ///
        /// Args:
        ///     number: 99digital: of which of the account's numbers; the client's, or its only one, if None.
        ///     cursor: Where to start, from `cursor` of an earlier listing.
        ///     page_size: Templates in a page; the vendor's default if None.
        ///     timeout: Seconds that each page may take; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///     progress: Whether tqdm draws how far it has come.
        |client| {
            let options = ListOptions { number: number.clone(), ..options(&None, &cursor, page_size)? };
            Ok(client.templates().list(options))
        }, from cursor.clone();
}
