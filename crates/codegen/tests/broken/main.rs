//! Specs that break a rule, and what is said of each: `tests/specs/broken/<case>.yaml`.

#![expect(clippy::expect_used, reason = "the helpers of tests")]

use std::fs;
use std::path::PathBuf;

use palabre_codegen::{Document, Problem};

/// One test for each broken spec: all its problems, and nothing else.
macro_rules! broken {
    ($($case:ident: [$({ at $pointer:literal is $problem:literal so $instead:literal })+];)+) => {
        pub(crate) const CASES: &[&str] = &[$(stringify!($case)),+];
        $(
            #[test]
            fn $case() {
                let expected = [$(($pointer, $problem, $instead)),+];
                $crate::assert_problems(stringify!($case), &expected);
            }
        )+
    };
}

mod bodies;
mod documents;
mod operations;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/specs/broken")
}

fn assert_problems(case: &str, expected: &[(&str, &str, &str)]) {
    let file = format!("{case}.yaml");
    let yaml = fs::read_to_string(folder().join(&file)).expect("the broken spec");
    let found = Document::load(&file, &yaml)
        .and_then(|document| palabre_codegen::generate(&document, "MsgFlash", "crate::broken"))
        .expect_err("no problem was found");
    let expected: Vec<_> = expected
        .iter()
        .map(|(pointer, problem, instead)| Problem {
            file: file.clone(),
            pointer: (*pointer).to_owned(),
            problem: (*problem).to_owned(),
            instead: (*instead).to_owned(),
        })
        .collect();
    assert_eq!(found.0, expected, "{found}");
}

#[test]
fn every_broken_spec_has_a_test() {
    let mut files: Vec<_> = fs::read_dir(folder())
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name())
        .map(|name| name.to_string_lossy().trim_end_matches(".yaml").to_owned())
        .collect();
    files.sort();
    let mut cases = [documents::CASES, operations::CASES, bodies::CASES].concat();
    cases.sort_unstable();
    assert_eq!(files, cases);
}

#[test]
fn a_problem_is_one_line_with_file_pointer_and_what_to_write() {
    let problem = Problem {
        file: "specs/msgflash.yaml".to_owned(),
        pointer: "/paths/~1contacts/get".to_owned(),
        problem: "summary is missing".to_owned(),
        instead: "write one line of what the operation does".to_owned(),
    };
    assert_eq!(
        problem.to_string(),
        "specs/msgflash.yaml#/paths/~1contacts/get: summary is missing; \
         write one line of what the operation does"
    );
}
