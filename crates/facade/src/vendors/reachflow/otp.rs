//! One-time codes.

use palabre_clients::reachflow::{shapes, types};
use palabre_model::{OtpCheck, Raw, Result, SentOtp, international_digits};

use super::{ReachFlow, client};
use crate::at::At;
use crate::vendors::{filled, integer, time};
use crate::{NewOtp, sender};

/// The wire's names of a code's fields, and ours.
const OTP: &[(&str, &str)] = &[
    ("providerId", "from_"),
    ("phoneNumber", "to"),
    ("codeLength", "code_length"),
    ("expiresIn", "expires_in"),
    ("brandName", "brand"),
    ("template", "template"),
];

pub(super) async fn send(at: &At, otp: NewOtp) -> Result<SentOtp> {
    at.check_extra(&otp.extra, OTP)?;
    let phone_number = international_digits("to", &otp.to).map_err(|error| at.located(error))?;
    let provider_id = sender::find(&ReachFlow, at, otp.from.as_deref()).await?;
    let call = at.call(OTP);
    let expires_in = otp
        .expires_in
        .map(|time| i64::try_from(time.as_secs()).unwrap_or(i64::MAX));
    let body = types::OtpToSend {
        provider_id,
        phone_number,
        code_length: otp.code_length.map(i64::from),
        expires_in,
        brand_name: otp.brand,
        template: otp.template,
        save_contact: None,
        extra: otp.extra.into_iter().collect(),
    };
    let answer = at.finish(&call, client(at, &call).send_otp(&body).await)?;
    let id = filled(answer.value.otp_id).ok_or_else(|| at.missing("otpId"));
    Ok(SentOtp {
        vendor: at.vendor(),
        account: at.account(),
        id: at.written(id)?,
        message_id: filled(answer.value.message_id),
        expires_at: time(answer.value.expires_at),
        raw: Raw::new(answer.body, &shapes::SENT_OTP),
    })
}

pub(super) async fn verify(at: &At, id: &str, code: &str) -> Result<OtpCheck> {
    let call = at.call(&[("otpId", "id"), ("code", "code")]);
    let body = types::OtpToVerify {
        otp_id: id.to_owned(),
        code: code.to_owned(),
        extra: Default::default(),
    };
    let answer = at.finish(&call, client(at, &call).verify_otp(&body).await)?;
    let Some(valid) = answer.value.valid else {
        // A wrong guess either way lets somebody in or keeps somebody out.
        return at.written(Err(at.missing("word on whether the code fits")));
    };
    Ok(OtpCheck {
        vendor: at.vendor(),
        account: at.account(),
        id: id.to_owned(),
        valid: valid.0,
        reason: answer.value.reason.map(|reason| reason.to_string()),
        attempts_left: integer(answer.value.attempts_left),
        raw: Raw::new(answer.body, &shapes::OTP_VERDICT),
    })
}
