use clap::builder::PossibleValuesParser;
use clap::{Args, Subcommand};
use palabre::{ConversationStatus, ListOptions, Verb};

use super::reports;
use crate::exit::Failure;
use crate::options::{Paging, ReadMany, ReadOne, Write};
use crate::{reading, writing};

#[derive(Debug, Subcommand)]
pub(crate) enum Conversations {
    /// List conversations, those with the latest message first
    #[command(after_help = "Example:\n  palabre conversations list --status pending")]
    List(List),
    /// Show one conversation with its contact and notes
    #[command(after_help = "Example:\n  palabre conversations get 2")]
    Get(Get),
    /// Set the status of a conversation
    #[command(after_help = "Example:\n  palabre conversations set-status 2 done")]
    SetStatus(SetStatus),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Part of a name or number
    #[arg(long, value_name = "TEXT")]
    search: Option<String>,
    /// Only conversations of this status
    #[arg(long, value_parser = statuses())]
    status: Option<String>,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    read: ReadMany,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Identifier of the conversation
    id: String,
    #[command(flatten)]
    read: ReadOne,
}

#[derive(Args, Debug)]
pub(crate) struct SetStatus {
    /// Identifier of the conversation
    id: String,
    /// The new status
    #[arg(value_parser = statuses())]
    status: String,
    #[command(flatten)]
    write: Write,
}

fn statuses() -> PossibleValuesParser {
    PossibleValuesParser::new(
        ConversationStatus::KNOWN
            .iter()
            .map(|status| status.as_str()),
    )
}

impl Conversations {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => {
                let status = list.status.as_deref();
                let options = ListOptions {
                    search: list.search,
                    status: status.map(str::parse).transpose()?,
                    cursor: list.paging.cursor.clone(),
                    page_size: list.paging.page_size,
                    ..ListOptions::default()
                };
                let verb = Verb::ConversationsList;
                reading::list(&list.read, verb, &list.paging, |client| {
                    client.conversations().list(options.clone())
                })
                .await
            }
            Self::Get(Get { id, read }) => {
                reading::one(&read, Verb::ConversationsGet, |client| async move {
                    client.conversations().get(&id).await
                })
                .await
            }
            Self::SetStatus(SetStatus { id, status, write }) => {
                let client = write.one.open(Verb::ConversationsSetStatus).await?;
                let new: ConversationStatus = status.parse()?;
                let done = writing::write(&write, &client, "the change of status", |client| {
                    let id = &id;
                    async move { client.conversations().set_status(id, new).await }
                })
                .await?;
                match done {
                    Some(()) => reports::done(&write.output, &client, &id, &status),
                    None => Ok(()),
                }
            }
        }
    }
}
