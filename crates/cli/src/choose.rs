//! Which accounts a command is for, and their clients.

use std::future::Future;
use std::sync::Arc;

use palabre::config::{AccountConfig, Config};
use palabre::observe::Lines;
use palabre::{Client, Error, ErrorKind, Outcome, Vendor, Verb};

use crate::exit::Failure;
use crate::options::{One, Several, Source, Watch};
use crate::terminal;

/// An account that was asked for, and its client or why there is none.
pub(crate) type Opened = (String, Result<Client, Error>);

impl Source {
    pub(crate) fn load(&self) -> Result<Config, Failure> {
        Ok(Config::load(
            self.config.as_deref(),
            self.profile.as_deref(),
        )?)
    }
}

/// Checks that the file says nothing wrong and that there are accounts.
pub(crate) fn check(config: &Config) -> Result<(), Failure> {
    config.check()?;
    if config.accounts().is_empty() {
        return Err(config.no_accounts().into());
    }
    Ok(())
}

impl Several {
    /// Opens the accounts that are named, or else all that can do `verb`.
    pub(crate) async fn open(&self, verb: Verb) -> Result<Vec<Opened>, Failure> {
        let config = self.source.load()?;
        let mut accounts: Vec<AccountConfig> = Vec::new();
        if self.account.is_empty() {
            check(&config)?;
            let (able, others): (Vec<_>, Vec<_>) = config
                .accounts()
                .iter()
                .partition(|account| can(account, verb));
            if able.is_empty() {
                return Err(nobody(verb).into());
            }
            if !others.is_empty() {
                let others: Vec<_> = others.into_iter().map(described).collect();
                terminal::note(&format!(
                    "not asked, as they have no {verb}: {}",
                    others.join(", ")
                ));
            }
            accounts.extend(able.into_iter().cloned());
        }
        for name in &self.account {
            if accounts.iter().all(|account| account.name() != name) {
                accounts.push(config.account(name)?.clone());
            }
        }
        let mut opening = Vec::new();
        for account in accounts {
            let name = account.name().to_owned();
            opening.push((name, open(account, self.watch)));
        }
        let mut opened = Vec::new();
        for (name, client) in opening {
            opened.push((name, client.await));
        }
        Ok(opened)
    }
}

impl One {
    /// Opens the account that is named, or else the only one that can do `verb`.
    pub(crate) async fn open(&self, verb: Verb) -> Result<Client, Failure> {
        self.open_where(
            |vendor| palabre::support(vendor, verb).is_supported(),
            verb.as_str(),
            || nobody(verb),
        )
        .await
    }

    /// Opens the account that is named, or else the only one whose vendor is able.
    pub(crate) async fn open_where(
        &self,
        is_able: impl Fn(Vendor) -> bool,
        what: &str,
        nobody: impl Fn() -> Error,
    ) -> Result<Client, Failure> {
        let config = self.source.load()?;
        if let Some(name) = &self.account {
            return Ok(open(config.account(name)?.clone(), self.watch).await?);
        }
        check(&config)?;
        let able: Vec<_> = config
            .accounts()
            .iter()
            .filter(|account| is_able(account.vendor()))
            .collect();
        match *able {
            [] => Err(nobody().into()),
            [account] => Ok(open(account.clone(), self.watch).await?),
            _ => {
                let able: Vec<_> = able.into_iter().map(described).collect();
                Err(Failure::usage(format_args!(
                    "{what} is for one account; add --account with one of {}",
                    able.join(", ")
                )))
            }
        }
    }
}

/// Reads the secrets of an account, which may run a command, beside everything else.
pub(crate) fn open(
    account: AccountConfig,
    watch: Watch,
) -> impl Future<Output = Result<Client, Error>> {
    let name = account.name().to_owned();
    let builder = tokio::task::spawn_blocking(move || account.builder());
    async move {
        let builder = builder.await.map_err(|_| {
            Error::new(
                ErrorKind::Config,
                format!("{name}: its secrets cannot be read"),
            )
        })?;
        let mut builder = builder?;
        if watch.verbose {
            terminal::expect_lines();
            builder = builder.observer(Arc::new(Lines::new(terminal::say)));
        }
        builder.build()
    }
}

fn described(account: &AccountConfig) -> String {
    if account.name() == account.vendor().id() {
        return account.name().to_owned();
    }
    format!("{} ({})", account.name(), account.vendor())
}

fn nobody(verb: Verb) -> Error {
    let able: Vec<_> = Vendor::ALL
        .into_iter()
        .filter(|vendor| palabre::support(*vendor, verb).is_supported())
        .map(Vendor::name)
        .collect();
    Error::new(
        ErrorKind::Unsupported,
        format!("{verb}: no account's vendor has it"),
    )
    .outcome(Outcome::NotSent)
    .hint(format!("{} can", able.join(", ")))
}

/// Whether the vendor of an account can do it, with the credentials that the account has.
fn can(account: &AccountConfig, verb: Verb) -> bool {
    palabre::support_with(account.vendor(), verb, |keyword| account.has(keyword)).is_supported()
}
