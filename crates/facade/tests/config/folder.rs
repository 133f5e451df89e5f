//! A folder with a configuration, gone after the test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use palabre::config::{Config, Environment, Finding, examine};
use palabre::{Error, Result};

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(config: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("palabre-config-{}-{number}", std::process::id());
        let folder = Self(std::env::temp_dir().join(name));
        std::fs::create_dir_all(&folder.0).unwrap();
        folder.write("config.toml", config, 0o600);
        folder
    }

    pub fn write(&self, name: &str, text: &str, mode: u32) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, text).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        }
        let _ = mode;
        path
    }

    pub fn path(&self) -> PathBuf {
        self.0.join("config.toml")
    }

    pub fn load(&self, variables: &[(&str, &str)]) -> Result<Config> {
        Config::load_with(Some(&self.path()), None, &environment(variables))
    }

    pub fn profile(&self, name: &str) -> Result<Config> {
        Config::load_with(Some(&self.path()), Some(name), &environment(&[]))
    }

    /// The error with which an account cannot be opened; the folder's own name is cut out.
    pub fn refusal(&self, account: &str, variables: &[(&str, &str)]) -> String {
        self.short(&self.error(account, variables).to_string())
    }

    pub fn error(&self, account: &str, variables: &[(&str, &str)]) -> Error {
        let config = self.load(variables).unwrap();
        let account = config.account(account);
        account
            .and_then(|account| account.resolve().map(drop))
            .unwrap_err()
    }

    pub fn findings(&self, variables: &[(&str, &str)]) -> Vec<Finding> {
        examine(Some(&self.path()), None, &environment(variables)).1
    }

    /// What doctor says, one text for each finding.
    pub fn diagnosis(&self, variables: &[(&str, &str)]) -> Vec<String> {
        let findings = self.findings(variables);
        let texts = findings.iter().map(ToString::to_string);
        texts.map(|text| self.short(&text)).collect()
    }

    pub fn short(&self, text: &str) -> String {
        text.replace(&format!("{}/", self.0.display()), "")
    }
}

impl AsRef<Path> for Folder {
    fn as_ref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub fn environment(variables: &[(&str, &str)]) -> Environment {
    variables.iter().copied().collect()
}
