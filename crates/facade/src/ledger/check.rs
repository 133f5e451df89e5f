//! Whether a row could be sent: everything but the sending.

use std::sync::Arc;

use palabre_model::{Error, Result};
use palabre_transport::{FilePart, Rehearsal};

use super::content::{Content, Files};
use crate::Client;

/// Checks a content as sending it would. No request is made.
pub(crate) async fn check(client: &Client, content: &Content, files: &Files) -> Result<()> {
    let rehearsal = Arc::new(Rehearsal::of_everything());
    let client = client.rehearsed(rehearsal.clone());
    let mut file = |hash: &str| -> Result<FilePart> {
        let known = files.get(hash).cloned();
        known.ok_or_else(|| Error::config("ledger", "a file is missing"))
    };
    let made = match content {
        Content::Message(message) => {
            let message = message.to_new(None, &mut file)?;
            client.messages().send(message).await.map(drop)
        }
        Content::Template(template) => {
            let message = template.to_new(None, &mut file)?;
            client.messages().send_template(message).await.map(drop)
        }
        Content::Contact(contact) => {
            let contact = contact.to_new(&mut file)?;
            client.contacts().create(contact).await.map(drop)
        }
        Content::Id(id) => client.contacts().delete(id).await,
    };
    match made {
        // It came as far as a request, and was held back there.
        Err(_) if !rehearsal.take().is_empty() => Ok(()),
        made => made,
    }
}
