//! Runs in a process of its own that is killed: nothing in it is asked, nothing is tidied up.

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fastrand::Rng;
use palabre::Credentials;
use palabre::ledger::{Ledger, rows};

use super::plan::{Plan, bare};
use super::{Place, agree, campaigns, is_before_the_plan};

/// What a child needs to know, by its environment.
const SEED: &str = "PALABRE_TEST_SEED";
const LIFE: &str = "PALABRE_TEST_LIFE";
const LEDGER: &str = "PALABRE_TEST_LEDGER";
const ADDRESS: &str = "PALABRE_TEST_ADDRESS";
const CREDENTIALS: &str = "PALABRE_TEST_CREDENTIALS";

/// Seen to fail by the same mistakes as the test of runs that end within the process, but for that of a
/// run which is given up: nothing is left of a killed one that could.
#[test]
fn nobody_gets_anything_twice_whenever_the_process_is_killed() {
    let test = "nobody_gets_anything_twice_whenever_the_process_is_killed";
    let toll = campaigns(test, 40, |place, plan, toll| {
        for life in 0..plan.lives {
            let (_, chaos) = plan.life(life);
            place.meet(plan, life, chaos);
            let end = die(place, plan, life).map_err(|error| format!("life {life}: {error}"))?;
            toll.life(end);
            agree(place, plan).map_err(|what| format!("life {life}, {end}: {what}"))?;
            place.decide(plan, life)?;
        }
        place.end(plan, toll)
    });
    assert!(toll.deaths() > 0 && toll.faults() > 0, "{toll}");
    assert!(toll.rows("accepted") > 0, "{toll}");
}

/// Starts a child and kills it, if it has not ended before.
fn die(place: &Place, plan: &Plan, life: usize) -> Result<&'static str, String> {
    let mut rng = Rng::with_seed(plan.seed.rotate_left(8) ^ life as u64);
    let before = place.sandbox().sent().len();
    let arrivals = before + rng.usize(0..=plan.audience.len());
    let afterwards = Duration::from_micros(rng.u64(..4_000));
    let mut child = start(place, plan, life);
    let patience = Instant::now() + Duration::from_secs(60);
    // Some die in the middle of their sending, some whenever that is.
    let is_timed = rng.u8(..3) == 0;
    let timed = Instant::now() + Duration::from_micros(rng.u64(..80_000));
    loop {
        if let Some(status) = child.try_wait().unwrap() {
            if status.success() {
                return Ok("whole");
            }
            let output = child.wait_with_output().unwrap();
            let said = [output.stdout, output.stderr].concat();
            return Err(String::from_utf8_lossy(&said).into_owned());
        }
        let is_due = match is_timed {
            true => Instant::now() >= timed,
            false => place.sandbox().sent().len() >= arrivals && has_begun(place),
        };
        if is_due {
            break;
        }
        if Instant::now() > patience {
            let _ = child.kill();
            return Err("the child neither ends nor sends".to_owned());
        }
        std::thread::sleep(Duration::from_micros(300));
    }
    std::thread::sleep(if is_timed { Duration::ZERO } else { afterwards });
    child.kill().unwrap();
    child.wait().unwrap();
    Ok("killed")
}

fn has_begun(place: &Place) -> bool {
    place.ledger().exists()
}

fn start(place: &Place, plan: &Plan, life: usize) -> Child {
    let known = place.sandbox().credentials().to_json();
    let name = "proof::killed::lives_if_it_is_a_child";
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(SEED, plan.seed.to_string())
        .env(LIFE, life.to_string())
        .env(LEDGER, place.ledger())
        .env(ADDRESS, place.sandbox().base_url(plan.vendor.id()).unwrap())
        .env(CREDENTIALS, known[plan.vendor.id()].to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn lives_if_it_is_a_child() {
    let Ok(seed) = std::env::var(SEED) else {
        return;
    };
    let told = |name| std::env::var(name).unwrap();
    let plan = Plan::of(seed.parse().unwrap());
    let known: serde_json::Value = serde_json::from_str(&told(CREDENTIALS)).unwrap();
    let credentials = known
        .as_object()
        .unwrap()
        .iter()
        .fold(Credentials::default(), |credentials, (name, secret)| {
            credentials.with(name, secret.as_str().unwrap())
        });
    let client = plan.client(&told(ADDRESS), credentials);
    let ledger = std::path::PathBuf::from(told(LEDGER));
    let many = plan.many(&ledger);
    let has_begun = Ledger::open(&ledger).is_ok();
    let is_given = plan.gives_rows(told(LIFE).parse().unwrap()) || !has_begun;
    let done = match is_given {
        true => client.messages().send_many(rows(plan.rows()), many).await,
        false => client.resume(bare(many)).await,
    };
    match done {
        Err(error) if is_before_the_plan(&error, has_begun) => {}
        done => drop(done.unwrap()),
    }
}
