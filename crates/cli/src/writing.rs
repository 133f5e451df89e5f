//! Writes: rehearsed, asked about where they cannot be taken back, then made.

use std::future::Future;
use std::io::{self, BufRead, Write as _};
use std::sync::{Arc, Mutex, PoisonError};

use arrow_schema::DataType;
use palabre::{Client, Error, Rehearsal, Rehearsed};
use serde_json::json;

use crate::exit::Failure;
use crate::options::{Asked, Format, Output, Write};
use crate::output::{Columns, Destination, Records, Sink, printable};
use crate::terminal;

/// A request that a dry run shows.
const REQUEST: Columns = &[
    ("account", DataType::Utf8),
    ("vendor", DataType::Utf8),
    ("operation", DataType::Utf8),
    ("method", DataType::Utf8),
    ("url", DataType::Utf8),
    ("content", DataType::Utf8),
];

/// What is being written at this moment, for who interrupts it.
static UNDER_WAY: Mutex<Option<String>> = Mutex::new(None);

/// What an interruption has to say of a write that may have happened.
pub(crate) fn interrupted() -> Option<String> {
    let what = UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner);
    let what = what.as_ref()?;
    Some(format!(
        "interrupted during {what}: it may have happened; look before you repeat it"
    ))
}

/// Makes a write, while an interruption would say so.
pub(crate) async fn under_way<T>(what: &str, work: impl Future<Output = T>) -> T {
    let set = |what| *UNDER_WAY.lock().unwrap_or_else(PoisonError::into_inner) = what;
    set(Some(what.to_owned()));
    let done = work.await;
    set(None);
    done
}

/// Tries a write without making it: the requests that it would send, and where it would stop.
pub(crate) async fn rehearse<T, Fut>(
    client: &Client,
    act: impl FnOnce(Client) -> Fut,
) -> Result<(Vec<Rehearsed>, Option<Error>), Error>
where
    Fut: Future<Output = Result<T, Error>>,
{
    let rehearsal = Arc::new(Rehearsal::default());
    let result = act(client.rehearsed(rehearsal.clone())).await;
    let requests = rehearsal.take();
    match result {
        // The write stopped before anything would have been sent: it is wrong.
        Err(error) if requests.is_empty() => Err(error),
        result => Ok((requests, result.err())),
    }
}

/// Makes a write that is not asked about; `None` after a dry run.
pub(crate) async fn write<T, Fut>(
    write: &Write,
    client: &Client,
    what: &str,
    act: impl Fn(Client) -> Fut,
) -> Result<Option<T>, Failure>
where
    Fut: Future<Output = Result<T, Error>>,
{
    write.output.format()?;
    if write.dry_run {
        let (requests, _) = rehearse(client, act).await?;
        show(&write.output, client, &requests)?;
        return Ok(None);
    }
    Ok(Some(under_way(what, act(client.clone())).await?))
}

/// Makes a write that cannot be taken back, after `question` was answered; `None` after a dry run.
pub(crate) async fn ask_and_write<T, Fut>(
    asked: &Asked,
    client: &Client,
    question: &str,
    act: impl Fn(Client) -> Fut,
) -> Result<Option<T>, Failure>
where
    Fut: Future<Output = Result<T, Error>>,
{
    if !asked.write.dry_run && !asked.yes {
        // What is wrong is said before anybody is asked.
        let (requests, _) = rehearse(client, &act).await?;
        confirm(client, &requests, question).await?;
    }
    write(&asked.write, client, question, act).await
}

impl Asked {
    /// Refuses early what would have to ask where nobody can answer.
    pub(crate) fn check(&self) -> Result<(), Failure> {
        self.write.output.format()?;
        if self.yes || self.write.dry_run || terminal::can_ask() {
            return Ok(());
        }
        Err(Failure::usage(
            "there is no terminal to ask on: add --yes to do it, or --dry-run to see it; \
             nothing was sent",
        ))
    }
}

/// Asks; anything but yes is no.
pub(crate) async fn confirm(
    client: &Client,
    requests: &[Rehearsed],
    question: &str,
) -> Result<(), Failure> {
    for request in requests {
        terminal::say(&line(request));
    }
    let host = client.account().base_url().authority().to_owned();
    let prompt = format!(
        "{}, as {} ({} at {host})? [y/N] ",
        printable(question),
        client.name(),
        client.vendor().name(),
    );
    // Read beside everything else, so that Ctrl-C is heard.
    let answer = tokio::task::spawn_blocking(move || {
        let mut err = io::stderr();
        let mut answer = String::new();
        err.write_all(prompt.as_bytes())?;
        err.flush()?;
        io::stdin().lock().read_line(&mut answer)?;
        Ok::<_, io::Error>(answer)
    });
    let answer = answer
        .await
        .map_err(|_| Failure::Other("nobody could be asked; nothing was sent".to_owned()))??;
    if !answer.ends_with('\n') {
        terminal::say("");
    }
    match answer.trim().to_lowercase().as_str() {
        "y" | "yes" => Ok(()),
        _ => Err(Failure::Other("not done: nothing was sent".to_owned())),
    }
}

/// Shows requests that were not sent.
pub(crate) fn show(
    output: &Output,
    client: &Client,
    requests: &[Rehearsed],
) -> Result<(), Failure> {
    if output.format()? == Format::Table && output.columns.is_empty() {
        let mut out = Destination::open(output.out.as_deref())?;
        for request in requests {
            writeln!(out, "{}", line(request))?;
        }
        out.finish()?;
    } else {
        let mut records = Records::new(REQUEST);
        for request in requests {
            records.push(record(client, request));
        }
        let mut sink = Sink::open(output, &crate::output::Rows::schema(&records))?;
        sink.write(&records)?;
        sink.finish()?;
    }
    terminal::note("a dry run: nothing was sent");
    Ok(())
}

/// A request that was not sent, as a row.
pub(crate) fn record(client: &Client, request: &Rehearsed) -> serde_json::Value {
    json!({
        "account": client.name(),
        "vendor": client.vendor(),
        "operation": request.operation.id,
        "method": request.operation.method,
        "url": request.url,
        "content": request.content,
    })
}

/// A request that was not sent, in one line.
pub(crate) fn line(request: &Rehearsed) -> String {
    let content = match &request.content {
        serde_json::Value::Null => String::new(),
        content => format!(" {content}"),
    };
    printable(&format!(
        "{} {}{content}",
        request.operation.method, request.url
    ))
}
