//! The derived files of the repository are what the commands would write.

#![expect(clippy::expect_used, reason = "the helper of tests")]

use std::process::Command;

fn is_up_to_date(command: &str) {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args([command, "--check"])
        .output()
        .expect("the command runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
}

#[test]
fn the_surface_of_every_spec_is_up_to_date() {
    is_up_to_date("surface");
}

#[test]
fn the_python_module_of_the_kitchen_sink_is_up_to_date() {
    is_up_to_date("python");
}

#[test]
fn the_capability_tables_are_up_to_date() {
    is_up_to_date("matrix");
}
