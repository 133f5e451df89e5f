use palabre_model::{Error, ErrorKind, Result, Support, Verb};

use crate::{Client, ListOptions};

/// What [`check_online`] read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Checked {
    /// The read that was made.
    pub verb: Verb,
}

/// Makes one harmless read: the list of numbers, or one contact where the vendor lists none.
///
/// # Errors
///
/// The error of the read.
pub async fn check_online(client: &Client) -> Result<Checked> {
    let is_native = |verb: &Verb| client.supports(*verb) == Support::Native;
    let verb = [Verb::NumbersList, Verb::ContactsList]
        .into_iter()
        .find(is_native);
    match verb {
        Some(verb @ Verb::NumbersList) => {
            client.numbers().list().next_page().await?;
            Ok(Checked { verb })
        }
        Some(verb) => {
            let options = ListOptions {
                page_size: Some(1),
                ..ListOptions::default()
            };
            client.contacts().list(options).next_page().await?;
            Ok(Checked { verb })
        }
        None => Err(Error::new(
            ErrorKind::Unsupported,
            "the vendor has no list that could be read",
        )),
    }
}
