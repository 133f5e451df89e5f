//! What a message can be, and what a vendor takes of it.

use std::fmt;

/// What a message can be; the words are the arguments of `messages.send`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Content {
    /// A text alone.
    Text,
    /// A picture.
    Image,
    /// A document.
    Document,
    /// A video.
    Video,
    /// A sound.
    Audio,
    /// A place.
    Location,
    /// A call-to-action button that is stored at the vendor.
    CtaId,
    /// An interactive list that is stored at the vendor.
    ListId,
}

impl Content {
    /// Every content, in the order in which tables show them.
    pub const ALL: [Self; 8] = [
        Self::Text,
        Self::Image,
        Self::Document,
        Self::Video,
        Self::Audio,
        Self::Location,
        Self::CtaId,
        Self::ListId,
    ];

    /// The argument of `messages.send`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::Document => "document",
            Self::Video => "video",
            Self::Audio => "audio",
            Self::Location => "location",
            Self::CtaId => "cta_id",
            Self::ListId => "list_id",
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How a vendor takes a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// As it is: a text, a place, the identifier of what is stored at the vendor.
    Plain,
    /// As a file that is sent along.
    File,
    /// As the https address of a file.
    Link,
}

/// A content that a vendor takes. What has no row cannot be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Taken {
    /// The content.
    pub content: Content,
    /// How it is taken.
    pub form: Form,
    /// Whether a text may stand beside it, as its caption.
    pub with_text: bool,
}

impl Taken {
    /// A content without a text beside it.
    #[must_use]
    pub const fn alone(content: Content, form: Form) -> Self {
        Self {
            content,
            form,
            with_text: false,
        }
    }

    /// A content with a text beside it, or without.
    #[must_use]
    pub const fn captioned(content: Content, form: Form) -> Self {
        Self {
            content,
            form,
            with_text: true,
        }
    }

    /// What a vendor takes, in one sentence.
    ///
    /// ```
    /// use palabre_model::{Content, Form, Taken};
    ///
    /// let table = [
    ///     Taken::alone(Content::Text, Form::Plain),
    ///     Taken::captioned(Content::Image, Form::Link),
    /// ];
    /// assert_eq!(
    ///     Taken::sentence(&table),
    ///     "text; image as a link; no document, video, audio, location, cta_id, list_id"
    /// );
    /// ```
    #[must_use]
    pub fn sentence(table: &[Self]) -> String {
        let of = |form: Option<Form>| {
            let wanted = |content: &Content| {
                let row = table.iter().find(|row| row.content == *content);
                row.map(|row| row.form) == form
            };
            let names: Vec<_> = Content::ALL.into_iter().filter(wanted).collect();
            let names: Vec<_> = names.into_iter().map(Content::as_str).collect();
            (!names.is_empty()).then(|| names.join(", "))
        };
        let parts = [
            of(Some(Form::Plain)),
            of(Some(Form::File)).map(|names| format!("{names} as a file")),
            of(Some(Form::Link)).map(|names| format!("{names} as a link")),
            of(None).map(|names| format!("no {names}")),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}
