use palabre_model::{Conversation, ConversationStatus, Result, Verb};

use crate::{Client, ListOptions, Listing};

/// The inbox of an account.
#[derive(Clone, Copy, Debug)]
pub struct Conversations<'a>(pub(crate) &'a Client);

impl Conversations<'_> {
    /// Lists conversations, those with the latest message first.
    #[must_use]
    pub fn list(&self, options: ListOptions) -> Listing<Conversation> {
        let adapter = self.0.adapter();
        Listing::new(
            self.0.at(Verb::ConversationsList),
            options,
            move |at, options| {
                Box::pin(async move { adapter.conversations_list(&at, options).await })
            },
        )
    }

    /// Reads one conversation with its contact and notes.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every call.
    pub async fn get(&self, id: &str) -> Result<Conversation> {
        let at = self.0.at(Verb::ConversationsGet)?;
        at.check_id("id", id)?;
        self.0.adapter().conversations_get(&at, id).await
    }

    /// Sets the status of a conversation.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) for a status that the vendor does not
    /// take, [`NotFound`](palabre_model::ErrorKind::NotFound), and those of every write.
    pub async fn set_status(&self, id: &str, status: ConversationStatus) -> Result<()> {
        let at = self.0.at(Verb::ConversationsSetStatus)?;
        at.check_id("id", id)?;
        self.0
            .adapter()
            .conversations_set_status(&at, id, status)
            .await
    }
}
