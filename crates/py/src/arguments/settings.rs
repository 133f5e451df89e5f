//! Arguments that a client or a sandbox is made with.

use std::collections::BTreeMap;
use std::path::PathBuf;

use palabre::Error;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyMapping, PyString};

use super::{Given, wrong};
use crate::error;

/// The name of a time zone: a text, or a `zoneinfo.ZoneInfo`.
pub(crate) struct ZoneName(pub(crate) String);

impl Given for ZoneName {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let key = value.getattr_opt("key")?;
        let zone = key.unwrap_or_else(|| value.clone());
        zone.extract().map(Self).map_err(|_: PyErr| {
            let wanted = "the name of a time zone or a ZoneInfo with a key";
            wrong(name, wanted, value)
        })
    }
}

/// Certificates in PEM: bytes, a text, or the path of a file.
pub(crate) struct Pem(pub(crate) Vec<u8>);

impl Given for Pem {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = value.cast::<PyBytes>() {
            return Ok(Self(bytes.as_bytes().to_vec()));
        }
        if value.is_instance_of::<PyString>() {
            let text = String::read(name, value)?;
            if !text.contains("-----BEGIN") {
                let error = Error::config(name, "holds no certificate");
                let error = error.hint("a str is PEM itself; pass pathlib.Path(…) for a file");
                return Err(error::to_py(value.py(), error));
            }
            return Ok(Self(text.into_bytes()));
        }
        let path: PathBuf = value.extract().map_err(|_: PyErr| {
            let wanted = "PEM as bytes or str, or the path of a file as pathlib.Path";
            wrong(name, wanted, value)
        })?;
        std::fs::read(&path).map(Self).map_err(|error| {
            let problem = format_args!("{}: {error}", path.display()).to_string();
            error::to_py(value.py(), Error::invalid(name, problem))
        })
    }
}

/// Requests a second.
pub(crate) struct Rate(pub(crate) f64);

impl Given for Rate {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let rate = value.extract().map(Self);
        rate.map_err(|_: PyErr| wrong(name, "a number of requests a second", value))
    }
}

/// Credentials by vendor and keyword.
pub(crate) struct Secrets(pub(crate) BTreeMap<String, BTreeMap<String, String>>);

impl Given for Secrets {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let mut secrets = BTreeMap::new();
        for (vendor, keywords) in pairs(name, "a dict of dicts, by vendor and keyword", value)? {
            let place = format!("{name}['{vendor}']");
            let mut credentials = BTreeMap::new();
            for (keyword, secret) in pairs(&place, "a dict of credentials", &keywords)? {
                let secret = String::read(&format!("{place}['{keyword}']"), &secret)?;
                credentials.insert(keyword, secret);
            }
            secrets.insert(vendor, credentials);
        }
        Ok(Self(secrets))
    }
}

/// What a mapping holds, by texts.
pub(crate) fn pairs<'py>(
    name: &str,
    wanted: &str,
    value: &Bound<'py, PyAny>,
) -> PyResult<Vec<(String, Bound<'py, PyAny>)>> {
    let mapping = value
        .cast::<PyMapping>()
        .map_err(|_| wrong(name, wanted, value))?;
    let pair = |pair: Bound<'py, PyAny>| {
        let (key, value): (Bound<'py, PyAny>, _) = pair.extract()?;
        Ok((String::read(&format!("a key of {name}"), &key)?, value))
    };
    mapping.items()?.iter().map(pair).collect()
}
