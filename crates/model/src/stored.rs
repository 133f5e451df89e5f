//! Results written down whole and read back, with what the vendor sent: what a pickle holds.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::raw::StoredRaw;
use crate::{
    AddReport, Address, BulkReport, Contact, Conversation, DailyStatistic, DayCounters,
    DeleteFailure, DeleteReport, Group, Message, MonthCounters, MonthlyStatistic, Note, Number,
    OtpCheck, Raw, Rejection, RemoveReport, SentOtp, Template,
};

/// A type that can be written down whole. Its own serialization leaves [`Raw`] out.
pub trait Stored: Serialize + DeserializeOwned {
    /// What the vendor sent, of the object and of those in it.
    fn raws(&self) -> Vec<&Raw> {
        Vec::new()
    }

    /// The same, in the same order, to be filled.
    fn raws_mut(&mut self) -> Vec<&mut Raw> {
        Vec::new()
    }
}

macro_rules! stored {
    (plain: $($plain:ty),+; records: $($record:ty),+) => {
        $(impl Stored for $plain {})+
        $(impl Stored for $record {
            fn raws(&self) -> Vec<&Raw> {
                vec![&self.raw]
            }
            fn raws_mut(&mut self) -> Vec<&mut Raw> {
                vec![&mut self.raw]
            }
        })+
    };
}

stored! {
    plain: DayCounters, MonthCounters, Address, Note, MonthlyStatistic, DailyStatistic,
        DeleteReport, DeleteFailure, AddReport, RemoveReport, Rejection;
    records: Number, Contact, Group, Message, BulkReport, SentOtp, OtpCheck, Template
}

impl Stored for Conversation {
    fn raws(&self) -> Vec<&Raw> {
        let contact = self.contact.as_ref().map(|contact| &contact.raw);
        std::iter::once(&self.raw).chain(contact).collect()
    }

    fn raws_mut(&mut self) -> Vec<&mut Raw> {
        let contact = self.contact.as_mut().map(|contact| &mut contact.raw);
        std::iter::once(&mut self.raw).chain(contact).collect()
    }
}

#[derive(Serialize, Deserialize)]
struct Entry<T> {
    fields: T,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    raws: Vec<StoredRaw>,
}

/// Writes rows down as JSON, secrets replaced.
///
/// # Errors
///
/// None of the types of this crate fails.
pub fn store<T: Stored>(rows: &[T]) -> serde_json::Result<String> {
    let entries = rows.iter().map(|fields| {
        let raws = fields.raws().into_iter().map(Raw::store);
        Ok(Entry {
            fields,
            raws: raws.collect::<serde_json::Result<_>>()?,
        })
    });
    serde_json::to_string(&entries.collect::<serde_json::Result<Vec<_>>>()?)
}

/// Reads rows that [`store`] has written.
///
/// # Errors
///
/// The text is not what `store` writes for this type.
///
/// ```
/// use palabre_model::Note;
/// use palabre_model::stored::{restore, store};
///
/// let notes = vec![Note { id: Some("7".into()), text: None, created_at: None }];
/// assert_eq!(restore::<Note>(&store(&notes)?)?, notes);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn restore<T: Stored>(text: &str) -> serde_json::Result<Vec<T>> {
    let entries: Vec<Entry<T>> = serde_json::from_str(text)?;
    let rows = entries.into_iter().map(|entry| {
        let mut fields = entry.fields;
        for (place, raw) in fields.raws_mut().into_iter().zip(entry.raws) {
            *place = Raw::restore(raw);
        }
        fields
    });
    Ok(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Shape, Vendor};
    use bytes::Bytes;
    use serde_json::json;

    static SHAPE: Shape = Shape {
        name: "Thing",
        fields: &["id", "apiKey"],
        secrets: &["apiKey"],
    };

    fn group() -> Group {
        let raw = br#"{"id":1,"apiKey":"s3cret","colour":"red"}"#;
        Group {
            vendor: Vendor::MsgFlash,
            account: "sales".into(),
            id: "1".to_owned(),
            name: None,
            description: None,
            color: None,
            contact_count: Some(0),
            created_at: "2026-11-22T10:00:00Z".parse().ok(),
            raw: Raw::new(Bytes::from_static(raw), &SHAPE),
        }
    }

    #[test]
    fn what_comes_back_is_equal_and_holds_what_the_vendor_sent_but_secrets() {
        let text = store(&[group()]).unwrap();
        assert!(!text.contains("s3cret"));
        let back: Vec<Group> = restore(&text).unwrap();
        assert_eq!(back, [group()]);
        assert_eq!(back[0].raw.value(), group().raw.value());
        assert_eq!(
            serde_json::Value::Object(back[0].raw.extra()),
            json!({"colour": "red"})
        );
        assert_eq!(store(&back).unwrap(), text);
    }

    #[test]
    fn no_number_of_the_vendor_changes_on_the_way() {
        let mut group = group();
        let raw = br#"{"id":1,"apiKey":"s3cret","rate":3.4028234659999994e+38}"#;
        group.raw = Raw::new(Bytes::from_static(raw), &SHAPE);
        let back: Vec<Group> = restore(&store(std::slice::from_ref(&group)).unwrap()).unwrap();
        assert_eq!(back, [group]);
    }

    #[test]
    fn another_raw_makes_another_group() {
        let mut other = group();
        other.raw = Raw::new(Bytes::from_static(br#"{"id":1}"#), &SHAPE);
        assert_ne!(other, group());
    }

    #[test]
    fn what_was_not_stored_is_not_read() {
        assert!(restore::<Group>("[{}]").is_err());
        assert!(restore::<Group>("").is_err());
    }
}
