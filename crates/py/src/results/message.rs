//! Messages, to one and to many.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::time;

record! {
    /// A message that a vendor took, or has in its history.
    Message, shown: [vendor, account, id, conversation_id, status, kind], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it; None where its answer holds none.
        id: Option<&'py str> = |row| row.id.as_deref(),
        /// WhatsApp's own identifier.
        whatsapp_id: Option<&'py str> = |row| row.whatsapp_id.as_deref(),
        /// The conversation that it is part of.
        conversation_id: Option<&'py str> = |row| row.conversation_id.as_deref(),
        /// The vendor's identifier of the number that it goes out from, or came in to.
        number_id: Option<&'py str> = |row| row.number_id.as_deref(),
        /// The vendor's identifier of the contact.
        contact_id: Option<&'py str> = |row| row.contact_id.as_deref(),
        /// inbound, outbound or unknown; None where the vendor does not say.
        direction: Option<&'py str> = |row| row.direction.map(|direction| direction.as_str()),
        /// The number that it comes from, in E.164 where it parses.
        from_: Option<&'py str> = |row| row.from.as_deref(),
        /// The number that it goes to, in E.164 where it parses.
        to: Option<&'py str> = |row| row.to.as_deref(),
        /// queued, sent, delivered, read, failed, cancelled or unknown; None where the answer does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// text, image, document, video, audio, location, cta, list, template, or the vendor's word.
        kind: Option<&'py str> = |row| row.kind.as_deref(),
        /// The text, or the caption of a file, where the answer holds it.
        text: Option<&'py str> = |row| row.text.as_deref(),
        /// The address of the file.
        media_url: Option<&'py str> = |row| row.media_url.as_deref(),
        /// When the vendor took it, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// When it is to go out, UTC; None where it goes out at once.
        scheduled_at: Option<Timestamp> = |row| time(row.scheduled_at),
        /// When it was handed to WhatsApp, UTC.
        sent_at: Option<Timestamp> = |row| time(row.sent_at),
        /// When it reached the recipient's device, UTC.
        delivered_at: Option<Timestamp> = |row| time(row.delivered_at),
        /// When the recipient saw it, UTC.
        read_at: Option<Timestamp> = |row| time(row.read_at),
        /// When it failed, UTC.
        failed_at: Option<Timestamp> = |row| time(row.failed_at),
        /// Why it failed, as the vendor's code.
        failure_code: Option<&'py str> = |row| row.failure_code.as_deref(),
        /// Why it failed, in the vendor's words.
        failure_text: Option<&'py str> = |row| row.failure_text.as_deref(),
    }
}

record! {
    /// What became of one text for many people.
    BulkReport, shown: [vendor, account, id, accepted, rejected], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of the whole; None where its answer holds none.
        id: Option<&'py str> = |row| row.id.as_deref(),
        /// How many recipients the vendor took; None where the answer does not say.
        accepted: Option<i64> = |row| row.accepted,
        /// How many it refused; None where the answer does not say.
        rejected: Option<i64> = |row| row.rejected,
        /// The recipients that it refused, and why.
        rejections: Vec<Rejection> = |row| row.rejections.iter().cloned().map(Rejection).collect(),
        /// The vendor's identifiers of the messages. Their order is not documented.
        message_ids: Vec<String> = |row| row.message_ids.clone(),
    }
}

result! {
    /// A recipient to whom nothing was sent.
    Rejection, shown: [to, reason], fields: {
        /// The recipient, in E.164 where it parses.
        to: Option<&'py str> = |row| row.to.as_deref(),
        /// Why, in the vendor's words.
        reason: Option<&'py str> = |row| row.reason.as_deref(),
    }
}
