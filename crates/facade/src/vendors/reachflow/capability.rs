use palabre_model::Support::{self, Emulated, Native, Unsupported};
use palabre_model::{Content, Form, Taken, Verb};

const NO_ADDRESS_BOOK: Support = Unsupported("ReachFlow's API has no address book");
const NO_INBOX: Support = Unsupported("ReachFlow's API has no inbox");
const NO_TEMPLATES: Support = Unsupported("ReachFlow's API has no stored templates");

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, Native),
    (Verb::NumbersGet, Native),
    (Verb::NumbersApiKey, Unsupported("ReachFlow has one key for the whole account")),
    (Verb::ContactsList, NO_ADDRESS_BOOK),
    (Verb::ContactsGet, NO_ADDRESS_BOOK),
    (Verb::ContactsCreate, NO_ADDRESS_BOOK),
    (Verb::ContactsUpdate, NO_ADDRESS_BOOK),
    (Verb::ContactsDelete, NO_ADDRESS_BOOK),
    (Verb::ContactsDeleteMany, NO_ADDRESS_BOOK),
    (Verb::ContactsGroups, NO_ADDRESS_BOOK),
    (Verb::GroupsList, NO_ADDRESS_BOOK),
    (Verb::GroupsGet, NO_ADDRESS_BOOK),
    (Verb::GroupsCreate, NO_ADDRESS_BOOK),
    (Verb::GroupsUpdate, NO_ADDRESS_BOOK),
    (Verb::GroupsDelete, NO_ADDRESS_BOOK),
    (Verb::GroupsMembers, NO_ADDRESS_BOOK),
    (Verb::GroupsAddMembers, NO_ADDRESS_BOOK),
    (Verb::GroupsRemoveMembers, NO_ADDRESS_BOOK),
    (Verb::ConversationsList, NO_INBOX),
    (Verb::ConversationsGet, NO_INBOX),
    (Verb::ConversationsSetStatus, NO_INBOX),
    (Verb::MessagesSend, Native),
    (Verb::MessagesSendTemplate, NO_TEMPLATES),
    (Verb::MessagesSchedule, Native),
    (Verb::MessagesSendBulk, Native),
    (Verb::MessagesGet, Native),
    (Verb::MessagesList, Unsupported("ReachFlow's API shows one message, by its identifier")),
    (Verb::MessagesMarkRead, Unsupported("ReachFlow has no call for it")),
    (Verb::OtpSend, Native),
    (Verb::OtpVerify, Native),
    (Verb::TemplatesList, NO_TEMPLATES),
    (Verb::StatsMonthly, Unsupported("ReachFlow keeps no history that its API shows")),
    (Verb::StatsCurrentMonth, Unsupported("ReachFlow counts by day, not by month")),
    (Verb::StatsToday, Emulated("lists the numbers, then reads each of them")),
];

pub(super) const CONTENTS: &[Taken] = &[
    Taken::alone(Content::Text, Form::Plain),
    Taken::captioned(Content::Image, Form::Link),
    Taken::captioned(Content::Document, Form::Link),
    Taken::captioned(Content::Video, Form::Link),
    Taken::captioned(Content::Audio, Form::Link),
];
