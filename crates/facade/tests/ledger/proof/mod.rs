//! Random campaigns: nobody gets anything twice, and the ledger says what is so, whatever goes wrong
//! and wherever a run ends.
//!
//! A seed decides a campaign. `PALABRE_CAMPAIGN_RUNS` says how many there are, `PALABRE_CAMPAIGN_SEED`
//! which one is the first. Which answer comes first is not up to the seed: what does not fail again at
//! once does after some more tries.

mod dropped;
mod faults;
mod killed;
mod plan;
mod toll;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use palabre::{Error, Outcome, Verb};
use palabre_sandbox::Sandbox;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::stage::Stage;
use plan::Plan;
use toll::Toll;

/// Threads with a sandbox each.
const WORKERS: usize = 2;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap(),
        Err(_) => default,
    }
}

/// Where campaigns are run.
struct Place {
    stage: Stage,
    runtime: Runtime,
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        // A disk that has to be waited for adds nothing here: it is the process that dies.
        let memory = std::path::Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => TempDir::new_in(memory),
            false => TempDir::new(),
        };
        Self {
            stage: Stage::new(),
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
            folder: folder.unwrap(),
        }
    }

    fn ledger(&self) -> PathBuf {
        self.folder.path().join("campaign.db")
    }

    /// Begins with a new ledger and an empty journal.
    fn clear(&self) {
        for name in ["campaign.db", "campaign.db-wal", "campaign.db-shm"] {
            let _ = std::fs::remove_file(self.folder.path().join(name));
        }
        self.sandbox().reset();
    }

    fn sandbox(&self) -> &Sandbox {
        &self.stage.sandbox
    }

    /// The last life, in which nothing goes wrong: afterwards no row is left.
    fn end(&self, plan: &Plan, toll: &mut Toll) -> Result<(), String> {
        self.sandbox().clear_faults();
        let client = plan.patient(
            &self.sandbox().base_url(plan.vendor.id()).unwrap(),
            self.stage.credentials(plan.vendor),
        );
        let many = plan.many(&self.ledger());
        let run = crate::campaign::run(&client, plan.rows(), many);
        let report = self.runtime.block_on(run);
        let counts = report
            .map_err(|error| format!("the last run: {error}"))?
            .counts;
        toll.life("whole");
        agree(self, plan)?;
        let people = plan.people as u64;
        if counts.accepted + counts.refused + counts.unknown != people {
            return Err(format!("{counts}: not everybody is accounted for"));
        }
        toll.campaign(self.sandbox(), plan.vendor.id(), &counts);
        Ok(())
    }
}

/// Whether a run ended because nobody could find out which number sends. Nothing was planned then.
fn is_before_the_plan(error: &Error, has_begun: bool) -> bool {
    let is_look_up = error.get_operation() == Some(Verb::MessagesSend.as_str());
    !has_begun && is_look_up && error.get_outcome() == Some(Outcome::NotSent)
}

fn agree(place: &Place, plan: &Plan) -> Result<(), String> {
    toll::agree(place.sandbox(), &place.ledger(), plan)
}

/// Runs campaigns of consecutive seeds; the first one in which something does not hold ends the test.
fn campaigns(
    test: &str,
    usually: u64,
    run: impl Fn(&Place, &Plan, &mut Toll) -> Result<(), String> + Sync,
) -> Toll {
    let first = number("PALABRE_CAMPAIGN_SEED", 1);
    let runs = number("PALABRE_CAMPAIGN_RUNS", usually);
    let began = Instant::now();
    let next = AtomicU64::new(first);
    let work = || {
        let place = Place::new();
        let mut toll = Toll::default();
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= first + runs {
                return Ok(toll);
            }
            place.clear();
            let plan = Plan::of(seed);
            if let Err(what) = run(&place, &plan, &mut toll) {
                next.store(u64::MAX / 2, Ordering::Relaxed);
                return Err(format!(
                    "{what}\n{plan:#?}\nto repeat it: PALABRE_CAMPAIGN_SEED={seed} \
                     PALABRE_CAMPAIGN_RUNS=1 cargo test --workspace --test ledger -- \
                     --nocapture {test}"
                ));
            }
        }
    };
    let toll = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS).map(|_| scope.spawn(work)).collect();
        let mut toll = Toll::default();
        for worker in workers {
            match worker.join().unwrap() {
                Ok(other) => toll.add(other),
                Err(what) => panic!("{what}"),
            }
        }
        toll
    });
    println!(
        "{test}: seeds {first} to {}, {:.1?}\n{toll}",
        first + runs - 1,
        began.elapsed()
    );
    toll
}
