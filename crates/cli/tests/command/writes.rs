//! Writes: what a dry run shows, what asks, what arrives.

use palabre::Verb;
use serde_json::{Value, json};

use crate::stage::{Stage, rows};

/// Every write of the command, with the operation that it makes.
const WRITES: [(&[&str], &str, &str); 21] = [
    (
        &[
            "contacts",
            "create",
            "--phone",
            "+2290101000000",
            "--name",
            "Awa Doe",
            "--tag",
            "vip",
        ],
        "crm",
        "create_contact",
    ),
    (
        &[
            "contacts",
            "create",
            "--phone",
            "+8801988000000",
            "--name",
            "Awa Doe",
        ],
        "shop",
        "store_contact",
    ),
    (
        &["contacts", "update", "CONTACT_UUID_1", "--name", "Awa Doe"],
        "crm",
        "update_contact",
    ),
    (
        &["contacts", "update", "2", "--name", "Awa Doe"],
        "shop",
        "update_contact",
    ),
    (
        &["contacts", "delete", "CONTACT_UUID_1"],
        "crm",
        "delete_contact",
    ),
    (&["contacts", "delete", "2"], "shop", "delete_contact"),
    (
        &["contacts", "delete-many", "CONTACT_UUID_1"],
        "crm",
        "bulk_delete_contacts",
    ),
    (&["contacts", "delete-many", "2"], "shop", "delete_contact"),
    (
        &["groups", "create", "--name", "Vente", "--color", "#12AB9F"],
        "crm",
        "create_contact_group",
    ),
    (
        &["groups", "update", "GROUP_ID", "--name", "Vente"],
        "crm",
        "update_contact_group",
    ),
    (
        &["groups", "delete", "GROUP_ID"],
        "crm",
        "delete_contact_group",
    ),
    (
        &["groups", "add-members", "GROUP_ID", "CONTACT_UUID_1"],
        "crm",
        "add_contact_group_members",
    ),
    (
        &["groups", "remove-members", "GROUP_ID", "CONTACT_UUID_1"],
        "crm",
        "remove_contact_group_members",
    ),
    (
        &["conversations", "set-status", "2", "done"],
        "shop",
        "change_conversation_status",
    ),
    (
        &[
            "messages",
            "send",
            "--to",
            "+8801988000000",
            "--text",
            "Hello",
        ],
        "shop",
        "send_message",
    ),
    (
        &[
            "messages",
            "send-template",
            "--to",
            "+8801988000000",
            "--template",
            "1",
        ],
        "shop",
        "send_template_message",
    ),
    (
        &[
            "messages",
            "schedule",
            "--at",
            "2026-12-24T08:00:00+01:00",
            "--to",
            "+22901000000",
            "--text",
            "Hello",
        ],
        "crm",
        "schedule_message",
    ),
    (
        &[
            "messages",
            "send-bulk",
            "--to",
            "+22901000000",
            "--to",
            "+22901000001",
            "--text",
            "Hello",
            "--from",
            "+22997000000",
        ],
        "support",
        "send_bulk_messages",
    ),
    (
        &["messages", "mark-read", "--to", "+972541112233"],
        "resale",
        "mark_as_read",
    ),
    (
        &[
            "otp",
            "send",
            "--to",
            "+22901000000",
            "--from",
            "+22997000000",
            "--expires-in",
            "120",
        ],
        "support",
        "send_otp",
    ),
    (
        &[
            "otp",
            "verify",
            "9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c",
            "402100",
        ],
        "support",
        "verify_otp",
    ),
];

fn asks(arguments: &[&str]) -> bool {
    let is_sent = arguments[1].starts_with("send") || arguments[1] == "schedule";
    is_sent || arguments[1].starts_with("delete")
}

fn with<'a>(arguments: &[&'a str], more: &[&'a str]) -> Vec<&'a str> {
    [arguments, more].concat()
}

#[test]
fn every_write_of_the_facade_is_in_the_list() {
    for verb in Verb::ALL {
        let word = |word: &&str| verb.as_str().contains(*word);
        let is_write = [
            "create", "update", "delete", "add_", "remove_", "set_", "send", "schedule", "mark_",
            "verify",
        ]
        .iter()
        .any(word);
        let is_listed = WRITES.iter().any(|(arguments, ..)| {
            format!("{}.{}", arguments[0], arguments[1].replace('-', "_")) == verb.as_str()
        });
        assert_eq!(is_write, is_listed, "{verb}");
    }
}

#[test]
fn a_dry_run_shows_the_request_that_the_write_would_make_and_sends_nothing() {
    for (arguments, account, operation) in WRITES {
        let stage = Stage::new();
        let arguments = with(arguments, &["--account", account]);
        let dry = stage.rows(&with(&arguments, &["--dry-run"]));
        assert!(stage.written().is_empty(), "{arguments:?}");
        assert_eq!(dry.len(), 1, "{arguments:?}");
        assert_eq!(dry[0]["operation"], operation);
        assert_eq!(dry[0]["account"], account);

        // Asked for both, it stays dry.
        if asks(&arguments) {
            stage.prints(&with(&arguments, &["--yes", "--dry-run"]));
            assert!(stage.written().is_empty(), "{arguments:?}");
        }
        let yes: &[&str] = if asks(&arguments) { &["--yes"] } else { &[] };
        let done = stage.run(&with(&arguments, yes));
        assert!(
            [0, 3].contains(&done.status),
            "{arguments:?}: {}",
            done.errors
        );
        let sent = stage.written();
        assert_eq!(sent.len(), 1, "{arguments:?}");
        assert_eq!(sent[0].operation, Some(operation));
        assert_eq!(dry[0]["method"], sent[0].method);
        assert!(dry[0]["url"].as_str().unwrap().ends_with(&sent[0].path));
        let shown = dry[0]["content"].as_object().cloned().unwrap_or_default();
        for (name, value) in shown {
            let arrived = &sent[0].body[name.as_str()];
            let as_text = |value: &Value| value.to_string().replace('"', "");
            assert_eq!(as_text(arrived), as_text(&value), "{operation} {name}");
        }
    }
}

#[test]
fn what_cannot_be_taken_back_is_not_done_without_a_yes() {
    for (arguments, account, _) in WRITES {
        if !asks(arguments) {
            continue;
        }
        let stage = Stage::new();
        let done = stage.run(&with(arguments, &["--account", account]));
        assert_eq!((done.status, &*done.output), (2, ""), "{arguments:?}");
        assert!(done.errors.contains("--yes"), "{}", done.errors);
        // Words on the standard input are no answer.
        let done = stage.run_with(&with(arguments, &["--account", account]), "yes\n");
        assert_eq!(done.status, 2, "{arguments:?}");
        assert!(stage.sandbox.journal().is_empty(), "{arguments:?}");
    }
}

#[test]
fn a_dry_run_refuses_what_the_write_would_refuse() {
    let stage = Stage::new();
    let cases = [
        &[
            "messages",
            "send",
            "--to",
            "01988000000",
            "--text",
            "Hello",
            "--account",
            "shop",
        ][..],
        &[
            "messages",
            "send",
            "--to",
            "+8801988000000",
            "--account",
            "shop",
        ],
        &[
            "messages",
            "send",
            "--to",
            "+8801988000000",
            "--image",
            "no-such-file.png",
            "--account",
            "shop",
        ],
        // The vendor has to be told, and has several numbers.
        &[
            "messages",
            "send",
            "--to",
            "+22901000000",
            "--text",
            "Hello",
            "--account",
            "support",
        ],
        &[
            "messages",
            "send",
            "--to",
            "+22901000000",
            "--image",
            "http://shop.example/menu.png",
            "--account",
            "crm",
        ],
        &[
            "contacts",
            "create",
            "--phone",
            "0198",
            "--name",
            "Awa Doe",
            "--account",
            "shop",
        ],
        &["contacts", "create", "--phone", "+1", "--account", "crm"],
        &["contacts", "delete", "../2", "--account", "crm"],
        &["groups", "create", "--name", "Vente", "--color", "red"],
    ];
    for arguments in cases {
        let done = stage.run(&with(arguments, &["--dry-run"]));
        assert_eq!((done.status, &*done.output), (11, ""), "{arguments:?}");
    }
    assert!(stage.written().is_empty());
}

#[test]
fn a_message_is_sent_once_and_told() {
    let stage = Stage::new();
    let sent = stage.rows(&[
        "messages",
        "send",
        "--to",
        "+8801988000000",
        "--text=-50% today",
        "--account",
        "shop",
        "--yes",
    ]);
    assert_eq!(
        (&sent[0]["account"], &sent[0]["kind"]),
        (&json!("shop"), &json!("text"))
    );
    let written = stage.written();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].body["message"], "-50% today");
}

#[test]
fn a_send_that_may_have_gone_out_says_so_and_is_not_repeated() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "send_message", "close": "after"}));
    let send = [
        "messages",
        "send",
        "--to",
        "+8801988000000",
        "--text",
        "Hello",
        "--account",
        "shop",
        "--yes",
    ];
    let done = stage.run(&send);
    assert_eq!((done.status, &*done.output), (20, ""));
    assert_eq!(stage.written().len(), 1);
    for hidden in ["8801988000000", "Hello"] {
        assert!(!done.errors.contains(hidden), "{}", done.errors);
    }
}

#[test]
fn a_place_and_a_file_are_sent() {
    let stage = Stage::new();
    let picture = stage.write("menu.png", "\u{89}PNG");
    stage.prints(&[
        "messages",
        "send",
        "--to",
        "+8801988000000",
        "--image",
        &picture,
        "--text",
        "Menu",
        "--account",
        "shop",
        "--yes",
    ]);
    stage.prints(&[
        "messages",
        "send",
        "--to",
        "+8801988000000",
        "--location=-6.37,2.39",
        "--account",
        "shop",
        "--yes",
    ]);
    let written = stage.written();
    assert_eq!(written[0].body["image"]["file_name"], "menu.png");
    assert_eq!(
        written[1].body["latitude"].to_string().replace('"', ""),
        "-6.37"
    );
    let done = stage.run(&[
        "messages",
        "send",
        "--to",
        "+1",
        "--location",
        "here",
        "--account",
        "shop",
        "--dry-run",
    ]);
    assert_eq!(done.status, 2);
}

#[test]
fn many_are_deleted_from_a_list_of_identifiers() {
    let stage = Stage::new();
    let found = stage.run(&["contacts", "list", "--account", "crm", "--limit", "150"]);
    let dry = stage.run_with(
        &[
            "contacts",
            "delete-many",
            "--ids-from",
            "-",
            "--account",
            "crm",
            "--dry-run",
        ],
        &found.output,
    );
    assert_eq!(dry.status, 0, "{}", dry.errors);
    let requests = rows(&dry.output);
    let ids = requests
        .iter()
        .map(|row| row["content"]["contactIds"].as_array().unwrap().len());
    assert_eq!(ids.sum::<usize>(), 150, "every request is shown");
    assert!(stage.written().is_empty());

    let ids = stage.write("ids.txt", "CONTACT_UUID_1\n\nno-such-contact\n");
    let done = stage.rows(&[
        "contacts",
        "delete-many",
        "--ids-from",
        &ids,
        "--account",
        "crm",
        "--yes",
    ]);
    let results: Vec<_> = done
        .iter()
        .map(|row| (&row["id"], &row["result"]))
        .collect();
    assert_eq!(
        results,
        [
            (&json!("CONTACT_UUID_1"), &json!("deleted")),
            (&json!("no-such-contact"), &json!("not_found")),
        ]
    );
}

#[test]
fn a_deletion_that_breaks_off_reports_each_identifier() {
    let stage = Stage::new();
    stage.fault(json!({"operation": "delete_contact", "after": 1, "close": "after"}));
    let done = stage.run(&[
        "contacts",
        "delete-many",
        "2",
        "3",
        "4",
        "--account",
        "shop",
        "--yes",
    ]);
    assert_eq!(done.status, 20);
    let results: Vec<_> = rows(&done.output)
        .iter()
        .map(|row| format!("{} {}", row["id"], row["result"]).replace('"', ""))
        .collect();
    assert_eq!(results, ["2 deleted", "3 unknown", "4 not_attempted"]);
}

#[test]
fn a_file_of_identifiers_that_is_none_deletes_nothing() {
    let stage = Stage::new();
    for text in ["", "\n\n", "2\n{\"name\": \"Awa\"}\n"] {
        let path = stage.write("ids.txt", text);
        let delete = [
            "contacts",
            "delete-many",
            "--ids-from",
            &path,
            "--account",
            "shop",
            "--yes",
        ];
        assert_eq!(stage.run(&delete).status, 2, "{text:?}");
    }
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn an_operation_that_writes_asks_and_one_that_reads_does_not() {
    let stage = Stage::new();
    let create = [
        "call",
        "create_contact",
        "--param",
        "phone=+2290101000000",
        "--param",
        "name=Awa",
    ];
    let done = stage.run(&create);
    assert_eq!((done.status, &*done.output), (2, ""));
    let dry = stage.rows(&with(&create, &["--dry-run"]));
    assert_eq!(
        dry[0]["content"],
        json!({"name": "Awa", "phone": "+2290101000000"})
    );
    let dry = stage.rows(&[
        "call",
        "list_contact_groups",
        "--param",
        "limit=1",
        "--dry-run",
    ]);
    assert!(dry[0]["url"].as_str().unwrap().ends_with("?limit=1"));
    assert!(stage.sandbox.journal().is_empty());
    stage.prints(&with(&create, &["--yes"]));
    assert_eq!(stage.written().len(), 1);
}

#[test]
fn given_again_a_parameter_becomes_a_list() {
    let stage = Stage::new();
    let dry = stage.rows(&[
        "call",
        "bulk_delete_contacts",
        "--param",
        "contactIds=a",
        "--param",
        "contactIds=b",
        "--dry-run",
    ]);
    assert_eq!(dry[0]["content"], json!({"contactIds": ["a", "b"]}));
    let dry = stage.rows(&[
        "call",
        "bulk_delete_contacts",
        "--param",
        "contactIds=a",
        "--dry-run",
    ]);
    assert_eq!(dry[0]["content"], json!({"contactIds": ["a"]}));
}

#[test]
fn a_message_is_left_for_later_and_its_way_is_shown() {
    let stage = Stage::new();
    let left = stage.rows(&[
        "messages",
        "schedule",
        "--at",
        "2026-12-24T08:00:00+01:00",
        "--to",
        "+22901000000",
        "--text",
        "Hello",
        "--account",
        "crm",
        "--yes",
    ]);
    assert_eq!(left[0]["scheduled_at"], "2026-12-24T07:00:00Z");
    let id = left[0]["id"].as_str().unwrap();
    let show = ["messages", "get", id, "--account", "crm"];
    assert_eq!(stage.rows(&show)[0]["status"], "queued");
    let later = "2026-12-24T07:01:00Z".parse().unwrap();
    stage.sandbox.set_time(later);
    assert_eq!(stage.rows(&show)[0]["status"], "delivered");
    for at in ["2026-12-24T08:00:00", "tomorrow"] {
        let done = stage.run(&[
            "messages", "schedule", "--at", at, "--to", "+1", "--text", "Hello", "--yes",
        ]);
        assert_eq!(done.status, 2);
        assert!(done.errors.contains("time zone"), "{}", done.errors);
    }
}

#[test]
fn what_one_text_did_for_many_is_told_by_person() {
    let stage = Stage::new();
    let report = stage.rows(&[
        "messages",
        "send-bulk",
        "--to",
        "+22901000000",
        "--to",
        "+22901000001",
        "--text",
        "Hello",
        "--from",
        "+22997000000",
        "--yes",
    ]);
    assert_eq!(report[0]["accepted"], 2, "{report:?}");
    assert_eq!(stage.sandbox.sent().len(), 2);
}

#[test]
fn an_error_of_an_argument_names_the_option() {
    let stage = Stage::new();
    let sent = stage.run(&[
        "messages",
        "send-bulk",
        "--to",
        "+22901000000",
        "--text",
        "Hello",
        "--yes",
    ]);
    assert_eq!(sent.status, 11, "{}", sent.errors);
    assert!(
        sent.errors.contains("messages.send_bulk: --from: "),
        "{}",
        sent.errors
    );
}

#[test]
fn a_one_time_code_is_sent_and_checked() {
    let stage = Stage::new();
    let sent = stage.rows(&[
        "otp",
        "send",
        "--to",
        "+22901000000",
        "--from",
        "+22997000000",
        "--template",
        "{{code}}",
        "--yes",
    ]);
    let code = stage.sandbox.sent().remove(0).text.unwrap();
    assert!(!sent[0].to_string().contains(&code));
    let id = sent[0]["id"].as_str().unwrap();
    // A wrong code is an answer.
    let check = |code: &str| stage.rows(&["otp", "verify", id, code]).remove(0);
    let wrong = if code == "000000" { "111111" } else { "000000" };
    assert_eq!(check(wrong)["valid"], false);
    assert_eq!(check(&code)["valid"], true);
}
