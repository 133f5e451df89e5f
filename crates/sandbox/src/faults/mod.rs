//! Faults: what goes wrong on purpose, and for which requests.

mod chaos;
mod edit;
mod queue;

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use crate::Vendor;
use crate::call::{Answer, AnswerBody};

pub use chaos::Chaos;
pub(crate) use edit::replace;
pub(crate) use queue::Faults;

/// The largest body that an answer is made to have.
const LARGEST_PAD: usize = 1 << 30;

/// Something that goes wrong for the requests that it matches.
///
/// In JSON a fault is one flat object with these fields; the [crate's page](crate#faults) says
/// what each one does. They go together: an old answer in which a value is replaced may come
/// late, byte by byte, and end within its head.
///
/// ```
/// use palabre_sandbox::Fault;
///
/// let fault: Fault = serde_json::from_value(serde_json::json!({
///     "vendor": "msgflash", "operation": "create_contact", "times": 2,
///     "status": 503, "body": "<html>Down for repair</html>",
/// }))?;
/// assert_eq!(fault.times, Some(2));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(remote = "Self", default, deny_unknown_fields)]
pub struct Fault {
    /// The vendor concerned; every one when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// The operation concerned, by its id in the spec; every request when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// To how many requests it happens; `None` for all.
    pub times: Option<u32>,
    /// How many matching requests pass before the first one that it happens to.
    pub after: u32,
    /// How long the answer takes, in milliseconds. What the request does is done before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// By how many seconds the sandbox's clock jumps, for good, when the request comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock_seconds: Option<i64>,
    /// The HTTP status of another answer, given in place of the usual one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Headers of that answer.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The body of that answer: a text as it is, other JSON as JSON, nothing when null.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub body: Value,
    /// Whether the request has its effect before that answer is given.
    #[serde(skip_serializing_if = "is_false")]
    pub perform: bool,
    /// Whether the answer is the one that the operation gave before, as from a stale cache.
    /// Nothing is done then. The first request of an operation is answered as usual.
    #[serde(skip_serializing_if = "is_false")]
    pub again: bool,
    /// Values of a JSON answer that are replaced.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replace: Option<Replace>,
    /// How many bytes long the body becomes, by white space at its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pad: Option<usize>,
    /// Whether the body is compressed, asked for or not.
    #[serde(skip_serializing_if = "is_false")]
    pub gzip: bool,
    /// How much more (or less, if negative) the answer announces than its body has bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length_off_by: Option<i64>,
    /// Whether the body goes on for ever, with white space.
    #[serde(skip_serializing_if = "is_false")]
    pub endless: bool,
    /// The time between two bytes of the answer, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drip_ms: Option<u64>,
    /// After how many bytes of its body the answer breaks off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<usize>,
    /// After how many bytes the answer breaks off, its head included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cut: Option<usize>,
    /// Whether there is no answer at all, and whether the request has its effect all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close: Option<Close>,
    /// How the connection ends after the answer, or where it breaks off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
}

/// Values of an answer, and what stands there instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Replace {
    /// Where the values are, as a JSON pointer; a missing last member is added.
    ///
    /// `*` stands for every item of a list and every member of an object, `**` for everything
    /// below: `/**/status` for what is called `status` anywhere, `/**` alone for every value
    /// that is neither list nor object.
    pub pointer: String,
    /// The value to put there.
    pub value: Value,
}

/// When a connection is closed without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Close {
    /// Before the request is read to its end; nothing is done.
    Before,
    /// After the request has had its effect.
    After,
}

/// How a connection ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// It is closed in order.
    #[default]
    Close,
    /// It is reset, as by a crash.
    Reset,
    /// It stays open, and nothing comes any more.
    Hold,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "what serde asks for")]
fn is_false(flag: &bool) -> bool {
    !flag
}

impl Default for Fault {
    /// Once, to the next request, and nothing goes wrong.
    fn default() -> Self {
        Self {
            vendor: None,
            operation: None,
            times: Some(1),
            after: 0,
            delay_ms: None,
            clock_seconds: None,
            status: None,
            headers: BTreeMap::new(),
            body: Value::Null,
            perform: false,
            again: false,
            replace: None,
            pad: None,
            gzip: false,
            length_off_by: None,
            endless: false,
            drip_ms: None,
            truncate: None,
            cut: None,
            close: None,
            end: None,
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let fault = Self::deserialize(deserializer)?;
        fault.check().map_err(serde::de::Error::custom)?;
        Ok(fault)
    }
}

impl Fault {
    /// Tells what makes no sense.
    fn check(&self) -> Result<(), String> {
        if let Some(operation) = &self.operation {
            let vendors: &[Vendor] = self
                .vendor
                .as_ref()
                .map_or(&Vendor::ALL, std::slice::from_ref);
            let mut known = vendors.iter().flat_map(|vendor| vendor.operations());
            if !known.any(|id| id == operation) {
                return Err(format!("no operation {operation:?}"));
            }
        }
        let is_answered = self.status.is_some();
        let wrong = [
            (
                !(is_answered || self.headers.is_empty() && self.body.is_null()),
                "headers and body go with a status",
            ),
            (!is_answered && self.perform, "perform goes with a status"),
            (
                self.status
                    .is_some_and(|status| !(200..=599).contains(&status)),
                "status must be from 200 to 599",
            ),
            (
                is_answered && self.again,
                "give one of status and again: each is another answer",
            ),
            (
                usize::from(self.truncate.is_some())
                    + usize::from(self.cut.is_some())
                    + usize::from(self.close.is_some())
                    > 1,
                "give one of truncate, cut and close: each says where the answer ends",
            ),
            (
                self.endless && self.length_off_by.is_some(),
                "an endless answer announces no length",
            ),
            (
                self.pad.is_some_and(|bytes| bytes > LARGEST_PAD),
                "pad must be at most 1073741824 bytes",
            ),
            (
                self.name().is_empty(),
                "give what goes wrong: status, delay_ms, close, truncate, replace, ...",
            ),
        ];
        match wrong.iter().find(|(is_wrong, _)| *is_wrong) {
            Some((_, problem)) => Err((*problem).to_owned()),
            None => Ok(()),
        }
    }

    /// What goes wrong, as the journal names it: the fields that say so, joined by `+`.
    pub(crate) fn name(&self) -> String {
        let names = [
            (self.delay_ms.is_some(), "delay"),
            (self.clock_seconds.is_some(), "clock"),
            (self.status.is_some(), "status"),
            (self.perform, "perform"),
            (self.again, "again"),
            (self.replace.is_some(), "replace"),
            (self.pad.is_some(), "pad"),
            (self.gzip, "gzip"),
            (self.length_off_by.is_some(), "length_off_by"),
            (self.endless, "endless"),
            (self.drip_ms.is_some(), "drip"),
            (self.truncate.is_some(), "truncate"),
            (self.cut.is_some(), "cut"),
            (self.close == Some(Close::Before), "close_before"),
            (self.close == Some(Close::After), "close_after"),
            (self.end == Some(End::Close), "close"),
            (self.end == Some(End::Reset), "reset"),
            (self.end == Some(End::Hold), "hold"),
        ];
        let names: Vec<_> = names
            .iter()
            .filter_map(|(applies, name)| applies.then_some(*name))
            .collect();
        names.join("+")
    }

    pub(crate) fn delay(&self) -> Option<Duration> {
        self.delay_ms.map(Duration::from_millis)
    }

    /// Whether the request is not even read.
    pub(crate) fn is_unread(&self) -> bool {
        self.close == Some(Close::Before)
    }

    /// The answer that is given instead of the usual one, if there is another.
    pub(crate) fn instead(&self) -> Option<Answer> {
        let status = self.status?;
        let body = match &self.body {
            Value::Null => AnswerBody::Text {
                content_type: "text/plain",
                text: String::new(),
            },
            Value::String(text) => {
                // What a proxy in front of a vendor sends is mostly a page.
                let content_type = if text.trim_start().starts_with('<') {
                    "text/html"
                } else {
                    "text/plain"
                };
                AnswerBody::Text {
                    content_type,
                    text: text.clone(),
                }
            }
            json => AnswerBody::Json(json.clone()),
        };
        let headers = self.headers.iter();
        Some(Answer {
            status,
            headers: headers
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            body,
        })
    }

    fn matches(&self, vendor: Vendor, operation: Option<&str>) -> bool {
        self.vendor.is_none_or(|wanted| wanted == vendor)
            && (self.operation.is_none() || self.operation.as_deref() == operation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fault(json: Value) -> Result<Fault, serde_json::Error> {
        serde_json::from_value(json)
    }

    #[test]
    fn a_fault_reads_back_as_it_was_written() {
        for flat in [
            json!({
                "vendor": "99digital", "operation": "get_whatsapp", "times": null, "after": 2,
                "delay_ms": 50, "replace": {"pointer": "/status", "value": "FAIL"},
            }),
            json!({
                "times": 1, "after": 0, "clock_seconds": -60, "again": true, "pad": 9, "gzip": true,
                "length_off_by": -1, "drip_ms": 1, "cut": 7, "end": "reset",
            }),
            json!({
                "times": 1, "after": 0, "status": 500, "headers": {"a": "b"}, "body": [1],
                "perform": true, "endless": true, "close": "after", "end": "hold",
            }),
        ] {
            let read = fault(flat.clone()).unwrap();
            assert_eq!(serde_json::to_value(read).unwrap(), flat);
        }
        assert_eq!(fault(json!({"close": "after"})).unwrap().times, Some(1));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            json!({}),
            json!({"body": "text"}),
            json!({"perform": true, "delay_ms": 1}),
            json!({"status": 99}),
            json!({"status": 200, "again": true}),
            json!({"truncate": 1, "cut": 1}),
            json!({"cut": 1, "close": "before"}),
            json!({"endless": true, "length_off_by": 1}),
            json!({"pad": 2_000_000_000}),
            json!({"end": "slam"}),
            json!({"vendor": "nobody", "status": 500}),
            json!({"operation": "get_nothing", "status": 500}),
            json!({"vendor": "reachflow", "operation": "list_contacts", "status": 500}),
            json!({"statsu": 500}),
        ] {
            assert!(fault(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_journal_names_everything_that_goes_wrong() {
        for (json, name) in [
            (json!({"status": 500}), "status"),
            (json!({"delay_ms": 0}), "delay"),
            (
                json!({"status": 502, "perform": true, "delay_ms": 5}),
                "delay+status+perform",
            ),
            (
                json!({"close": "before", "end": "reset"}),
                "close_before+reset",
            ),
        ] {
            assert_eq!(fault(json).unwrap().name(), name);
        }
    }
}
