use clap::{Args, Subcommand};
use palabre::{ExposeSecret, Verb};

use super::reports;
use crate::exit::Failure;
use crate::options::{Paging, ReadMany, ReadOne};
use crate::reading;

#[derive(Debug, Subcommand)]
pub(crate) enum Numbers {
    /// List the numbers
    #[command(after_help = "Example:\n  palabre numbers list --output csv")]
    List(List),
    /// Show one number; at ReachFlow with today's counters
    #[command(after_help = "Example:\n  palabre numbers get 972501234567 --account 99digital")]
    Get(Get),
    /// Show the key of one number, a secret; 99digital has one by number
    #[command(after_help = "Example:\n  palabre numbers api-key 972501234567 --account 99digital")]
    ApiKey(Get),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    #[command(flatten)]
    read: ReadMany,
}

#[derive(Args, Debug)]
pub(crate) struct Get {
    /// Identifier of the number
    id: String,
    #[command(flatten)]
    read: ReadOne,
}

impl Numbers {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(List { read }) => {
                reading::list(&read, Verb::NumbersList, &Paging::default(), |client| {
                    client.numbers().list()
                })
                .await
            }
            Self::Get(Get { id, read }) => {
                reading::one(&read, Verb::NumbersGet, |client| async move {
                    client.numbers().get(&id).await
                })
                .await
            }
            Self::ApiKey(Get { id, read }) => {
                read.output.format()?;
                let client = read.one.open(Verb::NumbersApiKey).await?;
                let key = client.numbers().api_key(&id).await?;
                reports::key(&read.output, &client, &id, key.expose_secret())
            }
        }
    }
}
