//! The rows of a listing, one at a time: several threads or tasks may take them, each row comes once.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use pyo3::prelude::*;

use crate::listing::{AsyncPageIterator, PageIterator};
use crate::nouns::Nothing;
use crate::rows::Rows;
use crate::runtime::locked;
use crate::source::{Fetched, Source};

/// The pages that were fetched and not read to their end, and how far the first was read.
#[derive(Default)]
struct Open(Mutex<VecDeque<(Fetched, usize)>>);

impl Open {
    fn add(&self, page: Fetched) {
        locked(&self.0).push_back((page, 0));
    }

    /// The next row, as its page and its place there. The lock is not held while Python runs.
    fn take(&self, source: &Source) -> Option<(Arc<dyn Rows>, usize)> {
        let mut open = locked(&self.0);
        while let Some((page, next)) = open.front_mut() {
            if *next >= page.rows.len() {
                // An empty page is not the end.
                source.set_cursor(page.next_cursor.clone());
                open.pop_front();
                continue;
            }
            let row = (Arc::clone(&page.rows), *next);
            *next += 1;
            let is_last = *next == page.rows.len();
            let cursor = if is_last {
                &page.next_cursor
            } else {
                &page.start
            };
            source.set_cursor(cursor.clone());
            return Some(row);
        }
        None
    }
}

/// Iterates over the rows of a listing.
#[pyclass(frozen, module = "palabre")]
pub struct ItemIterator {
    pages: PageIterator,
    open: Open,
}

impl ItemIterator {
    pub(crate) fn new(pages: PageIterator) -> Self {
        Self {
            pages,
            open: Open::default(),
        }
    }
}

#[pymethods]
impl ItemIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        loop {
            if let Some((rows, index)) = self.open.take(&self.pages.source) {
                return rows.get(py, index).map(Some);
            }
            match self.pages.fetch(py)? {
                Some(page) => self.open.add(page),
                None => return Ok(None),
            }
        }
    }

    fn __repr__(&self) -> &'static str {
        "ItemIterator(the rows of a listing)"
    }
}

/// The rows for `palabre._aio.Items`: an iterator over those that are there, and the way to more.
#[pyclass(frozen, module = "palabre._palabre")]
pub(crate) struct AsyncRows {
    pages: AsyncPageIterator,
    open: Arc<Open>,
}

impl AsyncRows {
    pub(crate) fn new(pages: AsyncPageIterator) -> Self {
        Self {
            pages,
            open: Arc::default(),
        }
    }
}

#[pymethods]
impl AsyncRows {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let row = self.open.take(&self.pages.source);
        row.map(|(rows, index)| rows.get(py, index)).transpose()
    }

    /// Fetches the next page; StopAsyncIteration after the last.
    fn fetch<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let open = Arc::clone(&self.open);
        self.pages.fetch(py, move |page| {
            open.add(page);
            Nothing
        })
    }
}
