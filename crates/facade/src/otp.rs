use std::time::Duration;

use palabre_model::{OtpCheck, Result, SentOtp, Verb};
use serde_json::{Map, Value};

use crate::Client;

/// One-time codes that the vendor makes, sends and checks.
#[derive(Clone, Copy, Debug)]
pub struct Otp<'a>(pub(crate) &'a Client);

/// A one-time code to send.
#[derive(Clone, Default)]
pub struct NewOtp {
    /// The recipient, in international form.
    pub to: String,
    /// The number to send from: its identifier at the vendor, or the phone number. `None` is the
    /// account's only connected number.
    pub from: Option<String>,
    /// How many digits the code has; the vendor's default if `None`.
    pub code_length: Option<u32>,
    /// How long the code is good; the vendor's default if `None`.
    pub expires_in: Option<Duration>,
    /// The name that the message shows; the organisation's if `None`.
    pub brand: Option<String>,
    /// The text of the message, with `{{code}}` and, if it is to be there, `{{brand}}`.
    pub template: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewOtp {
    code_length,
    expires_in
});

impl Otp<'_> {
    /// Makes a code and sends it. The vendor keeps it: nobody but the recipient gets to see it.
    ///
    /// # Errors
    ///
    /// [`OutcomeUnknown`](palabre_model::ErrorKind::OutcomeUnknown) when it may have gone out.
    /// [`Decode`](palabre_model::ErrorKind::Decode) with the outcome `accepted` when it has gone out
    /// and cannot be checked, since the answer does not name it. Every other error means that it has
    /// not gone out.
    pub async fn send(&self, otp: NewOtp) -> Result<SentOtp> {
        let at = self.0.at(Verb::OtpSend)?;
        at.check_sender(otp.from.as_deref())?;
        let to = otp.to.clone();
        at.sent(&to, self.0.adapter().otp_send(&at, otp).await)
    }

    /// Checks the code that somebody typed. A wrong code is an answer, not an error.
    ///
    /// # Errors
    ///
    /// [`OutcomeUnknown`](palabre_model::ErrorKind::OutcomeUnknown) when a try may have been used up,
    /// and those of every write.
    pub async fn verify(&self, id: &str, code: &str) -> Result<OtpCheck> {
        let at = self.0.at(Verb::OtpVerify)?;
        at.check_id("id", id)?;
        if code.trim().is_empty() {
            return Err(at.invalid("code", "is empty"));
        }
        self.0.adapter().otp_verify(&at, id, code).await
    }
}
