//! Multipart and URL-encoded forms: a struct for each, and the method that sends it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Map, Value};

use super::{field_ident, type_ident};
use crate::document::texts;
use crate::facts::{Body, Operation, Parameter};

pub(super) fn emit(operations: &[Operation]) -> TokenStream {
    let forms: Vec<_> = operations
        .iter()
        .filter_map(|operation| {
            Some((
                operation,
                operation.body.as_ref().filter(|body| body.is_form())?,
            ))
        })
        .collect();
    // Two operations may share a component, and with it the struct.
    let mut seen = Vec::new();
    let structs = forms.iter().filter_map(|(_, body)| {
        let is_new = !seen.contains(&&body.component);
        seen.push(&body.component);
        is_new.then(|| form(body))
    });
    let structs: Vec<_> = structs.collect();
    let methods = forms
        .iter()
        .map(|(operation, body)| method(operation, body));
    quote! {
        /// Request bodies that are forms.
        pub mod forms { #(#structs)* }
        impl Client { #(#methods)* }
    }
}

fn form(body: &Body) -> TokenStream {
    let name = type_ident(&body.component);
    let required = texts(body.schema.get("required"));
    let empty = Map::new();
    let properties = body.schema["properties"].as_object().unwrap_or(&empty);
    let fields = properties.iter().map(|(property, schema)| {
        let field = field_ident(property);
        let is_array = schema["type"] == "array";
        let kind = kind(if is_array { &schema["items"] } else { schema });
        let doc = schema["description"].as_str().unwrap_or_default();
        let kind = if is_array {
            quote!(Vec<#kind>)
        } else if required.contains(property) {
            kind
        } else {
            quote!(Option<#kind>)
        };
        quote!(#[doc = #doc] pub #field: #kind)
    });
    let pushes = properties.iter().map(|(property, schema)| {
        let field = field_ident(property);
        let is_file = schema["format"] == "binary";
        let wrap = if is_file {
            quote!(::palabre_transport::Argument::File)
        } else {
            quote!(::palabre_transport::Argument::Value)
        };
        let value = if is_file {
            quote!(value)
        } else {
            quote!(::serde_json::Value::from(value))
        };
        if schema["type"] == "array" {
            quote! {
                if !self.#field.is_empty() {
                    let value = self.#field;
                    fields.push((#property.into(), #wrap(#value)));
                }
            }
        } else if required.contains(property) {
            quote! { { let value = self.#field; fields.push((#property.into(), #wrap(#value))); } }
        } else {
            quote! { if let Some(value) = self.#field { fields.push((#property.into(), #wrap(#value))); } }
        }
    });
    let doc = body.schema["description"].as_str().unwrap_or_default();
    // There is no default file, so a form that must have one is written out.
    let has_default = !properties
        .iter()
        .any(|(name, schema)| schema["format"] == "binary" && required.contains(name));
    let default = has_default.then(|| quote!(#[derive(Default)]));
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        #default
        pub struct #name {
            #(#fields,)*
            /// Fields that the spec does not know.
            pub extra: ::std::collections::BTreeMap<String, ::serde_json::Value>,
        }
        impl #name {
            /// The fields that are given, by their wire names, in the order of the spec.
            pub fn into_fields(self) -> Vec<(::std::borrow::Cow<'static, str>, ::palabre_transport::Argument)> {
                let mut fields: Vec<(::std::borrow::Cow<'static, str>, ::palabre_transport::Argument)> = Vec::new();
                #(#pushes)*
                for (name, value) in self.extra {
                    fields.push((name.into(), ::palabre_transport::Argument::Value(value)));
                }
                fields
            }
        }
    }
}

fn kind(schema: &Value) -> TokenStream {
    match schema["type"].as_str() {
        Some("integer") => quote!(i64),
        Some("number") => quote!(f64),
        Some("boolean") => quote!(bool),
        _ if schema["format"] == "binary" => quote!(::palabre_transport::FilePart),
        _ => quote!(String),
    }
}

/// Checks, writes and sends a form through the method that progenitor generated for its bytes.
fn method(operation: &Operation, body: &Body) -> TokenStream {
    let id = &operation.id;
    let plain = format_ident!("{id}");
    let name = format_ident!("{id}_form");
    let form = type_ident(&body.component);
    let success = match operation.success() {
        Some(component) => {
            let component = type_ident(component);
            quote!(types::#component)
        }
        None => quote!(()),
    };
    let parameters = in_order(operation);
    let arguments: Vec<_> = parameters
        .iter()
        .map(|parameter| field_ident(&parameter.name))
        .collect();
    let kinds = parameters.iter().map(|parameter| {
        let kind = argument(&parameter.schema);
        if parameter.required {
            kind
        } else {
            quote!(Option<#kind>)
        }
    });
    // `content-type` stands among the headers, where the alphabet puts it.
    let (before, after): (Vec<_>, Vec<_>) =
        parameters
            .iter()
            .zip(&arguments)
            .partition(|(parameter, _)| {
                parameter.location != "header" || *parameter.name < *"content-type"
            });
    let before = before.iter().map(|(_, argument)| argument);
    let after = after.iter().map(|(_, argument)| argument);
    let summary = &operation.summary;
    quote! {
        #[doc = #summary]
        pub async fn #name(
            &self,
            #(#arguments: #kinds,)*
            form: forms::#form,
        ) -> Result<ResponseValue<#success>, Error<()>> {
            let (content_type, body) = self.inner.encode(#id, &form.into_fields())?;
            self.#plain(#(#before,)* &content_type, #(#after,)* body).await
        }
    }
}

/// progenitor's order: path as in the template, then query and headers, each by name.
fn in_order(operation: &Operation) -> Vec<&Parameter> {
    let mut parameters: Vec<_> = operation.parameters.iter().collect();
    parameters.retain(|parameter| !operation.is_key(parameter));
    parameters.sort_by_key(|parameter| match parameter.location.as_str() {
        "path" => (
            0,
            operation.path.find(&format!("{{{}}}", parameter.name)),
            "",
        ),
        "query" => (1, None, parameter.name.as_str()),
        _ => (2, None, parameter.name.as_str()),
    });
    parameters
}

fn argument(schema: &Value) -> TokenStream {
    match schema["type"].as_str() {
        Some("integer") => quote!(i64),
        Some("number") => quote!(f64),
        Some("boolean") => quote!(bool),
        _ => quote!(&str),
    }
}
