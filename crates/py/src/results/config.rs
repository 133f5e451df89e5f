//! What a configuration holds, and what is wrong with it.

use pyo3::prelude::*;

result! {
    /// An account of the configuration: its settings, secrets never shown.
    AccountSettings, shown: [name, vendor, profile, settings], fields: {
        /// The account's name.
        name: &'py str = |row| &row.name,
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The profile that it belongs to.
        profile: Option<&'py str> = |row| row.profile.as_deref(),
        /// Every setting with its origin.
        settings: Vec<Setting> = |row| row.settings.iter().cloned().map(Setting).collect(),
    }
}

result! {
    /// A setting of an account, and where its value comes from.
    Setting, shown: [name, value, origin], fields: {
        /// Its name, such as "api_key" or "base_url".
        name: &'py str = |row| &row.name,
        /// The value; None for every credential, and for what nobody set.
        value: Option<&'py str> = |row| row.shown.as_deref(),
        /// A line of the file ("/…/config.toml:4"), "variable NAME", "file PATH", "command" or "default".
        origin: String = |row| row.origin.to_string(),
    }
}

result! {
    /// Something that is wrong with the configuration.
    Finding, shown: [severity, account, key, message, hint, place], fields: {
        /// error, if something does not work; warning otherwise.
        severity: &'py str = |row| row.severity.as_str(),
        /// The account that it is about.
        account: Option<&'py str> = |row| row.account.as_deref(),
        /// The key that it is about.
        key: Option<&'py str> = |row| row.key.as_deref(),
        /// What is wrong, in one line.
        message: &'py str = |row| &row.message,
        /// What to do.
        hint: Option<&'py str> = |row| row.hint.as_deref(),
        /// Where it is written: a line of the file ("/…/config.toml:4") or a variable.
        place: Option<String> = |row| row.place.as_ref().map(ToString::to_string),
    },
    extra: {
        /// The finding in one line.
        fn __str__(&self) -> String {
            self.0.to_string()
        }
    }
}
