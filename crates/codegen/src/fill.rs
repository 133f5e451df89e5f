//! What the transport fills into a body: credentials for which a vendor has no header.
//!
//! The spec describes the body as the vendor does. Callers see another one: what is secret is not
//! theirs to give, and the rest is optional.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::Document;
use crate::document::{reference_name, texts};

/// A property of a body and the keyword of `Client` that it is filled from.
pub(crate) struct BodyCredential {
    pub(crate) property: String,
    pub(crate) credential: String,
}

/// What is filled in for an operation.
pub(crate) fn body_credentials(operation: &Map<String, Value>) -> Vec<BodyCredential> {
    let declared = operation
        .get("x-body-credentials")
        .and_then(Value::as_object);
    declared
        .into_iter()
        .flatten()
        .map(|(property, credential)| BodyCredential {
            property: property.clone(),
            credential: credential.as_str().unwrap_or_default().to_owned(),
        })
        .collect()
}

/// The document as callers see it; `secrets` are the property names that it marks as secret.
pub(crate) fn as_callers_see(document: &Document, secrets: &BTreeSet<String>) -> Document {
    let mut seen = document.clone();
    for (component, filled) in bodies(document) {
        let schema = &mut seen.root["components"]["schemas"][&component];
        let required = texts(schema.get("required"));
        let required: Vec<_> = required
            .into_iter()
            .filter(|name| !filled.contains(name))
            .collect();
        schema["required"] = required.into();
        let Some(properties) = schema["properties"].as_object_mut() else {
            continue;
        };
        properties.retain(|name, _| !filled.contains(name) || !secrets.contains(name));
        for name in &filled {
            if let Some(property) = properties.get_mut(name) {
                let about = property["description"].as_str().unwrap_or_default();
                let about = format!("{about} Filled in when it is left out.");
                property["description"] = about.trim_start().into();
            }
        }
    }
    seen
}

/// The components of bodies into which something is filled, and what.
fn bodies(document: &Document) -> Vec<(String, Vec<String>)> {
    let operations = document.operations();
    let bodies = operations.iter().filter_map(|located| {
        let filled = body_credentials(located.operation);
        let body = located.operation.get("requestBody")?;
        let (_, schema) = document.content(body)?;
        let component = reference_name(schema)?.to_owned();
        let properties: Vec<_> = filled.into_iter().map(|one| one.property).collect();
        (!properties.is_empty()).then_some((component, properties))
    });
    bodies.collect()
}

/// Another address than that of the document, which an operation or its path has.
pub(crate) struct Server {
    pub(crate) url: String,
    /// Where it is beside the account's address, when that is not the document's.
    pub(crate) relative: String,
}

/// The address of an operation, where it has one of its own.
pub(crate) fn server(item: &Map<String, Value>, operation: &Map<String, Value>) -> Option<Server> {
    let servers = operation.get("servers").or_else(|| item.get("servers"))?;
    let text = |key: &str| servers[0][key].as_str().unwrap_or_default().to_owned();
    Some(Server {
        url: text("url"),
        relative: text("x-relative"),
    })
}
