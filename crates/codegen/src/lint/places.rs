//! Rules about where an operation goes, and what is filled into its body on the way.

use serde_json::Value;

use super::Linter;
use crate::document::{Located, reference_name};

impl Linter<'_> {
    /// An operation with an address of its own says where that is beside another base address too:
    /// a sandbox must never be told what is meant for the vendor, nor the reverse.
    pub(super) fn server(&mut self, located: &Located<'_>) {
        let own = located.operation.get("servers");
        let Some(servers) = own.or_else(|| located.item.get("servers")) else {
            return;
        };
        let pointer = match own {
            Some(_) => format!("{}/servers", located.pointer),
            // Once for the path, whatever it holds.
            None => located
                .pointer
                .rsplit_once('/')
                .map_or_else(String::new, |(path, _)| format!("{path}/servers")),
        };
        let is_one = servers.as_array().is_some_and(|servers| servers.len() == 1);
        let url = servers[0]["url"].as_str().unwrap_or_default();
        let relative = servers[0]["x-relative"].as_str().unwrap_or_default();
        let is_address = url.starts_with("https://") && !url.ends_with('/');
        let is_relative = !relative.is_empty()
            && !relative.starts_with('/')
            && !relative.ends_with('/')
            && !relative.contains([':', '?', '#', '\\']);
        if !is_one || !is_address || !is_relative {
            self.report(
                &pointer,
                "an address of its own is one over https, and says where it is beside another base address",
                "write servers: [{url: https://…, x-relative: ../…}], without a slash at the end",
            );
        }
    }

    /// What is filled in has to be there, and the same for every operation with that body.
    pub(super) fn body_credentials(&mut self, located: &Located<'_>) {
        let Some(filled) = located.operation.get("x-body-credentials") else {
            return;
        };
        let pointer = format!("{}/x-body-credentials", located.pointer);
        let body = located.operation.get("requestBody");
        let content = body.and_then(|body| self.document.content(body));
        let Some((component, schema)) = content
            .filter(|(media, _)| *media == "application/json")
            .and_then(|(_, schema)| {
                Some((reference_name(schema)?, self.document.resolve(schema)?))
            })
        else {
            self.report(
                &pointer,
                "there is no JSON body to fill it into",
                "give the operation a body of application/json",
            );
            return;
        };
        let entries = filled.as_object().filter(|filled| !filled.is_empty());
        if entries.is_none() {
            self.report(
                &pointer,
                "it names no property",
                "write x-body-credentials: {apiKey: api_key}",
            );
        }
        for (property, keyword) in entries.into_iter().flatten() {
            if schema["properties"].get(property).is_none() {
                self.report(
                    &format!("{pointer}/{property}"),
                    format!("{property} is no property of {component} itself"),
                    "name one of its properties",
                );
            }
            if keyword.as_str().is_none_or(str::is_empty) {
                self.report(
                    &format!("{pointer}/{property}"),
                    format!("{keyword} is no keyword of Client"),
                    format!("write {property}: api_key"),
                );
            }
        }
        let component = component.to_owned();
        for other in self.document.operations() {
            let body = other.operation.get("requestBody");
            let is_same = body
                .and_then(|body| self.document.content(body))
                .is_some_and(|(_, schema)| reference_name(schema) == Some(&component));
            if is_same && other.operation.get("x-body-credentials") != Some(filled) {
                self.report(
                    &pointer,
                    format!(
                        "{component} is also the body of {}, where other things are filled in",
                        name(other.operation.get("operationId"))
                    ),
                    "make one for each",
                );
            }
        }
    }
}

fn name(id: Option<&Value>) -> &str {
    id.and_then(Value::as_str).unwrap_or("another operation")
}
