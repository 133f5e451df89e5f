//! The credentials that the sandbox accepts.

use std::fmt;

use serde_json::{Map, Value, json};

use crate::Vendor;

/// The credentials accepted for each vendor; anything else is refused the way the vendor does it.
///
/// The defaults are the placeholders of the vendors' own sample requests, so a sample works
/// with nothing but its host replaced. 99digital's page has no sample credentials.
///
/// ```
/// use palabre_sandbox::{ClientPair, Credentials};
///
/// let credentials = Credentials {
///     wapiflow: vec![ClientPair::new("ci_1", "cs_1"), ClientPair::new("ci_2", "cs_2")],
///     ..Credentials::default()
/// };
/// assert_eq!(credentials.to_json()["wapiflow"]["client_id"], "ci_1");
/// ```
#[derive(Clone, Debug)]
pub struct Credentials {
    /// Keys for ReachFlow (`X-API-Key`).
    pub reachflow: Vec<String>,
    /// Keys for MsgFlash (`x-api-key`), personal and team ones.
    pub msgflash: Vec<MsgFlashKey>,
    /// Clients of 99digital, exchanged for a token.
    pub ninetynine_digital: Vec<ClientPair>,
    /// Clients of WapiFlow (`client-id`, `client-secret`).
    pub wapiflow: Vec<ClientPair>,
}

/// A MsgFlash key; one with a team needs the header `X-Team-Id` beside it.
#[derive(Clone, PartialEq, Eq)]
pub struct MsgFlashKey {
    /// The key, `msgf_live_…` or `msgf_team_…` at the vendor; any text here.
    pub api_key: String,
    /// The team that the key belongs to, for a team key.
    pub team_id: Option<String>,
}

/// A client id with its secret.
#[derive(Clone, PartialEq, Eq)]
pub struct ClientPair {
    /// The public half.
    pub client_id: String,
    /// The secret half.
    pub client_secret: String,
}

impl Default for Credentials {
    fn default() -> Self {
        Self {
            reachflow: vec!["rfl_live_VOTRE_CLE".to_owned()],
            msgflash: vec![MsgFlashKey::personal("msgf_live_your_api_key_here")],
            ninetynine_digital: vec![ClientPair::new(
                "sandbox-client-id",
                "sandbox-client-secret",
            )],
            wapiflow: vec![ClientPair::new("YOUR-CLIENT-ID", "YOUR-CLIENT-SECRET")],
        }
    }
}

impl Credentials {
    /// The number of 99digital from which its clients send.
    const NUMBER: &str = "972501234567";

    /// The first credential of each vendor, under the keyword arguments of palabre's `Client`.
    ///
    /// A vendor without credentials is left out.
    pub fn to_json(&self) -> Value {
        let client = |pairs: &[ClientPair]| {
            pairs.first().map(
                |pair| json!({"client_id": pair.client_id, "client_secret": pair.client_secret}),
            )
        };
        // Of several numbers, the one that is meant where a call names none.
        let partner = client(&self.ninetynine_digital).map(|mut pair| {
            pair["number"] = Self::NUMBER.into();
            pair
        });
        let msgflash = self.msgflash.first().map(|key| match &key.team_id {
            Some(team_id) => json!({"api_key": key.api_key, "team_id": team_id}),
            None => json!({"api_key": key.api_key}),
        });
        let reachflow = self.reachflow.first().map(|key| json!({"api_key": key}));
        [
            (Vendor::ReachFlow, reachflow),
            (Vendor::MsgFlash, msgflash),
            (Vendor::NinetyNineDigital, partner),
            (Vendor::WapiFlow, client(&self.wapiflow)),
        ]
        .into_iter()
        .filter_map(|(vendor, credential)| Some((vendor.id().to_owned(), credential?)))
        .collect::<Map<_, _>>()
        .into()
    }
}

impl MsgFlashKey {
    /// A key that stands for a person.
    pub fn personal(api_key: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            team_id: None,
        }
    }

    /// A key that stands for a team.
    pub fn team(api_key: impl Into<String>, team_id: impl Into<String>) -> Self {
        Self {
            api_key: api_key.into(),
            team_id: Some(team_id.into()),
        }
    }
}

impl ClientPair {
    /// A pair of its two halves.
    pub fn new(client_id: impl Into<String>, client_secret: impl Into<String>) -> Self {
        Self {
            client_id: client_id.into(),
            client_secret: client_secret.into(),
        }
    }
}

// Sandbox credentials are no secrets, yet people type real ones by mistake.
impl fmt::Debug for MsgFlashKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("MsgFlashKey")
            .field("team_id", &self.team_id)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ClientPair {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("ClientPair")
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn defaults_are_the_placeholders_of_the_vendors_samples() {
        assert_eq!(
            Credentials::default().to_json(),
            json!({
                "reachflow": {"api_key": "rfl_live_VOTRE_CLE"},
                "msgflash": {"api_key": "msgf_live_your_api_key_here"},
                "99digital": {
                    "client_id": "sandbox-client-id",
                    "client_secret": "sandbox-client-secret",
                    "number": "972501234567"
                },
                "wapiflow": {
                    "client_id": "YOUR-CLIENT-ID",
                    "client_secret": "YOUR-CLIENT-SECRET"
                },
            })
        );
    }

    #[test]
    fn a_team_key_comes_with_its_team_and_an_empty_vendor_is_left_out() {
        let credentials = Credentials {
            msgflash: vec![MsgFlashKey::team("msgf_team_x", "team-1")],
            reachflow: Vec::new(),
            ..Credentials::default()
        };
        let json = credentials.to_json();
        assert_eq!(
            json["msgflash"],
            json!({"api_key": "msgf_team_x", "team_id": "team-1"})
        );
        assert!(json.get("reachflow").is_none());
    }

    #[test]
    fn secrets_stay_out_of_debug() {
        let shown = format!("{:?}", ClientPair::new("id", "hush"));
        assert!(shown.contains("id") && !shown.contains("hush"));
    }
}
