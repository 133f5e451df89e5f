use palabre_model::{Message, Result, Verb};
use palabre_transport::FilePart;
use serde_json::{Map, Value};

use crate::Client;

/// Sending. Nothing here is ever repeated on a guess.
#[derive(Clone, Copy, Debug)]
pub struct Messages<'a>(pub(crate) &'a Client);

/// A message to one person. It has one content; a text beside a file is its caption.
#[derive(Clone, Default)]
pub struct NewMessage {
    /// The recipient, in international form.
    pub to: String,
    /// The number to send from; the account's default if `None`.
    pub from: Option<String>,
    /// The text, or the caption of a file.
    pub text: Option<String>,
    /// A picture.
    pub image: Option<FilePart>,
    /// A document.
    pub document: Option<FilePart>,
    /// A video.
    pub video: Option<FilePart>,
    /// A sound.
    pub audio: Option<FilePart>,
    /// A place.
    pub location: Option<Location>,
    /// The identifier of a call-to-action button that is stored at the vendor.
    pub cta_id: Option<String>,
    /// The identifier of an interactive list that is stored at the vendor.
    pub list_id: Option<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewMessage {
    image,
    document,
    video,
    audio,
    cta_id,
    list_id
});

/// A place on the map.
#[derive(Clone, Default, PartialEq)]
pub struct Location {
    /// Degrees, -90 to 90.
    pub latitude: f64,
    /// Degrees, -180 to 180.
    pub longitude: f64,
    /// What is there; shown only together with the address.
    pub name: Option<String>,
    /// Where it is; shown only together with the name.
    pub address: Option<String>,
}
palabre_model::debug_only!(Location {});

/// A message that is an approved template.
#[derive(Clone, Default)]
pub struct NewTemplateMessage {
    /// The recipient, in international form.
    pub to: String,
    /// The number to send from; the account's default if `None`.
    pub from: Option<String>,
    /// The template's identifier, as `templates.list` gives it.
    pub template: String,
    /// Values for the placeholders of the body, in order.
    pub variables: Vec<String>,
    /// Values for the placeholders of the header, in order.
    pub header_variables: Vec<String>,
    /// Fields of the vendor that palabre does not know, by their wire names.
    pub extra: Map<String, Value>,
}
palabre_model::debug_only!(NewTemplateMessage { template });

const NO_CONTENT: &str = "has no content: give text, image, document, video, audio, location, cta_id \
                          or list_id";

impl NewMessage {
    /// The contents that are given, by their arguments' names; one of them can be sent.
    pub(crate) fn contents(&self) -> Vec<&'static str> {
        [
            ("image", self.image.is_some()),
            ("document", self.document.is_some()),
            ("video", self.video.is_some()),
            ("audio", self.audio.is_some()),
            ("location", self.location.is_some()),
            ("cta_id", self.cta_id.is_some()),
            ("list_id", self.list_id.is_some()),
        ]
        .into_iter()
        .filter_map(|(name, is_given)| is_given.then_some(name))
        .collect()
    }
}

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
        let contents = message.contents();
        if let [first, second, ..] = *contents {
            return Err(at.invalid(
                second,
                format_args!("a message has one content, and {first} is given"),
            ));
        }
        if contents.is_empty() && message.extra.is_empty() {
            match &message.text {
                Some(text) if text.trim().is_empty() => {
                    return Err(at.invalid("text", "is empty, and the message has nothing else"));
                }
                Some(_) => {}
                None => return Err(at.invalid("message", NO_CONTENT)),
            }
        }
        self.0.adapter().messages_send(&at, message).await
    }

    /// Sends an approved template.
    ///
    /// # Errors
    ///
    /// As [`send`](Self::send).
    pub async fn send_template(&self, message: NewTemplateMessage) -> Result<Message> {
        let at = self.0.at(Verb::MessagesSendTemplate)?;
        at.check_id("template", &message.template)?;
        self.0.adapter().messages_send_template(&at, message).await
    }
}
