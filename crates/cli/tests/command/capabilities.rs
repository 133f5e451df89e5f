//! `palabre capabilities`.

use palabre::{Vendor, Verb};

use crate::stage::Stage;

#[test]
fn every_verb_of_every_vendor_is_told() {
    let stage = Stage::new();
    let rows = stage.rows(&["capabilities"]);
    assert_eq!(rows.len(), Verb::ALL.len() * Vendor::ALL.len());
    for row in &rows {
        let verb: Verb = row["verb"].as_str().unwrap().parse().unwrap();
        let vendor: Vendor = row["vendor"].as_str().unwrap().parse().unwrap();
        let support = palabre::support(vendor, verb);
        assert_eq!(row["support"], support.as_str());
        assert_eq!(row["note"].as_str(), palabre::note(vendor, verb).as_deref());
        assert_eq!(row["who_can"].is_null(), support.is_supported());
    }
    assert!(stage.sandbox.journal().is_empty());
}

#[test]
fn one_verb_is_told_with_how_and_who() {
    let stage = Stage::new();
    let table = stage.prints(&["capabilities", "contacts.delete_many", "-o", "table"]);
    assert!(table.contains("deletes one after another"), "{table}");
    assert!(table.contains("msgflash, wapiflow can"), "{table}");
    let rows = stage.rows(&[
        "capabilities",
        "contacts.delete_many",
        "--vendor",
        "reachflow",
    ]);
    assert_eq!(rows[0]["who_can"], "msgflash, wapiflow");
    assert_eq!(stage.run(&["capabilities", "contacts.fly"]).status, 2);
}

#[test]
fn a_table_has_a_line_for_each_verb() {
    let table = Stage::new().prints(&["capabilities", "-o", "table"]);
    for verb in Verb::ALL {
        let lines = table.lines().filter(|line| line.starts_with(verb.as_str()));
        assert!(lines.count() >= 1, "{verb}");
    }
    for words in [
        "(15 verbs)",
        "(stats.monthly)",
        "numbers.get at 99digital: reads the list",
    ] {
        assert!(table.contains(words), "{words}: {table}");
    }
}
