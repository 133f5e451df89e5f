//! The two classes of a module: one method for each operation, sync and async.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;

use super::limits::limits;
use super::names::{argument, method};
use super::text::{docstring, literal, section};
use super::types::{Side, Types, source};
use crate::Document;
use crate::document::Located;
use crate::facts::Operation;

/// Writes `Operations` and `AsyncOperations`.
pub(super) fn classes(
    document: &Document,
    operations: &[Operation],
    vendor: &str,
    types: &mut Types<'_>,
) -> String {
    let title = document.root["info"]["title"].as_str().unwrap_or_default();
    let located = document.operations();
    let methods: Vec<_> = operations
        .iter()
        .zip(&located)
        .map(|(operation, located)| Method::new(document, operation, located, types))
        .collect();
    let class = |name: &str, about: String, is_async: bool| {
        let mut class = format!("\n\nclass {name}(VendorOperations):\n");
        class += &docstring("    ", &[about]);
        let _ = write!(
            class,
            "\n    __slots__ = ()\n    _vendor = {}\n",
            literal(vendor)
        );
        class.extend(methods.iter().map(|method| method.source(is_async)));
        class
    };
    let about = format!("The operations of the {title}, by their names in the spec.");
    class("Operations", about.clone(), false)
        + &class(
            "AsyncOperations",
            format!("{about} Each is to be awaited."),
            true,
        )
}

/// An operation as a method.
struct Method {
    id: String,
    arguments: Vec<Argument>,
    answer: String,
    about: String,
}

struct Argument {
    name: String,
    wire: String,
    annotation: String,
    required: bool,
    nullable: bool,
    is_file: bool,
    about: String,
}

impl Method {
    fn new(
        document: &Document,
        operation: &Operation,
        located: &Located<'_>,
        types: &mut Types<'_>,
    ) -> Self {
        let arguments = arguments(document, operation, types);
        let mut answers: Vec<String> = Vec::new();
        for (_, component) in &operation.successes {
            let answer = match component {
                Some(component) => types.component(component, Side::Answer).text,
                None => "None".to_owned(),
            };
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
        Self {
            id: operation.id.clone(),
            about: about(document, operation, located, &arguments),
            arguments,
            answer: answers.join(" | "),
        }
    }

    fn source(&self, is_async: bool) -> String {
        let Self { id, answer, .. } = self;
        let (define, wait) = if is_async {
            ("async def", "await ")
        } else {
            ("def", "")
        };
        let mut source = format!(
            "\n    {define} {}(\n        self,\n        *,\n",
            method(id)
        );
        for Argument {
            name,
            annotation,
            required,
            nullable,
            ..
        } in &self.arguments
        {
            let _ = match (required, nullable) {
                (true, _) => writeln!(source, "        {name}: {annotation},"),
                (false, false) => writeln!(source, "        {name}: {annotation} | None = None,"),
                (false, true) => {
                    writeln!(source, "        {name}: {annotation} | EllipsisType = ...,")
                }
            };
        }
        source += "        extra: Mapping[str, Any] | None = None,\n";
        source += "        timeout: float | None = None,\n";
        source += "        retry: RetryPolicy | None = None,\n";
        let _ = writeln!(source, "    ) -> {answer}:");
        source += &docstring("        ", std::slice::from_ref(&self.about));
        let given = dict(self.arguments.iter().filter(|argument| !argument.nullable));
        let nullable = dict(self.arguments.iter().filter(|argument| argument.nullable));
        let nullable = nullable.map(|nullable| format!("            {nullable},\n"));
        let _ = write!(
            source,
            "        answer: {answer} = {wait}self._call(\n            {},\n            {},\n{}            extra=extra,\n            timeout=timeout,\n            retry=retry,\n        )\n        return answer\n",
            literal(id),
            given.unwrap_or_else(|| "{}".to_owned()),
            nullable.unwrap_or_default(),
        );
        source
    }
}

/// Wire names and values, as a dict; `None` if there is nothing.
fn dict<'a>(arguments: impl Iterator<Item = &'a Argument>) -> Option<String> {
    let entries: Vec<_> = arguments
        .map(
            |Argument {
                 name,
                 wire,
                 is_file,
                 ..
             }| {
                let value = if *is_file {
                    format!("as_file({name})")
                } else {
                    name.clone()
                };
                format!("                {}: {value},\n", literal(wire))
            },
        )
        .collect();
    (!entries.is_empty()).then(|| format!("{{\n{}            }}", entries.concat()))
}

/// The parameters, then the fields of the body, those that are required first.
fn arguments(document: &Document, operation: &Operation, types: &mut Types<'_>) -> Vec<Argument> {
    let mut taken = BTreeSet::new();
    let mut arguments: Vec<Argument> = Vec::new();
    for parameter in &operation.parameters {
        let annotation = match &parameter.component {
            Some(component) => types.component(component, Side::Request),
            None => types.annotate(&parameter.schema, "", Side::Request),
        };
        arguments.push(Argument {
            name: argument(&parameter.name, &mut taken),
            wire: parameter.name.clone(),
            annotation: annotation.text,
            required: parameter.required,
            // A parameter has no way to be null.
            nullable: false,
            is_file: false,
            about: format!("{} {}", parameter.description, limits(&parameter.schema)),
        });
    }
    if let Some(body) = &operation.body {
        // For those who collect the arguments before they call.
        types.component(&body.component, Side::Request);
        let schema = &document.root["components"]["schemas"][&body.component];
        let required = document.required(schema);
        for (wire, property) in document.properties(schema) {
            // Of two things with one name `client.call()` knows the parameter.
            if arguments.iter().any(|known| known.wire == *wire) {
                continue;
            }
            let resolved = document.resolve(property).unwrap_or(property);
            arguments.push(Argument {
                name: argument(wire, &mut taken),
                wire: wire.clone(),
                annotation: types.field(&body.component, wire).text,
                required: body.required && required.contains(wire),
                nullable: resolved["nullable"] == true,
                is_file: resolved["format"] == "binary",
                about: format!(
                    "{} {}",
                    resolved["description"].as_str().unwrap_or_default(),
                    limits(resolved)
                ),
            });
        }
    }
    arguments.sort_by_key(|argument| !argument.required);
    arguments
}

fn about(
    document: &Document,
    operation: &Operation,
    located: &Located<'_>,
    arguments: &[Argument],
) -> String {
    let fields = located.operation;
    let description = fields
        .get("description")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut entries: Vec<_> = arguments
        .iter()
        .map(|argument| (argument.name.clone(), argument.about.trim().to_owned()))
        .filter(|(_, about)| !about.is_empty())
        .collect();
    entries.push((
        "extra".to_owned(),
        "Fields that the spec does not have, under the vendor's names.".to_owned(),
    ));
    entries.push((
        "timeout".to_owned(),
        "Seconds that the call may take.".to_owned(),
    ));
    entries.push((
        "retry".to_owned(),
        "A RetryPolicy for this call; the client's if None.".to_owned(),
    ));

    let mut returned = Vec::new();
    let mut raised: Vec<(String, String)> = Vec::new();
    for (status, response) in fields
        .get("responses")
        .and_then(Value::as_object)
        .into_iter()
        .flatten()
    {
        let response = document.resolve(response).unwrap_or(response);
        let text = response["description"].as_str().unwrap_or_default().trim();
        if status.starts_with('2') {
            returned.push((String::new(), text.to_owned()));
            continue;
        }
        let error = error(status, operation.effect == "read").to_owned();
        let text = match status.as_str() {
            "default" => text.to_owned(),
            status => format!("{status}: {text}"),
        };
        match raised.iter_mut().find(|(known, _)| *known == error) {
            Some((_, known)) => *known = format!("{known} {text}"),
            None => raised.push((error, text)),
        }
    }
    if operation.logical_failure.is_some() {
        let text = "The vendor says no with a status of success; its code tells the kind.";
        raised.push((BASE.to_owned(), text.to_owned()));
    }
    raised.sort_by_key(|(class, _)| class == BASE);
    let mut parts = vec![sentence(&operation.summary), description.trim().to_owned()];
    parts.extend(fields.get("x-source").map(source));
    parts.push(section("Args", &entries));
    parts.push(section("Returns", &returned));
    if !raised.is_empty() {
        parts.push(section("Raises", &raised));
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with('.') {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// The class above all kinds.
const BASE: &str = "PalabreError";

/// The Python class of a documented status, when the vendor's code says nothing better.
fn error(status: &str, is_read: bool) -> &'static str {
    match status {
        "400" | "413" | "415" | "422" => "InvalidInputError",
        "401" => "AuthenticationError",
        "402" => "QuotaExceededError",
        "403" => "PermissionError",
        "404" | "410" => "NotFoundError",
        "409" => "ConflictError",
        "429" => "RateLimitedError",
        // They do not say whether the work was done before it failed.
        "408" if !is_read => "OutcomeUnknownError",
        "408" => "UnavailableError",
        status if status.starts_with('5') && is_read => "UnavailableError",
        status if status.starts_with('5') => "OutcomeUnknownError",
        status if status.starts_with('4') && !status.ends_with("XX") => "VendorError",
        _ => BASE,
    }
}
