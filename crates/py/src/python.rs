//! Calling Python code from a thread that Python may end.

use std::ffi::{CStr, c_char, c_void};
use std::hint::black_box;

use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};
use pyo3::{IntoPyObjectExt, ffi};

/// Keeps a thread where it is, when it is unwound by Python.
///
/// A daemon thread that is in Python code when the interpreter ends is unwound by Python before
/// 3.14, through whatever called that code. Rust cannot carry that: the process would abort. The
/// thread waits here for the end of the process instead.
struct Stay;

impl Drop for Stay {
    fn drop(&mut self) {
        while !std::thread::panicking() {
            std::thread::park();
        }
    }
}

type Call = unsafe extern "C-unwind" fn(*mut c_void, *mut c_void, *mut c_void) -> *mut c_void;

/// Calls something that may be Python code.
pub(crate) fn call<'py>(
    function: &Bound<'py, PyAny>,
    arguments: &Bound<'py, PyTuple>,
    keywords: Option<&Bound<'py, PyDict>>,
) -> PyResult<Bound<'py, PyAny>> {
    // SAFETY: the same function, declared as what it is: one that may unwind. The compiler is not
    // to see which one it is, since its usual declaration says that it does not.
    let call = black_box(unsafe {
        std::mem::transmute::<*const (), Call>(ffi::PyObject_Call as *const ())
    });
    let keywords = keywords.map_or(std::ptr::null_mut(), |keywords| keywords.as_ptr());
    let stay = Stay;
    // SAFETY: three live objects, or no keywords; the thread is attached.
    let result = unsafe {
        call(
            function.as_ptr().cast(),
            arguments.as_ptr().cast(),
            keywords.cast(),
        )
    };
    std::mem::forget(stay);
    // SAFETY: a new reference, or null with an exception set.
    unsafe { Bound::from_owned_ptr_or_err(function.py(), result.cast()) }
}

/// Calls a method that may be Python code.
pub(crate) fn call_method<'py>(
    object: &Bound<'py, PyAny>,
    name: &str,
    arguments: &[Bound<'py, PyAny>],
) -> PyResult<Bound<'py, PyAny>> {
    let arguments = PyTuple::new(object.py(), arguments)?;
    call(&object.getattr(name)?, &arguments, None)
}

/// Imports a module.
pub(crate) fn import<'py>(py: Python<'py>, name: &CStr) -> PyResult<Bound<'py, PyAny>> {
    type Import = unsafe extern "C-unwind" fn(*const c_char) -> *mut c_void;
    // SAFETY: as in `call`.
    let import = black_box(unsafe {
        std::mem::transmute::<*const (), Import>(ffi::PyImport_ImportModule as *const ())
    });
    let stay = Stay;
    // SAFETY: a text that ends with a null; the thread is attached.
    let module = unsafe { import(name.as_ptr()) };
    std::mem::forget(stay);
    // SAFETY: a new reference, or null with an exception set.
    unsafe { Bound::from_owned_ptr_or_err(py, module.cast()) }
}

/// An argument of a call.
pub(crate) fn argument<'py>(
    py: Python<'py>,
    value: impl IntoPyObject<'py>,
) -> PyResult<Bound<'py, PyAny>> {
    value.into_bound_py_any(py)
}
