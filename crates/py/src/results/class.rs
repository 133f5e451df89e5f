//! What every result class has: fields, `==`, hash, pickle, copies, patterns, `repr` and HTML.

macro_rules! class {
    (
        of $inner:path, kept by $($kept:ident)::+;
        $(#[doc = $doc:literal])+
        $class:ident, shown: [$($shown:ident),*], fields: {
            $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty = |$row:ident $(, $py:ident)?| $value:expr),+ $(,)?
        }
        $(, extra: { $($extra:tt)* })?
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        #[derive(Clone)]
        pub struct $class(pub(crate) $inner);

        #[pymethods]
        impl $class {
            #[classattr]
            fn __match_args__(py: Python<'_>) -> PyResult<Bound<'_, pyo3::types::PyTuple>> {
                pyo3::types::PyTuple::new(py, [$(stringify!($shown)),*])
            }

            $(
                $(#[doc = $field_doc])+
                #[getter]
                fn $field<'py>(&'py self, _py: Python<'py>) -> PyResult<$type> {
                    let $row = &self.0;
                    $(let $py = _py;)?
                    Ok($value)
                }
            )+

            $($($extra)*)?

            /// The fields as a dict; results in it become dicts too.
            fn to_dict<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, pyo3::types::PyDict>> {
                let dict = pyo3::types::PyDict::new(slf.py());
                for name in [$(stringify!($field)),+] {
                    dict.set_item(name, $crate::results::plain(slf.getattr(name)?)?)?;
                }
                Ok(dict)
            }

            fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
            }

            fn __ne__(&self, other: &Bound<'_, PyAny>) -> bool {
                !self.__eq__(other)
            }

            fn __hash__(&self) -> u64 {
                use std::hash::{DefaultHasher, Hash, Hasher};
                let mut state = DefaultHasher::new();
                self.0.hash(&mut state);
                state.finish()
            }

            // It never changes, so one is as good as two.
            fn __copy__(slf: PyRef<'_, Self>) -> PyRef<'_, Self> {
                slf
            }

            #[pyo3(signature = (memo, /))]
            fn __deepcopy__<'py>(slf: PyRef<'py, Self>, memo: &Bound<'py, PyAny>) -> PyRef<'py, Self> {
                let _ = memo;
                slf
            }

            fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                let rows = std::slice::from_ref(&slf.get().0);
                let text = $crate::results::stored($($kept)::+::store(rows))?;
                Ok((slf.get_type().getattr("_restore")?, (text,)))
            }

            #[staticmethod]
            fn _restore(text: &str) -> PyResult<Self> {
                let rows = $crate::results::restored($($kept)::+::restore(text))?;
                let row = rows.into_iter().next().map(Self);
                row.ok_or_else(|| pyo3::exceptions::PyValueError::new_err("an empty pickle"))
            }

            fn _repr_html_<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
                $crate::results::page("result", slf.as_any())
            }

            fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
                let mut parts: Vec<String> = Vec::new();
                for name in [$(stringify!($shown)),*] as [&str; _] {
                    let value = slf.getattr(name)?;
                    if !value.is_none() {
                        parts.push(format!("{name}={}", $crate::results::shown(name, &value)?));
                    }
                }
                Ok(format!("{}({})", stringify!($class), parts.join(", ")))
            }
        }
    };
}

/// A class of the facade's type of the same name.
macro_rules! result {
    ($(#[doc = $doc:literal])+ $class:ident, $($tokens:tt)*) => {
        class! {
            of palabre::$class, kept by palabre::stored;
            $(#[doc = $doc])+
            $class, $($tokens)*
        }
    };
}

/// The two ways to what the vendor sent; the same in every record.
macro_rules! record {
    ($($tokens:tt)*) => {
        result! {
            $($tokens)*,
            extra: {
                /// The item as the vendor sent it, secrets replaced.
                #[getter]
                fn raw(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
                    $crate::json::to_py(py, &self.0.raw.value())
                }

                /// The fields that palabre does not know.
                #[getter]
                fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyDict>> {
                    $crate::json::object_to_py(py, &self.0.raw.extra())
                }
            }
        }
    };
}
