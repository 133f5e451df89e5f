use palabre_model::Support::{self, Emulated, Native, Unsupported};
use palabre_model::{Taken, Verb};

const NUMBERS_ONLY: Support = Unsupported("ReachFlow's documented API reads numbers only");

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, Native),
    (Verb::NumbersGet, Native),
    (Verb::ContactsList, NUMBERS_ONLY),
    (Verb::ContactsGet, NUMBERS_ONLY),
    (Verb::ContactsCreate, NUMBERS_ONLY),
    (Verb::ContactsUpdate, NUMBERS_ONLY),
    (Verb::ContactsDelete, NUMBERS_ONLY),
    (Verb::ContactsDeleteMany, NUMBERS_ONLY),
    (Verb::ContactsGroups, NUMBERS_ONLY),
    (Verb::GroupsList, NUMBERS_ONLY),
    (Verb::GroupsGet, NUMBERS_ONLY),
    (Verb::GroupsCreate, NUMBERS_ONLY),
    (Verb::GroupsUpdate, NUMBERS_ONLY),
    (Verb::GroupsDelete, NUMBERS_ONLY),
    (Verb::GroupsMembers, NUMBERS_ONLY),
    (Verb::GroupsAddMembers, NUMBERS_ONLY),
    (Verb::GroupsRemoveMembers, NUMBERS_ONLY),
    (Verb::ConversationsList, NUMBERS_ONLY),
    (Verb::ConversationsGet, NUMBERS_ONLY),
    (Verb::ConversationsSetStatus, NUMBERS_ONLY),
    (Verb::MessagesSend, NUMBERS_ONLY),
    (Verb::MessagesSendTemplate, NUMBERS_ONLY),
    (Verb::TemplatesList, NUMBERS_ONLY),
    (Verb::StatsMonthly, Unsupported("ReachFlow keeps no history that its API shows")),
    (Verb::StatsCurrentMonth, Unsupported("ReachFlow counts by day, not by month")),
    (Verb::StatsToday, Emulated("lists the numbers, then reads each of them")),
];

pub(super) const CONTENTS: &[Taken] = &[];
