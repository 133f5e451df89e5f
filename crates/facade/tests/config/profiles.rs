//! One profile a customer.

use palabre::config::Config;

use crate::folder::{Folder, environment};

const FILE: &str = r#"
profile = "acme"

[accounts.own]
vendor = "reachflow"
api_key = "k"

[profiles.acme.accounts.sales]
vendor = "msgflash"
api_key = "k"

[profiles.globex.accounts.sales]
vendor = "wapiflow"
client_id = "i"
client_secret = "s"

[profiles.globex.accounts.support]
vendor = "reachflow"
api_key = "k"
"#;

fn accounts(config: &Config) -> Vec<String> {
    let accounts = config.accounts().iter();
    accounts
        .map(|account| format!("{} {}", account.name(), account.vendor()))
        .collect()
}

#[test]
fn a_profile_has_accounts_of_its_own() {
    let folder = Folder::new(FILE);
    let config = folder.profile("globex").unwrap();
    assert_eq!(config.profile(), Some("globex"));
    assert_eq!(config.profiles(), ["acme", "globex"]);
    assert_eq!(accounts(&config), ["sales wapiflow", "support reachflow"]);
    assert_eq!(config.accounts()[0].profile(), Some("globex"));
}

#[test]
fn the_argument_goes_before_the_variable_and_that_before_the_file() {
    let folder = Folder::new(FILE);
    let path = folder.path();
    let load = |profile, variables: &[(&str, &str)]| {
        let config = Config::load_with(Some(&path), profile, &environment(variables)).unwrap();
        accounts(&config)
    };
    let globex = [("PALABRE_PROFILE", "globex")];
    assert_eq!(load(None, &[]), ["sales msgflash"]);
    assert_eq!(load(None, &[("PALABRE_PROFILE", "")]), ["sales msgflash"]);
    assert_eq!(load(None, &globex), ["sales wapiflow", "support reachflow"]);
    assert_eq!(load(Some("acme"), &globex), ["sales msgflash"]);
    assert_eq!(load(Some(""), &globex), ["own reachflow"]);
}

#[test]
fn a_profile_that_does_not_exist_is_refused_with_the_nearest() {
    let folder = Folder::new(FILE);
    let error = folder.profile("globx").unwrap_err();
    assert_eq!(
        folder.short(&error.to_string()),
        "profile: there is no profile \"globx\" (config.toml); did you mean globex?"
    );
    let folder = Folder::new("profile = 'acme'");
    let error = folder.load(&[]).unwrap_err();
    assert_eq!(
        folder.short(&error.to_string()),
        "profile: there is no profile \"acme\" (config.toml:1); \
         there is none: write [profiles.NAME.accounts.…]"
    );
    let error = folder.load(&[("PALABRE_PROFILE", "other")]).unwrap_err();
    assert!(error.to_string().contains("(PALABRE_PROFILE)"), "{error}");
}

#[test]
fn accounts_of_the_environment_belong_to_no_profile() {
    let folder =
        Folder::new("[profiles.acme.accounts.sales]\nvendor = 'msgflash'\napi_key = 'k'\n");
    let variables = [
        ("PALABRE_REACHFLOW_API_KEY", "k"),
        ("PALABRE_PROFILE", "acme"),
    ];
    assert_eq!(
        accounts(&folder.load(&variables).unwrap()),
        ["sales msgflash"]
    );
    assert_eq!(
        accounts(&folder.load(&variables[..1]).unwrap()),
        ["reachflow reachflow"]
    );
}
