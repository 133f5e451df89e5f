//! The formats, and files that appear whole or not at all.

use std::fs::File;

use arrow_array::cast::AsArray;
use arrow_ipc::reader::{FileReader, StreamReader};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

use crate::stage::{Stage, rows};

#[test]
fn every_format_holds_the_same_rows() {
    let stage = Stage::new();
    let list = ["contacts", "list", "--account", "shop"];
    let with = |more: &[&str]| stage.prints(&[&list[..], more].concat());
    let expected = rows(&with(&[]));
    assert!(expected.len() > 200);
    let ids: Vec<_> = expected
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect();

    let json: Vec<Value> = serde_json::from_str(&with(&["-o", "json"])).unwrap();
    assert_eq!(json, expected);

    let text = with(&["-o", "csv"]);
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(csv.headers().unwrap().get(2), Some("id"));
    let found: Vec<_> = csv
        .records()
        .map(|row| row.unwrap()[2].to_owned())
        .collect();
    assert_eq!(found, ids);

    let table = with(&["-o", "table"]);
    assert_eq!(table.lines().count(), ids.len() + 1);

    with(&["--out", "contacts.parquet"]);
    let file = File::open(stage.path("contacts.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    let mut found = Vec::new();
    for batch in reader.build().unwrap() {
        let batch = batch.unwrap();
        let column = batch
            .column_by_name("id")
            .unwrap()
            .as_string::<i32>()
            .clone();
        found.extend(column.iter().flatten().map(str::to_owned));
    }
    assert_eq!(found, ids);

    with(&["--out", "contacts.arrow"]);
    let file = File::open(stage.path("contacts.arrow")).unwrap();
    let batches = FileReader::try_new(file, None).unwrap();
    assert_eq!(
        batches
            .map(|batch| batch.unwrap().num_rows())
            .sum::<usize>(),
        ids.len()
    );

    let done = stage.run(&[&list[..], &["-o", "arrow"]].concat());
    let batches = StreamReader::try_new(&*done.bytes, None).unwrap();
    assert_eq!(
        batches
            .map(|batch| batch.unwrap().num_rows())
            .sum::<usize>(),
        ids.len()
    );
}

#[test]
fn no_rows_are_no_rows_in_every_format() {
    let stage = Stage::new();
    let nobody = [
        "contacts",
        "list",
        "--search",
        "nobody at all",
        "--account",
        "crm",
    ];
    let with = |more: &[&str]| stage.prints(&[&nobody[..], more].concat());
    assert_eq!(with(&[]), "");
    assert_eq!(with(&["-o", "json"]), "[]\n");
    assert_eq!(with(&["-o", "table"]), "");
    assert!(with(&["-o", "csv"]).starts_with("vendor,account,id,"));
    with(&["--out", "nobody.parquet"]);
    let file = File::open(stage.path("nobody.parquet")).unwrap();
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).unwrap();
    assert_eq!(reader.schema().field(2).name(), "id");
}

#[test]
fn columns_are_chosen_and_ordered() {
    let stage = Stage::new();
    let list = [
        "numbers",
        "list",
        "--account",
        "support",
        "--columns",
        "phone,name",
    ];
    let csv = stage.prints(&[&list[..], &["-o", "csv"]].concat());
    assert_eq!(csv.lines().next(), Some("phone,name"));
    assert_eq!(csv.lines().nth(3), Some(",Relances"));
    let third = r#"{"phone":null,"name":"Relances"}"#;
    assert_eq!(stage.prints(&list).lines().nth(2), Some(third));
    let json = stage.prints(&[&list[..], &["-o", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[2].to_string(), third);
    let wrong = ["numbers", "list", "--columns", "colour", "-o", "csv"];
    let done = stage.run(&wrong);
    assert_eq!((done.status, &*done.output), (2, ""));
    assert!(done.errors.contains("warmup_day"), "{}", done.errors);
}

#[test]
fn a_file_without_a_known_ending_is_refused_before_anything_is_asked() {
    let stage = Stage::new();
    for name in ["contacts", "contacts.xlsx"] {
        assert_eq!(stage.run(&["contacts", "list", "--out", name]).status, 2);
    }
    let done = stage.run(&[
        "contacts",
        "list",
        "--out",
        "no/such/folder/a.csv",
        "--account",
        "crm",
    ]);
    assert_eq!(done.status, 1);
    assert!(done.errors.contains("a.csv"), "{}", done.errors);
    assert!(stage.sandbox.journal().is_empty());
    stage.prints(&["numbers", "list", "--out", "numbers", "-o", "csv"]);
    assert_eq!(stage.files(), ["numbers"]);
}

#[test]
fn a_list_that_fails_half_way_leaves_the_old_file() {
    let stage = Stage::new();
    stage.write("contacts.csv", "old");
    stage.fault(serde_json::json!({"vendor": "wapiflow", "after": 2, "status": 401}));
    let list = ["contacts", "list", "--account", "shop", "--page-size", "10"];
    let done = stage.run(&[&list[..], &["--out", "contacts.csv"]].concat());
    assert_eq!(done.status, 12);
    assert_eq!(stage.files(), ["contacts.csv"]);
    assert_eq!(stage.read("contacts.csv"), "old");
    stage.prints(&[&list[..], &["--out", "contacts.csv"]].concat());
    assert!(stage.read("contacts.csv").starts_with("vendor,"));
    assert_eq!(stage.files(), ["contacts.csv"]);
}

#[test]
fn one_object_is_an_object_in_json() {
    let stage = Stage::new();
    let get = ["conversations", "get", "2"];
    let json: Value =
        serde_json::from_str(&stage.prints(&[&get[..], &["-o", "json"]].concat())).unwrap();
    assert_eq!(json["id"], "2");
    let table = stage.prints(&[&get[..], &["-o", "table"]].concat());
    assert!(
        table.lines().any(|line| line.starts_with("contact.phone")),
        "{table}"
    );
    let csv = stage.prints(&[&get[..], &["-o", "csv"]].concat());
    assert_eq!(csv.lines().count(), 2);
}

#[test]
fn a_name_that_is_a_formula_is_guarded_in_csv_and_comes_back() {
    let stage = Stage::new();
    let create = [
        "contacts",
        "create",
        "--account",
        "crm",
        "--phone",
        "+2290199887766",
    ];
    let name = "=HYPERLINK(\"http://x\";\"y\")";
    stage.prints(&[&create[..], &["--name", name]].concat());
    let list = [
        "contacts",
        "list",
        "--account",
        "crm",
        "--search",
        "HYPERLINK",
    ];
    let text = stage.prints(&[&list[..], &["-o", "csv"]].concat());
    let mut csv = csv::Reader::from_reader(text.as_bytes());
    let row = csv.records().next().unwrap().unwrap();
    assert_eq!(&row[3], format!("'{name}"));
    assert_eq!(&row[6], "+2290199887766");
    assert_eq!(stage.rows(&list)[0]["name"], name);
    let file = stage.write("export.csv", &text);
    let dry = stage.run(&["contacts", "import", &file, "--account", "crm", "--dry-run"]);
    assert_eq!(rows(&dry.output)[0]["content"]["name"], name);
}
