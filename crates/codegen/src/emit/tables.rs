//! The tables that the transport works with: operations, parameters, constraints, shapes.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::type_ident;
use crate::Document;
use crate::document::texts;
use crate::facts::{self, Operation};

pub(super) fn emit(
    document: &Document,
    operations: &[Operation],
    vendor: &str,
    secrets: &BTreeSet<String>,
) -> TokenStream {
    let vendor = format_ident!("{vendor}");
    let root = &document.root;
    let title = root["info"]["title"].as_str().unwrap_or_default();
    let version = root["info"]["version"].as_str().unwrap_or_default();
    let base_url = root["servers"][0]["url"].as_str().unwrap_or_default();
    let schemes = document.section("/components/securitySchemes").map(|(name, scheme)| {
        let credential = root["x-credentials"][name].as_str().unwrap_or_default();
        let (header, prefix) = match scheme["name"].as_str() {
            Some(header) => (header.to_lowercase(), ""),
            None => ("authorization".to_owned(), "Bearer "),
        };
        quote!(Scheme { name: #name, header: #header, prefix: #prefix, credential: #credential })
    });
    let logical_failure = match root.get("x-logical-failure") {
        Some(failure) => {
            let field = failure["field"].as_str().unwrap_or_default();
            let success = texts(failure.get("success"));
            let failures = texts(failure.get("failure"));
            let required = failure["required"].as_bool().unwrap_or_default();
            quote!(Some(LogicalFailure { field: #field, success: &[#(#success),*], failure: &[#(#failures),*], required: #required }))
        }
        None => quote!(None),
    };
    let rate_limit = match root.get("x-rate-limit") {
        Some(limit) => {
            let requests = integer(&limit["requests"]);
            let seconds = integer(&limit["seconds"]);
            quote!(Some(RateLimit { requests: #requests, period: ::std::time::Duration::from_secs(#seconds) }))
        }
        None => quote!(None),
    };
    let operations = operations
        .iter()
        .map(|facts| operation(facts, secrets))
        .collect::<Vec<_>>();
    let secrets = secrets.iter();
    quote! {
        /// Property names that hold secrets.
        pub const SECRETS: &[&str] = &[#(#secrets),*];

        /// The spec as data, for the transport.
        pub static SPEC: ::palabre_transport::Spec = {
            use ::palabre_transport::{
                Body, BodyCredential, Effect, Kind, Location, LogicalFailure, Media, Operation, Parameter,
                RateLimit, Repeat, Rule, Scheme, Server, Spec,
            };
            Spec {
                vendor: ::palabre_model::Vendor::#vendor,
                title: #title,
                version: #version,
                base_url: #base_url,
                schemes: &[#(#schemes),*],
                operations: &[#(#operations),*],
                logical_failure: #logical_failure,
                secrets: SECRETS,
                rate_limit: #rate_limit,
            }
        };
    }
}

fn operation(operation: &Operation, secrets: &BTreeSet<String>) -> TokenStream {
    let Operation {
        id,
        method,
        path,
        tag,
        summary,
        schemes,
        ..
    } = operation;
    let effect = type_ident(&operation.effect);
    let repeat = match operation.repeat {
        facts::Repeat::Freely => quote!(Repeat::Freely),
        facts::Repeat::WithKey => {
            let header = facts::KEY.to_lowercase();
            quote!(Repeat::WithKey(#header))
        }
        facts::Repeat::Never => quote!(Repeat::Never),
    };
    let parameters = operation.parameters.iter().map(|parameter| {
        let name = &parameter.name;
        let location = type_ident(&parameter.location);
        let required = parameter.required;
        let rule = rule(&parameter.schema);
        quote!(Parameter { name: #name, location: Location::#location, required: #required, rule: #rule })
    });
    let body = match &operation.body {
        Some(body) => {
            let media = match body.media.as_str() {
                "application/json" => quote!(Json),
                "multipart/form-data" => quote!(Multipart),
                _ => quote!(Form),
            };
            let required = body.required;
            let rule = rule(&body.schema);
            quote!(Some(Body { media: Media::#media, required: #required, rule: #rule }))
        }
        None => quote!(None),
    };
    let server = option(operation.server.as_ref().map(|server| {
        let (url, relative) = (&server.url, &server.relative);
        quote!(Server { url: #url, relative: #relative })
    }));
    let proof = option(operation.proof.as_ref());
    let body_credentials = operation.body_credentials.iter().map(|filled| {
        let (property, credential) = (&filled.property, &filled.credential);
        let is_secret = secrets.contains(property);
        quote!(BodyCredential { property: #property, credential: #credential, is_secret: #is_secret })
    });
    quote! {
        Operation {
            id: #id,
            method: #method,
            path: #path,
            tag: #tag,
            summary: #summary,
            effect: Effect::#effect,
            repeat: #repeat,
            schemes: &[#(#schemes),*],
            server: #server,
            body_credentials: &[#(#body_credentials),*],
            parameters: &[#(#parameters),*],
            body: #body,
            proof: #proof,
        }
    }
}

/// A number of the document, without a type of its own.
fn integer(value: &Value) -> proc_macro2::Literal {
    proc_macro2::Literal::u64_unsuffixed(value.as_u64().unwrap_or_default())
}

fn option<T: quote::ToTokens>(value: Option<T>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// A schema as a rule: only what differs from "anything goes" is written.
fn rule(schema: &Value) -> TokenStream {
    let is_file = schema["format"] == "binary";
    let kind = match schema["type"].as_str() {
        Some("string") if is_file => quote!(Binary),
        Some("string") => quote!(Text),
        Some("integer") => quote!(Integer),
        Some("number") => quote!(Number),
        Some("boolean") => quote!(Boolean),
        Some("array") => quote!(Array),
        Some("object") => quote!(Object),
        _ => quote!(Any),
    };
    let mut fields = vec![quote!(kind: Kind::#kind)];
    if schema["nullable"] == true {
        fields.push(quote!(nullable: true));
    }
    for (key, name) in [
        ("minLength", "min_length"),
        ("maxLength", "max_length"),
        ("minItems", "min_items"),
        ("maxItems", "max_items"),
        ("x-max-bytes", "max_bytes"),
    ] {
        if let Some(value) = schema[key].as_u64() {
            let name = format_ident!("{name}");
            fields.push(quote!(#name: Some(#value)));
        }
    }
    for key in ["minimum", "maximum"] {
        if let Some(value) = schema[key].as_f64() {
            let name = format_ident!("{key}");
            fields.push(quote!(#name: Some(#value)));
        }
    }
    if let Some(pattern) = schema["pattern"].as_str() {
        fields.push(quote!(pattern: Some(#pattern)));
    }
    for (key, name) in [
        ("enum", "values"),
        ("x-file-types", "file_types"),
        ("required", "required"),
        ("x-requires-one-of", "requires_one_of"),
    ] {
        let values = texts(schema.get(key));
        if !values.is_empty() {
            let name = format_ident!("{name}");
            fields.push(quote!(#name: &[#(#values),*]));
        }
    }
    let groups: Vec<_> = schema["x-requires-together"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|group| {
            let names = texts(Some(group));
            quote!(&[#(#names),*])
        })
        .collect();
    if !groups.is_empty() {
        fields.push(quote!(requires_together: &[#(#groups),*]));
    }
    if let Some(properties) = schema["properties"].as_object() {
        let properties = properties.iter().map(|(name, property)| {
            let rule = rule(property);
            quote!((#name, #rule))
        });
        fields.push(quote!(properties: &[#(#properties),*]));
    }
    if let Some(items) = schema.get("items") {
        let rule = rule(items);
        fields.push(quote!(items: Some(&#rule)));
    }
    quote!(Rule { #(#fields,)* ..Rule::ANY })
}
