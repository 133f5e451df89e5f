//! Options before the noun or the verb, which are moved behind it: there each command has its own.

use std::ffi::OsString;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, value_parser};

use crate::options::ReadMany;

/// The arguments as if every option had been written after the verb. What is no command stays as it is,
/// for clap to say what is wrong.
pub(crate) fn moved_behind_the_verb(arguments: Vec<OsString>, command: &Command) -> Vec<OsString> {
    arranged(&arguments, command).unwrap_or(arguments)
}

fn arranged(arguments: &[OsString], command: &Command) -> Option<Vec<OsString>> {
    let mut path = vec![arguments.first()?.clone()];
    let mut rest = arguments.get(1..)?.to_vec();
    let (mut early, mut command) = (Vec::new(), command);
    while command.has_subcommands() {
        let program = command.get_name().into();
        let words = std::iter::once(program).chain(rest);
        let matches = leading().try_get_matches_from(words).ok()?;
        let (name, others) = matches.subcommand()?;
        command = command.find_subcommand(name)?;
        early.extend(given(&matches));
        path.push(name.into());
        rest = others.get_many("").into_iter().flatten().cloned().collect();
    }
    Some([path, early, rest].concat())
}

/// A command that knows these options only, and takes whatever comes after them.
fn leading() -> Command {
    ReadMany::augment_args(Command::new("palabre"))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .allow_external_subcommands(true)
        .external_subcommand_value_parser(value_parser!(OsString))
}

/// The options that were given, each as one word.
fn given(matches: &ArgMatches) -> Vec<OsString> {
    let mut words = Vec::new();
    for option in leading().get_arguments() {
        let id = option.get_id().as_str();
        if matches.value_source(id) != Some(ValueSource::CommandLine) {
            continue;
        }
        let name = OsString::from(format!("--{}", option.get_long().unwrap_or(id)));
        if !option.get_action().takes_values() {
            words.push(name);
            continue;
        }
        for value in matches.get_raw(id).into_iter().flatten() {
            let mut word = name.clone();
            word.push("=");
            word.push(value);
            words.push(word);
        }
    }
    words
}
