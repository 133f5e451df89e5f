use palabre_model::Support::{self, Emulated, Native, Unsupported};
use palabre_model::{Content, Form, Taken, Verb};

const NO_BOOK: Support =
    Unsupported("99digital lists the people who wrote to a number, and lets nobody change them");
const NO_GROUPS: Support = Unsupported("99digital has no groups of contacts");
const NO_INBOX: Support = Unsupported(
    "99digital's inbox is another product with an API of its own, which is not covered yet",
);
const NO_SCHEDULE: Support = Unsupported("99digital sends at once");
const NO_BULK: Support = Unsupported("99digital takes one message for one recipient at a time");
const NO_LOOK_UP: Support =
    Unsupported("99digital lists a number's messages and reads none by its identifier");
const NO_CODES: Support = Unsupported("99digital has no one-time codes");

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, Native),
    (Verb::NumbersGet, Emulated("reads the list, which comes whole")),
    (Verb::NumbersApiKey, Emulated("reads the list, which comes whole")),
    (Verb::ContactsList, Native),
    (Verb::ContactsGet, NO_BOOK),
    (Verb::ContactsCreate, NO_BOOK),
    (Verb::ContactsUpdate, NO_BOOK),
    (Verb::ContactsDelete, NO_BOOK),
    (Verb::ContactsDeleteMany, NO_BOOK),
    (Verb::ContactsGroups, NO_GROUPS),
    (Verb::GroupsList, NO_GROUPS),
    (Verb::GroupsGet, NO_GROUPS),
    (Verb::GroupsCreate, NO_GROUPS),
    (Verb::GroupsUpdate, NO_GROUPS),
    (Verb::GroupsDelete, NO_GROUPS),
    (Verb::GroupsMembers, NO_GROUPS),
    (Verb::GroupsAddMembers, NO_GROUPS),
    (Verb::GroupsRemoveMembers, NO_GROUPS),
    (Verb::ConversationsList, NO_INBOX),
    (Verb::ConversationsGet, NO_INBOX),
    (Verb::ConversationsSetStatus, NO_INBOX),
    (Verb::MessagesSend, Native),
    (Verb::MessagesSendTemplate, Native),
    (Verb::MessagesSchedule, NO_SCHEDULE),
    (Verb::MessagesSendBulk, NO_BULK),
    (Verb::MessagesGet, NO_LOOK_UP),
    (Verb::MessagesList, Native),
    (Verb::MessagesMarkRead, Native),
    (Verb::OtpSend, NO_CODES),
    (Verb::OtpVerify, NO_CODES),
    (Verb::TemplatesList, Native),
    (Verb::StatsMonthly, Native),
    (Verb::StatsCurrentMonth, Native),
    (Verb::StatsToday, Unsupported("99digital counts by month, not by day")),
];

pub(super) const CONTENTS: &[Taken] = &[
    Taken::alone(Content::Text, Form::Plain),
    Taken::captioned(Content::Image, Form::Link),
    Taken::captioned(Content::Document, Form::Link),
    Taken::captioned(Content::Video, Form::Link),
    Taken::captioned(Content::Audio, Form::Link),
    Taken::captioned(Content::Location, Form::Plain),
];
