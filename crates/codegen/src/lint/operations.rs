//! Rules about an operation: its identity, its source, its pages.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use serde_json::Value;

use super::{Linter, MARKS, is_source};
use crate::document::{Located, text, texts};
use crate::facts::{KEY, Parameter, Repeat, parameters};

/// The nouns of the facade, and the one thing that is not a noun of it.
const TAGS: [&str; 9] = [
    "numbers",
    "contacts",
    "groups",
    "conversations",
    "messages",
    "otp",
    "templates",
    "stats",
    "authentication",
];

impl Linter<'_> {
    pub(super) fn operations(&mut self) {
        let mut seen = BTreeMap::new();
        for located in self.document.operations() {
            self.identity(&located, &mut seen);
            self.classification(&located);
            self.parameters(&located);
            self.request_body(&located);
            self.responses(&located);
            self.page(&located);
            self.proof(&located);
            self.server(&located);
            self.body_credentials(&located);
            self.security(&located.pointer, located.operation.get("security"));
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
    }

    fn classification(&mut self, located: &Located<'_>) {
        let Located {
            operation, pointer, ..
        } = located;
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
                "x-effect is missing: it says what a request does at the vendor",
                "write x-effect: read, write or send",
            );
        }
        self.repeat(located);
        if !operation.get("x-source").is_some_and(is_source) {
            self.report(
                pointer,
                "x-source is missing or not whole",
                format!(
                    "write x-source: {{document: …, section: …, date: …, mark: …}} with a mark of {}",
                    MARKS.join(", ")
                ),
            );
        }
        if let Some(failure) = operation.get("x-failure-schema") {
            let name = failure.as_str().unwrap_or_default();
            if self.document.root["components"]["schemas"]
                .get(name)
                .is_none()
            {
                self.report(
                    &format!("{pointer}/x-failure-schema"),
                    format!("{failure} is no component"),
                    "write the name of one of components/schemas, as in x-failure-schema: Failure",
                );
            }
        }
    }

    /// A repeat that does harm sends a message twice.
    fn repeat(&mut self, located: &Located<'_>) {
        let Located {
            operation, pointer, ..
        } = located;
        let Some(repeat) = operation.get("x-repeat") else {
            return;
        };
        let pointer = format!("{pointer}/x-repeat");
        let Some(repeat) = repeat.as_str().and_then(Repeat::from_text) else {
            self.report(
                &pointer,
                "it does not say what the vendor makes of a request that arrives twice",
                "write x-repeat: freely, with-key or never",
            );
            return;
        };
        let effect = text(operation, "x-effect");
        if effect == "send" && repeat == Repeat::Freely {
            self.report(
                &pointer,
                "what reaches a person is never repeated without a key",
                "write x-repeat: with-key, where the vendor honours one, or leave it out",
            );
        }
        let mut parameters = parameters(self.document, located).into_iter();
        if repeat == Repeat::WithKey && !parameters.any(|parameter| Parameter::is_key(&parameter)) {
            self.report(
                &pointer,
                "there is no header for the key",
                format!("add {{name: {KEY}, in: header, schema: {{type: string}}}}"),
            );
        }
    }

    /// The pointers of `x-page` must lead to what they name in the answer's schema.
    fn page(&mut self, located: &Located<'_>) {
        let Some(page) = located.operation.get("x-page").and_then(Value::as_object) else {
            return;
        };
        let pointer = format!("{}/x-page", located.pointer);
        if !page.contains_key("items") {
            self.report(&pointer, "items is missing", "write items: /data/contacts");
        }
        for (key, target) in page {
            let pointer = format!("{pointer}/{key}");
            if key == "size" {
                if target.as_u64().is_none_or(|size| size == 0) {
                    self.report(
                        &pointer,
                        format!("{target} is no number of rows"),
                        "write how many rows a full page has, as in size: 50",
                    );
                }
                continue;
            }
            if !matches!(
                key.as_str(),
                "items" | "next" | "more" | "current" | "last" | "total"
            ) {
                self.report(
                    &pointer,
                    format!("{key} is not read"),
                    "write items, next, more, current, last, total or size",
                );
                continue;
            }
            let path = target.as_str().unwrap_or_default();
            let at = self.in_the_answer(located, path);
            // The empty pointer is the whole answer, where that is an array.
            let is_place = path.starts_with('/') || path.is_empty() && target.is_string();
            let is_right =
                is_place && at.is_some_and(|schema| key != "items" || schema["type"] == "array");
            if !is_right {
                self.report(
                    &pointer,
                    format!("{path} is not in the answer"),
                    "name a property of the success body, as in /data/contacts",
                );
            }
        }
    }

    /// What nobody but the vendor can have given is an identifier: a text or a number.
    fn proof(&mut self, located: &Located<'_>) {
        let Some(proof) = located.operation.get("x-proof") else {
            return;
        };
        let pointer = format!("{}/x-proof", located.pointer);
        if text(located.operation, "x-effect") == "read" {
            self.report(
                &pointer,
                "a read does nothing that could be proved",
                "leave it out",
            );
            return;
        }
        let path = proof.as_str().unwrap_or_default();
        let kind = self
            .in_the_answer(located, path)
            .and_then(|schema| schema["type"].as_str());
        if !matches!(kind, Some("string" | "integer" | "number")) {
            self.report(
                &pointer,
                format!("{proof} is no text or number in the answer"),
                "name a property of the success body, as in x-proof: /data/id",
            );
        }
    }

    /// The schema to which a JSON pointer leads in a good answer.
    fn in_the_answer<'a>(&'a self, located: &Located<'a>, path: &str) -> Option<&'a Value> {
        let responses = located.operation.get("responses")?.as_object()?;
        let (_, success) = responses
            .iter()
            .filter(|(status, _)| status.starts_with('2'))
            .find_map(|(_, response)| self.document.content(response))?;
        let whole = self.document.resolve(success)?;
        let mut parts = path.split('/').skip(1);
        parts.try_fold(whole, |schema, part| self.document.property(schema, part))
    }
}
