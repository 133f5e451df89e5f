//! Deliveries of vendors.

use palabre::Vendor;
use pyo3::prelude::*;
use pyo3::types::{PyByteArray, PyBytes, PyMemoryView};

use crate::arguments::{take, wrong};
use crate::error;

/// Checks that a delivery comes from a vendor: that its signature was made with the secret, of the bytes that came.
///
/// The comparison takes the same time whatever is wrong. A delivery that is sent again is as good as the first: keep the identifiers of those that were dealt with.
///
/// Args:
///     vendor: "msgflash", the one vendor whose signatures are documented.
///     body: The bytes that came, before anything has decoded or parsed them.
///     signature: The header X-MsgFlash-Signature; None if there was none.
///     secret: The endpoint's secret, which the vendor shows when the endpoint is made.
///
/// Raises:
///     AuthenticationError: The signature is missing, is not written as the vendor writes it, or does not fit: do not trust the delivery.
///     InvalidInputError: The secret is empty.
///     UnsupportedError: How the vendor signs is not known.
///
/// Examples:
///     >>> import palabre
///     >>> with palabre.Sandbox(seed=7) as sandbox:
///     ...     headers, body = sandbox.webhook("message.delivered", secret="whsec_1")
///     >>> palabre.verify_webhook(
///     ...     "msgflash", body=body, signature=headers["X-MsgFlash-Signature"], secret="whsec_1"
///     ... )
#[pyfunction]
#[pyo3(signature = (vendor, *, body, signature, secret))]
pub fn verify_webhook(
    py: Python<'_>,
    vendor: &str,
    body: &Bound<'_, PyAny>,
    signature: Option<Bound<'_, PyAny>>,
    secret: &Bound<'_, PyAny>,
) -> PyResult<()> {
    let Some(body) = bytes(body)? else {
        let wanted = "bytes as they came over the wire, not decoded";
        return Err(wrong("body", wanted, body));
    };
    let secret = match secret.extract::<String>() {
        Ok(secret) => secret.into_bytes(),
        Err(_) => bytes(secret)?.ok_or_else(|| wrong("secret", "a str or bytes", secret))?,
    };
    let signature: Option<String> = take(py, "signature", signature)?;
    let verify = || {
        let vendor: Vendor = vendor.parse()?;
        palabre::verify_webhook(
            vendor,
            &body,
            signature.as_deref().unwrap_or_default(),
            &secret,
        )
    };
    verify().map_err(|error| error::to_py(py, error))
}

/// The content of anything like bytes; a text has none.
fn bytes(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    if value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>() {
        let bytes = value.py().get_type::<PyBytes>().call1((value,))?;
        return Ok(Some(bytes.cast::<PyBytes>()?.as_bytes().to_vec()));
    }
    Ok(None)
}
