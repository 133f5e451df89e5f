//! Rules about parameters and the path that they go into.

use serde_json::{Map, Value};

use super::Linter;
use crate::document::{Located, text};

impl Linter<'_> {
    pub(super) fn parameters(&mut self, located: &Located<'_>) {
        let item = located.pointer.rsplit_once('/');
        let item = item.map_or("", |(item, _)| item);
        let mut in_path = Vec::new();
        for (owner, pointer) in [
            (located.item, item),
            (located.operation, located.pointer.as_str()),
        ] {
            let parameters = owner.get("parameters").and_then(Value::as_array);
            for (index, parameter) in parameters.into_iter().flatten().enumerate() {
                let Some(parameter) = self.document.resolve(parameter).and_then(Value::as_object)
                else {
                    continue;
                };
                if text(parameter, "in") == "path" {
                    in_path.push(text(parameter, "name").to_owned());
                }
                self.parameter(&format!("{pointer}/parameters/{index}"), parameter);
            }
        }
        self.path(located, &in_path);
    }

    fn parameter(&mut self, pointer: &str, parameter: &Map<String, Value>) {
        let name = text(parameter, "name");
        let place = text(parameter, "in");
        if place == "cookie" {
            self.report(
                pointer,
                "cookies are not sent",
                "write in: query or in: header",
            );
        }
        if place == "path" && parameter.get("required") != Some(&Value::Bool(true)) {
            self.report(
                pointer,
                format!("the path cannot do without {name}"),
                "write required: true",
            );
        }
        if parameter
            .get("style")
            .is_some_and(|style| style == "deepObject")
            || parameter.get("explode") == Some(&Value::Bool(false))
        {
            self.report(
                pointer,
                "deepObject and explode: false are ignored or refused by the generator",
                "use a plain parameter for each value",
            );
        }
        let Some(schema) = parameter.get("schema") else {
            self.report(
                pointer,
                format!("{name} has no schema"),
                "write schema: {type: string}",
            );
            return;
        };
        self.schema(&format!("{pointer}/schema"), schema);
        let kind = self.document.resolve(schema).map(|schema| &schema["type"]);
        if !kind.and_then(Value::as_str).is_some_and(is_scalar) {
            self.report(
                &format!("{pointer}/schema"),
                format!("{name} is no scalar"),
                "write type: string, integer, number or boolean",
            );
        }
    }

    fn path(&mut self, located: &Located<'_>, in_path: &[String]) {
        for part in located.path.split('/') {
            if let Some(name) = part
                .strip_prefix('{')
                .and_then(|part| part.strip_suffix('}'))
            {
                if !in_path.iter().any(|known| known == name) {
                    self.report(
                        &located.pointer,
                        format!("the path holds {{{name}}}, the parameters do not"),
                        format!(
                            "add {{name: {name}, in: path, required: true, schema: {{type: string}}}}"
                        ),
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
}

/// Tells whether values of a type are written as one text.
pub(super) fn is_scalar(kind: &str) -> bool {
    matches!(kind, "string" | "integer" | "number" | "boolean")
}
