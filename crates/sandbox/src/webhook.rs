//! Deliveries as MsgFlash makes them, for tests of those who receive them.

use ring::hmac;
use serde_json::json;

use crate::outbox::Outgoing;

/// A delivery to an endpoint: what arrives there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// The headers that are about the delivery.
    pub headers: Vec<(&'static str, String)>,
    /// The body, byte by byte what was signed.
    pub body: Vec<u8>,
}

/// The delivery of an event about a message. Of the payload only `message.delivered` is documented,
/// and that in part; the raw body as what is signed is a guess.
pub(crate) fn delivery(event: &str, message: Option<&Outgoing>, secret: &str) -> Delivery {
    let status = event.rsplit('.').next().unwrap_or_default();
    let id = message.map(|message| message.id.clone());
    let whatsapp_id = id
        .as_ref()
        .map(|id| format!("wamid.{}", id.replace('-', "").to_uppercase()));
    let payload = json!({
        "event": event,
        "instanceId": message.map(|message| message.number.clone()),
        "messageId": id,
        "providerMessageId": whatsapp_id,
        "to": message.map(|message| format!("+{}", message.to)),
        "status": status,
    });
    let body = payload.to_string().into_bytes();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, &body);
    let digits = tag.as_ref().iter().map(|byte| format!("{byte:02x}"));
    let signature = format!("sha256={}", digits.collect::<String>());
    Delivery {
        headers: vec![
            ("Content-Type", "application/json".to_owned()),
            ("X-MsgFlash-Event", event.to_owned()),
            ("X-MsgFlash-Signature", signature),
        ],
        body,
    }
}
