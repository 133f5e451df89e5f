//! The rules of `specs/README.md`. Each finding says where, what, and what to write instead.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::{Map, Value};

use crate::document::{Located, escape, reference_name, text, texts};
use crate::facts::Reach;
use crate::{Document, Problem, Problems};

/// The nouns of the facade, and the one thing that is not a noun of it.
const TAGS: [&str; 8] = [
    "numbers",
    "contacts",
    "groups",
    "conversations",
    "messages",
    "templates",
    "stats",
    "authentication",
];

const MEDIA_TYPES: [&str; 3] = [
    "application/json",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
];

/// Checks every rule and reports every finding.
pub(crate) fn lint(document: &Document) -> Result<(), Problems> {
    let mut linter = Linter {
        document,
        problems: Vec::new(),
    };
    linter.references("", &document.root);
    // What follows reads through references, so a dangling one would be reported twice.
    if linter.problems.is_empty() {
        linter.root();
        linter.operations();
        linter.schemas();
    }
    if linter.problems.is_empty() {
        Ok(())
    } else {
        Err(Problems(linter.problems))
    }
}

struct Linter<'a> {
    document: &'a Document,
    problems: Vec<Problem>,
}

impl Linter<'_> {
    fn report(&mut self, pointer: &str, problem: impl Into<String>, instead: impl Into<String>) {
        self.problems.push(Problem {
            file: self.document.file.clone(),
            pointer: pointer.to_owned(),
            problem: problem.into(),
            instead: instead.into(),
        });
    }

    fn references(&mut self, pointer: &str, value: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref")
                    && self.document.resolve(value).is_none()
                {
                    self.report(
                        pointer,
                        format!("{reference} leads nowhere"),
                        "name a component of this file",
                    );
                }
                for (key, field) in fields {
                    if !matches!(key.as_str(), "example" | "examples") {
                        self.references(&format!("{pointer}/{}", escape(key)), field);
                    }
                }
            }
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.references(&format!("{pointer}/{index}"), item);
                }
            }
            _ => {}
        }
    }

    fn root(&mut self) {
        let server = self
            .document
            .root
            .pointer("/servers/0/url")
            .and_then(Value::as_str);
        if !server.is_some_and(|url| url.starts_with("https://") && !url.ends_with('/')) {
            self.report(
                "/servers",
                "the first server is the default address, and there is none over https",
                "write servers: [{url: https://…}], without a slash at the end",
            );
        }
        let document = self.document;
        for (name, scheme) in document.section("/components/securitySchemes") {
            let pointer = format!("/components/securitySchemes/{}", escape(name));
            let is_header = scheme["type"] == "apiKey" && scheme["in"] == "header";
            let is_bearer = scheme["type"] == "http" && scheme["scheme"] == "bearer";
            if !is_header && !is_bearer {
                self.report(
                    &pointer,
                    "only headers authenticate: an address would show the secret in logs",
                    "write type: apiKey with in: header, or type: http with scheme: bearer",
                );
            }
            if document.root["x-credentials"][name].as_str().is_none() {
                self.report(
                    "/x-credentials",
                    format!("the scheme {name} has no keyword"),
                    format!("write x-credentials: {{{name}: api_key}}"),
                );
            }
        }
    }

    fn operations(&mut self) {
        let mut seen = BTreeMap::new();
        for located in self.document.operations() {
            self.identity(&located, &mut seen);
            self.parameters(&located);
            self.request_body(&located);
            self.responses(&located);
            self.page(&located);
        }
    }

    fn identity(&mut self, located: &Located<'_>, seen: &mut BTreeMap<String, String>) {
        let Located {
            operation, pointer, ..
        } = located;
        let id = text(operation, "operationId");
        if id.is_empty() {
            self.report(
                pointer,
                "operationId is missing",
                "write operationId: list_contacts",
            );
        } else if id != id.to_snake_case() {
            self.report(
                &format!("{pointer}/operationId"),
                format!("{id} is not snake_case"),
                format!("write {}", id.to_snake_case()),
            );
        } else if let Some(first) = seen.insert(id.to_owned(), pointer.clone()) {
            self.report(
                &format!("{pointer}/operationId"),
                format!("{id} is taken by {first}"),
                "give each operation a name of its own",
            );
        }
        if text(operation, "summary").is_empty() {
            self.report(
                pointer,
                "summary is missing",
                "write one line of what the operation does",
            );
        }
        let tags = texts(operation.get("tags"));
        if !matches!(&*tags, [tag] if TAGS.contains(&tag.as_str())) {
            self.report(
                &format!("{pointer}/tags"),
                "an operation has one tag, a noun of the facade",
                format!("write one of {}", TAGS.join(", ")),
            );
        }
        if !matches!(text(operation, "x-effect"), "read" | "write" | "send") {
            self.report(
                pointer,
                "x-effect is missing: it decides whether a request may be repeated",
                "write x-effect: read, write or send",
            );
        }
        let source = operation.get("x-source").and_then(Value::as_object);
        let is_sourced = source.is_some_and(|source| {
            ["document", "section", "date", "mark"]
                .iter()
                .all(|key| !text(source, key).is_empty())
        });
        if !is_sourced {
            self.report(
                pointer,
                "x-source is missing or not whole",
                "write x-source: {document: …, section: …, date: …, mark: seed}",
            );
        }
    }

    fn parameters(&mut self, located: &Located<'_>) {
        let mut in_path = Vec::new();
        for (owner, pointer) in [
            (
                located.item,
                located
                    .pointer
                    .rsplit_once('/')
                    .map_or("", |(item, _)| item),
            ),
            (located.operation, &located.pointer),
        ] {
            let parameters = owner.get("parameters").and_then(Value::as_array);
            for (index, parameter) in parameters.into_iter().flatten().enumerate() {
                let pointer = format!("{pointer}/parameters/{index}");
                let Some(parameter) = self.document.resolve(parameter).and_then(Value::as_object)
                else {
                    continue;
                };
                let place = text(parameter, "in");
                if place == "path" {
                    in_path.push(text(parameter, "name").to_owned());
                }
                if place == "cookie" {
                    self.report(
                        &pointer,
                        "cookies are not sent",
                        "write in: query or in: header",
                    );
                }
                if parameter
                    .get("style")
                    .is_some_and(|style| style == "deepObject")
                    || parameter.get("explode") == Some(&Value::Bool(false))
                {
                    self.report(
                        &pointer,
                        "deepObject and explode: false are ignored or refused by the generator",
                        "use a plain parameter for each value",
                    );
                }
                if let Some(schema) = parameter.get("schema") {
                    self.schema(&format!("{pointer}/schema"), schema, false);
                }
            }
        }
        for part in located.path.split('/') {
            if let Some(name) = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                if !in_path.iter().any(|known| known == name) {
                    self.report(
                        &located.pointer,
                        format!("the path holds {{{name}}}, the parameters do not"),
                        format!("add {{name: {name}, in: path, required: true, schema: {{type: string}}}}"),
                    );
                }
            } else if part.contains('{') {
                self.report(
                    &located.pointer,
                    format!("{part} is only partly a parameter"),
                    "let a parameter fill its path segment",
                );
            }
        }
        for name in in_path {
            if !located.path.contains(&format!("{{{name}}}")) {
                self.report(
                    &located.pointer,
                    format!("the path parameter {name} is not in the path"),
                    format!("write {{{name}}} in the path, or remove the parameter"),
                );
            }
        }
    }

    fn request_body(&mut self, located: &Located<'_>) {
        let Some(body) = located.operation.get("requestBody") else {
            return;
        };
        let pointer = format!("{}/requestBody", located.pointer);
        let Some(content) = self
            .document
            .resolve(body)
            .and_then(|body| body.get("content"))
            .and_then(Value::as_object)
        else {
            return;
        };
        let media: Vec<_> = content.keys().map(String::as_str).collect();
        let [media] = *media else {
            self.report(
                &format!("{pointer}/content"),
                "an operation has one request media type",
                format!("keep one of {}", MEDIA_TYPES.join(", ")),
            );
            return;
        };
        if !MEDIA_TYPES.contains(&media) {
            self.report(
                &format!("{pointer}/content"),
                format!("{media} is not written"),
                format!("use one of {}", MEDIA_TYPES.join(", ")),
            );
            return;
        }
        let pointer = format!("{pointer}/content/{}", escape(media));
        let schema = &content[media]["schema"];
        if reference_name(schema).is_none() {
            self.report(
                &format!("{pointer}/schema"),
                "the body is not a named component",
                "move it to components/schemas and refer to it",
            );
            return;
        }
        if content[media].get("example").is_none() && content[media].get("examples").is_none() {
            self.report(
                &pointer,
                "the body has no example",
                "add example: or examples:",
            );
        }
        if media == "application/json" {
            return;
        }
        let properties = self
            .document
            .resolve(schema)
            .and_then(|schema| schema["properties"].as_object());
        for (name, property) in properties.into_iter().flatten() {
            let item = if property["type"] == "array" {
                &property["items"]
            } else {
                property
            };
            let kind = item["type"].as_str().unwrap_or_default();
            let is_file = item["format"] == "binary";
            if !matches!(kind, "string" | "integer" | "number" | "boolean")
                || (is_file && media != "multipart/form-data")
            {
                self.report(
                    &format!("{pointer}/schema"),
                    format!("the field {name} does not fit into a form"),
                    "fields are scalars, arrays of scalars and, in multipart/form-data, files",
                );
            }
        }
    }

    fn responses(&mut self, located: &Located<'_>) {
        let responses = located
            .operation
            .get("responses")
            .and_then(Value::as_object);
        let mut has_success = false;
        for (status, response) in responses.into_iter().flatten() {
            let pointer = format!("{}/responses/{status}", located.pointer);
            has_success |= status.starts_with('2') && status != "2XX";
            let Some(response) = self.document.resolve(response) else {
                continue;
            };
            let Some(content) = response.get("content").and_then(Value::as_object) else {
                continue;
            };
            for (media, content) in content {
                let pointer = format!("{pointer}/content/{}", escape(media));
                if media != "application/json" {
                    self.report(
                        &pointer,
                        "only JSON answers are read",
                        "write application/json",
                    );
                } else if reference_name(&content["schema"]).is_none() {
                    // Inline bodies of two statuses get one name in progenitor, and the second its type.
                    self.report(
                        &format!("{pointer}/schema"),
                        "the answer is not a named component",
                        "move it to components/schemas and refer to it",
                    );
                }
                if content.get("example").is_none() && content.get("examples").is_none() {
                    self.report(
                        &pointer,
                        "the answer has no example",
                        "add example: or examples:",
                    );
                }
            }
        }
        if !has_success {
            self.report(
                &format!("{}/responses", located.pointer),
                "there is no success",
                "add the status that the vendor answers with, such as '200'",
            );
        }
    }

    /// The pointers of `x-page` must lead to what they name in the answer's schema.
    fn page(&mut self, located: &Located<'_>) {
        let Some(page) = located.operation.get("x-page").and_then(Value::as_object) else {
            return;
        };
        let pointer = format!("{}/x-page", located.pointer);
        let responses = located
            .operation
            .get("responses")
            .and_then(Value::as_object);
        let success = responses
            .into_iter()
            .flatten()
            .find(|(status, _)| status.starts_with('2'))
            .and_then(|(_, response)| self.document.content(response));
        let Some((_, schema)) = success else { return };
        for (key, target) in page {
            let path = target.as_str().unwrap_or_default();
            let mut at = self.document.resolve(schema);
            for part in path.split('/').skip(1) {
                at = at
                    .and_then(|schema| schema.get("properties")?.get(part))
                    .and_then(|schema| self.document.resolve(schema));
            }
            let is_right = at.is_some_and(|schema| key != "items" || schema["type"] == "array");
            if !is_right {
                self.report(
                    &format!("{pointer}/{key}"),
                    format!("{path} is not in the answer"),
                    "name a property of the success body, as in /data/contacts",
                );
            }
        }
        if !page.contains_key("items") {
            self.report(&pointer, "items is missing", "write items: /data/contacts");
        }
    }

    fn schemas(&mut self) {
        let document = self.document;
        for (name, schema) in document.section("/components/schemas") {
            let pointer = format!("/components/schemas/{}", escape(name));
            let is_string_enum = schema["type"] == "string" && schema.get("enum").is_some();
            self.schema(&pointer, schema, is_string_enum);
        }
        let reach = Reach::of(document);
        for name in reach.requests.intersection(&reach.responses) {
            let is_enum = document.root["components"]["schemas"][name]
                .get("enum")
                .is_some();
            if !is_enum {
                self.report(
                    &format!("/components/schemas/{}", escape(name)),
                    "used by requests and by answers: the first are strict, the second tolerant",
                    "make one for each",
                );
            }
        }
    }

    fn schema(&mut self, pointer: &str, schema: &Value, is_named_enum: bool) {
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
        if text(fields, "type") == "string" && fields.contains_key("enum") && !is_named_enum {
            self.report(
                &format!("{pointer}/enum"),
                "a string enum that is not a component cannot be open to new values",
                "move it to components/schemas and refer to it",
            );
        }
        if is_named_enum {
            self.enum_values(pointer, fields);
        }
        for (name, property) in fields
            .get("properties")
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
        {
            self.schema(
                &format!("{pointer}/properties/{}", escape(name)),
                property,
                false,
            );
        }
        for name in texts(fields.get("required")) {
            if fields["properties"].get(&name).is_none() {
                self.report(
                    &format!("{pointer}/required"),
                    format!("{name} is required, but is no property"),
                    format!("describe {name} under properties"),
                );
            }
        }
        if let Some(items) = fields.get("items") {
            self.schema(&format!("{pointer}/items"), items, false);
        }
        for (index, part) in fields
            .get("allOf")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .enumerate()
        {
            self.schema(&format!("{pointer}/allOf/{index}"), part, false);
        }
    }

    fn enum_values(&mut self, pointer: &str, fields: &Map<String, Value>) {
        let mut variants = BTreeMap::new();
        for value in texts(fields.get("enum")) {
            let variant = crate::emit::variant(&value);
            if variant == "Unknown" {
                self.report(
                    &format!("{pointer}/enum"),
                    format!("{value} is the word for values that are not known"),
                    "leave it out of the list",
                );
            } else if let Some(first) = variants.insert(variant, value.clone()) {
                self.report(
                    &format!("{pointer}/enum"),
                    format!("{first} and {value} make the same variant"),
                    "keep one of them",
                );
            }
        }
    }
}
