use palabre_model::{
    AddReport, Address, Contact, Conversation, DailyStatistic, DayCounters, DeleteReport, Group,
    Message, MonthCounters, MonthlyStatistic, Note, Number, RemoveReport, Template,
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
    Some(match name {
        "AddReport" => schema_for!(AddReport),
        "Address" => schema_for!(Address),
        "Contact" => schema_for!(Contact),
        "Conversation" => schema_for!(Conversation),
        "DailyStatistic" => schema_for!(DailyStatistic),
        "DayCounters" => schema_for!(DayCounters),
        "DeleteReport" => schema_for!(DeleteReport),
        "Group" => schema_for!(Group),
        "Message" => schema_for!(Message),
        "MonthCounters" => schema_for!(MonthCounters),
        "MonthlyStatistic" => schema_for!(MonthlyStatistic),
        "Note" => schema_for!(Note),
        "Number" => schema_for!(Number),
        "RemoveReport" => schema_for!(RemoveReport),
        "Template" => schema_for!(Template),
        _ => return None,
    })
}
