//! Any operation of a spec, by name: the way to what the facade does not cover.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use palabre_model::{Error, Outcome, Result, redact_secrets};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use progenitor_client::OperationInfo;
use reqwest::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, Request};
use serde_json::{Map, Value};

use crate::call::is_segment;
use crate::{Argument, Call, Location, Media, Operation, body};

/// What an address leaves as it is.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

impl Call {
    /// Calls any operation of the vendor's spec and returns its answer as plain JSON, secrets
    /// replaced.
    ///
    /// Path, query and header parameters and the properties of the body are given by their wire
    /// names, together. An answer without a body gives null.
    ///
    /// What the spec does not know goes into `extra`, and out with the body, or with the query of an
    /// operation that has none. What it does know is taken from there too.
    ///
    /// # Errors
    ///
    /// The error of the call; [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) for an unknown
    /// operation or argument.
    pub async fn call(
        &self,
        operation: &str,
        mut arguments: BTreeMap<String, Argument>,
        extra: Map<String, Value>,
    ) -> Result<Value> {
        let operation = self.operation(operation)?;
        let mut unknown = Map::new();
        for (name, value) in extra {
            if arguments_of(operation).all(|known| known != name) {
                unknown.insert(name, value);
                continue;
            }
            match arguments.entry(name) {
                Entry::Vacant(argument) => argument.insert(Argument::Value(value)),
                Entry::Occupied(argument) => {
                    let problem = format!("{} is given twice", argument.key());
                    return Err(self.invalid("extra", &problem));
                }
            };
        }
        let mut request = self.request(operation, &mut arguments, unknown)?;
        if let Some(name) = arguments.keys().next() {
            return Err(self.unknown_argument(operation, name));
        }
        let info = OperationInfo {
            operation_id: operation.id,
        };
        if self.prepare::<()>(&mut request, &info).is_err() {
            return Err(self.take_failure());
        }
        if self
            .execute(self.session.http(), request, &info)
            .await
            .is_err()
        {
            return Err(self.take_failure());
        }
        let (body, status) = {
            let mut record = self.record();
            (std::mem::take(&mut record.body), record.status)
        };
        if body.trim_ascii().is_empty() {
            return Ok(Value::Null);
        }
        let mut value: Value = serde_json::from_slice(&body)
            .map_err(|error| self.undecodable(Some(operation), status, &body, &error))?;
        redact_secrets(&mut value, self.session.account().spec.secrets);
        Ok(value)
    }

    /// Builds a request; takes the arguments that it uses out of `arguments`.
    fn request(
        &self,
        operation: &'static Operation,
        arguments: &mut BTreeMap<String, Argument>,
        extra: Map<String, Value>,
    ) -> Result<Request> {
        let mut path = operation.path.to_owned();
        let mut query = Vec::new();
        let mut headers = Vec::new();
        for parameter in operation.parameters {
            let name = parameter.name;
            let value = match arguments.remove(name) {
                Some(Argument::File(_)) => {
                    return Err(self.invalid(name, "a file does not fit here"));
                }
                Some(Argument::Value(Value::Null)) | None if parameter.required => {
                    return Err(self.invalid(name, "is required"));
                }
                Some(Argument::Value(Value::Null)) | None => continue,
                Some(Argument::Value(value)) => value,
            };
            let text = match &value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            match parameter.location {
                Location::Path if !is_segment(&text) => {
                    return Err(self.invalid(name, "empty, or would lead to another address"));
                }
                Location::Path => {
                    let segment = utf8_percent_encode(&text, SEGMENT).to_string();
                    path = path.replace(&format!("{{{name}}}"), &segment);
                }
                Location::Query => query.push((name.to_owned(), text)),
                Location::Header => headers.push((name, text)),
            }
        }
        let extra = if operation.body.is_some() {
            extra
        } else {
            query.extend(self.query(extra)?);
            Map::new()
        };
        let account = self.session.account();
        let mut url = account.base_url.clone();
        url.set_path(&format!("{}{path}", url.path().trim_end_matches('/')));
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(&query);
        }
        let method = Method::from_bytes(operation.method.as_bytes())
            .map_err(|error| self.internal(error))?;
        let mut request = Request::new(method, url);
        for (name, text) in headers {
            let value = HeaderValue::from_str(&text)
                .map_err(|_| self.invalid(name, "holds characters that a header cannot carry"))?;
            let name = HeaderName::from_bytes(name.as_bytes());
            let name = name.map_err(|error| self.internal(error))?;
            request.headers_mut().insert(name, value);
        }
        self.add_body(operation, arguments, extra, &mut request)?;
        Ok(request)
    }

    /// Fields that the spec does not know as query parameters: a list is repeated, null is none.
    fn query(&self, extra: Map<String, Value>) -> Result<Vec<(String, String)>> {
        let mut query = Vec::new();
        for (name, value) in extra {
            let values = match value {
                Value::Array(items) => items,
                value => vec![value],
            };
            for value in values {
                match value {
                    Value::Null => {}
                    Value::String(text) => query.push((name.clone(), text)),
                    Value::Array(_) | Value::Object(_) => {
                        let problem = format!("{name} does not fit into a query");
                        return Err(self.invalid("extra", &problem));
                    }
                    value => query.push((name.clone(), value.to_string())),
                }
            }
        }
        Ok(query)
    }

    fn add_body(
        &self,
        operation: &'static Operation,
        arguments: &mut BTreeMap<String, Argument>,
        extra: Map<String, Value>,
        request: &mut Request,
    ) -> Result<()> {
        let Some(body) = &operation.body else {
            return Ok(());
        };
        let known = body.rule.properties.iter().map(|(name, _)| *name);
        let mut fields: Vec<(Cow<'_, str>, Argument)> = known
            .filter_map(|name| Some((name.into(), arguments.remove(name)?)))
            .collect();
        let extra = extra.into_iter();
        fields.extend(extra.map(|(name, value)| (name.into(), Argument::Value(value))));
        if fields.is_empty() && !body.required {
            return Ok(());
        }
        let is_file = |(_, field): &&(_, Argument)| matches!(field, Argument::File(_));
        if body.media != Media::Multipart
            && let Some((name, _)) = fields.iter().find(is_file)
        {
            return Err(self.invalid(name, "a file does not fit here"));
        }
        self.check_fields(body, &fields)?;
        // JSON can be read from the request.
        if body.media != Media::Json {
            self.remember(&fields);
        }
        self.note_fields(operation, &fields);
        let (content_type, bytes) = body::encode(body.media, &fields);
        let content_type =
            HeaderValue::from_str(&content_type).map_err(|error| self.internal(error))?;
        request.headers_mut().insert(CONTENT_TYPE, content_type);
        *request.body_mut() = Some(bytes.into());
        Ok(())
    }

    fn invalid(&self, argument: &str, problem: &str) -> Error {
        let account = self.session.account();
        Error::invalid(argument, problem).located(account.vendor(), self.session.name(), self.verb)
    }

    fn unknown_argument(&self, operation: &Operation, name: &str) -> Error {
        let known: Vec<_> = arguments_of(operation).collect();
        self.invalid(name, "the operation has no such argument")
            .hint(if known.is_empty() {
                format!("{} takes none", operation.id)
            } else {
                format!("{} takes {}", operation.id, known.join(", "))
            })
    }

    fn take_failure(&self) -> Error {
        let failure = self.record().failure.take();
        failure.unwrap_or_else(|| {
            self.internal("the request could not be made")
                .outcome(Outcome::NotSent)
        })
    }
}

/// The names of what an operation takes: its parameters, then the properties of its body.
fn arguments_of(operation: &Operation) -> impl Iterator<Item = &'static str> {
    let parameters = operation.parameters.iter().map(|parameter| parameter.name);
    let fields = operation
        .body
        .iter()
        .flat_map(|body| body.rule.properties.iter().map(|(name, _)| *name));
    parameters.chain(fields)
}
