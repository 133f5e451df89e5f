//! Settings that change how the vendors behave while the sandbox runs.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Vendor behaviour that depends on the account or on the install.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// The scopes of every ReachFlow key; without `providers:read` reads of numbers get 403.
    pub reachflow_scopes: Vec<String>,
    /// Whether the ReachFlow plan includes the public API; if not, 403 `plan_required`.
    pub reachflow_plan: bool,
    /// ReachFlow requests a second and key, then 429 with `Retry-After`; `None` for no limit.
    pub reachflow_rate_limit: Option<u32>,
    /// MsgFlash requests a second and key, then 429; `None` for no limit. The vendor's is 10.
    pub msgflash_rate_limit: Option<u32>,
    /// The contact groups that the MsgFlash plan allows.
    pub msgflash_group_limit: usize,
    /// The addresses on the WapiFlow whitelist; `None` lets every caller in.
    pub wapiflow_allowed_ips: Option<Vec<IpAddr>>,
    /// Whether WapiFlow reports `exception` after a template message that did go out.
    ///
    /// Two published installs of the script that WapiFlow runs would do so, by reading.
    pub wapiflow_template_quirk: bool,
    /// Whether 99digital refuses messages to people who have not written for 24 hours, templates
    /// excepted.
    pub ninetynine_digital_window: bool,
    /// How large 99digital finds the files behind links; over its limit for the kind, a file is
    /// refused. `None` takes all.
    pub ninetynine_digital_file_bytes: Option<u64>,
    /// How many requests the journal keeps; the oldest ones go first.
    pub journal_limit: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            reachflow_scopes: ["providers:read", "messages:send", "otp:send", "otp:verify"]
                .map(str::to_owned)
                .to_vec(),
            reachflow_plan: true,
            reachflow_rate_limit: None,
            msgflash_rate_limit: None,
            msgflash_group_limit: 50,
            wapiflow_allowed_ips: None,
            wapiflow_template_quirk: false,
            ninetynine_digital_window: false,
            ninetynine_digital_file_bytes: None,
            journal_limit: 10_000,
        }
    }
}

impl Settings {
    /// These settings with the given fields replaced; an unknown field is an error.
    pub(crate) fn changed(&self, changes: &Value) -> Result<Self, String> {
        let Value::Object(changes) = changes else {
            return Err("settings are a JSON object".to_owned());
        };
        let mut merged = serde_json::to_value(self).map_err(|error| error.to_string())?;
        for (name, value) in changes {
            merged[name] = value.clone();
        }
        serde_json::from_value(merged).map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_that_are_not_given_keep_their_value() {
        let first = Settings::default()
            .changed(&json!({"msgflash_rate_limit": 10}))
            .unwrap();
        let second = first
            .changed(&json!({"wapiflow_allowed_ips": ["10.0.0.1"]}))
            .unwrap();
        assert_eq!(second.msgflash_rate_limit, Some(10));
        assert_eq!(
            second.wapiflow_allowed_ips,
            Some(vec!["10.0.0.1".parse().unwrap()])
        );
    }

    #[test]
    fn an_unknown_setting_is_refused() {
        let error = Settings::default()
            .changed(&json!({"msgflash_limit": 1}))
            .unwrap_err();
        assert!(error.contains("msgflash_limit"), "{error}");
    }
}
