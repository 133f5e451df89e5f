//! What holds for the four specs, and for the one that has everything.

#![expect(clippy::expect_used, reason = "the helpers of tests")]

use std::fs;
use std::path::{Path, PathBuf};

use palabre_codegen::{Document, changed_lines, generate, surface};

const VENDORS: [&str; 4] = ["reachflow", "msgflash", "ninetynine_digital", "wapiflow"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn spec(vendor: &str) -> String {
    fs::read_to_string(root().join(format!("specs/{vendor}.yaml"))).expect("a spec")
}

fn kitchen_sink() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/specs/kitchen_sink.yaml");
    fs::read_to_string(path).expect("the kitchen sink")
}

fn surface_of(vendor: &str, yaml: &str) -> String {
    Document::load(&format!("specs/{vendor}.yaml"), yaml)
        .and_then(|document| surface(&document))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn the_specs_are_those_of_the_four_vendors() {
    let mut found: Vec<_> = fs::read_dir(root().join("specs"))
        .expect("the folder")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
        .filter_map(|path| Some(path.file_stem()?.to_string_lossy().into_owned()))
        .collect();
    found.sort();
    let mut known = VENDORS;
    known.sort_unstable();
    assert_eq!(found, known);
}

#[test]
fn every_spec_passes_the_linter_and_has_the_surface_that_was_reviewed() {
    let mut differences = Vec::new();
    for vendor in VENDORS {
        let path = root().join(format!("tests/golden/surface/{vendor}.txt"));
        let golden = fs::read_to_string(path).unwrap_or_default();
        let lines = changed_lines(&golden, &surface_of(vendor, &spec(vendor)));
        if !lines.is_empty() {
            differences.push(format!("{vendor}:\n{}", lines.join("\n")));
        }
    }
    assert!(
        differences.is_empty(),
        "{}\nrun cargo xtask surface and look at what changed",
        differences.join("\n")
    );
}

#[test]
fn a_new_bound_changes_one_line_of_the_surface() {
    let yaml = spec("msgflash");
    let old = surface_of("msgflash", &yaml);
    let new = surface_of(
        "msgflash",
        &yaml.replace("maxItems: 500", "maxItems: 10000"),
    );
    assert_eq!(
        changed_lines(&old, &new),
        [
            "- type BulkDelete.contactIds: [string format=\"uuid\"] minItems=1 maxItems=500",
            "+ type BulkDelete.contactIds: [string format=\"uuid\"] minItems=1 maxItems=10000",
        ]
    );
}

#[test]
fn lines_that_only_changed_places_are_a_change_too() {
    assert_eq!(changed_lines("a\nb\n", "a\nb\n"), [""; 0]);
    assert_eq!(
        changed_lines("a\nb\n", "b\na\n"),
        ["  the same lines in another order, or more often"]
    );
}

#[test]
fn the_surface_tells_whatever_a_spec_can_say() {
    let surface = surface_of("kitchen_sink", &kitchen_sink());
    let lines: Vec<_> = surface.lines().collect();
    for line in [
        "server https://kitchen.example/v3",
        "scheme Token: Authorization: Bearer from api_key",
        "scheme AppId: X-App-Id from client_id",
        r#"logical-failure {"field":"status","success":["OK","Accepted"],"failure":["FAIL"],"code":"reason","message":"message"}"#,
        r#"rate-limit {"requests":5,"seconds":2}"#,
        "operation open_session POST /session authentication read | application/json Password | 200 Session | security none",
        "operation send_message POST /messages messages send | header Idempotency-Key?: string | header X-Trace?: string | application/json NewMessage \
         | 200 SentMessage | 202 QueuedMessage | 204 | default Outage | 4XX Failure | 409 Clash | 422 WrongFields \
         | failed Failure | proof /message_id | repeat with-key | security Token+AppId",
        "operation pin_message PUT /messages/{message_id} messages write | path message_id: integer | 204 | repeat freely | security Token+AppId",
        "operation page_person POST /calls messages send | application/json PagerCall | 200 PagerCallList \
         | server https://pager.example/v1 or ../pager | fills key from api_key, from from number | security none",
        "enum MessageState: queued, sent, on hold, 24h, self",
        "type Password.password: string secret",
        "type NewMessage: Envelope & {content: NewContent, state?: MessageState, \
         tags?: [string] maxItems=2 or null, meta?: object, type?: string}",
        r#"type Attachment.file: string format="binary" x-max-bytes=16 x-file-types=["png","jpg"]"#,
        r#"type Filter: requires-one-of ["from","to"]"#,
        "type MessageId: string",
        "type Message.pages?: [integer or null]",
        "type Message.anything?: any",
        "type Message.route?: {gateway?: string, hops: [{host?: string, delay?: integer}]}",
        "type Priority: integer enum=[1,2]",
        "type MessageContent: TextContent | PlaceContent",
    ] {
        assert!(lines.contains(&line), "{line}\nis not in\n{surface}");
    }
    let page = "page items=/page/messages next=/page/next more=/page/more \
                current=/page/current last=/page/last total=/page/total";
    assert!(surface.contains(page), "{surface}");
    assert!(surface.contains("page items=all size=50"), "{surface}");
}

#[test]
fn the_same_spec_gives_the_same_text_each_time() {
    let specs = VENDORS.map(spec).into_iter().chain([kitchen_sink()]);
    for yaml in specs {
        let once = || {
            Document::load("spec.yaml", &yaml)
                .and_then(|document| generate(&document, "MsgFlash", "crate::spec"))
                .unwrap_or_else(|problems| panic!("{problems}"))
        };
        let first = once();
        assert!(first.contains("pub static SPEC"), "no client was generated");
        // Not assert_eq: it would print two clients.
        assert!(first == once(), "two runs differ");
    }
}
