use palabre_model::Support::{self, Native, Unsupported};
use palabre_model::{Taken, Verb};

const NOT_COVERED: Support =
    Unsupported("MsgFlash's contacts API has no such thing; its other APIs are not covered yet");

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, NOT_COVERED),
    (Verb::NumbersGet, NOT_COVERED),
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
    (Verb::ConversationsList, NOT_COVERED),
    (Verb::ConversationsGet, NOT_COVERED),
    (Verb::ConversationsSetStatus, NOT_COVERED),
    (Verb::MessagesSend, NOT_COVERED),
    (Verb::MessagesSendTemplate, NOT_COVERED),
    (Verb::TemplatesList, NOT_COVERED),
    (Verb::StatsMonthly, NOT_COVERED),
    (Verb::StatsCurrentMonth, NOT_COVERED),
    (Verb::StatsToday, NOT_COVERED),
];

pub(super) const CONTENTS: &[Taken] = &[];
