//! The beginning and the end of a run: freeze or compare, recover, drive, report.

use std::pin::pin;
use std::sync::Arc;

use futures_util::{Stream, StreamExt};
use palabre_model::{Error, ErrorKind, Outcome, Result, Verb};
use palabre_transport::VendorClock;

use super::attempt::Attempts;
use super::content::Job;
use super::file::{Lock, problem};
use super::freeze::{self, Needed, Owner, Whole};
use super::row::Contents;
use super::store::{Campaign, Store};
use super::writer::Writer;
use super::{Counts, Ended, Many, Report, Row, compare, find, run};
use crate::Client;

/// So many rows are read, checked and kept at a time.
const CHUNK: usize = 500;

impl Job {
    /// The verbs that its rows may need; the first one decides whether the vendor has it.
    fn check(self, client: &Client) -> Result<()> {
        let verbs: &[Verb] = match self {
            Self::Send => &[Verb::MessagesSend, Verb::MessagesSendTemplate],
            Self::Import => &[Verb::ContactsCreate],
            Self::Delete => &[Verb::ContactsDelete],
        };
        let able = verbs
            .iter()
            .find(|verb| client.supports(**verb).is_supported());
        client.at(*able.unwrap_or(&verbs[0])).map(drop)
    }
}

/// Runs a campaign: from the beginning with rows, or from where it was.
pub(super) async fn start<S>(
    client: &Client,
    job: Option<Job>,
    rows: Option<S>,
    many: Many,
) -> Result<Report>
where
    S: Stream<Item = Result<Row>> + Send,
{
    if let Some(job) = job {
        job.check(client)?;
    }
    let located = |error: Error| {
        let verb = job.map_or("ledger", Job::verb);
        error.located(client.vendor(), client.name(), verb)
    };
    // Heard from the first request on: what is known of it says which messages are older.
    let clock = Arc::new(VendorClock::default());
    let client = &client.clocked(clock.clone());
    let done = begin(client, clock, job, rows, many).await;
    done.map_err(located)
}

async fn begin<S>(
    client: &Client,
    clock: Arc<VendorClock>,
    job: Option<Job>,
    rows: Option<S>,
    many: Many,
) -> Result<Report>
where
    S: Stream<Item = Result<Row>> + Send,
{
    if many.max_in_flight == 0 {
        return Err(Error::invalid(
            "max_in_flight",
            "is a whole number, 1 or more",
        ));
    }
    let known = job.map_or(&[][..], Job::arguments);
    let contents = match job {
        Some(_) => Contents::new(many.contents.clone(), known)?,
        None => Contents::default(),
    };
    let writer = open(&many, rows.is_some()).await?;
    let campaign = writer.run(|store| store.campaign()).await?;
    let owner = Owner::of(client);
    match (campaign, rows, job) {
        (None, Some(rows), Some(job)) => {
            freeze(client, job, &contents, rows, &many, &writer, owner).await?;
        }
        (None, ..) => {
            let what = "is empty: nothing was planned in it";
            return Err(problem(ErrorKind::Config, &many.ledger, what));
        }
        (Some(campaign), rows, job) => {
            let theirs = campaign.clone();
            let belongs = move |store: &mut Store| compare::belongs(store, &theirs, &owner, job);
            writer.run(belongs).await?;
            match (rows, job) {
                (Some(rows), Some(job)) => {
                    check_options(&campaign, &many)?;
                    same(job, &contents, rows, &writer, campaign).await?;
                }
                _ => is_bare(&campaign, &many)?,
            }
        }
    }
    send(client, clock, &many, &writer).await
}

/// Locks and opens the ledger, on the thread that will write it.
async fn open(many: &Many, may_create: bool) -> Result<Writer> {
    let path = many.ledger.clone();
    Writer::start(many.stop.clone(), move || {
        if !may_create {
            // What is not there is not made, the lock neither.
            Store::existing(&path)?;
        }
        let mut lock = Lock::take(&path)?;
        let store = Store::create(&path, &mut lock)?;
        Ok((Some(lock), store))
    })
    .await
}

/// Decides what is sent to whom, and writes it down in one transaction.
pub(super) async fn freeze<S>(
    client: &Client,
    job: Job,
    contents: &Contents,
    rows: S,
    many: &Many,
    writer: &Writer,
    mut owner: Owner,
) -> Result<()>
where
    S: Stream<Item = Result<Row>> + Send,
{
    writer.run(|store| freeze::begin(store)).await?;
    let allow_duplicates = many.allow_duplicates;
    let mut whole = Whole::new();
    let mut count = 0_i64;
    let mut needed = Needed::new(job, contents);
    let mut rows = pin!(rows.ready_chunks(CHUNK));
    while let Some(chunk) = rows.next().await {
        if many.stop.is_asked() {
            return Err(stopped(&many.ledger));
        }
        let chunk = chunk.into_iter().collect::<Result<Vec<_>>>()?;
        for row in &chunk {
            needed.look_at(row)?;
        }
        let frozen = freeze::checked(client, job, contents, chunk, &mut owner.sender).await?;
        whole.add(&frozen);
        let first = count + 1;
        count += i64::try_from(frozen.len()).unwrap_or_default();
        let keep =
            move |store: &mut Store| freeze::insert(store, job, first, &frozen, allow_duplicates);
        writer.run(keep).await?;
    }
    if count == 0 {
        return Err(Error::invalid(
            "rows",
            "is empty: at least one row is needed",
        ));
    }
    needed.check()?;
    writer
        .run(move |store| freeze::finish(store, job, &owner, allow_duplicates, count, whole))
        .await
}

fn stopped(path: &std::path::Path) -> Error {
    problem(
        ErrorKind::Config,
        path,
        "the run was ended before everything was planned",
    )
    .hint("nothing was sent; start again with the same rows")
}

fn check_options(campaign: &Campaign, many: &Many) -> Result<()> {
    let options: serde_json::Value = serde_json::from_str(&campaign.options).unwrap_or_default();
    let before = options["allow_duplicates"].as_bool().unwrap_or_default();
    if before != many.allow_duplicates {
        let problem =
            format_args!("was {before} when the ledger was made, and stays so").to_string();
        return Err(Error::invalid("allow_duplicates", problem));
    }
    Ok(())
}

/// Refuses what would change nothing where the ledger's own rows are sent.
fn is_bare(campaign: &Campaign, many: &Many) -> Result<()> {
    if let Some(name) = many.contents.names().next() {
        let problem = "the content is frozen in the ledger; leave it out";
        return Err(Error::invalid(name, problem));
    }
    match many.allow_duplicates {
        true => check_options(campaign, many),
        // It is what it was, as when it is not given.
        false => Ok(()),
    }
}

/// Compares rows with those that were frozen.
async fn same<S>(
    job: Job,
    contents: &Contents,
    rows: S,
    writer: &Writer,
    campaign: Campaign,
) -> Result<()>
where
    S: Stream<Item = Result<Row>> + Send,
{
    writer.run(|store| compare::begin(store)).await?;
    let mut whole = Whole::new();
    let mut first = 1_i64;
    let mut rows = pin!(rows.ready_chunks(CHUNK));
    while let Some(chunk) = rows.next().await {
        let chunk = chunk.into_iter().collect::<Result<Vec<_>>>()?;
        let chunk = chunk.into_iter();
        let frozen: Vec<_> = chunk
            .map(|row| freeze::resolve(job, contents, row).0)
            .collect();
        whole.add(&frozen);
        let at = first;
        first += i64::try_from(frozen.len()).unwrap_or_default();
        writer
            .run(move |store| compare::insert(store, at, &frozen))
            .await?;
    }
    writer
        .run(move |store| compare::finish(store, &campaign, whole))
        .await
}

/// Sends what is planned, and says what has come of it.
async fn send(
    client: &Client,
    clock: Arc<VendorClock>,
    many: &Many,
    writer: &Writer,
) -> Result<Report> {
    let campaign = writer.run(|store| store.frozen()).await?;
    let Some(job) = Job::of(&campaign.verb) else {
        let what = format!("is for {}, which this palabre does not know", campaign.verb);
        return Err(problem(ErrorKind::Config, &many.ledger, what));
    };
    job.check(client)?;
    let recovered = writer.run(|store| store.begin_run()).await?;
    let sender = campaign.sender.as_deref();
    let mut looked = find::look_up(client, writer, &many.stop, job, sender).await?;
    let counts = writer.run(|store| store.counts()).await?;
    let attempts = Attempts::new(client, clock, job, campaign.sender.clone(), writer);
    let (most, stop) = (many.max_in_flight, &many.stop);
    let tell = client.tell();
    let ended = run::drive(writer, &attempts, most, stop, tell, counts.planned).await;
    if let Ok(Ended::Done | Ended::Failed(_)) = &ended {
        let found = looked.found;
        looked = find::look_up(client, writer, &many.stop, job, sender).await?;
        looked.found += found;
    }
    let counts = writer.run(|store| store.counts()).await;
    let ended = match (ended, &counts) {
        (Ok(ended), Ok(counts)) => Ok(judged(ended, counts)),
        (ended, _) => ended,
    };
    let why = match &ended {
        Ok(Ended::Done) => None,
        Ok(Ended::Stopped) => Some("stopped".to_owned()),
        Ok(Ended::Failed(error)) | Err(error) => Some(error.to_string()),
    };
    let noted = writer.run(move |store| store.end_run(why.as_deref())).await;
    let ended = ended?;
    noted?;
    Ok(Report {
        ledger: many.ledger.clone(),
        verb: campaign.verb,
        counts: counts?,
        ended,
        recovered: u64::try_from(recovered).unwrap_or_default(),
        found: looked.found,
        look_up_error: looked.error,
    })
}

/// How a run ended, when it is known what the vendor's lists show.
fn judged(ended: Ended, counts: &Counts) -> Ended {
    let Ended::Failed(error) = ended else {
        return ended;
    };
    if counts.left() + counts.not_sent + counts.unknown == 0 {
        // Nothing is open: it was not so bad.
        return Ended::Done;
    }
    // What the vendor's client says is for a single call; a ledger repeats nothing that may have
    // happened.
    let is_open = error.get_outcome() == Some(Outcome::Unknown);
    Ended::Failed(match is_open {
        true => error.hint("what may have happened is unknown in the ledger, and is not repeated"),
        false => error,
    })
}
