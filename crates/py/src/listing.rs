//! Lazy lists, sync and async.

use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyException, PyStopAsyncIteration};
use pyo3::prelude::*;
use pyo3::types::PyCapsule;

use crate::aio::Shown;
use crate::bar::{self, Bar};
use crate::items::{AsyncRows, ItemIterator};
use crate::runtime;
use crate::source::{Fetched, Position, Source};
use crate::table::{Page, Table, frame};
use crate::{aio, arrow};

/// A list at a vendor, read page by page as it is iterated over.
///
/// Iterating again starts again. After an error, the iterator stays at the page that failed.
#[pyclass(frozen, generic, module = "palabre")]
pub struct Listing(pub(crate) Source);

#[pymethods]
impl Listing {
    /// Where to go on later: a plain string, good for `cursor=`. While pages are read it is where the page after the last one starts. While rows are read it is where their page starts, until its last row was given out: who goes on there sees some rows again and misses none. None on the first page of a list that starts at its beginning, and at the end.
    #[getter]
    fn cursor(&self) -> Option<String> {
        self.0.cursor()
    }

    fn __iter__(&self, py: Python<'_>) -> PyResult<ItemIterator> {
        Ok(ItemIterator::new(self.pages(py)?))
    }

    /// Iterates over pages, fetching each when it is asked for.
    fn pages(&self, py: Python<'_>) -> PyResult<PageIterator> {
        Ok(PageIterator {
            source: self.0.clone(),
            position: Position::default(),
            bar: self.0.bar(py)?,
        })
    }

    /// Fetches everything.
    ///
    /// Returns:
    ///     A table of all rows. If a page fails there is no table: a part is never presented as the whole.
    fn collect(&self, py: Python<'_>) -> PyResult<Table> {
        let Self(source) = self;
        let bar = source.bar(py)?;
        bar::shown(py, bar.as_ref(), || {
            runtime::block(py, &source.handle, source.verb, |client| {
                source.clone().collect(bar.clone(), client)
            })
        })
    }

    /// All rows as an Arrow C stream, for any library that reads them.
    #[pyo3(signature = (requested_schema=None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // The protocol lets a producer ignore a schema that it cannot cast to.
        let _ = requested_schema;
        arrow::stream(py, &*self.collect(py)?.rows)
    }

    /// All rows as a pyarrow.Table. Needs the extra `arrow`.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frame("to_arrow", slf.as_any())
    }

    /// All rows as a pandas.DataFrame. Needs the extra `pandas`.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frame("to_pandas", slf.as_any())
    }

    /// All rows as a polars.DataFrame. Needs the extra `polars`.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        frame("to_polars", slf.as_any())
    }

    /// The first rows, from one page that is fetched once and stays in the listing.
    fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let html = PyModule::import(py, "palabre._html")?;
        match self.0.preview(py) {
            Ok(page) => html.call_method1("preview", (self.0.verb, page)),
            // A cell that shows a listing does not fail; Ctrl-C still stops it.
            Err(error) if error.is_instance_of::<PyException>(py) => {
                html.call_method1("no_preview", (self.0.verb, error.value(py)))
            }
            Err(error) => Err(error),
        }
    }

    fn __repr__(&self) -> String {
        let verb = self.0.verb;
        format!("Listing({verb}, not fetched yet: iterate over it, or call collect())")
    }
}

/// Iterates over the pages of a listing.
#[pyclass(frozen, module = "palabre")]
pub struct PageIterator {
    pub(crate) source: Source,
    position: Position,
    bar: Option<Bar>,
}

#[pymethods]
impl PageIterator {
    fn __iter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Page>> {
        let page = self.fetch(py)?;
        if let Some(page) = &page {
            self.source.set_cursor(page.next_cursor.clone());
        }
        Ok(page.map(Page::from))
    }
}

impl PageIterator {
    /// Fetches the next page.
    pub(crate) fn fetch(&self, py: Python<'_>) -> PyResult<Option<Fetched>> {
        let Self {
            source,
            position,
            bar,
        } = self;
        bar.as_ref().map_or(Ok(()), |bar| bar.start(py))?;
        let page = runtime::block(py, &source.handle, source.verb, |client| {
            source.clone().next(position.clone(), bar.clone(), client)
        });
        // After an error it is drawn again if somebody goes on.
        if !matches!(page, Ok(Some(_)))
            && let Some(bar) = bar
        {
            bar.close(py);
        }
        page
    }
}

/// A list at a vendor, read page by page by `async for`.
#[pyclass(frozen, generic, module = "palabre")]
pub struct AsyncListing(pub(crate) Source);

/// Calls a function of `palabre._aio`: iterators over pages and coroutines over frames.
fn asynchronous<'py>(function: &str, listing: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    aio::module(listing.py())?.call_method1(function, (listing,))
}

#[pymethods]
impl AsyncListing {
    /// Where to go on later: a plain string, good for `cursor=`. While pages are read it is where the page after the last one starts. While rows are read it is where their page starts, until its last row was given out: who goes on there sees some rows again and misses none. None on the first page of a list that starts at its beginning, and at the end.
    #[getter]
    fn cursor(&self) -> Option<String> {
        self.0.cursor()
    }

    fn __aiter__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let rows = AsyncRows::new(self.pages(py)?);
        aio::module(py)?.call_method1("Items", (rows,))
    }

    /// Iterates over pages, fetching each when it is asked for.
    fn pages(&self, py: Python<'_>) -> PyResult<AsyncPageIterator> {
        Ok(AsyncPageIterator {
            source: self.0.clone(),
            position: Position::default(),
            bar: self.0.bar(py)?,
        })
    }

    /// Fetches everything.
    ///
    /// Returns:
    ///     A table of all rows. If a page fails there is no table: a part is never presented as the whole.
    fn collect<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let source = self.0.clone();
        let bar = source.bar(py)?;
        let shown = bar.clone().map(|bar| Shown {
            bar,
            goes_on: false,
        });
        aio::spawn_shown(py, &self.0.handle, self.0.verb, shown, move |client| {
            source.collect(bar, client)
        })
    }

    /// All rows as a pyarrow.Table. Needs the extra `arrow`.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        asynchronous("to_arrow", slf.as_any())
    }

    /// All rows as a pandas.DataFrame. Needs the extra `pandas`.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        asynchronous("to_pandas", slf.as_any())
    }

    /// All rows as a polars.DataFrame. Needs the extra `polars`.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        asynchronous("to_polars", slf.as_any())
    }

    /// How to fetch it: a notebook cannot wait for a preview.
    fn _repr_html_<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        PyModule::import(py, "palabre._html")?.call_method1("how_to_await", (self.0.verb,))
    }

    fn __repr__(&self) -> String {
        let verb = self.0.verb;
        format!("AsyncListing({verb}, not fetched yet: iterate over it, or await collect())")
    }
}

/// Iterates over the pages of a listing.
#[pyclass(frozen, module = "palabre")]
pub struct AsyncPageIterator {
    pub(crate) source: Source,
    position: Position,
    bar: Option<Bar>,
}

#[pymethods]
impl AsyncPageIterator {
    fn __aiter__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
        slf
    }

    fn __anext__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let source = self.source.clone();
        self.fetch(py, move |page| {
            source.set_cursor(page.next_cursor.clone());
            page
        })
    }
}

impl AsyncPageIterator {
    /// The coroutine that fetches the next page; `keep` runs on the worker thread.
    pub(crate) fn fetch<'py, T>(
        &self,
        py: Python<'py>,
        keep: impl FnOnce(Fetched) -> T + Send + 'static,
    ) -> PyResult<Bound<'py, PyAny>>
    where
        T: for<'a> IntoPyObject<'a> + Send + 'static,
    {
        let source = self.source.clone();
        let position = self.position.clone();
        let bar = self.bar.clone();
        let shown = bar.clone().map(|bar| Shown { bar, goes_on: true });
        aio::spawn_shown(
            py,
            &self.source.handle,
            self.source.verb,
            shown,
            move |client| async move {
                let page = source.next(position, bar, client).await?;
                Ok(Next(page.map(keep)))
            },
        )
    }
}

/// What a page became, or the end of `async for`.
struct Next<T>(Option<T>);

impl<'py, T: IntoPyObject<'py>> IntoPyObject<'py> for Next<T> {
    type Target = PyAny;
    type Output = Bound<'py, PyAny>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        match self.0 {
            Some(page) => page.into_bound_py_any(py),
            None => Err(PyStopAsyncIteration::new_err(())),
        }
    }
}
