//! What the tables say of each operation, read from the document before it is lowered.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::Document;
use crate::document::{Located, reference_name, text, texts};

/// An operation as the tables, the emitters and the surface see it.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) summary: String,
    pub(crate) effect: String,
    pub(crate) schemes: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) page: Option<Map<String, Value>>,
    /// Statuses of success and the component of each, `None` without a body.
    pub(crate) successes: Vec<(u16, Option<String>)>,
    /// Statuses of failure (`404`, `4XX`, `default`) and the component of each.
    pub(crate) failures: Vec<(String, String)>,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) required: bool,
    pub(crate) schema: Value,
}

pub(crate) struct Body {
    pub(crate) media: String,
    pub(crate) required: bool,
    pub(crate) component: String,
    pub(crate) schema: Value,
}

impl Body {
    pub(crate) fn is_form(&self) -> bool {
        self.media != "application/json"
    }
}

/// Reads all operations of a document that passed the linter.
pub(crate) fn operations(document: &Document) -> Vec<Operation> {
    document
        .operations()
        .iter()
        .map(|located| operation(document, located))
        .collect()
}

fn operation(document: &Document, located: &Located<'_>) -> Operation {
    let fields = located.operation;
    let security = fields
        .get("security")
        .or_else(|| document.root.get("security"));
    let mut schemes: Vec<String> = Vec::new();
    for alternative in security.and_then(Value::as_array).into_iter().flatten() {
        for name in alternative
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            if !schemes.contains(name) {
                schemes.push(name.clone());
            }
        }
    }
    let mut successes = Vec::new();
    let mut failures = Vec::new();
    for (status, response) in fields["responses"].as_object().into_iter().flatten() {
        let component = document
            .content(response)
            .and_then(|(_, schema)| reference_name(schema))
            .map(str::to_owned);
        match status.parse::<u16>() {
            Ok(code) if (200..300).contains(&code) => successes.push((code, component)),
            _ => failures.extend(component.map(|component| (status.clone(), component))),
        }
    }
    Operation {
        id: text(fields, "operationId").to_owned(),
        method: located.method.to_uppercase(),
        path: located.path.to_owned(),
        tag: texts(fields.get("tags")).swap_remove(0),
        summary: text(fields, "summary").to_owned(),
        effect: text(fields, "x-effect").to_owned(),
        schemes,
        parameters: parameters(document, located),
        body: fields
            .get("requestBody")
            .and_then(|body| request_body(document, body)),
        page: fields.get("x-page").and_then(Value::as_object).cloned(),
        successes,
        failures,
    }
}

/// The parameters of the path item and of the operation, references followed.
fn parameters(document: &Document, located: &Located<'_>) -> Vec<Parameter> {
    let all = [located.item, located.operation]
        .into_iter()
        .filter_map(|owner| owner.get("parameters")?.as_array())
        .flatten();
    all.filter_map(|parameter| document.resolve(parameter)?.as_object())
        .map(|parameter| Parameter {
            name: text(parameter, "name").to_owned(),
            location: text(parameter, "in").to_owned(),
            required: parameter.get("required") == Some(&Value::Bool(true)),
            schema: expand(document, parameter.get("schema").unwrap_or(&Value::Null)),
        })
        .collect()
}

fn request_body(document: &Document, body: &Value) -> Option<Body> {
    let holder = document.resolve(body)?;
    let (media, schema) = document.content(body)?;
    Some(Body {
        media: media.to_owned(),
        required: holder.get("required") == Some(&Value::Bool(true)),
        component: reference_name(schema)?.to_owned(),
        schema: expand(document, schema),
    })
}

/// A schema with its references followed. Requests are trees, so this ends.
fn expand(document: &Document, schema: &Value) -> Value {
    let mut schema = document.resolve(schema).cloned().unwrap_or_default();
    for key in ["properties", "items"] {
        match schema.get_mut(key) {
            Some(Value::Object(fields)) if key == "properties" => {
                for property in fields.values_mut() {
                    *property = expand(document, property);
                }
            }
            Some(items) => *items = expand(document, items),
            None => {}
        }
    }
    schema
}

/// Property names that the document marks as secret, anywhere.
pub(crate) fn secrets(document: &Document) -> BTreeSet<String> {
    fn walk(value: &Value, found: &mut BTreeSet<String>) {
        if let Some(properties) = value.get("properties").and_then(Value::as_object) {
            for (name, property) in properties {
                if property.get("x-secret") == Some(&Value::Bool(true)) {
                    found.insert(name.clone());
                }
            }
        }
        match value {
            Value::Object(fields) => fields.values().for_each(|field| walk(field, found)),
            Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
            _ => {}
        }
    }
    let mut found = BTreeSet::new();
    if let Some(schemas) = document.root.pointer("/components/schemas") {
        walk(schemas, &mut found);
    }
    found
}

/// Which components requests and answers use, directly or through others.
pub(crate) struct Reach {
    pub(crate) requests: BTreeSet<String>,
    pub(crate) responses: BTreeSet<String>,
}

impl Reach {
    pub(crate) fn of(document: &Document) -> Self {
        let mut reach = Self {
            requests: BTreeSet::new(),
            responses: BTreeSet::new(),
        };
        for located in document.operations() {
            for key in ["requestBody", "parameters"] {
                follow(document, located.operation.get(key), &mut reach.requests);
            }
            follow(
                document,
                located.item.get("parameters"),
                &mut reach.requests,
            );
            follow(
                document,
                located.operation.get("responses"),
                &mut reach.responses,
            );
            let failure = located
                .operation
                .get("x-failure-schema")
                .and_then(Value::as_str);
            if let Some(name) = failure {
                reach.responses.insert(name.to_owned());
            }
        }
        reach
    }
}

fn follow(document: &Document, value: Option<&Value>, found: &mut BTreeSet<String>) {
    match value {
        Some(Value::Object(fields)) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let is_new = match reference.strip_prefix("#/components/schemas/") {
                    Some(name) => found.insert(name.to_owned()),
                    None => true,
                };
                let target = reference
                    .strip_prefix('#')
                    .and_then(|path| document.root.pointer(path));
                if is_new {
                    follow(document, target, found);
                }
            }
            for (key, field) in fields {
                if !matches!(key.as_str(), "example" | "examples") {
                    follow(document, Some(field), found);
                }
            }
        }
        Some(Value::Array(items)) => {
            for item in items {
                follow(document, Some(item), found);
            }
        }
        _ => {}
    }
}
