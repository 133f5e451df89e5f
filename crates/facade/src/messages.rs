use jiff::Timestamp;
use palabre_model::{BulkReport, Message, MessageStatus, Result, Verb};

use crate::at::At;
use crate::{Client, ListOptions, Listing, NewBulk, NewMessage, NewTemplateMessage, Outgoing};

/// Sending, and what became of it. Nothing here is ever repeated on a guess.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a>(pub(crate) &'a Client);

/// Which messages are listed, beside those of a number ([`ListOptions::number`]); a vendor that
/// cannot take a filter refuses it.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MessageFilter {
    /// Only those of this status.
    pub status: Option<MessageStatus>,
    /// Only those with this person, in international form.
    pub to: Option<String>,
}
palabre_model::debug_only!(MessageFilter { status });

impl Messages<'_> {
    /// Sends a message.
    ///
    /// # Errors
    ///
    /// [`OutcomeUnknown`](palabre_model::ErrorKind::OutcomeUnknown) when it may have gone out: look
    /// before you send again. [`Decode`](palabre_model::ErrorKind::Decode) with the outcome `accepted`
    /// when it has gone out and the answer cannot be read. Every other error means that it has not.
    pub async fn send(&self, message: NewMessage) -> Result<Message> {
        let at = self.0.at(Verb::MessagesSend)?;
        self.check_message(&at, &message)?;
        let to = message.to.clone();
        at.sent(&to, self.0.adapter().messages_send(&at, message).await)
    }

    /// Sends a template.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_template(&self, message: NewTemplateMessage) -> Result<Message> {
        let at = self.0.at(Verb::MessagesSendTemplate)?;
        at.check_id("template", &message.template)?;
        let to = message.to.clone();
        let sent = self.0.adapter().messages_send_template(&at, message).await;
        at.sent(&to, sent)
    }

    /// Leaves a message or a template with the vendor, which sends it later.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn schedule(&self, message: impl Into<Outgoing>, when: Timestamp) -> Result<Message> {
        let at = self.0.at(Verb::MessagesSchedule)?;
        let message = message.into();
        self.check_outgoing(&at, &message)?;
        let to = match &message {
            Outgoing::Message(message) => message.to.clone(),
            Outgoing::Template(message) => message.to.clone(),
        };
        let scheduled = self.0.adapter().messages_schedule(&at, message, when).await;
        at.sent(&to, scheduled)
    }

    /// Sends one text to many people in one request.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send), for all of them: a recipient that the vendor refuses is in the
    /// report and is no error.
    pub async fn send_bulk(&self, bulk: NewBulk) -> Result<BulkReport> {
        let at = self.0.at(Verb::MessagesSendBulk)?;
        at.check_sender(bulk.from.as_deref())?;
        if bulk.text.trim().is_empty() {
            return Err(at.invalid("text", "is empty"));
        }
        if bulk.recipients.is_empty() {
            return Err(at.invalid("recipients", "is empty: at least one is needed"));
        }
        self.0.adapter().messages_send_bulk(&at, bulk).await
    }

    /// Reads one message: how far it has come.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) and those of every call.
    pub async fn get(&self, id: &str) -> Result<Message> {
        let at = self.0.at(Verb::MessagesGet)?;
        at.check_id("id", id)?;
        self.0.adapter().messages_get(&at, id).await
    }

    /// Lists messages, in the vendor's order.
    #[must_use]
    pub fn list(&self, filter: MessageFilter, options: ListOptions) -> Listing<Message> {
        let adapter = self.0.adapter();
        Listing::new(
            self.0.at(Verb::MessagesList),
            options,
            move |at, options| {
                let filter = filter.clone();
                Box::pin(async move { adapter.messages_list(&at, filter, options).await })
            },
        )
    }

    /// Marks what a person wrote as read.
    ///
    /// # Errors
    ///
    /// [`NotFound`](palabre_model::ErrorKind::NotFound) where nobody of that number has written, and
    /// those of every write.
    pub async fn mark_read(&self, to: &str, from: Option<&str>) -> Result<()> {
        let at = self.0.at(Verb::MessagesMarkRead)?;
        if to.trim().is_empty() {
            return Err(at.invalid("to", "is empty"));
        }
        at.check_sender(from)?;
        self.0.adapter().messages_mark_read(&at, to, from).await
    }

    /// Finds what is wrong with a message or a template as far as it is known without a request: the
    /// verb, the contents, whether a file or an address is given.
    ///
    /// # Errors
    ///
    /// What sending it would return, before anything is sent.
    ///
    /// ```
    /// # fn example(client: palabre::Client) {
    /// use palabre::NewMessage;
    ///
    /// let message = NewMessage {
    ///     to: "+2290101000000".to_owned(),
    ///     ..NewMessage::default()
    /// };
    /// let error = client.messages().check(&message.into()).unwrap_err();
    /// assert!(error.message().contains("has no content"));
    /// # }
    /// ```
    pub fn check(&self, message: &Outgoing) -> Result<()> {
        let at = self.0.at(match message {
            Outgoing::Message(_) => Verb::MessagesSend,
            Outgoing::Template(_) => Verb::MessagesSendTemplate,
        })?;
        self.check_outgoing(&at, message)
    }

    fn check_outgoing(&self, at: &At, message: &Outgoing) -> Result<()> {
        match message {
            Outgoing::Message(message) => self.check_message(at, message),
            Outgoing::Template(message) => {
                at.check_sender(message.from.as_deref())?;
                at.check_id("template", &message.template)
            }
        }
    }

    fn check_message(&self, at: &At, message: &NewMessage) -> Result<()> {
        at.check_sender(message.from.as_deref())?;
        message.check(at, self.0.adapter().contents())
    }
}
