//! What progenitor's types lack: they take "nothing" in one form only, and print secrets.

use std::collections::BTreeSet;

use quote::quote;
use syn::punctuated::Punctuated;
use syn::{Attribute, Fields, GenericArgument, Item, ItemStruct, PathArguments, Token, Type};

use crate::emit::field_ident;

/// The scalars that cannot be an empty text.
const SCALARS: [&str; 3] = ["TolerantInteger", "TolerantNumber", "TolerantBoolean"];

/// Amends the types of a generated client; `secrets` are property names of the wire.
pub(crate) fn amend(file: &mut syn::File, secrets: &BTreeSet<String>) {
    let types = file.items.iter_mut().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content.as_mut(),
        _ => None,
    });
    let Some((_, items)) = types else { return };
    let objects: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(object) if matches!(object.fields, Fields::Named(_)) => {
                Some(object.ident.to_string())
            }
            _ => None,
        })
        .collect();
    let mut printers = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(object) = item else { continue };
        tolerate(object, &objects);
        printers.extend(hide(object, secrets));
    }
    items.extend(printers);
}

/// Lets optional objects, numbers and flags be empty in the ways that vendors write it.
fn tolerate(object: &mut ItemStruct, objects: &BTreeSet<String>) {
    for field in &mut object.fields {
        let is_concerned = inside_option(&field.ty).is_some_and(|name| {
            objects.contains(&name) || SCALARS.iter().any(|scalar| *scalar == name)
        });
        if !is_concerned {
            continue;
        }
        let has_default = field.attrs.iter().any(|attribute| {
            let tokens = quote!(#attribute).to_string();
            tokens.contains("default")
        });
        if !has_default {
            field.attrs.push(syn::parse_quote!(#[serde(default)]));
        }
        field
            .attrs
            .push(syn::parse_quote!(#[serde(deserialize_with = "crate::scalar::empty_is_none")]));
    }
}

/// The name of the type in an `Option`.
fn inside_option(field: &Type) -> Option<String> {
    let Type::Path(path) = field else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match (last.ident == "Option", arguments.args.first()) {
        (true, Some(GenericArgument::Type(Type::Path(inner)))) => {
            let inner = inner.path.segments.last()?;
            inner.arguments.is_empty().then(|| inner.ident.to_string())
        }
        _ => None,
    }
}

/// Takes the derived `Debug` from a type that holds a secret, and gives one that shows nothing.
fn hide(object: &mut ItemStruct, secrets: &BTreeSet<String>) -> Option<Item> {
    let holds_secret = object.fields.iter().any(|field| {
        secrets
            .iter()
            .any(|secret| field.ident.as_ref() == Some(&field_ident(secret)))
    });
    if !holds_secret {
        return None;
    }
    for attribute in &mut object.attrs {
        without_debug(attribute);
    }
    let name = &object.ident;
    let shown = name.to_string();
    Some(syn::parse_quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#shown).finish_non_exhaustive()
            }
        }
    })
}

fn without_debug(attribute: &mut Attribute) {
    if !attribute.path().is_ident("derive") {
        return;
    }
    let parser = Punctuated::<syn::Path, Token![,]>::parse_terminated;
    let Ok(derived) = attribute.parse_args_with(parser) else {
        return;
    };
    let others = derived.iter().filter(|path| {
        path.segments
            .last()
            .is_none_or(|segment| segment.ident != "Debug")
    });
    *attribute = syn::parse_quote!(#[derive(#(#others),*)]);
}
