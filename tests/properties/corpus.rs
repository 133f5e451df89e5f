//! What the fuzzers start from and what they have found, replayed.
//!
//! `PALABRE_WRITE_CORPUS=1` writes what is missing, from what the sandbox answers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use palabre::Vendor;
use serde_json::Value;

use crate::decoding;
use crate::fuzzed;

/// The largest input; a fuzzer is slow with longer ones.
const LARGEST: u64 = 16 * 1024;

fn folder(vendor: Vendor) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(vendor.id())
}

/// Lists with few items: the first ones are like the others.
fn shortened(value: &mut Value) {
    match value {
        Value::Array(items) => {
            items.truncate(2);
            items.iter_mut().for_each(shortened);
        }
        Value::Object(fields) => fields.values_mut().for_each(shortened),
        _ => {}
    }
}

#[test]
fn everything_that_was_fuzzed_or_found_is_a_value_or_a_clean_error() {
    for vendor in Vendor::ALL {
        let mut count = 0;
        for entry in fs::read_dir(folder(vendor)).unwrap() {
            let path = entry.unwrap().path();
            let input = fs::read(&path).unwrap();
            assert!(input.len() as u64 <= LARGEST, "{}", path.display());
            println!("{}", path.display());
            fuzzed::one(vendor, &input);
            count += 1;
        }
        assert!(count >= fuzzed::everything(vendor).len(), "{vendor}");
    }
}

#[test]
fn fuzzers_start_from_a_good_answer_to_everything() {
    let is_writing = std::env::var_os("PALABRE_WRITE_CORPUS").is_some();
    let mut missing = BTreeSet::new();
    for (vendor, name, bodies) in decoding::answers() {
        let path = folder(vendor).join(name.replace('.', "-"));
        if path.exists() {
            continue;
        }
        // The pages of a list are much alike.
        let bodies: Vec<_> = bodies
            .into_iter()
            .take(3)
            .map(|mut body| {
                shortened(&mut body);
                body.to_string()
            })
            .collect();
        if is_writing {
            fs::create_dir_all(folder(vendor)).unwrap();
            fs::write(&path, fuzzed::written(&name, 200, &bodies)).unwrap();
        } else {
            missing.insert(path);
        }
    }
    assert!(
        missing.is_empty(),
        "PALABRE_WRITE_CORPUS=1 writes {missing:?}"
    );
}
