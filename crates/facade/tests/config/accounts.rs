//! What a file says of accounts, and what is refused.

use std::time::Duration;

use palabre::config::Config;
use palabre::{ErrorKind, RetryPolicy, Vendor};

use crate::folder::{Folder, environment};

#[test]
fn an_account_has_everything_that_the_file_says() {
    let folder = Folder::new(
        r#"
        [accounts.sales]
        vendor = "msgflash"
        api_key = "msgf_team_1"
        team_id = "team-1"
        base_url = "http://127.0.0.1:1/msgflash"
        timeout = 2.5
        timezone = "Africa/Porto-Novo"

        [accounts.partners]
        vendor = "99digital"
        access_token = "token-1"
        timeout = 60
        "#,
    );
    let config = folder.load(&[]).unwrap();
    let names: Vec<_> = config
        .accounts()
        .iter()
        .map(|account| account.name())
        .collect();
    assert_eq!(names, ["partners", "sales"]);
    let sales = config.account("sales").unwrap();
    assert_eq!((sales.vendor(), sales.profile()), (Vendor::MsgFlash, None));
    let client = sales.builder().unwrap().build().unwrap();
    assert_eq!(
        (client.name(), client.vendor()),
        ("sales", Vendor::MsgFlash)
    );
    let account = client.account();
    assert_eq!(account.credentials().expose("team_id"), Some("team-1"));
    assert_eq!(account.base_url().as_str(), "http://127.0.0.1:1/msgflash");
    assert_eq!(account.options().timeout, Duration::from_millis(2500));
    let zone = account.options().time_zone.clone().unwrap();
    assert_eq!(zone.iana_name(), Some("Africa/Porto-Novo"));
    let partners = config.account("partners").unwrap().resolve().unwrap();
    assert_eq!(partners.timeout, Some(Duration::from_secs(60)));
    assert_eq!(partners.credentials.expose("access_token"), Some("token-1"));
}

#[test]
fn what_is_wrong_with_an_account_names_file_line_account_and_key() {
    let cases = [
        (
            "api_key = 'k'\ncolour = 1",
            "msgflash [sales]: colour: is not a key of an account (config.toml:4); it is one of vendor, api_key, team_id, base_url, timeout, timezone, rate_limit, max_in_flight, retry",
        ),
        (
            "apikey = 'k'",
            "msgflash [sales]: apikey: is not a key of an account (config.toml:3); did you mean api_key?",
        ),
        (
            "api_key_flie = 'k'",
            "msgflash [sales]: api_key_flie: is not a key of an account (config.toml:3); did you mean api_key_file?",
        ),
        (
            "client_id = 'k'",
            "msgflash [sales]: client_id: is not a credential of msgflash (config.toml:3); it takes api_key, team_id",
        ),
        (
            "api_key = 5",
            "msgflash [sales]: api_key: is a text (config.toml:3)",
        ),
        (
            "api_key = ' '",
            "msgflash [sales]: api_key: is empty (config.toml:3)",
        ),
        (
            "api_key = 'k'\napi_key_env = 'K'",
            "msgflash [sales]: api_key_env: is given beside api_key (config.toml:4); keep one of them",
        ),
        (
            "api_key_command = []",
            "msgflash [sales]: api_key_command: is empty (config.toml:3)",
        ),
        (
            "api_key_command = [1]",
            "msgflash [sales]: api_key_command: is a list of texts: a program and its arguments (config.toml:3)",
        ),
        (
            "api_key_command = true",
            "msgflash [sales]: api_key_command: is a text, or a list of a program and its arguments (config.toml:3)",
        ),
        (
            "timeout = 0",
            "msgflash [sales]: timeout: must be a finite number of seconds, greater than zero (config.toml:3)",
        ),
        (
            "timeout = -1.5",
            "msgflash [sales]: timeout: must be a finite number of seconds, greater than zero (config.toml:3)",
        ),
        (
            "timeout = inf",
            "msgflash [sales]: timeout: must be a finite number of seconds, greater than zero (config.toml:3)",
        ),
        (
            "timeout = '30'",
            "msgflash [sales]: timeout: must be a finite number of seconds, greater than zero (config.toml:3)",
        ),
        (
            "timezone = 'Mars/Base'",
            "msgflash [sales]: timezone: \"Mars/Base\" is not a time zone; write it as in Africa/Porto-Novo (config.toml:3)",
        ),
        (
            "timezone = 1",
            "msgflash [sales]: timezone: is a text (config.toml:3)",
        ),
        (
            "base_url = 'http://srv.msgflash.com'",
            "msgflash [sales]: base_url: credentials are sent over plain http to this machine only; use https:// (config.toml:3)",
        ),
        (
            "rate_limit = -1",
            "msgflash [sales]: rate_limit: is a number of requests a second, or 0 for no limit (config.toml:3)",
        ),
        (
            "rate_limit = 'ten'",
            "msgflash [sales]: rate_limit: is a number of requests a second, or 0 for no limit (config.toml:3)",
        ),
        (
            "max_in_flight = 0",
            "msgflash [sales]: max_in_flight: is a whole number of requests, at least 1 (config.toml:3)",
        ),
        (
            "max_in_flight = 1.5",
            "msgflash [sales]: max_in_flight: is a whole number of requests, at least 1 (config.toml:3)",
        ),
        (
            "retry = 3",
            "msgflash [sales]: retry: is a table with max_attempts, budget, base_delay and max_delay (config.toml:3)",
        ),
        (
            "[accounts.sales.retry]\nmax_attempts = 0",
            "msgflash [sales]: retry.max_attempts: is a whole number, at least 1 (config.toml:4)",
        ),
        (
            "[accounts.sales.retry]\nbudget = -1",
            "msgflash [sales]: retry.budget: must be a finite number of seconds (config.toml:4)",
        ),
        (
            "retry = {attempts = 3}",
            "msgflash [sales]: retry.attempts: is not a key of retry (config.toml:3); did you mean max_attempts?",
        ),
        (
            "retry = {base_delay = 30}",
            "msgflash [sales]: retry: base_delay: is longer than max_delay (config.toml:3)",
        ),
        (
            "base_url = 5",
            "msgflash [sales]: base_url: is a text (config.toml:3)",
        ),
    ];
    for (lines, expected) in cases {
        let folder = Folder::new(&format!("[accounts.sales]\nvendor = 'msgflash'\n{lines}\n"));
        let error = folder.error("sales", &[]);
        assert_eq!(error.kind(), ErrorKind::Config);
        assert_eq!(error.get_account(), Some("sales"));
        assert_eq!(error.get_vendor(), Some(Vendor::MsgFlash));
        assert_eq!(folder.short(&error.to_string()), expected);
    }
}

#[test]
fn an_account_without_a_known_vendor_is_refused_by_name() {
    for (line, expected) in [
        (
            "",
            "sales: vendor: is missing (config.toml:1); write vendor = \"reachflow\", or another of reachflow, msgflash, 99digital, wapiflow",
        ),
        (
            "vendr = 'msgflash'",
            "sales: vendor: is missing (config.toml:1); did you mean it by vendr?",
        ),
        (
            "vendor = 'MsgFlsh'",
            "sales: vendor: \"MsgFlsh\" is not a vendor (config.toml:2); did you mean msgflash?",
        ),
        ("vendor = 1", "sales: vendor: is a text (config.toml:2)"),
    ] {
        let folder = Folder::new(&format!("[accounts.sales]\n{line}\n"));
        assert_eq!(folder.refusal("sales", &[]), expected);
        let error = folder.load(&[]).unwrap().fleet().unwrap_err();
        assert_eq!(folder.short(&error.to_string()), expected);
    }
}

#[test]
fn two_ways_to_sign_in_are_refused() {
    let folder = Folder::new(
        "[accounts.a]\nvendor = '99digital'\nclient_id = 'i'\nclient_secret = 's'\naccess_token = 't'\n",
    );
    assert_eq!(
        folder.refusal("a", &[]),
        "99digital [a]: access_token: is given beside client_id and client_secret (config.toml:5); \
         give client_id and client_secret, or access_token alone"
    );
}

#[test]
fn a_key_around_the_accounts_that_is_not_known_is_refused() {
    for (text, expected) in [
        (
            "[acounts.sales]\nvendor = 'msgflash'",
            "acounts: is not a key of the file (config.toml:1); did you mean accounts?",
        ),
        (
            "accounts = 5",
            "accounts: is a table of tables (config.toml:1)",
        ),
        (
            "accounts.sales = 'msgflash'",
            "accounts.sales: is a table (config.toml:1)",
        ),
        ("profile = 5", "profile: is a text (config.toml:1)"),
        (
            "[profiles.acme]\nacounts = {}",
            "profiles.acme.acounts: is not a key of the file (config.toml:2); did you mean accounts?",
        ),
        (
            "[profiles]\nacme = 1",
            "profiles.acme: is a table (config.toml:2)",
        ),
    ] {
        let folder = Folder::new(text);
        let error = folder.load(&[]).unwrap().fleet().unwrap_err();
        assert_eq!(folder.short(&error.to_string()), expected);
    }
}

#[test]
fn a_file_that_is_not_toml_is_refused_with_its_line_and_without_what_is_in_it() {
    let folder = Folder::new("[accounts.sales]\nvendor = 'msgflash'\napi_key = \"secret-4711\n");
    let error = folder.load(&[]).unwrap_err().to_string();
    assert!(error.contains("config.toml:3"), "{error}");
    assert!(!error.contains("secret-4711"), "{error}");
    let folder =
        Folder::new("[accounts.sales]\napi_key = 'secret-4711'\napi_key = 'secret-4712'\n");
    let error = folder.load(&[]).unwrap_err().to_string();
    assert!(error.contains("config.toml:3"), "{error}");
    assert!(!error.contains("secret-47"), "{error}");
}

#[test]
fn a_file_of_an_editor_that_marks_it_is_read() {
    let folder =
        Folder::new("\u{feff}[accounts.sales]\r\nvendor = 'msgflash'\r\napi_key = 'k'\r\n");
    assert!(
        folder
            .load(&[])
            .unwrap()
            .account("sales")
            .unwrap()
            .resolve()
            .is_ok()
    );
}

#[test]
fn an_account_that_does_not_exist_is_refused_with_the_nearest_and_the_others() {
    let folder = Folder::new(
        "[accounts.sales]\nvendor = 'msgflash'\n[accounts.shop]\nvendor = 'wapiflow'\n",
    );
    let error = folder.load(&[]).unwrap().account("salse").unwrap_err();
    assert_eq!(
        error.to_string(),
        "account: there is no account \"salse\"; did you mean sales? There are sales, shop"
    );
    let folder = Folder::new("");
    let error = folder.load(&[]).unwrap().account("sales").unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("accounts: there is no account in "),
        "{error}"
    );
}

#[test]
fn the_first_flaw_is_said_with_the_number_of_the_others() {
    let folder = Folder::new("[accounts.a]\nvendor = 'msgflash'\nx = 1\ny = 2\n[accounts.b]\n");
    let error = folder.load(&[]).unwrap().fleet().unwrap_err().to_string();
    assert!(error.ends_with("; 2 more: see palabre doctor"), "{error}");
}

#[test]
fn a_file_that_is_named_has_to_be_there() {
    let folder = Folder::new("");
    let missing = folder.0.join("missing.toml");
    let error = Config::load_with(Some(&missing), None, &environment(&[])).unwrap_err();
    assert!(error.to_string().starts_with("cannot read "), "{error}");
    assert!(error.to_string().contains("missing.toml"), "{error}");
    let named = missing.display().to_string();
    let error = Config::load_with(None, None, &environment(&[("PALABRE_CONFIG", &named)]));
    let error = error.unwrap_err().to_string();
    assert!(error.ends_with("(PALABRE_CONFIG)"), "{error}");
}

#[test]
fn the_usual_file_need_not_be_there() {
    let folder = Folder::new("");
    let home = folder.0.display().to_string();
    let variables = [("XDG_CONFIG_HOME", home.as_str())];
    let config = Config::load_with(None, None, &environment(&variables)).unwrap();
    assert_eq!((config.path(), config.accounts().len()), (None, 0));
    let error = config.fleet().unwrap_err().to_string();
    assert!(
        error.contains("palabre/config.toml, which does not exist"),
        "{error}"
    );
    std::fs::create_dir(folder.0.join("palabre")).unwrap();
    folder.write(
        "palabre/config.toml",
        "[accounts.a]\nvendor = 'reachflow'\n",
        0o600,
    );
    let config = Config::load_with(None, None, &environment(&variables)).unwrap();
    assert_eq!(config.accounts().len(), 1);
    assert!(config.path().unwrap().ends_with("palabre/config.toml"));
}

#[test]
fn a_relative_folder_for_configurations_is_ignored_as_its_specification_says() {
    let config = Config::load_with(None, None, &environment(&[("XDG_CONFIG_HOME", "here")]));
    assert_eq!(config.unwrap().path(), None);
}

#[test]
fn an_account_says_how_often_and_how_fast_its_requests_are_sent() {
    let folder = Folder::new(
        "[accounts.sales]\nvendor = 'msgflash'\napi_key = 'k'\nrate_limit = 2.5\nmax_in_flight = 4\n\
         [accounts.sales.retry]\nmax_attempts = 5\nbudget = 60\n\
         [accounts.support]\nvendor = 'msgflash'\napi_key = 'k'\n",
    );
    let environment = [
        ("PALABRE_MSGFLASH_RATE_LIMIT", "0"),
        ("PALABRE_MSGFLASH_MAX_IN_FLIGHT", "7"),
    ];
    let config = folder.load(&environment).unwrap();
    let sales = config.account("sales").unwrap().resolve().unwrap();
    assert_eq!(
        (sales.rate_limit, sales.max_in_flight),
        (Some(2.5), Some(4))
    );
    let retry = RetryPolicy {
        max_attempts: 5,
        budget: Some(Duration::from_secs(60)),
        ..RetryPolicy::default()
    };
    assert_eq!(sales.retry, Some(retry));

    let support = config.account("support").unwrap();
    let resolved = support.resolve().unwrap();
    assert_eq!(
        (resolved.rate_limit, resolved.max_in_flight),
        (Some(0.0), Some(7))
    );
    assert_eq!(resolved.retry, None);
    let shown: Vec<_> = support
        .settings()
        .into_iter()
        .map(|setting| setting.name)
        .collect();
    assert_eq!(
        shown,
        [
            "api_key",
            "base_url",
            "timeout",
            "timezone",
            "rate_limit",
            "max_in_flight"
        ]
    );

    let wrong = [("PALABRE_MSGFLASH_RATE_LIMIT", "fast")];
    let error = folder.error("support", &wrong).to_string();
    assert!(
        error.contains("rate_limit: is a number of requests a second"),
        "{error}"
    );
}
