//! Rows as Arrow record batches: one column for each field, times in UTC, months and days as dates.
//!
//! Free-form objects stay JSON text in a column: parse a column with your data library's JSON
//! functions where it is needed. A column's description travels in its metadata.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::{ArrowError, DataType, Field, Schema, TimeUnit};
use jiff::Timestamp;
use jiff::civil::Date;
use palabre_model::{
    Contact, Conversation, DailyStatistic, Group, Message, MonthlyStatistic, Number, Template,
};
use serde_json::Value;

/// One column: its name, its type and how it is filled from rows.
pub struct Column<T> {
    name: &'static str,
    fill: Fill<T>,
}

/// How a column is filled.
enum Fill<T> {
    Text(fn(&T) -> Option<&str>),
    /// A text of few different values.
    Category(fn(&T) -> Option<&str>),
    Integer(fn(&T) -> Option<i64>),
    Flag(fn(&T) -> Option<bool>),
    Time(fn(&T) -> Option<Timestamp>),
    Day(fn(&T) -> Option<Date>),
    Texts(fn(&T) -> Option<&[String]>),
    /// A free-form value, written as JSON.
    Json(fn(&T) -> Option<Value>),
}

/// A type whose rows make a table.
pub trait Tabular: Sized + 'static {
    /// The type's name, as [`crate::schema`] knows it.
    const NAME: &'static str;

    /// The columns, in order.
    fn columns() -> Vec<Column<Self>>;

    /// The table's schema; the descriptions of the columns come from the type's JSON Schema.
    fn schema() -> Arc<Schema> {
        let described = crate::schema(Self::NAME);
        let describe = |name: &str| {
            let schema = described.as_ref()?.as_value();
            schema["properties"][name]["description"]
                .as_str()
                .map(str::to_owned)
        };
        let fields = Self::columns().into_iter().map(|column| {
            let field = Field::new(column.name, column.fill.data_type(), true);
            match describe(column.name) {
                Some(text) => {
                    let metadata = HashMap::from([("description".to_owned(), text)]);
                    field.with_metadata(metadata)
                }
                None => field,
            }
        });
        Arc::new(Schema::new(fields.collect::<Vec<_>>()))
    }

    /// Tells whether all rows are of one account; of rows that name none, yes.
    fn is_of_one_account(rows: &[Self]) -> bool {
        let Some(first) = rows.first() else {
            return true;
        };
        let sources = Self::columns().into_iter();
        let mut sources = sources.filter(|column| matches!(column.name, "account" | "vendor"));
        sources.all(|source| match source.fill {
            Fill::Text(get) | Fill::Category(get) => rows.iter().all(|row| get(row) == get(first)),
            _ => true,
        })
    }

    /// Rows as one record batch.
    ///
    /// # Errors
    ///
    /// Never for fewer than 2 GiB of text in a column.
    fn batch(schema: &Arc<Schema>, rows: &[Self]) -> Result<RecordBatch, ArrowError> {
        let columns = Self::columns();
        let arrays = columns
            .iter()
            .zip(schema.fields())
            .map(|(column, field)| {
                let array = column.fill.array(rows)?;
                debug_assert_eq!(array.data_type(), field.data_type(), "{}", column.name);
                Ok(array)
            })
            .collect::<Result<Vec<_>, ArrowError>>()?;
        RecordBatch::try_new(schema.clone(), arrays)
    }
}

impl<T> Fill<T> {
    fn data_type(&self) -> DataType {
        match self {
            Self::Text(_) | Self::Json(_) => DataType::Utf8,
            Self::Category(_) => {
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
            }
            Self::Integer(_) => DataType::Int64,
            Self::Flag(_) => DataType::Boolean,
            Self::Time(_) => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
            Self::Day(_) => DataType::Date32,
            Self::Texts(_) => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
        }
    }

    fn array(&self, rows: &[T]) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(get) => Arc::new(StringArray::from_iter(rows.iter().map(get))),
            Self::Json(get) => Arc::new(StringArray::from_iter(
                rows.iter()
                    .map(|row| get(row).map(|value| value.to_string())),
            )),
            Self::Category(get) => {
                let mut builder = StringDictionaryBuilder::<Int32Type>::new();
                for row in rows {
                    match get(row) {
                        Some(text) => {
                            builder.append(text)?;
                        }
                        None => builder.append_null(),
                    }
                }
                Arc::new(builder.finish())
            }
            Self::Integer(get) => Arc::new(Int64Array::from_iter(rows.iter().map(get))),
            Self::Flag(get) => Arc::new(BooleanArray::from_iter(rows.iter().map(get))),
            Self::Time(get) => {
                let micros = rows
                    .iter()
                    .map(|row| get(row).map(Timestamp::as_microsecond));
                Arc::new(TimestampMicrosecondArray::from_iter(micros).with_timezone("UTC"))
            }
            Self::Day(get) => Arc::new(Date32Array::from_iter(
                rows.iter().map(|row| get(row).map(days)),
            )),
            Self::Texts(get) => {
                let mut builder = ListBuilder::new(StringBuilder::new());
                for row in rows {
                    builder.append_option(get(row).map(|texts| texts.iter().map(Some)));
                }
                Arc::new(builder.finish())
            }
        })
    }
}

/// Days since 1970, as Arrow counts dates.
fn days(date: Date) -> i32 {
    const EPOCH: Date = jiff::civil::date(1970, 1, 1);
    EPOCH.until(date).map_or(0, |span| span.get_days())
}

macro_rules! columns {
    ($type:ty, $name:literal, $row:ident, { $($column:literal: $kind:ident = $value:expr),+ $(,)? }) => {
        impl Tabular for $type {
            const NAME: &'static str = $name;
            fn columns() -> Vec<Column<Self>> {
                vec![$(Column { name: $column, fill: Fill::$kind(|$row| $value) }),+]
            }
        }
    };
}

columns!(Number, "Number", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "id": Text = Some(&row.id),
    "name": Text = row.name.as_deref(),
    "phone": Text = row.phone.as_deref(),
    "status": Text = row.status.map(|status| status.as_str()),
    "status_text": Text = row.status_text.as_deref(),
    "business_name": Text = row.business_name.as_deref(),
    "created_at": Time = row.created_at,
    "warmup_day": Integer = row.warmup_day,
    "risk_score": Integer = row.risk_score,
    "coexistence": Flag = row.coexistence,
});

columns!(Contact, "Contact", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "id": Text = Some(&row.id),
    "name": Text = row.name.as_deref(),
    "given_name": Text = row.given_name.as_deref(),
    "family_name": Text = row.family_name.as_deref(),
    "phone": Text = row.phone.as_deref(),
    "tags": Texts = row.tags.as_deref(),
    "meta": Json = row.meta.clone().map(Value::Object),
    "address": Text = row.address.as_ref().and_then(|address| address.address.as_deref()),
    "city": Text = row.address.as_ref().and_then(|address| address.city.as_deref()),
    "state": Text = row.address.as_ref().and_then(|address| address.state.as_deref()),
    "post_code": Text = row.address.as_ref().and_then(|address| address.post_code.as_deref()),
    "country": Text = row.address.as_ref().and_then(|address| address.country.as_deref()),
    "blocked": Flag = row.blocked,
    "created_at": Time = row.created_at,
    "updated_at": Time = row.updated_at,
});

columns!(Group, "Group", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "id": Text = Some(&row.id),
    "name": Text = row.name.as_deref(),
    "description": Text = row.description.as_deref(),
    "color": Text = row.color.as_deref(),
    "contact_count": Integer = row.contact_count,
    "created_at": Time = row.created_at,
});

columns!(Conversation, "Conversation", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "id": Text = Some(&row.id),
    "status": Text = row.status.map(|status| status.as_str()),
    "status_text": Text = row.status_text.as_deref(),
    "contact_id": Text = row.contact_id.as_deref(),
    "contact_name": Text = row.contact.as_ref().and_then(|contact| contact.name.as_deref()),
    "contact_phone": Text = row.contact.as_ref().and_then(|contact| contact.phone.as_deref()),
    "number_id": Text = row.number_id.as_deref(),
    "last_message_at": Time = row.last_message_at,
    "needs_human_reply": Flag = row.needs_human_reply,
    "notes": Integer = row.notes.as_ref().and_then(|notes| i64::try_from(notes.len()).ok()),
    "created_at": Time = row.created_at,
    "updated_at": Time = row.updated_at,
});

columns!(Message, "Message", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "id": Text = row.id.as_deref(),
    "whatsapp_id": Text = row.whatsapp_id.as_deref(),
    "conversation_id": Text = row.conversation_id.as_deref(),
    "number_id": Text = row.number_id.as_deref(),
    "contact_id": Text = row.contact_id.as_deref(),
    "direction": Category = row.direction.map(|direction| direction.as_str()),
    "from_": Text = row.from.as_deref(),
    "to": Text = row.to.as_deref(),
    "status": Category = row.status.map(|status| status.as_str()),
    "status_text": Text = row.status_text.as_deref(),
    "kind": Category = row.kind.as_deref(),
    "text": Text = row.text.as_deref(),
    "media_url": Text = row.media_url.as_deref(),
    "created_at": Time = row.created_at,
    "scheduled_at": Time = row.scheduled_at,
    "sent_at": Time = row.sent_at,
    "delivered_at": Time = row.delivered_at,
    "read_at": Time = row.read_at,
    "failed_at": Time = row.failed_at,
    "failure_code": Text = row.failure_code.as_deref(),
    "failure_text": Text = row.failure_text.as_deref(),
});

columns!(Template, "Template", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "id": Text = Some(&row.id),
    "whatsapp_id": Text = row.whatsapp_id.as_deref(),
    "name": Text = row.name.as_deref(),
    "status": Text = row.status.map(|status| status.as_str()),
    "status_text": Text = row.status_text.as_deref(),
    "language_id": Text = row.language_id.as_deref(),
    "category_id": Text = row.category_id.as_deref(),
    "header": Json = row.header.clone(),
    "body": Json = row.body.clone(),
    "buttons": Json = row.buttons.clone(),
    "footer": Text = row.footer.as_deref(),
    "rejected_reason": Text = row.rejected_reason.as_deref(),
    "created_at": Time = row.created_at,
    "updated_at": Time = row.updated_at,
});

columns!(MonthlyStatistic, "MonthlyStatistic", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "number": Text = row.number.as_deref(),
    "month": Day = Some(row.month),
    "category": Category = Some(&row.category),
    "value": Integer = row.value,
    "completeness": Text = Some(row.completeness.as_str()),
    "provenance": Text = Some(row.provenance.as_str()),
    "observed_at": Time = Some(row.observed_at),
    "tz": Text = Some(&row.tz),
    "tz_source": Text = Some(row.tz_source.as_str()),
});

columns!(DailyStatistic, "DailyStatistic", row, {
    "vendor": Text = Some(row.vendor.id()),
    "account": Text = Some(&row.account),
    "number": Text = row.number.as_deref(),
    "date": Day = Some(row.date),
    "category": Category = Some(&row.category),
    "value": Integer = row.value,
    "provenance": Text = Some(row.provenance.as_str()),
    "observed_at": Time = Some(row.observed_at),
    "tz": Text = Some(&row.tz),
    "tz_source": Text = Some(row.tz_source.as_str()),
});

#[cfg(feature = "ledger")]
mod ledger {
    use super::{Column, Fill, Tabular};
    use crate::ledger::{LedgerRow, PlannedRow};

    columns!(LedgerRow, "LedgerRow", row, {
        "row": Integer = Some(row.row),
        "key": Text = row.key.as_deref(),
        "to": Text = row.to.as_deref(),
        "state": Text = Some(&row.state),
        "error": Text = row.error.as_deref(),
        "reason": Text = row.reason.as_deref(),
        "status": Integer = row.status.map(i64::from),
        "vendor_code": Text = row.vendor_code.as_deref(),
        "request_id": Text = row.request_id.as_deref(),
        "id": Text = row.id.as_deref(),
        "whatsapp_id": Text = row.whatsapp_id.as_deref(),
        "conversation_id": Text = row.conversation_id.as_deref(),
        "idempotency_key": Text = Some(&row.idempotency_key),
        "attempts": Integer = Some(row.attempts),
        "attempted_at": Time = row.attempted_at,
        "settled_at": Time = row.settled_at,
        "decided": Flag = Some(row.decided),
        "note": Text = row.note.as_deref(),
    });

    columns!(PlannedRow, "PlannedRow", row, {
        "row": Integer = Some(row.row),
        "key": Text = row.key.as_deref(),
        "to": Text = row.to.as_deref(),
        "state": Text = Some(&row.state),
        "kind": Text = row.kind.as_deref(),
        "characters": Integer = row.characters,
        "error": Text = row.error.as_deref(),
        "reason": Text = row.reason.as_deref(),
        "warning": Text = row.warning.as_deref(),
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_describes_its_first_column() {
        fn check<T: Tabular>() {
            let schema = T::schema();
            assert!(
                schema.field(0).metadata().contains_key("description"),
                "{}",
                T::NAME
            );
        }
        check::<Number>();
        check::<Contact>();
        check::<Group>();
        check::<Conversation>();
        check::<Message>();
        check::<Template>();
        check::<MonthlyStatistic>();
        check::<DailyStatistic>();
    }

    #[test]
    fn dates_are_days_since_1970() {
        assert_eq!(days(jiff::civil::date(1970, 1, 1)), 0);
        assert_eq!(days(jiff::civil::date(2026, 11, 1)), 20_758);
        assert_eq!(days(jiff::civil::date(1969, 12, 31)), -1);
    }
}
