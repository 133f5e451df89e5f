//! What goes wrong in a campaign. A vendor that does what it says it refused is beyond help, and so
//! is one that gives the answer of another request.

use fastrand::Rng;
use palabre_sandbox::Fault;
use serde_json::{Value, json};

const PAGE: &str = "<html><body><h1>502 Bad Gateway</h1></body></html>";

/// The calls that send; what comes before them, such as a token, has faults of its own.
fn quick() -> Vec<Value> {
    let mut all = vec![
        json!({"delay_ms": 3}),
        json!({"close": "before"}),
        json!({"close": "before", "end": "reset"}),
        json!({"close": "after"}),
        json!({"close": "after", "end": "reset"}),
        json!({"cut": 0}),
        json!({"cut": 9}),
        json!({"cut": 60, "end": "reset"}),
        json!({"cut": 200}),
        json!({"truncate": 0}),
        json!({"truncate": 1}),
        json!({"truncate": 20, "end": "reset"}),
        json!({"end": "close"}),
        json!({"end": "reset"}),
        json!({"length_off_by": 10}),
        json!({"length_off_by": -1}),
        json!({"endless": true}),
        json!({"gzip": true}),
        json!({"gzip": true, "pad": 2 << 20}),
        json!({"status": 200, "body": PAGE}),
        json!({"status": 200, "body": "OK", "perform": true}),
        json!({"status": 200, "body": null, "perform": true}),
        json!({"status": 200, "body": null}),
        json!({"status": 200, "body": {}}),
        json!({"status": 200, "body": {"error": "internal"}}),
        json!({"status": 302, "headers": {"location": "http://127.0.0.1:9/elsewhere"}}),
        json!({"status": 429, "headers": {"retry-after": "0"}}),
        json!({"status": 429, "headers": {"retry-after": "Sun, 22 Nov 2020 10:01:00 GMT"}}),
        json!({"status": 429, "headers": {"retry-after": "soon"}}),
        json!({"status": 429, "body": PAGE}),
        json!({"replace": {"pointer": "", "value": null}}),
        json!({"replace": {"pointer": "/**", "value": null}}),
        json!({"replace": {"pointer": "/**", "value": "brand new"}}),
        json!({"replace": {"pointer": "/**", "value": [[]]}}),
        json!({"clock_seconds": 86_400}),
        json!({"clock_seconds": -60}),
        json!({"clock_seconds": 2}),
        json!({"clock_seconds": 2, "close": "after"}),
    ];
    for status in [400, 409, 413, 422] {
        all.push(json!({"status": status, "body": {"error": "no"}}));
    }
    for is_performed in [false, true] {
        for status in [408, 500, 502, 503, 504] {
            for body in [json!({"error": "no"}), json!(PAGE), Value::Null] {
                all.push(json!({"status": status, "body": body, "perform": is_performed}));
            }
        }
        // WapiFlow's word for what went wrong while it was sending.
        let body = json!({"remark": "exception", "status": "exception", "message": ["Oops"]});
        all.push(json!({"status": 200, "body": body, "perform": is_performed}));
    }
    let body = json!({"remark": "validation_error", "status": "error", "message": ["No."]});
    all.push(json!({"status": 200, "body": body}));
    all
}

/// What is longer than the patience of a client.
fn slow() -> Vec<Value> {
    vec![
        json!({"delay_ms": 90}),
        json!({"close": "before", "end": "hold"}),
        json!({"close": "after", "end": "hold"}),
        json!({"cut": 30, "end": "hold"}),
        json!({"truncate": 5, "end": "hold"}),
        json!({"drip_ms": 2}),
    ]
}

/// A few of them.
pub fn some(rng: &mut Rng, is_slow: bool) -> Vec<Fault> {
    let mut all = quick();
    if is_slow {
        all.extend(slow());
        all.extend(slow());
    }
    rng.shuffle(&mut all);
    let few = rng.usize(2..=12);
    let faults = all.into_iter().take(few);
    faults
        .map(|fault| serde_json::from_value(fault).unwrap())
        .collect()
}
