//! The `palabre` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(palabre_cli::run(std::env::args_os()))
}
