//! The `palabre` command: the same from `pip install palabre` and from `cargo install palabre-cli`.

mod accounts;
mod call;
mod capabilities;
mod choose;
mod command;
mod completions;
mod early;
mod exit;
mod import;
mod interrupt;
mod many;
mod nouns;
mod options;
mod output;
mod progress;
mod reading;
mod sandbox;
mod terminal;
mod writing;

use std::ffi::OsString;

use clap::Parser;

pub use command::command;

/// Runs the command line `arguments`, the program's name first, and returns its exit status.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let arguments = arguments.into_iter().collect();
    let command = command();
    let arguments = early::moved_behind_the_verb(arguments, &command);
    let options = options_of(&command, &arguments);
    let arguments = match command::Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let is_failure = error.use_stderr();
            // A closed pipe is no reason to complain.
            let _ = error.print();
            return if is_failure { exit::USAGE } else { exit::DONE };
        }
    };
    match arguments.run() {
        Ok(()) => exit::DONE,
        Err(failure) => {
            if let Some(message) = failure.message_with(&options) {
                terminal::warn(&message);
            }
            failure.status()
        }
    }
}

/// The names of the options that the command of an arranged command line has.
fn options_of(command: &clap::Command, arguments: &[OsString]) -> Vec<String> {
    let mut command = command;
    for word in arguments.iter().skip(1) {
        match command.find_subcommand(word) {
            Some(further) => command = further,
            None => break,
        }
    }
    let options = command.get_arguments().filter_map(clap::Arg::get_long);
    options.map(str::to_owned).collect()
}
