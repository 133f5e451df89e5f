use clap::{Args, Subcommand};
use palabre::{Location, NewMessage, NewTemplateMessage, Verb};

use super::fields::media;
use super::reports;
use crate::exit::Failure;
use crate::many::send::SendMany;
use crate::options::{Asked, Extra};
use crate::writing;

#[derive(Debug, Subcommand)]
pub(crate) enum Messages {
    /// Send a message: a text, a file with or without a text, a place, a button or a list
    ///
    /// It asks before it sends, and needs --yes where there is no terminal to ask on. A message is
    /// never sent twice on a guess: status 20 means that it may have gone out.
    #[command(
        after_help = "Examples:\n  palabre messages send --to +8801988000000 --text Hello --dry-run\n  palabre messages send --to +8801988000000 --image menu.png --text 'Menu of today' --yes"
    )]
    Send(Box<Send>),
    /// Send a template
    ///
    /// It asks before it sends, and needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Example:\n  palabre messages send-template --to +8801988000000 --template 3 --variable A-1042 --dry-run"
    )]
    SendTemplate(Box<SendTemplate>),
    /// Send to many people, each row of a file once, whatever happens
    ///
    /// Everything is written into the ledger before it is sent. A run that was ended anywhere goes on
    /// with the same command; what may have gone out is not sent again. It asks before it sends, and
    /// needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Examples:\n  palabre messages send-many people.csv --text 'Hello {first_name}' --plan\n  palabre messages send-many people.csv --text 'Hello {first_name}' --ledger campaign.db\n  palabre messages send-many --resume --ledger campaign.db"
    )]
    SendMany(Box<SendMany>),
}

#[derive(Args, Debug)]
pub(crate) struct Send {
    /// Recipient, in international form
    #[arg(long, value_name = "PHONE")]
    to: String,
    /// Number to send from, or its identifier at the vendor
    ///
    /// If it is not given, the account's default, or its only connected number.
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    /// Text, or caption of a file; write --text=-… if it begins with a dash
    #[arg(long)]
    text: Option<String>,
    /// Picture: a file, or its https address; each vendor takes one of the two
    #[arg(long, value_name = "FILE|LINK")]
    image: Option<String>,
    /// Document
    #[arg(long, value_name = "FILE|LINK")]
    document: Option<String>,
    /// Video
    #[arg(long, value_name = "FILE|LINK")]
    video: Option<String>,
    /// Sound
    #[arg(long, value_name = "FILE|LINK")]
    audio: Option<String>,
    /// Place in degrees; write --location=-6.1,2.4 south of the equator
    #[arg(long, value_name = "LATITUDE,LONGITUDE", value_parser = place)]
    location: Option<(f64, f64)>,
    /// What is at the place; shown together with the address
    #[arg(long, value_name = "TEXT", requires = "location")]
    location_name: Option<String>,
    /// Where the place is; shown together with the name
    #[arg(long, value_name = "TEXT", requires = "location")]
    location_address: Option<String>,
    /// Identifier of a call-to-action button that is stored at the vendor
    #[arg(long, value_name = "ID")]
    cta_id: Option<String>,
    /// Identifier of an interactive list that is stored at the vendor
    #[arg(long, value_name = "ID")]
    list_id: Option<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    asked: Asked,
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
    #[arg(long, value_name = "TEXT")]
    variable: Vec<String>,
    /// Value for the next placeholder of the header; repeatable
    #[arg(long, value_name = "TEXT")]
    header_variable: Vec<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    asked: Asked,
}

fn place(text: &str) -> Result<(f64, f64), String> {
    let read = |text: &str| {
        text.trim()
            .parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
    };
    text.split_once(',')
        .and_then(|(latitude, longitude)| Some((read(latitude)?, read(longitude)?)))
        .ok_or_else(|| "write it as LATITUDE,LONGITUDE in degrees, such as 6.37,2.39".to_owned())
}

impl Messages {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Send(send) => send.run().await,
            Self::SendTemplate(send) => send.run().await,
            Self::SendMany(send) => send.run().await,
        }
    }
}

impl Send {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::MessagesSend).await?;
        let message = NewMessage {
            to: self.to,
            from: self.from,
            text: self.text,
            image: media("image", self.image.as_deref())?,
            document: media("document", self.document.as_deref())?,
            video: media("video", self.video.as_deref())?,
            audio: media("audio", self.audio.as_deref())?,
            location: self.location.map(|(latitude, longitude)| Location {
                latitude,
                longitude,
                name: self.location_name,
                address: self.location_address,
            }),
            cta_id: self.cta_id,
            list_id: self.list_id,
            idempotency_key: None,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        };
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
        let message = NewTemplateMessage {
            to: self.to,
            from: self.from,
            template: self.template,
            variables: self.variable.into(),
            header_variables: self.header_variable,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
            ..NewTemplateMessage::default()
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
