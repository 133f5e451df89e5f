//! `messages send-many`, `contacts import --ledger` and `ledger`.

use serde_json::{Value, json};

use crate::stage::{Stage, rows};

const PEOPLE: &str = "to,first_name,key\n\
    +8801988000000,Awa,a\n\
    +8801988000001,Kofi,b\n\
    01988,Mal,c\n\
    +8801988000003,,d\n";

const TEXT: &str = "Hello {first_name}";

fn send<'a>(file: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec![
        "messages",
        "send-many",
        file,
        "--account",
        "shop",
        "--text",
        TEXT,
    ];
    arguments.extend(more);
    arguments
}

fn accepted(stage: &Stage) -> Vec<String> {
    let sent = stage.sandbox.sent().into_iter();
    let mut sent: Vec<_> = sent
        .filter(|sent| sent.accepted)
        .map(|sent| sent.to)
        .collect();
    sent.sort();
    sent
}

#[test]
fn a_plan_shows_each_row_and_sends_nothing() {
    let stage = Stage::new();
    let file = stage.write("people.csv", PEOPLE);
    let done = stage.run(&send(&file, &["--plan"]));
    assert_eq!(done.status, 3, "{}", done.errors);
    let planned = rows(&done.output);
    let states: Vec<_> = planned
        .iter()
        .map(|row| row["state"].as_str().unwrap())
        .collect();
    assert_eq!(states, ["planned", "planned", "refused", "refused"]);
    assert_eq!(planned[0]["to"], "+880********00");
    assert!(
        planned[3]["reason"]
            .as_str()
            .unwrap()
            .starts_with("no value for {first_name}")
    );
    assert!(
        done.errors.contains("2 of 4 rows would be refused"),
        "{}",
        done.errors
    );
    assert!(stage.written().is_empty());
}

#[test]
fn people_of_a_file_get_one_message_however_often_it_runs() {
    let stage = Stage::new();
    let file = stage.write("people.csv", PEOPLE);
    for _ in 0..2 {
        let done = stage.run(&send(&file, &["--ledger", "campaign.db", "--yes"]));
        assert_eq!(done.status, 3, "{}", done.errors);
        let summary = &rows(&done.output)[0];
        assert_eq!(
            (&summary["accepted"], &summary["refused"]),
            (&json!(2), &json!(2))
        );
        assert!(
            done.errors.contains("2 of 4 accepted, 2 refused"),
            "{}",
            done.errors
        );
    }
    assert_eq!(accepted(&stage), ["+8801988000000", "+8801988000001"]);
    let done = stage.run(&[
        "messages",
        "send-many",
        "--resume",
        "--ledger",
        "campaign.db",
        "--account",
        "shop",
        "--yes",
    ]);
    assert_eq!(done.status, 3, "{}", done.errors);
    assert_eq!(accepted(&stage).len(), 2);
}

#[test]
fn rows_come_from_json_lines_and_the_standard_input_too() {
    let stage = Stage::new();
    let lines: String = (0..30)
        .map(|index| {
            json!({"number": format!("+88019880000{index:02}"), "first_name": "Awa"}).to_string()
                + "\n"
        })
        .collect();
    let arguments = [
        "messages",
        "send-many",
        "-",
        "--format",
        "jsonl",
        "--account",
        "shop",
        "--text",
        TEXT,
        "--map",
        "to=number",
        "--ledger",
        "campaign.db",
    ];
    let done = stage.run_with(&arguments, &lines);
    assert_eq!(done.status, 2, "{}", done.errors);
    let mut arguments = arguments.to_vec();
    arguments.push("--yes");
    let done = stage.run_with(&arguments, &lines);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert_eq!(accepted(&stage).len(), 30);
}

#[test]
fn a_ledger_is_shown_exported_and_resolved() {
    let stage = Stage::new();
    let file = stage.write("people.csv", PEOPLE);
    stage.fault(json!({"operation": "send_message", "close": "after"}));
    let done = stage.run(&send(
        &file,
        &["--ledger", "campaign.db", "--yes", "--max-in-flight", "1"],
    ));
    assert_eq!(done.status, 3);
    assert!(
        done.errors.contains("palabre ledger resolve"),
        "{}",
        done.errors
    );

    let shown = stage.rows(&["ledger", "show", "campaign.db"]);
    assert_eq!(
        (&shown[0]["unknown"], &shown[0]["account"]),
        (&json!(1), &json!("shop"))
    );
    let unknown = stage.rows(&["ledger", "export", "campaign.db", "--state", "unknown"]);
    assert_eq!(unknown[0]["row"], 1);
    assert_eq!(unknown[0]["to"], "+880********00");
    stage.prints(&[
        "ledger",
        "export",
        "campaign.db",
        "--numbers",
        "--out",
        "all.csv",
    ]);
    let all = stage.read("all.csv");
    assert_eq!(all.lines().count(), 5);
    assert!(
        all.contains("8801988000000") && !all.contains("Hello"),
        "{all}"
    );

    stage.prints(&[
        "ledger",
        "resolve",
        "campaign.db",
        "--row",
        "1",
        "--as",
        "accepted",
        "--note",
        "seen",
    ]);
    let row = &stage.rows(&["ledger", "export", "campaign.db", "--state", "accepted"])[0];
    assert_eq!(
        (&row["note"], &row["decided"]),
        (&json!("seen"), &Value::Bool(true))
    );
    let done = stage.run(&["ledger", "rebind", "campaign.db"]);
    assert_eq!(done.status, 0, "{}", done.errors);
    let done = stage.run(&[
        "ledger",
        "resolve",
        "campaign.db",
        "--row",
        "1",
        "--as",
        "resend",
    ]);
    assert_eq!(done.status, 15, "{}", done.errors);
    let done = stage.run(&["ledger", "show", "no.db"]);
    assert_eq!(done.status, 23, "{}", done.errors);
}

#[test]
fn an_import_with_a_ledger_creates_each_contact_once() {
    let stage = Stage::new();
    let file = stage.write(
        "people.csv",
        "name,phone,tags\nAwa,+2290101000101,fair\nKofi,+2290101000102,\nMal,01988,\n",
    );
    for _ in 0..2 {
        let done = stage.run(&[
            "contacts",
            "import",
            &file,
            "--account",
            "crm",
            "--ledger",
            "import.db",
            "--yes",
        ]);
        assert_eq!(done.status, 3, "{}", done.errors);
        assert!(
            done.errors.contains("2 of 3 accepted, 1 refused"),
            "{}",
            done.errors
        );
    }
    assert_eq!(stage.written().len(), 2);
    let kept = stage.rows(&["ledger", "export", "import.db"]);
    assert_eq!(kept[0]["key"], "line 2");
}

#[test]
fn what_ends_the_run_says_how_to_go_on() {
    let stage = Stage::new();
    let people: String = (0..40)
        .map(|index| format!("+88019880000{index:02},Awa\n"))
        .collect();
    let file = stage.write("people.csv", &format!("to,first_name\n{people}"));
    stage.fault(json!({
        "operation": "send_message", "times": null, "after": 4, "status": 401,
        "body": {"message": "No."},
    }));
    let done = stage.run(&send(&file, &["--ledger", "campaign.db", "--yes"]));
    assert_eq!(done.status, 3, "{}", done.errors);
    assert!(
        done.errors.contains("--resume --ledger campaign.db"),
        "{}",
        done.errors
    );
    stage.sandbox.clear_faults();
    let done = stage.run(&send(&file, &["--ledger", "campaign.db", "--yes"]));
    assert_eq!(done.status, 0, "{}", done.errors);
    assert_eq!(accepted(&stage).len(), 40);
}

/// A ledger of four people, two of them in order, of whom nobody was reached.
fn unreached(stage: &Stage) -> String {
    let refused = json!({"message": "No."});
    stage.fault(json!({
        "operation": "send_message", "times": null, "status": 401, "body": refused,
    }));
    let ledger = stage.path("campaign.db").display().to_string();
    let file = stage.write("people.csv", PEOPLE);
    let done = stage.run(&send(&file, &["--ledger", &ledger, "--yes"]));
    assert_eq!(done.status, 3, "{}", done.errors);
    stage.sandbox.clear_faults();
    ledger
}

#[test]
fn a_dry_run_of_what_is_left_shows_it_and_sends_nothing() {
    let stage = Stage::new();
    let ledger = unreached(&stage);
    let dry = [
        "messages",
        "send-many",
        "--resume",
        "--dry-run",
        "--yes",
        "--ledger",
        &ledger,
    ];
    let done = stage.run(&dry);
    assert_eq!(done.status, 0, "{}", done.errors);
    assert_eq!(rows(&done.output).len(), 2, "{}", done.output);
    assert_eq!(accepted(&stage), Vec::<String>::new());
}

#[test]
fn what_a_person_has_decided_is_not_left() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "send_message", "close": "before", "times": null}));
    let file = stage.write("people.csv", PEOPLE);
    let done = stage.run(&send(&file, &["--ledger", "campaign.db", "--yes"]));
    assert_eq!(done.status, 3, "{}", done.errors);
    stage.sandbox.clear_faults();
    let decided = [
        "ledger",
        "resolve",
        "campaign.db",
        "--all-unknown",
        "--as",
        "not_sent",
    ];
    assert_eq!(stage.run(&decided).status, 0);
    let left = [
        "messages",
        "send-many",
        "--resume",
        "--dry-run",
        "--ledger",
        "campaign.db",
    ];
    let done = stage.run(&left);
    assert_eq!((done.status, &*done.output), (0, ""), "{}", done.errors);
}

#[test]
fn a_ledger_is_resumed_by_the_account_that_it_belongs_to_and_takes_nothing_new() {
    let stage = Stage::new();
    let ledger = unreached(&stage);
    for new in [["--text", "Other"], ["--from", "1"], ["--map", "to=to"]] {
        let mut resume = vec![
            "messages",
            "send-many",
            "--resume",
            "--ledger",
            &ledger,
            "--yes",
        ];
        resume.extend(new);
        assert_eq!(stage.run(&resume).status, 2, "{new:?}");
    }
    assert_eq!(accepted(&stage), Vec::<String>::new());
    let resume = [
        "messages",
        "send-many",
        "--resume",
        "--ledger",
        &ledger,
        "--yes",
    ];
    let done = stage.run(&resume);
    assert_eq!(done.status, 3, "{}", done.errors);
    assert_eq!(accepted(&stage), ["+8801988000000", "+8801988000001"]);
}

#[test]
fn a_plan_beside_a_ledger_that_has_begun_says_so() {
    let stage = Stage::new();
    let ledger = unreached(&stage);
    let file = stage.write("people.csv", PEOPLE);
    let done = stage.run(&send(&file, &["--ledger", &ledger, "--plan"]));
    assert!(done.errors.contains("has begun already"), "{}", done.errors);
}

#[test]
fn a_row_goes_out_from_the_number_that_its_column_names() {
    for (columns, more) in [
        ("to,from", &[][..]),
        ("to,from_", &[]),
        ("to,sender", &["--map", "from=sender"]),
        ("to,sender", &["--map", "from_=sender"]),
    ] {
        let stage = Stage::new();
        let people = format!("{columns}\n+8801988000000,972507654321\n");
        let file = stage.write("people.csv", &people);
        let mut arguments = send(&file, &["--ledger", "campaign.db", "--yes"]);
        arguments[4] = "resale";
        arguments[6] = "Hello";
        arguments.extend(more);
        let done = stage.run(&arguments);
        assert_eq!(done.status, 0, "{columns}: {}", done.errors);
        // The second of the account's numbers.
        let sent = stage.sandbox.sent();
        assert_eq!(sent[0].from.as_deref(), Some("972507654321"), "{columns}");
    }
}

#[test]
fn what_cannot_be_mapped_is_refused_before_anything_is_sent() {
    let stage = Stage::new();
    let csv = stage.write("people.csv", PEOPLE);
    let lines = r#"{"to": "+8801988000000", "first_name": "Awa", "sender": null}"#;
    let lines = stage.write("people.jsonl", lines);
    for (file, map, status, told) in [
        (&csv, "nope=key", 2, "\"nope\" is not an argument; one of"),
        (&csv, "txt=key", 2, "did you mean text?"),
        (&csv, "at=key", 2, "is not an argument"),
        (&csv, "variable=key", 2, "variables, a JSON list"),
        (
            &csv,
            "from=nocolumn",
            2,
            "there is no column \"nocolumn\"; there are to, first_name, key",
        ),
        (
            &lines,
            "from=nocolumn",
            11,
            "no row has the column \"nocolumn\"; the first one has first_name, sender, to",
        ),
        (&lines, "from=sender", 0, ""),
    ] {
        let done = stage.run(&send(
            file,
            &["--ledger", "campaign.db", "--yes", "--map", map],
        ));
        assert_eq!(done.status, status, "{map}: {}", done.errors);
        assert!(done.errors.contains(told), "{map}: {}", done.errors);
        assert_eq!(accepted(&stage).len(), usize::from(status == 0), "{map}");
    }
}

#[test]
fn a_column_called_like_an_option_that_no_cell_can_hold_is_refused() {
    let stage = Stage::new();
    let csv = stage.write(
        "people.csv",
        "to,first_name,variable\n+8801988000000,Awa,x\n",
    );
    let lines = r#"{"to": "+8801988000000", "first_name": "Awa", "header-variable": "x"}"#;
    let lines = stage.write("people.jsonl", lines);
    for (file, status, told) in [
        (
            &csv,
            2,
            "\"variable\" is not an argument; variables, a JSON list",
        ),
        (&lines, 11, "header_variables, a JSON list"),
    ] {
        let done = stage.run(&send(file, &["--ledger", "campaign.db", "--yes"]));
        assert_eq!(done.status, status, "{}", done.errors);
        assert!(done.errors.contains(told), "{}", done.errors);
    }
    assert!(stage.written().is_empty());
}

#[test]
fn one_row_is_one_row() {
    let stage = Stage::new();
    let file = stage.write("people.csv", "to,first_name\n01988,Awa\n");
    let done = stage.run(&send(&file, &["--plan"]));
    assert!(done.errors.contains("1 of 1 row would"), "{}", done.errors);
}
