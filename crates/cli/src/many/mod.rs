//! Verbs for many rows with a ledger: plan, ask, run, say what has come of it.

mod columns;
pub(crate) mod import;
pub(crate) mod ledger;
pub(crate) mod send;

use std::path::PathBuf;
use std::time::Duration;

use arrow_schema::DataType;
use futures_util::stream;
use futures_util::{Stream, TryStreamExt};
use palabre::ledger::{Counts, Ended, Filter, Ledger, Many, Plan, Report, Row, State};
use palabre::table::Tabular;
use palabre::{Client, Error, LedgerRow};
use serde_json::{Value, json};

use crate::exit::Failure;
use crate::interrupt::{Signal, Signals};
use crate::options::Output;
use crate::output::{Columns, Records, Sink, Typed, printable};
use crate::progress::Bar;
use crate::reading::write_one;
use crate::terminal::{self, counted};

/// What has not ended so long after a signal is dropped. A run gives what is under way 600 ms.
const PATIENCE: Duration = Duration::from_millis(900);

/// So many refused rows are named before a person is asked.
const NAMED: usize = 20;

const SUMMARY: Columns = &[
    ("ledger", DataType::Utf8),
    ("verb", DataType::Utf8),
    ("total", DataType::Int64),
    ("accepted", DataType::Int64),
    ("refused", DataType::Int64),
    ("not_sent", DataType::Int64),
    ("unknown", DataType::Int64),
    ("left", DataType::Int64),
];

/// Rows for a run, which are read beside it: a pipe that has nothing to say holds up nobody.
pub(crate) fn beside<I>(rows: I) -> impl Stream<Item = Result<Row, Error>> + Send + use<I>
where
    I: Iterator<Item = Result<Row, Error>> + Send + 'static,
{
    stream::try_unfold(rows.fuse(), |mut rows| async move {
        let read = tokio::task::spawn_blocking(move || {
            let piece: Vec<_> = rows.by_ref().take(READ).collect();
            (piece, rows)
        });
        let read = read.await;
        let (piece, rows) = read.map_err(|_| Error::invalid("rows", "cannot be read"))?;
        Ok((!piece.is_empty()).then(|| (stream::iter(piece), rows)))
    })
    .try_flatten()
}

/// Says which rows are refused; the first ones, and how many there are.
pub(crate) fn name_refused(plan: &Plan) -> Result<(), Failure> {
    let filter = Filter {
        state: Some(State::Refused),
        numbers: false,
    };
    for row in plan.rows_after(0, NAMED, &filter)? {
        let to = row.to.map(|to| format!(" {to}")).unwrap_or_default();
        let reason = row.reason.unwrap_or_default();
        terminal::say(&printable(&format!("row {}{to}: {reason}", row.row)));
    }
    let refused = usize::try_from(plan.counts().refused).unwrap_or(usize::MAX);
    if refused > NAMED {
        terminal::say(&format!("and {} more", refused - NAMED));
    }
    Ok(())
}

/// Runs with a bar, until the end or a signal, which is returned then.
pub(crate) async fn run<Fut>(
    client: &Client,
    what: &'static str,
    many: Many,
    start: impl FnOnce(Client, Many) -> Fut,
) -> Result<(Report, Option<Signal>), Failure>
where
    Fut: Future<Output = Result<Report, Error>>,
{
    let mut signals = Signals::listen();
    let bar = Bar::new(what, false);
    let client = client.with_progress(Some(bar.of(client.name(), None)));
    let (ledger, stop) = (many.ledger.clone(), many.stop.clone());
    let mut work = Box::pin(start(client, many));
    let (report, signal) = tokio::select! {
        biased;
        report = &mut work => (Some(report), None),
        signal = signals.next() => {
            stop.ask();
            let report = tokio::select! {
                biased;
                report = &mut work => Some(report),
                _ = signals.next() => None,
                () = tokio::time::sleep(PATIENCE) => None,
            };
            (report, Some(signal))
        }
    };
    bar.clear();
    let report = report.unwrap_or_else(|| {
        // What is under way is written down when it is dropped.
        drop(work);
        so_far(ledger)
    });
    match (report, signal) {
        // Nothing was sent when the end was asked for: what was to be said is said.
        (Err(error), Some(signal)) => {
            let said = format!("interrupted: {error}");
            Err(Failure::Interrupted(signal, Some(said)))
        }
        (report, signal) => Ok((report?, signal)),
    }
}

/// What a run that was dropped has come to.
fn so_far(path: PathBuf) -> Result<Report, Error> {
    let ledger = Ledger::open(&path)?;
    Ok(Report {
        verb: ledger.verb()?,
        counts: ledger.counts()?,
        ledger: path,
        ended: Ended::Stopped,
        recovered: 0,
        found: 0,
        look_up_error: None,
    })
}

/// Writes what a run has come to, and ends as it deserves.
pub(crate) fn finish(
    output: &Output,
    report: &Report,
    interrupted: Option<Signal>,
) -> Result<(), Failure> {
    let path = report.ledger.display().to_string();
    let mut records = Records::new(SUMMARY);
    records.push(summary(&path, &report.verb, &report.counts));
    write_one(output, &records)?;
    if report.recovered > 0 {
        terminal::warn(&format!(
            "{} under way when an earlier run ended; {} found at the vendor",
            counted(report.recovered, "row was", "rows were"),
            counted(report.found, "was", "were"),
        ));
    }
    if let Some(error) = &report.look_up_error {
        terminal::warn(&format!(
            "rows of which nobody knows could not be looked up: {error}; the next run looks again"
        ));
    }
    let counts = &report.counts;
    let go_on = format!("go on with the same command, or with --resume --ledger {path}");
    if let Some(signal) = interrupted {
        let said = format!("interrupted: {counts}; {go_on}");
        return Err(Failure::Interrupted(signal, Some(said)));
    }
    if let Ended::Failed(error) = &report.ended {
        return Err(Failure::Partial(format!("{error}; {counts}; {go_on}")));
    }
    if counts.accepted == counts.total() {
        return Ok(());
    }
    let look = if counts.unknown > 0 {
        format!(
            "look at `palabre ledger export {path} --state unknown`, then decide with `palabre ledger resolve`"
        )
    } else {
        format!("`palabre ledger export {path}` has each row")
    };
    Err(Failure::Partial(format!("{counts}; {look}")))
}

pub(crate) fn summary(path: &str, verb: &str, counts: &Counts) -> Value {
    json!({
        "ledger": path,
        "verb": verb,
        "total": counts.total(),
        "accepted": counts.accepted,
        "refused": counts.refused,
        "not_sent": counts.not_sent,
        "unknown": counts.unknown,
        "left": counts.left(),
    })
}

/// So many rows are in memory at a time.
pub(crate) const PIECE: usize = 5_000;

/// So many rows are read from a file at a time, as many as a run plans at a time.
const READ: usize = 500;

/// Goes through the rows that the next run sends, a piece at a time; returns how many there are.
///
/// What is under way is not among them: whoever ends such a run leaves rows of which nobody knows.
fn each_left(
    ledger: &Ledger,
    mut piece: impl FnMut(&[LedgerRow]) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let (mut last, mut count) = (0, 0);
    loop {
        let mut rows = ledger.rows_after(last, PIECE, &Filter::default())?;
        let Some(end) = rows.last() else {
            return Ok(count);
        };
        last = end.row;
        rows.retain(|row| {
            let is_open = [State::Planned, State::NotSent].map(State::as_str);
            is_open.contains(&&*row.state) && !(row.state == is_open[1] && row.decided)
        });
        count += rows.len() as u64;
        piece(&rows)?;
    }
}

/// Whether to send what a ledger has left.
pub(crate) fn question(ledger: &Ledger) -> Result<String, Failure> {
    let left = each_left(ledger, |_| Ok(()))?;
    let messages = counted(left, "message", "messages");
    Ok(format!("send what is left, {messages}"))
}

/// Writes the rows that the next run would send.
pub(crate) fn show_left(output: &Output, ledger: &Ledger) -> Result<(), Failure> {
    let schema = LedgerRow::schema();
    let mut sink = Sink::open(output, &schema)?;
    let left = each_left(ledger, |items| {
        sink.write(&Typed {
            schema: &schema,
            items,
        })
    })?;
    sink.finish()?;
    let rows = counted(left, "row is", "rows are");
    terminal::note(&format!("a dry run: {rows} left, nothing was sent"));
    Ok(())
}
