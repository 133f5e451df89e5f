use palabre_model::Support::{self, Emulated, Native, Unsupported};
use palabre_model::{Content, Form, Taken, Verb};

const NO_INBOX: Support = Unsupported("MsgFlash's API has messages, and no conversations");
const NO_CODES: Support = Unsupported("MsgFlash's API has no one-time codes");
const NO_STATISTICS: Support = Unsupported("MsgFlash's API has no statistics");

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, Native),
    (Verb::NumbersGet, Emulated("reads the number, then its state at this moment")),
    (Verb::NumbersApiKey, Unsupported("MsgFlash has one key for the whole account")),
    (Verb::ContactsList, Native),
    (Verb::ContactsGet, Native),
    (Verb::ContactsCreate, Native),
    (Verb::ContactsUpdate, Native),
    (Verb::ContactsDelete, Native),
    (Verb::ContactsDeleteMany, Native),
    (Verb::ContactsGroups, Native),
    (Verb::GroupsList, Native),
    (Verb::GroupsGet, Native),
    (Verb::GroupsCreate, Native),
    (Verb::GroupsUpdate, Native),
    (Verb::GroupsDelete, Native),
    (Verb::GroupsMembers, Native),
    (Verb::GroupsAddMembers, Native),
    (Verb::GroupsRemoveMembers, Native),
    (Verb::ConversationsList, NO_INBOX),
    (Verb::ConversationsGet, NO_INBOX),
    (Verb::ConversationsSetStatus, NO_INBOX),
    (Verb::MessagesSend, Native),
    (Verb::MessagesSendTemplate, Native),
    (Verb::MessagesSchedule, Native),
    (Verb::MessagesSendBulk, Unsupported("MsgFlash does not document how its API sends to many")),
    (Verb::MessagesGet, Native),
    (Verb::MessagesList, Native),
    (Verb::MessagesMarkRead, Unsupported("MsgFlash has no call for it")),
    (Verb::OtpSend, NO_CODES),
    (Verb::OtpVerify, NO_CODES),
    (Verb::TemplatesList, Unsupported("What MsgFlash's list of templates answers is not documented")),
    (Verb::StatsMonthly, NO_STATISTICS),
    (Verb::StatsCurrentMonth, NO_STATISTICS),
    (Verb::StatsToday, NO_STATISTICS),
];

pub(super) const CONTENTS: &[Taken] = &[
    Taken::alone(Content::Text, Form::Plain),
    Taken::captioned(Content::Image, Form::Link),
    Taken::captioned(Content::Document, Form::Link),
    Taken::captioned(Content::Video, Form::Link),
    Taken::captioned(Content::Audio, Form::Link),
    Taken::alone(Content::Location, Form::Plain),
];
