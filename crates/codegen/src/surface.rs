//! A spec in few lines, so that a reviewer sees what a vendor's change did.

use std::fmt::Write;

use serde_json::Value;

use crate::document::{reference_name, texts};
use crate::{Document, Problems, facts, lint};

/// Lists the operations and types of a spec, one a line.
///
/// # Errors
///
/// All [`Problems`] of the spec.
pub fn surface(document: &Document) -> Result<String, Problems> {
    lint::lint(document)?;
    let mut lines = String::new();
    for operation in facts::operations(document) {
        let mut parts = vec![format!(
            "operation {} {} {} {} {}",
            operation.id, operation.method, operation.path, operation.tag, operation.effect
        )];
        for parameter in &operation.parameters {
            let mark = if parameter.required { "" } else { "?" };
            let (place, name) = (&parameter.location, &parameter.name);
            parts.push(format!(
                "{place} {name}{mark}: {}",
                describe(&parameter.schema)
            ));
        }
        if let Some(body) = &operation.body {
            parts.push(format!("{} {}", body.media, body.component));
        }
        let successes = operation
            .successes
            .iter()
            .map(|(status, component)| (status.to_string(), component.clone().unwrap_or_default()));
        for (status, component) in successes.chain(operation.failures) {
            parts.push(format!("{status} {component}").trim_end().to_owned());
        }
        parts.push(format!("security {}", operation.schemes.join("+")));
        let _ = writeln!(lines, "{}", parts.join(" | "));
    }
    for (name, schema) in document.section("/components/schemas") {
        if let Some(values) = schema.get("enum") {
            let _ = writeln!(lines, "enum {name}: {}", texts(Some(values)).join(", "));
            continue;
        }
        let required = texts(schema.get("required"));
        let properties = schema.get("properties").and_then(Value::as_object);
        if properties.is_none_or(serde_json::Map::is_empty) {
            let _ = writeln!(lines, "type {name}: {}", describe(schema));
        }
        for (field, property) in properties.into_iter().flatten() {
            let mark = if required.contains(field) { "" } else { "?" };
            let _ = writeln!(lines, "type {name}.{field}{mark}: {}", describe(property));
        }
        for rule in ["x-requires-one-of", "x-requires-together"] {
            if let Some(value) = schema.get(rule) {
                let _ = writeln!(lines, "type {name}: {} {value}", &rule[2..]);
            }
        }
    }
    Ok(lines)
}

/// A schema in one line: type, bounds, whether it may be null.
fn describe(schema: &Value) -> String {
    if let Some(name) = reference_name(schema) {
        return name.to_owned();
    }
    let kind = schema.get("type").and_then(Value::as_str).unwrap_or("any");
    let mut text = match kind {
        "array" => format!("[{}]", describe(&schema["items"])),
        "object" if schema.get("properties").is_some() => {
            let fields: Vec<_> = schema["properties"]
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, property)| format!("{name}: {}", describe(property)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => other.to_owned(),
    };
    for key in [
        "format",
        "pattern",
        "minLength",
        "maxLength",
        "minimum",
        "maximum",
        "minItems",
        "maxItems",
        "x-max-bytes",
        "x-file-types",
        "default",
        "enum",
    ] {
        if let Some(value) = schema.get(key) {
            let _ = write!(text, " {key}={value}");
        }
    }
    if schema.get("nullable") == Some(&Value::Bool(true)) {
        text.push_str(" or null");
    }
    if schema.get("x-secret") == Some(&Value::Bool(true)) {
        text.push_str(" secret");
    }
    text
}
