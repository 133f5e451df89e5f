//! What the command says of itself.

use std::collections::BTreeSet;

use clap::Command;
use palabre::Verb;
use serde_json::json;

use crate::stage::Stage;

/// Every command with subcommands and without, by its words.
fn all(command: &Command, path: &str, found: &mut Vec<(String, Command)>) {
    for subcommand in command.get_subcommands() {
        let path = format!("{path}{} ", subcommand.get_name());
        found.push((path.trim().to_owned(), subcommand.clone()));
        all(subcommand, &path, found);
    }
}

fn commands() -> Vec<(String, Command)> {
    let mut found = Vec::new();
    all(&palabre_cli::command(), "", &mut found);
    found
}

/// The examples at the end of a command's help.
fn examples(command: &Command) -> Vec<String> {
    let text = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    text.replace("\\\n", " ")
        .lines()
        .filter_map(|line| line.strip_prefix("  palabre "))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_commands_are_the_verbs_of_the_facade() {
    let nouns: BTreeSet<&str> = Verb::ALL
        .iter()
        .filter_map(|verb| Some(verb.as_str().split_once('.')?.0))
        .collect();
    let mut found: BTreeSet<String> = BTreeSet::new();
    for (path, command) in commands() {
        if let Some((noun, verb)) = path.split_once(' ')
            && nouns.contains(noun)
            && command.get_subcommands().next().is_none()
        {
            found.insert(format!("{noun}.{}", verb.replace('-', "_")));
        }
    }
    for more in ["contacts.import", "messages.send_many"] {
        assert!(found.remove(more), "the command has one more: {more}");
    }
    let verbs = Verb::ALL.iter().map(|verb| verb.as_str().to_owned());
    assert_eq!(found, verbs.collect());
}

#[test]
fn every_command_has_an_example_of_itself_that_is_understood() {
    for (path, command) in commands() {
        let examples = examples(&command);
        assert!(!examples.is_empty(), "palabre {path} has no example");
        for example in examples {
            assert!(
                example.starts_with(&path) || path == "contacts list",
                "palabre {path} shows palabre {example}"
            );
            let words = shlex::split(&format!("palabre {example}")).unwrap();
            if let Err(error) = palabre_cli::command().try_get_matches_from(words) {
                panic!("palabre {example}: {error}");
            }
        }
    }
    assert!(!examples(&palabre_cli::command()).is_empty());
}

#[test]
fn examples_can_be_copied_from_a_terminal_of_80_columns() {
    for (path, command) in commands() {
        let help = command.get_after_help().map(ToString::to_string);
        for line in help.unwrap_or_default().lines() {
            assert!(line.chars().count() < 80, "palabre {path}: {line}");
        }
    }
}

#[test]
fn every_example_works_with_the_accounts_of_the_sandbox() {
    for (path, command) in commands() {
        // It serves until it is stopped.
        if path == "sandbox" {
            continue;
        }
        let stage = Stage::new();
        let accounts = ["reachflow", "msgflash", "99digital", "wapiflow"];
        let accounts = accounts.map(|vendor| stage.account(vendor, vendor));
        let acme = stage
            .account("acme", "wapiflow")
            .replace("[accounts", "[profiles.acme.accounts");
        stage.write("config.toml", &(accounts.concat() + &acme));
        stage.write("people.csv", "to,first_name\n+8801988000000,Awa\n");
        stage.write("contacts.csv", "Nom,Téléphone\nAwa,+22901000001\n");
        stage.write(
            "contacts.jsonl",
            "{\"name\": \"Awa\", \"phone\": \"+22901000001\"}\n",
        );
        stage.write("ids.txt", "CONTACT_UUID_1\n");
        stage.write("leavers.txt", "CONTACT_UUID_1\n");
        stage.write("menu.png", "\u{89}PNG");
        begin(&stage);
        for example in examples(&command) {
            // A campaign with two rows of which nobody knows.
            let _ = std::fs::remove_file(stage.path("campaign.db"));
            if ["ledger ", "messages send-many --resume"]
                .iter()
                .any(|begin| example.starts_with(begin))
            {
                std::fs::copy(stage.path("begun.db"), stage.path("campaign.db")).unwrap();
            }
            let mut words = shlex::split(&example).unwrap();
            let can_ask = command.get_arguments().any(|known| known.get_id() == "yes");
            let is_told = ["--dry-run", "--yes"]
                .iter()
                .any(|told| words.iter().any(|word| word == told));
            if can_ask && !is_told {
                words.push("--yes".to_owned());
            }
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let done = stage.run(&words);
            // Two rows stay unknown.
            let fine = if example.contains("--resume") { 3 } else { 0 };
            assert_eq!(done.status, fine, "palabre {example}: {}", done.errors);
        }
    }
}

/// Makes a campaign of which two rows are unknown and one is left.
fn begin(stage: &Stage) {
    let people = "to\n+8801988000001\n+8801988000002\n+8801988000003\n";
    let people = stage.write("begun.csv", people);
    let unknown = json!({"operation": "send_message", "close": "before", "times": 2});
    stage.fault(unknown);
    let ended = json!({"operation": "send_message", "status": 401, "body": {"message": "No."}, "times": null});
    stage.fault(ended);
    let run = [
        "messages",
        "send-many",
        &people,
        "--account",
        "wapiflow",
        "--text",
        "Hello",
    ];
    let done = stage.run(
        &[
            &run[..],
            &["--ledger", "begun.db", "--yes", "--max-in-flight", "1"],
        ]
        .concat(),
    );
    assert_eq!(done.status, 3, "{}", done.errors);
    stage.sandbox.clear_faults();
}

#[test]
fn every_write_has_a_dry_run_and_what_cannot_be_taken_back_asks() {
    let asks = [
        "contacts delete",
        "contacts delete-many",
        "contacts import",
        "groups delete",
        "messages send",
        "messages send-many",
        "messages send-template",
        "messages schedule",
        "messages send-bulk",
        "otp send",
        "call",
    ];
    let writes = [
        "contacts create",
        "contacts update",
        "groups create",
        "groups update",
        "groups add-members",
        "groups remove-members",
        "conversations set-status",
        "messages mark-read",
        "otp verify",
    ];
    for (path, command) in commands() {
        let has = |name: &str| command.get_arguments().any(|known| known.get_id() == name);
        let path = path.as_str();
        assert_eq!(has("yes"), asks.contains(&path), "{path}");
        assert_eq!(
            has("dry_run"),
            asks.contains(&path) || writes.contains(&path),
            "{path}"
        );
    }
}

#[test]
fn no_option_is_guessed_from_its_beginning_or_taken_for_a_text() {
    let stage = Stage::new();
    for arguments in [
        // An abbreviation.
        &[
            "messages",
            "send",
            "--to",
            "+8801988000000",
            "--text",
            "Hi",
            "--ye",
        ][..],
        &[
            "messages",
            "send",
            "--to",
            "+8801988000000",
            "--text",
            "Hi",
            "--dry",
        ],
        // The option would be the text, and the message would be sent.
        &[
            "messages",
            "send",
            "--to",
            "+8801988000000",
            "--yes",
            "--text",
            "--dry-run",
        ],
        // An option of a command that it does not have.
        &["contacts", "create", "--phone", "+8801988000000", "--yes"],
        &[
            "messages", "send", "--to", "+1", "--to", "+2", "--text", "Hi", "--yes",
        ],
        &["messages", "send", "--to", "+1", "--text", "Hi", "--yes=no"],
        &[
            "messages",
            "send",
            "--to",
            "+1",
            "--text",
            "Hi",
            "--dry-run=no",
        ],
        // No terminal, no --yes.
        &["messages", "send", "--to", "+8801988000000", "--text", "Hi"],
    ] {
        let done = stage.run(arguments);
        assert_eq!((done.status, &*done.output), (2, ""), "{arguments:?}");
        assert_ne!(done.errors, "");
    }
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn statuses_are_in_the_long_help() {
    let help = Stage::new().prints(&["--help"]);
    for words in [
        "3  some accounts",
        "20  OutcomeUnknown",
        "130  interrupted",
        "143  ended by SIGTERM",
    ] {
        assert!(help.contains(words), "{words}");
    }
}

#[test]
fn completions_name_the_commands() {
    let stage = Stage::new();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let script = stage.prints(&["completions", shell]);
        for word in ["send-template", "delete-many", "dry-run"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        let written = stage.prints(&["completions", shell, "--dir", "there"]);
        assert_eq!(
            std::fs::read_to_string(stage.path(written.trim())).unwrap(),
            script
        );
    }
    assert_eq!(stage.run(&["completions", "tcsh"]).status, 2);
}

#[test]
fn there_is_a_man_page_for_each_command() {
    let stage = Stage::new();
    assert_eq!(stage.run(&["completions", "man"]).status, 2);
    let written = stage.prints(&["completions", "man", "--dir", "man1"]);
    let pages: BTreeSet<_> = written.lines().collect();
    for (path, _) in commands() {
        let page = format!("man1/palabre-{}.1", path.replace(' ', "-"));
        assert!(pages.contains(page.as_str()), "{page}");
    }
    let page = stage.read("man1/palabre-contacts-import.1");
    assert!(page.contains(".TH palabre-contacts-import 1"), "{page}");
    assert!(page.contains("palabre contacts import contacts.csv"));
}

/// The page about the command line.
const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/command-line.md");

/// The first cells of the rows of the page's tables.
fn first_cells() -> Vec<String> {
    let page = std::fs::read_to_string(PAGE).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| "));
    rows.filter_map(|row| Some(row.split_once(" |")?.0.to_owned()))
        .collect()
}

#[test]
fn the_page_has_every_command_and_all_are_understood() {
    let mut missing: BTreeSet<String> = commands()
        .into_iter()
        .filter(|(_, command)| command.get_subcommands().next().is_none())
        .map(|(path, _)| path)
        .collect();
    for cell in first_cells() {
        let Some(line) = cell.strip_prefix("`palabre ") else {
            continue;
        };
        let line = line.trim_end_matches('`');
        let words = shlex::split(&format!("palabre {line}")).unwrap();
        if let Err(error) = palabre_cli::command().try_get_matches_from(words) {
            panic!("palabre {line}: {error}");
        }
        missing.retain(|path| line != *path && !line.starts_with(&format!("{path} ")));
    }
    assert!(missing.is_empty(), "not on the page: {missing:?}");
}

#[test]
fn the_page_has_every_status_of_the_help() {
    let help = palabre_cli::command().render_long_help().to_string();
    let statuses = help.split_once("Exit status:").unwrap().1;
    let of_help = statuses
        .lines()
        .filter_map(|line| line.split_whitespace().next()?.parse::<u8>().ok());
    let of_page = first_cells().into_iter();
    let of_page = of_page.filter_map(|cell| cell.parse::<u8>().ok());
    assert_eq!(of_help.collect::<Vec<_>>(), of_page.collect::<Vec<_>>());
}
