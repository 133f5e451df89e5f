use palabre_model::{Message, Result, Verb};

use crate::at::At;
use crate::{Client, NewMessage, NewTemplateMessage, Outgoing};

/// Sending. Nothing here is ever repeated on a guess.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a>(pub(crate) &'a Client);

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
        self.0.adapter().messages_send(&at, message).await
    }

    /// Sends a template.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_template(&self, message: NewTemplateMessage) -> Result<Message> {
        let at = self.0.at(Verb::MessagesSendTemplate)?;
        at.check_id("template", &message.template)?;
        self.0.adapter().messages_send_template(&at, message).await
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
            Outgoing::Template(message) => at.check_id("template", &message.template),
        }
    }

    fn check_message(&self, at: &At, message: &NewMessage) -> Result<()> {
        message.check(at, self.0.adapter().contents())
    }
}
