use std::collections::BTreeSet;

use futures_util::{StreamExt, stream};
use palabre_model::{Error, ErrorKind, Result, Support, Verb};

use super::{AccountConfig, Config, Finding, Severity, open};
use crate::{Client, ListOptions};

/// How many accounts are asked at the same time.
const AT_ONCE: usize = 8;

/// What [`check_online`] read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The read that was made.
    pub verb: Verb,
}

/// Makes one harmless read: the list of numbers, or one contact where the vendor lists none; the
/// templates where the credentials are those of one number.
///
/// # Errors
///
/// The error of the read.
pub async fn check_online(client: &Client) -> Result<Checked> {
    let is_native = |verb: &Verb| client.supports(*verb) == Support::Native;
    let verb = [Verb::NumbersList, Verb::ContactsList]
        .into_iter()
        .find(is_native);
    // Its contacts would be a whole page.
    let is_one_number = Support::Native == crate::support(client.vendor(), Verb::NumbersList)
        && verb != Some(Verb::NumbersList);
    let verb = if is_one_number {
        Some(Verb::TemplatesList)
    } else {
        verb
    };
    match verb {
        Some(verb @ Verb::TemplatesList) => {
            client
                .templates()
                .list(ListOptions::default())
                .next_page()
                .await?;
            Ok(Checked { verb })
        }
        Some(verb @ Verb::NumbersList) => {
            client.numbers().list().next_page().await?;
            Ok(Checked { verb })
        }
        Some(verb) => {
            let options = ListOptions {
                page_size: Some(1),
                ..ListOptions::default()
            };
            client.contacts().list(options).next_page().await?;
            Ok(Checked { verb })
        }
        None => Err(Error::new(
            ErrorKind::Unsupported,
            "the vendor has no list that could be read",
        )),
    }
}

impl Config {
    /// Everything that is wrong, and what the vendors say to one harmless read of each account.
    ///
    /// Accounts that cannot work as they are written are not asked. Commands are run.
    pub async fn findings_online(&self) -> Vec<Finding> {
        let mut findings = self.findings();
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let wrong: BTreeSet<_> = findings
            .iter()
            .filter(is_error)
            .filter_map(|finding| finding.account.clone())
            .collect();
        let good: Vec<AccountConfig> = self
            .accounts
            .iter()
            .filter(|account| !wrong.contains(&account.name))
            .cloned()
            .collect();
        match open(&good) {
            Ok(clients) => {
                let reads = clients.into_iter().map(async |(name, client)| {
                    let error = check_online(&client).await.err()?;
                    Some(Finding::of_answer(&error).of_account(&name))
                });
                let said = stream::iter(reads).buffered(AT_ONCE);
                findings.extend(said.filter_map(async |said| said).collect::<Vec<_>>().await);
            }
            Err(error) => findings.push(Finding::of_answer(&error)),
        }
        findings.sort_by_key(|finding| finding.severity);
        findings
    }
}
