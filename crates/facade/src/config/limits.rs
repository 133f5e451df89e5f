//! How often and how fast an account's requests are sent.

use std::time::Duration;

use palabre_transport::RetryPolicy;

use super::Finding;
use super::document::{Field, Value};
use super::nearest::instead;

const RATE: &str = "is a number of requests a second, or 0 for no limit";
const IN_FLIGHT: &str = "is a whole number of requests, at least 1";
const RETRY: &str = "is a table with max_attempts, budget, base_delay and max_delay";
const DELAY: &str = "must be a finite number of seconds";

/// What `retry` takes, as `RetryPolicy` does.
const FIELDS: [&str; 4] = ["max_attempts", "budget", "base_delay", "max_delay"];

pub(super) fn rate_limit(number: f64) -> Result<f64, String> {
    let is_rate = number.is_finite() && number >= 0.0;
    is_rate.then_some(number).ok_or_else(|| RATE.to_owned())
}

pub(super) fn max_in_flight(number: f64) -> Result<usize, String> {
    whole(number)
        .and_then(|number| usize::try_from(number).ok())
        .ok_or_else(|| IN_FLIGHT.to_owned())
}

/// The policy that a table describes; what it leaves out is as usual.
pub(super) fn retry(value: Value) -> Result<RetryPolicy, Finding> {
    let Value::Table(fields) = value else {
        return Err(Finding::error(RETRY));
    };
    let mut policy = RetryPolicy::default();
    for field in fields {
        let (name, place) = (field.name.clone(), field.place.clone());
        set(&mut policy, field)
            .map_err(|finding| finding.key(format!("retry.{name}")).at(place))?;
    }
    match policy.check() {
        Ok(()) => Ok(policy),
        Err(error) => Err(Finding::error(error.message().to_owned())),
    }
}

fn set(policy: &mut RetryPolicy, field: Field) -> Result<(), Finding> {
    let delay = || match &field.value {
        Value::Number(number) => {
            Duration::try_from_secs_f64(*number).map_err(|_| Finding::error(DELAY))
        }
        _ => Err(Finding::error(DELAY)),
    };
    match field.name.as_str() {
        "max_attempts" => {
            policy.max_attempts = match field.value {
                Value::Number(number) => whole(number),
                _ => None,
            }
            .ok_or_else(|| Finding::error("is a whole number, at least 1"))?;
        }
        "budget" => policy.budget = Some(delay()?),
        "base_delay" => policy.base_delay = delay()?,
        "max_delay" => policy.max_delay = delay()?,
        name => {
            let finding = Finding::error("is not a key of retry");
            return Err(finding.hint(instead(name, &FIELDS)));
        }
    }
    Ok(())
}

/// A number that counts something.
fn whole(number: f64) -> Option<u32> {
    let counts = number.fract() == 0.0 && (1.0..=f64::from(u32::MAX)).contains(&number);
    counts.then_some(number as u32)
}
