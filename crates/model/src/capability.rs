use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::Serialize;

use crate::Error;

macro_rules! verbs {
    ($($verb:ident = $name:literal),+ $(,)?) => {
        /// Something that the facade can do: a noun and a verb, `contacts.delete_many`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        #[allow(missing_docs)]
        pub enum Verb { $($verb),+ }

        impl Verb {
            /// Every verb, in the order in which tables show them.
            pub const ALL: &[Self] = &[$(Self::$verb),+];

            /// `noun.verb`, the same in Rust, Python, errors and docs.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$verb => $name),+ }
            }
        }
    };
}

verbs! {
    NumbersList = "numbers.list",
    NumbersGet = "numbers.get",
    NumbersApiKey = "numbers.api_key",
    ContactsList = "contacts.list",
    ContactsGet = "contacts.get",
    ContactsCreate = "contacts.create",
    ContactsUpdate = "contacts.update",
    ContactsDelete = "contacts.delete",
    ContactsDeleteMany = "contacts.delete_many",
    ContactsGroups = "contacts.groups",
    GroupsList = "groups.list",
    GroupsGet = "groups.get",
    GroupsCreate = "groups.create",
    GroupsUpdate = "groups.update",
    GroupsDelete = "groups.delete",
    GroupsMembers = "groups.members",
    GroupsAddMembers = "groups.add_members",
    GroupsRemoveMembers = "groups.remove_members",
    ConversationsList = "conversations.list",
    ConversationsGet = "conversations.get",
    ConversationsSetStatus = "conversations.set_status",
    MessagesSend = "messages.send",
    MessagesSendTemplate = "messages.send_template",
    MessagesSchedule = "messages.schedule",
    MessagesSendBulk = "messages.send_bulk",
    MessagesGet = "messages.get",
    MessagesList = "messages.list",
    MessagesMarkRead = "messages.mark_read",
    OtpSend = "otp.send",
    OtpVerify = "otp.verify",
    TemplatesList = "templates.list",
    StatsMonthly = "stats.monthly",
    StatsCurrentMonth = "stats.current_month",
    StatsToday = "stats.today",
}

impl Verb {
    /// The noun: `contacts` of `contacts.list`.
    #[must_use]
    pub fn noun(self) -> &'static str {
        self.as_str().split('.').next().unwrap_or_default()
    }

    /// Tells whether it changes something at the vendor, or reaches a person.
    #[must_use]
    pub const fn is_write(self) -> bool {
        matches!(
            self,
            Self::ContactsCreate
                | Self::ContactsUpdate
                | Self::ContactsDelete
                | Self::ContactsDeleteMany
                | Self::GroupsCreate
                | Self::GroupsUpdate
                | Self::GroupsDelete
                | Self::GroupsAddMembers
                | Self::GroupsRemoveMembers
                | Self::ConversationsSetStatus
                | Self::MessagesSend
                | Self::MessagesSendTemplate
                | Self::MessagesSchedule
                | Self::MessagesSendBulk
                | Self::MessagesMarkRead
                | Self::OtpSend
                | Self::OtpVerify
        )
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Verb {
    type Err = Error;

    /// Reads `noun.verb`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidInput`](crate::ErrorKind::InvalidInput) when there is no such verb.
    fn from_str(text: &str) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|verb| verb.as_str() == text)
            .ok_or_else(|| {
                Error::invalid("verb", format_args!("{text:?} is not a verb of the facade"))
                    .hint("write noun.verb, as in contacts.list")
            })
    }
}

/// Whether a vendor can do what a [`Verb`] says, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "support", content = "note")]
pub enum Support {
    /// One call of the vendor's API does it.
    Native,
    /// palabre does it with other calls; the text says which, since that costs time or requests.
    Emulated(&'static str),
    /// The vendor has no way; the text says why, as far as it is known.
    Unsupported(&'static str),
}

impl Support {
    /// `native`, `emulated` or `unsupported`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Native => "native",
            Self::Emulated(_) => "emulated",
            Self::Unsupported(_) => "unsupported",
        }
    }

    /// Tells whether a call can succeed.
    #[must_use]
    pub const fn is_supported(self) -> bool {
        !matches!(self, Self::Unsupported(_))
    }

    /// How it is emulated, or why it is unsupported.
    #[must_use]
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::Native => None,
            Self::Emulated(note) | Self::Unsupported(note) => Some(note),
        }
    }
}
