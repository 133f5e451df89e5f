//! `palabre contacts import`.

use serde_json::{Value, json};

use crate::stage::{Done, Stage, rows};

const FRENCH: &str = "\u{feff}Nom;Téléphone;Étiquettes;Ville\n\
    Awa Doe;+2290101000001;vip, neuf;Cotonou\n\
    Kofi Mensah;0101000002;;\n\
    Ama;+2290101000003;;\n\
    Awa encore;+2290101000001;;\n\
    Trop;+2290101000004;;;;;\n";

const MAPPED: [&str; 6] = [
    "--map",
    "name=Nom",
    "--map",
    "phone=Téléphone",
    "--map",
    "tags=Étiquettes",
];

fn import(stage: &Stage, name: &str, text: &str, more: &[&str]) -> Done {
    let file = stage.write(name, text);
    let first = ["contacts", "import", &file, "--account", "crm"];
    stage.run(&[&first[..], more].concat())
}

fn results(done: &Done) -> Vec<String> {
    rows(&done.output)
        .iter()
        .map(|row| format!("{} {}", row["line"], row["result"]).replace('"', ""))
        .collect()
}

#[test]
fn rows_are_mapped_created_and_reported_one_by_one() {
    let stage = Stage::new();
    let done = import(
        &stage,
        "contacts.csv",
        FRENCH,
        &[&MAPPED[..], &["--yes"]].concat(),
    );
    assert_eq!(done.status, 3, "{}", done.errors);
    assert_eq!(
        results(&done),
        [
            "2 created",
            "3 refused",
            "4 created",
            "5 refused",
            "6 refused"
        ]
    );
    let report = rows(&done.output);
    assert!(report[0]["id"].is_string());
    assert_eq!(report[1]["phone"], "0101000002");
    assert_eq!(report[3]["reason"], "the same phone number as line 2");
    assert_eq!(report[4]["reason"], "has 7 cells, the header has 4");
    assert!(
        done.errors.contains("columns that are not imported: Ville"),
        "{}",
        done.errors
    );
    assert!(
        done.errors.contains("2 created, 3 refused"),
        "{}",
        done.errors
    );

    let sent: Vec<Value> = stage
        .written()
        .iter()
        .map(|request| request.body.clone())
        .collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0]["name"], "Awa Doe");
    assert_eq!(sent[0]["phone"], "+2290101000001");
    assert_eq!(sent[0]["tags"], json!(["vip", "neuf"]));
}

#[test]
fn a_dry_run_checks_every_row_and_sends_nothing() {
    let stage = Stage::new();
    let done = import(
        &stage,
        "contacts.csv",
        FRENCH,
        &[&MAPPED[..], &["--dry-run"]].concat(),
    );
    assert_eq!(done.status, 3);
    assert_eq!(
        results(&done),
        [
            "2 would_create",
            "3 refused",
            "4 would_create",
            "5 refused",
            "6 refused"
        ]
    );
    assert!(stage.sandbox.journal().is_empty());
    let lines = import(
        &stage,
        "contacts.csv",
        FRENCH,
        &[&MAPPED[..], &["--dry-run", "-o", "table"]].concat(),
    );
    let lines: Vec<_> = lines.output.lines().collect();
    assert_eq!(lines.len(), 5);
    assert!(lines[0].starts_with("line 2: POST http://"), "{}", lines[0]);
    assert!(
        lines[1].starts_with("line 3: refused: phone: "),
        "{}",
        lines[1]
    );
}

#[test]
fn nothing_is_imported_without_a_yes() {
    let stage = Stage::new();
    let done = import(
        &stage,
        "contacts.csv",
        "phone,name\n+2290101000001,Awa\n",
        &[],
    );
    assert_eq!((done.status, &*done.output), (2, ""));
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn a_row_that_the_vendor_refuses_does_not_stop_the_others() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "create_contact", "status": 409}));
    let text = "phone,name\n+2290101000001,Awa\n+2290101000002,Kofi\n";
    let done = import(&stage, "contacts.csv", text, &["--yes"]);
    assert_eq!(
        (done.status, results(&done)),
        (3, vec!["2 refused".to_owned(), "3 created".to_owned()])
    );
}

#[test]
fn a_row_of_unknown_outcome_is_told_and_not_repeated() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "create_contact", "close": "after"}));
    let text = "phone,name\n+2290101000001,Awa\n+2290101000002,Kofi\n";
    let done = import(&stage, "contacts.csv", text, &["--yes"]);
    assert_eq!(
        (done.status, results(&done)),
        (3, vec!["2 unknown".to_owned(), "3 created".to_owned()])
    );
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn a_failure_that_all_would_share_ends_the_import_and_the_rest_is_told() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "create_contact", "after": 1, "status": 401, "times": null}));
    let text = "phone,name\n+2290101000001,A\n+2290101000002,B\n+2290101000003,C\nwrong,D\n";
    let done = import(&stage, "contacts.csv", text, &["--yes"]);
    assert_eq!(done.status, 3);
    assert_eq!(
        results(&done),
        ["2 created", "3 refused", "4 not_attempted", "5 refused"]
    );
    assert_eq!(stage.written().len(), 2);
}

#[test]
fn a_row_that_comes_too_fast_waits_and_is_created() {
    let stage = Stage::new();
    stage.fault(json!({
        "operation": "create_contact", "status": 429, "headers": {"retry-after": "0"}, "times": 2,
    }));
    let done = import(
        &stage,
        "contacts.csv",
        "phone,name\n+2290101000001,Awa\n",
        &["--yes"],
    );
    assert_eq!(
        (done.status, results(&done)),
        (0, vec!["2 created".to_owned()]),
        "{}",
        done.errors
    );
}

#[test]
fn json_lines_are_imported_and_the_report_goes_into_a_file() {
    let stage = Stage::new();
    let text = r#"{"name": "Awa", "phone": "+2290101000001", "meta": {"source": "fair"}, "id": "x"}

{"name": "Kofi", "phone": 2290101000002}
[]
"#;
    let done = import(
        &stage,
        "contacts.jsonl",
        text,
        &["--yes", "--out", "report.csv"],
    );
    assert_eq!((done.status, &*done.output), (3, ""), "{}", done.errors);
    assert!(
        !done.errors.contains("not imported"),
        "the id is the vendor's: {}",
        done.errors
    );
    let report = stage.read("report.csv");
    let lines: Vec<_> = report.lines().collect();
    assert_eq!(lines[0], "line,account,phone,result,id,reason");
    assert!(
        lines[1].starts_with("1,crm,+2290101000001,created,"),
        "{}",
        lines[1]
    );
    assert_eq!(lines[2], "3,crm,,refused,,phone: is not a text");
    assert_eq!(lines[3], "4,crm,,refused,,is not a JSON object");
    assert_eq!(stage.written()[0].body["meta"], json!({"source": "fair"}));
}

#[test]
fn an_export_can_be_imported_again() {
    let stage = Stage::new();
    let list = ["contacts", "export", "--account", "shop", "--limit", "3"];
    for name in ["contacts.csv", "contacts.jsonl"] {
        stage.prints(&[&list[..], &["--out", name]].concat());
        let text = stage.read(name);
        let file = stage.write(name, &text);
        let import = [
            "contacts",
            "import",
            &file,
            "--account",
            "shop",
            "--dry-run",
        ];
        let done = stage.run(&import);
        assert_eq!(done.status, 0, "{name}: {}{}", done.output, done.errors);
        assert_eq!(rows(&done.output).len(), 3, "{name}");
    }
}

#[test]
fn what_is_no_file_of_contacts_is_refused_as_a_whole() {
    let stage = Stage::new();
    for (name, text, more) in [
        ("a.xlsx", "phone\n+1\n", &[][..]),
        ("a.csv", "", &[]),
        ("a.csv", "phone\n", &[]),
        ("a.csv", "name\nAwa\n", &[]),
        ("a.csv", "phone,phone\n+1,+2\n", &[]),
        ("a.csv", "phone\n+1\n", &["--map", "colour=phone"]),
        ("a.csv", "phone\n+1\n", &["--map", "name=Nom"]),
        ("a.jsonl", "{\"phone\": \"+1\"}\n", &["--delimiter", ";"]),
    ] {
        let done = import(&stage, name, text, &[more, &["--yes"]].concat());
        assert_eq!(
            (done.status, &*done.output),
            (2, ""),
            "{name} {text:?} {}",
            done.errors
        );
    }
    let missing = [
        "contacts",
        "import",
        "missing.csv",
        "--account",
        "crm",
        "--yes",
    ];
    assert_eq!(stage.run(&missing).status, 1);
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn a_file_is_read_from_the_standard_input() {
    let stage = Stage::new();
    let import = [
        "contacts",
        "import",
        "-",
        "--format",
        "csv",
        "--account",
        "crm",
        "--yes",
    ];
    let done = stage.run_with(&import, "phone\tname\n+2290101000001\tAwa\n");
    assert_eq!(
        (done.status, results(&done)),
        (0, vec!["2 created".to_owned()]),
        "{}",
        done.errors
    );
}
