//! Numbers, which MsgFlash calls instances.

use serde_json::{Value, json};

use super::{failure, success, time};
use crate::call::{Answer, Call, Desk, Reply};
use crate::records::Number;

pub(super) fn list(desk: &mut Desk<'_>, _: &Call) -> Reply {
    let rows: Vec<Value> = desk.account.numbers.iter().map(row).collect();
    Ok(success(200, rows.into()))
}

pub(super) fn get(desk: &mut Desk<'_>, call: &Call) -> Reply {
    find(desk, call).map(|number| success(200, row(number)))
}

pub(super) fn state(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let number = find(desk, call)?;
    // The provider's word is in no sample that was seen.
    let provider_state = match number.status {
        "connected" => "open",
        "connecting" => "connecting",
        _ => "close",
    };
    Ok(success(
        200,
        json!({
            "instanceId": number.id,
            "status": number.status,
            "providerState": provider_state,
        }),
    ))
}

fn find<'a>(desk: &'a Desk<'_>, call: &Call) -> Result<&'a Number, Answer> {
    let id = call.parameter("id");
    let mut numbers = desk.account.numbers.iter();
    let number = numbers.find(|number| number.id == id);
    number.ok_or_else(|| failure(404, "NOT_FOUND", "There is no such instance."))
}

fn row(number: &Number) -> Value {
    json!({
        "id": number.id,
        "name": number.name,
        "waNumber": number.phone,
        "status": number.status,
        "webhook": null,
        "meta": null,
        "deletedAt": null,
        "createdAt": time(number.created_at),
        "updatedAt": time(number.created_at),
    })
}
