//! Typed errors by status, and outcomes of operations that succeed in several shapes.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::type_ident;
use crate::facts::Operation;

/// One enum for each operation with documented errors.
pub(super) fn errors(operations: &[Operation]) -> TokenStream {
    let enums = operations
        .iter()
        .filter(|operation| !operation.failures.is_empty())
        .map(|operation| {
            let name = format_ident!("{}Error", type_ident(&operation.id));
            let variants: Vec<_> = operation
                .failures
                .iter()
                .map(|(status, _)| match status.as_str() {
                    "default" => format_ident!("OtherStatus"),
                    status => format_ident!("Status{status}"),
                })
                .collect();
            let types: Vec<_> = operation
                .failures
                .iter()
                .map(|(_, component)| type_ident(component))
                .collect();
            // Exact statuses win over ranges, ranges over the default, whatever the order in the document.
            let mut arms: Vec<_> = operation.failures.iter().zip(&variants).collect();
            arms.sort_by_key(|((status, _), _)| match status.as_str() {
                "default" => 2,
                range if range.ends_with("XX") => 1,
                _ => 0,
            });
            let arms = arms.into_iter().map(|((status, _), variant)| {
                let pattern = match (status.parse::<u16>(), status.as_bytes().first()) {
                    (Ok(code), _) => quote!(#code),
                    (Err(_), Some(digit @ b'1'..=b'5')) => {
                        let first = u16::from(digit - b'0') * 100;
                        let last = first + 99;
                        quote!(#first..=#last)
                    }
                    _ => quote!(_),
                };
                quote!(#pattern => ::serde_json::from_slice(body).ok().map(Self::#variant))
            });
            quote! {
                #[derive(Clone, Debug)]
                #[non_exhaustive]
                pub enum #name { #(#variants(super::types::#types),)* }
                impl #name {
                    /// Reads a documented error; `None` for another status or another shape.
                    #[allow(unreachable_patterns)]
                    pub fn decode(status: u16, body: &[u8]) -> Option<Self> {
                        match status { #(#arms,)* _ => None }
                    }
                }
            }
        });
    quote! {
        /// The documented errors of each operation, by status.
        pub mod errors { #(#enums)* }
    }
}

/// One enum for each operation whose statuses of success have different bodies.
pub(super) fn outcomes(operations: &[Operation]) -> TokenStream {
    let enums = operations.iter().filter(|operation| {
        let types: BTreeSet<_> = operation
            .successes
            .iter()
            .map(|(_, component)| component)
            .collect();
        types.len() > 1
    });
    let enums = enums.map(|operation| {
        let name = format_ident!("{}Outcome", type_ident(&operation.id));
        let variants = operation.successes.iter().map(|(status, component)| {
            let variant = format_ident!("Status{status}");
            match component {
                Some(component) => {
                    let component = type_ident(component);
                    quote!(#variant(super::types::#component))
                }
                None => quote!(#variant),
            }
        });
        let arms = operation.successes.iter().map(|(status, component)| {
            let variant = format_ident!("Status{status}");
            match component {
                Some(_) => quote!(#status => ::serde_json::from_slice(body).map(Self::#variant)),
                None => quote!(#status => Ok(Self::#variant)),
            }
        });
        quote! {
            #[derive(Clone, Debug)]
            #[non_exhaustive]
            pub enum #name { #(#variants,)* }
            impl #name {
                /// Reads the success of that status.
                pub fn decode(status: u16, body: &[u8]) -> Result<Self, ::serde_json::Error> {
                    match status {
                        #(#arms,)*
                        other => Err(<::serde_json::Error as ::serde::de::Error>::custom(
                            format_args!("status {other} is not documented"),
                        )),
                    }
                }
            }
        }
    });
    quote! {
        /// Successes that have different bodies, by status.
        pub mod outcomes { #(#enums)* }
    }
}
