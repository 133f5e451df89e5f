//! A spec as loaded: JSON values, so that every finding has a JSON pointer.

use openapiv3::OpenAPI;
use serde_json::{Map, Value};

use crate::{Problem, Problems};

/// The methods that a path item may hold.
pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// A spec that has the structure of an OpenAPI 3.0 document.
#[derive(Clone, Debug)]
pub struct Document {
    /// The file's name, for messages.
    pub file: String,
    pub(crate) root: Value,
}

/// An operation and where it stands.
pub(crate) struct Located<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) item: &'a Map<String, Value>,
    pub(crate) operation: &'a Map<String, Value>,
    pub(crate) pointer: String,
}

impl Document {
    /// Loads a spec from YAML text.
    ///
    /// # Errors
    ///
    /// One [`Problem`] when the text is not YAML or not an OpenAPI 3.0 document.
    pub fn load(file: &str, yaml: &str) -> Result<Self, Problems> {
        let problem = |pointer: &str, problem: String, instead: &str| {
            Problems(vec![Problem {
                file: file.to_owned(),
                pointer: pointer.to_owned(),
                problem,
                instead: instead.to_owned(),
            }])
        };
        // JSON values take the last of two equal keys without a word, YAML values refuse them.
        let root: Value = serde_yaml_ng::from_str::<serde_yaml_ng::Value>(yaml)
            .and_then(|_| serde_yaml_ng::from_str(yaml))
            .map_err(|error| {
                problem(
                    "",
                    format!("not YAML: {error}"),
                    "mend the line; a key stands once, and a text with a colon has quotes",
                )
            })?;
        let version = root
            .get("openapi")
            .and_then(Value::as_str)
            .unwrap_or_default();
        if !version.starts_with("3.0.") {
            return Err(problem(
                "/openapi",
                format!("OpenAPI {version:?} is not read"),
                "write openapi: 3.0.3",
            ));
        }
        serde_json::from_value::<OpenAPI>(root.clone()).map_err(|error| {
            problem(
                "",
                format!("not an OpenAPI 3.0 document: {error}"),
                "compare with the OpenAPI 3.0.3 specification",
            )
        })?;
        Ok(Self {
            file: file.to_owned(),
            root,
        })
    }

    /// Follows a `$ref`, as often as needed; `None` where one leads nowhere.
    pub(crate) fn resolve<'a>(&'a self, mut value: &'a Value) -> Option<&'a Value> {
        // A chain longer than this is a circle.
        for _ in 0..32 {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Some(value);
            };
            value = self.root.pointer(reference.strip_prefix('#')?)?;
        }
        None
    }

    /// Finds a property of an object schema, also in the parts that it is composed of.
    pub(crate) fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        let schema = self.resolve(schema)?;
        if let Some(property) = schema["properties"].get(name) {
            return self.resolve(property);
        }
        let parts = schema["allOf"].as_array().into_iter().flatten();
        parts.into_iter().find_map(|part| self.property(part, name))
    }

    /// The properties of an object schema and of the parts that it is composed of.
    pub(crate) fn properties<'a>(&'a self, schema: &'a Value) -> Vec<(&'a String, &'a Value)> {
        let own = schema["properties"].as_object().into_iter().flatten();
        let parts = schema["allOf"].as_array().into_iter().flatten();
        let parts = parts
            .filter_map(|part| self.resolve(part))
            .flat_map(|part| self.properties(part));
        own.chain(parts).collect()
    }

    /// The required properties of an object schema and of the parts that it is composed of.
    pub(crate) fn required(&self, schema: &Value) -> Vec<String> {
        let parts = schema["allOf"].as_array().into_iter().flatten();
        let parts = parts
            .filter_map(|part| self.resolve(part))
            .flat_map(|part| self.required(part));
        texts(schema.get("required"))
            .into_iter()
            .chain(parts)
            .collect()
    }

    /// All operations, in the order of the document.
    pub(crate) fn operations(&self) -> Vec<Located<'_>> {
        let mut operations = Vec::new();
        for (path, item) in self.section("/paths") {
            let Some(item) = item.as_object() else {
                continue;
            };
            for (method, operation) in item {
                if let Some(operation) = operation.as_object()
                    && METHODS.contains(&method.as_str())
                {
                    operations.push(Located {
                        path,
                        method,
                        item,
                        operation,
                        pointer: format!("/paths/{}/{method}", escape(path)),
                    });
                }
            }
        }
        operations
    }

    /// The entries of an object, none if it is missing.
    pub(crate) fn section(&self, pointer: &str) -> impl Iterator<Item = (&String, &Value)> {
        self.root
            .pointer(pointer)
            .and_then(Value::as_object)
            .into_iter()
            .flatten()
    }

    /// The schema of a body, request or response, and its media type.
    pub(crate) fn content<'a>(&'a self, holder: &'a Value) -> Option<(&'a str, &'a Value)> {
        let holder = self.resolve(holder)?;
        let (media, content) = holder.get("content")?.as_object()?.iter().next()?;
        Some((media, content.get("schema")?))
    }
}

/// The last part of a `$ref`: the component's name.
pub(crate) fn reference_name(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.rsplit('/').next()
}

/// A key as a part of a JSON pointer.
pub(crate) fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// Tells whether the keys below a keyword are names that a vendor chose, not keywords.
pub(crate) fn is_name_map(keyword: &str) -> bool {
    matches!(
        keyword,
        "properties" | "paths" | "schemas" | "responses" | "headers" | "securitySchemes"
    )
}

/// A value's text, or nothing.
pub(crate) fn text<'a>(value: &'a Map<String, Value>, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// The texts of an array, none if it is missing.
pub(crate) fn texts(value: Option<&Value>) -> Vec<String> {
    value
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}
