//! The types of what is sent and answered: a `TypedDict` for each object, an alias for the rest.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToPascalCase;
use serde_json::Value;

use super::names::{is_attribute, type_name};
use super::text::{comment, docstring, literal};
use crate::Document;
use crate::document::reference_name;

/// Where a value goes: what is sent may be any mapping, list or tuple, what is answered is plain data.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Request,
    Answer,
}

/// A type as an annotation writes it.
#[derive(Clone)]
pub(super) struct Annotation {
    pub(super) text: String,
    /// Whether it names a type that is still being written, because that type holds itself.
    is_ahead: bool,
}

impl Annotation {
    fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            is_ahead: false,
        }
    }

    /// The annotation as it can be evaluated.
    fn source(&self) -> String {
        if self.is_ahead {
            literal(&self.text)
        } else {
            self.text.clone()
        }
    }

    fn or_none(mut self) -> Self {
        self.text.push_str(" | None");
        self
    }
}

/// The types that were asked for, each behind those that it uses.
pub(super) struct Types<'a> {
    document: &'a Document,
    components: BTreeMap<String, Annotation>,
    /// The types of the properties of each component.
    fields: BTreeMap<(String, String), Annotation>,
    taken: BTreeSet<String>,
    names: Vec<String>,
    blocks: Vec<String>,
}

impl<'a> Types<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            components: BTreeMap::new(),
            fields: BTreeMap::new(),
            taken: BTreeSet::new(),
            names: Vec::new(),
            blocks: Vec::new(),
        }
    }

    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// The definitions, in an order in which Python can read them.
    pub(super) fn blocks(&self) -> &[String] {
        &self.blocks
    }

    /// The type of a component, which is written if it is new.
    pub(super) fn component(&mut self, component: &str, side: Side) -> Annotation {
        if let Some(known) = self.components.get(component) {
            return known.clone();
        }
        let document = self.document;
        let schema = &document.root["components"]["schemas"][component];
        let name = type_name(component, &mut self.taken);
        let is_object = !document.properties(schema).is_empty();
        let mut annotation = Annotation::new(&name);
        if is_object && schema["nullable"] == true {
            annotation = annotation.or_none();
        }
        let ahead = Annotation {
            is_ahead: true,
            ..annotation.clone()
        };
        self.components.insert(component.to_owned(), ahead);
        if is_object {
            let fields = self.typed_dict(name, schema, side);
            let key = |field| (component.to_owned(), field);
            let fields = fields
                .into_iter()
                .map(|(field, annotation)| (key(field), annotation));
            self.fields.extend(fields);
        } else {
            let source = self.annotate(schema, &name, side).source();
            let about = docstring("", &[about(schema)]);
            let about = if about.trim_matches(['"', '\n']).is_empty() {
                String::new()
            } else {
                about
            };
            self.blocks
                .push(format!("\n\n{name}: TypeAlias = {source}\n{about}"));
            self.names.push(name);
        }
        self.components
            .insert(component.to_owned(), annotation.clone());
        annotation
    }

    /// The type of a property of a component that has been asked for.
    pub(super) fn field(&self, component: &str, field: &str) -> Annotation {
        let key = (component.to_owned(), field.to_owned());
        let known = self.fields.get(&key).cloned();
        known.unwrap_or_else(|| Annotation::new("Any"))
    }

    /// The type of a schema; `name` is for an object that stands here and has no name of its own.
    pub(super) fn annotate(&mut self, schema: &Value, name: &str, side: Side) -> Annotation {
        if let Some(component) = reference_name(schema) {
            return self.component(component, side);
        }
        let annotation = self.shape(schema, name, side);
        if schema["nullable"] == true {
            annotation.or_none()
        } else {
            annotation
        }
    }

    fn shape(&mut self, schema: &Value, name: &str, side: Side) -> Annotation {
        if let Some(alternatives) = schema["oneOf"].as_array() {
            let parts = alternatives.iter().enumerate().map(|(index, part)| {
                let part = self.annotate(part, &format!("{name}{}", index + 1), side);
                (part.text, part.is_ahead)
            });
            let (parts, are_ahead): (Vec<_>, Vec<_>) = parts.unzip();
            return Annotation {
                text: parts.join(" | "),
                is_ahead: are_ahead.contains(&true),
            };
        }
        // A lone part says what is meant, and stands here because of what is beside it.
        if let Some([part]) = schema["allOf"].as_array().map(Vec::as_slice)
            && schema.get("properties").is_none()
        {
            return self.annotate(part, name, side);
        }
        if !self.document.properties(schema).is_empty() {
            let name = type_name(name, &mut self.taken);
            self.typed_dict(name.clone(), schema, side);
            return Annotation::new(name);
        }
        let kind = schema["type"].as_str().unwrap_or_default();
        if let Some(values) = schema["enum"].as_array() {
            let values = values
                .iter()
                .filter(|value| !value.is_null())
                .map(Value::to_string);
            let values = values.collect::<Vec<_>>().join(", ");
            // An enum is open: a vendor adds values without a word.
            return Annotation::new(format!("Literal[{values}] | {}", scalar(kind)));
        }
        let inside = |types: &mut Self, part: &Value, suffix: &str| {
            types.annotate(part, &format!("{name}{suffix}"), side)
        };
        match kind {
            "array" => {
                let item = inside(self, &schema["items"], "Item");
                let text = match side {
                    // Not Sequence: a text is one of its letters.
                    Side::Request => format!("list[{0}] | tuple[{0}, ...]", item.text),
                    Side::Answer => format!("list[{}]", item.text),
                };
                Annotation { text, ..item }
            }
            "object" => {
                let mapping = if side == Side::Request {
                    "Mapping"
                } else {
                    "dict"
                };
                let value = match &schema["additionalProperties"] {
                    part @ Value::Object(_) => inside(self, part, "Value"),
                    _ => Annotation::new("Any"),
                };
                Annotation {
                    text: format!("{mapping}[str, {}]", value.text),
                    ..value
                }
            }
            "string" if schema["format"] == "binary" => Annotation::new("File"),
            kind => Annotation::new(scalar(kind)),
        }
    }

    /// Writes the type of an object and gives those of its properties.
    fn typed_dict(
        &mut self,
        name: String,
        schema: &Value,
        side: Side,
    ) -> Vec<(String, Annotation)> {
        let mut annotations = Vec::new();
        let document = self.document;
        let required = document.required(schema);
        let mut fields: Vec<Field> = Vec::new();
        for (field, property) in document.properties(schema) {
            if fields.iter().any(|known| known.name == *field) {
                continue;
            }
            let inner = format!("{name}{}", field.to_pascal_case());
            let annotation = self.annotate(property, &inner, side);
            annotations.push((field.clone(), annotation.clone()));
            let annotation = annotation.source();
            fields.push(Field {
                name: field.clone(),
                annotation: if required.contains(field) {
                    annotation
                } else {
                    format!("NotRequired[{annotation}]")
                },
                about: about(property),
            });
        }
        let about = about(schema);
        let is_class = fields.iter().all(|field| is_attribute(&field.name));
        let block = if is_class {
            class(&name, &about, &fields)
        } else {
            call(&name, &about, &fields)
        };
        self.blocks.push(block);
        self.names.push(name);
        annotations
    }
}

struct Field {
    name: String,
    annotation: String,
    about: String,
}

fn class(name: &str, about: &str, fields: &[Field]) -> String {
    let mut block = format!("\n\nclass {name}(TypedDict):\n");
    if !about.is_empty() {
        block += &docstring("    ", &[about.to_owned()]);
        block.push('\n');
    }
    for field in fields {
        block += &format!("    {}: {}\n", field.name, field.annotation);
        if !field.about.is_empty() {
            block += &docstring("    ", std::slice::from_ref(&field.about));
        }
    }
    block
}

/// The other way to write one, for names that are no identifiers.
fn call(name: &str, about: &str, fields: &[Field]) -> String {
    let mut block = format!("\n\n{name} = TypedDict(\n    {},\n    {{\n", literal(name));
    for field in fields {
        if !field.about.is_empty() {
            block += &comment("        ", &field.about);
        }
        block += &format!("        {}: {},\n", literal(&field.name), field.annotation);
    }
    block += "    },\n)\n";
    if !about.is_empty() {
        block += &docstring("", &[about.to_owned()]);
    }
    block
}

fn scalar(kind: &str) -> &'static str {
    match kind {
        "string" => "str",
        "integer" => "int",
        "number" => "float",
        "boolean" => "bool",
        _ => "Any",
    }
}

/// What a schema says of itself, and where that is known from.
fn about(schema: &Value) -> String {
    let description = schema["description"].as_str().unwrap_or_default().trim();
    [description.to_owned(), source(&schema["x-source"])]
        .join("\n\n")
        .trim()
        .to_owned()
}

/// Where a fact comes from, in a line.
pub(super) fn source(source: &Value) -> String {
    let [document, section, date, mark] =
        ["document", "section", "date", "mark"].map(|key| source[key].as_str().unwrap_or_default());
    if document.is_empty() {
        return String::new();
    }
    format!("Source: {document}, \"{section}\", {date} ({mark}).")
}
