//! ReachFlow: refusals, numbers that are not linked.

use serde_json::{Value, json};

use crate::support::{Request, reachflow, request, sandbox, set};

#[test]
fn refusals_have_their_status_and_code() {
    let sandbox = sandbox();
    let list = reachflow("GET", "/providers");
    let check = |request: &Request, status, error: &str| {
        let answer = request.send(&sandbox);
        assert_eq!(
            (answer.status, &answer.json()["error"]),
            (status, &json!(error))
        );
        assert_eq!(answer.json()["statusCode"], status);
    };
    let path = "/reachflow/api/v1/providers";
    check(&request("GET", path), 401, "unauthorized");
    check(
        &request("GET", path).header("X-API-Key", "wrong"),
        401,
        "unauthorized",
    );
    check(&reachflow("GET", "/messages"), 404, "not_found");
    let unknown = "/providers/00000000-0000-4000-8000-000000000000";
    check(&reachflow("GET", unknown), 404, "not_found");
    check(&reachflow("GET", "/providers/1"), 400, "Bad Request");
    set(&sandbox, json!({"reachflow_scopes": ["messages:send"]}));
    check(&list, 403, "insufficient_scope");
    set(&sandbox, json!({"reachflow_plan": false}));
    check(&list, 403, "plan_required");
    set(
        &sandbox,
        json!({"reachflow_rate_limit": 1, "reachflow_plan": true}),
    );
    list.send(&sandbox);
    check(&list, 429, "rate_limit_exceeded");
    assert_eq!(list.send(&sandbox).header("retry-after"), Some("1"));
}

#[test]
fn a_number_that_is_not_linked_has_neither_phone_nor_limits() {
    let sandbox = sandbox();
    let all = reachflow("GET", "/providers").send(&sandbox).json();
    let all = all["providers"].as_array().unwrap().clone();
    let states: Vec<_> = all
        .iter()
        .map(|provider| provider["status"].clone())
        .collect();
    assert_eq!(
        states,
        ["connected", "connected", "disconnected", "disconnected"]
    );
    let unlinked = all
        .iter()
        .find(|provider| provider["phoneNumber"].is_null())
        .unwrap();
    let path = format!("/providers/{}", unlinked["id"].as_str().unwrap());
    let detail = reachflow("GET", &path).send(&sandbox).json();
    assert_eq!(detail["dailyStats"]["messagesLimit"], Value::Null);
}
