//! `palabre messages send-many`: a file of people, a ledger, and no message twice.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use futures_util::{Stream, TryStreamExt};
use palabre::config::AccountConfig;
use palabre::ledger::{Filter, Ledger, Many, Plan, Row};
use palabre::table::Tabular;
use palabre::{Client, Error, ErrorKind, Media, PlannedRow, Vendor, Verb};
use serde_json::Value;

use super::columns::{self, Columns};
use crate::exit::Failure;
use crate::import::delimiter;
use crate::import::read::{self, FileFormat};
use crate::nouns::fields::media;
use crate::options::{Asked, Extra};
use crate::output::{Sink, Typed};
use crate::terminal::{self, counted};
use crate::{many, writing};

/// What a ledger holds already, so that it cannot be said again.
const FROZEN: [&str; 18] = [
    "file",
    "plan",
    "map",
    "text",
    "image",
    "document",
    "video",
    "audio",
    "template",
    "variable",
    "header_variable",
    "language",
    "from",
    "allow_duplicates",
    "format",
    "delimiter",
    "extra",
    "extra_json",
];

#[derive(Args, Debug)]
pub(crate) struct SendMany {
    /// CSV file with a header, or JSONL file; - is the standard input
    ///
    /// Columns are called like the options: to, from, text, image, template, language and so on;
    /// variables and header_variables are JSON lists. key is a name of your own. All others are for
    /// placeholders. Not with --resume: the ledger has the rows.
    #[arg(required_unless_present = "resume")]
    file: Option<PathBuf>,
    /// File in which everything is kept before it is sent; made if it is not there
    #[arg(long, value_name = "FILE", required_unless_present_any = ["plan", "dry_run"])]
    ledger: Option<PathBuf>,
    /// Show what would be sent and what refused, row by row; send nothing
    #[arg(long)]
    plan: bool,
    /// Go on with what the ledger holds; with --dry-run, show what would be sent
    #[arg(long, requires = "ledger", conflicts_with_all = FROZEN)]
    resume: bool,
    /// Take an argument from a column of another name; repeatable
    #[arg(long, value_name = "ARGUMENT=COLUMN", value_parser = columns::mapped)]
    map: Vec<(&'static str, String)>,
    /// Text of all messages; {column} is the row's value, {{ a brace
    #[arg(long)]
    text: Option<String>,
    /// Picture of all messages: a file, or its https address
    #[arg(long, value_name = "FILE|LINK")]
    image: Option<String>,
    /// Document of all messages
    #[arg(long, value_name = "FILE|LINK")]
    document: Option<String>,
    /// Video of all messages
    #[arg(long, value_name = "FILE|LINK")]
    video: Option<String>,
    /// Sound of all messages
    #[arg(long, value_name = "FILE|LINK")]
    audio: Option<String>,
    /// Template of all messages, by its identifier
    #[arg(long, value_name = "ID")]
    template: Option<String>,
    /// Value for the next placeholder of the template's body, with {column}; repeatable
    #[arg(long, value_name = "TEXT")]
    variable: Vec<String>,
    /// Value for the next placeholder of the template's header; repeatable
    #[arg(long, value_name = "TEXT")]
    header_variable: Vec<String>,
    /// Language of the template, at 99digital
    #[arg(long, value_name = "CODE")]
    language: Option<String>,
    /// Number to send from, or its identifier at the vendor
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    /// Send to somebody twice who is in the file twice; the second is refused if not
    #[arg(long)]
    allow_duplicates: bool,
    /// Requests that are under way at the same time
    #[arg(long, value_name = "N", default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..))]
    max_in_flight: u16,
    /// Format of the file; by its ending if not given
    #[arg(long, value_enum, value_name = "FORMAT")]
    format: Option<FileFormat>,
    /// What stands between cells; found out from the header if not given
    #[arg(long, value_name = "CHARACTER", value_parser = delimiter)]
    delimiter: Option<u8>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    asked: Asked,
}

impl SendMany {
    /// It hears Ctrl-C itself: what is under way has a moment to be answered.
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let asks = !self.plan && !self.asked.write.dry_run;
        if asks {
            self.asked.check()?;
        }
        if self.resume {
            return self.resume().await;
        }
        let client = self.asked.write.one.open(Verb::MessagesSend).await?;
        let contents = self.contents()?;
        if !asks {
            if let Some(begun) = self.ledger().filter(|ledger| Ledger::open(*ledger).is_ok()) {
                terminal::warn(&format!(
                    "{} has begun already: --resume --dry-run --ledger {0} shows what is left of it",
                    begun.display()
                ));
            }
            let plan = self.plan(&client, self.rows()?, contents).await?;
            return show(&self, &plan);
        }
        if !self.asked.yes {
            self.ask(&client, contents.clone()).await?;
        }
        let mut options = self.many();
        options.contents = contents;
        let rows = self.rows()?;
        let (report, interrupted) =
            many::run(&client, "messages", options, |client, options| async move {
                client.messages().send_many(rows, options).await
            })
            .await?;
        many::finish(&self.asked.write.output, &report, interrupted)
    }

    fn many(&self) -> Many {
        Many {
            allow_duplicates: self.allow_duplicates,
            max_in_flight: usize::from(self.max_in_flight),
            ..Many::new(self.ledger.clone().unwrap_or_default())
        }
    }

    async fn resume(self) -> Result<(), Failure> {
        let ledger = Ledger::open(self.ledger.clone().unwrap_or_default())?;
        let output = &self.asked.write.output;
        if self.asked.write.dry_run {
            return many::show_left(output, &ledger);
        }
        let client = self.client_of(&ledger).await?;
        if !self.asked.yes {
            let question = many::question(&ledger)?;
            writing::confirm(&client, &[], &question).await?;
        }
        let mut options = self.many();
        options.contents = self.contents()?;
        let (report, interrupted) =
            many::run(&client, "messages", options, |client, options| async move {
                client.resume(options).await
            })
            .await?;
        many::finish(output, &report, interrupted)
    }

    /// The account that a ledger belongs to; the run itself looks whether it is that one.
    async fn client_of(&self, ledger: &Ledger) -> Result<Client, Failure> {
        let (vendor, name) = ledger.account()?;
        let mut one = self.asked.write.one.clone();
        let config = one.source.load()?;
        let has_it = |account: &AccountConfig| account.name() == name;
        if one.account.is_none() && config.accounts().iter().any(has_it) {
            one.account = Some(name);
        }
        let nobody = || {
            let problem = format!("the ledger is of {vendor}, and no account is");
            Error::new(ErrorKind::Config, problem)
        };
        let is_able = |able: Vendor| able.id() == vendor;
        one.open_where(is_able, "the ledger", nobody).await
    }

    fn ledger(&self) -> Option<&Path> {
        self.ledger.as_deref()
    }

    /// Says what would be sent, to how many, from which number; anything but yes is no.
    async fn ask(&self, client: &Client, contents: Row) -> Result<(), Failure> {
        if self.is_stdin() {
            return Err(Failure::usage(
                "the standard input can be read once: add --yes, or give a file; nothing was sent",
            ));
        }
        let begun = self.ledger().map(Ledger::open).and_then(Result::ok);
        if let Some(ledger) = begun {
            return writing::confirm(client, &[], &many::question(&ledger)?).await;
        }
        let names_sender = AtomicBool::new(false);
        let rows = self.rows()?.inspect_ok(|row| {
            names_sender.fetch_or(row.get("from_").is_some(), Ordering::Relaxed);
        });
        let plan = self.plan(client, rows, contents).await?;
        many::name_refused(&plan)?;
        let counts = plan.counts();
        let sender = match &self.from {
            Some(from) => palabre::mask_phone(from),
            None if names_sender.into_inner() => {
                "the numbers that rows name, or else the account's own".to_owned()
            }
            None => "the account's own number".to_owned(),
        };
        let messages = counted(counts.planned, "message", "messages");
        let people = counted(plan.recipients()?, "person", "people");
        let refused = match counts.refused {
            0 => String::new(),
            refused => format!(", leaving out {}", terminal::refused(refused)),
        };
        let question = format!("send {messages} to {people} from {sender}{refused}");
        writing::confirm(client, &[], &question).await
    }

    async fn plan(
        &self,
        client: &Client,
        rows: impl Stream<Item = palabre::Result<Row>> + Send,
        contents: Row,
    ) -> Result<Plan, Failure> {
        let duplicates = self.allow_duplicates;
        Ok(client.messages().plan(rows, contents, duplicates).await?)
    }

    fn is_stdin(&self) -> bool {
        self.file
            .as_ref()
            .is_some_and(|file| file.as_os_str() == "-")
    }

    fn rows(&self) -> Result<impl Stream<Item = palabre::Result<Row>> + Send + use<>, Failure> {
        let columns = Columns::new(&self.map)?;
        let file = self.file.clone().unwrap_or_default();
        let source = read::stream(&file, self.format, self.delimiter)?;
        Ok(many::beside(columns.rows(source)?))
    }

    /// What holds for all rows.
    fn contents(&self) -> Result<Row, Failure> {
        let mut contents = Row::new();
        for (name, text) in [
            ("text", &self.text),
            ("template", &self.template),
            ("language", &self.language),
            ("from_", &self.from),
        ] {
            if let Some(text) = text {
                contents.insert(name, text.as_str());
            }
        }
        for (name, given) in [
            ("image", &self.image),
            ("document", &self.document),
            ("video", &self.video),
            ("audio", &self.audio),
        ] {
            match media(name, given.as_deref())? {
                None => {}
                Some(Media::File(file)) => contents.insert(name, file),
                Some(Media::Link(link)) => contents.insert(name, link.as_str()),
            }
        }
        for (name, texts) in [
            ("variables", &self.variable),
            ("header_variables", &self.header_variable),
        ] {
            if !texts.is_empty() {
                contents.insert(name, Value::from(texts.clone()));
            }
        }
        let extra = self.extra.to_map().map_err(Failure::Usage)?;
        if !extra.is_empty() {
            contents.insert("extra", Value::Object(extra));
        }
        Ok(contents)
    }
}

/// Writes a plan, and ends with the status of a part if rows are refused.
fn show(arguments: &SendMany, plan: &Plan) -> Result<(), Failure> {
    const PIECE: usize = 5_000;
    let schema = PlannedRow::schema();
    let mut sink = Sink::open(&arguments.asked.write.output, &schema)?;
    let mut last = 0;
    loop {
        let items = plan.rows_after(last, PIECE, &Filter::default())?;
        let Some(end) = items.last() else { break };
        last = end.row;
        sink.write(&Typed {
            schema: &schema,
            items: &items,
        })?;
    }
    sink.finish()?;
    terminal::note("a plan: nothing was sent");
    let counts = plan.counts();
    match counts.refused {
        0 => Ok(()),
        refused => Err(Failure::Partial(format!(
            "{refused} of {} would be refused",
            counted(counts.total(), "row", "rows")
        ))),
    }
}
