//! Reads: lists of one or several accounts, and single objects.

use std::collections::BTreeMap;
use std::future::Future;

use palabre::table::Tabular;
use palabre::{Client, Error, Fleet, Gathered, Listing, StatisticsTable, Verb};
use serde::Serialize;

use crate::choose::Opened;
use crate::exit::Failure;
use crate::options::{Format, Output, Paging, ReadMany, ReadOne};
use crate::output::{Destination, Rows, Sink, Typed, details};
use crate::progress::Bar;
use crate::terminal::{self, counted};

impl Paging {
    fn most(&self) -> usize {
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok());
        limit.unwrap_or(usize::MAX)
    }

    /// A cursor is a place in one account's list.
    fn check(&self, accounts: usize) -> Result<(), Failure> {
        if self.cursor.is_some() && accounts != 1 {
            return Err(Failure::usage("--cursor is for one account; add --account"));
        }
        Ok(())
    }
}

/// Lists at every account that can, or at those that are named.
pub(crate) async fn list<T>(
    read: &ReadMany,
    verb: Verb,
    paging: &Paging,
    open: impl Fn(&Client) -> Listing<T>,
) -> Result<(), Failure>
where
    T: Tabular + Serialize + Send,
{
    read.output.format()?;
    let opened = read.several.open(verb).await?;
    paging.check(opened.len())?;
    if let [(name, client)] = &*opened {
        let client = client.clone().map_err(Failure::from)?;
        return one_list(&client, name, &read.output, verb, paging, open).await;
    }
    let bar = Bar::new(noun(verb), false);
    let most = paging.most();
    let is_named = !read.several.account.is_empty();
    let gathered = gather(opened, is_named, &bar, paging.limit, |client| {
        let mut listing = open(&client);
        async move {
            let mut items = Vec::new();
            while items.len() < most
                && let Some(page) = listing.next_page().await?
            {
                items.extend(page.items);
            }
            items.truncate(most);
            Ok(items)
        }
    })
    .await?;
    bar.clear();
    present(
        &read.output,
        gathered.items.as_slice(),
        gathered.asked,
        gathered.failures,
    )
}

/// Lists at one account, writing each page when it has come.
pub(crate) async fn one_list<T>(
    client: &Client,
    account: &str,
    output: &Output,
    verb: Verb,
    paging: &Paging,
    open: impl Fn(&Client) -> Listing<T>,
) -> Result<(), Failure>
where
    T: Tabular + Serialize,
{
    let schema = T::schema();
    let mut sink = Sink::open(output, &schema)?;
    let bar = Bar::new(noun(verb), sink.shows_rows());
    let mut listing = open(&client.with_progress(Some(bar.of(account, paging.limit))));
    let mut left = paging.most();
    while left > 0 {
        let page = match listing.next_page().await {
            Ok(Some(page)) => page,
            Ok(None) => break,
            Err(error) => {
                bar.clear();
                // Where nothing was written, the rest is the whole.
                let cursor = listing.cursor().filter(|_| sink.has_rows());
                tell_rest(output, cursor);
                return Err(error.into());
            }
        };
        let items = &page.items[..page.items.len().min(left)];
        left -= items.len();
        let rows = Typed {
            schema: &schema,
            items,
        };
        sink.write(&rows)?;
    }
    bar.clear();
    let count = sink.finish()?;
    tell_count(output, count, 1);
    Ok(())
}

/// Reads statistics at every account that can, or at those that are named.
pub(crate) async fn statistics<T, Fut>(
    read: &ReadMany,
    verb: Verb,
    get: impl Fn(Client) -> Fut,
) -> Result<(), Failure>
where
    T: Tabular + Serialize,
    Fut: Future<Output = Result<StatisticsTable<T>, Error>>,
{
    read.output.format()?;
    let opened = read.several.open(verb).await?;
    let bar = Bar::new("accounts", false);
    if let [(_, client)] = &*opened {
        let table = get(client.clone().map_err(Failure::from)?).await?;
        write_rows(&read.output, &table.rows)?;
        tell_count(&read.output, table.rows.len(), 1);
        warn_all(&table.warnings);
        return Ok(());
    }
    let is_named = !read.several.account.is_empty();
    let gathered = gather(opened, is_named, &bar, None, |client| {
        let table = get(client);
        async move { Ok(vec![table.await?]) }
    })
    .await?;
    let mut rows = Vec::new();
    let mut warnings = Vec::new();
    for table in gathered.items {
        rows.extend(table.rows);
        warnings.extend(table.warnings);
    }
    let presented = present(&read.output, &rows, gathered.asked, gathered.failures);
    warn_all(&warnings);
    presented
}

fn warn_all(warnings: &[String]) {
    for warning in warnings {
        terminal::warn(&format!("warning: {warning}"));
    }
}

/// Reads one object of one account.
pub(crate) async fn one<T, Fut>(
    read: &ReadOne,
    verb: Verb,
    get: impl FnOnce(Client) -> Fut,
) -> Result<(), Failure>
where
    T: Tabular + Serialize,
    Fut: Future<Output = Result<T, Error>>,
{
    read.output.format()?;
    let client = read.one.open(verb).await?;
    let bar = Bar::new("looked through", false);
    let client = client.with_progress(Some(bar.of(client.name(), None)));
    let object = get(client).await?;
    bar.clear();
    write_object(&read.output, &object)
}

/// Writes one object of the facade.
pub(crate) fn write_object<T: Tabular + Serialize>(
    output: &Output,
    object: &T,
) -> Result<(), Failure> {
    let schema = T::schema();
    write_one(
        output,
        &Typed {
            schema: &schema,
            items: std::slice::from_ref(object),
        },
    )
}

/// Writes one row: for people a line for each field, in JSON an object and not a list.
pub(crate) fn write_one(output: &Output, row: &dyn Rows) -> Result<(), Failure> {
    let is_chosen = !output.columns.is_empty();
    let write: fn(&mut Destination, &serde_json::Value) -> std::io::Result<()> =
        match output.format()? {
            Format::Table if !is_chosen => |out, value| details(out, value),
            Format::Json if !is_chosen => |out, value| {
                use std::io::Write;
                writeln!(out, "{value:#}")
            },
            _ => {
                let mut sink = Sink::open(output, &row.schema())?;
                sink.write(row)?;
                sink.finish()?;
                return Ok(());
            }
        };
    let mut out = Destination::open(output.out.as_deref())?;
    write(&mut out, &row.json(0)?)?;
    out.finish()
}

/// Writes rows that are there.
pub(crate) fn write_rows<T: Tabular + Serialize>(
    output: &Output,
    items: &[T],
) -> Result<(), Failure> {
    let schema = T::schema();
    let mut sink = Sink::open(output, &schema)?;
    sink.write(&Typed {
        schema: &schema,
        items,
    })?;
    sink.finish()?;
    Ok(())
}

struct Answers<T> {
    items: Vec<T>,
    failures: Vec<(String, Error)>,
    asked: usize,
}

/// Asks several accounts at once, which a person has named or not.
async fn gather<T, Fut>(
    opened: Vec<Opened>,
    is_named: bool,
    bar: &Bar,
    most: Option<u64>,
    read: impl Fn(Client) -> Fut,
) -> Result<Answers<T>, Failure>
where
    Fut: Future<Output = Result<Vec<T>, Error>>,
{
    let asked = opened.len();
    let mut clients = BTreeMap::new();
    let mut failures = Vec::new();
    for (name, client) in opened {
        match client {
            Ok(client) => {
                let client = client.with_progress(Some(bar.of(&name, most)));
                clients.insert(name, client);
            }
            Err(error) => failures.push((name, error)),
        }
    }
    let Gathered {
        items,
        failures: failed,
        unsupported,
    } = Fleet::new(clients).gather(read).await;
    failures.extend(failed);
    // Their vendors have the verb and lack an option, which is a failure where they are named.
    let is_failure = is_named || unsupported.len() + failures.len() == asked;
    let left_out = if is_failure { 0 } else { unsupported.len() };
    if is_failure {
        failures.extend(unsupported);
    } else {
        for (name, error) in &unsupported {
            terminal::note(&format!("not asked: {name}: {}", error.message()));
        }
    }
    Ok(Answers {
        items,
        failures,
        asked: asked - left_out,
    })
}

/// Writes the rows of several accounts, and says which are missing.
fn present<T: Tabular + Serialize>(
    output: &Output,
    items: &[T],
    asked: usize,
    failures: Vec<(String, Error)>,
) -> Result<(), Failure> {
    if failures.is_empty() {
        write_rows(output, items)?;
        tell_count(output, items.len(), asked);
        return Ok(());
    }
    let problem = format!("{} of {asked} accounts failed", failures.len());
    let problem = match &output.out {
        // A file outlives what is said here, and would be taken for the whole.
        Some(path) => format!(
            "{problem}, so {} is not written; name the others with --account to have them alone",
            path.display()
        ),
        None => {
            write_rows(output, items)?;
            format!("{problem}: this is not the whole")
        }
    };
    for (name, error) in failures {
        let place = match error.get_vendor() {
            Some(_) => String::new(),
            None => format!("{name}: "),
        };
        terminal::warn(&format!("{place}{error}"));
    }
    Err(Failure::Partial(problem))
}

/// Says where a list goes on whose first pages were written.
fn tell_rest(output: &Output, cursor: Option<&str>) {
    let is_written = output.out.is_none()
        && matches!(
            output.format(),
            Ok(Format::Json | Format::Jsonl | Format::Csv)
        );
    if let (Some(cursor), true) = (cursor, is_written) {
        terminal::warn(&format!("the rest of the list starts at --cursor {cursor}"));
    }
}

fn tell_count(output: &Output, count: usize, accounts: usize) {
    let is_table = matches!(output.format(), Ok(Format::Table));
    if !is_table && output.out.is_none() {
        return;
    }
    let rows = counted(count, "row", "rows");
    let of = match accounts {
        1 => String::new(),
        accounts => format!(" of {accounts} accounts"),
    };
    let into = match &output.out {
        Some(path) => format!(" in {}", path.display()),
        None => String::new(),
    };
    terminal::note(&format!("{rows}{of}{into}"));
}

/// What a verb lists, in words.
fn noun(verb: Verb) -> &'static str {
    match verb {
        Verb::ContactsGroups => "groups",
        Verb::GroupsMembers => "contacts",
        verb => verb.as_str().split('.').next().unwrap_or("rows"),
    }
}
