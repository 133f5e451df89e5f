//! What an account is made of is checked when it is made.

use std::time::Duration;

use palabre_model::{ErrorKind, Vendor};
use palabre_transport::Session;
use std::sync::Arc;

use crate::server::account;

fn refused(builder: palabre_transport::AccountBuilder) -> palabre_model::Error {
    builder.build().map(|_| ()).expect_err("refused")
}

#[test]
fn an_address_that_would_carry_the_key_in_the_open_is_refused() {
    for bad in [
        "http://things.example",
        "http://192.168.1.1/api",
        "http://127.0.0.1.example.com",
        "ftp://localhost",
        "https://user:password@things.example",
        "https://things.example/?a=1",
        "https://things.example/#a",
        "things.example",
        "",
        "https://",
    ] {
        let error = refused(account(bad));
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{bad}");
        assert_eq!(error.get_vendor(), Some(Vendor::MsgFlash));
        assert!(error.message().starts_with("base_url"), "{error}");
        assert!(!error.to_string().contains("password"), "{error}");
    }
}

#[test]
fn https_anywhere_and_http_on_this_machine_are_taken() {
    for good in [
        "https://things.example",
        "https://things.example:8443/api/",
        " http://localhost:8080 ",
        "http://127.9.9.9",
        "http://[::1]:9/x",
    ] {
        assert!(account(good).build().is_ok(), "{good}");
    }
    let mut builder = account("");
    builder.base_url = None;
    let account = builder.build().expect("the spec's address");
    assert_eq!(account.base_url().as_str(), "https://things.example/");
}

#[test]
fn a_time_out_of_zero_is_refused() {
    let mut whole = account("http://localhost");
    whole.options.timeout = Duration::ZERO;
    let mut connect = account("http://localhost");
    connect.options.connect_timeout = Duration::ZERO;
    for (builder, setting) in [(whole, "timeout"), (connect, "connect_timeout")] {
        let error = refused(builder);
        assert!(
            error.message().starts_with(&format!("{setting}:")),
            "{error}"
        );
    }
}

#[test]
fn certificates_that_are_none_are_refused_by_name() {
    for pem in [
        "",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    ] {
        let mut builder = account("https://things.example");
        builder.options.ca_pem = Some(pem.into());
        let account = Arc::new(builder.build().expect("an account"));
        let error = Session::new(account)
            .map(|_| ())
            .expect_err("no certificate");
        assert_eq!(error.kind(), ErrorKind::Config);
        assert!(error.message().starts_with("ca_pem:"), "{error}");
    }
}
