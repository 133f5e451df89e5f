use clap::{Args, Subcommand};
use palabre::{MonthRange, Verb};

use crate::exit::Failure;
use crate::options::ReadMany;
use crate::reading;

#[derive(Debug, Subcommand)]
pub(crate) enum Stats {
    /// Conversations by month and category, as the vendor keeps them
    #[command(
        after_help = "Example:\n  palabre stats monthly --start 2025-01 --end 2025-06 --out monthly.parquet"
    )]
    Monthly(Monthly),
    /// Conversations of this month so far, by number and category
    #[command(after_help = "Example:\n  palabre stats current-month --output csv")]
    CurrentMonth(ReadMany),
    /// What each number has sent today, and how much it may send
    #[command(after_help = "Example:\n  palabre stats today --account reachflow")]
    Today(ReadMany),
}

#[derive(Args, Debug)]
pub(crate) struct Monthly {
    /// First month, such as 2025-01; the vendor's first if not given
    #[arg(long, value_name = "MONTH")]
    start: Option<String>,
    /// Last month, included; the running one if not given
    #[arg(long, value_name = "MONTH")]
    end: Option<String>,
    /// One number of one account; all numbers together if not given
    #[arg(long, value_name = "NUMBER")]
    number: Option<String>,
    #[command(flatten)]
    read: ReadMany,
}

impl Stats {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Monthly(monthly) => {
                let mut range =
                    MonthRange::parse(monthly.start.as_deref(), monthly.end.as_deref())?;
                range.number = monthly.number;
                reading::statistics(&monthly.read, Verb::StatsMonthly, |client| {
                    let range = range.clone();
                    async move { client.stats().monthly(range).await }
                })
                .await
            }
            Self::CurrentMonth(read) => {
                reading::statistics(&read, Verb::StatsCurrentMonth, |client| async move {
                    client.stats().current_month().await
                })
                .await
            }
            Self::Today(read) => {
                reading::statistics(&read, Verb::StatsToday, |client| async move {
                    client.stats().today().await
                })
                .await
            }
        }
    }
}
