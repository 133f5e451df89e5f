//! One harmless read per account.

use palabre::config::check_online;
use palabre::{ErrorKind, ExposeSecret, Verb};
use palabre_sandbox::Sandbox;

use crate::folder::Folder;

fn file(sandbox: &Sandbox) -> String {
    let credentials = sandbox.credentials().to_json();
    let mut text = String::new();
    for vendor in ["reachflow", "msgflash", "99digital", "wapiflow"] {
        let base_url = sandbox.base_url(vendor).unwrap();
        text.push_str(&format!(
            "[accounts.{vendor}]\nvendor = '{vendor}'\nbase_url = '{base_url}'\n"
        ));
        for (name, secret) in credentials[vendor].as_object().unwrap() {
            if let Some(secret) = secret.as_str() {
                text.push_str(&format!("{name} = '{secret}'\n"));
            }
        }
    }
    text
}

#[tokio::test]
async fn every_vendor_is_asked_for_a_list_and_for_nothing_else() {
    let sandbox = Sandbox::start(Default::default()).unwrap();
    let folder = Folder::new(&file(&sandbox));
    let fleet = folder.load(&[]).unwrap().fleet().unwrap();
    for (name, client) in fleet.clients() {
        let checked = check_online(client).await.unwrap();
        let expected = match name {
            "wapiflow" => Verb::ContactsList,
            _ => Verb::NumbersList,
        };
        assert_eq!(checked.verb, expected, "{name}");
    }
}

#[tokio::test]
async fn an_account_with_the_key_of_a_number_is_asked_for_what_the_key_reaches() {
    let sandbox = Sandbox::start(Default::default()).unwrap();
    let folder = Folder::new(&file(&sandbox));
    let fleet = folder.load(&[]).unwrap().fleet().unwrap();
    let partner = fleet.get("99digital").unwrap();
    let key = partner.numbers().api_key("972501234567").await.unwrap();
    let folder = Folder::new(&format!(
        "[accounts.shop]\nvendor = '99digital'\nbase_url = '{}'\napi_key = '{}'\nnumber = '972501234567'\n",
        sandbox.base_url("99digital").unwrap(),
        key.expose_secret(),
    ));
    let fleet = folder.load(&[]).unwrap().fleet().unwrap();
    let checked = check_online(fleet.get("shop").unwrap()).await.unwrap();
    assert_eq!(checked.verb, Verb::TemplatesList);
}

#[tokio::test]
async fn a_key_that_the_vendor_refuses_is_an_authentication_error() {
    let sandbox = Sandbox::start(Default::default()).unwrap();
    let base_url = sandbox.base_url("msgflash").unwrap();
    let folder = Folder::new(&format!(
        "[accounts.a]\nvendor = 'msgflash'\napi_key = 'wrong'\nbase_url = '{base_url}'\n"
    ));
    let fleet = folder.load(&[]).unwrap().fleet().unwrap();
    let error = check_online(fleet.get("a").unwrap()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.get_account(), Some("a"));
}

#[tokio::test]
async fn doctor_asks_the_accounts_that_can_work_and_reports_the_others() {
    let sandbox = Sandbox::start(Default::default()).unwrap();
    let base_url = sandbox.base_url("msgflash").unwrap();
    let folder = Folder::new(&format!(
        "{}[accounts.refused]\nvendor = 'msgflash'\napi_key = 'wrong'\nbase_url = '{base_url}'\n\
         [accounts.unset]\nvendor = 'msgflash'\napi_key_env = 'UNSET'\nbase_url = '{base_url}'\n",
        file(&sandbox)
    ));
    let found = folder.load(&[]).unwrap().findings_online().await;
    let found: Vec<_> = found
        .iter()
        .map(|finding| (finding.account.as_deref(), finding.message.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Some("unset"), "the variable UNSET is not set"),
            (Some("refused"), "This API key is not accepted. (HTTP 401)"),
        ]
    );
}
