//! Any value anywhere in an answer gives a value or a clean error: at every verb, every operation.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use palabre::{Client, Error, ErrorKind, Outcome, Vendor, Verb};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestCaseError;
use serde_json::{Map, Value, json};

use crate::operations;
use crate::replay::{Asked, Given, Replayed, check_error};
use crate::stage::Stage;
use crate::values::{json as any_json, name, runner, text};
use crate::verbs;

/// Something to call, and what its vendor answers when nothing is odd.
#[derive(Clone, Debug)]
struct Case {
    vendor: Vendor,
    call: CallOf,
    recorded: Vec<Recorded>,
}

#[derive(Clone, Debug)]
enum CallOf {
    Verb(Verb),
    Operation(&'static str, Value),
}

#[derive(Clone, Debug)]
struct Recorded {
    operation: &'static str,
    /// The path below the vendor's address, and the query.
    place: String,
    status: u16,
    body: Value,
}

impl Case {
    fn name(&self) -> &str {
        match &self.call {
            CallOf::Verb(verb) => verb.as_str(),
            CallOf::Operation(id, _) => id,
        }
    }

    fn is_write(&self) -> bool {
        palabre::is_write(self.vendor, self.name())
    }

    async fn run(&self, client: &Client) -> Result<(), Error> {
        match &self.call {
            CallOf::Verb(verb) => verbs::run(client, *verb).await,
            CallOf::Operation(id, arguments) => {
                operations::call(client, id, arguments).await.map(drop)
            }
        }
    }
}

/// What is called at each vendor, and the bodies of its answers.
pub fn answers() -> impl Iterator<Item = (Vendor, String, Vec<Value>)> {
    CASES.iter().map(|case| {
        let bodies = case.recorded.iter().map(|answer| answer.body.clone());
        (case.vendor, case.name().to_owned(), bodies.collect())
    })
}

/// What lies behind the vendor's address: `/contacts/list?page=1`.
fn place(path_and_query: &str, base: &str) -> String {
    let path = path_and_query;
    path.strip_prefix(base).unwrap_or(path).to_owned()
}

/// Every verb of every vendor that has it, then every operation, with what the sandbox answers.
static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let runtime = runtime();
    runtime.block_on(async {
        let mut cases = Vec::new();
        for vendor in Vendor::ALL {
            let verbs = Verb::ALL.iter().copied();
            for verb in verbs.filter(|verb| palabre::support(vendor, *verb).is_supported()) {
                cases.push(record(vendor, CallOf::Verb(verb)).await);
            }
        }
        for (vendor, operation, arguments) in operations::table() {
            let call = CallOf::Operation(operation, arguments);
            cases.push(record(vendor, call).await);
        }
        cases
    })
});

async fn record(vendor: Vendor, call: CallOf) -> Case {
    let stage = Stage::new();
    let mut case = Case {
        vendor,
        call,
        recorded: Vec::new(),
    };
    let done = case.run(&stage.client(vendor)).await;
    done.unwrap_or_else(|error| panic!("{vendor} {}: {error}", case.name()));
    for entry in stage.sandbox.journal() {
        let text = entry.response_body.unwrap_or_default();
        let query: Vec<_> = entry.query.as_object().into_iter().flatten().collect();
        let query = query
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.as_str().unwrap_or_default()))
            .collect::<Vec<_>>()
            .join("&");
        let base = stage.sandbox.base_url(vendor.id()).unwrap();
        let base = base.strip_prefix(stage.sandbox.url()).unwrap();
        let mark = if query.is_empty() { "" } else { "?" };
        case.recorded.push(Recorded {
            operation: entry.operation.unwrap(),
            place: place(&format!("{}{mark}{query}", entry.path), base),
            status: entry.status.unwrap(),
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
        });
    }
    case
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

thread_local! {
    static CLIENTS: BTreeMap<&'static str, Replayed> = Vendor::ALL
        .into_iter()
        .map(|vendor| (vendor.id(), Replayed::new(vendor)))
        .collect();
    static RUNTIME: tokio::runtime::Runtime = runtime();
}

/// Runs a case while requests are answered like this.
fn replay(case: &Case, answer: impl FnMut(&Asked) -> Given + Send + 'static) -> Result<(), Error> {
    CLIENTS.with(|clients| {
        let replayed = &clients[case.vendor.id()];
        replayed.answer(answer);
        RUNTIME.with(|runtime| runtime.block_on(case.run(&replayed.client)))
    })
}

/// The answer that was recorded for a request: of those for the same address, else of those of the
/// operation, the next one.
fn recorded<'a>(answers: &'a [Recorded], asked: &Asked) -> Option<&'a Recorded> {
    let wanted = place(&asked.path_and_query, "/base");
    let next = |fits: &dyn Fn(&Recorded) -> bool| {
        let fitting: Vec<_> = answers.iter().filter(|answer| fits(answer)).collect();
        fitting.get(asked.same).or(fitting.last()).copied()
    };
    next(&|answer| answer.place == wanted)
        .or_else(|| next(&|answer| Some(answer.operation) == asked.operation))
}

fn given(answers: &[Recorded], asked: &Asked) -> Given {
    match recorded(answers, asked) {
        Some(answer) if answer.status == 204 => Given::json(204, ""),
        Some(answer) => Given::json(answer.status, answer.body.to_string()),
        None => Given::json(404, "{}"),
    }
}

/// Every place in an answer.
fn places(value: &Value, pointer: &str, found: &mut Vec<String>) {
    found.push(pointer.to_owned());
    let escaped = |name: &str| name.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| {
            places(value, &format!("{pointer}/{}", escaped(name)), found);
        }),
        Value::Array(items) => items.iter().take(3).enumerate().for_each(|(index, value)| {
            places(value, &format!("{pointer}/{index}"), found);
        }),
        _ => {}
    }
}

/// What is done to a place of an answer.
#[derive(Clone, Debug)]
enum Change {
    Put(Value),
    Remove,
    Add(String, Value),
    Repeat,
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        6 => any_json().prop_map(Change::Put),
        2 => Just(Change::Remove),
        1 => (name(), any_json()).prop_map(|(name, value)| Change::Add(name, value)),
        1 => Just(Change::Repeat),
    ]
}

fn apply(body: &mut Value, which: Index, change: Change) {
    let mut found = Vec::new();
    places(body, "", &mut found);
    let pointer = &found[which.index(found.len())];
    match change {
        Change::Put(value) => *body.pointer_mut(pointer).unwrap() = value,
        Change::Add(name, value) => {
            if let Some(Value::Object(fields)) = body.pointer_mut(pointer) {
                fields.insert(name, value);
            }
        }
        Change::Repeat => {
            if let Some(Value::Array(items)) = body.pointer_mut(pointer) {
                items.extend(items.clone());
            }
        }
        Change::Remove => {
            let Some((parent, name)) = pointer.rsplit_once('/') else {
                return;
            };
            match body.pointer_mut(parent) {
                Some(Value::Object(fields)) => {
                    fields.shift_remove(&name.replace("~1", "/").replace("~0", "~"));
                }
                Some(Value::Array(items)) => {
                    items.remove(name.parse().unwrap());
                }
                _ => {}
            }
        }
    }
}

fn check(case: &Case, result: Result<(), Error>) -> Result<(), TestCaseError> {
    let Err(error) = result else {
        return Ok(());
    };
    check_error(&error, case.vendor, case.name());
    if case.is_write() {
        prop_assert!(error.get_outcome().is_some(), "no outcome: {error}");
    }
    Ok(())
}

#[test]
fn what_the_sandbox_answers_is_read() {
    for case in CASES.iter() {
        let answers = case.recorded.clone();
        let result = replay(case, move |asked| given(&answers, asked));
        // What the journal hides cannot be replayed.
        let is_token = case.name() == "create_access_token";
        assert!(result.is_ok() || is_token, "{case:?}: {result:?}");
    }
}

#[test]
fn any_value_anywhere_in_a_good_answer_is_a_value_or_a_clean_error() {
    let strategy = (
        any::<Index>(),
        any::<Index>(),
        prop::collection::vec((any::<Index>(), change()), 1..4),
    );
    runner(4000)
        .run(&strategy, |(which, answer, changes)| {
            let case = which.get(&CASES);
            let mut answers = case.recorded.clone();
            let index = answer.index(answers.len());
            for (place, change) in changes {
                apply(&mut answers[index].body, place, change);
            }
            let result = replay(case, move |asked| given(&answers, asked));
            if let Err(error) = &result
                && case.is_write()
                && error.get_outcome() == Some(Outcome::NotSent)
            {
                // Of what was asked for last, only the vendor's word for a failure says so.
                let is_last = index + 1 == case.recorded.len();
                prop_assert!(!is_last || error.kind() != ErrorKind::Decode, "{error}");
            }
            check(case, result)
        })
        .unwrap();
}

#[test]
fn any_failure_is_a_clean_error() {
    let body = prop_oneof![
        4 => any_json().prop_map(|value| value.to_string().into_bytes()),
        2 => text().prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..60),
        2 => (name(), name(), text(), text()).prop_map(|(outer, inner, first, second)| {
            let mut fields = Map::new();
            fields.insert(inner, first.into());
            json!({outer: fields, "status": "error", "message": second, "error": first_of(&second)})
                .to_string()
                .into_bytes()
        }),
    ];
    let headers = prop_oneof![
        2 => Just(Vec::new()),
        1 => any::<u64>().prop_map(|wait| vec![("retry-after".to_owned(), wait.to_string())]),
        // Its digits are the vendor's: it is how the vendor finds the request.
        1 => text()
            .prop_filter("a number", |text| !text.contains("1988000000") && !text.contains("9725"))
            .prop_map(|text| vec![("x-request-id".to_owned(), text)]),
        1 => text().prop_map(|text| vec![("date".to_owned(), text)]),
        1 => text().prop_map(|text| vec![("location".to_owned(), text)]),
        1 => text().prop_map(|text| vec![("content-type".to_owned(), text)]),
    ];
    let statuses = &[
        200_u16, 201, 202, 204, 206, 299, 301, 303, 304, 400, 401, 402, 403, 404, 408, 409, 413,
        418, 422, 423, 429, 451, 500, 501, 502, 503, 504, 599, 600, 999,
    ][..];
    let strategy = (
        any::<Index>(),
        prop::sample::select(statuses),
        headers,
        body,
    );
    runner(4000)
        .run(&strategy, |(which, status, headers, body)| {
            let case = which.get(&CASES);
            let body = bytes::Bytes::from(body);
            let result = replay(case, move |_| Given {
                status,
                headers: headers.clone(),
                body: body.clone(),
            });
            // What is done to many has a report.
            let has_report = case.name() == "contacts.delete_many";
            if !(200..300).contains(&status) && !has_report {
                prop_assert!(result.is_err(), "{} {status}", case.name());
            }
            check(case, result)
        })
        .unwrap();
}

fn first_of(text: &str) -> Value {
    json!({"code": text, "message": text.chars().next().map(String::from)})
}
