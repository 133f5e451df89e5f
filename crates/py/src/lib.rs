//! The Python extension module: it converts, and does nothing else.
//!
//! What Python shows is documented here, in the doc comments of the classes; types are in
//! `python/palabre/_palabre.pyi`, and a test compares the two.

#![expect(
    unsafe_code,
    reason = "one slot per process, published without a lock that a fork could leave locked"
)]
#![allow(
    missing_docs,
    reason = "the items are Python's, whose documentation is their doc comment"
)]

mod aio;
mod arguments;
mod arrow;
mod bar;
mod client;
mod config;
mod desk;
mod error;
mod events;
mod fleet;
mod fleet_nouns;
mod given_up;
mod handle;
mod hooks;
mod items;
mod json;
mod listing;
mod logging;
mod many;
mod noun;
mod nouns;
mod pickle;
mod process;
mod python;
mod reads;
mod results;
mod retry;
mod rows;
mod runtime;
mod sandbox;
mod settings;
mod source;
mod table;
mod told;
mod webhooks;

use arguments::named;
use pyo3::prelude::*;

/// The compiled core of palabre. Import from `palabre`, not from here.
#[pymodule(gil_used = false)]
mod _palabre {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::client::{AsyncClient, Client};
    #[pymodule_export]
    use crate::config::{accounts, doctor};
    #[pymodule_export]
    use crate::events::{ErrorEvent, RequestEvent, ResponseEvent};
    #[pymodule_export]
    use crate::fleet::{AsyncFleet, Fleet};
    #[pymodule_export]
    use crate::fleet_nouns::{
        AsyncFleetContacts, AsyncFleetConversations, AsyncFleetGroups, AsyncFleetMessages,
        AsyncFleetNumbers, AsyncFleetStats, AsyncFleetTemplates, FleetContacts, FleetConversations,
        FleetGroups, FleetMessages, FleetNumbers, FleetStats, FleetTemplates,
    };
    #[pymodule_export]
    use crate::listing::{AsyncListing, Listing};
    #[pymodule_export]
    use crate::many::{Ledger, Plan, RunReport};
    #[pymodule_export]
    use crate::nouns::{
        AsyncContacts, AsyncConversations, AsyncGroups, AsyncMessages, AsyncNumbers, AsyncOtp,
        AsyncStats, AsyncTemplates, Contacts, Conversations, Groups, Messages, Numbers, Otp, Stats,
        Templates,
    };
    #[pymodule_export]
    use crate::results::{
        AccountFailure, AccountSettings, AddReport, Address, BulkReport, Contact, Conversation,
        DailyStatistic, DayCounters, DeleteFailure, DeleteReport, Finding, Group, LedgerRow,
        Message, MonthCounters, MonthlyStatistic, Note, Number, OtpCheck, PlannedRow, Rejection,
        RemoveReport, SentMessage, SentOtp, Setting, Support, Template,
    };
    #[pymodule_export]
    use crate::retry::RetryPolicy;
    #[pymodule_export]
    use crate::sandbox::Sandbox;
    #[pymodule_export]
    use crate::table::{Page, Table, is_of_one_account};
    #[pymodule_export]
    use crate::webhooks::verify_webhook;
    #[pymodule_export]
    use crate::{main, mask_phone, masked, reach_loopback_only, schema};

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        // `collections.abc` is this module under another name, and costs an import.
        let mapping = PyModule::import(module.py(), "_collections_abc")?.getattr("Mapping")?;
        for class in ["Fleet", "AsyncFleet"] {
            mapping.call_method1("register", (module.getattr(class)?,))?;
        }
        crate::table::register(module)?;
        crate::heed_pytest(module.py())?;
        // What is public is in `palabre.__all__`.
        module.delattr("__all__")
    }
}

/// The JSON Schema of a result type, by its name.
///
/// Args:
///     name: The name of a class, such as "Contact".
///
/// Returns:
///     The schema, with a description for each property.
///
/// Raises:
///     InvalidInputError: There is no such type.
#[pyfunction]
#[pyo3(signature = (name))]
fn schema(py: Python<'_>, #[pyo3(from_py_with = named::name)] name: String) -> PyResult<Py<PyAny>> {
    let schema = palabre::schema(&name).ok_or_else(|| {
        let problem = format_args!("{name:?} is not a result type").to_string();
        let known = palabre::schema_names().collect::<Vec<_>>().join(", ");
        error::to_py(
            py,
            palabre::Error::invalid("name", problem).hint(format!("one of {known}")),
        )
    })?;
    json::to_py(py, schema.as_value())
}

/// Hides the middle of a phone number, as `repr` and notebooks do.
///
/// Args:
///     text: A phone number.
///
/// Returns:
///     The number with the country and the last two digits left: `+229********00`.
#[pyfunction]
#[pyo3(signature = (text, /))]
fn mask_phone(#[pyo3(from_py_with = named::text)] text: String) -> String {
    palabre::mask_phone(&text)
}

/// The text of a field as `repr` and notebooks show it.
#[pyfunction]
#[pyo3(signature = (name, text, /))]
fn masked(name: &str, text: &str) -> String {
    results::masked(name, text)
}

/// Lets this process reach no host but this machine, or lets it reach others again.
#[pyfunction]
#[pyo3(signature = (only, /))]
fn reach_loopback_only(only: bool) {
    palabre::reach_loopback_only(only);
}

/// Asks the pytest plugin, which imports nothing of palabre, whether it has closed the way out.
fn heed_pytest(py: Python<'_>) -> PyResult<()> {
    let modules = PyModule::import(py, "sys")?.getattr("modules")?;
    let plugin = modules.call_method1("get", ("pytest_palabre",))?;
    if !plugin.is_none() {
        reach_loopback_only(plugin.getattr("loopback_only")?.is_truthy()?);
    }
    Ok(())
}

/// Runs the `palabre` command and returns its exit status.
#[pyfunction]
#[pyo3(signature = (arguments))]
fn main(py: Python<'_>, arguments: Vec<String>) -> u8 {
    let arguments: Vec<_> = arguments.into_iter().map(Into::into).collect();
    py.detach(|| palabre_cli::run(arguments))
}
