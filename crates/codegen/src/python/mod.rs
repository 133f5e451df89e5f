//! The operations of a spec as a Python module, so that an editor knows what a vendor takes and
//! gives: `client.vendor.list_contacts(limit=20)`.
//!
//! ```text
//! facts ─▶ operations ─┬─▶ text
//!              └─▶ types ─┘
//! ```
//!
//! A method holds no logic: it gives its arguments to `client.call()` under their names on the wire.

mod limits;
mod names;
mod operations;
mod text;
mod types;

use crate::{Document, Problems, facts, fill, lint};

/// Writes the Python module of one vendor, whose identifier is `vendor`.
///
/// # Errors
///
/// All [`Problems`] of the spec.
pub fn python(document: &Document, vendor: &str) -> Result<String, Problems> {
    lint::lint(document)?;
    let document = &fill::as_callers_see(document, &facts::secrets(document));
    let title = document.root["info"]["title"].as_str().unwrap_or_default();
    let description = document.root["info"]["description"].as_str();
    let operations = facts::operations(document);
    let mut types = types::Types::new(document);
    let classes = operations::classes(document, &operations, vendor, &mut types);

    let mut head = vec![format!("{title}: its operations and their types.")];
    head.extend(description.map(str::to_owned));
    let mut exported: Vec<_> = types
        .names()
        .chain(["AsyncOperations", "Operations"])
        .collect();
    exported.sort_unstable();
    let exported: Vec<_> = exported
        .iter()
        .map(|name| format!("    {},\n", text::literal(name)))
        .collect();
    let blocks = [
        format!(
            "# Written by the build from {}; what is changed here is lost.\n{}",
            document.file,
            text::docstring("", &head)
        ),
        IMPORTS.to_owned(),
        format!("__all__ = [\n{}]\n", exported.concat()),
    ];
    Ok(blocks.join("\n") + &types.blocks().concat() + &classes)
}

/// What a module may use.
const IMPORTS: &str = "\
# pyright: reportUnusedImport=false

from collections.abc import Mapping
from types import EllipsisType
from typing import Any, Literal, NotRequired, TypeAlias, TypedDict

from palabre._palabre import RetryPolicy
from palabre.vendors._operations import File, VendorOperations, as_file
";
