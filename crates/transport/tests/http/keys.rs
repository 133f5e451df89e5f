//! Credentials in the body: which number, which key, and where they go.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use palabre_model::{Error, ErrorKind, Outcome, Result};
use palabre_transport::{
    Account, Argument, Call, Credentials, KeySource, NumberKey, Rehearsal, Session,
};
use serde_json::{Map, Value};

use crate::server::{Act, GOOD, Server, account, session};

const REFUSED: Act = Act::Answer(401, &[], "wrong key hush-hush-1");

/// Lists the same numbers each time, with a new key each time unless it is stuck.
struct Keys {
    numbers: &'static [&'static str],
    is_stuck: bool,
    fetched: Arc<AtomicUsize>,
}

#[async_trait::async_trait]
impl KeySource for Keys {
    async fn fetch(&self, _: &Session) -> Result<Vec<NumberKey>> {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let count = self.fetched.fetch_add(1, Ordering::Relaxed) + 1;
        let count = if self.is_stuck { 1 } else { count };
        let key = |number: &&str| NumberKey {
            number: (*number).to_owned(),
            name: None,
            secret: format!("hush-hush-{count}").into(),
        };
        Ok(self.numbers.iter().map(key).collect())
    }

    fn is_refused(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Authentication
    }
}

struct Stage {
    server: Server,
    session: Session,
    fetched: Arc<AtomicUsize>,
}

impl Stage {
    fn new(numbers: &'static [&'static str], acts: &[Act], is_stuck: bool) -> Self {
        let server = Server::start(acts);
        let fetched = Arc::<AtomicUsize>::default();
        let mut builder = account(&format!("{}/api", server.url));
        builder.key_source = Some(Box::new(Keys {
            numbers,
            is_stuck,
            fetched: fetched.clone(),
        }));
        let session = session(builder);
        Self {
            server,
            session,
            fetched,
        }
    }

    async fn page(&self, from: Option<&str>) -> Result<Value> {
        page(&self.session, from).await
    }

    fn fetches(&self) -> usize {
        self.fetched.load(Ordering::Relaxed)
    }
}

async fn page(session: &Session, from: Option<&str>) -> Result<Value> {
    let mut arguments = BTreeMap::new();
    let mut give = |name: &str, text: &str| {
        arguments.insert(name.to_owned(), Argument::Value(text.into()));
    };
    give("name", "Awa");
    from.into_iter().for_each(|from| give("from", from));
    Call::new(session.clone(), "things.page", None, &[("from", "from_")])
        .call("page", arguments, Map::new())
        .await
}

#[tokio::test]
async fn the_only_number_and_its_key_are_fetched_once_for_many_callers() {
    let stage = Stage::new(&["22997000000"], &[GOOD], false);
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let session = stage.session.clone();
        calls.spawn(async move { page(&session, None).await });
    }
    let answers = calls.join_all().await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(stage.fetches(), 1);
    let requests = stage.server.requests();
    assert_eq!(requests.len(), 8);
    for request in requests {
        assert!(
            request.starts_with("POST /pager/things HTTP/1.1"),
            "{request}"
        );
        assert!(!request.contains("x-api-key"), "{request}");
        let (_, body) = request.split_once("\r\n\r\n").expect("a body");
        let body: Value = serde_json::from_str(body).expect("JSON");
        assert_eq!(
            body,
            serde_json::json!({"key": "hush-hush-1", "from": "22997000000", "name": "Awa"})
        );
    }
}

#[tokio::test]
async fn of_several_numbers_one_is_to_be_named_and_the_choices_are_masked() {
    let stage = Stage::new(&["22997000000", "22901000000"], &[GOOD], false);
    for from in [None, Some("+22999999999")] {
        let error = stage.page(from).await.expect_err("not known which");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
        assert!(error.message().starts_with("from_: "), "{error}");
        let hint = error.get_hint().expect("the choices");
        assert_eq!(hint, "one of +229******00, +229******00");
    }
    stage.page(Some("22901000000")).await.expect("sent");
    assert_eq!((stage.fetches(), stage.server.requests().len()), (1, 1));
}

#[tokio::test]
async fn a_refused_key_is_fetched_once_again_and_the_request_repeated_once() {
    let stage = Stage::new(&["22997000000"], &[REFUSED, GOOD], false);
    stage.page(None).await.expect("sent with the new key");
    assert_eq!((stage.fetches(), stage.server.requests().len()), (2, 2));

    let stage = Stage::new(&["22997000000"], &[REFUSED], false);
    let error = stage.page(None).await.expect_err("refused twice");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!(error.get_outcome(), Some(Outcome::NotSent));
    assert_eq!((stage.fetches(), stage.server.requests().len()), (2, 2));
}

#[tokio::test]
async fn a_key_that_comes_again_after_it_was_refused_is_not_tried_again() {
    let stage = Stage::new(&["22997000000"], &[REFUSED], true);
    let error = stage.page(None).await.expect_err("refused");
    assert_eq!(error.kind(), ErrorKind::Authentication);
    assert_eq!((stage.fetches(), stage.server.requests().len()), (2, 1));
}

#[tokio::test]
async fn a_vendor_that_repeats_the_key_is_not_repeated() {
    let echo = Act::Answer(400, &[], "hush-hush-1 belongs to another");
    let stage = Stage::new(&["22997000000"], &[echo], false);
    let error = stage.page(None).await.expect_err("refused");
    assert_eq!(error.message(), "*** belongs to another");
    assert!(!format!("{error:?} {:?}", stage.session).contains("hush"));
}

#[tokio::test]
async fn a_good_answer_that_repeats_the_key_is_stripped_of_it() {
    let echo = Act::Answer(
        200,
        &[],
        r#"{"sent":"{\"key\":\"hush-hush-1\"}","again":"hush-hush-1"}"#,
    );
    let stage = Stage::new(&["22997000000"], &[echo], false);
    let answer = stage.page(None).await.expect("sent");
    assert_eq!(answer["sent"], r#"{"key":"***"}"#);
    assert_eq!(answer["again"], "***");
}

#[tokio::test]
async fn a_client_with_a_key_of_its_own_asks_nobody() {
    let server = Server::start(&[GOOD]);
    let mut builder = account(&server.url);
    builder.credentials = Credentials::default()
        .with("pager_key", "mine-alone")
        .with("number", "+22997000000");
    let session = session(builder);
    page(&session, None).await.expect("sent");
    page(&session, Some("22901000000")).await.expect("sent");
    let requests = server.requests();
    for (request, number) in requests.iter().zip(["22997000000", "22901000000"]) {
        assert!(request.contains(r#"{"key":"mine-alone","#), "{request}");
        assert!(
            request.contains(&format!(r#""from":"{number}""#)),
            "{request}"
        );
    }

    let error = crate::server::run(&session, "read").await;
    let error = error.expect_err("other credentials");
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn without_a_number_the_argument_is_asked_for() {
    let server = Server::start(&[GOOD]);
    let mut builder = account(&server.url);
    builder.credentials = Credentials::default().with("pager_key", "mine-alone");
    let error = page(&session(builder), None).await.expect_err("no number");
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(error.message().starts_with("from_: "), "{error}");
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_dry_run_knows_the_number_and_never_the_key() {
    for (rehearsal, from) in [
        (Rehearsal::default(), Some("22997000000")),
        (Rehearsal::of_everything(), None),
    ] {
        let stage = Stage::new(&["22997000000"], &[GOOD], false);
        let rehearsal = Arc::new(rehearsal);
        let session = stage.session.rehearsed(Some(rehearsal.clone()));
        page(&session, None).await.expect_err("held back");
        let held = rehearsal.take();
        assert_eq!(held[0].content["from"].as_str(), from);
        assert!(held[0].content.get("key").is_none());
        assert!(held[0].url.ends_with("/pager/things"), "{}", held[0].url);
        assert!(stage.server.requests().is_empty());
    }
}

#[test]
fn an_address_of_its_own_is_the_vendor_s_with_the_vendor_s_and_beside_it_with_another() {
    let address = |base_url: Option<&str>| {
        let mut builder = account("http://127.0.0.1:1");
        builder.base_url = base_url.map(str::to_owned);
        let account: Account = builder.build().expect("an account");
        let operation = account.spec().operation("page").expect("an operation");
        account.address(operation).to_string()
    };
    assert_eq!(address(None), "https://pager.example/v1");
    assert_eq!(
        address(Some("https://things.example/")),
        "https://pager.example/v1"
    );
    assert_eq!(
        address(Some("http://127.0.0.1:8000/vendor/api")),
        "http://127.0.0.1:8000/vendor/pager"
    );
    assert_eq!(
        address(Some("https://proxy.example")),
        "https://proxy.example/pager"
    );
}
