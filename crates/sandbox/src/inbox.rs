//! The part of the state machine that is about conversations and what is sent in them.

use jiff::Timestamp;

use crate::records::{ContactChange, Content, Conversation, Message, Template};
use crate::state::{Account, Refusal};

/// Whom a message is for, and from which number.
#[derive(Clone, Debug)]
pub(crate) struct Envelope {
    pub(crate) dial_code: String,
    pub(crate) number: String,
    /// The sending number; the account's first one when not given.
    pub(crate) from: Option<String>,
}

impl Account {
    pub(crate) fn conversation(&self, id: &str) -> Result<&Conversation, Refusal> {
        let id: u64 = id.parse().map_err(|_| Refusal::Missing)?;
        self.conversations
            .iter()
            .find(|conversation| conversation.id == id)
            .ok_or(Refusal::Missing)
    }

    pub(crate) fn set_conversation_status(
        &mut self,
        id: &str,
        status: u8,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let id = self.conversation(id)?.id;
        for conversation in self.conversations.iter_mut().filter(|found| found.id == id) {
            conversation.status = status;
            conversation.updated_at = now;
        }
        Ok(())
    }

    pub(crate) fn template(&self, id: u64) -> Result<&Template, Refusal> {
        self.templates
            .iter()
            .find(|template| template.id == id)
            .ok_or(Refusal::Missing)
    }

    /// Sends a message; a number that is not known yet becomes a contact with a conversation.
    pub(crate) fn send(
        &mut self,
        envelope: &Envelope,
        content: Content,
        now: Timestamp,
    ) -> Result<&Message, Refusal> {
        let account = self.sending_number(envelope.from.as_deref())?;
        if let Content::Template(id) = content {
            // 1 is approved.
            if self.template(id)?.text.status != 1 {
                return Err(Refusal::NotApproved);
            }
        }
        let contact = self.recipient(envelope, now)?;
        let conversation = self.conversation_with(contact, account, now);
        let (id, vendor_id) = self.ids.message();
        self.messages.push(Message {
            id,
            conversation,
            account,
            vendor_id,
            content,
            created_at: now,
        });
        for found in self
            .conversations
            .iter_mut()
            .filter(|found| found.id == conversation)
        {
            found.last_message_at = Some(now);
            found.updated_at = now;
        }
        self.messages.last().ok_or(Refusal::Missing)
    }

    /// The id of the number that a message is sent from.
    fn sending_number(&self, from: Option<&str>) -> Result<u64, Refusal> {
        let from = from.map(|from| from.trim_start_matches('+'));
        let number = self.numbers.iter().find(|number| match from {
            Some(from) => number.phone.as_deref() == Some(from),
            None => true,
        });
        number
            .and_then(|number| number.id.parse().ok())
            .ok_or(Refusal::UnknownNumber)
    }

    fn recipient(&mut self, envelope: &Envelope, now: Timestamp) -> Result<u64, Refusal> {
        if let Some(known) = self.contact_by_phone(&envelope.dial_code, &envelope.number) {
            return if known.is_blocked {
                Err(Refusal::Blocked)
            } else {
                Ok(known.sequence)
            };
        }
        let change = ContactChange {
            dial_code: Some(envelope.dial_code.clone()),
            number: Some(envelope.number.clone()),
            ..ContactChange::default()
        };
        Ok(self.create_contact(change, now)?.sequence)
    }

    /// The conversation with a contact: that of this number, else any that there is, else a new one.
    fn conversation_with(&mut self, contact: u64, account: u64, now: Timestamp) -> u64 {
        let known = self
            .conversations
            .iter()
            .filter(|found| found.contact == contact)
            .min_by_key(|found| found.account != account);
        if let Some(known) = known {
            return known.id;
        }
        let id = self.ids.conversation();
        self.conversations.push(Conversation {
            id,
            contact,
            account,
            created_at: now,
            updated_at: now,
            ..Conversation::default()
        });
        id
    }
}
