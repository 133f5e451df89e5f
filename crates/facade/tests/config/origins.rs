//! Which value wins, and where it comes from.

use palabre::Vendor;
use palabre::config::{AccountConfig, Config};

use crate::folder::{Folder, environment};

fn origins(folder: &Folder, account: &AccountConfig) -> Vec<String> {
    let settings = account.settings().into_iter();
    settings
        .map(|setting| {
            let shown = setting
                .shown
                .map_or(String::new(), |shown| format!(" = {shown}"));
            folder.short(&format!("{}{shown}: {}", setting.name, setting.origin))
        })
        .collect()
}

#[test]
fn every_setting_says_where_it_comes_from_and_no_secret_is_shown() {
    let folder = Folder::new(
        r#"
[accounts.a]
vendor = "msgflash"
api_key = "secret-4711"
base_url = "http://127.0.0.1:1"
[accounts.b]
vendor = "msgflash"
api_key_env = "B_KEY"
team_id_file = "keys/team"
[accounts.c]
vendor = "msgflash"
api_key_command = "echo secret-4711"
timezone = "Africa/Lome"
"#,
    );
    let variables = [("PALABRE_MSGFLASH_TIMEOUT", "5"), ("B_KEY", "secret-4711")];
    let config = folder.load(&variables).unwrap();
    let all: Vec<_> = config
        .accounts()
        .iter()
        .map(|account| origins(&folder, account))
        .collect();
    let timeout = "timeout = 5: variable PALABRE_MSGFLASH_TIMEOUT";
    assert_eq!(
        all,
        [
            vec![
                "api_key: config.toml:4",
                "base_url = http://127.0.0.1:1: config.toml:5",
                timeout,
                "timezone: default"
            ],
            vec![
                "api_key: variable B_KEY",
                "team_id: file keys/team",
                "base_url: default",
                timeout,
                "timezone: default"
            ],
            vec![
                "api_key: command",
                "base_url: default",
                timeout,
                "timezone = Africa/Lome: config.toml:13"
            ],
        ]
    );
    assert!(!format!("{config:?}").contains("secret-4711"));
    let resolved = config.account("a").unwrap().resolve().unwrap();
    assert!(!format!("{resolved:?}").contains("secret-4711"));
}

#[test]
fn the_file_goes_before_the_environment() {
    let folder = Folder::new(
        "[accounts.a]\nvendor = 'msgflash'\napi_key = 'file'\ntimeout = 1\ntimezone = 'UTC'\nbase_url = 'https://a.example'\n",
    );
    let variables = [
        ("PALABRE_MSGFLASH_API_KEY", "variable"),
        ("PALABRE_MSGFLASH_BASE_URL", "https://b.example"),
        ("PALABRE_MSGFLASH_TIMEOUT", "nonsense"),
        ("PALABRE_MSGFLASH_TIMEZONE", "nonsense"),
    ];
    let config = folder.load(&variables).unwrap();
    let resolved = config.account("a").unwrap().resolve().unwrap();
    assert_eq!(resolved.credentials.expose("api_key"), Some("file"));
    assert_eq!(resolved.base_url.as_deref(), Some("https://a.example"));
}

#[test]
fn the_environment_fills_what_the_file_leaves_out() {
    let folder = Folder::new("[accounts.a]\nvendor = 'wapiflow'\nclient_id = 'file'\n");
    let variables = [
        ("PALABRE_WAPIFLOW_CLIENT_ID", "variable"),
        ("PALABRE_WAPIFLOW_CLIENT_SECRET", "secret"),
        ("PALABRE_WAPIFLOW_BASE_URL", "http://127.0.0.1:5"),
    ];
    let resolved = folder
        .load(&variables)
        .unwrap()
        .account("a")
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(resolved.credentials.expose("client_id"), Some("file"));
    assert_eq!(resolved.credentials.expose("client_secret"), Some("secret"));
    assert_eq!(resolved.base_url.as_deref(), Some("http://127.0.0.1:5"));
}

#[test]
fn a_team_id_of_the_environment_goes_with_its_key_only() {
    let variables = [
        ("PALABRE_MSGFLASH_API_KEY", "msgf_team_1"),
        ("PALABRE_MSGFLASH_TEAM_ID", "team-1"),
    ];
    let folder = Folder::new("[accounts.a]\nvendor = 'msgflash'\napi_key = 'msgf_live_1'\n");
    let resolved = folder
        .load(&variables)
        .unwrap()
        .account("a")
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(resolved.credentials.expose("team_id"), None);
    let folder = Folder::new("[accounts.a]\nvendor = 'msgflash'\n");
    let resolved = folder
        .load(&variables)
        .unwrap()
        .account("a")
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(resolved.credentials.expose("team_id"), Some("team-1"));
}

#[test]
fn a_token_of_the_environment_is_not_mixed_with_a_pair_of_the_file() {
    let folder =
        Folder::new("[accounts.a]\nvendor = '99digital'\nclient_id = 'i'\nclient_secret = 's'\n");
    let variables = [("PALABRE_99DIGITAL_ACCESS_TOKEN", "t")];
    let resolved = folder
        .load(&variables)
        .unwrap()
        .account("a")
        .unwrap()
        .resolve()
        .unwrap();
    assert_eq!(resolved.credentials.expose("access_token"), None);
    let alone =
        AccountConfig::from_environment(Vendor::NinetyNineDigital, &environment(&variables));
    let resolved = alone.resolve().unwrap();
    assert_eq!(resolved.credentials.expose("access_token"), Some("t"));
}

#[test]
fn a_vendor_of_the_environment_alone_is_an_account_of_its_name() {
    let variables = [
        ("PALABRE_MSGFLASH_API_KEY", "k"),
        ("PALABRE_WAPIFLOW_CLIENT_ID", "i"),
        (
            "PALABRE_REACHFLOW_BASE_URL",
            "https://api.reachflow.me/api/v1",
        ),
    ];
    let folder = Folder::new("[accounts.sales]\nvendor = 'msgflash'\n");
    let config = folder.load(&variables).unwrap();
    let names: Vec<_> = config.accounts().iter().map(AccountConfig::name).collect();
    assert_eq!(
        names,
        ["sales", "wapiflow"],
        "an address alone is no account"
    );
    assert!(!config.account("wapiflow").unwrap().is_in_file());
    let error = config.account("wapiflow").unwrap().resolve().unwrap_err();
    assert_eq!(
        error.to_string(),
        "wapiflow: client_secret: is missing; give client_secret, or set PALABRE_WAPIFLOW_CLIENT_SECRET"
    );
    let without = Config::load_with(None, None, &environment(&variables)).unwrap();
    let names: Vec<_> = without.accounts().iter().map(AccountConfig::name).collect();
    assert_eq!(names, ["msgflash", "wapiflow"]);
}

#[test]
fn a_variable_that_fills_a_gap_wrongly_is_named() {
    let key = ("PALABRE_MSGFLASH_API_KEY", "k");
    for (name, value, expected) in [
        (
            "PALABRE_MSGFLASH_TIMEOUT",
            "soon",
            "msgflash: timeout: must be a finite number of seconds, greater than zero (PALABRE_MSGFLASH_TIMEOUT)",
        ),
        (
            "PALABRE_MSGFLASH_TIMEZONE",
            "Mars",
            "msgflash: timezone: \"Mars\" is not a time zone; write it as in Africa/Porto-Novo (PALABRE_MSGFLASH_TIMEZONE)",
        ),
        (
            "PALABRE_MSGFLASH_BASE_URL",
            "http://a.example",
            "msgflash: base_url: credentials are sent over plain http to this machine only; use https:// (PALABRE_MSGFLASH_BASE_URL)",
        ),
    ] {
        let variables = environment(&[key, (name, value)]);
        let account = AccountConfig::from_environment(Vendor::MsgFlash, &variables);
        assert_eq!(account.resolve().unwrap_err().to_string(), expected);
    }
    let empty = environment(&[("PALABRE_MSGFLASH_API_KEY", "")]);
    let account = AccountConfig::from_environment(Vendor::MsgFlash, &empty);
    assert_eq!(
        account.resolve().unwrap_err().to_string(),
        "msgflash: api_key: is empty (PALABRE_MSGFLASH_API_KEY)"
    );
}
