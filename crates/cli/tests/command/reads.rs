//! Lists and single objects, from one account and from all.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read};
use std::process::Stdio;

use serde_json::json;

use crate::stage::{Stage, rows};

#[test]
fn a_list_asks_every_account_that_can() {
    let stage = Stage::new();
    let rows = stage.rows(&["contacts", "list"]);
    let of = |account: &str| {
        let rows = rows.iter().filter(|row| row["account"] == account);
        rows.count()
    };
    assert_eq!(of("crm") + of("resale") + of("shop"), rows.len());
    assert!(of("crm") > 100 && of("resale") > 100 && of("shop") > 100);
    let asked = stage.sandbox.journal();
    let asked = asked.iter().filter_map(|request| request.operation);
    let asked: BTreeSet<_> = asked.collect();
    // 99digital's number has a key of its own, which is fetched.
    let of_keys = ["create_access_token", "get_whatsapp"];
    let lists = ["get_contacts", "list_contacts"];
    assert_eq!(asked, of_keys.into_iter().chain(lists).collect());
}

#[test]
fn a_list_of_one_account_asks_that_one_alone() {
    let stage = Stage::new();
    let rows = stage.rows(&["numbers", "list", "--account", "support"]);
    assert_eq!(rows.len(), 4);
    assert!(rows.iter().all(|row| row["account"] == "support"));
    assert_eq!(stage.sandbox.journal().len(), 1);
}

#[test]
fn a_limit_ends_a_list_without_reading_the_rest() {
    let stage = Stage::new();
    let some = [
        "contacts",
        "list",
        "--account",
        "shop",
        "--page-size",
        "5",
        "--limit",
        "7",
    ];
    assert_eq!(stage.rows(&some).len(), 7);
    assert_eq!(stage.sandbox.journal().len(), 2);
    let both = stage.rows(&["contacts", "list", "--limit", "2"]);
    let accounts: Vec<_> = both.iter().map(|row| row["account"].clone()).collect();
    assert_eq!(accounts, ["crm", "crm", "resale", "resale", "shop", "shop"]);
    assert_eq!(stage.run(&["contacts", "list", "--limit", "0"]).status, 2);
}

#[test]
fn a_cursor_is_for_one_account() {
    let stage = Stage::new();
    let done = stage.run(&["contacts", "list", "--cursor", "2"]);
    assert_eq!((done.status, &*done.output), (2, ""));
    let list = ["contacts", "list", "--account", "shop"];
    let all = stage.rows(&list);
    stage.fault(json!({"vendor": "wapiflow", "after": 2, "status": 401}));
    let done = stage.run(&[&list[..], &["--page-size", "10"]].concat());
    assert_eq!((done.status, rows(&done.output).len()), (12, 20));
    let cursor = done.errors.lines().next().unwrap();
    let cursor = cursor.rsplit_once("--cursor ").unwrap().1;
    let rest = stage.rows(&[&list[..], &["--cursor", cursor]].concat());
    assert_eq!(rows(&done.output), all[..20]);
    assert_eq!(rest, all[20..]);
}

#[test]
fn what_fails_before_a_row_came_says_what_and_no_more() {
    let stage = Stage::new();
    let list = ["contacts", "list", "--account", "shop"];
    let bogus = stage.run(&[&list[..], &["--cursor", "bogus"]].concat());
    assert_eq!(bogus.status, 11, "{}", bogus.errors);
    assert_eq!(bogus.errors.lines().count(), 1, "{}", bogus.errors);
    let nowhere = stage.run(&[&list[..], &["--out", "/nonexistent/a.csv"]].concat());
    assert_eq!(
        nowhere.errors.trim_end(),
        "palabre: /nonexistent/a.csv: No such file or directory (os error 2)"
    );
}

#[test]
fn an_account_that_fails_is_named_and_the_rest_is_not_the_whole() {
    let stage = Stage::new();
    stage.fault(json!({"vendor": "msgflash", "status": 403, "times": null}));
    let done = stage.run(&["contacts", "list"]);
    assert_eq!(done.status, 3);
    let rows = rows(&done.output);
    assert!(!rows.is_empty());
    assert!(rows.iter().all(|row| row["account"] != "crm"));
    let errors: Vec<_> = done.errors.lines().collect();
    assert!(
        errors[0].starts_with("palabre: msgflash [crm] contacts.list: "),
        "{errors:?}"
    );
    assert_eq!(
        errors[1],
        "palabre: 1 of 3 accounts failed: this is not the whole"
    );
}

#[test]
fn a_part_is_not_left_behind_in_a_file() {
    let stage = Stage::new();
    stage.fault(json!({"vendor": "msgflash", "status": 403, "times": null}));
    let done = stage.run(&["contacts", "list", "--out", "contacts.csv"]);
    assert_eq!(done.status, 3);
    assert!(
        done.errors.contains("contacts.csv is not written"),
        "{}",
        done.errors
    );
    assert!(stage.files().is_empty());
    stage.prints(&[
        "contacts",
        "list",
        "--account",
        "shop",
        "--out",
        "contacts.csv",
    ]);
    assert_eq!(stage.files(), ["contacts.csv"]);
}

#[test]
fn an_account_that_cannot_take_an_option_is_a_failure_and_not_left_out() {
    let stage = Stage::new();
    let text = [
        stage.account("a", "reachflow"),
        stage.account("b", "99digital"),
    ]
    .concat();
    stage.write("config.toml", &text);
    let done = stage.run(&["stats", "today", "--account", "a", "--account", "b"]);
    assert_eq!(done.status, 3);
    assert!(
        done.errors.contains("99digital [b] stats.today"),
        "{}",
        done.errors
    );
}

#[test]
fn one_account_that_fails_ends_with_the_status_of_its_error() {
    let stage = Stage::new();
    for (fault, status) in [
        (json!({"status": 401}), 12),
        (json!({"status": 403}), 13),
        (json!({"status": 429, "times": null}), 16),
        (json!({"status": 503, "times": null}), 18),
        (json!({"status": 200, "body": "<html>"}), 21),
    ] {
        stage.sandbox.clear_faults();
        stage.fault(fault.clone());
        let done = stage.run(&["contacts", "list", "--account", "crm", "--out", "a.json"]);
        assert_eq!(done.status, status, "{fault}: {}", done.errors);
        assert_eq!(done.errors.lines().count(), 1);
        assert!(stage.files().is_empty());
    }
}

#[test]
fn what_no_vendor_of_the_accounts_has_names_who_can() {
    let stage = Stage::new();
    stage.write("config.toml", &stage.account("support", "reachflow"));
    let lists = "MsgFlash, 99digital, WapiFlow can";
    for (arguments, who) in [
        (&["contacts", "list"][..], lists),
        (&["contacts", "get", "2"], "MsgFlash, WapiFlow can"),
        (&["contacts", "list", "--account", "support"], lists),
    ] {
        let done = stage.run(arguments);
        assert_eq!((done.status, &*done.output), (10, ""), "{arguments:?}");
        assert!(done.errors.contains(who), "{}", done.errors);
    }
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn one_object_is_of_one_account_that_is_named_where_several_can() {
    let stage = Stage::new();
    let done = stage.run(&["contacts", "get", "2"]);
    assert_eq!((done.status, &*done.output), (2, ""));
    assert!(
        done.errors.contains("crm (msgflash), shop (wapiflow)"),
        "{}",
        done.errors
    );
    assert!(stage.sandbox.journal().is_empty());

    let row = &stage.rows(&["contacts", "get", "2", "--account", "shop"])[0];
    assert_eq!((&row["id"], &row["account"]), (&json!("2"), &json!("shop")));
    let row = &stage.rows(&["conversations", "get", "2"])[0];
    assert_eq!(row["account"], "shop");
    assert!(row["notes"].is_array());
    let row = &stage.rows(&["numbers", "get", "972501234567", "--account", "resale"])[0];
    assert_eq!(row["phone"], "+972501234567");
    let done = stage.run(&["conversations", "get", "999999"]);
    assert_eq!((done.status, &*done.output), (14, ""));
}

#[test]
fn every_read_prints_rows() {
    let stage = Stage::new();
    for arguments in [
        &["groups", "list"][..],
        &["groups", "get", "GROUP_ID"],
        &["groups", "members", "GROUP_ID"],
        &["contacts", "get", "CONTACT_UUID_1", "--account", "crm"],
        &["conversations", "list", "--status", "pending"],
        &["templates", "list"],
        &["stats", "current-month"],
        &["stats", "today"],
        &["messages", "list", "--status", "read", "--account", "crm"],
        &[
            "messages",
            "list",
            "--to",
            "+972541112233",
            "--account",
            "resale",
        ],
    ] {
        assert!(!stage.rows(arguments).is_empty(), "{arguments:?}");
    }
    stage.rows(&["contacts", "groups", "CONTACT_UUID_1"]);
}

#[test]
fn months_are_asked_for_as_people_write_them() {
    let stage = Stage::new();
    let rows = stage.rows(&["stats", "monthly", "--start", "2025-01", "--end", "2025-06"]);
    assert_eq!(rows.len(), 24);
    assert_eq!(rows[0]["month"], "2025-01-01");
    assert_eq!(
        stage
            .run(&["stats", "monthly", "--start", "2025-13"])
            .status,
        11
    );
}

#[test]
fn an_unknown_account_is_named_with_the_nearest() {
    let done = Stage::new().run(&["contacts", "list", "--account", "shopp"]);
    assert_eq!(done.status, 23);
    assert!(
        done.errors.contains("did you mean shop?"),
        "{}",
        done.errors
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_list_quietly() {
    let stage = Stage::new();
    let mut child = stage
        .command(&["contacts", "list", "--account", "shop", "--page-size", "5"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    assert!(line.starts_with('{'));
    drop(output);
    let mut errors = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut errors)
        .unwrap();
    assert_eq!((child.wait().unwrap().code(), &*errors), (Some(0), ""));
    let pages = stage.sandbox.journal().len();
    assert!(pages < 30, "{pages} pages were read for nobody");
}

#[test]
fn each_request_is_told_when_asked_for() {
    let stage = Stage::new();
    stage.fault(json!({"vendor": "wapiflow", "operation": "list_templates", "status": 503}));
    let done = stage.run(&["templates", "list", "--account", "shop", "--verbose"]);
    assert_eq!(done.status, 0);
    let lines: Vec<_> = done.errors.lines().collect();
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(
        lines[0].starts_with("> wapiflow [shop] templates.list: GET /"),
        "{lines:?}"
    );
    assert!(
        lines[1].starts_with("! ") && lines[1].contains("503"),
        "{lines:?}"
    );
    assert!(lines[2].ends_with(", attempt 2"), "{lines:?}");
    assert!(lines[3].contains(", attempt 2: 200 "), "{lines:?}");

    let get = [
        "contacts",
        "get",
        "CONTACT_UUID_1",
        "--account",
        "crm",
        "-v",
    ];
    let done = stage.run(&get);
    assert!(
        done.errors.contains("GET /api/v1/contacts/{"),
        "{}",
        done.errors
    );
    assert!(!done.errors.contains("CONTACT_UUID_1"), "{}", done.errors);
}

#[test]
fn an_operation_is_called_by_its_name() {
    let stage = Stage::new();
    let answer = stage.rows(&["call", "list_contact_groups", "--param", "limit=2"]);
    assert_eq!(answer[0]["data"]["groups"].as_array().unwrap().len(), 2);
    for (arguments, status) in [
        (&["call", "no_such_operation"][..], 11),
        (&["call", "no_such_operation", "--account", "crm"], 11),
        (&["call", "list_contacts"], 2),
        (
            &["call", "list_contact_groups", "--param", "colour=red"],
            11,
        ),
        (&["call", "list_contact_groups", "--param", "limit"], 2),
        (&["call", "list_contact_groups", "-o", "csv"], 2),
    ] {
        let done = stage.run(arguments);
        assert_eq!(
            (done.status, &*done.output),
            (status, ""),
            "{}",
            done.errors
        );
    }
    assert_eq!(stage.sandbox.journal().len(), 1);
}
