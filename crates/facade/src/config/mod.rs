//! Accounts from a configuration file and the environment.
//!
//! ```toml
//! # ~/.config/palabre/config.toml
//! [accounts.sales]
//! vendor = "msgflash"
//! api_key_command = ["pass", "show", "msgflash/sales"]
//!
//! [accounts.support]
//! vendor = "reachflow"
//! api_key_env = "SUPPORT_KEY"
//! timezone = "Africa/Porto-Novo"
//! ```
//!
//! Secrets are read when an account is opened and not before, and are never shown.

#![expect(
    clippy::result_large_err,
    reason = "a finding is made once for each flaw, where time does not matter"
)]

mod account;
mod command;
mod doctor;
mod document;
mod environment;
mod finding;
mod gaps;
mod limits;
mod nearest;
mod online;
mod read;
mod secret;

use std::collections::BTreeMap;
use std::io::ErrorKind as IoErrorKind;
use std::path::{Path, PathBuf};

use palabre_model::stored::Stored;
use palabre_model::{Error, Result, Vendor};
use secrecy::zeroize::Zeroizing;

pub use account::{AccountConfig, AccountSettings, Origin, Resolved, Setting};
pub use doctor::examine;
pub use environment::Environment;
pub use finding::{Finding, Place, Severity};
pub use online::{Checked, check_online};

use crate::at::adapter_of;
use crate::{Client, Fleet};
use document::Document;

/// Every credential of any vendor.
const KEYWORDS: [&str; 6] = [
    "api_key",
    "number",
    "team_id",
    "client_id",
    "client_secret",
    "access_token",
];

/// The accounts of a configuration file and of the environment.
///
/// ```
/// use palabre::config::{Config, Environment};
///
/// let folder = std::env::temp_dir();
/// let path = folder.join("palabre-example.toml");
/// std::fs::write(&path, "[accounts.sales]\nvendor = 'msgflash'\napi_key_env = 'SALES_KEY'\n")?;
///
/// let environment: Environment = [("SALES_KEY", "msgf_live_1")].into_iter().collect();
/// let config = Config::load_with(Some(&path), None, &environment)?;
/// let sales = config.account("sales")?;
/// assert_eq!(sales.settings()[0].origin.to_string(), "variable SALES_KEY");
/// let client = sales.builder()?.build()?;
/// assert_eq!(client.name(), "sales");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Config {
    path: Option<PathBuf>,
    profile: Option<String>,
    profiles: Vec<String>,
    accounts: Vec<AccountConfig>,
    /// Accounts that cannot be read, because their vendor is not known.
    broken: Vec<Finding>,
    /// What is wrong with the file around the accounts.
    problems: Vec<Finding>,
    /// What is wrong with accounts of other profiles.
    elsewhere: Vec<Finding>,
    /// The file holds a secret in clear.
    holds_secret: bool,
    environment: Environment,
}

impl Config {
    /// Reads the configuration.
    ///
    /// The file is `path`, else the one that `PALABRE_CONFIG` names, else
    /// `$XDG_CONFIG_HOME/palabre/config.toml` (`~/.config` on Linux, the platform's folder
    /// elsewhere), which need not exist. The profile is `profile`, else `PALABRE_PROFILE`, else the
    /// `profile` that the file names; without one the accounts are those outside of any profile.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when the file cannot be read or is not TOML, or
    /// when there is no such profile. What is wrong with an account is said when it is asked for.
    pub fn load(path: Option<&Path>, profile: Option<&str>) -> Result<Self> {
        Self::load_with(path, profile, &Environment::process())
    }

    /// Reads the configuration with given environment variables.
    ///
    /// # Errors
    ///
    /// As [`load`](Self::load).
    pub fn load_with(
        path: Option<&Path>,
        profile: Option<&str>,
        environment: &Environment,
    ) -> Result<Self> {
        Self::try_load(path, profile, environment).map_err(|finding| finding.to_error(None))
    }

    fn try_load(
        path: Option<&Path>,
        profile: Option<&str>,
        environment: &Environment,
    ) -> Result<Self, Finding> {
        let document = read_file(path, environment)?;
        let chosen = profile
            .map(|name| (name.to_owned(), None))
            .or_else(|| {
                let name = environment.filled("PALABRE_PROFILE")?;
                Some((name, Some(Place::Variable("PALABRE_PROFILE".to_owned()))))
            })
            .or_else(|| {
                let (name, place) = document.as_ref()?.profile.clone()?;
                Some((name, Some(place)))
            })
            .filter(|(name, _)| !name.is_empty());
        let mut config = Self {
            path: document.as_ref().map(|document| document.path.clone()),
            profile: chosen.as_ref().map(|(name, _)| name.clone()),
            profiles: Vec::new(),
            accounts: Vec::new(),
            broken: Vec::new(),
            problems: Vec::new(),
            elsewhere: Vec::new(),
            holds_secret: false,
            environment: environment.clone(),
        };
        if let Some(document) = document {
            config.take(document);
        }
        if let Some((name, place)) = chosen
            && !config.profiles.contains(&name)
        {
            let known: Vec<_> = config.profiles.iter().map(String::as_str).collect();
            let hint = match known.as_slice() {
                [] => "there is none: write [profiles.NAME.accounts.…]".to_owned(),
                known => nearest::instead(&name, known),
            };
            let problem = format!("there is no profile {name:?}");
            let finding = Finding::error(problem).key("profile").hint(hint);
            return Err(finding.at(place.or_else(|| config.whole_file())));
        }
        config.add_accounts_of_the_environment();
        config
            .accounts
            .sort_by(|one, other| one.name.cmp(&other.name));
        Ok(config)
    }

    fn take(&mut self, document: Document) {
        let folder = document.path.parent().unwrap_or(Path::new("")).to_owned();
        self.problems = document.problems;
        let without = (None, document.accounts);
        let profiles = document.profiles.into_iter();
        let all = profiles.map(|profile| (Some(profile.name), profile.accounts));
        for (profile, tables) in std::iter::once(without).chain(all) {
            self.profiles.extend(profile.clone());
            let is_chosen = profile == self.profile;
            for table in tables {
                let account = read::account(table, profile.as_deref(), &folder, &self.environment);
                match account {
                    Ok(account) => {
                        self.holds_secret |= account.holds_secret();
                        if is_chosen {
                            self.accounts.push(account);
                        } else {
                            self.elsewhere.extend(account.problems);
                        }
                    }
                    Err(finding) if is_chosen => self.broken.push(finding),
                    Err(finding) => self.elsewhere.push(finding),
                }
            }
        }
    }

    /// A vendor with credentials in the environment and no account in the file is an account too.
    fn add_accounts_of_the_environment(&mut self) {
        if self.profile.is_some() {
            return;
        }
        for vendor in Vendor::ALL {
            let is_there =
                |account: &AccountConfig| account.vendor == vendor || account.name == vendor.id();
            let account = AccountConfig::from_environment(vendor, &self.environment);
            if !account.secrets.is_empty() && !self.accounts.iter().any(is_there) {
                self.accounts.push(account);
            }
        }
    }

    /// The file that was read; `None` if there is none.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The profile whose accounts these are.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// Every profile of the file.
    #[must_use]
    pub fn profiles(&self) -> &[String] {
        &self.profiles
    }

    /// The accounts, by name.
    #[must_use]
    pub fn accounts(&self) -> &[AccountConfig] {
        &self.accounts
    }

    /// One account.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when there is no such account, with the nearest
    /// name and the others, or when what the file says of it is wrong.
    pub fn account(&self, name: &str) -> Result<&AccountConfig> {
        let is_it = |finding: &&Finding| finding.account.as_deref() == Some(name);
        if let Some(finding) = self.problems.first() {
            return Err(finding.to_error(None));
        }
        if let Some(finding) = self.broken.iter().find(is_it) {
            return Err(finding.to_error(None));
        }
        let account = self.accounts.iter().find(|account| account.name == name);
        let account = account.ok_or_else(|| self.no_account(name))?;
        match account.problems.first() {
            Some(finding) => Err(finding.to_error(Some(account.vendor))),
            None => Ok(account),
        }
    }

    fn no_account(&self, name: &str) -> Error {
        let mut known: Vec<_> = self.accounts.iter().map(|account| account.name()).collect();
        known.extend(
            self.broken
                .iter()
                .filter_map(|finding| finding.account.as_deref()),
        );
        if known.is_empty() {
            return self.no_accounts();
        }
        let error = Error::config("account", format_args!("there is no account {name:?}"));
        let hint = match nearest::nearest(name, known.iter().copied()) {
            Some(near) => format!("did you mean {near}? There are {}", known.join(", ")),
            None => format!("there are {}", known.join(", ")),
        };
        error.hint(hint)
    }

    /// The error for a configuration without accounts: where they are looked for, and what to write.
    #[must_use]
    pub fn no_accounts(&self) -> Error {
        let place = match (&self.path, &self.profile) {
            (Some(path), Some(profile)) => format!("profile {profile:?} of {}", path.display()),
            (Some(path), None) => path.display().to_string(),
            (None, _) => match default_path(&self.environment) {
                Some(path) => format!("{}, which does not exist", path.display()),
                None => "the environment".to_owned(),
            },
        };
        let error = Error::config("accounts", format_args!("there is no account in {place}"));
        if self.profile.is_none() && !self.profiles.is_empty() {
            return error.hint(format!(
                "choose one of its profiles, {}, by --profile, profile= or PALABRE_PROFILE",
                self.profiles.join(", ")
            ));
        }
        error.hint(
            "write [accounts.NAME] with vendor and credentials, or set PALABRE_MSGFLASH_API_KEY and the like",
        )
    }

    /// Opens every account; their secrets are read at the same time.
    ///
    /// An account whose secret cannot be read takes part as one that fails.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) when there is no account, or when something is
    /// wrong with the file itself.
    pub fn fleet(&self) -> Result<Fleet> {
        self.check()?;
        if self.accounts.is_empty() {
            return Err(self.no_accounts());
        }
        Ok(Fleet::new(open(&self.accounts)?))
    }

    /// Checks that the file says nothing wrong; no secret is read.
    ///
    /// # Errors
    ///
    /// [`Config`](palabre_model::ErrorKind::Config) with the first flaw, and how many more there are.
    pub fn check(&self) -> Result<()> {
        let flaws = self.accounts.iter().flat_map(|account| {
            let vendor = Some(account.vendor);
            account.problems.iter().map(move |flaw| (flaw, vendor))
        });
        let around = self.problems.iter().chain(&self.broken);
        let mut flaws = around.map(|flaw| (flaw, None)).chain(flaws);
        if let Some((flaw, vendor)) = flaws.next() {
            let error = flaw.to_error(vendor);
            let more = flaws.count();
            if more == 0 {
                return Err(error);
            }
            let hint = format!("{more} more: see palabre doctor");
            return Err(match error.get_hint().map(str::to_owned) {
                Some(first) => error.hint(format!("{first}; {hint}")),
                None => error.hint(hint),
            });
        }
        Ok(())
    }

    fn whole_file(&self) -> Option<Place> {
        let path = self.path.clone()?;
        Some(Place::File { path, line: None })
    }
}

impl Stored for AccountSettings {}
impl Stored for Finding {}
impl Stored for Setting {}

/// Opens accounts; those whose secret cannot be read become clients that say so.
fn open(accounts: &[AccountConfig]) -> Result<BTreeMap<String, Client>> {
    let clients = several_at_once(accounts, |account| match account.builder() {
        Ok(builder) => builder.build(),
        Err(error) => Client::builder(account.vendor)
            .account(&account.name)
            .build_unusable(error),
    });
    let names = accounts.iter().map(|account| account.name.clone());
    names
        .zip(clients)
        .map(|(name, client)| Ok((name, client?)))
        .collect()
}

/// Does blocking work for several accounts, eight at a time: a password manager takes its time for
/// each.
pub fn several_at_once<A: Sync, T: Send>(accounts: &[A], work: impl Fn(&A) -> T + Sync) -> Vec<T> {
    const AT_ONCE: usize = 8;
    let share = accounts.len().div_ceil(AT_ONCE).max(1);
    let work = &work;
    std::thread::scope(|scope| {
        let threads: Vec<_> = accounts
            .chunks(share)
            .map(|chunk| scope.spawn(move || chunk.iter().map(work).collect::<Vec<_>>()))
            .collect();
        let done = threads.into_iter().map(|thread| match thread.join() {
            Ok(done) => done,
            Err(panic) => std::panic::resume_unwind(panic),
        });
        done.flatten().collect()
    })
}

/// The file if there is one; it has to be there if somebody named it.
fn read_file(path: Option<&Path>, environment: &Environment) -> Result<Option<Document>, Finding> {
    let named = path
        .map(Path::to_owned)
        .map(|path| (path, None))
        .or_else(|| {
            let path = environment.filled("PALABRE_CONFIG")?;
            Some((
                PathBuf::from(path),
                Some(Place::Variable("PALABRE_CONFIG".to_owned())),
            ))
        });
    let is_named = named.is_some();
    let Some((path, place)) = named.or_else(|| Some((default_path(environment)?, None))) else {
        return Ok(None);
    };
    // Relative to where we are now: it is kept, and may be used from elsewhere.
    let path = std::path::absolute(&path).unwrap_or(path);
    let whole = || Place::File {
        path: path.clone(),
        line: None,
    };
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            document::parse(&path, Zeroizing::new(text).trim_start_matches('\u{feff}')).map(Some)
        }
        Err(error) if error.kind() == IoErrorKind::NotFound && !is_named => Ok(None),
        Err(error) => {
            let problem = format!("cannot read {}: {error}", path.display());
            Err(Finding::error(problem).at(place.unwrap_or_else(whole)))
        }
    }
}

/// Where the file is if nobody names another.
#[must_use]
pub fn default_path(environment: &Environment) -> Option<PathBuf> {
    use etcetera::BaseStrategy;
    let given = environment.filled("XDG_CONFIG_HOME").map(PathBuf::from);
    let folder = given.filter(|folder| folder.is_absolute()).or_else(|| {
        // Tests give variables, and are not to find the file of whoever runs them.
        let native = etcetera::base_strategy::choose_native_strategy().ok()?;
        environment.is_process().then(|| native.config_dir())
    })?;
    Some(folder.join("palabre").join("config.toml"))
}

/// The hosts and names that doctor looks at are the vendor's own.
fn default_base_url(vendor: Vendor) -> &'static str {
    adapter_of(vendor).spec().base_url
}
