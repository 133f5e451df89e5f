//! The faults that wait for requests.

use super::{Chaos, Fault};
use crate::Vendor;
use crate::faults::chaos::Dice;

/// The faults that wait for requests, in the order in which they were added; after them chaos.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Vec<Fault>,
    chaos: Option<Dice>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        if fault.times != Some(0) {
            self.waiting.push(fault);
        }
    }

    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// What is left to happen.
    pub(crate) fn list(&self) -> &[Fault] {
        &self.waiting
    }

    pub(crate) fn set_chaos(&mut self, chaos: Option<Chaos>) {
        self.chaos = chaos.map(Dice::new);
    }

    pub(crate) fn chaos(&self) -> Option<&Chaos> {
        self.chaos.as_ref().map(Dice::chaos)
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
        // Thrown for every request: what happens to one does not depend on what waited for another.
        let thrown = self
            .chaos
            .as_mut()
            .and_then(|dice| dice.throw(|fault| fault.matches(vendor, operation)));
        taken.or(thrown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn fault(json: Value) -> Fault {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn faults_happen_in_their_order_and_as_often_as_they_say() {
        let mut faults = Faults::default();
        faults.add(fault(
            json!({"vendor": "wapiflow", "status": 500, "times": 2}),
        ));
        faults.add(fault(json!({"truncate": 1, "after": 1})));
        let mut take = |vendor| faults.take(vendor, None).map(|fault| fault.name());
        assert_eq!(take(Vendor::WapiFlow).as_deref(), Some("status"));
        assert_eq!(take(Vendor::MsgFlash).as_deref(), Some("truncate"));
        assert_eq!(take(Vendor::MsgFlash), None);
        assert_eq!(take(Vendor::WapiFlow).as_deref(), Some("status"));
        assert_eq!(take(Vendor::WapiFlow), None);
    }

    #[test]
    fn a_fault_of_an_operation_leaves_the_others_alone() {
        let mut faults = Faults::default();
        faults.add(fault(
            json!({"operation": "send_message", "close": "after"}),
        ));
        for other in [Some("list_contacts"), None] {
            assert!(faults.take(Vendor::WapiFlow, other).is_none());
        }
        assert!(
            faults
                .take(Vendor::WapiFlow, Some("send_message"))
                .is_some()
        );
    }

    #[test]
    fn what_is_scripted_comes_before_chaos() {
        let mut faults = Faults::default();
        let chaos = json!({"seed": 1, "rate": 1.0, "faults": [{"delay_ms": 1}]});
        faults.set_chaos(serde_json::from_value(chaos).unwrap());
        faults.add(fault(json!({"status": 500})));
        let mut take = || {
            faults
                .take(Vendor::WapiFlow, None)
                .map(|fault| fault.name())
        };
        assert_eq!(take().as_deref(), Some("status"));
        assert_eq!(take().as_deref(), Some("delay"));
    }
}
