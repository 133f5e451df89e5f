//! `cargo xtask python`: the Python module of the spec that has everything, for a reviewer's eyes.

use std::fs;
use std::path::Path;

use palabre_codegen::Document;

use crate::files::{self, Derived};

const SPEC: &str = "crates/codegen/tests/specs/kitchen_sink.yaml";

/// Write tests/golden/python from the spec with everything that the generator can do.
#[derive(clap::Args)]
pub struct Python {
    /// Compare instead of writing, and fail if a line differs.
    #[arg(long)]
    check: bool,
}

impl Python {
    /// Runs the command in the workspace at `root`.
    ///
    /// # Errors
    ///
    /// The problems of the spec, or the lines that differ.
    pub fn run(&self, root: &Path) -> Result<(), String> {
        let yaml =
            fs::read_to_string(root.join(SPEC)).map_err(|error| format!("{SPEC}: {error}"))?;
        let text = Document::load(SPEC, &yaml)
            .and_then(|document| palabre_codegen::python(&document, "kitchen_sink"))
            .map_err(|problems| problems.to_string())?;
        let module = Derived {
            name: "kitchen_sink.py".to_owned(),
            text,
        };
        let folder = root.join("tests/golden/python");
        if self.check {
            files::check(&folder, &[module], "cargo xtask python")
        } else {
            files::write(&folder, &[module])
        }
    }
}
