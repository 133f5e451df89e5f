//! Deliveries of vendors: whether they are theirs.

use palabre_model::{Error, ErrorKind, Result, Vendor};
use ring::hmac;

/// What stands before the digest in `X-MsgFlash-Signature`.
const SCHEME: &str = "sha256=";

/// Checks that a delivery comes from a vendor: that its signature was made with the secret, of the
/// bytes that came.
///
/// `body` is what came over the wire, before anything has decoded or parsed it; `signature` is the
/// header `X-MsgFlash-Signature`, `sha256=` and 64 lower-case hexadecimal digits. The comparison takes
/// the same time whatever is wrong. Nothing else is checked: a delivery that is sent again is as good
/// as the first, so keep the identifiers of those that were dealt with.
///
/// # Errors
///
/// [`Authentication`](ErrorKind::Authentication) when the delivery is not to be trusted;
/// [`InvalidInput`](ErrorKind::InvalidInput) for an empty secret;
/// [`Unsupported`](ErrorKind::Unsupported) for a vendor whose signatures are not known.
///
/// ```
/// use palabre::{Vendor, verify_webhook};
///
/// let body = br#"{"event":"message.delivered"}"#;
/// let signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
/// let error = verify_webhook(Vendor::MsgFlash, body, signature, b"whsec_1").unwrap_err();
/// assert_eq!(error.kind(), palabre::ErrorKind::Authentication);
/// ```
pub fn verify_webhook(vendor: Vendor, body: &[u8], signature: &str, secret: &[u8]) -> Result<()> {
    check(vendor, body, signature, secret)
        .map_err(|error| error.vendor(vendor).operation("verify_webhook"))
}

fn check(vendor: Vendor, body: &[u8], signature: &str, secret: &[u8]) -> Result<()> {
    if vendor != Vendor::MsgFlash {
        let problem = "how its deliveries are signed is not known";
        return Err(Error::new(ErrorKind::Unsupported, problem).hint("MsgFlash's can be verified"));
    }
    if secret.is_empty() {
        return Err(Error::invalid("secret", "is empty")
            .hint("it is shown once, when the endpoint is made"));
    }
    let refused = |problem: &str| {
        Error::new(ErrorKind::Authentication, format!("signature: {problem}"))
            .hint("do not trust the delivery")
    };
    if signature.is_empty() {
        return Err(refused("is missing"));
    }
    let digest = signature
        .strip_prefix(SCHEME)
        .ok_or_else(|| refused("is not of the form sha256=…"))?;
    let digest = digest_of(digest)
        .ok_or_else(|| refused("does not hold 64 lower-case hexadecimal digits"))?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    hmac::verify(&key, body, &digest)
        .map_err(|_| refused("was not made of this body with this secret"))
}

/// The bytes of a digest; `None` where it is not written as the vendor writes it.
fn digest_of(text: &str) -> Option<[u8; 32]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let text = text.as_bytes();
    let mut digest = [0; 32];
    if text.len() != digest.len() * 2 {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(text.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &[u8] = br#"{"event":"message.delivered","to":"+22901000000"}"#;
    const SECRET: &[u8] = b"whsec_S3CRET";

    fn signed(body: &[u8], secret: &[u8]) -> String {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), body);
        let digits: String = tag
            .as_ref()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        format!("sha256={digits}")
    }

    /// Test case 2 of RFC 4231, so that both sides cannot be wrong the same way.
    #[test]
    fn a_signature_of_the_standard_s_own_example_is_good() {
        let signature = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        assert_eq!(
            verify_webhook(Vendor::MsgFlash, body, signature, b"Jefe"),
            Ok(())
        );
    }

    #[test]
    fn what_is_not_signed_as_it_came_is_refused_and_shows_nothing() {
        let good = signed(BODY, SECRET);
        assert_eq!(
            verify_webhook(Vendor::MsgFlash, BODY, &good, SECRET),
            Ok(())
        );
        let digits = good.trim_start_matches("sha256=");
        let mut changed = BODY.to_vec();
        changed[3] ^= 1;
        let spaced = [BODY, b"\n"].concat();
        for (body, signature, secret) in [
            (BODY, String::new(), SECRET),
            (BODY, digits.to_owned(), SECRET),
            (BODY, good[..good.len() - 1].to_owned(), SECRET),
            (BODY, good[..good.len() - 2].to_owned(), SECRET),
            (BODY, format!("{good}0"), SECRET),
            (BODY, format!("sha256={}", digits.to_uppercase()), SECRET),
            (BODY, format!("SHA256={digits}"), SECRET),
            (BODY, format!("sha1={digits}"), SECRET),
            (BODY, format!("sha512={digits}"), SECRET),
            (BODY, format!(" {good}"), SECRET),
            (BODY, format!("{good} "), SECRET),
            (BODY, format!("{good},{good}"), SECRET),
            (BODY, format!("sha256={}", "é".repeat(32)), SECRET),
            (BODY, "sha256=".to_owned(), SECRET),
            (BODY, signed(BODY, b"other"), SECRET),
            (&changed, good.clone(), SECRET),
            (&spaced, good.clone(), SECRET),
            (b"", good.clone(), SECRET),
        ] {
            let error = verify_webhook(Vendor::MsgFlash, body, &signature, secret);
            let error = error.expect_err(&signature);
            assert_eq!(error.kind(), ErrorKind::Authentication, "{error}");
            let shown = format!("{error} {error:?}");
            assert!(
                !shown.contains("S3CRET") && !shown.contains(digits),
                "{shown}"
            );
        }
    }

    #[test]
    fn every_flipped_bit_of_a_signature_is_refused() {
        let good = signed(BODY, SECRET);
        for index in SCHEME.len()..good.len() {
            let (before, digit) = (&good[..index], &good[index..=index]);
            let digit = u8::from_str_radix(digit, 16).expect("a digit");
            for bit in 0..4 {
                let other = format!("{before}{:x}{}", digit ^ 1 << bit, &good[index + 1..]);
                assert!(verify_webhook(Vendor::MsgFlash, BODY, &other, SECRET).is_err());
            }
        }
    }

    #[test]
    fn an_empty_secret_and_a_vendor_without_signatures_are_refused() {
        let error = verify_webhook(Vendor::MsgFlash, BODY, "sha256=", b"").expect_err("no secret");
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        for vendor in [
            Vendor::ReachFlow,
            Vendor::NinetyNineDigital,
            Vendor::WapiFlow,
        ] {
            let error = verify_webhook(vendor, BODY, "", SECRET).expect_err("no signatures");
            assert_eq!(error.kind(), ErrorKind::Unsupported);
        }
    }
}
