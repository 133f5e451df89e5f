//! Lazy lists, sync and async.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use palabre::{Error, ErrorKind, Result};
use pyo3::IntoPyObjectExt;
use pyo3::exceptions::{PyException, PyStopAsyncIteration};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyCapsule;

use crate::aio::Shown;
use crate::bar::{self, Bar};
use crate::handle::Handle;
use crate::items::{AsyncRows, ItemIterator};
use crate::rows::{Row, Rows};
use crate::runtime::{self, locked};
use crate::table::{Page, Table, frame};
use crate::{aio, arrow, error};

/// A listing of any kind of row, at some position.
pub(crate) trait Pager: Send {
    /// The next page, fetched with the connections of `client`.
    fn next<'a>(
        &'a mut self,
        client: &'a palabre::Client,
    ) -> BoxFuture<'a, Result<Option<Fetched>>>;
    /// Everything that is left.
    fn collect(
        self: Box<Self>,
        client: &palabre::Client,
    ) -> BoxFuture<'static, Result<Arc<dyn Rows>>>;
    /// Where the next page starts.
    fn cursor(&self) -> Option<String>;
    /// What is wrong with it before anything is sent.
    fn check(&self) -> Result<()>;
}

/// A page on its way to Python.
pub(crate) struct Fetched {
    pub(crate) rows: Arc<dyn Rows>,
    /// Where the page starts.
    pub(crate) start: Option<String>,
    pub(crate) next_cursor: Option<String>,
    total: Option<u64>,
}

impl From<Fetched> for Page {
    fn from(fetched: Fetched) -> Self {
        Self {
            rows: fetched.rows,
            next_cursor: fetched.next_cursor,
            total: fetched.total,
        }
    }
}

impl<T: Row> Pager for palabre::Listing<T> {
    fn next<'a>(
        &'a mut self,
        client: &'a palabre::Client,
    ) -> BoxFuture<'a, Result<Option<Fetched>>> {
        Box::pin(async move {
            self.reconnect(client);
            let page = self.next_page().await?;
            Ok(page.map(|page| Fetched {
                start: None,
                rows: Arc::new(page.items),
                next_cursor: page.next_cursor,
                total: page.total,
            }))
        })
    }

    fn collect(
        mut self: Box<Self>,
        client: &palabre::Client,
    ) -> BoxFuture<'static, Result<Arc<dyn Rows>>> {
        self.reconnect(client);
        Box::pin(async move {
            let rows = palabre::Listing::collect(*self).await?;
            Ok(Arc::new(rows) as Arc<dyn Rows>)
        })
    }

    fn cursor(&self) -> Option<String> {
        palabre::Listing::cursor(self).map(str::to_owned)
    }

    fn check(&self) -> Result<()> {
        palabre::Listing::check(self)
    }
}

/// How long a notebook waits for a preview before it shows something else.
const LONGEST_PREVIEW: Duration = Duration::from_secs(10);

/// Opens a listing at its start.
type Open = dyn Fn(&palabre::Client) -> Result<Box<dyn Pager>> + Send + Sync;

/// What a listing is made of: nothing is fetched until somebody asks.
#[derive(Clone)]
pub(crate) struct Source {
    handle: Arc<Handle>,
    verb: &'static str,
    timeout: Option<Duration>,
    /// Whether a bar shows how far it has come.
    progress: bool,
    open: Arc<Open>,
    /// Where somebody who stops here goes on.
    cursor: Arc<Mutex<Option<String>>>,
    /// The first page as a notebook shows it, once it has.
    preview: Arc<PyOnceLock<Option<Py<Page>>>>,
}

impl Source {
    pub(crate) fn new<T: Row>(
        handle: Arc<Handle>,
        verb: &'static str,
        timeout: Option<Duration>,
        progress: bool,
        start: Option<String>,
        open: impl Fn(&palabre::Client) -> Result<palabre::Listing<T>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            handle,
            verb,
            timeout,
            progress,
            open: Arc::new(move |client| Ok(Box::new(open(client)?) as Box<dyn Pager>)),
            cursor: Arc::new(Mutex::new(start)),
            preview: Arc::default(),
        }
    }

    /// Opens the listing once, so that what is wrong with the arguments is said where they are. The
    /// secrets are not needed for that.
    pub(crate) fn checked(
        self,
        py: Python<'_>,
        connect: impl FnOnce(&Arc<Handle>) -> Result<palabre::Client>,
    ) -> PyResult<Self> {
        let is_open = self.handle.is_open();
        let client = match is_open {
            true => connect(&self.handle),
            false => self
                .handle
                .unusable(Error::config("secrets", "are not read yet")),
        };
        match client.and_then(|client| (self.open)(&client)?.check()) {
            Err(error) if is_open || error.kind() != ErrorKind::Config => {
                Err(error::to_py(py, self.handle.located(error, self.verb)))
            }
            _ => Ok(self),
        }
    }

    /// The first page, fetched once, without a change to where the listing is.
    fn preview(&self, py: Python<'_>) -> PyResult<Option<&Py<Page>>> {
        if let Some(page) = self.preview.get(py) {
            return Ok(page.as_ref());
        }
        let timeout = self.timeout.unwrap_or(LONGEST_PREVIEW);
        let apart = Self {
            cursor: Arc::default(),
            timeout: Some(timeout.min(LONGEST_PREVIEW)),
            ..self.clone()
        };
        let fetched = runtime::block(py, &self.handle, self.verb, |client| {
            apart.next(Position::default(), None, client)
        })?;
        let page = fetched.map(|fetched| Py::new(py, Page::from(fetched)));
        let _ = self.preview.set(py, page.transpose()?);
        Ok(self.preview.get(py).and_then(Option::as_ref))
    }

    fn cursor(&self) -> Option<String> {
        locked(&self.cursor).clone()
    }

    pub(crate) fn set_cursor(&self, cursor: Option<String>) {
        *locked(&self.cursor) = cursor;
    }

    /// A bar, if one is wanted.
    fn bar(&self, py: Python<'_>) -> PyResult<Option<Bar>> {
        let wanted = self.progress.then(|| Bar::new(py, &self.handle, self.verb));
        wanted.transpose()
    }

    /// Fetches the next page of `pager`, which is opened with the first client.
    async fn next(
        self,
        pager: Position,
        bar: Option<Bar>,
        client: palabre::Client,
    ) -> Result<Option<Fetched>> {
        let client = bar::moving(bar.as_ref(), &client).with_timeout(self.timeout);
        let mut pager = pager.lock().await;
        let pager = match pager.as_mut() {
            Some(pager) => pager,
            None => pager.insert((self.open)(&client)?),
        };
        let start = pager.cursor();
        let page = pager.next(&client).await?;
        Ok(page.map(|page| Fetched { start, ..page }))
    }

    async fn collect(self, bar: Option<Bar>, client: palabre::Client) -> Result<Table> {
        let client = bar::moving(bar.as_ref(), &client).with_timeout(self.timeout);
        let pager = (self.open)(&client)?;
        let rows = pager.collect(&client).await?;
        self.set_cursor(None);
        Ok(Table::new(rows))
    }
}

type Position = Arc<tokio::sync::Mutex<Option<Box<dyn Pager>>>>;

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

impl<'py> IntoPyObject<'py> for Fetched {
    type Target = Page;
    type Output = Bound<'py, Page>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, Page>> {
        Bound::new(py, Page::from(self))
    }
}
