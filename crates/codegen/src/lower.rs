//! Lowers a document into what `progenitor` takes and what decodes tolerantly.
//!
//! Each step says which shortcoming makes it necessary. progenitor 0.15:
//!
//! - panics when an operation has two response types, and gives an inline error body the type of
//!   the success: only one success is left, errors are decoded by our own code;
//! - refuses multipart bodies, and cannot write arrays into forms: forms become plain bytes with a
//!   `content-type` parameter, written by our own code;
//! - enforces every constraint when it decodes, so that one odd row would lose a page: answers keep
//!   types only, every property may be missing or null, and scalars take what means the same;
//! - ignores `security` and `servers`: they are dropped here and emitted as tables.

use openapiv3::OpenAPI;
use serde_json::{Map, Value, json};

use crate::Document;
use crate::document::{METHODS, reference_name};
use crate::facts::{Operation, Reach};

/// Components that stand for scalars which decode tolerantly, and the types that replace them.
pub(crate) const SCALARS: [(&str, &str); 4] = [
    ("integer", "TolerantInteger"),
    ("number", "TolerantNumber"),
    ("boolean", "TolerantBoolean"),
    ("string", "TolerantText"),
];

/// Lowers a document that passed the linter.
pub(crate) fn lower(
    document: &Document,
    operations: &[Operation],
) -> Result<OpenAPI, serde_json::Error> {
    let mut root = document.root.clone();
    let fields = match &mut root {
        Value::Object(fields) => fields,
        _ => return serde_json::from_value(root),
    };
    fields.retain(|key, _| matches!(key.as_str(), "openapi" | "info" | "paths" | "components"));
    for (path, item) in entries(fields.get_mut("paths")) {
        let Value::Object(item) = item else { continue };
        item.retain(|key, _| METHODS.contains(&key.as_str()));
        for (method, value) in item.iter_mut() {
            let facts = operations
                .iter()
                .find(|facts| facts.path == *path && facts.method.eq_ignore_ascii_case(method));
            if let Some(facts) = facts {
                *value = lower_operation(facts);
            }
        }
    }
    let reach = Reach::of(document);
    let mut schemas = Map::new();
    for (name, schema) in document.section("/components/schemas") {
        let mut schema = schema.clone();
        if schema.get("enum").is_none() {
            let is_answer = reach.responses.contains(name);
            relax(&mut schema, is_answer);
        }
        schemas.insert(name.clone(), schema);
    }
    for (kind, name) in SCALARS {
        schemas.insert(name.to_owned(), json!({"type": kind}));
    }
    fields.insert("components".to_owned(), json!({"schemas": schemas}));
    serde_json::from_value(root)
}

fn lower_operation(facts: &Operation) -> Value {
    let mut parameters: Vec<Value> = facts
        .parameters
        .iter()
        .map(|parameter| {
            let mut schema = parameter.schema.clone();
            relax(&mut schema, false);
            json!({
                "name": parameter.name,
                "in": parameter.location,
                "required": parameter.required,
                "schema": schema,
            })
        })
        .collect();
    let mut operation = json!({
        "operationId": facts.id,
        "summary": facts.summary,
        "responses": {"2XX": success(facts)},
    });
    match &facts.body {
        Some(body) if body.is_form() => {
            operation["requestBody"] = json!({
                "required": true,
                "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
            });
            // Header parameters are applied after the content type that progenitor sets, and replace it.
            parameters.push(json!({
                "name": "content-type",
                "in": "header",
                "required": true,
                "schema": {"type": "string"},
            }));
        }
        Some(body) => {
            operation["requestBody"] = json!({
                "required": true,
                "content": {"application/json": {"schema": component(&body.component)}},
            });
        }
        None => {}
    }
    operation["parameters"] = Value::Array(parameters);
    operation
}

/// The one success that is left: typed if all statuses share a type, plain JSON otherwise.
fn success(facts: &Operation) -> Value {
    let mut types = facts.successes.iter().map(|(_, component)| component);
    let first = types.next().cloned().flatten();
    let is_single = types.all(|component| *component == first);
    match first {
        None if is_single => json!({"description": "Success."}),
        Some(name) if is_single => json!({
            "description": "Success.",
            "content": {"application/json": {"schema": component(&name)}},
        }),
        _ => json!({
            "description": "Success, in one of several shapes.",
            "content": {"application/json": {"schema": {}}},
        }),
    }
}

fn component(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Drops constraints; in answers also makes everything optional, nullable and tolerant.
fn relax(schema: &mut Value, is_answer: bool) {
    if reference_name(schema).is_some() {
        return;
    }
    let Value::Object(fields) = schema else {
        return;
    };
    fields.retain(|key, _| {
        matches!(
            key.as_str(),
            "type"
                | "properties"
                | "items"
                | "required"
                | "nullable"
                | "allOf"
                | "oneOf"
                | "description"
                | "additionalProperties"
        )
    });
    let kind = fields
        .get("type")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    if !is_answer {
        if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
            fields.remove("additionalProperties");
        }
        relax_children(fields, false);
        if kind == "integer" {
            fields.insert("format".to_owned(), json!("int64"));
        }
        return;
    }
    if let Some((_, scalar)) = SCALARS.iter().find(|(scalar, _)| *scalar == kind) {
        *schema = component(scalar);
        return;
    }
    let is_free = kind == "object" && fields.get("properties").is_none();
    if is_free || kind.is_empty() && !fields.contains_key("allOf") && !fields.contains_key("oneOf")
    {
        // A free object may come as anything: PHP writes an empty one as [].
        *schema = json!({});
        return;
    }
    fields.remove("required");
    fields.remove("additionalProperties");
    relax_children(fields, true);
    for (_, property) in entries(fields.get_mut("properties")) {
        if let Value::Object(property) = property
            && property.contains_key("type")
        {
            property.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
}

fn relax_children(fields: &mut Map<String, Value>, is_answer: bool) {
    for (_, property) in entries(fields.get_mut("properties")) {
        relax(property, is_answer);
    }
    if let Some(items) = fields.get_mut("items") {
        relax(items, is_answer);
    }
    for key in ["allOf", "oneOf"] {
        for part in fields
            .get_mut(key)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            relax(part, is_answer);
        }
    }
}

fn entries(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
        .map(|(key, value)| (key, value))
}
