//! Nothing that prints prints a key.

use std::backtrace::Backtrace;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use palabre_model::{Error, Result};
use palabre_transport::observe::{Failure, Observer, Reply, Response};
use palabre_transport::{Argument, Call, FilePart, Session, Token, TokenSource, VendorError};

use crate::server::{Act, GOOD, KEY, Server, account, outcome, run, session};

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

#[tokio::test]
async fn a_vendor_that_repeats_the_key_is_not_repeated() {
    let words = Act::Answer(
        401,
        &[("X-Request-Id", "of-unmistakable-key-4711")],
        "the key unmistakable-key-4711\nof +229 01\n00\t00 00 is unknown",
    );
    let (result, _) = outcome("read", &[words]).await;
    let error = result.expect_err("refused");
    let shown = "the key *** of +229 ** ** ** 00 is unknown";
    assert_eq!(error.message(), shown);
    assert_eq!(error.get_vendor_code(), Some(shown));
    assert!(!format!("{error:?}").contains(KEY), "{error:?}");
    assert_eq!(error.get_request_id(), Some("of-***"));
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[tokio::test]
async fn what_the_caller_wrote_is_not_shown_however_the_vendor_repeats_it() {
    const WORDS: Act = Act::Answer(
        400,
        &[("X-Request-Id", "of-8801988000123")],
        "'A QUIET WORD TO\u{a0}&Eacute;VA…' to 01988-000.123 is refused: code 493&nbsp;817",
    );
    for operation in ["write", "send", "put", "keyed"] {
        let server = Server::start(&[WORDS]);
        let sent = serde_json::json!({
            "name": "A quiet word to Éva, from me",
            "to": "+8801988000123",
            "code": "493817",
        });
        let sent = sent.as_object().expect("an object").clone();
        let call = Call::new(server.session(), "things.do", None, &[]);
        let error = call.call(operation, Default::default(), sent).await;
        let error = error.expect_err("refused");
        let shown = "'***…' to *** is refused: code ***";
        assert_eq!(error.message(), shown);
        assert_eq!(error.get_vendor_code(), Some(shown));
        assert_eq!(error.get_request_id(), Some("of-***"));
    }
}

/// Hands out one token.
struct OneToken;

#[async_trait::async_trait]
impl TokenSource for OneToken {
    async fn fetch(&self, _: &Session) -> Result<Token> {
        Ok(Token {
            secret: "unmistakable-token-4712".into(),
            lifetime: Duration::from_secs(3600),
            expires_at: None,
        })
    }

    fn is_expired(&self, _: &Error) -> bool {
        false
    }
}

#[tokio::test]
async fn a_vendor_that_repeats_the_token_is_not_repeated_either() {
    let words = Act::Answer(401, &[], "the token unmistakable-token-4712 has ended");
    let server = Server::start(&[words]);
    let mut builder = account(&server.url);
    builder.token_source = Some(Box::new(OneToken));
    let error = run(&session(builder), "read").await.expect_err("refused");
    assert!(server.requests()[0].contains("x-api-key: unmistakable-token-4712"));
    assert_eq!(error.message(), "the token *** has ended");
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
fn an_argument_and_an_answer_show_nothing_of_what_they_hold() {
    let argument = Argument::Value(KEY.into());
    assert!(!format!("{argument:?}").contains(KEY));
    let error = VendorError {
        message: Some(KEY.to_owned()),
        ..VendorError::default()
    };
    assert!(!format!("{error:?}").contains(KEY));
}

#[test]
fn a_file_shows_neither_its_name_nor_its_content() {
    let file = Argument::File(FilePart::new("passport-of-awa.png", KEY));
    assert!(!format!("{file:?}").contains(KEY) && !format!("{file:?}").contains("awa"));
}

/// Panics with all that it is shown.
#[derive(Debug)]
struct Panicking;

impl Observer for Panicking {
    fn response(&self, response: &Response<'_>) -> Option<Reply> {
        panic!("on-purpose {response:?}");
    }

    fn error(&self, failure: &Failure<'_>) -> Option<Reply> {
        panic!("on-purpose {failure:?}");
    }
}

#[tokio::test]
async fn a_panic_inside_a_call_shows_no_key_no_text_and_no_number() {
    const TEXT: &str = "A quiet word to Eva";
    const NUMBER: &str = "+8801988000123";
    const REFUSED: Act = Act::Answer(
        400,
        &[("X-Request-Id", "of-unmistakable-key-4711")],
        "no unmistakable-key-4711, A quiet word to Eva, +8801988000123",
    );
    let said: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = Arc::clone(&said);
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let trace = Backtrace::force_capture();
        let mut heard = heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard.push(format!("{panic} {panic:?} {trace}"));
        usual(panic);
    }));
    for answer in [[GOOD], [REFUSED]] {
        for operation in ["write", "send", "put", "keyed"] {
            let server = Server::start(&answer);
            let mut builder = account(&server.url);
            builder.options.observer = Some(Arc::new(Panicking));
            let session = session(builder);
            let sent = serde_json::json!({"name": TEXT, "to": NUMBER});
            let sent = sent.as_object().expect("an object").clone();
            let call = Call::new(session, "things.do", None, &[]);
            let call = async move { call.call(operation, Default::default(), sent).await };
            let error = tokio::spawn(call).await.expect_err("a panic");
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.push(format!("{error} {error:?}"));
            assert!(
                server.requests()[0].contains(TEXT),
                "the call held the text"
            );
        }
    }
    let said = said.lock().unwrap_or_else(PoisonError::into_inner);
    assert!(
        said.iter()
            .filter(|said| said.contains("on-purpose"))
            .count()
            >= 16
    );
    for said in said.iter() {
        for secret in [KEY, TEXT, &NUMBER[4..]] {
            assert!(!said.contains(secret), "{said}");
        }
    }
}
