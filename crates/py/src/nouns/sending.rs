//! The arguments of what is sent, as Python gives them.

use palabre::{
    Client, Content as Kind, Error, Media, MessageFilter, NewMessage, NewTemplateMessage, Result,
};

use super::fields;
use crate::arguments::{Attachment, Id, Object, Place, Values};

/// A file of a message, or the address of one.
pub(super) async fn media(
    client: &Client,
    content: Kind,
    given: Option<Attachment>,
) -> Result<Option<Media>> {
    match given {
        Some(given) => given.load(client, content).await.map(Some),
        None => Ok(None),
    }
}

/// The file of a template's header, of which there is one.
pub(super) async fn header(
    client: &Client,
    image: Option<Attachment>,
    document: Option<Attachment>,
    video: Option<Attachment>,
) -> Result<Option<(Kind, Media)>> {
    let mut header: Option<(Kind, Media)> = None;
    for (content, given) in [
        (Kind::Image, image),
        (Kind::Document, document),
        (Kind::Video, video),
    ] {
        let Some(medium) = media(client, content, given).await? else {
            continue;
        };
        if let Some((first, _)) = &header {
            let problem = format!("a template has one header, and {first} is given");
            return Err(Error::invalid(content.as_str(), problem));
        }
        header = Some((content, medium));
    }
    Ok(header)
}

/// The arguments of a message.
pub(super) struct Content {
    pub(super) to: String,
    pub(super) text: Option<String>,
    pub(super) image: Option<Attachment>,
    pub(super) document: Option<Attachment>,
    pub(super) video: Option<Attachment>,
    pub(super) audio: Option<Attachment>,
    pub(super) location: Option<Place>,
    pub(super) cta_id: Option<Id>,
    pub(super) list_id: Option<Id>,
    pub(super) from_: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) extra: Option<Object>,
}

impl Content {
    pub(super) async fn load(self, client: &Client) -> Result<NewMessage> {
        Ok(NewMessage {
            to: self.to,
            from: self.from_,
            text: self.text,
            image: media(client, Kind::Image, self.image).await?,
            document: media(client, Kind::Document, self.document).await?,
            video: media(client, Kind::Video, self.video).await?,
            audio: media(client, Kind::Audio, self.audio).await?,
            location: self.location.map(|place| place.0).transpose()?,
            cta_id: self.cta_id.map(|id| id.0),
            list_id: self.list_id.map(|id| id.0),
            idempotency_key: self.idempotency_key,
            extra: fields("extra", self.extra)?.unwrap_or_default(),
        })
    }
}

/// The arguments of a template.
pub(super) struct Template {
    pub(super) to: String,
    pub(super) template: Id,
    pub(super) variables: Option<Values>,
    pub(super) header_variables: Option<Vec<String>>,
    pub(super) header: Option<(Kind, Media)>,
    pub(super) language: Option<String>,
    pub(super) from_: Option<String>,
    pub(super) extra: Option<Object>,
}

impl Template {
    pub(super) fn load(self) -> Result<NewTemplateMessage> {
        Ok(NewTemplateMessage {
            to: self.to,
            from: self.from_,
            template: self.template.0,
            variables: self
                .variables
                .map(Values::load)
                .transpose()?
                .unwrap_or_default(),
            header_variables: self.header_variables.unwrap_or_default(),
            header: self.header,
            language: self.language,
            extra: fields("extra", self.extra)?.unwrap_or_default(),
        })
    }
}

/// Which messages are listed.
pub(crate) fn filter(status: &Option<String>, to: &Option<String>) -> Result<MessageFilter> {
    Ok(MessageFilter {
        status: status.as_deref().map(str::parse).transpose()?,
        to: to.clone(),
    })
}
