//! `cargo xtask matrix`: what each vendor can do, as tables in README.md and docs/capabilities.md.

use std::fs;
use std::path::Path;

use palabre_model::{Content, Form, Support, Vendor, Verb};

use crate::capabilities::{contents, support};

const START: &str = "<!-- capabilities:start -->";
const END: &str = "<!-- capabilities:end -->";

/// Write what each vendor can do into README.md and docs/capabilities.md.
#[derive(clap::Args)]
pub struct Matrix {
    /// Compare instead of writing, and fail if a line differs.
    #[arg(long)]
    check: bool,
}

impl Matrix {
    /// Runs the command in the workspace at `root`.
    ///
    /// # Errors
    ///
    /// A verb that a vendor says nothing about, a page without its markers, or the lines that differ.
    pub fn run(&self, root: &Path) -> Result<(), String> {
        let table = table()?;
        let explained = format!("{table}\n{}\n{}", contents_table()?, notes()?);
        let pages = [("README.md", &table), ("docs/capabilities.md", &explained)];
        let mut differences = Vec::new();
        for (name, content) in pages {
            let path = root.join(name);
            let old = fs::read_to_string(&path).map_err(|error| format!("{name}: {error}"))?;
            let new = between_markers(&old, content).map_err(|error| format!("{name}: {error}"))?;
            if !self.check {
                fs::write(&path, new).map_err(|error| format!("{name}: {error}"))?;
            } else if old != new {
                let lines = palabre_codegen::changed_lines(&old, &new);
                differences.push(format!("{name}:\n{}", lines.join("\n")));
            }
        }
        if differences.is_empty() {
            return Ok(());
        }
        differences.push("run cargo xtask matrix and look at what changed".to_owned());
        Err(differences.join("\n"))
    }
}

/// The page with `content` between its markers.
fn between_markers(page: &str, content: &str) -> Result<String, String> {
    let (before, rest) = page
        .split_once(START)
        .ok_or_else(|| format!("the line {START} is missing"))?;
    let (_, after) = rest
        .split_once(END)
        .ok_or_else(|| format!("the line {END} is missing"))?;
    Ok(format!("{before}{START}\n\n{content}\n{END}{after}"))
}

/// The first two lines of a table with one column a vendor.
fn header(what: &str) -> String {
    let names: String = Vendor::ALL
        .map(|vendor| format!(" {} |", vendor.name()))
        .concat();
    let rule = " --- |".repeat(Vendor::ALL.len());
    format!("| {what} |{names}\n| --- |{rule}\n")
}

/// What a message can be: one row a content, one column a vendor.
fn contents_table() -> Result<String, String> {
    let mut lines = format!("## What a message can be\n\n{}", header("content"));
    for content in Content::ALL {
        lines.push_str(&format!("| `{content}` |"));
        for vendor in Vendor::ALL {
            let taken = contents(vendor)?.iter().find(|row| row.content == content);
            let form = match taken.map(|row| row.form) {
                None => "–",
                Some(Form::Plain) => "yes",
                Some(Form::File) => "a file",
                Some(Form::Link) => "a link",
            };
            let text = if taken.is_some_and(|row| row.with_text) {
                ", with a text"
            } else {
                ""
            };
            lines.push_str(&format!(" {form}{text} |"));
        }
        lines.push('\n');
    }
    Ok(lines)
}

/// One row a verb, one column a vendor.
fn table() -> Result<String, String> {
    let mut lines = header("verb");
    for verb in Verb::ALL {
        lines.push_str(&format!("| `{verb}` |"));
        for vendor in Vendor::ALL {
            lines.push_str(match support(vendor, *verb)? {
                Support::Native => " yes |",
                Support::Emulated(_) => " emulated |",
                Support::Unsupported(_) => " – |",
            });
        }
        lines.push('\n');
    }
    Ok(lines)
}

/// How the emulated is done, and why the rest is missing, vendor by vendor.
fn notes() -> Result<String, String> {
    let mut sections = Vec::new();
    for vendor in Vendor::ALL {
        let mut emulated = Vec::new();
        let mut missing: Vec<(&str, Vec<String>)> = Vec::new();
        for verb in Verb::ALL {
            match support(vendor, *verb)? {
                Support::Native => {}
                Support::Emulated(how) => {
                    emulated.push(format!("- `{verb}` is emulated: palabre {how}.\n"));
                }
                Support::Unsupported(why) => {
                    let verb = format!("`{verb}`");
                    match missing.iter_mut().find(|(known, _)| *known == why) {
                        Some((_, verbs)) => verbs.push(verb),
                        None => missing.push((why, vec![verb])),
                    }
                }
            }
        }
        let missing = missing
            .iter()
            .map(|(why, verbs)| format!("- No {}: {why}.\n", verbs.join(", ")));
        let lines: String = emulated.into_iter().chain(missing).collect();
        sections.push(format!("## {}\n\n{lines}", vendor.name()));
    }
    Ok(sections.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_vendor_says_something_about_every_verb() {
        assert_eq!(
            table().expect("a table").lines().count(),
            2 + Verb::ALL.len()
        );
    }

    #[test]
    fn a_table_replaces_what_is_between_the_markers_and_nothing_else() {
        let page = format!("# Title\n\n{START}\nold\n{END}\n\nmore\n");
        let new = between_markers(&page, "| new |\n").expect("markers");
        assert_eq!(
            new,
            format!("# Title\n\n{START}\n\n| new |\n\n{END}\n\nmore\n")
        );
        assert_eq!(
            between_markers(&new, "| new |\n").as_deref(),
            Ok(new.as_str())
        );
    }

    #[test]
    fn a_page_without_markers_is_named_by_what_is_missing() {
        let problem = between_markers("# Title\n", "").expect_err("no markers");
        assert!(problem.contains("capabilities:start"), "{problem}");
    }

    #[test]
    fn what_is_emulated_or_missing_is_explained() {
        let notes = notes().expect("notes");
        for vendor in Vendor::ALL {
            assert!(notes.contains(&format!("## {}\n", vendor.name())));
            for verb in Verb::ALL {
                let note = support(vendor, *verb).expect("a row").note();
                assert!(
                    note.is_none_or(|note| notes.contains(note)),
                    "{vendor} {verb}"
                );
            }
        }
    }
}
