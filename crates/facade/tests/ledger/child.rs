//! A run in a process of its own, which can be killed.

use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use palabre::ledger::{Many, Row};
use palabre::{Client, Credentials, Options, Vendor};

use crate::campaign::{Campaign, audience, run};

/// What a child needs to know, by its environment.
const PEOPLE: &str = "PALABRE_TEST_PEOPLE";
const LEDGER: &str = "PALABRE_TEST_LEDGER";
const ADDRESS: &str = "PALABRE_TEST_ADDRESS";
const CREDENTIALS: &str = "PALABRE_TEST_CREDENTIALS";

/// Starts a run of so many people in a process of its own.
pub fn start(campaign: &Campaign, people: usize) -> Child {
    let known = campaign.stage.sandbox.credentials().to_json();
    Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "child::runs_a_campaign_if_it_is_a_child",
            "--nocapture",
        ])
        .env(PEOPLE, people.to_string())
        .env(LEDGER, campaign.path())
        .env(
            ADDRESS,
            campaign.stage.sandbox.base_url("wapiflow").unwrap(),
        )
        .env(CREDENTIALS, known["wapiflow"].to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Kills a child as a power cut would: nothing in it runs any more.
pub fn kill(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

/// Waits until something holds that a child brings about.
pub fn until(child: &mut Child, what: &str, mut holds: impl FnMut() -> bool) {
    let began = Instant::now();
    while !holds() {
        let ended = child.try_wait().unwrap();
        assert!(ended.is_none(), "never: {what}: {}", said(child));
        assert!(began.elapsed() < Duration::from_secs(60), "never: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// What a child says until its end.
pub fn finish(mut child: Child) -> String {
    let said = said(&mut child);
    assert!(child.wait().unwrap().success(), "{said}");
    said
}

fn said(child: &mut Child) -> String {
    let mut said = String::new();
    child
        .stdout
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    said
}

#[tokio::test]
async fn runs_a_campaign_if_it_is_a_child() {
    let Ok(people) = std::env::var(PEOPLE) else {
        return;
    };
    let known: serde_json::Value =
        serde_json::from_str(&std::env::var(CREDENTIALS).unwrap()).unwrap();
    let credentials = known
        .as_object()
        .unwrap()
        .iter()
        .fold(Credentials::default(), |credentials, (name, secret)| {
            credentials.with(name, secret.as_str().unwrap())
        });
    let client = Client::builder(Vendor::WapiFlow)
        .credentials(credentials)
        .base_url(std::env::var(ADDRESS).unwrap())
        .options(Options {
            retry: crate::stage::options().retry,
            ..Options::default()
        })
        .build()
        .unwrap();
    let many = Many {
        contents: Row::new().with("text", "Hello {name}"),
        ..Many::new(std::env::var_os(LEDGER).unwrap())
    };
    let people = audience(people.parse().unwrap());
    let report = run(&client, people, many).await.unwrap();
    println!("report: {}", report.counts);
}
