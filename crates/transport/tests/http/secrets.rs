//! Nothing that prints prints a key.

use palabre_transport::{Argument, Call, FilePart};

use crate::server::{Act, KEY, Server, account, run};

#[tokio::test]
async fn neither_an_account_nor_what_is_made_of_it_shows_the_key() {
    let server = Server::start(&[Act::Answer(401, &[], "unmistakable-key-4711")]);
    let session = server.session();
    let call = Call::new(session.clone(), "things.do", None, &[]);
    let error = run(&session, "read").await.expect_err("refused");
    for shown in [
        format!("{:?}", session.account()),
        format!("{session:?}"),
        format!("{session:#?}"),
        format!("{:?}", session.account().credentials()),
        format!("{call:?}"),
        format!("{error:?}"),
        error.to_string(),
    ] {
        assert!(!shown.contains(KEY), "{shown}");
    }
}

#[test]
fn a_key_that_no_header_can_carry_is_refused_without_being_shown() {
    let mut builder = account("http://127.0.0.1:1");
    builder.credentials = builder
        .credentials
        .with("api_key", format!("{KEY}\nsecond line"));
    let error = builder.build().map(|_| ()).expect_err("a line break");
    assert!(error.message().starts_with("api_key:"), "{error}");
    assert!(!format!("{error:?}").contains(KEY), "{error}");
}

#[test]
fn a_file_shows_neither_its_name_nor_its_content() {
    let file = Argument::File(FilePart::new("passport-of-awa.png", KEY));
    assert!(!format!("{file:?}").contains(KEY) && !format!("{file:?}").contains("awa"));
}
