//! What is said to a person beside the results: on the standard error.

use std::fmt::Display;
use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use console::{Term, style};

use crate::output::printable;

/// Columns of a page that is no terminal.
const PAGE: usize = 100;

/// How wide a table may be.
pub(crate) fn width() -> usize {
    let term = Term::stdout();
    match term.size_checked() {
        Some((_, columns)) if term.is_term() && columns > 0 => usize::from(columns),
        _ => PAGE,
    }
}

/// Whether lines come on the standard error while work goes on.
static HAS_LINES: AtomicBool = AtomicBool::new(false);

/// Says that lines will come while work goes on, so that no bar is drawn between them.
pub(crate) fn expect_lines() {
    HAS_LINES.store(true, Ordering::Relaxed);
}

/// Whether a bar can be drawn.
pub(crate) fn can_draw() -> bool {
    is_watched() && !HAS_LINES.load(Ordering::Relaxed)
}

/// Whether somebody reads the standard error as it comes.
pub(crate) fn is_watched() -> bool {
    Term::stderr().is_term()
}

/// Whether somebody can be asked.
pub(crate) fn can_ask() -> bool {
    use io::IsTerminal;
    io::stdin().is_terminal() && is_watched()
}

/// So many of something, in words.
pub(crate) fn counted(count: impl Number, one: &str, many: &str) -> String {
    let word = if count == 1.into() { one } else { many };
    format!("{count} {word}")
}

/// Something to count with.
pub(crate) trait Number: Display + PartialEq + From<u8> {}
impl<N: Display + PartialEq + From<u8>> Number for N {}

/// So many rows that are left out.
pub(crate) fn refused(count: impl Number) -> String {
    counted(count, "row that is refused", "rows that are refused")
}

/// Says something that only a person wants to know.
pub(crate) fn note(text: &str) {
    if is_watched() {
        say(&style(text).dim().for_stderr().to_string());
    }
}

/// Says something that belongs to the result.
pub(crate) fn warn(text: &str) {
    say(&format!("palabre: {}", printable(text)));
}

/// Writes a line; a reader who went away is no reason to complain.
pub(crate) fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_not_many() {
        let said = [0, 1, 2].map(|count: usize| counted(count, "row was", "rows were"));
        assert_eq!(said, ["0 rows were", "1 row was", "2 rows were"]);
    }
}
