//! What progenitor cannot express, written from the same document.

mod enums;
mod forms;
mod responses;
mod shapes;
mod tables;

use std::collections::BTreeSet;

use heck::{ToPascalCase, ToSnakeCase};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

pub(crate) use enums::{enums, variant};

use crate::Document;
use crate::facts::Operation;

/// Everything that goes behind progenitor's code.
pub(crate) fn emit(
    document: &Document,
    operations: &[Operation],
    vendor: &str,
    secrets: &BTreeSet<String>,
) -> TokenStream {
    let tables = tables::emit(document, operations, vendor, secrets);
    let shapes = shapes::emit(document);
    let open = enums::emit(document);
    let errors = responses::errors(operations);
    let outcomes = responses::outcomes(operations);
    let forms = forms::emit(operations);
    quote! {
        #tables
        #shapes
        #open
        #errors
        #outcomes
        #forms

        impl ClientHooks<::palabre_transport::Call> for Client {
            async fn pre<E>(
                &self,
                request: &mut reqwest::Request,
                info: &OperationInfo,
            ) -> Result<(), Error<E>> {
                self.inner.prepare(request, info)
            }

            async fn exec(
                &self,
                request: reqwest::Request,
                info: &OperationInfo,
            ) -> reqwest::Result<reqwest::Response> {
                self.inner.execute(&self.client, request, info).await
            }
        }
    }
}

/// The Rust name of a component: the same rule as progenitor's.
pub(crate) fn type_name(component: &str) -> String {
    component.to_pascal_case()
}

fn type_ident(component: &str) -> Ident {
    format_ident!("{}", type_name(component))
}

/// The Rust name of a field: `body_variables[]` is `body_variables`.
pub(crate) fn field_ident(name: &str) -> Ident {
    let mut name = name.to_snake_case();
    if !name.starts_with(|c: char| c.is_alphabetic()) {
        name.insert(0, '_');
    }
    syn::parse_str(&name).unwrap_or_else(|_| format_ident!("{name}_"))
}
