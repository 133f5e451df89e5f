//! What a write did, as rows.

use arrow_schema::DataType;
use palabre::{
    AddReport, BulkReport, Client, DeleteReport, Message, OtpCheck, RemoveReport, SentOtp,
};
use serde_json::{Value, json};

use crate::exit::Failure;
use crate::options::Output;
use crate::output::{Columns, Records, Rows, Sink};
use crate::reading;

const DONE: Columns = &[
    ("account", DataType::Utf8),
    ("id", DataType::Utf8),
    ("result", DataType::Utf8),
];

const DELETED: Columns = &[
    ("account", DataType::Utf8),
    ("id", DataType::Utf8),
    ("result", DataType::Utf8),
    ("reason", DataType::Utf8),
];

const MEMBERS: Columns = &[
    ("account", DataType::Utf8),
    ("group", DataType::Utf8),
    ("requested", DataType::Int64),
    ("added", DataType::Int64),
    ("already_in_group", DataType::Int64),
    ("not_found", DataType::Int64),
];

const FORMER_MEMBERS: Columns = &[
    ("account", DataType::Utf8),
    ("group", DataType::Utf8),
    ("requested", DataType::Int64),
    ("removed", DataType::Int64),
    ("not_in_group", DataType::Int64),
];

const BULK: Columns = &[
    ("vendor", DataType::Utf8),
    ("account", DataType::Utf8),
    ("id", DataType::Utf8),
    ("accepted", DataType::Int64),
    ("rejected", DataType::Int64),
    ("rejections", DataType::Utf8),
    ("message_ids", DataType::Utf8),
];

const OTP: Columns = &[
    ("vendor", DataType::Utf8),
    ("account", DataType::Utf8),
    ("id", DataType::Utf8),
    ("message_id", DataType::Utf8),
    ("expires_at", DataType::Utf8),
];

const OTP_CHECK: Columns = &[
    ("vendor", DataType::Utf8),
    ("account", DataType::Utf8),
    ("id", DataType::Utf8),
    ("valid", DataType::Boolean),
    ("reason", DataType::Utf8),
    ("attempts_left", DataType::Int64),
];

fn one(output: &Output, columns: Columns, row: Value) -> Result<(), Failure> {
    let mut records = Records::new(columns);
    records.push(row);
    reading::write_one(output, &records)
}

/// One thing was done to one object.
pub(crate) fn done(
    output: &Output,
    client: &Client,
    id: &str,
    result: &str,
) -> Result<(), Failure> {
    let row = json!({"account": client.name(), "id": id, "result": result});
    one(output, DONE, row)
}

/// The key of a number, asked for by name.
pub(crate) fn key(output: &Output, client: &Client, id: &str, key: &str) -> Result<(), Failure> {
    const KEY: Columns = &[
        ("account", DataType::Utf8),
        ("id", DataType::Utf8),
        ("api_key", DataType::Utf8),
    ];
    let row = json!({"account": client.name(), "id": id, "api_key": key});
    one(output, KEY, row)
}

/// A message was taken.
pub(crate) fn sent(output: &Output, message: &Message) -> Result<(), Failure> {
    reading::write_object(output, message)
}

/// One text was taken for many people.
pub(crate) fn sent_to_many(output: &Output, report: &BulkReport) -> Result<(), Failure> {
    one(output, BULK, serde_json::to_value(report)?)
}

/// A one-time code was sent.
pub(crate) fn sent_otp(output: &Output, otp: &SentOtp) -> Result<(), Failure> {
    one(output, OTP, serde_json::to_value(otp)?)
}

/// A one-time code was checked.
pub(crate) fn checked_otp(output: &Output, check: &OtpCheck) -> Result<(), Failure> {
    one(output, OTP_CHECK, serde_json::to_value(check)?)
}

/// What became of each identifier; fails when something stays to be done.
pub(crate) fn deleted(
    output: &Output,
    client: &Client,
    report: &DeleteReport,
) -> Result<(), Failure> {
    let mut records = Records::new(DELETED);
    let mut push = |ids: &[String], result: &str| {
        for id in ids {
            records.push(json!({"account": client.name(), "id": id, "result": result}));
        }
    };
    push(&report.deleted, "deleted");
    push(&report.not_found, "not_found");
    push(&report.unknown, "unknown");
    push(&report.not_attempted, "not_attempted");
    for refused in &report.refused {
        records.push(json!({
            "account": client.name(),
            "id": refused.id,
            "result": "refused",
            "reason": refused.message,
        }));
    }
    let mut sink = Sink::open(output, &records.schema())?;
    sink.write(&records)?;
    sink.finish()?;
    let left = report.refused.len() + report.unknown.len() + report.not_attempted.len();
    if left == 0 {
        return Ok(());
    }
    Err(Failure::Partial(format!(
        "{left} of {} were not deleted, or it is not known",
        report.requested
    )))
}

/// What became of the contacts for a group; fails when one does not exist.
pub(crate) fn added(
    output: &Output,
    client: &Client,
    group: &str,
    report: &AddReport,
) -> Result<(), Failure> {
    let mut row = serde_json::to_value(report)?;
    row["account"] = client.name().into();
    row["group"] = group.into();
    one(output, MEMBERS, row)?;
    match report.not_found {
        Some(missing) if missing > 0 => Err(Failure::Partial(format!(
            "{missing} of {} contacts do not exist",
            report.requested
        ))),
        _ => Ok(()),
    }
}

/// What became of the contacts of a group.
pub(crate) fn removed(
    output: &Output,
    client: &Client,
    group: &str,
    report: &RemoveReport,
) -> Result<(), Failure> {
    let mut row = serde_json::to_value(report)?;
    row["account"] = client.name().into();
    row["group"] = group.into();
    one(output, FORMER_MEMBERS, row)
}
