//! Rows of a ledger and of a plan.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::time;

result! {
    /// A row of a ledger, without what was sent.
    LedgerRow, shown: [row, key, to, state, error, reason], fields: {
        /// The place among the rows that were given, counted from 1.
        row: i64 = |row| row.row,
        /// The caller's own name of the row.
        key: Option<&'py str> = |row| row.key.as_deref(),
        /// The recipient; masked unless numbers were asked for.
        to: Option<&'py str> = |row| row.to.as_deref(),
        /// planned, attempting, accepted, not_sent, refused or unknown.
        state: &'py str = |row| &row.state,
        /// The kind of the error, such as "RateLimited".
        error: Option<&'py str> = |row| row.error.as_deref(),
        /// Why, in one line.
        reason: Option<&'py str> = |row| row.reason.as_deref(),
        /// The HTTP status of the vendor's answer.
        status: Option<u16> = |row| row.status,
        /// The vendor's own code for what went wrong.
        vendor_code: Option<&'py str> = |row| row.vendor_code.as_deref(),
        /// The identifier under which the vendor can find the request.
        request_id: Option<&'py str> = |row| row.request_id.as_deref(),
        /// The vendor's identifier of the message or contact.
        id: Option<&'py str> = |row| row.id.as_deref(),
        /// WhatsApp's own identifier.
        whatsapp_id: Option<&'py str> = |row| row.whatsapp_id.as_deref(),
        /// The conversation that the message is part of.
        conversation_id: Option<&'py str> = |row| row.conversation_id.as_deref(),
        /// The key that tells the vendor one try from another message.
        idempotency_key: &'py str = |row| &row.idempotency_key,
        /// How often it was tried.
        attempts: i64 = |row| row.attempts,
        /// When it was last tried, UTC.
        attempted_at: Option<Timestamp> = |row| time(row.attempted_at),
        /// When it came to its state, UTC; None for what is planned.
        settled_at: Option<Timestamp> = |row| time(row.settled_at),
        /// Whether a person has decided.
        decided: bool = |row| row.decided,
        /// What the person wrote.
        note: Option<&'py str> = |row| row.note.as_deref(),
    }
}

result! {
    /// What a run would do with one row.
    PlannedRow, shown: [row, key, to, state, kind, error, reason, warning], fields: {
        /// The place among the rows that were given, counted from 1.
        row: i64 = |row| row.row,
        /// The caller's own name of the row.
        key: Option<&'py str> = |row| row.key.as_deref(),
        /// The recipient; masked unless numbers were asked for.
        to: Option<&'py str> = |row| row.to.as_deref(),
        /// planned, or refused.
        state: &'py str = |row| &row.state,
        /// What would be sent: text, image, template and so on.
        kind: Option<&'py str> = |row| row.kind.as_deref(),
        /// How many characters its text has.
        characters: Option<i64> = |row| row.characters,
        /// The kind of the error that it is refused with.
        error: Option<&'py str> = |row| row.error.as_deref(),
        /// Why it is refused, in one line.
        reason: Option<&'py str> = |row| row.reason.as_deref(),
        /// What looks wrong about a planned row.
        ///
        /// Its number is none in its country, or may reach the person of an earlier row.
        warning: Option<&'py str> = |row| row.warning.as_deref(),
    }
}
