//! One-time codes. The code is in the message that [`crate::Sandbox::sent`] tells, and in no answer.

use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::invalid;
use super::sending::{body, provider, recipient, required, take, text};
use crate::call::{Answer, Call, Desk, Reply};

/// The default is French, says the documentation; the wording is ours.
const TEMPLATE: &str = "{{brand}} : votre code est {{code}}.";

pub(super) fn send(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    let number = provider(desk, body)?;
    let to = recipient(body, "phoneNumber")?;
    let length = within(body, "codeLength", 4..=8, 6)?;
    let seconds = within(body, "expiresIn", 60..=600, 300)?;
    let brand = text(body, "brandName")?.unwrap_or_else(|| "Dantokpa".to_owned());
    if brand.chars().count() > 64 {
        return Err(invalid("brandName a 64 caractères au plus."));
    }
    let template = text(body, "template")?.unwrap_or_else(|| TEMPLATE.to_owned());
    let random = &mut desk.account.ids.random;
    let code: String = (0..length).map(|_| random.digit(10)).collect();
    let text = template
        .replace("{{brand}}", &brand)
        .replace("{{code}}", &code);
    let until = desk.now.checked_add(SignedDuration::from_secs(seconds));
    let until = until.unwrap_or(desk.now);
    let now = desk.now;
    let message = take(desk, &number, to.clone(), "text", Some(text), None, now);
    let id = desk.account.ids.uuid();
    desk.account.outbox.add_code(id.clone(), to, code, until);
    // The status of the answer is not visible in the documentation.
    Ok(Answer::json(
        201,
        json!({"otpId": id, "messageId": message.id, "expiresAt": format!("{until:.3}")}),
    ))
}

pub(super) fn verify(desk: &mut Desk<'_>, call: &Call) -> Reply {
    let body = body(call)?;
    let id = required(body, "otpId")?;
    let code = required(body, "code")?;
    if !(4..=8).contains(&code.chars().count()) {
        return Err(invalid("code a 4 à 8 caractères."));
    }
    let answer = match desk.account.outbox.check(&id, &code, desk.now) {
        Ok(()) => json!({"valid": true}),
        Err((reason, left)) => {
            let mut answer = json!({"valid": false, "reason": reason});
            if let Some(left) = left {
                answer["attemptsLeft"] = left.into();
            }
            answer
        }
    };
    Ok(Answer::json(200, answer))
}

fn within(
    body: &Map<String, Value>,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
    default: i64,
) -> Result<i64, Answer> {
    match body.get(name) {
        None | Some(Value::Null) => Ok(default),
        Some(value) => value
            .as_i64()
            .filter(|value| range.contains(value))
            .ok_or_else(|| {
                let (least, most) = (range.start(), range.end());
                invalid(&format!("{name} va de {least} à {most}."))
            }),
    }
}
