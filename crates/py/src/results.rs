//! Result classes: frozen, typed, and made into Python objects when they are looked at.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use palabre::mask_phone;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::{error, json};

/// A value of a result as plain data: results become dicts.
fn plain<'py>(value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    if let Ok(list) = value.cast::<PyList>() {
        let items = list.iter().map(plain).collect::<PyResult<Vec<_>>>()?;
        return Ok(PyList::new(value.py(), items)?.into_any());
    }
    match value.getattr_opt("to_dict")? {
        Some(to_dict) => to_dict.call0(),
        None => Ok(value),
    }
}

/// A value in a `repr`: short, numbers masked.
fn shown(name: &str, value: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = value.extract::<String>()
        && (matches!(name, "phone" | "number") || is_phone(name, &text))
    {
        return Ok(format!("'{}'", mask_phone(&text)));
    }
    Ok(value.repr()?.to_string())
}

/// 99digital has no other identifier of a number than the number.
fn is_phone(name: &str, text: &str) -> bool {
    name == "id" && text.len() >= 8 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The years that Python's datetime has; a time outside of them is as good as unknown.
const YEARS: std::ops::RangeInclusive<i16> = 1..=9999;

fn time(time: Option<Timestamp>) -> Option<Timestamp> {
    time.filter(|time| YEARS.contains(&time.to_zoned(TimeZone::UTC).year()))
}

macro_rules! result {
    (
        $(#[doc = $doc:literal])+
        $class:ident, shown: [$($shown:ident),*], fields: {
            $($(#[doc = $field_doc:literal])+ $field:ident: $type:ty = |$row:ident $(, $py:ident)?| $value:expr),+ $(,)?
        }
        $(, extra: { $($extra:tt)* })?
    ) => {
        $(#[doc = $doc])+
        #[pyclass(frozen, module = "palabre")]
        #[derive(Clone)]
        pub struct $class(pub(crate) palabre::$class);

        #[pymethods]
        impl $class {
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
            fn to_dict<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyDict>> {
                let dict = PyDict::new(slf.py());
                for name in [$(stringify!($field)),+] {
                    dict.set_item(name, plain(slf.getattr(name)?)?)?;
                }
                Ok(dict)
            }

            fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
                other.cast::<Self>().is_ok_and(|other| self.0 == other.get().0)
            }

            fn __ne__(&self, other: &Bound<'_, PyAny>) -> bool {
                !self.__eq__(other)
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

            fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
                let mut parts: Vec<String> = Vec::new();
                for name in [$(stringify!($shown)),*] as [&str; _] {
                    let value = slf.getattr(name)?;
                    if !value.is_none() {
                        parts.push(format!("{name}={}", shown(name, &value)?));
                    }
                }
                Ok(format!("{}({})", stringify!($class), parts.join(", ")))
            }
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
                    json::to_py(py, &self.0.raw.value())
                }

                /// The fields that palabre does not know.
                #[getter]
                fn extra<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                    json::object_to_py(py, &self.0.raw.extra())
                }
            }
        }
    };
}

/// A report, which travels with errors from one process to another. Other results do not: a pickle
/// would hold phone numbers.
macro_rules! report {
    ($(#[doc = $doc:literal])+ $class:ident, $($tokens:tt)*) => {
        result! {
            $(#[doc = $doc])+
            $class, $($tokens)*,
            extra: {
                fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, (String,))> {
                    let fields = serde_json::to_string(&slf.get().0)
                        .map_err(|error| PyValueError::new_err(error.to_string()))?;
                    Ok((slf.get_type().getattr("_restore")?, (fields,)))
                }

                #[staticmethod]
                fn _restore(fields: &str) -> PyResult<Self> {
                    serde_json::from_str(fields)
                        .map(Self)
                        .map_err(|error| PyValueError::new_err(error.to_string()))
                }
            }
        }
    };
}

record! {
    /// A WhatsApp number that an account sends from.
    Number, shown: [vendor, account, id, name, phone, status], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it; 99digital has none but the number.
        id: &'py str = |row| &row.id,
        /// The name that the account gave to it.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// The number in E.164 where it parses, as given otherwise; None before it is linked.
        phone: Option<&'py str> = |row| row.phone.as_deref(),
        /// connected, connecting, disconnected or unknown; None where the vendor does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// The business behind it.
        business_name: Option<&'py str> = |row| row.business_name.as_deref(),
        /// When it was added, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// ReachFlow: day of the warm-up against bans, 0 to 14.
        warmup_day: Option<i64> = |row| row.warmup_day,
        /// ReachFlow: current risk score, 0 to 100.
        risk_score: Option<i64> = |row| row.risk_score,
        /// 99digital: shared with the WhatsApp Business app on a phone.
        coexistence: Option<bool> = |row| row.coexistence,
        /// ReachFlow, when one number is read: today's counters.
        today: Option<DayCounters> = |row| row.today.clone().map(DayCounters),
        /// 99digital: this month's conversations so far.
        current_month: Option<MonthCounters> = |row| row.current_month.clone().map(MonthCounters),
    }
}

result! {
    /// What a number has sent today, and how much it may send. The vendor names no time zone.
    DayCounters, shown: [sent, delivered, failed, messages_limit, new_contacts_limit], fields: {
        /// Messages sent.
        sent: Option<i64> = |row| row.sent,
        /// Messages delivered.
        delivered: Option<i64> = |row| row.delivered,
        /// Messages that failed.
        failed: Option<i64> = |row| row.failed,
        /// How many messages may be sent today; None where there is no limit.
        messages_limit: Option<i64> = |row| row.messages_limit,
        /// How many people may be written to for the first time; None where there is no limit.
        new_contacts_limit: Option<i64> = |row| row.new_contacts_limit,
    }
}

result! {
    /// A number's conversations of this month so far, in the vendor's own definitions.
    MonthCounters, shown: [total, marketing, service, incoming], fields: {
        /// All conversations, as the vendor counts them.
        total: Option<i64> = |row| row.total,
        /// Marketing conversations.
        marketing: Option<i64> = |row| row.marketing,
        /// Service conversations.
        service: Option<i64> = |row| row.service,
        /// Incoming conversations.
        incoming: Option<i64> = |row| row.incoming,
    }
}

record! {
    /// A person or business in an account's address book.
    Contact, shown: [vendor, account, id, name, phone], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it.
        id: &'py str = |row| &row.id,
        /// The whole name.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// The given name, where the vendor keeps names in two parts.
        given_name: Option<&'py str> = |row| row.given_name.as_deref(),
        /// The family name, where the vendor keeps names in two parts.
        family_name: Option<&'py str> = |row| row.family_name.as_deref(),
        /// The number in E.164 where it parses, as given otherwise.
        phone: Option<&'py str> = |row| row.phone.as_deref(),
        /// Labels; None where the answer does not hold them.
        tags: Option<Vec<String>> = |row| row.tags.clone(),
        /// Free fields of the account; None where the answer does not hold them.
        meta: Option<Bound<'py, PyDict>> = |row, py| match &row.meta {
            Some(meta) => Some(json::object_to_py(py, meta)?),
            None => None,
        },
        /// WapiFlow: the postal address.
        address: Option<Address> = |row| row.address.clone().map(Address),
        /// WapiFlow: the contact is blocked and cannot be written to.
        blocked: Option<bool> = |row| row.blocked,
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// When it was last changed, UTC.
        updated_at: Option<Timestamp> = |row| time(row.updated_at),
    }
}

result! {
    /// A contact's postal address; an empty part is None.
    Address, shown: [address, city, state, post_code, country], fields: {
        /// Street and house.
        address: Option<&'py str> = |row| row.address.as_deref(),
        /// City.
        city: Option<&'py str> = |row| row.city.as_deref(),
        /// State or region.
        state: Option<&'py str> = |row| row.state.as_deref(),
        /// Postal code.
        post_code: Option<&'py str> = |row| row.post_code.as_deref(),
        /// Country; WapiFlow derives it from the number.
        country: Option<&'py str> = |row| row.country.as_deref(),
    }
}

record! {
    /// A named set of contacts. It is the vendor's own, not a WhatsApp group.
    Group, shown: [vendor, account, id, name, contact_count], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it.
        id: &'py str = |row| &row.id,
        /// The name, unique in an account.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// What it is for.
        description: Option<&'py str> = |row| row.description.as_deref(),
        /// A colour as #RRGGBB.
        color: Option<&'py str> = |row| row.color.as_deref(),
        /// How many contacts are in it.
        contact_count: Option<i64> = |row| row.contact_count,
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
    }
}

record! {
    /// An exchange with one contact in the vendor's inbox.
    Conversation, shown: [vendor, account, id, status, last_message_at], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it.
        id: &'py str = |row| &row.id,
        /// none, done, pending, important, unread or unknown; None where the answer does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words; WapiFlow has numbers.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// The contact's identifier.
        contact_id: Option<&'py str> = |row| row.contact_id.as_deref(),
        /// The contact, where the answer holds it.
        contact: Option<Contact> = |row| row.contact.clone().map(Contact),
        /// The identifier of our number in it.
        number_id: Option<&'py str> = |row| row.number_id.as_deref(),
        /// When the last message came or went, UTC.
        last_message_at: Option<Timestamp> = |row| time(row.last_message_at),
        /// A person has to answer.
        needs_human_reply: Option<bool> = |row| row.needs_human_reply,
        /// What colleagues wrote about it; None where the answer does not hold notes.
        notes: Option<Vec<Note>> =
            |row| row.notes.as_ref().map(|notes| notes.iter().cloned().map(Note).collect()),
        /// When it was created, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// When it was last changed, UTC.
        updated_at: Option<Timestamp> = |row| time(row.updated_at),
    }
}

result! {
    /// A remark that a colleague left at a conversation.
    Note, shown: [id, created_at], fields: {
        /// The vendor's identifier of it.
        id: Option<&'py str> = |row| row.id.as_deref(),
        /// The remark.
        text: Option<&'py str> = |row| row.text.as_deref(),
        /// When it was written, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
    }
}

record! {
    /// A message that a vendor took.
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
        /// queued, sent, delivered, read, failed, cancelled or unknown; None where the answer does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// text, image, document, video, audio, location, cta, list, template, or the vendor's word.
        kind: Option<&'py str> = |row| row.kind.as_deref(),
        /// When the vendor took it, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
    }
}

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

result! {
    /// One value of one month.
    MonthlyStatistic, shown: [account, number, month, category, value, completeness], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The number in E.164; None means all numbers of the account.
        number: Option<&'py str> = |row| row.number.as_deref(),
        /// The first day of the month.
        month: Date = |row| row.month,
        /// The vendor's word for what is counted: total, marketing, service, incoming.
        category: &'py str = |row| &row.category,
        /// How many conversations; None where the vendor gave no value.
        value: Option<i64> = |row| row.value,
        /// final, or month_to_date while the month is running.
        completeness: &'py str = |row| row.completeness.as_str(),
        /// reported, snapshot or derived.
        provenance: &'py str = |row| row.provenance.as_str(),
        /// When the vendor was asked, UTC.
        observed_at: Timestamp = |row| row.observed_at,
        /// The time zone in which the month is a month.
        tz: &'py str = |row| &row.tz,
        /// How the time zone is known: vendor, account or assumed.
        tz_source: &'py str = |row| row.tz_source.as_str(),
    }
}

result! {
    /// One value of one day.
    DailyStatistic, shown: [account, number, date, category, value], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The number in E.164, or its identifier where it has no number yet.
        number: Option<&'py str> = |row| row.number.as_deref(),
        /// The day.
        date: Date = |row| row.date,
        /// The vendor's word for what is counted.
        category: &'py str = |row| &row.category,
        /// The count or limit; None where the vendor gave none.
        value: Option<i64> = |row| row.value,
        /// reported, snapshot or derived.
        provenance: &'py str = |row| row.provenance.as_str(),
        /// When the vendor was asked, UTC.
        observed_at: Timestamp = |row| row.observed_at,
        /// The time zone in which the day is a day.
        tz: &'py str = |row| &row.tz,
        /// How the time zone is known: vendor, account or assumed.
        tz_source: &'py str = |row| row.tz_source.as_str(),
    }
}

report! {
    /// What became of each identifier given to contacts.delete_many; each is in exactly one list.
    DeleteReport, shown: [requested], fields: {
        /// How many different identifiers were given.
        requested: usize = |row| row.requested,
        /// Those that are gone.
        deleted: Vec<String> = |row| row.deleted.clone(),
        /// Those that did not exist.
        not_found: Vec<String> = |row| row.not_found.clone(),
        /// Those that the vendor refused to delete, and why.
        refused: Vec<DeleteFailure> = |row| row.refused.iter().cloned().map(DeleteFailure).collect(),
        /// Those that were in a request whose outcome is not known.
        unknown: Vec<String> = |row| row.unknown.clone(),
        /// Those that were not tried, since something failed before.
        not_attempted: Vec<String> = |row| row.not_attempted.clone(),
    }
}

report! {
    /// One contact that the vendor did not delete.
    DeleteFailure, shown: [id, message], fields: {
        /// The contact's identifier.
        id: &'py str = |row| &row.id,
        /// Why, in one line.
        message: &'py str = |row| &row.message,
    }
}

result! {
    /// What became of the contacts given to groups.add_members; None where the vendor did not say.
    AddReport, shown: [requested, added, already_in_group, not_found], fields: {
        /// How many identifiers were given.
        requested: usize = |row| row.requested,
        /// How many are new in the group.
        added: Option<i64> = |row| row.added,
        /// How many were in it already.
        already_in_group: Option<i64> = |row| row.already_in_group,
        /// How many do not exist.
        not_found: Option<i64> = |row| row.not_found,
    }
}

result! {
    /// What became of the contacts given to groups.remove_members; None where the vendor did not say.
    RemoveReport, shown: [requested, removed, not_in_group], fields: {
        /// How many identifiers were given.
        requested: usize = |row| row.requested,
        /// How many have left the group.
        removed: Option<i64> = |row| row.removed,
        /// How many were not in it.
        not_in_group: Option<i64> = |row| row.not_in_group,
    }
}

/// Whether a vendor can do something, and how. True if a call can succeed.
#[pyclass(frozen, module = "palabre")]
#[derive(Clone)]
pub struct Support(pub(crate) palabre::Support);

#[pymethods]
impl Support {
    /// native, emulated or unsupported.
    #[getter]
    fn support(&self) -> &'static str {
        self.0.as_str()
    }

    /// How it is emulated, or why it is unsupported.
    #[getter]
    fn note(&self) -> Option<&'static str> {
        self.0.note()
    }

    fn __bool__(&self) -> bool {
        self.0.is_supported()
    }

    fn __eq__(&self, other: &Bound<'_, PyAny>) -> bool {
        other
            .cast::<Self>()
            .is_ok_and(|other| self.0 == other.get().0)
    }

    fn __ne__(&self, other: &Bound<'_, PyAny>) -> bool {
        !self.__eq__(other)
    }

    fn __repr__(&self) -> String {
        match self.0.note() {
            Some(note) => format!("Support({:?}, note={note:?})", self.0.as_str()),
            None => format!("Support({:?})", self.0.as_str()),
        }
    }
}

/// An account of a fleet that did not answer.
#[pyclass(frozen, module = "palabre")]
#[derive(Clone)]
pub struct AccountFailure {
    pub(crate) account: String,
    pub(crate) error: palabre::Error,
}

#[pymethods]
impl AccountFailure {
    /// The account's name in the fleet.
    #[getter]
    fn account(&self) -> &str {
        &self.account
    }

    /// What went wrong.
    #[getter]
    fn error<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        error::instance(py, &self.error)
    }

    fn __repr__(&self) -> String {
        format!("AccountFailure({}: {})", self.account, self.error)
    }
}
