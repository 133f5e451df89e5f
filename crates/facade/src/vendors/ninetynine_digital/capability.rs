use palabre_model::Support::{self, Emulated, Native, Unsupported};
use palabre_model::{Taken, Verb};

const PARTNERS_API: Support = Unsupported(
    "99digital's partners API has numbers and statistics; its other APIs are not covered yet",
);

#[rustfmt::skip]
pub(super) const CAPABILITIES: &[(Verb, Support)] = &[
    (Verb::NumbersList, Native),
    (Verb::NumbersGet, Emulated("reads the list, which comes whole")),
    (Verb::ContactsList, PARTNERS_API),
    (Verb::ContactsGet, PARTNERS_API),
    (Verb::ContactsCreate, PARTNERS_API),
    (Verb::ContactsUpdate, PARTNERS_API),
    (Verb::ContactsDelete, PARTNERS_API),
    (Verb::ContactsDeleteMany, PARTNERS_API),
    (Verb::ContactsGroups, PARTNERS_API),
    (Verb::GroupsList, PARTNERS_API),
    (Verb::GroupsGet, PARTNERS_API),
    (Verb::GroupsCreate, PARTNERS_API),
    (Verb::GroupsUpdate, PARTNERS_API),
    (Verb::GroupsDelete, PARTNERS_API),
    (Verb::GroupsMembers, PARTNERS_API),
    (Verb::GroupsAddMembers, PARTNERS_API),
    (Verb::GroupsRemoveMembers, PARTNERS_API),
    (Verb::ConversationsList, PARTNERS_API),
    (Verb::ConversationsGet, PARTNERS_API),
    (Verb::ConversationsSetStatus, PARTNERS_API),
    (Verb::MessagesSend, PARTNERS_API),
    (Verb::MessagesSendTemplate, PARTNERS_API),
    (Verb::MessagesSchedule, PARTNERS_API),
    (Verb::MessagesSendBulk, PARTNERS_API),
    (Verb::MessagesGet, PARTNERS_API),
    (Verb::MessagesList, PARTNERS_API),
    (Verb::OtpSend, PARTNERS_API),
    (Verb::OtpVerify, PARTNERS_API),
    (Verb::TemplatesList, PARTNERS_API),
    (Verb::StatsMonthly, Native),
    (Verb::StatsCurrentMonth, Native),
    (Verb::StatsToday, Unsupported("99digital counts by month, not by day")),
];

pub(super) const CONTENTS: &[Taken] = &[];
