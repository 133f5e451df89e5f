//! What doctor finds.

use palabre::config::{Place, Severity, examine};

use crate::folder::{Folder, environment};

#[test]
fn nothing_is_wrong_with_a_good_configuration() {
    let folder = Folder::new(
        "[accounts.a]\nvendor = 'reachflow'\napi_key = 'rfl_sandbox_1'\n\
         [accounts.b]\nvendor = 'msgflash'\napi_key = 'msgf_team_1'\nteam_id = 't'\n\
         [accounts.c]\nvendor = 'wapiflow'\nclient_id = 'i'\nclient_secret_env = 'C'\n",
    );
    assert_eq!(
        folder.diagnosis(&[("C", "s"), ("PALABRE_99DIGITAL_ACCESS_TOKEN", "t")]),
        [""; 0]
    );
}

#[test]
fn every_flaw_of_every_account_is_found_at_once() {
    let folder = Folder::new(
        "[accounts.a]\nvendor = 'msgflash'\napikey = 'k'\ntimeout = 0\n\
         [accounts.b]\nvendor = 'twilio'\n\
         [accounts.c]\nvendor = 'wapiflow'\nclient_id_env = 'UNSET'\nclient_secret_file = 'none'\n\
         [profiles.p.accounts.d]\nvendor = 'reachflow'\ncolour = 1\n\
         [colours]\n",
    );
    let findings = folder.findings(&[]);
    let found: Vec<_> = findings
        .iter()
        .map(|finding| {
            let line = match &finding.place {
                Some(Place::File { line, .. }) => *line,
                _ => None,
            };
            (finding.account.as_deref(), finding.key.as_deref(), line)
        })
        .collect();
    assert_eq!(
        found,
        [
            (None, Some("colours"), Some(14)),
            (Some("b"), Some("vendor"), Some(6)),
            (Some("a"), Some("apikey"), Some(3)),
            (Some("a"), Some("timeout"), Some(4)),
            (Some("a"), Some("api_key"), Some(1)),
            (Some("c"), Some("client_id_env"), Some(9)),
            (Some("c"), Some("client_secret_file"), Some(10)),
            (Some("d"), Some("colour"), Some(13)),
        ]
    );
    assert!(
        findings
            .iter()
            .all(|finding| finding.severity == Severity::Error)
    );
}

#[cfg(unix)]
#[test]
fn files_that_others_can_read_are_found_when_they_hold_a_secret() {
    let folder = Folder::new("");
    let check = |config: &str| {
        folder.write("config.toml", config, 0o644);
        folder.diagnosis(&[("K", "k")])
    };
    let path = folder.path();
    let open = check("[accounts.a]\nvendor = 'msgflash'\napi_key = 'k'\n");
    let hint = format!("run chmod 600 {}", path.display());
    assert_eq!(
        open,
        [folder.short(&format!(
            "warning: the file holds a secret and can be read by others (config.toml); {hint}"
        ))]
    );
    assert_eq!(
        check("[accounts.a]\nvendor = 'msgflash'\napi_key_env = 'K'\n"),
        [""; 0]
    );
    folder.write("key", "k", 0o640);
    assert_eq!(
        check("[accounts.a]\nvendor = 'msgflash'\napi_key_file = 'key'\n"),
        [
            "warning: a: api_key_file: the secret can be read by others (config.toml:3); run chmod 600 key"
        ]
    );
    folder.write("key", "k", 0o600);
    assert_eq!(
        check("[accounts.a]\nvendor = 'msgflash'\napi_key_file = 'key'\n"),
        [""; 0]
    );
}

#[test]
fn a_key_that_does_not_fit_its_host_is_found() {
    let live = "https://api.reachflow.me/api/v1";
    for (key, base_url, is_wrong) in [
        ("rfl_live_1", None, true),
        (
            "rfl_live_1",
            Some("https://sandbox-api.reachflow.me/api/v1/"),
            true,
        ),
        ("rfl_live_1", Some(live), false),
        (
            "rfl_live_1",
            Some("http://127.0.0.1:5/reachflow/api/v1"),
            false,
        ),
        ("rfl_sandbox_1", None, false),
        ("rfl_sandbox_1", Some(live), true),
        ("rfl_test_1", Some(live), true),
        ("other", Some(live), false),
    ] {
        let line = base_url.map_or(String::new(), |url| format!("base_url = '{url}'\n"));
        let folder = Folder::new(&format!(
            "[accounts.a]\nvendor = 'reachflow'\n{line}api_key_env = 'K'\n"
        ));
        let found = folder.diagnosis(&[("K", key)]);
        assert_eq!(
            found.len(),
            usize::from(is_wrong),
            "{key} {base_url:?} {found:?}"
        );
        assert!(
            found
                .iter()
                .all(|text| text.starts_with("error: a: api_key: a ") && !text.contains(key))
        );
    }
}

#[test]
fn a_team_key_without_a_team_and_a_team_without_its_key_are_found() {
    for (lines, expected) in [
        (
            "api_key = 'msgf_team_1'",
            &[
                "error: a: team_id: is missing: a team's key works only with the team's id (config.toml:3); write team_id; the console shows it",
            ][..],
        ),
        (
            "api_key = 'msgf_live_1'\nteam_id = 't'",
            &[
                "error: a: team_id: is given with a personal key, which the vendor refuses (config.toml:3); leave it out, or take a key that starts with msgf_team_",
            ],
        ),
        ("api_key = 'msgf_team_1'\nteam_id = 't'", &[]),
        ("api_key = 'msgf_live_1'", &[]),
    ] {
        let folder = Folder::new(&format!("[accounts.a]\nvendor = 'msgflash'\n{lines}\n"));
        assert_eq!(folder.diagnosis(&[]), expected);
    }
}

#[test]
fn variables_that_do_nothing_or_too_much_are_found() {
    let folder =
        Folder::new("[accounts.a]\nvendor = 'msgflash'\n[accounts.b]\nvendor = 'msgflash'\n");
    let found = folder.diagnosis(&[
        ("PALABRE_MSGFLASH_API_KEY", "k"),
        ("PALABRE_MSGFLASH_APIKEY", "k"),
        ("PALABRE_MSGFLASH_CLIENT_ID", "k"),
        ("PALABRE_REACHFLOW_TIMEOUT", "5"),
        ("PALABRE_LOOPBACK_ONLY", "1"),
        ("OTHER", "x"),
    ]);
    assert_eq!(
        found,
        [
            "warning: PALABRE_MSGFLASH_API_KEY fills a and b at once; give each of them a credential of its own",
            "warning: PALABRE_MSGFLASH_APIKEY names no vendor's field; did you mean PALABRE_MSGFLASH_API_KEY?",
            "warning: PALABRE_MSGFLASH_CLIENT_ID names no vendor's field; msgflash takes api_key, team_id, base_url, timeout, timezone, rate_limit, max_in_flight",
            "warning: PALABRE_REACHFLOW_TIMEOUT is set, and no account uses it; accounts of the file take from the environment what they lack",
        ]
    );
}

#[test]
fn a_configuration_that_cannot_be_read_is_one_finding() {
    let folder = Folder::new("[accounts.a\n");
    let (config, findings) = examine(Some(&folder.path()), None, &environment(&[]));
    assert!(config.is_none());
    assert_eq!(findings.len(), 1);
    assert!(
        findings[0].message.starts_with("not TOML: "),
        "{findings:?}"
    );
    let (_, findings) = examine(Some(&folder.0.join("none.toml")), None, &environment(&[]));
    assert!(
        findings[0].message.starts_with("cannot read "),
        "{findings:?}"
    );
    let folder = Folder::new("");
    let (_, findings) = examine(Some(&folder.path()), Some("acme"), &environment(&[]));
    assert_eq!(findings[0].key.as_deref(), Some("profile"));
}

#[test]
fn no_account_at_all_is_found() {
    let (_, findings) = examine(None, None, &environment(&[]));
    assert_eq!(findings.len(), 1);
    assert!(findings[0].message.starts_with("there is no account in "));
}
