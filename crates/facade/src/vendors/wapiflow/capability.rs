use palabre_model::Support::{self, Emulated, Native, Unsupported};
use palabre_model::{Content, Form, Taken, Verb};

const NO_NUMBERS: Support = Unsupported("WapiFlow's API does not show the account's numbers");
const NO_HISTORY: Support = Unsupported("WapiFlow's API does not show messages");
const NO_CODES: Support = Unsupported("WapiFlow's API has no one-time codes");
const NO_GROUPS: Support = Unsupported("WapiFlow's API has no groups of contacts");
const NO_STATISTICS: Support = Unsupported("WapiFlow's API has no statistics");

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, NO_NUMBERS),
    (Verb::NumbersGet, NO_NUMBERS),
    (Verb::NumbersApiKey, Unsupported("WapiFlow has one key for the whole account")),
    (Verb::ContactsList, Native),
    (Verb::ContactsGet, Emulated("reads the list, 100 a page, until the contact is found")),
    (Verb::ContactsCreate, Native),
    (Verb::ContactsUpdate, Native),
    (Verb::ContactsDelete, Native),
    (Verb::ContactsDeleteMany, Emulated("deletes one after another")),
    (Verb::ContactsGroups, NO_GROUPS),
    (Verb::GroupsList, NO_GROUPS),
    (Verb::GroupsGet, NO_GROUPS),
    (Verb::GroupsCreate, NO_GROUPS),
    (Verb::GroupsUpdate, NO_GROUPS),
    (Verb::GroupsDelete, NO_GROUPS),
    (Verb::GroupsMembers, NO_GROUPS),
    (Verb::GroupsAddMembers, NO_GROUPS),
    (Verb::GroupsRemoveMembers, NO_GROUPS),
    (Verb::ConversationsList, Native),
    (Verb::ConversationsGet, Native),
    (Verb::ConversationsSetStatus, Native),
    (Verb::MessagesSend, Native),
    (Verb::MessagesSendTemplate, Native),
    (Verb::MessagesSchedule, Unsupported("WapiFlow's API sends at once")),
    (Verb::MessagesSendBulk, Unsupported("WapiFlow's API sends one message at a time")),
    (Verb::MessagesGet, NO_HISTORY),
    (Verb::MessagesList, NO_HISTORY),
    (Verb::MessagesMarkRead, Unsupported("WapiFlow has no call for it")),
    (Verb::OtpSend, NO_CODES),
    (Verb::OtpVerify, NO_CODES),
    (Verb::TemplatesList, Native),
    (Verb::StatsMonthly, NO_STATISTICS),
    (Verb::StatsCurrentMonth, NO_STATISTICS),
    (Verb::StatsToday, NO_STATISTICS),
];

pub(super) const CONTENTS: &[Taken] = &[
    Taken::alone(Content::Text, Form::Plain),
    Taken::captioned(Content::Image, Form::File),
    Taken::captioned(Content::Document, Form::File),
    Taken::captioned(Content::Video, Form::File),
    Taken::captioned(Content::Audio, Form::File),
    Taken::alone(Content::Location, Form::Plain),
    Taken::alone(Content::CtaId, Form::Plain),
    Taken::alone(Content::ListId, Form::Plain),
];
