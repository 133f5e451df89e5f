//! Texts in Python source: literals, documentation, lines of a readable length.

use std::fmt::Write;

use serde_json::Value;

/// Where lines end.
const WIDTH: usize = 98;

/// A text as Python writes it.
pub(super) fn literal(text: &str) -> String {
    // A text of JSON is one of Python too.
    Value::from(text).to_string()
}

/// A documentation string of some parts, with an empty line between them.
pub(super) fn docstring(indent: &str, parts: &[String]) -> String {
    let parts: Vec<_> = parts
        .iter()
        .map(|part| part.trim())
        .filter(|part| !part.is_empty())
        .collect();
    let text = parts
        .join("\n\n")
        .replace('\\', "\\\\")
        .replace("\"\"\"", "\\\"\\\"\\\"");
    // A quote before the closing ones would be one of them.
    let text = match text.strip_suffix('"') {
        Some(text) => format!("{text}\\\""),
        None => text,
    };
    let lines = wrapped(&text, indent);
    if lines.len() == 1 && indent.len() + lines[0].len() + 6 <= WIDTH {
        return format!("{indent}\"\"\"{}\"\"\"\n", lines[0]);
    }
    let mut source = format!("{indent}\"\"\"");
    for (index, line) in lines.iter().enumerate() {
        let indent = if index == 0 || line.is_empty() {
            ""
        } else {
            indent
        };
        let _ = writeln!(source, "{indent}{line}");
    }
    let _ = writeln!(source, "{indent}\"\"\"");
    source
}

/// A text as comments.
pub(super) fn comment(indent: &str, text: &str) -> String {
    let lines = wrapped(text.trim(), indent);
    lines
        .iter()
        .map(|line| format!("{indent}# {line}").trim_end().to_owned() + "\n")
        .collect()
}

/// A section of a documentation string: `Args:` and one entry a line.
pub(super) fn section(title: &str, entries: &[(String, String)]) -> String {
    let mut section = format!("{title}:");
    for (name, text) in entries {
        let text: Vec<_> = text.split_whitespace().collect();
        let separator = if name.is_empty() { "" } else { ": " };
        let _ = write!(section, "\n    {name}{separator}{}", text.join(" "));
    }
    section
}

/// Lines that fit. A line that is indented, or starts a list, stays a line of its own.
fn wrapped(text: &str, indent: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in text.lines() {
        let is_own = line.starts_with(' ') || line.starts_with("- ") || line.ends_with(':');
        match paragraphs.last_mut() {
            Some(last) if is_open && !is_own && !line.is_empty() => {
                last.push(' ');
                last.push_str(line.trim());
            }
            _ => paragraphs.push(line.trim_end().to_owned()),
        }
        is_open = !is_own && !line.is_empty();
    }
    paragraphs
        .iter()
        .flat_map(|paragraph| wrap(paragraph, WIDTH - indent.len()))
        .collect()
}

fn wrap(paragraph: &str, width: usize) -> Vec<String> {
    let indent = &paragraph[..paragraph.len() - paragraph.trim_start().len()];
    let mut lines = vec![indent.to_owned()];
    for word in paragraph.split_whitespace() {
        let inner = format!("{indent}    ");
        let Some(line) = lines.last_mut() else {
            continue;
        };
        if line.trim().is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() <= width {
            line.push(' ');
            line.push_str(word);
        } else {
            // What belongs to an entry is indented below it.
            let start = if indent.is_empty() { "" } else { &inner };
            lines.push(format!("{start}{word}"));
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_cannot_end_its_documentation() {
        assert_eq!(
            docstring("", &[r#"Say "hi""#.to_owned()]),
            "\"\"\"Say \"hi\\\"\"\"\"\n"
        );
        assert_eq!(
            docstring("", &[r#"a """ b"#.to_owned()]),
            "\"\"\"a \\\"\\\"\\\" b\"\"\"\n"
        );
        assert_eq!(
            docstring("", &[r"a \d".to_owned()]),
            "\"\"\"a \\\\d\"\"\"\n"
        );
    }

    #[test]
    fn long_lines_are_broken_and_entries_stay_apart() {
        let long = "word ".repeat(30);
        let arguments = section(
            "Args",
            &[
                ("limit".to_owned(), long.clone()),
                ("cursor".to_owned(), "Next.".to_owned()),
            ],
        );
        let text = docstring("    ", &["Lists.".to_owned(), long, arguments]);
        assert!(text.lines().all(|line| line.len() <= WIDTH), "{text}");
        assert!(text.contains("\n    Args:\n        limit: word"), "{text}");
        assert!(text.contains("\n            word"), "{text}");
        assert!(text.contains("\n        cursor: Next.\n"), "{text}");
    }

    #[test]
    fn a_literal_is_one_line() {
        assert_eq!(literal("a\"b\\c\nd"), r#""a\"b\\c\nd""#);
    }
}
