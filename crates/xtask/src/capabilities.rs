//! What each vendor can do, from the source of the facade.
//!
//! The files hold data and nothing else. Compiling them here, instead of depending on the facade,
//! lets every command run while the facade does not compile: in the middle of a vendor's change.

#[path = "../../facade/src/vendors/msgflash/capability.rs"]
mod msgflash;
#[path = "../../facade/src/vendors/ninetynine_digital/capability.rs"]
mod ninetynine_digital;
#[path = "../../facade/src/vendors/reachflow/capability.rs"]
mod reachflow;
#[path = "../../facade/src/vendors/wapiflow/capability.rs"]
mod wapiflow;

use palabre_model::{Support, Vendor, Verb};

/// Tells whether a vendor can do something, and how.
///
/// # Errors
///
/// The vendor or the verb that is missing, in one line.
pub fn support(vendor: Vendor, verb: Verb) -> Result<Support, String> {
    let table = match vendor {
        Vendor::ReachFlow => reachflow::CAPABILITIES,
        Vendor::MsgFlash => msgflash::CAPABILITIES,
        Vendor::NinetyNineDigital => ninetynine_digital::CAPABILITIES,
        Vendor::WapiFlow => wapiflow::CAPABILITIES,
        _ => return Err(format!("{vendor}: add its capability.rs to {}", file!())),
    };
    let row = table.iter().find(|(known, _)| *known == verb);
    row.map(|(_, support)| *support)
        .ok_or_else(|| format!("{vendor}: {verb} is not in its capability.rs"))
}
