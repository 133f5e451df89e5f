//! The `palabre` command: the same from `pip install palabre` and from `cargo install palabre-cli`.

mod sandbox;

use std::ffi::OsString;
use std::io::{self, Write};

use clap::{Parser, Subcommand};

/// One typed client for WhatsApp messaging vendors.
#[derive(Debug, Parser)]
#[command(name = "palabre", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Sandbox(sandbox::Arguments),
}

/// Exit status of a wrong command line, as clap has it.
const USAGE: u8 = 2;

/// Runs the command line `arguments`, the program's name first, and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let is_failure = error.use_stderr();
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return if is_failure { USAGE } else { 0 };
        }
    };
    let result = match arguments.command {
        Command::Sandbox(arguments) => sandbox::run(&arguments),
    };
    match result {
        Ok(()) => 0,
        Err(error) => {
            let _ = writeln!(io::stderr(), "palabre: {error}");
            1
        }
    }
}
