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
use crate::document::{METHODS, reference_name, texts};
use crate::facts::{Operation, Reach};

/// Components that stand for scalars which decode tolerantly, and the types that replace them.
pub(crate) const SCALARS: [(&str, &str); 4] = [
    ("integer", "TolerantInteger"),
    ("number", "TolerantNumber"),
    ("boolean", "TolerantBoolean"),
    ("string", "TolerantText"),
];

/// The component that stands for any JSON value.
pub(crate) const ANY: &str = "AnyValue";

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
    let alternatives = reach.alternatives(document);
    let mut schemas = Map::new();
    let forms: Vec<_> = operations
        .iter()
        .filter_map(|operation| operation.body.as_ref().filter(|body| body.is_form()))
        .map(|body| &body.component)
        .collect();
    for (name, schema) in document.section("/components/schemas") {
        if forms.contains(&name) {
            continue;
        }
        let mut schema = schema.clone();
        if !is_open_enum(&schema) {
            let is_answer = reach.responses.contains(name);
            let required = texts(schema.get("required"));
            relax(&mut schema, is_answer);
            if alternatives.contains(name) {
                require(&mut schema, &required);
            }
        }
        schemas.insert(name.clone(), schema);
    }
    for (kind, name) in SCALARS {
        schemas.insert(name.to_owned(), json!({"type": kind}));
    }
    schemas.insert(ANY.to_owned(), json!({}));
    fields.insert("components".to_owned(), json!({"schemas": schemas}));
    serde_json::from_value(root)
}

fn lower_operation(facts: &Operation) -> Value {
    let mut parameters: Vec<Value> = facts
        .parameters
        .iter()
        // A key is made once for all tries of a request: the transport's business.
        .filter(|parameter| !facts.is_key(parameter))
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

/// The one success that is left: typed if all statuses share a type. Otherwise its body is left to
/// the outcome, because one of the statuses may have none.
fn success(facts: &Operation) -> Value {
    match facts.success() {
        Some(name) => json!({
            "description": "Success.",
            "content": {"application/json": {"schema": component(name)}},
        }),
        None => json!({"description": "Success."}),
    }
}

/// Tells whether a component is replaced by an enum of ours.
fn is_open_enum(schema: &Value) -> bool {
    schema["type"] == "string" && schema.get("enum").is_some()
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
        if kind == "object" && fields.contains_key("properties") {
            // Callers may pass fields that the spec does not know: an `extra` map takes them.
            fields.insert("additionalProperties".to_owned(), component(ANY));
            // Without this an empty list could not be told from none, and nothing could be cleared.
            let required = texts(fields.get("required"));
            for (name, property) in entries(fields.get_mut("properties")) {
                if !required.contains(name) && property.get("type").is_some() {
                    property["nullable"] = Value::Bool(true);
                }
            }
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
    if let Some(Value::Array(alternatives)) = fields.get_mut("oneOf") {
        // What is none of them must not lose a page.
        alternatives.push(component(ANY));
    }
    for (_, property) in entries(fields.get_mut("properties")) {
        if let Value::Object(property) = property
            && property.contains_key("type")
        {
            property.insert("nullable".to_owned(), Value::Bool(true));
        }
    }
}

/// Alternatives of an answer are tried in order, so each keeps what tells it from the others.
fn require(schema: &mut Value, required: &[String]) {
    schema["required"] = json!(required);
    for (name, property) in entries(schema.get_mut("properties")) {
        if let Value::Object(property) = property
            && required.contains(name)
        {
            property.remove("nullable");
        }
    }
}

fn relax_children(fields: &mut Map<String, Value>, is_answer: bool) {
    for (_, property) in entries(fields.get_mut("properties")) {
        relax(property, is_answer);
    }
    if let Some(items) = fields.get_mut("items") {
        let is_nullable = items["nullable"] == true;
        relax(items, is_answer);
        if is_nullable && reference_name(items).is_some() {
            *items = json!({"nullable": true, "allOf": [items.take()]});
        }
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
    value.and_then(Value::as_object_mut).into_iter().flatten()
}
