//! Rules about schemas.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::Linter;
use crate::document::{escape, reference_name, text, texts};
use crate::facts::Reach;

impl Linter<'_> {
    pub(super) fn schemas(&mut self) {
        let document = self.document;
        for (name, schema) in document.section("/components/schemas") {
            let pointer = format!("/components/schemas/{}", escape(name));
            if let Some(fields) = schema.as_object()
                && text(fields, "type") == "string"
                && fields.contains_key("enum")
            {
                self.enum_values(&pointer, fields);
            } else {
                self.schema(&pointer, schema);
            }
            if schema.get("x-secret").is_some() {
                self.report(
                    &format!("{pointer}/x-secret"),
                    "secrets are known by the name of their property, and a component has none",
                    "write x-secret: true beside the $ref of each property",
                );
            }
        }
        let reach = Reach::of(document);
        for name in &reach.requests {
            let pointer = format!("/components/schemas/{}", escape(name));
            let schema = &document.root["components"]["schemas"][name];
            if reach.responses.contains(name) && schema.get("enum").is_none() {
                self.report(
                    &pointer,
                    "used by requests and by answers: the first are strict, the second tolerant",
                    "make one for each",
                );
            }
            if Reach::from(document, schema).contains(name) {
                self.report(
                    &pointer,
                    "holds itself: a request has an end",
                    "leave the inner one open: {}",
                );
            }
        }
        for name in &reach.responses {
            self.alternatives(
                &format!("/components/schemas/{}", escape(name)),
                &document.root["components"]["schemas"][name],
            );
        }
    }

    pub(super) fn schema(&mut self, pointer: &str, schema: &Value) {
        let Some(fields) = schema.as_object() else {
            return;
        };
        for keyword in ["anyOf", "not"] {
            if fields.contains_key(keyword) {
                self.report(
                    &format!("{pointer}/{keyword}"),
                    format!("{keyword} is compiled into the wrong type"),
                    "leave the schema open: {}",
                );
            }
        }
        if text(fields, "type") == "string" && fields.contains_key("enum") {
            self.report(
                &format!("{pointer}/enum"),
                "a string enum that is not a component cannot be open to new values",
                "move it to components/schemas and refer to it",
            );
        }
        for key in ["required", "x-requires-one-of"] {
            self.named_properties(&format!("{pointer}/{key}"), schema, fields.get(key));
        }
        let groups = fields.get("x-requires-together").and_then(Value::as_array);
        for (index, group) in groups.into_iter().flatten().enumerate() {
            let pointer = format!("{pointer}/x-requires-together/{index}");
            self.named_properties(&pointer, schema, Some(group));
        }
        for (pointer, part) in parts(pointer, fields) {
            self.schema(&pointer, part);
        }
    }

    fn named_properties(&mut self, pointer: &str, schema: &Value, names: Option<&Value>) {
        for name in texts(names) {
            if self.document.property(schema, &name).is_none() {
                self.report(
                    pointer,
                    format!("{name} is no property"),
                    format!("describe {name} under properties"),
                );
            }
        }
    }

    /// Alternatives are told apart by the properties that they require: see `lower`.
    fn alternatives(&mut self, pointer: &str, schema: &Value) {
        let Some(fields) = schema.as_object() else {
            return;
        };
        let alternatives = fields.get("oneOf").and_then(Value::as_array);
        let alternatives = alternatives.map(Vec::as_slice).unwrap_or_default();
        for (index, part) in alternatives.iter().enumerate() {
            let required = self.document.resolve(part).map(|part| &part["required"]);
            let has_mark = texts(required).iter().any(|name| {
                let mut others = alternatives.iter().enumerate();
                others.all(|(other, part)| {
                    other == index || self.document.property(part, name).is_none()
                })
            });
            if reference_name(part).is_none() || !has_mark {
                self.report(
                    &format!("{pointer}/oneOf/{index}"),
                    "the alternative cannot be told from the others",
                    "refer to a component with a required property that no other alternative has",
                );
            }
        }
        for (pointer, part) in parts(pointer, fields) {
            self.alternatives(&pointer, part);
        }
    }

    fn enum_values(&mut self, pointer: &str, fields: &Map<String, Value>) {
        let pointer = format!("{pointer}/enum");
        let mut variants = BTreeMap::new();
        for value in fields["enum"].as_array().into_iter().flatten() {
            let Some(value) = value.as_str() else {
                self.report(
                    &pointer,
                    format!("{value} is no text"),
                    "put quotes around it, or write nullable: true for null",
                );
                continue;
            };
            let variant = crate::emit::variant(value);
            if variant == "Unknown" {
                self.report(
                    &pointer,
                    format!("{value} is the word for values that are not known"),
                    "leave it out of the list",
                );
            } else if let Some(first) = variants.insert(variant, value.to_owned()) {
                self.report(
                    &pointer,
                    format!("{first} and {value} make the same variant"),
                    "keep one of them",
                );
            }
        }
    }
}

/// The schemas inside a schema and where they stand.
fn parts<'a>(pointer: &str, fields: &'a Map<String, Value>) -> Vec<(String, &'a Value)> {
    let mut parts = Vec::new();
    let properties = fields.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        parts.push((format!("{pointer}/properties/{}", escape(name)), property));
    }
    for key in ["items", "additionalProperties"] {
        if let Some(part) = fields.get(key) {
            parts.push((format!("{pointer}/{key}"), part));
        }
    }
    for key in ["allOf", "oneOf"] {
        let alternatives = fields.get(key).and_then(Value::as_array);
        for (index, part) in alternatives.into_iter().flatten().enumerate() {
            parts.push((format!("{pointer}/{key}/{index}"), part));
        }
    }
    parts
}
