//! Developer commands: `cargo xtask --help`.

mod capabilities;
mod files;
mod matrix;
mod python;
mod surface;

use std::path::Path;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Developer commands of palabre.
#[derive(Parser)]
#[command(name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

/// One command, in the file of the same name.
#[derive(Subcommand)]
enum Command {
    Matrix(matrix::Matrix),
    Python(python::Python),
    Surface(surface::Surface),
}

fn main() -> ExitCode {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap_or_else(|| Path::new("."));
    let done = match Arguments::parse().command {
        Command::Matrix(matrix) => matrix.run(root),
        Command::Python(python) => python.run(root),
        Command::Surface(surface) => surface.run(root),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}
