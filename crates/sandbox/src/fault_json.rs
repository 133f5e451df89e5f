//! Faults in JSON: one flat object each, checked when it is read.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{Fault, FaultEffect, Vendor};

/// A fault as JSON has it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FlatFault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vendor: Option<Vendor>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    operation: Option<String>,
    #[serde(default = "once")]
    times: Option<u32>,
    #[serde(default)]
    after: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delay_ms: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    status: Option<u16>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    headers: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    body: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    close: Option<Close>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    truncate: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    replace: Option<Replace>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Close {
    Before,
    After,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Replace {
    pointer: String,
    value: Value,
}

#[expect(clippy::unnecessary_wraps, reason = "the type of the field")]
fn once() -> Option<u32> {
    Some(1)
}

impl TryFrom<FlatFault> for Fault {
    type Error = String;

    fn try_from(flat: FlatFault) -> Result<Self, String> {
        if let Some(operation) = &flat.operation {
            let vendors: &[Vendor] = flat
                .vendor
                .as_ref()
                .map_or(&Vendor::ALL, std::slice::from_ref);
            let mut known = vendors.iter().flat_map(|vendor| vendor.operations());
            if !known.any(|id| id == operation) {
                return Err(format!("no operation {operation:?}"));
            }
        }
        if flat.status.is_none() && (!flat.headers.is_empty() || !flat.body.is_null()) {
            return Err("headers and body go with a status".to_owned());
        }
        if flat
            .status
            .is_some_and(|status| !(200..=599).contains(&status))
        {
            return Err("status must be from 200 to 599".to_owned());
        }
        let mut effects = [
            flat.status.map(|status| FaultEffect::Answer {
                status,
                headers: flat.headers,
                body: flat.body,
            }),
            flat.close.map(|close| match close {
                Close::Before => FaultEffect::CloseBefore,
                Close::After => FaultEffect::CloseAfter,
            }),
            flat.truncate.map(FaultEffect::Truncate),
            flat.replace
                .map(|Replace { pointer, value }| FaultEffect::Replace { pointer, value }),
        ]
        .into_iter()
        .flatten();
        let effect = effects.next();
        if effects.next().is_some() {
            return Err("give one of status, close, truncate and replace".to_owned());
        }
        if effect.is_none() && flat.delay_ms.is_none() {
            return Err("give status, delay_ms, close, truncate or replace".to_owned());
        }
        Ok(Self {
            vendor: flat.vendor,
            operation: flat.operation,
            times: flat.times,
            after: flat.after,
            delay: flat.delay_ms.map(Duration::from_millis),
            effect,
        })
    }
}

impl From<Fault> for FlatFault {
    fn from(fault: Fault) -> Self {
        let delay_ms = fault
            .delay
            .map(|delay| u64::try_from(delay.as_millis()).unwrap_or(u64::MAX));
        let mut flat = Self {
            vendor: fault.vendor,
            operation: fault.operation,
            times: fault.times,
            after: fault.after,
            delay_ms,
            status: None,
            headers: BTreeMap::new(),
            body: Value::Null,
            close: None,
            truncate: None,
            replace: None,
        };
        match fault.effect {
            None => {}
            Some(FaultEffect::Answer {
                status,
                headers,
                body,
            }) => {
                (flat.status, flat.headers, flat.body) = (Some(status), headers, body);
            }
            Some(FaultEffect::CloseBefore) => flat.close = Some(Close::Before),
            Some(FaultEffect::CloseAfter) => flat.close = Some(Close::After),
            Some(FaultEffect::Truncate(bytes)) => flat.truncate = Some(bytes),
            Some(FaultEffect::Replace { pointer, value }) => {
                flat.replace = Some(Replace { pointer, value });
            }
        }
        flat
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
        let flat = json!({
            "vendor": "99digital", "operation": "get_whatsapp", "times": null, "after": 2,
            "delay_ms": 50, "replace": {"pointer": "/status", "value": "FAIL"},
        });
        let read = fault(flat.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), flat);
        assert_eq!(fault(json!({"close": "after"})).unwrap().times, Some(1));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            json!({}),
            json!({"status": 500, "close": "before"}),
            json!({"body": "text"}),
            json!({"status": 99}),
            json!({"vendor": "nobody", "status": 500}),
            json!({"operation": "get_nothing", "status": 500}),
            json!({"vendor": "reachflow", "operation": "send_message", "status": 500}),
            json!({"statsu": 500}),
        ] {
            assert!(fault(wrong.clone()).is_err(), "{wrong}");
        }
    }
}
