//! Wire types to the facade's.

use jiff::Timestamp;
use palabre_clients::reachflow::types;
use palabre_model::{
    DailyStatistic, DayCounters, Number, NumberStatus, Provenance, Raw, Result, normalize_digits,
};

use crate::at::At;
use crate::vendors::{filled, integer, text};

/// The vendor's client compares statuses without case, so other casings may occur.
fn status(text: &str) -> NumberStatus {
    text.to_ascii_lowercase()
        .parse()
        .unwrap_or(NumberStatus::Unknown)
}

pub(super) fn number_from_wire(at: &At, provider: types::Provider, raw: Raw) -> Result<Number> {
    let types::Provider {
        id,
        name,
        phone_number,
        status: words,
        warmup_day,
        risk_score,
    } = provider;
    let status_text = words.map(|status| status.to_string());
    Ok(Number {
        vendor: at.vendor(),
        account: at.account(),
        id: filled(id).ok_or_else(|| at.missing("id of a provider"))?,
        name: text(name),
        phone: filled(phone_number).and_then(|phone| normalize_digits(&phone)),
        status: status_text.as_deref().map(status),
        status_text,
        business_name: None,
        created_at: None,
        warmup_day: integer(warmup_day),
        risk_score: integer(risk_score),
        coexistence: None,
        today: None,
        current_month: None,
        raw,
    })
}

pub(super) fn number_from_wire_detail(
    at: &At,
    detail: types::ProviderDetail,
    raw: Raw,
) -> Result<Number> {
    let types::ProviderDetail {
        id,
        name,
        phone_number,
        status,
        warmup_day,
        risk_score,
        daily_stats,
    } = detail;
    let provider = types::Provider {
        id,
        name,
        phone_number,
        status,
        warmup_day,
        risk_score,
    };
    let mut number = number_from_wire(at, provider, raw)?;
    number.today = daily_stats.map(|stats| DayCounters {
        sent: integer(stats.sent),
        delivered: integer(stats.delivered),
        failed: integer(stats.failed),
        messages_limit: integer(stats.messages_limit),
        new_contacts_limit: integer(stats.new_contacts_limit),
    });
    Ok(number)
}

/// Five rows of a number, in the vendor's words; without values where the vendor sent no counters.
pub(super) fn daily_statistics(
    at: &At,
    number: &Number,
    observed_at: Timestamp,
) -> Vec<DailyStatistic> {
    let today = number.today.clone().unwrap_or_default();
    let (zone, tz, tz_source) = at.time_zone();
    let date = observed_at.to_zoned(zone).date();
    [
        ("sent", today.sent),
        ("delivered", today.delivered),
        ("failed", today.failed),
        ("messagesLimit", today.messages_limit),
        ("newContactsLimit", today.new_contacts_limit),
    ]
    .into_iter()
    .map(|(category, value)| DailyStatistic {
        vendor: number.vendor,
        account: number.account.clone(),
        number: Some(number.phone.clone().unwrap_or_else(|| number.id.clone())),
        date,
        category: category.to_owned(),
        value,
        provenance: Provenance::Snapshot,
        observed_at,
        tz: tz.clone(),
        tz_source,
    })
    .collect()
}
