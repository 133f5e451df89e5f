//! `palabre accounts`, `palabre doctor` and `palabre sandbox --config`.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::stage::{Stage, rows};

#[test]
fn accounts_are_listed_with_the_origin_of_each_setting_and_no_secret() {
    let stage = Stage::new();
    let rows = stage.rows(&["accounts"]);
    let key = rows
        .iter()
        .find(|row| row["account"] == "crm" && row["setting"] == "api_key")
        .unwrap();
    assert_eq!(key["value"], Value::Null);
    assert!(key["origin"].as_str().unwrap().contains("config.toml:"));
    for format in ["table", "json", "jsonl", "csv"] {
        let text = stage.prints(&["accounts", "-o", format]);
        assert!(text.contains("crm"));
        assert!(!text.contains("msgf_live"), "{format}");
        assert!(!text.contains("YOUR-CLIENT-SECRET"), "{format}");
    }
}

#[test]
fn a_profile_has_accounts_of_its_own() {
    let stage = Stage::new();
    let text = stage
        .account("main", "msgflash")
        .replace("[accounts", "[profiles.acme.accounts");
    stage.write("config.toml", &text);
    assert_eq!(
        stage
            .rows(&["groups", "list", "--profile", "acme", "--limit", "1"])
            .len(),
        1
    );
    assert_eq!(
        stage.run(&["groups", "list", "--profile", "nobody"]).status,
        23
    );
    let done = stage.run(&["groups", "list"]);
    assert_eq!(done.status, 23);
    assert!(
        done.errors.contains("one of its profiles, acme"),
        "{}",
        done.errors
    );
}

#[test]
fn one_account_can_be_looked_at_alone() {
    let stage = Stage::new();
    let listed = stage.rows(&["accounts", "--account", "crm"]);
    assert!(
        listed.iter().all(|row| row["account"] == "crm"),
        "{listed:?}"
    );
    let read = stage.rows(&["--account", "crm", "doctor", "--online"]);
    let accounts: Vec<_> = read
        .iter()
        .filter_map(|row| row["account"].as_str())
        .collect();
    assert_eq!(accounts, ["crm"]);
    let journal = stage.sandbox.journal();
    assert!(
        journal
            .iter()
            .all(|request| request.vendor.id() == "msgflash"),
        "{journal:?}"
    );
    assert_eq!(stage.run(&["doctor", "--account", "nobody"]).status, 23);
}

#[test]
fn the_doctor_says_what_is_wrong_and_ends_with_it() {
    let stage = Stage::new();
    let text = stage
        .account("crm", "msgflash")
        .replace("api_key", "api_kye");
    stage.write("config.toml", &text);
    let done = stage.run(&["doctor"]);
    assert_eq!((done.status, &*done.errors), (23, ""));
    let found = rows(&done.output);
    assert!(
        found
            .iter()
            .any(|row| row["severity"] == "error" && row.to_string().contains("api_key")),
        "{found:?}"
    );
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn the_doctor_makes_one_harmless_read_for_each_account() {
    let stage = Stage::new();
    stage.fault(json!({"vendor": "wapiflow", "status": 401}));
    let done = stage.run(&["doctor", "--online"]);
    assert_eq!(done.status, 3, "{done:?}");
    assert_eq!(done.errors, "palabre: 1 of 4 accounts failed\n");
    let found = rows(&done.output);
    let of = |severity: &str| {
        let rows = found.iter().filter(|row| row["severity"] == severity);
        rows.map(|row| row["account"].as_str().unwrap())
            .collect::<Vec<_>>()
    };
    assert_eq!(of("ok"), ["crm", "resale", "support"]);
    assert_eq!(of("error"), ["shop"]);
    assert!(stage.written().is_empty());
}

#[test]
fn a_sandbox_writes_a_configuration_that_works() {
    let stage = Stage::new();
    let path = stage.path("sandbox.toml");
    let mut child = stage
        .command(&["sandbox", "--config", "sandbox.toml"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let listed = stage.run(&[
        "contacts",
        "list",
        "--limit",
        "1",
        "--config",
        "sandbox.toml",
    ]);
    let found = stage.run(&["doctor", "--online", "--config", "sandbox.toml"]);
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(
        (listed.status, rows(&listed.output).len()),
        (0, 3),
        "{listed:?}"
    );
    assert_eq!(found.status, 0, "{found:?}");
    assert_eq!(
        rows(&found.output).len(),
        4,
        "four answers and nothing wrong: {found:?}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(
        stage.sandbox.journal().is_empty(),
        "it was the other sandbox that was asked"
    );
}

#[test]
fn a_sandbox_does_not_write_over_a_file_that_is_not_its_own() {
    let stage = Stage::new();
    let before = stage.read("config.toml");
    let done = stage.run(&["sandbox", "--config", "config.toml"]);
    assert_eq!((done.status, &*done.output), (1, ""));
    assert!(done.errors.contains("config.toml"), "{}", done.errors);
    assert_eq!(stage.read("config.toml"), before);
}

#[test]
fn a_sandbox_for_other_machines_is_refused_in_so_many_words() {
    let stage = Stage::new();
    for host in ["0.0.0.0", "::", "192.168.0.1"] {
        let done = stage.run(&["sandbox", "--host", host]);
        assert_eq!(done.output, "");
        assert!(
            done.errors.contains("this machine alone"),
            "{}",
            done.errors
        );
        assert_ne!(done.status, 0);
    }
}
