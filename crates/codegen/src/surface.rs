//! A spec in few lines, so that a reviewer sees what a vendor's change did.

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::document::{reference_name, texts};
use crate::facts::{Operation, Repeat};
use crate::{Document, Problems, facts, lint};

/// Lists the address, the operations and the types of a spec, one a line.
///
/// # Errors
///
/// All [`Problems`] of the spec.
pub fn surface(document: &Document) -> Result<String, Problems> {
    lint::lint(document)?;
    let mut lines = Vec::new();
    let root = &document.root;
    let server = root["servers"][0]["url"].as_str().unwrap_or_default();
    lines.push(format!("server {server}"));
    for (name, scheme) in document.section("/components/securitySchemes") {
        let header = scheme["name"].as_str().unwrap_or("Authorization: Bearer");
        let credential = root["x-credentials"][name].as_str().unwrap_or_default();
        lines.push(format!("scheme {name}: {header} from {credential}"));
    }
    if let Some(rule) = root.get("x-logical-failure") {
        lines.push(format!("logical-failure {rule}"));
    }
    if let Some(limit) = root.get("x-rate-limit") {
        lines.push(format!("rate-limit {limit}"));
    }
    lines.extend(facts::operations(document).iter().map(operation));
    for (name, schema) in document.section("/components/schemas") {
        component(&mut lines, name, schema);
    }
    lines.push(String::new());
    Ok(lines.join("\n"))
}

/// Tells which lines left a surface (`- `) and which came (`+ `); empty for equal surfaces.
#[must_use]
pub fn changed_lines(old: &str, new: &str) -> Vec<String> {
    let missing = |from: &str, other: &str, mark: &str| {
        let known: Vec<_> = other.lines().collect();
        let lines = from.lines().filter(|line| !known.contains(line));
        lines.map(|line| format!("{mark} {line}")).collect()
    };
    let mut lines: Vec<String> = missing(old, new, "-");
    let came: Vec<String> = missing(new, old, "+");
    lines.extend(came);
    if lines.is_empty() && old != new {
        lines.push("  the same lines in another order, or more often".to_owned());
    }
    lines
}

fn operation(operation: &Operation) -> String {
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
        let mark = if body.required { "" } else { "?" };
        parts.push(format!("{} {}{mark}", body.media, body.component));
    }
    let successes = operation
        .successes
        .iter()
        .map(|(status, component)| (status.to_string(), component.clone().unwrap_or_default()));
    for (status, component) in successes.chain(operation.failures.iter().cloned()) {
        parts.push(format!("{status} {component}").trim_end().to_owned());
    }
    if let Some(component) = &operation.logical_failure {
        parts.push(format!("failed {component}"));
    }
    if let Some(page) = &operation.page {
        let places = page.iter().map(|(key, place)| match place.as_str() {
            Some("") => format!(" {key}=all"),
            Some(place) => format!(" {key}={place}"),
            None => format!(" {key}={place}"),
        });
        parts.push(format!("page{}", places.collect::<String>()));
    }
    if let Some(server) = &operation.server {
        parts.push(format!("server {} or {}", server.url, server.relative));
    }
    let filled = operation.body_credentials.iter();
    let filled: Vec<_> = filled
        .map(|filled| format!("{} from {}", filled.property, filled.credential))
        .collect();
    if !filled.is_empty() {
        parts.push(format!("fills {}", filled.join(", ")));
    }
    if let Some(proof) = &operation.proof {
        parts.push(format!("proof {proof}"));
    }
    if operation.repeat != Repeat::usual(&operation.effect) {
        parts.push(format!("repeat {}", operation.repeat.as_str()));
    }
    parts.push(match operation.schemes.as_slice() {
        [] => "security none".to_owned(),
        schemes => format!("security {}", schemes.join("+")),
    });
    parts.join(" | ")
}

fn component(lines: &mut Vec<String>, name: &str, schema: &Value) {
    let properties = schema["properties"].as_object();
    match properties.filter(|properties| !properties.is_empty()) {
        Some(properties) if schema.get("allOf").is_none() => {
            let required = texts(schema.get("required"));
            for (field, property) in properties {
                let mark = if required.contains(field) { "" } else { "?" };
                lines.push(format!("type {name}.{field}{mark}: {}", describe(property)));
            }
        }
        _ if schema["type"] == "string" && schema.get("enum").is_some() => {
            let values = texts(schema.get("enum")).join(", ");
            lines.push(format!("enum {name}: {values}"));
        }
        _ => lines.push(format!("type {name}: {}", describe(schema))),
    }
    for rule in ["x-requires-one-of", "x-requires-together"] {
        if let Some(value) = schema.get(rule) {
            lines.push(format!("type {name}: {} {value}", &rule[2..]));
        }
    }
}

/// A schema in one line: type, bounds, whether it may be null.
fn describe(schema: &Value) -> String {
    let mut text = shape(schema);
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
    if schema["nullable"] == true {
        text.push_str(" or null");
    }
    if schema["x-secret"] == true {
        text.push_str(" secret");
    }
    text
}

fn shape(schema: &Value) -> String {
    if let Some(name) = reference_name(schema) {
        return name.to_owned();
    }
    let several = |key: &str, between: &str| {
        let parts = schema.get(key)?.as_array()?.iter().map(describe);
        Some(parts.collect::<Vec<_>>().join(between))
    };
    if let Some(alternatives) = several("oneOf", " | ") {
        return alternatives;
    }
    let properties = schema["properties"].as_object();
    let own = properties.map(|properties| object(schema, properties));
    match (several("allOf", " & "), own, schema["type"].as_str()) {
        (Some(parts), Some(own), _) => format!("{parts} & {own}"),
        (Some(parts), None, _) => parts,
        (None, Some(own), _) => own,
        (None, None, Some("array")) => format!("[{}]", describe(&schema["items"])),
        (None, None, kind) => kind.unwrap_or("any").to_owned(),
    }
}

fn object(schema: &Value, properties: &Map<String, Value>) -> String {
    let required = texts(schema.get("required"));
    let fields = properties.iter().map(|(name, property)| {
        let mark = if required.contains(name) { "" } else { "?" };
        format!("{name}{mark}: {}", describe(property))
    });
    format!("{{{}}}", fields.collect::<Vec<_>>().join(", "))
}
