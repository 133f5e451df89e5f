//! `client.otp`.

use std::time::Duration;

use palabre::NewOtp;
use pyo3::prelude::*;

use super::fields;
use crate::arguments::{Id, Object, Whole, seconds, whole};
use crate::noun::noun;
use crate::results::{OtpCheck, SentOtp};

fn good_for(given: Option<f64>) -> palabre::Result<Option<Duration>> {
    given.map(|given| seconds("expires_in", given)).transpose()
}

noun! {
    /// One-time codes that the vendor makes, sends and checks.
    "otp": Otp, AsyncOtp

    call send
        [*, to, from_=None, code_length=None, expires_in=None, brand=None, template=None, extra=None,]
        (to: String, from_: Option<String>, code_length: Option<Whole>, expires_in: Option<f64>,
         brand: Option<String>, template: Option<String>, extra: Option<Object>) -> SentOtp
        /// Makes a code and sends it. The vendor keeps it: nobody but the recipient gets to see it.
        ///
        /// Args:
        ///     to: The recipient in international form.
        ///     from_: The number to send from: its identifier at the vendor, or the phone number. If None the account's only connected number.
        ///     code_length: How many digits the code has: 4 to 8 at ReachFlow, 6 if None.
        ///     expires_in: Seconds that the code is good: 60 to 600 at ReachFlow, 300 if None.
        ///     brand: The name that the message shows; the organisation's if None.
        ///     template: The text of the message, with {{code}} and, if it is to be there, {{brand}}.
        ///     extra: Fields of the vendor that palabre does not know, by their wire names.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Raises:
        ///     OutcomeUnknownError: It may have gone out (`error.outcome` is "unknown").
        ///     DecodeError: It went out ("accepted") and cannot be checked, since the answer does not name it.
        ///     PalabreError: Every other error means that it did not go out ("not_sent").
        |client| {
            let otp = NewOtp {
                to,
                from: from_,
                code_length: code_length
                    .map(|Whole(length)| whole("code_length", length, 1))
                    .transpose()?,
                expires_in: good_for(expires_in)?,
                brand,
                template,
                extra: fields("extra", extra)?.unwrap_or_default(),
            };
            client.otp().send(otp).await.map(SentOtp)
        };

    call verify [id, code, *,] (id: Id, code: String) -> OtpCheck
        /// Checks the code that somebody typed. A wrong code is an answer, not an error.
        ///
        /// Args:
        ///     id: The identifier that send gave.
        ///     code: What was typed.
        ///     timeout: Seconds that the call may take in all; the client's if None.
        ///     retry: A RetryPolicy for this call; the client's if None.
        ///
        /// Returns:
        ///     Whether the code is the right one and in time; if not, why, and how many tries are left.
        ///
        /// Raises:
        ///     OutcomeUnknownError: A try may have been used up (`error.outcome` is "unknown").
        ///     DecodeError: A try was used up ("accepted"), and the answer does not say whether the code fits.
        ///     PalabreError: Every other error means that nothing was checked ("not_sent").
        |client| client.otp().verify(&id.0, &code).await.map(OtpCheck);
}
