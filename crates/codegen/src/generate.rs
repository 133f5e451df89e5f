//! From a document to one Rust file.

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor::{GenerationSettings, Generator, HooksMode, TypeImpl};
use quote::quote;

use crate::lower::{ANY, SCALARS};
use crate::{Document, Problem, Problems, amend, emit, facts, fill, lint, lower};

/// Generates the client of one vendor.
///
/// `vendor` is the variant of `palabre_model::Vendor`, `module` the crate-absolute path under which
/// the file is included: progenitor repeats the paths of replaced types in several modules.
///
/// # Errors
///
/// All [`Problems`] of the spec, each with file, JSON pointer and what to write instead.
pub fn generate(document: &Document, vendor: &str, module: &str) -> Result<String, Problems> {
    lint::lint(document)?;
    let failed = |problem: String| {
        Problems(vec![Problem {
            file: document.file.clone(),
            pointer: String::new(),
            problem,
            instead: "this is a shortcoming of the generator: see crates/codegen".to_owned(),
        }])
    };
    let secrets = facts::secrets(document);
    let document = &fill::as_callers_see(document, &secrets);
    let operations = facts::operations(document);
    let lowered = lower::lower(document, &operations).map_err(|error| failed(error.to_string()))?;

    let mut settings = GenerationSettings::default();
    settings
        .with_inner_type(quote!(::palabre_transport::Call))
        // A missing hook is a compile error, not a request that nobody authenticates.
        .with_hooks(HooksMode::Expected)
        .with_map_type("::std::collections::BTreeMap");
    let traits = [TypeImpl::Display, TypeImpl::FromStr];
    for (name, _) in emit::enums(document) {
        settings.with_replacement(
            name,
            format!("{module}::open::{}", emit::type_name(name)),
            traits.into_iter(),
        );
    }
    for (_, name) in SCALARS {
        settings.with_replacement(name, format!("crate::scalar::{name}"), traits.into_iter());
    }
    settings.with_replacement(ANY, "::serde_json::Value", [TypeImpl::Display].into_iter());
    // progenitor panics on what it does not know; a spec error must not look like a crash.
    let client = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&lowered)
    }))
    .map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        failed(format!("progenitor panicked: {}", text.unwrap_or_default()))
    })?
    .map_err(|error| failed(format!("progenitor: {error}")))?;

    let extras = emit::emit(document, &operations, vendor, &secrets);
    let mut file = syn::parse2::<syn::File>(quote!(#client #extras))
        .map_err(|error| failed(error.to_string()))?;
    // progenitor's `new` makes an HTTP client of its own, without our limits, and panics without a TLS provider.
    for item in &mut file.items {
        if let syn::Item::Impl(item) = item
            && item.trait_.is_none()
        {
            item.items.retain(
                |item| !matches!(item, syn::ImplItem::Fn(function) if function.sig.ident == "new"),
            );
        }
    }
    amend::amend(&mut file, &secrets);
    Ok(prettyplease::unparse(&file))
}
