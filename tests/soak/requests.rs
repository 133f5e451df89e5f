//! Sixty-four calls at a time, for long, with everything going wrong.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use palabre::{Client, Credentials, Vendor, Verb};
use palabre_sandbox::{Chaos, Config, Sandbox};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::process::Used;
use crate::stage::options;
use crate::{alone, number, verbs};

const IN_FLIGHT: usize = 64;

/// Says that this process is the one with the sandbox.
const CHILD: &str = "PALABRE_TEST_SOAK_CHILD";

/// Not kept for ever: data that the calls have changed.
const RESET: Duration = Duration::from_secs(5);

/// The sandbox is in a process of its own: what it uses is not counted.
struct Vendors {
    child: Child,
    announced: Value,
    /// Kept open: a child that cannot say anything any more ends.
    _said: BufReader<ChildStdout>,
}

impl Vendors {
    fn start() -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "requests::serves_if_it_is_a_child",
                "--nocapture",
            ])
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.starts_with('{') {
            line.clear();
            assert!(
                said.read_line(&mut line).unwrap() > 0,
                "the child has ended"
            );
        }
        Self {
            child,
            announced: serde_json::from_str(&line).unwrap(),
            _said: said,
        }
    }

    fn client(&self, vendor: Vendor) -> Client {
        let known = self.announced["credentials"][vendor.id()].as_object();
        let credentials = known.unwrap().iter();
        let credentials = credentials
            .fold(Credentials::default(), |credentials, (name, secret)| {
                credentials.with(name, secret.as_str().unwrap())
            });
        let mut options = options();
        options.timeout = Duration::from_secs(2);
        let address = self.announced["base_urls"][vendor.id()].as_str().unwrap();
        Client::builder(vendor)
            .credentials(credentials)
            .base_url(address)
            .options(options)
            .build()
            .unwrap()
    }
}

impl Drop for Vendors {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn serves_if_it_is_a_child() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let sandbox = Sandbox::start(Config::default()).unwrap();
    println!("\n{}", sandbox.announcement());
    std::io::stdout().flush().unwrap();
    for seed in 0.. {
        sandbox.reset();
        sandbox.set_chaos(Some(Chaos {
            seed,
            ..Chaos::default()
        }));
        // Its parent kills it; should that have died, nobody reads any more.
        std::thread::sleep(RESET);
        if std::os::unix::process::parent_id() == 1 {
            return;
        }
    }
}

#[test]
fn memory_files_and_tasks_do_not_grow_with_the_number_of_calls() {
    let _alone = alone();
    let seconds = number("PALABRE_SOAK_SECONDS", 3);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let mut vendors = Vendors::start();
    let (samples, calls, ends) = runtime.block_on(soak(&vendors, Duration::from_secs(seconds)));
    assert!(
        vendors.child.try_wait().unwrap().is_none(),
        "the sandbox has ended"
    );
    println!("{seconds} seconds, {IN_FLIGHT} in flight, {calls} calls: {ends:?}");
    for (index, (used, tasks)) in samples.iter().enumerate() {
        println!("{:>3} %: {used}, {tasks} tasks", 5 * (index + 1));
    }
    assert!(calls > 100 && ends.len() > 3, "{calls} calls, {ends:?}");
    // Once everything has been used, more of the same uses no more.
    let worst = |part: &[(Used, usize)]| {
        let most = |of: fn(&(Used, usize)) -> u64| part.iter().map(of).max().unwrap();
        (
            most(|sample| sample.0.memory),
            most(|sample| sample.0.files),
            most(|sample| sample.1 as u64),
        )
    };
    let (before, after) = (worst(&samples[5..10]), worst(&samples[15..]));
    assert!(
        after.0 < before.0 + before.0 / 10 + 4096,
        "memory: {before:?}, {after:?}"
    );
    assert!(after.1 < before.1 + 32, "files: {before:?}, {after:?}");
    assert!(after.2 < before.2 + 32, "tasks: {before:?}, {after:?}");
    // Nothing is left of what nobody waits for.
    let began = Instant::now();
    while runtime.metrics().num_alive_tasks() > 0 {
        assert!(began.elapsed() < Duration::from_secs(10), "tasks are left");
        std::thread::sleep(Duration::from_millis(20));
    }
}

type Ends = BTreeMap<String, u64>;

/// Calls for so long; gives twenty looks at what is used on the way, and how the calls ended.
async fn soak(vendors: &Vendors, time: Duration) -> (Vec<(Used, usize)>, u64, Ends) {
    let clients: Arc<[Client]> = Vendor::ALL.map(|vendor| vendors.client(vendor)).into();
    let is_over = Arc::new(AtomicBool::new(false));
    let calls = Arc::new(AtomicU64::new(0));
    let mut callers = JoinSet::new();
    for caller in 0..IN_FLIGHT {
        let (clients, is_over, calls) = (clients.clone(), is_over.clone(), calls.clone());
        callers.spawn(async move {
            let mut ends = Ends::new();
            let mut turn = caller;
            while !is_over.load(Ordering::Relaxed) {
                turn += 1;
                let client = &clients[turn % clients.len()];
                let verb = Verb::ALL[turn / clients.len() % Verb::ALL.len()];
                if !client.supports(verb).is_supported() {
                    continue;
                }
                let call = verbs::run(client, verb);
                // Some callers lose their patience.
                let end = match turn % 7 {
                    0 => match tokio::time::timeout(Duration::from_millis(3), call).await {
                        Ok(end) => end.map_err(|error| error.kind().to_string()),
                        Err(_) => Err("given up".to_owned()),
                    },
                    _ => call.await.map_err(|error| error.kind().to_string()),
                };
                let end = end.err().unwrap_or_else(|| "well".to_owned());
                *ends.entry(end).or_default() += 1;
                calls.fetch_add(1, Ordering::Relaxed);
            }
            ends
        });
    }
    let metrics = tokio::runtime::Handle::current().metrics();
    let mut samples = Vec::new();
    for _ in 0..20 {
        tokio::time::sleep(time / 20).await;
        samples.push((Used::now(), metrics.num_alive_tasks()));
    }
    is_over.store(true, Ordering::Relaxed);
    let mut all = Ends::new();
    for ends in callers.join_all().await {
        for (end, count) in ends {
            *all.entry(end).or_default() += count;
        }
    }
    (samples, calls.load(Ordering::Relaxed), all)
}
