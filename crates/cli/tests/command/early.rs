//! Options before the noun and between noun and verb are those after the verb.

use clap::Command;

use crate::stage::Stage;

const LATE: [&str; 8] = [
    "contacts",
    "list",
    "--account",
    "shop",
    "--output",
    "csv",
    "--columns",
    "id,name",
];

#[test]
fn an_option_may_stand_before_the_noun_or_the_verb() {
    let stage = Stage::new();
    let wanted = stage.prints(&LATE);
    assert!(wanted.starts_with("id,name\n") && wanted.lines().count() == 265);
    for arguments in [
        "--account shop --output csv --columns id,name contacts list",
        "--account=shop -ocsv --columns id --columns name contacts list",
        "--account shop contacts --output csv list --columns id,name",
        "contacts --account shop -o csv --columns id,name list",
        "-o csv contacts --account=shop list --columns id,name",
    ] {
        let words: Vec<_> = arguments.split(' ').collect();
        assert_eq!(stage.prints(&words), wanted, "{arguments}");
    }
}

#[test]
fn every_early_option_is_heard() {
    let stage = Stage::new();
    let config = stage.write(
        "other.toml",
        &format!("[profiles.acme]\n{}", stage.account("away", "reachflow"))
            .replace("[accounts.away]", "[profiles.acme.accounts.away]"),
    );
    let done = stage.run(&[
        "-vo",
        "json",
        "--config",
        &config,
        "--profile",
        "acme",
        "--out",
        "n.json",
        "numbers",
        "list",
    ]);
    assert_eq!((done.status, &*done.output), (0, ""), "{}", done.errors);
    assert!(
        done.errors
            .contains("reachflow [away] numbers.list: GET /providers"),
        "{}",
        done.errors
    );
    assert!(stage.read("n.json").contains("\"account\": \"away\""));
}

#[test]
fn accounts_before_and_after_are_all_asked() {
    let stage = Stage::new();
    let rows = stage.rows(&[
        "--account",
        "crm",
        "contacts",
        "list",
        "--account",
        "shop",
        "--limit",
        "1",
    ]);
    assert_eq!(rows.len(), 2);
}

#[test]
fn what_a_command_cannot_take_is_refused_and_not_left_out() {
    let stage = Stage::new();
    for arguments in [
        // Commands without accounts, without rows.
        "--account shop sandbox",
        "--output json completions bash",
        "--profile acme capabilities",
        // One account, one format, one file.
        "--account crm --account shop contacts get 2",
        "--account crm contacts get 2 --account shop",
        "--output csv contacts list --output json",
        // No value, no such value, no command.
        "--account",
        "--output yaml contacts list",
        "--account shop",
        "--account shop contacts",
        "--account shop contacts lists",
        "--account shop contact list",
        // Not of those that may stand there.
        "--limit 1 contacts list",
        "--yes messages send --to +8801988000000 --text Hi",
    ] {
        let words: Vec<_> = arguments.split(' ').collect();
        let done = stage.run(&words);
        assert_eq!((done.status, &*done.output), (2, ""), "{arguments}");
        assert_ne!(done.errors, "", "{arguments}");
    }
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn values_are_passed_on_as_they_are() {
    let stage = Stage::new();
    let list = ["contacts", "list", "--account", "shop", "--limit", "1"];
    for name in ["a b=c,.csv", "-o=d,.csv"] {
        let out = format!("--out={name}");
        stage.prints(&[&["--output", "csv", &out][..], &list[..]].concat());
        assert_eq!(stage.read(name).lines().count(), 2);
    }
}

#[test]
fn the_options_of_lists_are_those_that_may_stand_early() {
    let root = palabre_cli::command();
    let list = find(&root, &["contacts", "list"]);
    for option in root.get_arguments() {
        let same = list
            .get_arguments()
            .any(|other| other.get_id() == option.get_id());
        assert!(same, "--{:?} is not an option of lists", option.get_long());
    }
    let help = root.clone().render_long_help().to_string();
    assert!(help.contains("may stand here or after the verb"));
}

fn find<'a>(command: &'a Command, path: &[&str]) -> &'a Command {
    path.iter().fold(command, |command, name| {
        command.find_subcommand(name).unwrap()
    })
}
