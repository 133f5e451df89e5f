//! What stands behind a client: opened when it is needed, and again in a forked child.

use std::any::Any;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use once_cell::race::OnceBox;
use palabre::config::Resolved;
use palabre::{Account, Error, Result};
use pyo3::prelude::*;

use crate::error;
use crate::process::PerProcess;
use crate::runtime::{self, locked};
use crate::settings::{Secrets, Settings};

/// What a client is made of, shared by its nouns and listings, and rebuilt in a forked child.
pub(crate) struct Handle {
    pub(crate) settings: Settings,
    /// Survives a fork, and has no lock that a fork could leave locked.
    resolved: OnceBox<Resolved>,
    /// Held while the secrets are read: one question to a password manager is enough.
    opening: PerProcess<Mutex<()>>,
    account: PerProcess<Arc<Account>>,
    background: PerProcess<Mutex<Option<palabre::Client>>>,
    is_closed: AtomicBool,
    /// What has to live as long as the client: the sandbox that it speaks to.
    keeps: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Handle {
    /// A client that is checked at once: whatever is wrong with the settings is said here.
    pub(crate) fn new(settings: Settings) -> Result<Arc<Self>> {
        let handle = Self::later(settings);
        let account = handle.account()?;
        if handle.settings.options.ca_pem.is_some() {
            palabre::Client::from_account(account)?;
        }
        Ok(handle)
    }

    /// A client whose secrets are read at its first call.
    pub(crate) fn later(settings: Settings) -> Arc<Self> {
        Arc::new(Self {
            settings,
            resolved: OnceBox::new(),
            opening: PerProcess::new(),
            account: PerProcess::new(),
            background: PerProcess::new(),
            is_closed: AtomicBool::new(false),
            keeps: OnceLock::new(),
        })
    }

    /// Tells whether the secrets have been read.
    pub(crate) fn is_open(&self) -> bool {
        self.resolved.get().is_some()
    }

    /// Reads the secrets, if that has not happened yet, without the interpreter: it may take a while.
    pub(crate) fn open(self: &Arc<Self>, py: Python<'_>) -> PyResult<()> {
        if self.is_open() {
            return Ok(());
        }
        let opened = match self.settings.secrets {
            Secrets::File(_) => {
                let handle = Arc::clone(self);
                runtime::apart(py, move || handle.resolve().map(drop))?
            }
            Secrets::Inline(_) | Secrets::Environment => self.resolve().map(drop),
        };
        opened.map_err(|error| error::to_py(py, error))
    }

    /// Reads the secrets; what failed is tried again at the next call.
    pub(crate) fn resolve(&self) -> Result<&Resolved> {
        if let Some(resolved) = self.resolved.get() {
            return Ok(resolved);
        }
        let lock = self.opening.get(|| Ok::<_, Error>(Mutex::new(())))?;
        let _one_at_a_time = locked(&lock);
        match self.resolved.get() {
            Some(resolved) => Ok(resolved),
            None => {
                let resolved = Box::new(self.settings.resolve()?);
                Ok(self.resolved.get_or_init(|| resolved))
            }
        }
    }

    /// The account; a new one in a forked child, where a lock of the old one could be held.
    pub(crate) fn account(&self) -> Result<Arc<Account>> {
        let account = self
            .account
            .get(|| self.settings.account(self.resolve()?).map(Arc::new))?;
        Ok(Arc::clone(&account))
    }

    /// The client of async calls.
    pub(crate) fn background_client(&self) -> Result<palabre::Client> {
        self.check_usable()?;
        let account = self.account()?;
        let slot = self.background.get(|| Ok::<_, Error>(Mutex::default()))?;
        let mut known = locked(&slot);
        let client = match known.take() {
            Some(client) => client,
            None => palabre::Client::from_account(account)?,
        };
        Ok(known.insert(client).clone())
    }

    /// Tells whether the client was closed.
    pub(crate) fn check_usable(&self) -> Result<()> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(Error::config("client", "is closed").hint("make another one"));
        }
        Ok(())
    }

    /// Ends the client and its connections; calls that run end as they would.
    pub(crate) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        if let Ok(slot) = self.background.get(|| Ok::<_, Error>(Mutex::default())) {
            locked(&slot).take();
        }
    }

    /// Keeps something alive as long as the client.
    pub(crate) fn keep(&self, what: impl Any + Send + Sync) {
        let _ = self.keeps.set(Box::new(what));
    }

    /// A client of an account that cannot be opened, or has not been: it says so.
    pub(crate) fn unusable(&self, error: Error) -> Result<palabre::Client> {
        palabre::Client::builder(self.settings.vendor)
            .account(self.name())
            .build_unusable(error)
    }

    /// Says where an error happened, as far as the error does not say so.
    pub(crate) fn located(&self, error: Error, verb: &str) -> Error {
        error.located(self.settings.vendor, &self.name(), verb)
    }

    /// How something of this account shows itself.
    pub(crate) fn shown(&self, class: &str) -> String {
        let vendor = self.settings.vendor.id();
        format!("{class}({vendor:?}, account={:?})", self.name())
    }

    pub(crate) fn name(&self) -> String {
        self.settings.name().to_owned()
    }
}
