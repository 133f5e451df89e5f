//! Verbs for many rows: rows of any kind in, a ledger beside, a report out.

mod arrow;
mod cell;
mod contents;
mod files;
mod ids;
mod ledger;
mod plan;
mod report;
mod rows;

pub(crate) use contents::{Contents, Json, Path};
pub(crate) use files::Files;
pub(crate) use ids::{Deleted, GivenIds};
pub use ledger::Ledger;
pub use plan::Plan;
pub use report::RunReport;
pub(crate) use rows::{Given as GivenRows, Thrown};

use palabre::Result;
use palabre::ledger::Many;

use crate::arguments::{Whole, whole};
use crate::desk;

/// How a verb for many goes about it, from its arguments.
pub(crate) fn many(
    path: Path,
    contents: palabre::ledger::Row,
    allow_duplicates: Option<bool>,
    max_in_flight: Option<Whole>,
) -> Result<Many> {
    let mut many = Many::new(path.0.clone());
    many.contents = contents;
    many.allow_duplicates = allow_duplicates.unwrap_or_default();
    if let Some(Whole(count)) = max_in_flight {
        many.max_in_flight = whole("max_in_flight", count, 1)?;
    }
    many.stop = desk::campaign(path.0);
    Ok(many)
}
