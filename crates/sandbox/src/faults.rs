//! Faults: what goes wrong on purpose, and for which requests.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::Vendor;
use crate::call::{Answer, AnswerBody};
use crate::fault_json::FlatFault;

/// Something that goes wrong for the requests that it matches.
///
/// In JSON a fault is one flat object; the [crate's page](crate#faults) lists its fields.
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
#[serde(try_from = "FlatFault", into = "FlatFault")]
pub struct Fault {
    /// The vendor concerned; every one when not given.
    pub vendor: Option<Vendor>,
    /// The operation concerned, by its id in the spec; every request when not given.
    pub operation: Option<String>,
    /// To how many requests it happens; `None` for all.
    pub times: Option<u32>,
    /// How many matching requests pass before the first one that it happens to.
    pub after: u32,
    /// How long the answer takes, in addition to the effect.
    pub delay: Option<Duration>,
    /// What goes wrong; nothing but the delay when not given.
    pub effect: Option<FaultEffect>,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum FaultEffect {
    /// Something else is answered, and nothing is done.
    Answer {
        /// The HTTP status.
        status: u16,
        /// Further headers.
        headers: BTreeMap<String, String>,
        /// A text is sent as it is, other JSON as JSON; no body when null.
        body: Value,
    },
    /// The connection is closed before the request is read; nothing is done.
    CloseBefore,
    /// The request has its effect, then the connection is closed without an answer.
    CloseAfter,
    /// The answer ends after so many bytes of its body, then the connection is closed.
    Truncate(usize),
    /// One value of the usual answer is replaced.
    Replace {
        /// Where the value is, as a JSON pointer; a missing last member is added.
        pointer: String,
        /// The value to put there.
        value: Value,
    },
}

impl FaultEffect {
    /// The kind, as the journal names it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Answer { .. } => "status",
            Self::CloseBefore => "close_before",
            Self::CloseAfter => "close_after",
            Self::Truncate(_) => "truncate",
            Self::Replace { .. } => "replace",
        }
    }
}

impl Fault {
    /// The kind of what happens, as the journal names it.
    pub(crate) fn name(&self) -> &'static str {
        self.effect.as_ref().map_or("delay", FaultEffect::name)
    }

    fn matches(&self, vendor: Vendor, operation: Option<&str>) -> bool {
        self.vendor.is_none_or(|wanted| wanted == vendor)
            && (self.operation.is_none() || self.operation.as_deref() == operation)
    }
}

/// The faults that wait for requests, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.times != Some(0) {
            self.waiting.push(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.waiting.clear();
    }

    /// What is left to happen.
    pub(crate) fn list(&self) -> &[Fault] {
        &self.waiting
    }

    /// The fault that happens to a request, if any: the first one whose turn it is.
    ///
    /// Every fault that matches counts the request towards its `after`, also when another one
    /// happens to it.
    pub(crate) fn take(&mut self, vendor: Vendor, operation: Option<&str>) -> Option<Fault> {
        let mut taken: Option<Fault> = None;
        for fault in self
            .waiting
            .iter_mut()
            .filter(|fault| fault.matches(vendor, operation))
        {
            if fault.after > 0 {
                fault.after -= 1;
            } else if taken.is_none() {
                taken = Some(fault.clone());
                fault.times = fault.times.map(|left| left - 1);
            }
        }
        self.waiting.retain(|fault| fault.times != Some(0));
        taken
    }
}

/// The answer that a fault gives instead of the vendor.
pub(crate) fn instead(status: u16, headers: &BTreeMap<String, String>, body: &Value) -> Answer {
    let body = match body {
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
    let headers = headers
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Answer {
        status,
        headers,
        body,
    }
}

/// Replaces the value at a JSON pointer; a missing last member is added.
pub(crate) fn replace(answer: &mut Answer, pointer: &str, value: Value) {
    let AnswerBody::Json(body) = &mut answer.body else {
        return;
    };
    if let Some(found) = body.pointer_mut(pointer) {
        *found = value;
    } else if let Some((parent, member)) = pointer.rsplit_once('/')
        && let Some(Value::Object(parent)) = body.pointer_mut(parent)
    {
        parent.insert(member.replace("~1", "/").replace("~0", "~"), value);
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
    fn faults_happen_in_their_order_and_as_often_as_they_say() {
        let mut faults = Faults::default();
        faults.add(fault(json!({"vendor": "wapiflow", "status": 500, "times": 2})).unwrap());
        faults.add(fault(json!({"truncate": 1, "after": 1})).unwrap());
        let mut take = |vendor| faults.take(vendor, None).map(|fault| fault.name());
        assert_eq!(take(Vendor::WapiFlow), Some("status"));
        assert_eq!(take(Vendor::MsgFlash), Some("truncate"));
        assert_eq!(take(Vendor::MsgFlash), None);
        assert_eq!(take(Vendor::WapiFlow), Some("status"));
        assert_eq!(take(Vendor::WapiFlow), None);
    }

    #[test]
    fn a_fault_of_an_operation_leaves_the_others_alone() {
        let mut faults = Faults::default();
        faults.add(fault(json!({"operation": "send_message", "close": "after"})).unwrap());
        assert!(
            faults
                .take(Vendor::WapiFlow, Some("list_contacts"))
                .is_none()
        );
        assert!(faults.take(Vendor::WapiFlow, None).is_none());
        assert!(
            faults
                .take(Vendor::WapiFlow, Some("send_message"))
                .is_some()
        );
    }

    #[test]
    fn a_value_is_replaced_or_added() {
        let mut answer = Answer::json(200, json!({"data": {"a": [1, 2]}}));
        replace(&mut answer, "/data/a/1", json!("x"));
        replace(&mut answer, "/data/new", json!(null));
        assert_eq!(answer.body_text(), r#"{"data":{"a":[1,"x"],"new":null}}"#);
    }
}
