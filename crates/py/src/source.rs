//! Where a listing's pages come from: nothing is fetched until somebody asks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::future::BoxFuture;
use palabre::{Error, ErrorKind, Result};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::bar::{self, Bar};
use crate::error;
use crate::handle::Handle;
use crate::retry::Patience;
use crate::rows::{Row, Rows};
use crate::runtime::{self, locked};
use crate::table::{Page, Table};

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
    pub(crate) handle: Arc<Handle>,
    pub(crate) verb: &'static str,
    patience: Patience,
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
        patience: Patience,
        progress: bool,
        start: Option<String>,
        open: impl Fn(&palabre::Client) -> Result<palabre::Listing<T>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            handle,
            verb,
            patience,
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
    pub(crate) fn preview(&self, py: Python<'_>) -> PyResult<Option<&Py<Page>>> {
        if let Some(page) = self.preview.get(py) {
            return Ok(page.as_ref());
        }
        let timeout = self.patience.timeout.unwrap_or(LONGEST_PREVIEW);
        let apart = Self {
            cursor: Arc::default(),
            patience: Patience {
                timeout: Some(timeout.min(LONGEST_PREVIEW)),
                ..self.patience
            },
            ..self.clone()
        };
        let fetched = runtime::block(py, &self.handle, self.verb, |client| {
            apart.next(Position::default(), None, client)
        })?;
        let page = fetched.map(|fetched| Py::new(py, Page::from(fetched)));
        let _ = self.preview.set(py, page.transpose()?);
        Ok(self.preview.get(py).and_then(Option::as_ref))
    }

    pub(crate) fn cursor(&self) -> Option<String> {
        locked(&self.cursor).clone()
    }

    pub(crate) fn set_cursor(&self, cursor: Option<String>) {
        *locked(&self.cursor) = cursor;
    }

    /// A bar, if one is wanted.
    pub(crate) fn bar(&self, py: Python<'_>) -> PyResult<Option<Bar>> {
        let wanted = self.progress.then(|| Bar::of(py, &self.handle, self.verb));
        wanted.transpose()
    }

    /// Fetches the next page of `pager`, which is opened with the first client.
    pub(crate) async fn next(
        self,
        pager: Position,
        bar: Option<Bar>,
        client: palabre::Client,
    ) -> Result<Option<Fetched>> {
        let client = self.patience.on(&bar::moving(bar.as_ref(), &client));
        let mut pager = pager.lock().await;
        let pager = match pager.as_mut() {
            Some(pager) => pager,
            None => pager.insert((self.open)(&client)?),
        };
        let start = pager.cursor();
        let page = pager.next(&client).await?;
        Ok(page.map(|page| Fetched { start, ..page }))
    }

    pub(crate) async fn collect(self, bar: Option<Bar>, client: palabre::Client) -> Result<Table> {
        let client = self.patience.on(&bar::moving(bar.as_ref(), &client));
        let pager = (self.open)(&client)?;
        let rows = pager.collect(&client).await?;
        self.set_cursor(None);
        Ok(Table::new(rows))
    }
}

pub(crate) type Position = Arc<tokio::sync::Mutex<Option<Box<dyn Pager>>>>;

impl<'py> IntoPyObject<'py> for Fetched {
    type Target = Page;
    type Output = Bound<'py, Page>;
    type Error = PyErr;

    fn into_pyobject(self, py: Python<'py>) -> PyResult<Bound<'py, Page>> {
        Bound::new(py, Page::from(self))
    }
}
