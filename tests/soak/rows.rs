//! A campaign of very many rows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use bytes::Bytes;
use palabre::ledger::{Many, Row, rows};
use palabre::{Client, Vendor};
use serde_json::json;

use crate::process::Used;
use crate::stage::Stage;
use crate::{alone, number};

/// A client whose messages are all taken, by nobody.
fn client() -> Client {
    let count = AtomicU64::new(0);
    let client = Stage::new().client(Vendor::WapiFlow);
    client.replayed(move |_| {
        let id = count.fetch_add(1, Ordering::Relaxed);
        let answer = json!({
            "status": "success", "remark": "success", "message": ["Message sent successfully"],
            "data": {"conversation_id": 1, "message": {"id": id, "whatsapp_message_id": "wamid.1"}},
        });
        let response = http::Response::builder().header("content-type", "application/json");
        response.body(Bytes::from(answer.to_string())).unwrap()
    })
}

fn people(count: u64) -> impl Iterator<Item = Row> + Send {
    (0..count).map(|index| {
        let row = Row::new().with("to", json!(format!("+880198{index:07}")));
        row.with("name", json!(format!("Person {index}")))
    })
}

/// How long a message is: so long that to keep each of them would be seen.
const LENGTH: usize = 3_000;

/// Sends to so many, and gives the most memory that it took on the way, in KiB.
fn send(client: &Client, runtime: &tokio::runtime::Runtime, count: u64) -> u64 {
    let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir());
    let folder = folder.unwrap();
    let text = "Hello {name}, we are open on Sunday. ".to_owned() + &"x".repeat(LENGTH);
    let contents = Row::new().with("text", json!(text));
    Used::at_most();
    let messages = client.messages();
    let began = Instant::now();
    let plan = messages.plan(rows(people(count)), contents.clone(), false);
    let plan = runtime.block_on(plan).unwrap();
    assert_eq!(plan.counts().planned, count);
    let planned = (began.elapsed(), Used::at_most());
    drop(plan);
    let many = Many {
        contents,
        ..Many::new(folder.path().join("campaign.db"))
    };
    let began = Instant::now();
    let sent = messages.send_many(rows(people(count)), many.clone());
    let report = runtime.block_on(sent).unwrap();
    assert_eq!(report.counts.accepted, count);
    let sent = (began.elapsed(), Used::at_most());
    // Once more: compared, and nothing is left to be sent.
    let began = Instant::now();
    let again = messages.send_many(rows(people(count)), many);
    assert_eq!(runtime.block_on(again).unwrap().counts.accepted, count);
    let compared = (began.elapsed(), Used::at_most());
    for (what, (time, used)) in [("planned", planned), ("sent", sent), ("compared", compared)] {
        println!("{count} rows {what}: {time:.1?}, {used}");
    }
    planned.1.memory.max(sent.1.memory).max(compared.1.memory)
}

#[test]
fn memory_does_not_grow_with_the_number_of_rows() {
    let _alone = alone();
    let most = number("PALABRE_SOAK_ROWS", 8_000);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let client = client();
    // As many as SQLite keeps pages in memory for, and then many more.
    let few = send(&client, &runtime, most / 4);
    let many = send(&client, &runtime, most);
    let kept = (most - most / 4) * LENGTH as u64 / 1024;
    assert!(many < few + 8192, "{few} KiB, {many} KiB");
    assert!(kept > 2 * 8192, "too few to be seen: {kept} KiB");
}
