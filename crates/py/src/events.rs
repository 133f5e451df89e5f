//! What hooks and log records are given: one try of a request, without anything private.

use std::time::Duration;

use palabre::observe::{Answered, Cancelled, Failure, Request, Response};
use palabre::{ErrorKind, Outcome};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A copy of what an observer is told.
pub(crate) struct Event {
    line: String,
    vendor: &'static str,
    account: String,
    verb: String,
    operation: &'static str,
    method: &'static str,
    path_template: &'static str,
    host: String,
    port: Option<u16>,
    call_id: u64,
    attempt: u32,
    idempotency_key: Option<String>,
    request_bytes: usize,
    duration: Duration,
    status: Option<u16>,
    response_bytes: Option<usize>,
    request_id: Option<String>,
    headers: Vec<(&'static str, String)>,
    kind: Option<ErrorKind>,
    outcome: Option<Outcome>,
    vendor_code: Option<String>,
    reason: Option<String>,
    repeat_in: Option<Duration>,
}

impl Event {
    pub(crate) fn request(request: &Request<'_>) -> Self {
        Self {
            line: request.to_string(),
            vendor: request.vendor.id(),
            account: request.account.to_owned(),
            verb: request.verb.to_owned(),
            operation: request.operation.id,
            method: request.operation.method,
            path_template: request.operation.path,
            host: request.host.to_owned(),
            port: request.port,
            call_id: request.call,
            attempt: request.attempt,
            idempotency_key: request.idempotency_key.map(str::to_owned),
            request_bytes: request.bytes,
            duration: Duration::ZERO,
            status: None,
            response_bytes: None,
            request_id: None,
            headers: Vec::new(),
            kind: None,
            outcome: None,
            vendor_code: None,
            reason: None,
            repeat_in: None,
        }
    }

    pub(crate) fn response(response: &Response<'_>) -> Self {
        let event = Self {
            line: response.to_string(),
            duration: response.duration,
            ..Self::request(&response.request)
        };
        event.answered(Some(response.answer))
    }

    pub(crate) fn error(failure: &Failure<'_>) -> Self {
        let event = Self {
            line: failure.to_string(),
            duration: failure.duration,
            kind: Some(failure.kind()),
            outcome: failure.outcome(),
            vendor_code: failure.vendor_code(),
            reason: failure.reason().map(str::to_owned),
            repeat_in: failure.repeat_in,
            status: failure.status(),
            ..Self::request(&failure.request)
        };
        event.answered(failure.answer)
    }

    pub(crate) fn cancelled(cancelled: &Cancelled<'_>) -> Self {
        Self {
            line: cancelled.to_string(),
            duration: cancelled.duration,
            outcome: cancelled.outcome,
            ..Self::request(&cancelled.request)
        }
    }

    fn answered(self, answer: Option<Answered<'_>>) -> Self {
        let Some(answer) = answer else {
            return self;
        };
        Self {
            status: Some(answer.status),
            response_bytes: Some(answer.bytes),
            request_id: answer.request_id(),
            headers: answer.headers(),
            ..self
        }
    }

    fn headers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let headers = PyDict::new(py);
        for (name, text) in &self.headers {
            headers.set_item(name, text)?;
        }
        Ok(headers)
    }
}

macro_rules! event_class {
    (
        $(#[doc = $doc:literal])+
        $class:ident
        $(common $common_field:ident: $common_type:ty => $common_get:expr, $common_doc:literal;)+
        ---
        $($field:ident: $type:ty => $get:expr, $field_doc:literal;)*
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        pub struct $class(Event);

        #[pymethods]
        impl $class {
            $(
                #[doc = $common_doc]
                #[getter]
                fn $common_field<'py>(&self, py: Python<'py>) -> PyResult<$common_type> {
                    let get: fn(&'_ Event, Python<'py>) -> PyResult<$common_type> = $common_get;
                    get(&self.0, py)
                }
            )+
            $(
                #[doc = $field_doc]
                #[getter]
                fn $field<'py>(&self, py: Python<'py>) -> PyResult<$type> {
                    let get: fn(&'_ Event, Python<'py>) -> PyResult<$type> = $get;
                    get(&self.0, py)
                }
            )*

            /// Everything as a dict of plain values.
            fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                let fields = PyDict::new(py);
                $(fields.set_item(stringify!($common_field), self.$common_field(py)?)?;)+
                $(fields.set_item(stringify!($field), self.$field(py)?)?;)*
                Ok(fields)
            }

            fn __str__(&self) -> &str {
                &self.0.line
            }

            fn __repr__(&self) -> String {
                format!("{}({})", stringify!($class), self.0.line)
            }
        }
    };
}

macro_rules! event {
    ($(#[doc = $doc:literal])+ $class:ident { $($fields:tt)* }) => {
        event_class! {
            $(#[doc = $doc])+
            $class
            common vendor: &'static str => |event, _| Ok(event.vendor), "The vendor's identifier.";
            common account: String => |event, _| Ok(event.account.clone()), "The account's name.";
            common verb: String => |event, _| Ok(event.verb.clone()), "What was called, such as contacts.list.";
            common operation: &'static str => |event, _| Ok(event.operation), "The operation of the vendor's spec.";
            common method: &'static str => |event, _| Ok(event.method), "The HTTP method.";
            common path_template: &'static str => |event, _| Ok(event.path_template), "The path with its placeholders, such as /contacts/{id}.";
            common host: String => |event, _| Ok(event.host.clone()), "The host that the request goes to.";
            common port: Option<u16> => |event, _| Ok(event.port), "The port that the request goes to.";
            common call_id: u64 => |event, _| Ok(event.call_id), "A number that all tries of one request share, and no other request of the process.";
            common attempt: u32 => |event, _| Ok(event.attempt), "1 for the first try.";
            common idempotency_key: Option<String> => |event, _| Ok(event.idempotency_key.clone()), "The key under which a repeat does no harm, the same for all tries; None where the vendor honours none.";
            common request_bytes: usize => |event, _| Ok(event.request_bytes), "The size of the request's body.";
            ---
            $($fields)*
        }
    };
}

event! {
    /// One try of a request, before it leaves.
    RequestEvent {}
}

event! {
    /// A good answer to one try of a request.
    ResponseEvent {
        duration: f64 => |event, _| Ok(event.duration.as_secs_f64()), "Seconds that this try took.";
        status: u16 => |event, _| Ok(event.status.unwrap_or_default()), "The HTTP status.";
        response_bytes: usize => |event, _| Ok(event.response_bytes.unwrap_or_default()), "The size of the answer's body.";
        request_id: Option<String> => |event, _| Ok(event.request_id.clone()), "The identifier under which the vendor can find the request.";
        headers: Bound<'py, PyDict> => |event, py| event.headers(py), "Headers from a list: dates, sizes, limits, identifiers.";
    }
}

event! {
    /// One try of a request that failed: by the vendor's word, on the way, by a veto, or because the
    /// call was cancelled.
    ErrorEvent {
        duration: f64 => |event, _| Ok(event.duration.as_secs_f64()), "Seconds that this try took; zero if it did not leave.";
        status: Option<u16> => |event, _| Ok(event.status), "The HTTP status, if there was an answer.";
        response_bytes: Option<usize> => |event, _| Ok(event.response_bytes), "The size of the answer's body.";
        request_id: Option<String> => |event, _| Ok(event.request_id.clone()), "The identifier under which the vendor can find the request.";
        headers: Bound<'py, PyDict> => |event, py| event.headers(py), "Headers from a list: dates, sizes, limits, identifiers.";
        kind: &'static str => |event, _| Ok(event.kind.map_or("Cancelled", ErrorKind::as_str)), "The kind of the error, such as RateLimited; Cancelled if the call was dropped.";
        outcome: Option<&'static str> => |event, _| Ok(event.outcome.map(Outcome::as_str)), "Whether a write happened: not_sent, unknown or accepted.";
        vendor_code: Option<String> => |event, _| Ok(event.vendor_code.clone()), "The vendor's code.";
        reason: Option<String> => |event, _| Ok(event.reason.clone()), "What failed where there was no answer.";
        repeat_in: Option<f64> => |event, _| Ok(event.repeat_in.map(|wait| wait.as_secs_f64())), "Seconds until it is tried again; None if the call ends with this.";
    }
}

/// The three kinds of event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moment {
    Request,
    Response,
    Error,
}

impl Moment {
    /// Makes the object of an event of this kind.
    pub(crate) fn object(self, py: Python<'_>, event: Event) -> PyResult<Py<PyAny>> {
        Ok(match self {
            Self::Request => Py::new(py, RequestEvent(event))?.into_any(),
            Self::Response => Py::new(py, ResponseEvent(event))?.into_any(),
            Self::Error => Py::new(py, ErrorEvent(event))?.into_any(),
        })
    }

    /// The argument of a client that is called then.
    pub(crate) fn hook(self) -> &'static str {
        match self {
            Self::Request => "on_request",
            Self::Response => "on_response",
            Self::Error => "on_error",
        }
    }
}
