//! The sandbox's own endpoints, under `/_sandbox`: what tests steer and look at it by.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::call::Answer;
use crate::clock::ClockSetting;
use crate::exchange::respond;
use crate::faults::{Chaos, Fault};
use crate::server::Shared;

type Server = State<Arc<Shared>>;

/// The routes; each does what the method of the same name on `Sandbox` does.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/_sandbox", get(announcement))
        .route("/_sandbox/journal", get(journal).delete(clear_journal))
        .route("/_sandbox/sent", get(sent))
        .route("/_sandbox/clock", get(clock).put(set_clock))
        .route(
            "/_sandbox/faults",
            get(faults).post(add_fault).delete(clear_faults),
        )
        .route(
            "/_sandbox/chaos",
            get(chaos).put(set_chaos).delete(clear_chaos),
        )
        .route("/_sandbox/settings", get(settings).put(set_settings))
        .route("/_sandbox/reset", post(reset))
}

async fn announcement(State(shared): Server) -> Response {
    json_response(shared.announcement())
}

async fn journal(State(shared): Server) -> Response {
    let entries = shared.world().journal.entries();
    json_response(json!(entries))
}

async fn sent(State(shared): Server) -> Response {
    let messages = shared.world().journal.sent();
    json_response(json!(messages))
}

async fn clear_journal(State(shared): Server) -> Response {
    shared.world().journal.clear();
    json_response(json!([]))
}

async fn clock(State(shared): Server) -> Response {
    json_response(shared.world().clock.to_json())
}

async fn set_clock(State(shared): Server, body: Bytes) -> Response {
    with_json(&body, |setting: ClockSetting| {
        let mut world = shared.world();
        world.clock = setting.into();
        Ok(world.clock.to_json())
    })
}

async fn faults(State(shared): Server) -> Response {
    json_response(json!(shared.world().faults.list()))
}

async fn add_fault(State(shared): Server, body: Bytes) -> Response {
    with_json(&body, |fault: Fault| {
        let mut world = shared.world();
        world.faults.add(fault);
        Ok(json!(world.faults.list()))
    })
}

async fn clear_faults(State(shared): Server) -> Response {
    shared.world().faults.clear();
    json_response(json!([]))
}

async fn chaos(State(shared): Server) -> Response {
    json_response(json!(shared.world().faults.chaos()))
}

async fn set_chaos(State(shared): Server, body: Bytes) -> Response {
    with_json(&body, |chaos: Chaos| {
        let shown = json!(chaos);
        shared.world().faults.set_chaos(Some(chaos));
        Ok(shown)
    })
}

async fn clear_chaos(State(shared): Server) -> Response {
    shared.world().faults.set_chaos(None);
    json_response(Value::Null)
}

async fn settings(State(shared): Server) -> Response {
    json_response(json!(shared.world().settings))
}

async fn set_settings(State(shared): Server, body: Bytes) -> Response {
    with_json(&body, |changes: Value| {
        let mut world = shared.world();
        world.settings = world.settings.changed(&changes)?;
        Ok(json!(world.settings))
    })
}

async fn reset(State(shared): Server) -> Response {
    shared.reset();
    json_response(shared.announcement())
}

fn json_response(body: Value) -> Response {
    respond(&Answer::json(200, body))
}

/// Answers with what `act` makes of a JSON body, whatever its content type.
fn with_json<T: DeserializeOwned>(
    body: &[u8],
    act: impl FnOnce(T) -> Result<Value, String>,
) -> Response {
    let read = serde_json::from_slice(body).map_err(|error| error.to_string());
    match read.and_then(act) {
        Ok(body) => json_response(body),
        Err(error) => respond(&Answer::json(400, json!({"error": error}))),
    }
}
