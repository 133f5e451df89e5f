//! Secrets are read when an account is opened, and never shown.
#![cfg(unix)]

use palabre::Verb;

use crate::folder::Folder;

const KEY: &str = "secret-4711";

fn account(line: &str) -> Folder {
    Folder::new(&format!("[accounts.sales]\nvendor = 'msgflash'\n{line}\n"))
}

fn key_of(folder: &Folder, variables: &[(&str, &str)]) -> String {
    let config = folder.load(variables).unwrap();
    let resolved = config.account("sales").unwrap().resolve().unwrap();
    resolved.credentials.expose("api_key").unwrap().to_owned()
}

#[test]
fn a_secret_comes_from_a_variable_a_file_or_a_command() {
    assert_eq!(
        key_of(&account("api_key_env = 'SALES'"), &[("SALES", KEY)]),
        KEY
    );
    let folder = account("api_key_file = 'key.txt'");
    folder.write("key.txt", "secret-4711\n", 0o600);
    assert_eq!(key_of(&folder, &[]), KEY, "beside the configuration");
    assert_eq!(
        key_of(
            &account("api_key_command = ['printf', '%s', 'secret-4711']"),
            &[]
        ),
        KEY
    );
    assert_eq!(
        key_of(
            &account("api_key_command = 'echo secret-$((4000+711))'"),
            &[]
        ),
        KEY
    );
    let folder = account("api_key_command = './key.sh'");
    folder.write("key.sh", "#!/bin/sh\necho secret-4711\n", 0o700);
    assert_eq!(
        key_of(&folder, &[]),
        KEY,
        "in the folder of the configuration"
    );
}

#[test]
fn a_secret_that_is_not_there_is_said_with_its_place() {
    for (line, expected) in [
        (
            "api_key_env = 'SALES'",
            "msgflash [sales]: api_key_env: the variable SALES is not set (config.toml:3)",
        ),
        (
            "api_key_file = 'none.txt'",
            "msgflash [sales]: api_key_file: cannot read none.txt: No such file or directory (os error 2) (config.toml:3)",
        ),
        (
            "api_key_command = 'echo locked >&2; exit 2'",
            "msgflash [sales]: api_key_command: the command failed (exit status: 2): locked (config.toml:3)",
        ),
        (
            "api_key_command = 'true'",
            "msgflash [sales]: api_key_command: the command printed nothing (config.toml:3)",
        ),
        (
            "api_key_command = 'echo a; echo b'",
            "msgflash [sales]: api_key_command: holds a line break or another control character (config.toml:3); it is one line, and nothing but the secret",
        ),
        (
            "",
            "msgflash [sales]: api_key: is missing (config.toml:1); write api_key, api_key_env, api_key_file or api_key_command, or set PALABRE_MSGFLASH_API_KEY",
        ),
    ] {
        assert_eq!(account(line).refusal("sales", &[]), expected);
    }
}

#[test]
fn files_are_read_and_commands_are_run_when_the_account_is_opened() {
    let folder = account("api_key_command = 'touch ran; echo secret-4711'");
    let config = folder.load(&[]).unwrap();
    config.check().unwrap();
    let _ = (config.findings(), config.accounts()[0].settings());
    assert!(
        !folder.0.join("ran").exists(),
        "nothing asked for the secret"
    );
    config.account("sales").unwrap().builder().unwrap();
    assert!(folder.0.join("ran").exists());
}

#[tokio::test]
async fn an_account_that_cannot_be_opened_takes_part_in_a_fleet_as_one_that_fails() {
    let folder = Folder::new(
        "[accounts.a]\nvendor = 'reachflow'\napi_key_env = 'UNSET'\n\
         [accounts.b]\nvendor = 'wapiflow'\nclient_id = 'a'\nclient_secret_env = 'UNSET'\n",
    );
    let fleet = folder.load(&[]).unwrap().fleet().unwrap();
    let numbers = fleet
        .gather(|client| async move { client.numbers().list().collect().await })
        .await;
    let names = |all: &[(String, palabre::Error)]| {
        all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&numbers.failures), ["a"]);
    assert_eq!(
        names(&numbers.unsupported),
        ["b"],
        "it would not have been asked"
    );
    let text = numbers.failures[0].1.to_string();
    assert!(text.contains("the variable UNSET is not set"), "{text}");
    let client = fleet.get("a").unwrap();
    assert!(client.supports(Verb::NumbersList).is_supported());
    assert!(
        client
            .call("list_providers", Default::default())
            .await
            .is_err()
    );
}

#[test]
fn the_secrets_of_a_fleet_are_read_at_the_same_time() {
    let accounts: String = (0..8)
        .map(|n| {
            format!("[accounts.a{n}]\nvendor = 'msgflash'\napi_key_command = 'sleep 0.5; echo k'\n")
        })
        .collect();
    let start = std::time::Instant::now();
    let fleet = Folder::new(&accounts).load(&[]).unwrap().fleet().unwrap();
    assert_eq!(fleet.clients().count(), 8);
    assert!(start.elapsed().as_secs_f64() < 3.0, "{:?}", start.elapsed());
}

#[test]
fn no_error_and_no_debug_shows_a_secret() {
    let folder = account("api_key_command = 'echo secret-4711; echo secret-4711 >&2; exit 1'");
    let error = folder.error("sales", &[]);
    assert!(!format!("{error} {error:?}").contains(KEY));
    let folder = account("api_key = 'secret-4711'\napi_key_env = 'X'");
    let config = folder.load(&[]).unwrap();
    let shown = format!(
        "{config:?} {:?} {:?}",
        config.findings(),
        config.account("sales")
    );
    assert!(!shown.contains(KEY), "{shown}");
}
