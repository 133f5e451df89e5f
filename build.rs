//! Generates one client for each spec. What it does is in `crates/codegen`.

use std::path::Path;
use std::time::SystemTime;
use std::{env, fs, process};

/// Spec, variant of `palabre_model::Vendor`.
const VENDORS: [(&str, &str); 4] = [
    ("reachflow", "ReachFlow"),
    ("msgflash", "MsgFlash"),
    ("ninetynine_digital", "NinetyNineDigital"),
    ("wapiflow", "WapiFlow"),
];

/// A spec with everything that the generator can do and no vendor needs today; for our tests.
const KITCHEN_SINK: &str = "crates/codegen/tests/specs/kitchen_sink.yaml";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out_dir = env::var("OUT_DIR").unwrap_or_default();
    let mut has_failed = false;
    let mut generate = |path: &str, module: &str, vendor: &str| {
        println!("cargo::rerun-if-changed={path}");
        if let Err(problems) = client(path, module, vendor, Path::new(&out_dir)) {
            for problem in problems.lines() {
                println!("cargo::error={problem}");
            }
            has_failed = true;
        }
    };
    for (module, vendor) in VENDORS {
        generate(&format!("specs/{module}.yaml"), module, vendor);
    }
    // Not part of the published package.
    if Path::new(KITCHEN_SINK).exists() {
        generate(KITCHEN_SINK, "kitchen_sink", "MsgFlash");
    }
    if has_failed {
        process::exit(1);
    }
}

/// Writes one client, unless neither its spec nor the generator has changed since.
fn client(path: &str, module: &str, vendor: &str, out_dir: &Path) -> Result<(), String> {
    let yaml = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let target = out_dir.join(format!("{module}.rs"));
    let input = out_dir.join(format!("{module}.input"));
    let fingerprint = format!("{:?}\n{yaml}", generator());
    if target.exists() && fs::read_to_string(&input).is_ok_and(|old| old == fingerprint) {
        return Ok(());
    }
    let code = palabre_codegen::Document::load(path, &yaml)
        .and_then(|document| {
            palabre_codegen::generate(&document, vendor, &format!("crate::{module}"))
        })
        .map_err(|problems| problems.to_string())?;
    let write = |path: &Path, text: &str| {
        fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
    };
    write(&target, &code)?;
    write(&input, &fingerprint)
}

/// When this program, and the generator in it, was built.
fn generator() -> Option<SystemTime> {
    let program = env::current_exe().ok()?;
    fs::metadata(program).ok()?.modified().ok()
}
