use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use palabre_model::Vendor;
use palabre_transport::Credentials;

/// Environment variables: those of the process, or some that a test gives.
///
/// Variables of the process are read when they are needed and not kept.
///
/// ```
/// use palabre::config::Environment;
/// let environment: Environment = [("PALABRE_PROFILE", "acme")].into_iter().collect();
/// assert_eq!(environment.get("PALABRE_PROFILE").as_deref(), Some("acme"));
/// assert_eq!(environment.get("HOME"), None);
/// ```
#[derive(Clone, Default)]
pub struct Environment(Option<Arc<BTreeMap<String, String>>>);

impl Environment {
    /// The variables of the process.
    #[must_use]
    pub fn process() -> Self {
        Self(None)
    }

    /// The value of a variable.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        match &self.0 {
            Some(given) => given.get(name).cloned(),
            None => std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()),
        }
    }

    /// A variable that counts as missing when it is empty.
    pub(super) fn filled(&self, name: &str) -> Option<String> {
        self.get(name).filter(|value| !value.is_empty())
    }

    pub(super) fn is_process(&self) -> bool {
        self.0.is_none()
    }

    /// The names of palabre's variables that are set.
    pub(super) fn names(&self) -> Vec<String> {
        let mut names: Vec<String> = match &self.0 {
            Some(given) => given.keys().cloned().collect(),
            None => std::env::vars_os()
                .filter_map(|(name, _)| name.into_string().ok())
                .collect(),
        };
        names.retain(|name| name.starts_with("PALABRE_"));
        names.sort_unstable();
        names
    }
}

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Environment {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(variables: I) -> Self {
        let variables = variables
            .into_iter()
            .map(|(name, value)| (name.into(), value.into()));
        Self(Some(Arc::new(variables.collect())))
    }
}

// Values may be secrets.
impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Some(given) => f.debug_set().entries(given.keys()).finish(),
            None => f.write_str("Environment"),
        }
    }
}

/// The variable that fills a field of a vendor's accounts: `PALABRE_MSGFLASH_API_KEY`.
pub(super) fn variable(vendor: Vendor, field: &str) -> String {
    Credentials::variable(vendor, field)
}
