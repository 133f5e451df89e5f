//! JSON to Python objects and back, without an intermediate text.

use palabre::Error;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyMapping, PyString, PyTuple};
use serde_json::{Map, Number, Value};

/// A JSON value as plain Python data.
pub(crate) fn to_py(py: Python<'_>, value: &Value) -> PyResult<Py<PyAny>> {
    match value {
        Value::Null => Ok(py.None()),
        Value::Bool(flag) => flag.into_py_any(py),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(number), _) => number.into_py_any(py),
            (None, Some(number)) => number.into_py_any(py),
            (None, None) => number.as_f64().into_py_any(py),
        },
        Value::String(text) => text.into_py_any(py),
        Value::Array(items) => {
            let list = PyList::empty(py);
            for item in items {
                list.append(to_py(py, item)?)?;
            }
            list.into_py_any(py)
        }
        Value::Object(fields) => object_to_py(py, fields)?.into_py_any(py),
    }
}

/// A JSON object as a dict.
pub(crate) fn object_to_py<'py>(
    py: Python<'py>,
    fields: &Map<String, Value>,
) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (name, field) in fields {
        dict.set_item(name, to_py(py, field)?)?;
    }
    Ok(dict)
}

/// What cannot be JSON, and where in the value it is.
pub(crate) struct Problem {
    place: String,
    problem: String,
}

impl Problem {
    fn new(problem: impl Into<String>) -> Self {
        Self {
            place: String::new(),
            problem: problem.into(),
        }
    }

    fn inside(mut self, place: &str) -> Self {
        self.place.insert_str(0, place);
        self
    }

    /// The error that names the argument.
    pub(crate) fn of(self, argument: &str) -> Error {
        const LONGEST: usize = 60;
        let place = match self.place.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &self.place[..end]),
            None => self.place,
        };
        Error::invalid(&format!("{argument}{place}"), self.problem)
    }
}

impl From<PyErr> for Problem {
    fn from(error: PyErr) -> Self {
        Self::new(error.to_string())
    }
}

/// How deep a value may be nested: data that holds itself never ends.
const DEEPEST: usize = 100;

/// Plain Python data as JSON.
pub(crate) fn from_py(value: &Bound<'_, PyAny>) -> Result<Value, Problem> {
    read(value, DEEPEST)
}

/// A mapping as a JSON object.
pub(crate) fn object_from_py(
    mapping: &Bound<'_, PyMapping>,
) -> Result<Map<String, Value>, Problem> {
    read_object(mapping, DEEPEST)
}

fn read(value: &Bound<'_, PyAny>, depth: usize) -> Result<Value, Problem> {
    if depth == 0 {
        return Err(Problem::new("it is nested too deeply"));
    }
    if value.is_none() {
        Ok(Value::Null)
    } else if let Ok(flag) = value.cast::<PyBool>() {
        Ok(Value::Bool(flag.is_true()))
    } else if value.is_instance_of::<PyInt>() {
        let number = value.extract::<i64>().map(Number::from);
        let number = number.or_else(|_| value.extract::<u64>().map(Number::from));
        number
            .map(Value::Number)
            .map_err(|_| Problem::new("the number is too large"))
    } else if let Ok(number) = value.cast::<PyFloat>() {
        let number = Number::from_f64(number.value());
        number
            .map(Value::Number)
            .ok_or_else(|| Problem::new("the number is not finite"))
    } else if let Ok(text) = value.cast::<PyString>() {
        Ok(Value::String(text.to_str()?.to_owned()))
    } else if let Ok(mapping) = value.cast::<PyMapping>() {
        read_object(mapping, depth).map(Value::Object)
    } else if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        let items = value.try_iter()?.enumerate().map(|(index, item)| {
            read(&item?, depth - 1).map_err(|problem| problem.inside(&format!("[{index}]")))
        });
        Ok(Value::Array(items.collect::<Result<_, _>>()?))
    } else {
        let kind = value.get_type().name()?;
        Err(Problem::new(format!("a {kind} cannot be sent as JSON")))
    }
}

fn read_object(
    mapping: &Bound<'_, PyMapping>,
    depth: usize,
) -> Result<Map<String, Value>, Problem> {
    let mut fields = Map::new();
    for pair in mapping.items()?.iter() {
        let (name, value): (Bound<'_, PyAny>, Bound<'_, PyAny>) = pair.extract()?;
        let name = name
            .extract::<String>()
            .map_err(|_| Problem::new("the names of fields are texts"))?;
        let value = read(&value, depth - 1)
            .map_err(|problem| problem.inside(&format!(".{}", name.escape_debug())))?;
        fields.insert(name, value);
    }
    Ok(fields)
}
