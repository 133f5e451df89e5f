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

use palabre_model::{Support, Taken, Vendor, Verb};

/// Tells whether a vendor can do something, and how.
///
/// # Errors
///
/// The vendor or the verb that is missing, in one line.
pub fn support(vendor: Vendor, verb: Verb) -> Result<Support, String> {
    let (table, _) = tables(vendor)?;
    let row = table.iter().find(|(known, _)| *known == verb);
    row.map(|(_, support)| *support)
        .ok_or_else(|| format!("{vendor}: {verb} is not in its capability.rs"))
}

/// What a message can be at a vendor.
///
/// # Errors
///
/// The vendor that is missing, in one line.
pub fn contents(vendor: Vendor) -> Result<&'static [Taken], String> {
    tables(vendor).map(|(_, contents)| contents)
}

type Tables = (&'static [(Verb, Support)], &'static [Taken]);

fn tables(vendor: Vendor) -> Result<Tables, String> {
    Ok(match vendor {
        Vendor::ReachFlow => (reachflow::CAPABILITIES, reachflow::CONTENTS),
        Vendor::MsgFlash => (msgflash::CAPABILITIES, msgflash::CONTENTS),
        Vendor::NinetyNineDigital => (
            ninetynine_digital::CAPABILITIES,
            ninetynine_digital::CONTENTS,
        ),
        Vendor::WapiFlow => (wapiflow::CAPABILITIES, wapiflow::CONTENTS),
        _ => return Err(format!("{vendor}: add its capability.rs to {}", file!())),
    })
}
