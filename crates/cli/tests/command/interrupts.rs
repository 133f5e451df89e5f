//! Ctrl-C and SIGTERM, as a terminal and `docker stop` send them.

use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use palabre::ledger::{Counts, Ledger};
use serde_json::json;

use crate::stage::{Done, Stage, done, rows};

/// Long enough for a slow machine, and shorter than what a test makes slow.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is slow.
const SLOW: u32 = 60_000;

fn start(stage: &Stage, arguments: &[&str]) -> Child {
    let mut command = stage.command(arguments);
    let streams = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    streams.stderr(Stdio::piped()).spawn().unwrap()
}

fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let began = Instant::now();
    while !is_so() {
        assert!(began.elapsed() < PATIENCE, "{what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn wait_for_request(stage: &Stage, operation: &str) {
    wait_until(operation, || {
        let journal = stage.sandbox.journal();
        journal
            .iter()
            .any(|entry| entry.operation == Some(operation))
    });
}

fn signal(child: &Child, name: &str) {
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-s", name, &pid]).status();
    assert!(sent.unwrap().success());
}

/// How it ended, which has to be soon.
fn ended(mut child: Child) -> Done {
    // It stays open: a pipe that nobody closes is what this is about.
    let pipe = child.stdin.take();
    let began = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            panic!("it goes on: {:?}", child.wait_with_output());
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    let output = child.wait_with_output().unwrap();
    drop(pipe);
    done(output)
}

fn counts(stage: &Stage) -> Counts {
    let ledger = Ledger::open(stage.path("campaign.db")).unwrap();
    ledger.counts().unwrap()
}

const SEND: [&str; 8] = [
    "messages",
    "send-many",
    "people.csv",
    "--text",
    "Hello",
    "--ledger",
    "campaign.db",
    "--yes",
];

fn people(stage: &Stage, count: u32) {
    let people = (0..count).map(|index| format!("+88019880000{index:02}\n"));
    stage.write("people.csv", &format!("to\n{}", people.collect::<String>()));
}

#[test]
fn ctrl_c_ends_a_run_that_looks_messages_up() {
    let stage = Stage::new();
    people(&stage, 3);
    let send = [&SEND[..], &["--account", "crm"]].concat();
    stage.fault(json!({"operation": "send_message", "close": "after", "times": null}));
    // The look-up at the end of the run finds nothing.
    stage.fault(json!({"operation": "list_messages", "status": 500, "times": null}));
    assert_eq!(stage.run(&send).status, 3);
    assert_eq!(counts(&stage).unknown, 3);
    stage.sandbox.clear_faults();
    stage.sandbox.clear_journal();
    stage.fault(json!({"operation": "list_messages", "delay_ms": SLOW, "times": null}));
    let resume = [
        "messages",
        "send-many",
        "--resume",
        "--ledger",
        "campaign.db",
        "--account",
        "crm",
        "--yes",
    ];
    let child = start(&stage, &resume);
    wait_for_request(&stage, "list_messages");
    signal(&child, "INT");
    let done = ended(child);
    assert_eq!(done.status, 130, "{}", done.errors);
    assert!(done.errors.contains("3 unknown"), "{}", done.errors);
    // It was not dropped: it has written down that it ended.
    let events = Ledger::open(stage.path("campaign.db")).unwrap().events();
    let causes: Vec<_> = events
        .unwrap()
        .into_iter()
        .map(|event| event.cause)
        .collect();
    let mut runs = causes.iter().filter(|cause| cause.starts_with("run_"));
    assert_eq!(runs.next_back().unwrap(), "run_ended", "{causes:?}");
}

#[test]
fn ctrl_c_ends_a_run_that_reads_a_pipe() {
    let stage = Stage::new();
    let send = [
        &SEND[..2],
        &["-", "--format", "csv", "--account", "shop"],
        &SEND[3..],
    ]
    .concat();
    let mut child = start(&stage, &send);
    let stdin = child.stdin.as_mut().unwrap();
    stdin.write_all(b"to\n+8801988000000\n").unwrap();
    wait_until("a ledger", || stage.path("campaign.db").exists());
    signal(&child, "INT");
    let done = ended(child);
    assert_eq!(done.status, 130, "{}", done.errors);
    assert!(
        done.errors.contains("interrupted: ") && done.errors.contains("nothing was planned"),
        "{}",
        done.errors
    );
    assert!(stage.written().is_empty());
}

#[test]
fn a_second_ctrl_c_waits_for_nothing_and_loses_nothing() {
    let stage = Stage::new();
    people(&stage, 20);
    stage.fault(json!({"operation": "send_message", "delay_ms": SLOW, "times": null}));
    let child = start(&stage, &[&SEND[..], &["--account", "shop"]].concat());
    wait_for_request(&stage, "send_message");
    signal(&child, "INT");
    // Two at the same time are one.
    std::thread::sleep(Duration::from_millis(100));
    signal(&child, "INT");
    let done = ended(child);
    assert_eq!(done.status, 130, "{}", done.errors);
    let counts = counts(&stage);
    assert_eq!((counts.total(), counts.attempting), (20, 0));
    assert!(counts.unknown > 0 && counts.planned > 0, "{counts}");
    assert_eq!(rows(&done.output)[0]["unknown"], json!(counts.unknown));
    assert!(done.errors.contains(&counts.to_string()), "{}", done.errors);
}

#[test]
fn sigterm_lets_what_is_under_way_be_answered() {
    let stage = Stage::new();
    people(&stage, 30);
    stage.fault(json!({"operation": "send_message", "delay_ms": 100, "times": null}));
    let send = [&SEND[..], &["--account", "shop", "--max-in-flight", "2"]].concat();
    let child = start(&stage, &send);
    wait_for_request(&stage, "send_message");
    signal(&child, "TERM");
    let done = ended(child);
    assert_eq!(done.status, 143, "{}", done.errors);
    let counts = counts(&stage);
    assert_eq!((counts.unknown, counts.attempting), (0, 0), "{counts}");
    assert!(counts.accepted > 0 && counts.planned > 0, "{counts}");
    assert!(
        done.errors.contains("--resume --ledger campaign.db"),
        "{}",
        done.errors
    );
    // What was answered is not sent again.
    stage.sandbox.clear_faults();
    assert_eq!(stage.run(&send).status, 0);
    assert_eq!(stage.sandbox.sent().len(), 30);
}

#[test]
fn sigterm_leaves_the_report_of_an_import_whole() {
    let stage = Stage::new();
    let people = "name,phone\nAwa,+2290101000101\nKofi,+2290101000102\n";
    let file = stage.write("people.csv", people);
    stage.fault(json!({"operation": "create_contact", "delay_ms": SLOW, "times": null}));
    let import = [
        "contacts",
        "import",
        &file,
        "--account",
        "crm",
        "--yes",
        "--out",
        "report.jsonl",
    ];
    let child = start(&stage, &import);
    wait_for_request(&stage, "create_contact");
    signal(&child, "TERM");
    let done = ended(child);
    assert_eq!(done.status, 143, "{}", done.errors);
    let report = rows(&stage.read("report.jsonl"));
    let results: Vec<_> = report.iter().map(|row| &row["result"]).collect();
    assert_eq!(results, ["unknown", "not_attempted"]);
}

#[test]
fn sigterm_during_a_deletion_says_that_it_may_have_happened() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "bulk_delete_contacts", "delay_ms": SLOW}));
    let delete = [
        "contacts",
        "delete-many",
        "CONTACT_UUID_1",
        "--account",
        "crm",
        "--yes",
    ];
    let child = start(&stage, &delete);
    wait_for_request(&stage, "bulk_delete_contacts");
    signal(&child, "TERM");
    let done = ended(child);
    assert_eq!(done.status, 143, "{}", done.errors);
    assert!(done.errors.contains("may have happened"), "{}", done.errors);
}
