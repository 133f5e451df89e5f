//! What is wrong with a configuration.

use std::collections::BTreeMap;
use std::path::Path;

use palabre_model::Vendor;
use secrecy::{ExposeSecret, SecretString};

use super::environment::{Environment, variable};
use super::gaps::SETTINGS;
use super::secret::Source;
use super::{AccountConfig, Config, Finding, KEYWORDS, Origin, Place, default_base_url, nearest};
use crate::at::adapter_of;
use crate::sign_in::SignIn;

/// Variables that are about no vendor.
const GENERAL: [&str; 3] = ["PALABRE_CONFIG", "PALABRE_LOOPBACK_ONLY", "PALABRE_PROFILE"];

/// Reads the configuration and says what is wrong with it; no configuration if it cannot be read.
///
/// Nothing is sent and no command is run.
#[must_use]
pub fn examine(
    path: Option<&Path>,
    profile: Option<&str>,
    environment: &Environment,
) -> (Option<Config>, Vec<Finding>) {
    match Config::try_load(path, profile, environment) {
        Ok(config) => {
            let findings = config.findings();
            (Some(config), findings)
        }
        Err(finding) => (None, vec![finding]),
    }
}

impl Config {
    /// Everything that is wrong, errors first. Files with secrets are read, commands are not run.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = self.problems.clone();
        findings.extend(self.broken.clone());
        if self.holds_secret
            && let Some(place) = self.whole_file()
            && let Some(path) = &self.path
            && is_readable_by_others(path)
        {
            findings.push(readable(path, "the file holds a secret and").at(place));
        }
        for account in &self.accounts {
            let about = |finding: Finding| finding.of_account(&account.name);
            findings.extend(account.findings().into_iter().map(about));
        }
        findings.extend(self.elsewhere.clone());
        findings.extend(self.shared_variables());
        findings.extend(self.unused_variables());
        if self.accounts.is_empty() && self.broken.is_empty() {
            let error = self.no_accounts();
            findings.push(Finding::of_error(&error, Some("accounts")));
        }
        findings.sort_by_key(|finding| finding.severity);
        findings
    }

    /// Variables that fill the same credential of several accounts.
    fn shared_variables(&self) -> Vec<Finding> {
        let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for account in &self.accounts {
            for secret in account.secrets.values() {
                if let (Source::Variable(name), None) = (&secret.source, &secret.place) {
                    users.entry(name).or_default().push(&account.name);
                }
            }
        }
        let shared = users.into_iter().filter(|(_, accounts)| accounts.len() > 1);
        let finding = |(name, accounts): (&str, Vec<&str>)| {
            let problem = format!("{name} fills {} at once", accounts.join(" and "));
            Finding::warning(problem)
                .hint("give each of them a credential of its own")
                .at(Place::Variable(name.to_owned()))
        };
        shared.map(finding).collect()
    }

    /// Variables that are set and do nothing.
    fn unused_variables(&self) -> Vec<Finding> {
        let mut used: Vec<String> = GENERAL.map(str::to_owned).to_vec();
        for setting in self.accounts.iter().flat_map(AccountConfig::settings) {
            if let Origin::Variable(name) = setting.origin {
                used.push(name);
            }
        }
        for gap in self.accounts.iter().flat_map(|account| &account.gaps) {
            if let Some(Place::Variable(name)) = &gap.place {
                used.push(name.clone());
            }
        }
        let known = known_variables();
        let names = self.environment.names().into_iter();
        names
            .filter(|name| !used.contains(name))
            .map(|name| {
                let finding = if known.contains(&name) {
                    Finding::warning(format!("{name} is set, and no account uses it"))
                        .hint("accounts of the file take from the environment what they lack")
                } else {
                    Finding::warning(format!("{name} names no vendor's field"))
                        .hint(meant(&name, &known))
                };
                finding.at(Place::Variable(name))
            })
            .collect()
    }
}

impl AccountConfig {
    pub(super) fn holds_secret(&self) -> bool {
        let mut sources = self.secrets.values().map(|secret| &secret.source);
        sources.any(|source| matches!(source, Source::Value(_)))
    }

    fn findings(&self) -> Vec<Finding> {
        let mut findings = self.problems.clone();
        findings.extend(self.gaps.clone());
        findings.extend(self.missing());
        let mut known: BTreeMap<&str, SecretString> = BTreeMap::new();
        for (name, secret) in &self.secrets {
            match secret.peek(&self.environment) {
                Some(Ok(text)) => drop(known.insert(name, text)),
                Some(Err(finding)) => findings.push(finding),
                None => {}
            }
            if let Source::File(path) = &secret.source
                && is_readable_by_others(path)
            {
                let finding = readable(path, "the secret");
                findings.push(finding.key(&secret.key).at(secret.place.clone()));
            }
        }
        findings.extend(self.mismatches(&known));
        findings
    }

    /// Keys that do not fit the host, or each other.
    fn mismatches(&self, known: &BTreeMap<&str, SecretString>) -> Vec<Finding> {
        let Some(key) = known.get("api_key").map(ExposeSecret::expose_secret) else {
            return Vec::new();
        };
        let base_url = self.base_url.as_ref().map(|(url, _)| url.as_str());
        let base_url = base_url.unwrap_or(default_base_url(self.vendor));
        let host = palabre_transport::check_base_url(base_url).ok();
        let host = host.as_ref().and_then(|url| url.host_str()).unwrap_or("");
        let has_team = self.secrets.contains_key("team_id");
        let secret = &self.secrets["api_key"];
        let found = match self.vendor {
            Vendor::ReachFlow => reachflow(key, host),
            Vendor::MsgFlash => msgflash(key, has_team),
            _ => None,
        };
        let found = found.map(|(key, problem, hint)| {
            let finding = Finding::error(problem).hint(hint);
            finding.key(key).at(secret.where_it_is_said())
        });
        found.into_iter().collect()
    }
}

type Mismatch = (&'static str, &'static str, &'static str);

// The vendor's own Python client, the package `reachflow`, has the same check since 0.2.1.
fn reachflow(key: &str, host: &str) -> Option<Mismatch> {
    let is_test_key = ["rfl_sandbox_", "rfl_test_"]
        .iter()
        .any(|prefix| key.starts_with(prefix));
    match host {
        "sandbox-api.reachflow.me" if key.starts_with("rfl_live_") => Some((
            "api_key",
            "a live key does not work on the sandbox, which is where the account points",
            "write base_url = \"https://api.reachflow.me/api/v1\", or take a key that starts with rfl_sandbox_",
        )),
        "api.reachflow.me" if is_test_key => Some((
            "api_key",
            "a key of the sandbox does not work on the live host",
            "leave out base_url, or take a key that starts with rfl_live_",
        )),
        _ => None,
    }
}

// https://docs.msgflash.com/api-reference/teams/team-context, 2026.
fn msgflash(key: &str, has_team: bool) -> Option<Mismatch> {
    match has_team {
        false if key.starts_with("msgf_team_") => Some((
            "team_id",
            "is missing: a team's key works only with the team's id",
            "write team_id; the console shows it",
        )),
        true if key.starts_with("msgf_live_") => Some((
            "team_id",
            "is given with a personal key, which the vendor refuses",
            "leave it out, or take a key that starts with msgf_team_",
        )),
        _ => None,
    }
}

fn known_variables() -> Vec<String> {
    let mut known: Vec<String> = GENERAL.map(str::to_owned).to_vec();
    for vendor in Vendor::ALL {
        known.extend(fields(vendor).map(|field| variable(vendor, field)));
    }
    known
}

/// What an account of a vendor can have.
fn fields(vendor: Vendor) -> impl Iterator<Item = &'static str> {
    let sign_ins = adapter_of(vendor).sign_ins();
    sign_ins.iter().flat_map(SignIn::keywords).chain(SETTINGS)
}

/// The hint for a variable that is not known.
fn meant(name: &str, known: &[String]) -> String {
    let vendor = Vendor::ALL
        .into_iter()
        .find(|vendor| name.starts_with(&variable(*vendor, "")));
    let known = known.iter().map(String::as_str);
    let near = match vendor {
        // A credential of another vendor is not what was meant.
        Some(vendor) if KEYWORDS.contains(&field(vendor, name).as_str()) => None,
        Some(vendor) => {
            let own = variable(vendor, "");
            nearest::nearest(name, known.filter(|known| known.starts_with(&own)))
        }
        None => nearest::nearest(name, known),
    };
    match (near, vendor) {
        (Some(near), _) => format!("did you mean {near}?"),
        (None, Some(vendor)) => {
            let fields: Vec<_> = fields(vendor).collect();
            format!("{vendor} takes {}", fields.join(", "))
        }
        (None, None) => "palabre does not read it".to_owned(),
    }
}

/// The field that a vendor's variable names.
fn field(vendor: Vendor, name: &str) -> String {
    name[variable(vendor, "").len()..].to_lowercase()
}

fn readable(path: &Path, what: &str) -> Finding {
    Finding::warning(format!("{what} can be read by others"))
        .hint(format!("run chmod 600 {}", path.display()))
}

#[cfg(unix)]
fn is_readable_by_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    const GROUP_AND_OTHERS: u32 = 0o044;
    std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & GROUP_AND_OTHERS != 0)
}

#[cfg(not(unix))]
fn is_readable_by_others(_path: &Path) -> bool {
    // Who may read a file is in its access list there, and folders of a person are the person's.
    false
}
