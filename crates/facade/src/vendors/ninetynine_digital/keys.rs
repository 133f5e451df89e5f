//! The keys of the numbers: in the list of numbers, for the WhatsApp API.

use async_trait::async_trait;
use palabre_clients::ninetynine_digital::{Client, types};
use palabre_model::{Error, ErrorKind, Result};
use palabre_transport::{Call, KeySource, NumberKey, Session};
use secrecy::SecretString;

use crate::vendors::filled;

/// The operation that lists the numbers; errors of it name it instead of a verb.
const OPERATION: &str = "get_whatsapp";

/// Takes the keys from the list of numbers.
pub(super) struct PartnerKeys;

#[async_trait]
impl KeySource for PartnerKeys {
    async fn fetch(&self, session: &Session) -> Result<Vec<NumberKey>> {
        let call = Call::new(session.clone(), OPERATION, None, &[]);
        let base_url = session.account().base_url().as_str().trim_end_matches('/');
        let client = Client::new_with_client(base_url, session.http().clone(), call.clone());
        let answer = call.finish(client.get_whatsapp().await)?.value;
        let list = answer
            .list
            .ok_or_else(|| call.error(ErrorKind::Decode, "the answer holds no list"))?;
        // A number without a key sends nothing, and is no choice.
        Ok(list.into_iter().filter_map(key).collect())
    }

    /// Reason 3: "wrong apiKey".
    fn is_refused(&self, error: &Error) -> bool {
        error.kind() == ErrorKind::Authentication && error.get_vendor_code() == Some("3")
    }
}

/// The number and its key, if it has both.
pub(super) fn key(number: types::WhatsAppNumber) -> Option<NumberKey> {
    Some(NumberKey {
        number: filled(number.whatsapp)?
            .trim()
            .trim_start_matches('+')
            .to_owned(),
        name: filled(number.display_name),
        secret: SecretString::from(filled(number.api_key)?),
    })
}
