//! Files that are no ledger, ledgers of somebody else, disks that give up.

use std::fs;

use palabre::ledger::{Ended, Ledger, rows};
use palabre::{Credentials, ErrorKind, Vendor};

use crate::campaign::{Campaign, audience, run};
use crate::child;

/// What is wrong with the ledger when something is sent with it.
async fn refused(campaign: &Campaign) -> String {
    let before = campaign.stage.requests().len();
    let error = campaign.send(3).await.unwrap_err();
    assert_eq!(campaign.stage.requests().len(), before);
    error.to_string()
}

#[tokio::test]
async fn a_file_that_is_no_ledger_is_left_as_it_is() {
    let campaign = Campaign::new();
    let text = "to,name\n+8801988000000,Awa\n".repeat(100);
    fs::write(campaign.path(), &text).unwrap();
    assert!(
        refused(&campaign)
            .await
            .contains("is not a ledger of palabre")
    );
    assert_eq!(fs::read_to_string(campaign.path()).unwrap(), text);
    assert!(Ledger::open(campaign.path()).is_err());
}

#[tokio::test]
async fn another_program_s_database_is_left_as_it_is() {
    let campaign = Campaign::new();
    let other = rusqlite::Connection::open(campaign.path()).unwrap();
    other
        .execute_batch("CREATE TABLE songs (name TEXT)")
        .unwrap();
    drop(other);
    let before = fs::read(campaign.path()).unwrap();
    assert!(
        refused(&campaign)
            .await
            .contains("is not a ledger of palabre")
    );
    assert_eq!(fs::read(campaign.path()).unwrap(), before);
}

#[tokio::test]
async fn a_ledger_of_a_later_version_is_refused() {
    let campaign = Campaign::new();
    campaign.send(3).await.unwrap();
    let newer = rusqlite::Connection::open(campaign.path()).unwrap();
    newer.pragma_update(None, "user_version", 3).unwrap();
    drop(newer);
    let text = refused(&campaign).await;
    assert!(text.contains("made by a later palabre (format 3"), "{text}");
    assert!(text.ends_with("upgrade palabre"), "{text}");
}

#[tokio::test]
async fn a_ledger_of_an_earlier_version_is_refused() {
    let campaign = Campaign::new();
    campaign.send(3).await.unwrap();
    let older = rusqlite::Connection::open(campaign.path()).unwrap();
    older.pragma_update(None, "user_version", 1).unwrap();
    drop(older);
    let text = refused(&campaign).await;
    assert!(
        text.contains("made by an earlier palabre (format 1"),
        "{text}"
    );
    assert!(Ledger::open(campaign.path()).is_err());
}

#[tokio::test]
async fn a_ledger_of_another_account_is_refused() {
    let campaign = Campaign::new();
    campaign.send(3).await.unwrap();
    let other = campaign
        .stage
        .builder(Vendor::WapiFlow)
        .credentials(
            Credentials::default()
                .with("client_id", "somebody-else")
                .with("client_secret", "hush"),
        )
        .build()
        .unwrap();
    let sent = run(&other, audience(3), campaign.many());
    let error = sent.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(
        error
            .message()
            .contains("an account at wapiflow with another key"),
        "{error}"
    );
    // The same account at another address is another account too.
    let elsewhere = campaign
        .stage
        .builder(Vendor::WapiFlow)
        .base_url("http://127.0.0.1:9/x");
    let elsewhere = elsewhere.build().unwrap();
    let sent = run(&elsewhere, audience(3), campaign.many());
    assert!(
        sent.await
            .unwrap_err()
            .message()
            .contains("belongs to wapiflow, at http")
    );
    // A new secret of the same client is the same account.
    let known = campaign.stage.sandbox.credentials().to_json();
    let client_id = known["wapiflow"]["client_id"].as_str().unwrap();
    let renewed = Credentials::default()
        .with("client_id", client_id)
        .with("client_secret", "renewed");
    let renewed = campaign
        .stage
        .builder(Vendor::WapiFlow)
        .credentials(renewed);
    let sent = renewed.build().unwrap();
    let sent = run(&sent, audience(3), campaign.many());
    assert_eq!(sent.await.unwrap().counts.accepted, 3);
}

#[tokio::test]
async fn a_campaign_goes_on_with_the_new_key_of_its_account_when_a_person_says_so() {
    let campaign = Campaign::new();
    let key = |key: &str| {
        let client = campaign.stage.builder(Vendor::MsgFlash);
        let client = client.credentials(Credentials::default().with("api_key", key));
        client.build().unwrap()
    };
    let known = campaign.stage.sandbox.credentials().to_json();
    let (old, new) = (
        key("msgf_live_0ld"),
        key(known["msgflash"]["api_key"].as_str().unwrap()),
    );
    let numbers = new.numbers().list().collect().await.unwrap();
    let people = || {
        let people = audience(3).into_iter();
        let people = people.map(|row| row.with("from_", &*numbers[0].id));
        people.collect::<Vec<_>>()
    };
    let ended = run(&old, people(), campaign.many()).await.unwrap();
    assert!(matches!(ended.ended, Ended::Failed(_)));
    let error = run(&new, people(), campaign.many()).await.unwrap_err();
    assert!(error.to_string().contains("rebind the ledger"), "{error}");
    let ledger = campaign.ledger();
    ledger.rebind(&new).unwrap();
    let sent = run(&new, people(), campaign.many()).await.unwrap();
    assert_eq!(sent.counts.accepted, 3);
    assert!(
        ledger
            .events()
            .unwrap()
            .iter()
            .any(|event| event.cause == "rebound")
    );
    // Another vendor's account has not sent to anybody of it.
    let error = ledger.rebind(&campaign.client()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

#[tokio::test]
async fn a_ledger_of_another_verb_is_refused() {
    let campaign = Campaign::new();
    campaign.send(3).await.unwrap();
    let many = palabre::ledger::Many::new(campaign.path());
    let client = campaign.client();
    let imported = client.contacts().import_many(rows(audience(3)), many).await;
    assert!(
        imported
            .unwrap_err()
            .message()
            .contains("belongs to messages.send_many")
    );
}

#[tokio::test]
async fn a_path_that_cannot_be_written_is_said_before_anything_leaves() {
    let campaign = Campaign::new();
    fs::create_dir(campaign.path()).unwrap();
    assert!(refused(&campaign).await.contains("campaign.db"));
    let many = palabre::ledger::Many::new(campaign.path().join("no/such/folder/campaign.db"));
    let client = campaign.client();
    let sent = run(&client, audience(1), many).await;
    let error = sent.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(
        error.to_string().contains("the folder must exist"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_not_there_cannot_go_on_and_is_not_made() {
    let campaign = Campaign::new();
    let error = campaign.client().resume(campaign.many()).await.unwrap_err();
    assert!(error.message().contains("there is no such file"), "{error}");
    assert!(!campaign.path().exists());
    assert!(Ledger::open(campaign.path()).is_err());
    fs::write(campaign.path(), "").unwrap();
    let error = campaign.client().resume(campaign.many()).await.unwrap_err();
    assert!(
        error.message().contains("nothing was planned in it"),
        "{error}"
    );
}

#[cfg(unix)]
#[tokio::test]
async fn a_ledger_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let campaign = Campaign::new();
    campaign.send(3).await.unwrap();
    for entry in fs::read_dir(campaign.path().parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.file_name());
    }
}

#[tokio::test]
async fn a_second_process_is_told_who_is_at_work_and_may_look() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(serde_json::json!({"operation": "send_message", "times": 999, "delay_ms": 500}));
    let child = child::start(&campaign, 100);
    campaign.arrived(10).await;
    let id = child.id();
    let error = campaign.send(100).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    let text = error.to_string();
    assert!(
        text.contains(&format!("another run (process {id} since ")),
        "{text}"
    );
    let counts = campaign.ledger().counts().unwrap();
    assert_eq!(counts.total(), 100);
    assert!(counts.left() > 0);
    let resolution = palabre::ledger::Resolution::NotSent;
    let error = campaign
        .ledger()
        .resolve(&[1], resolution, None)
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    campaign.stage.sandbox.clear_faults();
    assert!(child::finish(child).contains("100 of 100 accepted"));
    campaign.agrees();
}

#[tokio::test]
async fn a_program_that_writes_for_a_moment_is_waited_for() {
    let campaign = Campaign::new();
    campaign
        .stage
        .fault(serde_json::json!({"operation": "send_message", "times": 999, "delay_ms": 20}));
    let path = campaign.path();
    let sent = campaign.send(30);
    let disturbs = async {
        campaign.arrived(8).await;
        let disturbed = tokio::task::spawn_blocking(move || {
            let other = rusqlite::Connection::open(path).unwrap();
            other
                .busy_timeout(std::time::Duration::from_secs(9))
                .unwrap();
            for _ in 0..3 {
                other.execute_batch("BEGIN IMMEDIATE").unwrap();
                std::thread::sleep(std::time::Duration::from_millis(100));
                other.execute_batch("COMMIT").unwrap();
            }
        });
        disturbed.await.unwrap();
    };
    let (report, ()) = tokio::join!(sent, disturbs);
    assert_eq!(report.unwrap().counts.accepted, 30);
    campaign.agrees();
}
