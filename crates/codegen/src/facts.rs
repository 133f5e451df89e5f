//! What the tables say of each operation, read from the document before it is lowered.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::Document;
use crate::document::{Located, is_name_map, reference_name, text, texts};
use crate::fill::{self, BodyCredential, Server};

/// An operation as the tables, the emitters and the surface see it.
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) tag: String,
    pub(crate) summary: String,
    pub(crate) effect: String,
    pub(crate) repeat: Repeat,
    pub(crate) schemes: Vec<String>,
    /// Its own address, where it has one.
    pub(crate) server: Option<Server>,
    pub(crate) body_credentials: Vec<BodyCredential>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) body: Option<Body>,
    pub(crate) page: Option<Map<String, Value>>,
    /// Where an answer has what proves that a write was taken.
    pub(crate) proof: Option<String>,
    /// Statuses of success and the component of each, `None` without a body.
    pub(crate) successes: Vec<(u16, Option<String>)>,
    /// Statuses of failure (`404`, `4XX`, `default`) and the component of each.
    pub(crate) failures: Vec<(String, String)>,
    /// The component of a failed answer that comes with a status of success.
    pub(crate) logical_failure: Option<String>,
}

impl Operation {
    /// Whether a parameter is the header that the transport fills by itself.
    pub(crate) fn is_key(&self, parameter: &Parameter) -> bool {
        self.repeat == Repeat::WithKey && parameter.is_key()
    }

    /// The component of every success; `None` without a body, or when there are several shapes.
    pub(crate) fn success(&self) -> Option<&str> {
        let mut components = self.successes.iter().map(|(_, component)| component);
        let first = components.next()?.as_deref()?;
        components
            .all(|component| component.as_deref() == Some(first))
            .then_some(first)
    }
}

/// What the vendor makes of a request that arrives twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeat {
    Freely,
    WithKey,
    Never,
}

impl Repeat {
    const ALL: [Self; 3] = [Self::Freely, Self::WithKey, Self::Never];

    /// As a spec writes it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Freely => "freely",
            Self::WithKey => "with-key",
            Self::Never => "never",
        }
    }

    pub(crate) fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|repeat| repeat.as_str() == text)
    }

    /// What holds for an operation that says nothing.
    pub(crate) fn usual(effect: &str) -> Self {
        if effect == "read" {
            Self::Freely
        } else {
            Self::Never
        }
    }
}

/// The header under which vendors take a key that makes a repeat harmless.
pub(crate) const KEY: &str = "Idempotency-Key";

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: String,
    pub(crate) required: bool,
    pub(crate) description: String,
    /// The component that the schema refers to.
    pub(crate) component: Option<String>,
    pub(crate) schema: Value,
}

impl Parameter {
    pub(crate) fn is_key(&self) -> bool {
        self.location == "header" && self.name.eq_ignore_ascii_case(KEY)
    }
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
        repeat: Repeat::from_text(text(fields, "x-repeat"))
            .unwrap_or_else(|| Repeat::usual(text(fields, "x-effect"))),
        effect: text(fields, "x-effect").to_owned(),
        schemes,
        server: fill::server(located.item, fields),
        body_credentials: fill::body_credentials(fields),
        parameters: parameters(document, located),
        body: fields
            .get("requestBody")
            .and_then(|body| request_body(document, body)),
        page: fields.get("x-page").and_then(Value::as_object).cloned(),
        proof: fields
            .get("x-proof")
            .and_then(Value::as_str)
            .map(str::to_owned),
        successes,
        failures,
        logical_failure: fields
            .get("x-failure-schema")
            .and_then(Value::as_str)
            .map(str::to_owned),
    }
}

/// The parameters of the path item and of the operation, references followed.
pub(crate) fn parameters(document: &Document, located: &Located<'_>) -> Vec<Parameter> {
    let all = [located.item, located.operation]
        .into_iter()
        .filter_map(|owner| owner.get("parameters")?.as_array())
        .flatten();
    let mut parameters: Vec<Parameter> = Vec::new();
    for parameter in all.filter_map(|parameter| document.resolve(parameter)?.as_object()) {
        let parameter = Parameter {
            name: text(parameter, "name").to_owned(),
            location: text(parameter, "in").to_owned(),
            required: parameter.get("required") == Some(&Value::Bool(true)),
            description: text(parameter, "description").to_owned(),
            component: parameter
                .get("schema")
                .and_then(reference_name)
                .map(str::to_owned),
            schema: expand(document, parameter.get("schema").unwrap_or(&Value::Null)),
        };
        let same = parameters
            .iter_mut()
            .find(|known| (&known.name, &known.location) == (&parameter.name, &parameter.location));
        match same {
            // What the operation says replaces what its path item says.
            Some(same) => *same = parameter,
            None => parameters.push(parameter),
        }
    }
    parameters
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

/// A schema with its references followed and its parts put together. Requests are trees, so this ends.
fn expand(document: &Document, schema: &Value) -> Value {
    let mut schema = document.resolve(schema).cloned().unwrap_or_default();
    let Some(fields) = schema.as_object_mut() else {
        return schema;
    };
    if let Some(Value::Array(parts)) = fields.remove("allOf") {
        for part in parts {
            merge(fields, expand(document, &part));
        }
    }
    if let Some(Value::Object(properties)) = fields.get_mut("properties") {
        for property in properties.values_mut() {
            *property = expand(document, property);
        }
    }
    if let Some(items) = fields.get_mut("items") {
        *items = expand(document, items);
    }
    schema
}

/// Adds a part of a composed schema to the whole, which wins where both say something.
fn merge(whole: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (key, value) in part {
        match (whole.get_mut(&key), value) {
            (None, value) => {
                whole.insert(key, value);
            }
            (Some(Value::Object(known)), Value::Object(more)) if key == "properties" => {
                for (name, property) in more {
                    known.entry(name).or_insert(property);
                }
            }
            (Some(Value::Array(known)), Value::Array(more)) if key == "required" => {
                known.extend(more);
            }
            (Some(_), _) => {}
        }
    }
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
            let requests = [
                located.operation.get("requestBody"),
                located.operation.get("parameters"),
                located.item.get("parameters"),
            ];
            for part in requests.into_iter().flatten() {
                follow(document, part, false, &mut reach.requests);
            }
            if let Some(Value::Object(responses)) = located.operation.get("responses") {
                for response in responses.values() {
                    follow(document, response, false, &mut reach.responses);
                }
            }
            if let Some(Value::String(name)) = located.operation.get("x-failure-schema") {
                let failure = json!({"$ref": format!("#/components/schemas/{name}")});
                follow(document, &failure, false, &mut reach.responses);
            }
        }
        reach
    }

    /// The components that answers have as alternatives of a `oneOf`.
    pub(crate) fn alternatives(&self, document: &Document) -> BTreeSet<String> {
        fn walk(schema: &Value, found: &mut BTreeSet<String>) {
            let parts = schema["oneOf"].as_array().into_iter().flatten();
            found.extend(parts.filter_map(reference_name).map(str::to_owned));
            match schema {
                Value::Object(fields) => fields.values().for_each(|field| walk(field, found)),
                Value::Array(items) => items.iter().for_each(|item| walk(item, found)),
                _ => {}
            }
        }
        let mut found = BTreeSet::new();
        for (name, schema) in document.section("/components/schemas") {
            if self.responses.contains(name) {
                walk(schema, &mut found);
            }
        }
        found
    }

    /// The components that a schema uses, directly or through others.
    pub(crate) fn from(document: &Document, schema: &Value) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        follow(document, schema, false, &mut found);
        found
    }
}

/// `is_names` tells that the keys of `value` are names, which may look like keywords.
fn follow(document: &Document, value: &Value, is_names: bool, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                let is_new = match reference.strip_prefix("#/components/schemas/") {
                    Some(name) => found.insert(name.to_owned()),
                    None => true,
                };
                let target = reference
                    .strip_prefix('#')
                    .and_then(|path| document.root.pointer(path));
                if let Some(target) = target.filter(|_| is_new) {
                    follow(document, target, false, found);
                }
            }
            for (key, field) in fields {
                if is_names || !matches!(key.as_str(), "example" | "examples") {
                    follow(document, field, !is_names && is_name_map(key), found);
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                follow(document, item, false, found);
            }
        }
        _ => {}
    }
}
