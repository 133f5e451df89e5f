use std::time::Duration;

use clap::{Args, Subcommand};
use palabre::{NewOtp, Verb};

use super::reports;
use crate::exit::Failure;
use crate::options::{Asked, Extra, Write};
use crate::writing;

#[derive(Debug, Subcommand)]
pub(crate) enum Otp {
    /// Make a one-time code and send it; nobody but the recipient gets to see it
    ///
    /// It asks before it sends, and needs --yes where there is no terminal to ask on.
    #[command(
        after_help = "Example:\n  palabre otp send --to +8801988000000 \\\n      --from a3f1b2c4-1234-4abc-9def-000011112222 --dry-run"
    )]
    Send(Box<Send>),
    /// Check the code that somebody typed
    ///
    /// A code that does not fit is an answer: the status is 0, and the row says why.
    #[command(
        after_help = "Example:\n  palabre otp verify 9c8b7a60-5d4e-4f3a-8b2c-1d0e9f8a7b6c 402100"
    )]
    Verify(Verify),
}

#[derive(Args, Debug)]
pub(crate) struct Send {
    /// Recipient, in international form
    #[arg(long, value_name = "PHONE")]
    to: String,
    /// Number to send from, or its identifier at the vendor; the account's only connected one if not given
    #[arg(long, value_name = "PHONE|ID")]
    from: Option<String>,
    /// Digits of the code
    #[arg(long, value_name = "NUMBER")]
    code_length: Option<u32>,
    /// Seconds that the code is good
    #[arg(long, value_name = "SECONDS")]
    expires_in: Option<u64>,
    /// Name that the message shows; the organisation's if not given
    #[arg(long, value_name = "NAME")]
    brand: Option<String>,
    /// Text of the message, with {{code}} and, if it is to be there, {{brand}}
    #[arg(long, value_name = "TEXT")]
    template: Option<String>,
    #[command(flatten)]
    extra: Extra,
    #[command(flatten)]
    asked: Asked,
}

#[derive(Args, Debug)]
pub(crate) struct Verify {
    /// Identifier of the code, as `palabre otp send` shows it
    id: String,
    /// What was typed
    code: String,
    #[command(flatten)]
    write: Write,
}

impl Otp {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Send(send) => send.run().await,
            Self::Verify(verify) => verify.run().await,
        }
    }
}

impl Send {
    async fn run(self) -> Result<(), Failure> {
        self.asked.check()?;
        let client = self.asked.write.one.open(Verb::OtpSend).await?;
        let otp = NewOtp {
            to: self.to,
            from: self.from,
            code_length: self.code_length,
            expires_in: self.expires_in.map(Duration::from_secs),
            brand: self.brand,
            template: self.template,
            extra: self.extra.to_map().map_err(Failure::Usage)?,
        };
        let question = format!("send a code to {}", otp.to);
        let done = writing::ask_and_write(&self.asked, &client, &question, |client| {
            let otp = otp.clone();
            async move { client.otp().send(otp).await }
        })
        .await?;
        match done {
            Some(otp) => reports::sent_otp(&self.asked.write.output, &otp),
            None => Ok(()),
        }
    }
}

impl Verify {
    async fn run(self) -> Result<(), Failure> {
        let Self { id, code, write } = self;
        let client = write.one.open(Verb::OtpVerify).await?;
        let done = writing::write(&write, &client, "the check of the code", |client| {
            let (id, code) = (&id, &code);
            async move { client.otp().verify(id, code).await }
        })
        .await?;
        match done {
            Some(check) => reports::checked_otp(&write.output, &check),
            None => Ok(()),
        }
    }
}
