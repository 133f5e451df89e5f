//! The start of a campaign: every row is resolved, checked and kept before anything leaves.

use std::collections::BTreeMap;

use palabre_model::{Error, ErrorKind, Result, Verb};
use ring::digest::{Context, SHA256};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use rusqlite::{OptionalExtension, params};
use secrecy::zeroize::Zeroizing;
use serde_json::json;

use super::content::{self, Content, Files, Job, hex};
use super::row::{Arguments, Contents};
use super::state::State;
use super::steps::reason;
use super::store::{Store, now};
use super::{Row, check};
use crate::Client;

/// A row as it is kept.
pub(crate) struct Frozen {
    key: Option<String>,
    recipient: Option<String>,
    content: Result<String>,
    fingerprint: [u8; 32],
    files: Files,
}

impl Frozen {
    /// By what it is compared with a row that was kept before.
    pub(crate) fn compared(&self) -> (Option<&str>, &[u8; 32]) {
        (self.recipient.as_deref(), &self.fingerprint)
    }
}

/// The fingerprint of all rows, in order.
pub(crate) struct Whole(Context);

impl Whole {
    pub(crate) fn new() -> Self {
        Self(Context::new(&SHA256))
    }

    pub(crate) fn add(&mut self, frozen: &[Frozen]) {
        for frozen in frozen {
            self.0.update(&frozen.fingerprint);
        }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.0.finish().as_ref().to_vec()
    }
}

/// Makes a row what is sent: placeholders filled, columns read.
pub(crate) fn resolve(job: Job, contents: &Contents, row: Row) -> (Frozen, Option<Content>) {
    let given = row
        .get(job.recipient())
        .and_then(|argument| match argument {
            palabre_transport::Argument::Value(serde_json::Value::String(text)) => {
                Some(text.clone())
            }
            _ => None,
        });
    let mut files = Files::new();
    let refusal = row.refusal().cloned();
    let mut arguments = Arguments::new(row, contents);
    let key = content::key(&mut arguments);
    let made = match refusal {
        Some(error) => Err(error),
        None => Content::read(job, &mut arguments, &mut files),
    };
    let (key, made) = match key {
        Ok(key) => (key, made),
        Err(error) => (None, Err(error)),
    };
    let recipient = match &made {
        Ok(content) => Some(content.recipient()),
        Err(_) => given.map(|given| content::recipient(&given)),
    };
    let (content, text) = match made {
        Ok(content) => match serde_json::to_string(&content) {
            Ok(text) => (Some(content), Ok(text)),
            Err(error) => (None, Err(Error::invalid("row", error))),
        },
        Err(error) => (None, Err(error)),
    };
    let frozen = Frozen {
        fingerprint: fingerprint(key.as_deref(), recipient.as_deref(), &text),
        key,
        recipient,
        content: text,
        files,
    };
    (frozen, content)
}

fn fingerprint(key: Option<&str>, recipient: Option<&str>, content: &Result<String>) -> [u8; 32] {
    let mut whole = Context::new(&SHA256);
    let (mark, kind, text) = match content {
        Ok(text) => ("sent", "", text.as_str()),
        Err(error) => ("refused", error.kind().as_str(), error.message()),
    };
    for part in [
        key.unwrap_or_default(),
        recipient.unwrap_or_default(),
        mark,
        kind,
        text,
    ] {
        whole.update(&(part.len() as u64).to_le_bytes());
        whole.update(part.as_bytes());
    }
    let mut fingerprint = [0; 32];
    fingerprint.copy_from_slice(whole.finish().as_ref());
    fingerprint
}

/// Where the rows without a number go out from.
#[derive(Clone)]
pub(crate) enum Sender {
    /// Nobody has asked yet: it is found when the first row needs it, so that a run that goes on
    /// sends from the same one.
    Unasked,
    /// It is not asked for: nothing is going to be sent.
    Open,
    /// What was found; `None` where the vendor decides.
    Found(Option<String>),
}

impl Sender {
    async fn ask(&mut self, client: &Client, content: &Content) -> Result<()> {
        if matches!(self, Self::Unasked) && content.needs_sender() {
            let at = client.at(Verb::MessagesSend)?;
            *self = Self::Found(at.unwritten(client.adapter().sender(&at).await)?);
        }
        Ok(())
    }

    fn found(&self) -> Option<&str> {
        match self {
            Self::Found(sender) => sender.as_deref(),
            Self::Unasked | Self::Open => None,
        }
    }
}

/// Resolves rows, and asks the vendor's rules about each: nothing is sent.
pub(crate) async fn checked(
    client: &Client,
    job: Job,
    contents: &Contents,
    rows: Vec<Row>,
    sender: &mut Sender,
) -> Result<Vec<Frozen>> {
    let mut all = Vec::with_capacity(rows.len());
    for row in rows {
        let (mut frozen, content) = resolve(job, contents, row);
        if let Some(content) = content {
            match check::check(client, &content, &frozen.files).await {
                Ok(()) => sender.ask(client, &content).await?,
                Err(error) => frozen.content = Err(error),
            }
        }
        all.push(frozen);
    }
    Ok(all)
}

/// Opens the one transaction in which everything is kept.
pub(crate) fn begin(store: &Store) -> Result<()> {
    store.sql(|sql| sql.execute_batch("BEGIN IMMEDIATE"))
}

/// Keeps rows. The second one for a person is refused.
pub(crate) fn insert(
    store: &Store,
    job: Job,
    first: i64,
    frozen: &[Frozen],
    allow_duplicates: bool,
) -> Result<()> {
    let random = SystemRandom::new();
    for (row, frozen) in (first..).zip(frozen) {
        let key = idempotency_key(&random)?;
        store.sql(|sql| {
            let before = match (&frozen.content, &frozen.recipient) {
                (Ok(_), Some(recipient)) if !allow_duplicates => sql
                    .prepare_cached(
                        "SELECT row FROM rows WHERE recipient = ?1 AND content IS NOT NULL LIMIT 1",
                    )?
                    .query_row([recipient], |row| row.get::<_, i64>(0))
                    .optional()?,
                _ => None,
            };
            let refusal = match (&frozen.content, before) {
                (Ok(_), None) => None,
                (Ok(_), Some(before)) => Some(duplicate(job, before)),
                (Err(error), _) => Some(error.clone()),
            };
            let content = frozen.content.as_deref().ok().filter(|_| refusal.is_none());
            let (state, at) = match refusal {
                None => (State::Planned, None),
                Some(_) => (State::Refused, Some(now())),
            };
            sql.prepare_cached(
                "INSERT INTO rows (row, key, recipient, content, fingerprint, idempotency_key, \
                 state, settled_at, kind, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?
            .execute(params![
                row,
                frozen.key,
                frozen.recipient,
                content,
                frozen.fingerprint,
                key,
                state,
                at,
                refusal.as_ref().map(|error| error.kind().as_str()),
                refusal.as_ref().map(reason),
            ])?;
            for (hash, file) in &frozen.files {
                sql.prepare_cached(
                    "INSERT OR IGNORE INTO files (hash, file_name, content_type, data) \
                     VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![
                    hash,
                    file.file_name,
                    file.content_type,
                    &*file.data
                ])?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn duplicate(job: Job, before: i64) -> Error {
    let (what, hint) = match job {
        Job::Send => ("recipient", Some("allow_duplicates sends to both")),
        Job::Import => ("number", Some("allow_duplicates creates both")),
        Job::Delete => ("contact", None),
    };
    let problem = format!("the same {what} as row {before}");
    let error = Error::invalid(job.recipient(), problem);
    match hint {
        Some(hint) => error.hint(hint),
        None => error,
    }
}

/// What all rows have to have between them: a slip in a column's name or in what holds for all would
/// refuse every row, and use up the ledger.
pub(crate) struct Needed<'a> {
    /// Columns that no row had yet, each with the argument that needs it.
    columns: BTreeMap<&'a str, &'a str>,
    /// Columns that nothing is made from, although that was surely meant; each with what to do.
    mistaken: Vec<(&'static str, &'static str)>,
    /// What stands between two braces, each with the argument that it is in.
    braced: Vec<(&'a str, &'a str)>,
    /// The columns of the first row that could be read.
    names: Option<String>,
}

impl<'a> Needed<'a> {
    pub(crate) fn new(job: Job, contents: &'a Contents) -> Self {
        let mut columns = contents.columns();
        let mistaken = job.mistaken().iter().copied();
        let mistaken = mistaken.filter(|(column, _)| !columns.contains_key(column));
        let mistaken = mistaken.collect();
        columns.insert(job.recipient(), job.recipient());
        Self {
            columns,
            mistaken,
            braced: contents.braced().collect(),
            names: None,
        }
    }

    /// Looks at a row.
    pub(crate) fn look_at(&mut self, row: &Row) -> Result<()> {
        if row.refusal().is_some() {
            return Ok(());
        }
        self.columns.retain(|column, _| row.get(column).is_none());
        if self.names.is_none() {
            self.names = Some(row.names().collect::<Vec<_>>().join(", "));
        }
        let is_there = |column: &str| row.get(column).is_some();
        if let Some((column, hint)) = self.mistaken.iter().find(|(column, _)| is_there(column)) {
            let problem = "is no column that a message is made from";
            return Err(Error::invalid(column, problem).hint(*hint));
        }
        match self.braced.iter().find(|(_, name)| is_there(name)) {
            Some((argument, name)) => {
                let problem = format!("{{{{{name}}}}} is sent as {{{name}}}");
                Err(Error::invalid(argument, problem)
                    .hint(format!("write {{{name}}} for the value of the row")))
            }
            None => Ok(()),
        }
    }

    /// Refuses rows of which none has what is needed.
    pub(crate) fn check(self) -> Result<()> {
        let (Some((column, argument)), Some(names)) = (self.columns.first_key_value(), self.names)
        else {
            return Ok(());
        };
        let problem = match column == argument {
            true => "no row has a value for it".to_owned(),
            false => format!("no row has a value for {{{column}}}"),
        };
        Err(Error::invalid(argument, problem).hint(format!("columns of the first row: {names}")))
    }
}

/// What a campaign belongs to.
pub(crate) struct Owner {
    pub(crate) vendor: &'static str,
    pub(crate) account: String,
    pub(crate) base_url: String,
    pub(crate) sender: Sender,
    secret: Zeroizing<String>,
}

impl Owner {
    pub(crate) fn of(client: &Client) -> Self {
        let account = client.account();
        let credentials = account.credentials();
        // What stays when a secret is changed comes first.
        let known = ["client_id", "team_id", "number", "api_key", "access_token"];
        let secret = known.into_iter().find_map(|name| {
            let secret = credentials.expose(name)?;
            // As long as it gets: what a text leaves behind when it grows is not wiped.
            let mut whole = Zeroizing::new(String::with_capacity(name.len() + 1 + secret.len()));
            whole.push_str(name);
            whole.push('=');
            whole.push_str(secret);
            Some(whole)
        });
        Self {
            vendor: client.vendor().id(),
            account: client.name().to_owned(),
            base_url: account.base_url().as_str().trim_end_matches('/').to_owned(),
            sender: Sender::Unasked,
            secret: secret.unwrap_or_default(),
        }
    }

    /// The same without asking for the number that rows go out from.
    pub(crate) fn not_sending(self) -> Self {
        Self {
            sender: Sender::Open,
            ..self
        }
    }

    /// Tells accounts apart without telling the credential.
    pub(crate) fn identity(&self, salt: &[u8]) -> Vec<u8> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, salt);
        hmac::sign(&key, self.secret.as_bytes()).as_ref().to_vec()
    }
}

/// Ends the transaction: from here on the campaign is what it is.
pub(crate) fn finish(
    store: &Store,
    job: Job,
    owner: &Owner,
    allow_duplicates: bool,
    rows: i64,
    whole: Whole,
) -> Result<()> {
    let mut salt = [0; 32];
    fill(&SystemRandom::new(), &mut salt)?;
    let options = json!({"allow_duplicates": allow_duplicates}).to_string();
    store.sql(|sql| {
        sql.execute(
            "INSERT INTO campaign (id, made_at, made_by, verb, vendor, account, base_url, salt, \
             identity, sender, options, rows, fingerprint) \
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                now(),
                env!("CARGO_PKG_VERSION"),
                job.verb(),
                owner.vendor,
                owner.account,
                owner.base_url,
                salt,
                owner.identity(&salt),
                owner.sender.found(),
                options,
                rows,
                whole.finish(),
            ],
        )?;
        sql.execute_batch("COMMIT")
    })
}

fn fill(random: &SystemRandom, bytes: &mut [u8]) -> Result<()> {
    let problem = "the system has no random numbers";
    let filled = random.fill(bytes);
    filled.map_err(|_| Error::new(ErrorKind::Config, problem))
}

/// A key that no other row has: a random UUID.
fn idempotency_key(random: &SystemRandom) -> Result<String> {
    let mut bytes = [0; 16];
    fill(random, &mut bytes)?;
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex(&bytes);
    Ok(format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    ))
}
