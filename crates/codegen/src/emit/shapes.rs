//! What the spec knows of each object in an answer, so that the facade can tell what is new.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::type_name;
use crate::Document;
use crate::document::reference_name;
use crate::facts::Reach;

pub(super) fn emit(document: &Document) -> TokenStream {
    let reach = Reach::of(document);
    let mut objects = Vec::new();
    for (name, schema) in document.section("/components/schemas") {
        if reach.responses.contains(name) {
            collect(document, name.clone(), schema, &mut objects);
        }
    }
    let shapes = objects.into_iter().map(|(name, fields)| {
        let ident = format_ident!("{}", heck::AsShoutySnakeCase(&name).to_string());
        quote! {
            pub static #ident: ::palabre_model::Shape = ::palabre_model::Shape {
                name: #name,
                fields: &[#(#fields),*],
                secrets: super::SECRETS,
            };
        }
    });
    quote! {
        /// The property names of each object in an answer.
        pub mod shapes { #(#shapes)* }
    }
}

/// An object and those that stand inside its properties, under the names that progenitor gives to
/// their types.
fn collect(
    document: &Document,
    name: String,
    schema: &Value,
    found: &mut Vec<(String, Vec<String>)>,
) {
    let properties = document.properties(schema);
    if properties.is_empty() {
        return;
    }
    let fields = properties.iter().map(|(field, _)| (*field).clone());
    found.push((name.clone(), fields.collect()));
    for (field, property) in properties {
        let (inner, suffix) = if property["type"] == "array" {
            (&property["items"], "Item")
        } else {
            (property, "")
        };
        if reference_name(inner).is_none() {
            let name = format!("{}{}{suffix}", type_name(&name), type_name(field));
            collect(document, name, inner, found);
        }
    }
}
