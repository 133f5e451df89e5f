//! Typed errors by status, and outcomes of operations that succeed in several shapes.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::type_ident;
use crate::facts::Operation;

/// One enum for each operation with documented errors.
pub(super) fn errors(operations: &[Operation]) -> TokenStream {
    let enums = operations.iter().filter_map(|operation| {
        let mut failures: Vec<_> = operation.failures.iter().map(failure).collect();
        failures.extend(operation.logical_failure.iter().map(|component| Failure {
            rank: 0,
            variant: format_ident!("GoodStatus"),
            pattern: quote!(200..=299),
            component: type_ident(component),
        }));
        (!failures.is_empty()).then(|| error(&operation.id, failures))
    });
    quote! {
        /// The documented errors of each operation, by status.
        pub mod errors { #(#enums)* }
    }
}

struct Failure {
    rank: u8,
    variant: Ident,
    pattern: TokenStream,
    component: Ident,
}

/// A failure and its place: exact statuses win over ranges, ranges over the default, whatever the
/// order in the document.
fn failure((status, component): &(String, String)) -> Failure {
    let (rank, variant, pattern) = match (status.parse::<u16>(), status.as_bytes().first()) {
        (Ok(code), _) => (0, format_ident!("Status{code}"), quote!(#code)),
        (Err(_), Some(digit @ b'1'..=b'5')) => {
            let first = u16::from(digit - b'0') * 100;
            let last = first + 99;
            (1, format_ident!("Status{status}"), quote!(#first..=#last))
        }
        // A good status is no failure, unless the document says what its body looks like then.
        _ => (2, format_ident!("OtherStatus"), quote!(..=199 | 300..)),
    };
    Failure {
        rank,
        variant,
        pattern,
        component: type_ident(component),
    }
}

fn error(id: &str, mut failures: Vec<Failure>) -> TokenStream {
    let name = format_ident!("{}Error", type_ident(id));
    let variants: Vec<_> = failures
        .iter()
        .map(
            |Failure {
                 variant, component, ..
             }| quote!(#variant(super::types::#component)),
        )
        .collect();
    failures.sort_by_key(|failure| failure.rank);
    let arms = failures.iter().map(
        |Failure {
             variant, pattern, ..
         }| { quote!(#pattern => ::serde_json::from_slice(body).ok().map(Self::#variant)) },
    );
    quote! {
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum #name { #(#variants,)* }
        impl #name {
            /// Reads a documented error; `None` for another status or another shape.
            #[allow(unreachable_patterns)]
            pub fn decode(status: u16, body: &[u8]) -> Option<Self> {
                match status { #(#arms,)* _ => None }
            }
        }
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
    let enums: Vec<_> = enums
        .map(|operation| {
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
                    Some(_) => {
                        quote!(#status => ::serde_json::from_slice(body).map(Self::#variant))
                    }
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
        })
        .collect();
    if enums.is_empty() {
        return TokenStream::new();
    }
    quote! {
        /// Successes that have different bodies, by status.
        pub mod outcomes { #(#enums)* }
    }
}
