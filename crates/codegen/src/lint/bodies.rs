//! Rules about the bodies of requests and answers.

use serde_json::Value;

use super::Linter;
use super::parameters::is_scalar;
use crate::document::{Located, escape, reference_name};

const MEDIA_TYPES: [&str; 3] = [
    "application/json",
    "multipart/form-data",
    "application/x-www-form-urlencoded",
];

impl Linter<'_> {
    pub(super) fn request_body(&mut self, located: &Located<'_>) {
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
        if media != "application/json" {
            self.form(&format!("{pointer}/schema"), media, schema);
        }
    }

    fn form(&mut self, pointer: &str, media: &str, schema: &Value) {
        let properties = self
            .document
            .resolve(schema)
            .and_then(|schema| schema["properties"].as_object());
        for (name, property) in properties.into_iter().flatten() {
            let field = self.document.resolve(property).unwrap_or(property);
            let item = if field["type"] == "array" {
                self.document.resolve(&field["items"])
            } else {
                Some(field)
            };
            let item = item.unwrap_or(&Value::Null);
            let is_file = item["format"] == "binary";
            let takes_file = media == "multipart/form-data" && field["type"] != "array";
            if !item["type"].as_str().is_some_and(is_scalar) || is_file && !takes_file {
                self.report(
                    pointer,
                    format!("the field {name} does not fit into a form"),
                    "fields are scalars, arrays of scalars and, in multipart/form-data, files",
                );
            }
        }
    }

    pub(super) fn responses(&mut self, located: &Located<'_>) {
        let responses = located
            .operation
            .get("responses")
            .and_then(Value::as_object);
        let mut has_success = false;
        for (status, response) in responses.into_iter().flatten() {
            let pointer = format!("{}/responses/{status}", located.pointer);
            has_success |= status.starts_with('2');
            if status == "2XX" {
                self.report(
                    &pointer,
                    "successes are told apart by their status",
                    "write each status that the vendor answers with, such as '200'",
                );
            }
            let content = self
                .document
                .resolve(response)
                .and_then(|response| response.get("content")?.as_object());
            for (media, content) in content.into_iter().flatten() {
                self.answer(
                    &format!("{pointer}/content/{}", escape(media)),
                    media,
                    content,
                );
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

    fn answer(&mut self, pointer: &str, media: &str, content: &Value) {
        if media != "application/json" {
            self.report(
                pointer,
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
                pointer,
                "the answer has no example",
                "add example: or examples:",
            );
        }
    }
}
