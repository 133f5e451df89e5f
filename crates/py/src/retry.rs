//! How a call is sent: how long it may take, and how often its requests are sent again.

use std::time::Duration;

use palabre::Error;
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

use crate::arguments::{Given, named, seconds, take, whole, wrong};
use crate::error;
use crate::handle::Handle;

/// How often and how patiently requests are sent again, where that cannot do harm.
///
/// Reads are sent again after connection failures, 408, 429 and 5xx, and so are updates and sends
/// with an idempotency key that may arrive twice. Any other write is sent again only if nothing of
/// it left, or if the vendor refused it for the moment.
///
/// The wait before a try is random, between nothing and a delay that doubles from try to try. Where
/// the vendor says how long to wait, that is added. Whatever the policy says, a call ends within
/// its timeout.
///
/// Args:
///     max_attempts: How many times a request is sent at most; 1 means once.
///     budget: Seconds that all the waiting between the tries of a request may take; as long as the call if None.
///     base_delay: Seconds of the longest wait before the second try; it doubles from try to try.
///     max_delay: Seconds of the longest wait of all, also where the vendor asks for more; at most a day.
///
/// Raises:
///     InvalidInputError: A number makes no sense.
///
/// Examples:
///     >>> import palabre
///     >>> patient = palabre.RetryPolicy(max_attempts=6, budget=60)
///     >>> patient
///     RetryPolicy(max_attempts=6, budget=60.0, base_delay=0.25, max_delay=20.0)
///     >>> with palabre.Sandbox(seed=7) as sandbox:
///     ...     client = sandbox.client("msgflash", retry=patient)
///     ...     group = client.groups.create(name="VIP", retry=palabre.RetryPolicy.off())
#[pyclass(frozen, eq, module = "palabre", from_py_object)]
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RetryPolicy(pub(crate) palabre::RetryPolicy);

#[pymethods]
impl RetryPolicy {
    #[new]
    #[pyo3(signature = (*, max_attempts=3, budget=None, base_delay=0.25, max_delay=20.0))]
    fn new(
        py: Python<'_>,
        #[pyo3(from_py_with = named::max_attempts)] max_attempts: i128,
        #[pyo3(from_py_with = named::budget)] budget: Option<f64>,
        #[pyo3(from_py_with = named::base_delay)] base_delay: f64,
        #[pyo3(from_py_with = named::max_delay)] max_delay: f64,
    ) -> PyResult<Self> {
        let make = || {
            let policy = palabre::RetryPolicy {
                max_attempts: whole("max_attempts", max_attempts, 1)?,
                budget: budget.map(|budget| delay("budget", budget)).transpose()?,
                base_delay: delay("base_delay", base_delay)?,
                max_delay: delay("max_delay", max_delay)?,
            };
            policy.check().map(|()| Self(policy))
        };
        make().map_err(|error| error::to_py(py, error))
    }

    /// The policy that sends every request once.
    ///
    /// A token that has ended is renewed all the same, since the vendor refused the request with it.
    #[staticmethod]
    fn off() -> Self {
        Self(palabre::RetryPolicy::off())
    }

    #[classattr]
    fn __match_args__() -> (&'static str, &'static str, &'static str, &'static str) {
        ("max_attempts", "budget", "base_delay", "max_delay")
    }

    /// How many times a request is sent at most.
    #[getter]
    fn max_attempts(&self) -> u32 {
        self.0.max_attempts
    }

    /// Seconds that all the waiting between the tries of a request may take.
    #[getter]
    fn budget(&self) -> Option<f64> {
        self.0.budget.map(|budget| budget.as_secs_f64())
    }

    /// Seconds of the longest wait before the second try.
    #[getter]
    fn base_delay(&self) -> f64 {
        self.0.base_delay.as_secs_f64()
    }

    /// Seconds of the longest wait of all.
    #[getter]
    fn max_delay(&self) -> f64 {
        self.0.max_delay.as_secs_f64()
    }

    fn __hash__(&self) -> u64 {
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut state = DefaultHasher::new();
        let policy = &self.0;
        (policy.max_attempts, policy.budget).hash(&mut state);
        (policy.base_delay, policy.max_delay).hash(&mut state);
        state.finish()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let budget = self.budget().into_bound_py_any(py)?;
        let [base_delay, max_delay] = [self.base_delay(), self.max_delay()];
        Ok(format!(
            "RetryPolicy(max_attempts={}, budget={budget}, base_delay={base_delay:?}, max_delay={max_delay:?})",
            self.max_attempts()
        ))
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

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let fields = PyDict::new(slf.py());
        for name in ["max_attempts", "budget", "base_delay", "max_delay"] {
            fields.set_item(name, slf.getattr(name)?)?;
        }
        let restore = slf.get_type().getattr("_restore")?;
        Ok((restore, PyTuple::new(slf.py(), [fields])?))
    }

    #[staticmethod]
    fn _restore<'py>(py: Python<'py>, fields: &Bound<'py, PyDict>) -> PyResult<Bound<'py, PyAny>> {
        py.get_type::<Self>().call((), Some(fields))
    }
}

/// Seconds that may be none.
fn delay(argument: &str, seconds: f64) -> palabre::Result<Duration> {
    Duration::try_from_secs_f64(seconds)
        .map_err(|_| Error::invalid(argument, "must be a finite number of seconds, 0 or more"))
}

impl Given for RetryPolicy {
    fn read(name: &str, value: &Bound<'_, PyAny>) -> PyResult<Self> {
        match value.cast::<Self>() {
            Ok(policy) => Ok(*policy.get()),
            Err(_) => Err(wrong(name, "a palabre.RetryPolicy", value)),
        }
    }
}

/// What a call may have of its own: a time-out and a policy of repeats.
#[derive(Clone, Copy, Default)]
pub(crate) struct Patience {
    pub(crate) timeout: Option<Duration>,
    pub(crate) retry: Option<palabre::RetryPolicy>,
}

impl Patience {
    pub(crate) fn new(timeout: Option<f64>, retry: Option<RetryPolicy>) -> palabre::Result<Self> {
        let timeout = timeout.map(|timeout| seconds("timeout", timeout));
        Ok(Self {
            timeout: timeout.transpose()?,
            retry: retry.map(|retry| retry.0),
        })
    }

    /// Reads the arguments of a call.
    pub(crate) fn of(
        py: Python<'_>,
        handle: &Handle,
        verb: &str,
        timeout: Option<Bound<'_, PyAny>>,
        retry: Option<Bound<'_, PyAny>>,
    ) -> PyResult<Self> {
        let timeout = take(py, "timeout", timeout)?;
        let retry = take(py, "retry", retry)?;
        Self::new(timeout, retry).map_err(|error| error::to_py(py, handle.located(error, verb)))
    }

    /// The client with what the call has of its own.
    pub(crate) fn on(self, client: &palabre::Client) -> palabre::Client {
        client.with_timeout(self.timeout).with_retry(self.retry)
    }
}
