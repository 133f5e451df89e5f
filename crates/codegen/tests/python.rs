//! What editors are told of a vendor's operations follows from its spec, and from nothing else.

#![expect(clippy::expect_used, reason = "the helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};

use palabre_codegen::{Document, changed_lines, python};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &str) -> String {
    fs::read_to_string(root().join(path)).expect("a file")
}

fn spec(vendor: &str) -> String {
    text(&format!("specs/{vendor}.yaml"))
}

fn kitchen_sink() -> String {
    text("crates/codegen/tests/specs/kitchen_sink.yaml")
}

fn module(yaml: &str) -> String {
    Document::load("crates/codegen/tests/specs/kitchen_sink.yaml", yaml)
        .and_then(|document| python(&document, "kitchen_sink"))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

/// What a change of a spec changes in its module.
fn change(yaml: &str, old: &str, new: &str) -> Vec<String> {
    assert!(yaml.contains(old), "{old} is not in the spec");
    changed_lines(&module(yaml), &module(&yaml.replacen(old, new, 1)))
}

#[test]
fn the_module_of_the_kitchen_sink_is_the_one_that_was_reviewed() {
    let lines = changed_lines(
        &text("tests/golden/python/kitchen_sink.py"),
        &module(&kitchen_sink()),
    );
    assert!(
        lines.is_empty(),
        "{}\nrun cargo xtask python and look at what changed",
        lines.join("\n")
    );
}

#[test]
fn every_operation_of_every_spec_is_a_method_sync_and_async() {
    for vendor in ["reachflow", "msgflash", "ninetynine_digital", "wapiflow"] {
        let yaml = spec(vendor);
        let module = module(&yaml);
        let ids = yaml
            .lines()
            .filter_map(|line| line.trim().strip_prefix("operationId: "));
        let mut count = 0;
        for id in ids {
            for define in [format!("    def {id}("), format!("    async def {id}(")] {
                assert_eq!(
                    module.lines().filter(|line| *line == define).count(),
                    1,
                    "{vendor} {id}"
                );
            }
            count += 1;
        }
        assert!(count > 1, "{vendor} has no operations");
    }
}

#[test]
fn a_new_bound_changes_what_an_editor_shows() {
    let lines = change(&spec("msgflash"), "maxItems: 500", "maxItems: 10000");
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines[0].starts_with("- ") && lines[0].contains("1 to 500"),
        "{lines:?}"
    );
    assert!(
        lines[2].starts_with("+ ") && lines[2].contains("1 to 10000"),
        "{lines:?}"
    );
}

#[test]
fn a_renamed_field_changes_the_type_of_the_answer() {
    let yaml = spec("msgflash").replace("contactCount:", "contacts:");
    assert_eq!(
        changed_lines(&module(&spec("msgflash")), &module(&yaml)),
        [
            "-     contactCount: NotRequired[int]",
            "+     contacts: NotRequired[int]"
        ]
    );
}

#[test]
fn a_new_operation_is_a_new_method() {
    let lines = change(
        &kitchen_sink(),
        "  /messages/{message_id}:\n",
        "  /ping:
    get:
      operationId: ping
      summary: Do nothing
      tags: [messages]
      x-source: *source
      x-effect: read
      responses:
        '204': {description: Nothing was done.}

  /messages/{message_id}:
",
    );
    for line in [
        "+     def ping(",
        "+     async def ping(",
        "+             Nothing was done.",
    ] {
        assert!(
            lines.iter().any(|known| known == line),
            "{line} is not in {lines:#?}"
        );
    }
    assert!(
        lines.iter().all(|line| line.starts_with("+ ")),
        "{lines:#?}"
    );
}

#[test]
fn a_field_that_is_no_longer_required_or_may_be_null_changes_its_type() {
    let yaml = kitchen_sink();
    assert_eq!(
        change(&yaml, "required: [token]", "required: []"),
        ["-     token: str", "+     token: NotRequired[str]"]
    );
    assert_eq!(
        change(
            &yaml,
            "token: {type: string, x-secret: true}",
            "token: {type: string, nullable: true, x-secret: true}"
        ),
        ["-     token: str", "+     token: str | None"]
    );
}

#[test]
fn a_new_word_of_an_enum_stands_among_the_others_and_the_enum_stays_open() {
    let lines = change(
        &kitchen_sink(),
        "enum: [queued, sent,",
        "enum: [queued, read, sent,",
    );
    assert_eq!(
        lines[1],
        r#"+ MessageState: TypeAlias = Literal["queued", "read", "sent", "on hold", "24h", "self"] | str"#
    );
}

#[test]
fn an_answer_that_holds_itself_is_written_so_that_python_can_read_it() {
    let yaml = kitchen_sink().replacen(
        "        urgent: {type: boolean}\n        state:",
        "        urgent: {type: boolean}\n        thread: {type: array, items: {$ref: '#/components/schemas/Message'}}\n        state:",
        1,
    );
    let module = module(&yaml);
    assert!(
        module.contains("\n    thread: NotRequired[\"list[Message]\"]\n"),
        "{module}"
    );
}

#[test]
fn a_component_that_may_be_null_is_so_wherever_it_is_used() {
    let yaml = kitchen_sink().replacen(
        "    Person:\n      type: object\n",
        "    Person:\n      type: object\n      nullable: true\n",
        1,
    );
    let module = module(&yaml);
    assert!(module.contains("\n    sender: Person | None\n"), "{module}");
    assert!(module.contains("\nclass Person(TypedDict):\n"), "{module}");
}

#[test]
fn a_spec_that_breaks_a_rule_has_no_module() {
    let yaml = kitchen_sink().replacen("operationId: open_session", "operationId: openSession", 1);
    let problems = Document::load("spec.yaml", &yaml).and_then(|document| python(&document, "x"));
    let problems = problems.expect_err("a problem").to_string();
    assert!(problems.contains("write open_session"), "{problems}");
}

#[test]
fn the_same_spec_gives_the_same_module_each_time() {
    for yaml in [spec("msgflash"), spec("wapiflow"), kitchen_sink()] {
        assert!(module(&yaml) == module(&yaml), "two runs differ");
    }
}
