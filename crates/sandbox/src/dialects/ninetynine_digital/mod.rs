//! 99digital partners API: a token, the numbers, and conversations by month.
//!
//! Every answer is HTTP 200; `status` says `OK` or `FAIL` and `reason` why. That failures come
//! with 200 is the safest reading of documentation that does not say.

pub(super) mod number;

use serde_json::{Value, json};

use super::{Dialect, Missing, get, post};
use crate::Vendor;
use crate::call::{Answer, Call, Desk, Reply};
use crate::form::Payload;
use crate::records::Number;
use crate::statistics::{Counts, Month};

pub(super) const DIALECT: Dialect = Dialect {
    vendor: Vendor::NinetyNineDigital,
    prefixes: &["/99digital/api"],
    routes: &[
        post(TOKEN_CALL, "/settings/accessToken", create_access_token),
        get("get_whatsapp", "/whatsapp/getWhatsApp", get_numbers),
        get(
            "get_conversations_statistics",
            "/whatsapp/getConversationsStatistics",
            get_statistics,
        ),
    ],
    admit,
    unrouted,
    messages: |_| Vec::new(),
};

const TOKEN_CALL: &str = "create_access_token";

/// The vendor's reasons. They are per page: 3 is a lock-out on the token call only.
mod reason {
    pub(super) const OK: u8 = 1;
    pub(super) const WRONG_CREDENTIALS: u8 = 2;
    pub(super) const BAD_TOKEN: u8 = 3;
    pub(super) const LOCKED_OUT: u8 = 3;
    /// "Number empty or wrong" on the pages that take a number; a guess for statistics.
    pub(super) const UNKNOWN_NUMBER: u8 = 4;
    /// The statistics page's table is not visible: a guess.
    pub(super) const BAD_MONTH: u8 = 5;
    pub(super) const WRONG_METHOD: u8 = 13;
}

fn failure(reason: u8) -> Answer {
    Answer::json(200, json!({"status": "FAIL", "reason": reason}))
}

fn admit(desk: &mut Desk<'_>, call: &Call) -> Result<(), Answer> {
    if call.operation == Some(TOKEN_CALL) {
        return Ok(());
    }
    let header = call.header("authorization").unwrap_or_default();
    let (scheme, token) = header.split_once(' ').unwrap_or_default();
    let is_valid = scheme.eq_ignore_ascii_case("bearer")
        && desk.account.access.is_valid(token.trim(), desk.now);
    if is_valid {
        Ok(())
    } else {
        Err(failure(reason::BAD_TOKEN))
    }
}

fn unrouted(_: &Call, missing: Missing) -> Answer {
    match missing {
        Missing::Method => failure(reason::WRONG_METHOD),
        Missing::Path => Answer::text(404, "Not Found"),
    }
}

fn create_access_token(desk: &mut Desk<'_>, call: &Call) -> Reply {
    // The vendor blocks the caller's address. All callers of the sandbox share one.
    if desk.account.access.is_locked(desk.now) {
        return Err(failure(reason::LOCKED_OUT));
    }
    let given = |name| match &call.payload {
        Payload::Json(body) => body[name].as_str(),
        _ => None,
    };
    let (id, secret) = (given("client_id"), given("client_secret"));
    let known = desk.credentials.ninetynine_digital.iter().any(|pair| {
        Some(pair.client_id.as_str()) == id && Some(pair.client_secret.as_str()) == secret
    });
    if !known {
        desk.account.access.count_wrong_try(desk.now);
        return Err(failure(reason::WRONG_CREDENTIALS));
    }
    let token = desk.account.ids.token(40);
    let end = desk.account.access.issue(token.clone(), desk.now);
    // `status` is explained on the vendor's page but missing from its example.
    Ok(Answer::json(
        200,
        json!({
            "access_token": token,
            "expiration_time": end.as_second().to_string(),
            "token_type": "Bearer",
            "reason": reason::OK,
        }),
    ))
}

fn get_numbers(desk: &mut Desk<'_>, _: &Call) -> Reply {
    let month = Month::of(desk.now);
    let rows: Vec<(&Number, Counts)> = desk
        .account
        .numbers
        .iter()
        .map(|number| (number, counts(number, month, desk)))
        .collect();
    let all: Counts = rows.iter().map(|(_, counts)| *counts).sum();
    let list: Vec<Value> = rows
        .iter()
        .map(|(number, counts)| number_row(number, *counts))
        .collect();
    Ok(Answer::json(
        200,
        json!({
            "status": "OK",
            "reason": reason::OK,
            "totalWhatsApp": list.len(),
            "totalConversationsThisMonth": all.total(),
            "totalMarketingThisMonth": all.marketing,
            "totalServiceThisMonth": all.service,
            "totalIncomingThisMonth": all.incoming,
            "list": list,
        }),
    ))
}

fn number_row(number: &Number, counts: Counts) -> Value {
    // 0 stands for "none" in both ids.
    let (account, inbox) = number.inbox.unwrap_or_default();
    json!({
        "create_time": number.created_at.as_second(),
        "whatsapp": number.phone,
        "apiKey": number.api_key,
        "display_name": number.name,
        "business_name": number.business_name,
        "isOnline": u8::from(number.inbox.is_some()),
        "onlineAccount": account,
        "onlineInbox": inbox,
        "coexistence": u8::from(number.coexistence),
        "conversationsThisMonth": counts.total(),
        "marketingThisMonth": counts.marketing,
        "serviceThisMonth": counts.service,
        "incomingThisMonth": counts.incoming,
    })
}

/// A GET with an optional JSON body: that is how the vendor's page describes it.
fn get_statistics(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = match &call.payload {
        Payload::Json(body @ Value::Object(_)) => body.clone(),
        Payload::Json(_) | Payload::Malformed(_) => return Err(failure(reason::WRONG_CREDENTIALS)),
        _ => json!({}),
    };
    let given = |name: &str| match &body[name] {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    let month = |name| match given(name).map(|text| Month::parse(&text)) {
        None => Ok(None),
        Some(Some(month)) => Ok(Some(month)),
        Some(None) => Err(failure(reason::BAD_MONTH)),
    };
    let (start, end) = (month("start_date")?, month("end_date")?);
    if let (Some(start), Some(end)) = (start, end)
        && start > end
    {
        return Err(failure(reason::BAD_MONTH));
    }
    let filter = given("whatsapp");
    let all = &desk.account.numbers;
    let numbers: Vec<&Number> = all
        .iter()
        .filter(|number| filter.is_none() || number.phone == filter)
        .collect();
    if numbers.is_empty() {
        return Err(failure(reason::UNKNOWN_NUMBER));
    }

    // A number has no months before the one in which it came.
    let oldest = numbers
        .iter()
        .map(|number| Month::of(number.created_at))
        .min();
    let first = oldest.max(start).unwrap_or(Month::FIRST).max(Month::FIRST);
    let current = Month::of(desk.now);
    let last = end.map_or(current, |end| end.min(current));
    let list: Vec<Value> = Month::back_from(last, first)
        .map(|month| {
            let counts: Counts = numbers
                .iter()
                .map(|number| counts(number, month, desk))
                .sum();
            json!({
                "monthYear": month.to_string(),
                "totalConversations": counts.total(),
                "totalMarketing": counts.marketing,
                "totalService": counts.service,
                "totalIncoming": counts.incoming,
            })
        })
        .collect();
    Ok(Answer::json(
        200,
        json!({
            "status": "OK",
            "reason": reason::OK,
            "totalWhatsApp": numbers.len(),
            "whatsapp": filter,
            "list": list,
        }),
    ))
}

fn counts(number: &Number, month: Month, desk: &Desk<'_>) -> Counts {
    if month < Month::of(number.created_at) {
        return Counts::default();
    }
    number.traffic.counts(month, desk.now)
}
