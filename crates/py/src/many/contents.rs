//! Arguments that hold for all rows, and where the ledger is.

use std::path::PathBuf;

use palabre::ledger::Row;
use palabre::{Error, Media, Result, Variables};
use pyo3::prelude::*;
use serde_json::Value;

use crate::arguments::{Given, Id, Object, Values, wrong};
use crate::json;

/// The path of a ledger.
pub(crate) struct Path(pub(crate) PathBuf);

impl Given for Path {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        let path = value.extract::<PathBuf>();
        let path = path.map_err(|_| wrong(name, "the path of a file", value))?;
        if path.as_os_str().is_empty() {
            let error = Error::invalid(name, "the path is empty");
            return Err(crate::error::to_py(value.py(), error));
        }
        Ok(Self(path))
    }
}

/// Any JSON: a list of texts, a place, a mapping.
pub(crate) struct Json(std::result::Result<Value, json::Problem>);

impl Given for Json {
    fn read(_: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(json::from_py(value)))
    }
}

/// Contents that hold for all rows.
#[derive(Default)]
pub(crate) struct Contents(Row);

impl Contents {
    pub(crate) fn text(mut self, name: &str, text: Option<String>) -> Self {
        if let Some(text) = text {
            self.0.insert(name, text.as_str());
        }
        self
    }

    pub(crate) fn id(self, name: &str, id: Option<Id>) -> Self {
        self.text(name, id.map(|id| id.0))
    }

    pub(crate) fn texts(mut self, name: &str, texts: Option<Vec<String>>) -> Self {
        if let Some(texts) = texts {
            self.0.insert(name, Value::from(texts));
        }
        self
    }

    pub(crate) fn json(mut self, name: &str, json: Option<Json>) -> Result<Self> {
        if let Some(Json(value)) = json {
            self.0
                .insert(name, value.map_err(|problem| problem.of(name))?);
        }
        Ok(self)
    }

    pub(crate) fn object(mut self, name: &str, object: Option<Object>) -> Result<Self> {
        if let Some(object) = object {
            self.0.insert(name, Value::Object(object.load(name)?));
        }
        Ok(self)
    }

    pub(crate) fn values(mut self, name: &str, values: Option<Values>) -> Result<Self> {
        match values.map(Values::load).transpose()? {
            None | Some(Variables::None) => {}
            Some(Variables::Ordered(texts)) => self.0.insert(name, Value::from(texts)),
            Some(Variables::Named(named)) => self.0.insert(name, Value::Object(named)),
        }
        Ok(self)
    }

    pub(crate) fn medium(mut self, name: &str, medium: Option<Media>) -> Self {
        match medium {
            None => {}
            Some(Media::Link(link)) => self.0.insert(name, link.as_str()),
            Some(Media::File(file)) => self.0.insert(name, file),
        }
        self
    }

    pub(crate) fn row(self) -> Row {
        self.0
    }
}
