//! String enums that stay open: a new value from a vendor must never lose a page.

use heck::ToPascalCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::type_ident;
use crate::Document;
use crate::document::texts;

/// The named string enums of a document and their values.
pub(crate) fn enums(document: &Document) -> impl Iterator<Item = (&String, Vec<String>)> {
    document
        .section("/components/schemas")
        .filter(|(_, schema)| schema.get("type").and_then(Value::as_str) == Some("string"))
        .filter_map(|(name, schema)| Some((name, texts(Some(schema.get("enum")?)))))
}

/// The variant that stands for a value.
pub(crate) fn variant(value: &str) -> String {
    let name = value.to_pascal_case();
    // Not every value makes a name: "", "24h" and "self" do not.
    match syn::parse_str::<syn::Ident>(&name) {
        Ok(_) => name,
        Err(_) => format!("Value{name}"),
    }
}

pub(super) fn emit(document: &Document) -> TokenStream {
    let enums = enums(document).map(|(name, values)| {
        let name = type_ident(name);
        let variants: Vec<_> = values
            .iter()
            .map(|value| format_ident!("{}", variant(value)))
            .collect();
        quote! {
            #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
            #[non_exhaustive]
            pub enum #name {
                #(#variants,)*
                /// A value that the spec does not know.
                Unknown(String),
            }
            crate::open_enum!(#name { #(#variants = #values),* });
        }
    });
    quote! {
        /// String enums that take values which the spec does not know.
        pub mod open {
            #(#enums)*
        }
    }
}

#[cfg(test)]
mod tests {
    use super::variant;

    #[test]
    fn every_value_makes_a_name_that_rust_takes() {
        for (value, name) in [
            ("connected", "Connected"),
            ("on hold", "OnHold"),
            ("OK", "Ok"),
            ("24h", "Value24h"),
            ("+1", "Value1"),
            ("", "Value"),
            ("self", "ValueSelf"),
            ("envoyé", "Envoyé"),
        ] {
            assert_eq!(variant(value), name);
            assert!(syn::parse_str::<syn::Ident>(name).is_ok(), "{name}");
        }
    }
}
