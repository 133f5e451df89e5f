//! One-time codes.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::time;

record! {
    /// A one-time code that was sent. The vendor keeps the code to itself.
    SentOtp, shown: [vendor, account, id, expires_at], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The identifier that otp.verify takes.
        id: &'py str = |row| &row.id,
        /// The message that carries the code, for messages.get; None where the answer does not say.
        message_id: Option<&'py str> = |row| row.message_id.as_deref(),
        /// Until when the code is good, UTC.
        expires_at: Option<Timestamp> = |row| time(row.expires_at),
    }
}

result! {
    /// What the vendor says of a code that somebody typed. True if it fits.
    OtpCheck, shown: [vendor, account, id, valid, reason, attempts_left], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The identifier of the code.
        id: &'py str = |row| &row.id,
        /// Whether the code is the right one, and in time.
        valid: bool = |row| row.valid,
        /// Why it is not: invalidated, already_used, expired, max_attempts_reached, invalid_code, not_found, or another word.
        reason: Option<String> = |row| row.reason.clone(),
        /// How many more tries there are.
        attempts_left: Option<i64> = |row| row.attempts_left,
    },
    extra: {
        /// The item as the vendor sent it, secrets replaced.
        #[getter]
        fn raw(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
            crate::json::to_py(py, &self.0.raw.value())
        }

        /// The fields that palabre does not know.
        #[getter]
        fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, pyo3::types::PyDict>> {
            crate::json::object_to_py(py, &self.0.raw.extra())
        }

        fn __bool__(&self) -> bool {
            self.0.valid
        }
    }
}
