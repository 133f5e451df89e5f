//! Templates.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::time;
use crate::json;

record! {
    /// A text that WhatsApp approved for messages that a business sends first.
    Template, shown: [vendor, account, id, name, status], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The identifier that messages.send_template takes.
        id: &'py str = |row| &row.id,
        /// Meta's identifier.
        whatsapp_id: Option<&'py str> = |row| row.whatsapp_id.as_deref(),
        /// The name.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// pending, approved, rejected, disabled or unknown; None where the answer does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words; WapiFlow has numbers.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// The vendor's identifier of the language.
        language_id: Option<&'py str> = |row| row.language_id.as_deref(),
        /// The vendor's identifier of the category.
        category_id: Option<&'py str> = |row| row.category_id.as_deref(),
        /// The header as the vendor keeps it: text, or any JSON.
        header: Py<PyAny> = |row, py| json::to_py(py, row.header.as_ref().unwrap_or_default())?,
        /// The body as the vendor keeps it: text, or any JSON.
        body: Py<PyAny> = |row, py| json::to_py(py, row.body.as_ref().unwrap_or_default())?,
        /// The buttons as the vendor keeps them.
        buttons: Py<PyAny> = |row, py| json::to_py(py, row.buttons.as_ref().unwrap_or_default())?,
        /// The footer.
        footer: Option<&'py str> = |row| row.footer.as_deref(),
        /// Why it was rejected.
        rejected_reason: Option<&'py str> = |row| row.rejected_reason.as_deref(),
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// When it was last changed, UTC.
        updated_at: Option<Timestamp> = |row| time(row.updated_at),
    }
}
