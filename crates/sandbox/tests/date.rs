//! The `Date` of vendors' answers.

#![allow(clippy::unwrap_used, reason = "a test that panics has failed")]

mod support;

use serde_json::json;
use support::{Answer, msgflash, reachflow, request, sandbox_at};

fn dates(answer: &Answer) -> Vec<&str> {
    let dates = answer.headers.iter().filter(|(name, _)| name == "date");
    dates.map(|(_, value)| value.as_str()).collect()
}

#[test]
fn an_answer_is_dated_by_the_clock_of_the_sandbox() {
    let sandbox = sandbox_at("2026-01-31T23:59:59Z");
    let answer = reachflow("GET", "/providers").send(&sandbox);
    assert_eq!(dates(&answer), ["Sat, 31 Jan 2026 23:59:59 GMT"]);
    sandbox.set_time("2026-02-01T00:00:00Z".parse().unwrap());
    let refused = msgflash("GET", "/contacts/nobody").send(&sandbox);
    assert_eq!(refused.status, 404);
    assert_eq!(dates(&refused), ["Sun, 01 Feb 2026 00:00:00 GMT"]);
}

#[test]
fn a_fault_may_bring_a_date_of_its_own() {
    let sandbox = sandbox_at("2026-11-22T10:00:00Z");
    let faulty = |headers| json!({"status": 503, "headers": headers});
    for (headers, date) in [
        (json!({}), "Sun, 22 Nov 2026 10:00:00 GMT"),
        (
            json!({"Date": "Mon, 23 Nov 2026 00:00:00 GMT"}),
            "Mon, 23 Nov 2026 00:00:00 GMT",
        ),
    ] {
        let added = request("POST", "/_sandbox/faults")
            .json(&faulty(headers))
            .send(&sandbox);
        assert_eq!(added.status, 200);
        assert_eq!(
            dates(&reachflow("GET", "/providers").send(&sandbox)),
            [date]
        );
    }
}
