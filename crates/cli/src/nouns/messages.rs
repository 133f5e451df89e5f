use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use palabre::{
    Content as Kind, ListOptions, MessageFilter, MessageStatus, NewBulk, NewTemplateMessage,
    Recipient, Variables, Verb,
};

use super::content::Content;
use super::fields::media;
use super::reports;
use crate::exit::Failure;
use crate::many::send::SendMany;
use crate::options::{Asked, Extra, Paging, ReadMany, ReadOne, Write, merge, pair};
use crate::terminal::counted;
use crate::{reading, writing};

#[derive(Debug, Subcommand)]
pub(crate) enum Messages {
    /// Send a message: a text, a file with or without a text, a place, a button or a list
    ///
    /// It asks before it sends, and needs --yes where there is no terminal to ask on. A message is
    /// never sent twice on a guess: status 20 means that it may have gone out.
    #[command(
        after_help = "Examples:\n  palabre messages send --account wapiflow --to +8801988000000 \\\n      --text Hello --dry-run\n  palabre messages send --account wapiflow --to +8801988000000 \\\n      --image menu.png --text 'Menu of today' --yes"
    )]
    Send(Box<Send>),
    /// Send a template
    ///
    /// It asks before it sends, and needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Example:\n  palabre messages send-template --account wapiflow --to +8801988000000 \\\n      --template 3 --variable A-1042 --dry-run"
    )]
    SendTemplate(Box<SendTemplate>),
    /// Send to many people, each row of a file once, whatever happens
    ///
    /// Everything is written into the ledger before it is sent. A run that was ended anywhere goes on
    /// with the same command; what may have gone out is not sent again. It asks before it sends, and
    /// needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Examples:\n  palabre messages send-many people.csv --account wapiflow \\\n      --text 'Hello {first_name}' --plan\n  palabre messages send-many people.csv --account wapiflow \\\n      --text 'Hello {first_name}' --ledger campaign.db\n  palabre messages send-many --resume --ledger campaign.db"
    )]
    SendMany(Box<SendMany>),
    /// Leave a message with the vendor, which sends it later
    ///
    /// It asks before it does, and needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Example:\n  palabre messages schedule --account msgflash \\\n      --at 2026-12-24T08:00:00+01:00 --to +8801988000000 --text Hello --dry-run"
    )]
    Schedule(Box<Schedule>),
    /// Send one text to many people in one request of the vendor
    ///
    /// It asks before it sends, and needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Example:\n  palabre messages send-bulk --from a3f1b2c4-1234-4abc-9def-000011112222 \\\n      --text Hello --to +8801988000000 --to +2290101000000 --dry-run"
    )]
    SendBulk(Box<SendBulk>),
    /// Show one message: how far it has come
    #[command(
        after_help = "Example:\n  palabre messages get --account msgflash \\\n      c1d2e3f4-0a1b-4c2d-8e3f-a4b5c6d7e8f9"
    )]
    Get(Get),
    /// List messages, in the vendor's order
    #[command(after_help = "Example:\n  palabre messages list --status failed")]
    List(List),
    /// Mark what a person wrote as read
    #[command(
        after_help = "Example:\n  palabre messages mark-read --to +972541112233 --from 972501234567 --dry-run"
    )]
    MarkRead(MarkRead),
}

#[derive(Args, Debug)]
pub(crate) struct Send {
    #[command(flatten)]
    content: Content,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct Schedule {
    /// When it goes out, with a time zone
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Timestamp,
    #[command(flatten)]
    content: Content,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct SendBulk {
    /// Recipient, in international form; repeatable
    #[arg(long, value_name = "PHONE", required = true)]
    to: Vec<String>,
    /// Text for all of them
    #[arg(long)]
    text: String,
    /// When it goes out, with a time zone; at once if not given
    #[arg(long, value_name = "TIME", value_parser = moment)]
    at: Option<Timestamp>,
    /// Number to send from, or its identifier at the vendor
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    /// Name of the request: under it the vendor does it once, however often it comes
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Identifier of the message
    id: String,
    #[command(flatten)]
    read: ReadOne,
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Only those of one of the account's numbers: its identifier at the vendor, or the phone number
    #[arg(long, value_name = "PHONE|ID")]
    number: Option<String>,
    /// Only those of this status
    #[arg(long, value_parser = PossibleValuesParser::new(MessageStatus::KNOWN.iter().map(|status| status.as_str())))]
    status: Option<String>,
    /// Only those with this person, in international form
    #[arg(long, value_name = "PHONE")]
    to: Option<String>,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    read: ReadMany,
}

fn moment(text: &str) -> Result<Timestamp, String> {
    text.parse()
        .map_err(|_| "write it with a time zone, such as 2026-12-24T08:00:00+01:00".to_owned())
}

#[derive(Args, Debug)]
pub(crate) struct SendTemplate {
    /// Recipient, in international form
    #[arg(long, value_name = "PHONE")]
    to: String,
    /// Number to send from, or its identifier at the vendor
    ///
    /// If it is not given, the account's default, or its only connected number.
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    /// Identifier of the template, as `palabre templates list` shows it
    #[arg(long, value_name = "ID")]
    template: String,
    /// Value for the next placeholder of the body; repeatable
    #[arg(long, value_name = "TEXT", conflicts_with = "named_variable")]
    variable: Vec<String>,
    /// Value for a placeholder by its name (MsgFlash); repeatable
    #[arg(long, value_name = "NAME=TEXT", value_parser = pair)]
    named_variable: Vec<(String, String)>,
    /// Value for the next placeholder of the header; repeatable
    #[arg(long, value_name = "TEXT")]
    header_variable: Vec<String>,
    /// Picture of the header, by its https address
    #[arg(long, value_name = "LINK", conflicts_with_all = ["document", "video"])]
    image: Option<String>,
    /// Document of the header
    #[arg(long, value_name = "LINK", conflicts_with = "video")]
    document: Option<String>,
    /// Video of the header
    #[arg(long, value_name = "LINK")]
    video: Option<String>,
    /// Language, in the vendor's word for it
    #[arg(long, value_name = "WORD")]
    language: Option<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct MarkRead {
    /// Who wrote, in international form
    #[arg(long, value_name = "PHONE")]
    to: String,
    /// Number that they wrote to, or its identifier at the vendor
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    #[command(flatten)]
    write: Write,
}

impl Messages {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Send(send) => send.run().await,
            Self::SendTemplate(send) => send.run().await,
            Self::SendMany(send) => send.run().await,
            Self::Schedule(schedule) => schedule.run().await,
            Self::SendBulk(send) => send.run().await,
            Self::Get(Get { id, read }) => {
                reading::one(&read, Verb::MessagesGet, |client| async move {
                    client.messages().get(&id).await
                })
                .await
            }
            Self::List(list) => list.run().await,
            Self::MarkRead(mark) => mark.run().await,
        }
    }
}

impl Send {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::MessagesSend).await?;
        let message = self.content.read()?;
        let question = format!("send this message to {}", message.to);
        let done = writing::ask_and_write(&self.asked, &client, &question, |client| {
            let message = message.clone();
            async move { client.messages().send(message).await }
        })
        .await?;
        match done {
            Some(message) => reports::sent(&self.asked.write.output, &message),
            None => Ok(()),
        }
    }
}

impl SendTemplate {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let verb = Verb::MessagesSendTemplate;
        let client = self.asked.write.one.open(verb).await?;
        let mut header = None;
        for (content, given) in [
            (Kind::Image, self.image),
            (Kind::Document, self.document),
            (Kind::Video, self.video),
        ] {
            let given = media(content.as_str(), given.as_deref())?;
            header = header.or(given.map(|media| (content, media)));
        }
        let message = NewTemplateMessage {
            to: self.to,
            from: self.from,
            template: self.template,
            variables: variables(self.variable, &self.named_variable)?,
            header_variables: self.header_variable,
            header,
            language: self.language,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        };
        let question = format!("send this template to {}", message.to);
        let done = writing::ask_and_write(&self.asked, &client, &question, |client| {
            let message = message.clone();
            async move { client.messages().send_template(message).await }
        })
        .await?;
        match done {
            Some(message) => reports::sent(&self.asked.write.output, &message),
            None => Ok(()),
        }
    }
}

impl Schedule {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::MessagesSchedule).await?;
        let message = self.content.read()?;
        let when = self.at;
        let question = format!("leave this message to {} for {when}", message.to);
        let done = writing::ask_and_write(&self.asked, &client, &question, |client| {
            let message = message.clone();
            async move { client.messages().schedule(message, when).await }
        })
        .await?;
        match done {
            Some(message) => reports::sent(&self.asked.write.output, &message),
            None => Ok(()),
        }
    }
}

impl SendBulk {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::MessagesSendBulk).await?;
        let to = self.to.into_iter();
        let bulk = NewBulk {
            text: self.text,
            recipients: to
                .map(|to| Recipient {
                    to,
                    ..Recipient::default()
                })
                .collect(),
            from: self.from,
            at: self.at,
            idempotency_key: self.idempotency_key,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        };
        let people = counted(bulk.recipients.len(), "person", "people");
        let question = format!("send this text to {people}");
        let done = writing::ask_and_write(&self.asked, &client, &question, |client| {
            let bulk = bulk.clone();
            async move { client.messages().send_bulk(bulk).await }
        })
        .await?;
        match done {
            Some(report) => reports::sent_to_many(&self.asked.write.output, &report),
            None => Ok(()),
        }
    }
}

impl List {
    async fn run(self) -> Result<(), Failure> {
        let filter = MessageFilter {
            status: self.status.as_deref().map(str::parse).transpose()?,
            to: self.to,
        };
        let options = ListOptions {
            number: self.number,
            cursor: self.paging.cursor.clone(),
            page_size: self.paging.page_size,
            ..ListOptions::default()
        };
        reading::list(&self.read, Verb::MessagesList, &self.paging, |client| {
            client.messages().list(filter.clone(), options.clone())
        })
        .await
    }
}

impl MarkRead {
    async fn run(self) -> Result<(), Failure> {
        let Self { to, from, write } = self;
        let client = write.one.open(Verb::MessagesMarkRead).await?;
        let done = writing::write(&write, &client, "marking as read", |client| {
            let (to, from) = (&to, from.as_deref());
            async move { client.messages().mark_read(to, from).await }
        })
        .await?;
        match done {
            Some(()) => reports::done(&write.output, &client, &to, "read"),
            None => Ok(()),
        }
    }
}

fn variables(ordered: Vec<String>, named: &[(String, String)]) -> Result<Variables, Failure> {
    if named.is_empty() {
        return Ok(ordered.into());
    }
    let named = merge("--named-variable", named, &[]).map_err(Failure::Usage)?;
    Ok(Variables::Named(named))
}
