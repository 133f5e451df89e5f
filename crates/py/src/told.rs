//! What serde says of a wrong argument, in Python's words and by the argument's name.

use palabre::{Error, Result};
use serde_json::{Map, Value};

/// Reads something from keyword arguments; `what` is what they make together.
pub(crate) fn read<T>(
    what: &str,
    arguments: &Map<String, Value>,
    read: impl Fn(Map<String, Value>) -> serde_json::Result<T>,
) -> Result<T> {
    let problem = match read(arguments.clone()) {
        Ok(value) => return Ok(value),
        Err(error) => error.to_string(),
    };
    // The argument without which there is another problem, or none, is the one.
    let culprit = arguments.keys().find(|name| {
        let mut others = arguments.clone();
        others.remove(*name);
        read(others)
            .err()
            .is_none_or(|error| error.to_string() != problem)
    });
    let name = culprit.map_or(what, String::as_str);
    let plain = problem.replace('`', "");
    Err(match plain.split_once(", expected ") {
        Some((found, wanted)) if found.starts_with("unknown field ") => {
            let wanted = wanted.trim_start_matches("one of ");
            Error::invalid(name, format_args!("is not known here; one of {wanted}"))
        }
        Some((_, wanted)) => Error::invalid(name, format_args!("must be {}", kind(wanted))),
        None => Error::invalid(
            if problem.starts_with("missing") {
                name
            } else {
                what
            },
            plain,
        ),
    })
}

/// The type that serde expected.
fn kind(wanted: &str) -> &str {
    match wanted {
        "u16" | "u32" | "u64" | "usize" => "a whole number, 0 or more",
        "a boolean" => "True or False",
        "a string" => "a str",
        "a map" => "a dict",
        "a sequence" => "a list",
        other => other,
    }
}
