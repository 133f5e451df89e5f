//! What comes from something between here and the vendor, and not from the vendor.

use palabre_model::Error;

/// Whether a failure need not be the vendor's: it has no word of the vendor's, and a status with which
/// a gateway or a proxy on the way says that it has no such place. What is wrong with a request, they
/// do not know.
pub(crate) fn may_be_a_gateway_s(error: &Error) -> bool {
    let about_a_request = [400, 409, 413, 415, 422];
    error.get_vendor_code().is_none()
        && error
            .get_status()
            .is_some_and(|status| !about_a_request.contains(&status))
}
