//! Numbers, which MsgFlash calls instances.

use palabre_clients::msgflash::{open, shapes, types};
use palabre_model::{Number, NumberStatus, Page, Raw, Result, normalize_digits};

use super::{client, paging};
use crate::at::At;
use crate::slices;
use crate::vendors::{filled, text, time};

pub(super) async fn list(at: &At) -> Result<Page<Number>> {
    let call = at.call(&[]);
    let answer = at.finish(&call, client(at, &call).list_instances().await)?;
    let items = answer.value.data.ok_or_else(|| at.missing("data"))?;
    let numbers = slices::convert(at, &answer.body, "/data", items, |number, item| {
        from_wire(at, number, Raw::new(item, &shapes::INSTANCE))
    })?;
    paging::whole_list(at, numbers, &answer.body)
}

/// One number, with its state at this moment: what the vendor keeps may be late.
pub(super) async fn get(at: &At, id: &str) -> Result<Number> {
    let call = at.call(&[]);
    let answer = at.finish(&call, client(at, &call).get_instance(id).await)?;
    let number = answer.value.data.ok_or_else(|| at.missing("number"))?;
    let raw = Raw::new(at.item(&answer.body, "/data"), &shapes::INSTANCE);
    let number = from_wire(at, number, raw)?;
    let call = at.call(&[]);
    let answer = at.finish(&call, client(at, &call).get_instance_state(id).await)?;
    let state = answer.value.data.and_then(|state| state.status);
    Ok(match state {
        Some(state) => Number {
            status: Some(status(&state)),
            status_text: Some(state.to_string()),
            ..number
        },
        None => number,
    })
}

fn status(status: &open::InstanceStatus) -> NumberStatus {
    let word = status.to_string().to_ascii_lowercase();
    word.parse().unwrap_or(NumberStatus::Unknown)
}

fn from_wire(at: &At, instance: types::Instance, raw: Raw) -> Result<Number> {
    Ok(Number {
        vendor: at.vendor(),
        account: at.account(),
        id: filled(instance.id).ok_or_else(|| at.missing("id of a number"))?,
        name: text(instance.name),
        // With or without a plus sign: the form is not documented.
        phone: filled(instance.wa_number).and_then(|phone| normalize_digits(&phone)),
        status: instance.status.as_ref().map(status),
        status_text: instance.status.map(|status| status.to_string()),
        business_name: None,
        created_at: time(instance.created_at),
        warmup_day: None,
        risk_score: None,
        coexistence: None,
        today: None,
        current_month: None,
        raw,
    })
}
