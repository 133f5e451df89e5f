//! `cargo xtask surface`: what each spec offers, one operation or property a line.

use std::fs;
use std::path::Path;

use palabre_codegen::Document;

use crate::files::{self, Derived};

/// Write tests/golden/surface from the specs.
#[derive(clap::Args)]
pub struct Surface {
    /// Compare instead of writing, and fail if a line differs.
    #[arg(long)]
    check: bool,
}

impl Surface {
    /// Runs the command in the workspace at `root`.
    ///
    /// # Errors
    ///
    /// The problems of a spec, or the lines that differ.
    pub fn run(&self, root: &Path) -> Result<(), String> {
        let folder = root.join("tests/golden/surface");
        let surfaces = surfaces(&root.join("specs"))?;
        if self.check {
            files::check(&folder, &surfaces, "cargo xtask surface")
        } else {
            files::write(&folder, &surfaces)
        }
    }
}

/// The surface of every spec in a folder.
fn surfaces(specs: &Path) -> Result<Vec<Derived>, String> {
    let entries = fs::read_dir(specs).map_err(|error| format!("{}: {error}", specs.display()))?;
    let mut paths: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .collect();
    paths.sort();
    paths.iter().map(|path| surface(path)).collect()
}

fn surface(path: &Path) -> Result<Derived, String> {
    let shown = path.display().to_string();
    let yaml = fs::read_to_string(path).map_err(|error| format!("{shown}: {error}"))?;
    let text = Document::load(&shown, &yaml)
        .and_then(|document| palabre_codegen::surface(&document))
        .map_err(|problems| problems.to_string())?;
    let vendor = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok(Derived {
        name: format!("{vendor}.txt"),
        text,
    })
}
