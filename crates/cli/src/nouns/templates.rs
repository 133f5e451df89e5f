use clap::{Args, Subcommand};
use palabre::{ListOptions, Verb};

use crate::exit::Failure;
use crate::options::{Paging, ReadMany};
use crate::reading;

#[derive(Debug, Subcommand)]
pub(crate) enum Templates {
    /// List templates
    #[command(after_help = "Example:\n  palabre templates list --columns id,name,status")]
    List(List),
}

#[derive(Args, Debug)]
pub(crate) struct List {
    /// Number of the account whose templates are meant, at 99digital
    #[arg(long, value_name = "PHONE")]
    number: Option<String>,
    #[command(flatten)]
    paging: Paging,
    #[command(flatten)]
    read: ReadMany,
}

impl Templates {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let Self::List(List {
            number,
            paging,
            read,
        }) = self;
        let options = ListOptions {
            number,
            cursor: paging.cursor.clone(),
            page_size: paging.page_size,
            ..ListOptions::default()
        };
        reading::list(&read, Verb::TemplatesList, &paging, |client| {
            client.templates().list(options.clone())
        })
        .await
    }
}
