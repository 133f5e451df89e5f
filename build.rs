//! Generates one client for each spec. What it does is in `crates/codegen`.

use std::path::{Path, PathBuf};
use std::time::SystemTime;
use std::{env, fs, process};

/// Spec, variant of `palabre_model::Vendor`, the vendor's identifier.
const VENDORS: [(&str, &str, &str); 4] = [
    ("reachflow", "ReachFlow", "reachflow"),
    ("msgflash", "MsgFlash", "msgflash"),
    ("ninetynine_digital", "NinetyNineDigital", "99digital"),
    ("wapiflow", "WapiFlow", "wapiflow"),
];

/// A spec with everything that the generator can do and no vendor needs today; for our tests.
const KITCHEN_SINK: &str = "crates/codegen/tests/specs/kitchen_sink.yaml";

/// Where the modules of the Python package go; not part of the published package.
const PYTHON: &str = "python/palabre/vendors";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let out_dir = env::var("OUT_DIR").unwrap_or_default();
    let out_dir = Path::new(&out_dir);
    let mut problems = Vec::new();
    for (module, variant, vendor) in VENDORS {
        let path = format!("specs/{module}.yaml");
        let done = generate(&path, module, variant, vendor, out_dir);
        problems.extend(done.and_then(|()| install(&path, module, out_dir)).err());
    }
    // Not part of the published package.
    if Path::new(KITCHEN_SINK).exists() {
        problems.extend(
            generate(
                KITCHEN_SINK,
                "kitchen_sink",
                "MsgFlash",
                "msgflash",
                out_dir,
            )
            .err(),
        );
    }
    for problem in problems.iter().flat_map(|problems| problems.lines()) {
        println!("cargo::error={problem}");
    }
    if !problems.is_empty() {
        process::exit(1);
    }
}

/// Writes one client, in Rust and in Python, unless neither its spec nor the generator has changed
/// since.
fn generate(
    path: &str,
    module: &str,
    variant: &str,
    vendor: &str,
    out_dir: &Path,
) -> Result<(), String> {
    println!("cargo::rerun-if-changed={path}");
    let yaml = fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    let [rust, python, input] =
        ["rs", "py", "input"].map(|ending| out_dir.join(format!("{module}.{ending}")));
    let fingerprint = format!("{:?}\n{yaml}", modified(&generator()));
    let is_there = rust.exists() && python.exists();
    if is_there && fs::read_to_string(&input).is_ok_and(|old| old == fingerprint) {
        return Ok(());
    }
    let document =
        palabre_codegen::Document::load(path, &yaml).map_err(|problems| problems.to_string())?;
    let code = palabre_codegen::generate(&document, variant, &format!("crate::{module}"))
        .map_err(|problems| problems.to_string())?;
    let typed =
        palabre_codegen::python(&document, vendor).map_err(|problems| problems.to_string())?;
    write(&rust, &code)?;
    write(&python, &typed)?;
    write(&input, &fingerprint)
}

/// Puts a Python module into the package beside us, if there is one and it is not there already.
fn install(spec: &str, module: &str, out_dir: &Path) -> Result<(), String> {
    if !Path::new(PYTHON).exists() {
        return Ok(());
    }
    let made = out_dir.join(format!("{module}.py"));
    let target = Path::new(PYTHON).join(format!("{module}.py"));
    // A file that is missing counts as changed, so it comes back with the next build.
    println!("cargo::rerun-if-changed={}", target.display());
    let text = fs::read_to_string(&made).map_err(|error| format!("{}: {error}", made.display()))?;
    if fs::read_to_string(&target).is_ok_and(|old| old == text) {
        return Ok(());
    }
    write(&target, &text)?;
    // As old as what it was made from: a file that is newer than this run would make cargo take it
    // for changed, and build everything once more.
    let age = modified(Path::new(spec)).max(modified(&generator()));
    let set = |file: fs::File| age.map_or(Ok(()), |age| file.set_modified(age));
    fs::File::options()
        .write(true)
        .open(&target)
        .and_then(set)
        .map_err(|error| format!("{}: {error}", target.display()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// This program, with the generator in it.
fn generator() -> PathBuf {
    env::current_exe().unwrap_or_default()
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
