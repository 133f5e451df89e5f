#[cfg(feature = "ledger")]
use crate::ledger::{LedgerRow, PlannedRow};
use palabre_model::{
    AddReport, Address, BulkReport, Contact, Conversation, DailyStatistic, DayCounters,
    DeleteReport, Group, Message, MonthCounters, MonthlyStatistic, Note, Number, OtpCheck,
    Rejection, RemoveReport, SentOtp, Template,
};
use schemars::{Schema, schema_for};

/// The JSON Schema of a type of the facade, by its name; `None` for another name.
///
/// Docs tables and column descriptions come from it.
///
/// ```
/// let schema = palabre::schema("Contact").unwrap();
/// assert!(schema.as_value()["properties"]["phone"]["description"].is_string());
/// ```
#[must_use]
pub fn schema(name: &str) -> Option<Schema> {
    let (_, make) = SCHEMAS.iter().find(|(known, _)| *known == name)?;
    Some(make())
}

/// The names that [`schema`] knows.
pub fn schema_names() -> impl Iterator<Item = &'static str> {
    SCHEMAS.iter().map(|(name, _)| *name)
}

macro_rules! schemas {
    ($($(#[$when:meta])? $type:ident),+ $(,)?) => {
        &[$($(#[$when])? (stringify!($type), || schema_for!($type))),+]
    };
}

/// A name and how its schema is made.
type Named = (&'static str, fn() -> Schema);

const SCHEMAS: &[Named] = schemas![
    AddReport,
    Address,
    BulkReport,
    Contact,
    Conversation,
    DailyStatistic,
    DayCounters,
    DeleteReport,
    Group,
    #[cfg(feature = "ledger")]
    LedgerRow,
    Message,
    MonthCounters,
    MonthlyStatistic,
    Note,
    Number,
    OtpCheck,
    Rejection,
    #[cfg(feature = "ledger")]
    PlannedRow,
    RemoveReport,
    SentOtp,
    Template,
];
