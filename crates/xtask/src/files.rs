//! Files that a command derives: written, or compared with what is there.

use std::fs;
use std::path::Path;

/// A file as it should be.
pub struct Derived {
    /// Its name in the folder.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// Writes the files of a folder and removes those that nothing derives any more.
///
/// # Errors
///
/// What could not be written, in one line.
pub fn write(folder: &Path, files: &[Derived]) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for name in strangers(folder, files)? {
        let path = folder.join(name);
        fs::remove_file(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    for file in files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

/// Compares the files of a folder with what they should be.
///
/// # Errors
///
/// Every difference, as lines that left (`-`) and came (`+`), and the `command` that writes them.
pub fn check(folder: &Path, files: &[Derived], command: &str) -> Result<(), String> {
    let mut differences = Vec::new();
    for file in files {
        let path = folder.join(&file.name);
        let old = fs::read_to_string(&path).unwrap_or_default();
        let lines = palabre_codegen::changed_lines(&old, &file.text);
        if !lines.is_empty() {
            differences.push(format!("{}:\n{}", path.display(), lines.join("\n")));
        }
    }
    for name in strangers(folder, files)? {
        differences.push(format!(
            "{}: nothing derives it",
            folder.join(name).display()
        ));
    }
    if differences.is_empty() {
        return Ok(());
    }
    differences.push(format!("run {command} and look at what changed"));
    Err(differences.join("\n"))
}

/// Files in the folder that are not among those that belong there.
fn strangers(folder: &Path, files: &[Derived]) -> Result<Vec<String>, String> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut names: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .filter(|name| files.iter().all(|file| file.name != *name))
        .collect();
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn derived(name: &str, text: &str) -> Derived {
        Derived {
            name: name.to_owned(),
            text: text.to_owned(),
        }
    }

    /// A folder of its own for each test, empty.
    fn folder(test: &str) -> std::path::PathBuf {
        let folder = std::env::temp_dir().join(format!("xtask-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn what_was_written_passes_the_check() {
        let folder = folder("passes");
        let files = [derived("a.txt", "one\ntwo\n")];
        assert!(check(&folder, &files, "cargo xtask a").is_err());
        write(&folder, &files).expect("written");
        assert_eq!(check(&folder, &files, "cargo xtask a"), Ok(()));
    }

    #[test]
    fn a_difference_is_shown_with_the_command_that_writes_it() {
        let folder = folder("difference");
        write(&folder, &[derived("a.txt", "one\ntwo\n")]).expect("written");
        let path = folder.join("a.txt");
        assert_eq!(
            check(
                &folder,
                &[derived("a.txt", "one\nthree\n")],
                "cargo xtask a"
            ),
            Err(format!(
                "{}:\n- two\n+ three\nrun cargo xtask a and look at what changed",
                path.display()
            ))
        );
    }

    #[test]
    fn a_file_that_nothing_derives_is_reported_and_then_removed() {
        let folder = folder("stranger");
        write(&folder, &[derived("old.txt", "")]).expect("written");
        let files = [derived("new.txt", "one\n")];
        let problem = check(&folder, &files, "cargo xtask a").expect_err("a difference");
        assert!(problem.contains("old.txt: nothing derives it"), "{problem}");
        write(&folder, &files).expect("written");
        assert_eq!(check(&folder, &files, "cargo xtask a"), Ok(()));
    }
}
