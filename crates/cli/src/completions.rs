//! `palabre completions`: completions for shells, and man pages.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::{Args, Command, ValueEnum};
use clap_complete::Shell;

use crate::exit::Failure;

#[derive(Args, Debug)]
pub(crate) struct Arguments {
    /// What to write
    what: What,
    /// Folder to write into, under the name that is usual; needed for man pages
    #[arg(long, required_if_eq("what", "man"))]
    dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    /// Completions for bash
    Bash,
    /// Completions for zsh
    Zsh,
    /// Completions for fish
    Fish,
    /// Completions for PowerShell
    Powershell,
    /// Man pages, one for each command
    Man,
}

const NAME: &str = "palabre";

pub(crate) fn run(arguments: &Arguments, mut command: Command) -> Result<(), Failure> {
    let shell = match arguments.what {
        What::Bash => Shell::Bash,
        What::Zsh => Shell::Zsh,
        What::Fish => Shell::Fish,
        What::Powershell => Shell::PowerShell,
        What::Man => {
            let dir = arguments.dir.as_deref().unwrap_or(Path::new("."));
            return man(dir, command);
        }
    };
    match &arguments.dir {
        Some(dir) => {
            make(dir)?;
            let path = clap_complete::generate_to(shell, &mut command, NAME, dir)
                .map_err(|error| Failure::file(dir, &error))?;
            writeln!(io::stdout(), "{}", path.display())?;
        }
        None => {
            // Written at once: the generator does not expect a reader to go away.
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut command, NAME, &mut script);
            io::stdout().write_all(&script)?;
        }
    }
    Ok(())
}

fn make(dir: &Path) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(|error| Failure::file(dir, &error))
}

fn man(dir: &Path, command: Command) -> Result<(), Failure> {
    make(dir)?;
    let mut command = command.disable_help_subcommand(true);
    command.build();
    page(dir, &command)
}

fn page(dir: &Path, command: &Command) -> Result<(), Failure> {
    for subcommand in command.get_subcommands() {
        page(dir, subcommand)?;
    }
    let man = clap_mangen::Man::new(command.clone());
    let path = dir.join(man.get_filename());
    let mut roff = Vec::new();
    man.render(&mut roff)?;
    // Lines of examples stay lines.
    let roff = String::from_utf8_lossy(&roff).replacen(".SH EXTRA\n", ".SH EXAMPLES\n.nf\n", 1);
    fs::write(&path, roff).map_err(|error| Failure::file(&path, &error))?;
    writeln!(io::stdout(), "{}", path.display())?;
    Ok(())
}
