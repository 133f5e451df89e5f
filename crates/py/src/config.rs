//! The configuration as Python sees it.

use std::path::{Path, PathBuf};

use palabre::Result;
use palabre::config::{Config, Environment, examine};
use pyo3::prelude::*;

use crate::arguments::named;
use crate::results::{AccountSettings, Finding};
use crate::{error, runtime};

/// Reads the configuration.
pub(crate) fn load(path: Option<&Path>, profile: Option<&str>) -> Result<Config> {
    Config::load(path, profile)
}

/// The accounts of the configuration file and the environment, with the origin of every setting.
///
/// No secret is read or shown.
///
/// Args:
///     path: The file, as Fleet.from_config finds it if None.
///     profile: The profile, as Fleet.from_config finds it if None.
///
/// Returns:
///     The accounts, by name.
///
/// Raises:
///     ConfigError: The file is missing or wrong, or there is no such profile.
#[pyfunction]
#[pyo3(signature = (path=None, *, profile=None))]
pub(crate) fn accounts(
    py: Python<'_>,
    #[pyo3(from_py_with = named::path)] path: Option<PathBuf>,
    #[pyo3(from_py_with = named::profile)] profile: Option<String>,
) -> PyResult<Vec<AccountSettings>> {
    let read = || {
        let config = load(path.as_deref(), profile.as_deref())?;
        config.check()?;
        let accounts = config.accounts().iter();
        Ok(accounts
            .map(|account| AccountSettings(account.describe()))
            .collect())
    };
    read().map_err(|error| error::to_py(py, error))
}

/// Says what is wrong with the configuration file and the environment.
///
/// Files with secrets are read, to see whether they can be; commands are run only with online=True.
///
/// Args:
///     path: The file, as Fleet.from_config finds it if None.
///     profile: The profile, as Fleet.from_config finds it if None.
///     online: Whether to make one harmless read of each account that could work: its numbers, or one contact.
///
/// Returns:
///     What is wrong, errors first; an empty list if nothing is.
#[pyfunction]
#[pyo3(signature = (path=None, *, profile=None, online=false))]
pub(crate) fn doctor(
    py: Python<'_>,
    #[pyo3(from_py_with = named::path)] path: Option<PathBuf>,
    #[pyo3(from_py_with = named::profile)] profile: Option<String>,
    #[pyo3(from_py_with = named::online)] online: bool,
) -> PyResult<Vec<Finding>> {
    let environment = Environment::process();
    let findings = match examine(path.as_deref(), profile.as_deref(), &environment) {
        (Some(config), _) if online => {
            let runtime = runtime::background().map_err(|error| error::to_py(py, error))?;
            runtime::apart(py, move || runtime.block_on(config.findings_online()))?
        }
        (_, findings) => findings,
    };
    Ok(findings.into_iter().map(Finding).collect())
}
