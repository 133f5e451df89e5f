//! Which of an account's numbers a message goes out from.

use std::sync::Arc;
use std::time::{Duration, Instant};

use palabre_model::{Error, ErrorKind, Number, NumberStatus, Result, mask_phone, normalize_digits};
use tokio::sync::Mutex;

use crate::ListOptions;
use crate::adapter::Adapter;
use crate::at::At;

/// How long the numbers of an account are taken to be those that were last listed.
const KEPT: Duration = Duration::from_secs(300);

/// Stands for a number in a rehearsal that may not ask for the account's numbers.
const ANY: &str = "00000000-0000-0000-0000-000000000000";

/// The numbers of an account as they were last listed.
#[derive(Default)]
struct Known(Mutex<Option<(Instant, Arc<[Number]>)>>);

/// Finds the identifier of the number to send from, for a vendor that has to be told.
///
/// What is given is read as [`named`] does. If nothing is, it is the account's only connected number.
/// Whatever goes wrong here, nothing was sent.
pub(crate) async fn find(adapter: &dyn Adapter, at: &At, from: Option<&str>) -> Result<String> {
    let found = match from {
        Some(from) => named(adapter, at, "from_", from).await,
        None => only_connected(adapter, at).await,
    };
    at.unwritten(found)
}

async fn only_connected(adapter: &dyn Adapter, at: &At) -> Result<String> {
    if at.may_not_ask() {
        return Ok(ANY.to_owned());
    }
    let numbers = numbers(adapter, at).await?;
    let connected: Vec<_> = numbers.iter().filter(|number| can_send(number)).collect();
    match *connected {
        [number] => Ok(number.id.clone()),
        [] => {
            let problem = "no number of the account is connected";
            Err(choice(at, "from_", problem, numbers.iter()))
        }
        _ => {
            let problem = "is needed: several numbers of the account are connected";
            Err(choice(at, "from_", problem, connected.into_iter()))
        }
    }
}

/// The identifier of one of the account's numbers, from its phone number or its identifier.
///
/// A phone number is looked up, an identifier is taken as it is. Whether the number can send is the
/// vendor's to say: it may have been linked since it was listed.
pub(crate) async fn named(
    adapter: &dyn Adapter,
    at: &At,
    argument: &str,
    given: &str,
) -> Result<String> {
    let given = given.trim();
    let Some(phone) = phone(given) else {
        at.check_id(argument, given)?;
        return Ok(given.to_owned());
    };
    if at.may_not_ask() {
        return Ok(ANY.to_owned());
    }
    let numbers = numbers(adapter, at).await?;
    let matching = |number: &&Number| number.phone.as_deref() == Some(&*phone);
    let matching: Vec<_> = numbers.iter().filter(matching).collect();
    match only(&matching) {
        Some(number) => Ok(number.id.clone()),
        None if matching.is_empty() => {
            let problem = "is none of the account's numbers";
            Err(choice(at, argument, problem, numbers.iter()))
        }
        None => {
            let problem = "is the phone number of several";
            Err(choice(at, argument, problem, matching.into_iter()))
        }
    }
}

/// The only one, or the only connected one: a number that is linked anew may be listed twice.
fn only<'a>(numbers: &[&'a Number]) -> Option<&'a Number> {
    if let [number] = *numbers {
        return Some(number);
    }
    let mut connected = numbers.iter().copied().filter(|number| can_send(number));
    connected.next().filter(|_| connected.next().is_none())
}

fn can_send(number: &Number) -> bool {
    number.status == Some(NumberStatus::Connected)
}

/// The phone number that a text is, in E.164; `None` for an identifier.
fn phone(text: &str) -> Option<String> {
    let is_separator = |c: char| matches!(c, ' ' | '-' | '.' | '(' | ')' | '\u{a0}');
    let digits: String = text.chars().filter(|c| !is_separator(*c)).collect();
    let bare = digits.strip_prefix('+').unwrap_or(&digits);
    let is_phone = bare.len() >= 8 && bare.bytes().all(|byte| byte.is_ascii_digit());
    is_phone.then(|| normalize_digits(&digits)).flatten()
}

/// The numbers of the account: listed once in five minutes, however many callers wait for them.
async fn numbers(adapter: &dyn Adapter, at: &At) -> Result<Arc<[Number]>> {
    let known = at.session.account().kept::<Known>();
    let late = || at.error(ErrorKind::Timeout, "the numbers did not come in time");
    let mut known = tokio::time::timeout(at.left(), known.0.lock())
        .await
        .map_err(|_| late())?;
    if let Some((when, numbers)) = &*known
        && when.elapsed() < KEPT
    {
        return Ok(numbers.clone());
    }
    let page = adapter.numbers_list(at, ListOptions::default()).await?;
    let numbers: Arc<[Number]> = page.items.into();
    *known = Some((Instant::now(), numbers.clone()));
    Ok(numbers)
}

/// The error that lists what `argument` can be.
fn choice<'a>(
    at: &At,
    argument: &str,
    problem: &str,
    numbers: impl Iterator<Item = &'a Number>,
) -> Error {
    let shown: Vec<_> = numbers
        .map(|number| {
            let phone = number.phone.as_deref().map(mask_phone);
            let status = number.status_text.as_deref();
            let status = status.filter(|_| !can_send(number));
            let words: Vec<_> = [phone.as_deref(), status].into_iter().flatten().collect();
            format!("{:?} ({})", number.id, words.join(", "))
        })
        .collect();
    let hint = if shown.is_empty() {
        "the account has no numbers".to_owned()
    } else {
        format!("{argument} is one of {}", shown.join(", "))
    };
    at.invalid(argument, problem).hint(hint)
}
