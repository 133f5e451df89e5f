use std::sync::Arc;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{NumberStatus, Raw, Vendor, raw::record};

/// A WhatsApp number that an account sends from.
#[derive(Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Number {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The vendor's identifier; 99digital has none but the number itself.
    pub id: String,
    /// The name that the account gave to it.
    pub name: Option<String>,
    /// The number in E.164 where it parses, as given otherwise; `None` before it is linked.
    pub phone: Option<String>,
    /// Whether it can send; `None` where the vendor does not say.
    pub status: Option<NumberStatus>,
    /// The status in the vendor's words.
    pub status_text: Option<String>,
    /// The business behind it.
    pub business_name: Option<String>,
    /// When it was added, UTC.
    #[schemars(with = "Option<String>")]
    pub created_at: Option<Timestamp>,
    /// ReachFlow: day of the warm-up against bans, 0 to 14.
    pub warmup_day: Option<i64>,
    /// ReachFlow: current risk score, 0 to 100.
    pub risk_score: Option<i64>,
    /// 99digital: shared with the WhatsApp Business app on a phone.
    pub coexistence: Option<bool>,
    /// ReachFlow, when one number is read: today's counters.
    pub today: Option<DayCounters>,
    /// 99digital: this month's conversations so far.
    pub current_month: Option<MonthCounters>,
    /// The item as the vendor sent it.
    #[serde(skip)]
    #[schemars(skip)]
    pub raw: Raw,
}
crate::debug_only!(Number {
    vendor,
    account,
    status,
    created_at,
    coexistence,
    today,
    current_month,
    raw
});
record!(Number);

/// What a number has sent today. The vendor does not say in which time zone a day is a day.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DayCounters {
    /// Messages sent.
    pub sent: Option<i64>,
    /// Messages delivered.
    pub delivered: Option<i64>,
    /// Messages that failed.
    pub failed: Option<i64>,
    /// How many messages may be sent today; `None` where there is no limit.
    pub messages_limit: Option<i64>,
    /// How many people may be written to for the first time today; `None` where there is no limit.
    pub new_contacts_limit: Option<i64>,
}

/// A number's conversations of this month so far, in the vendor's own definitions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct MonthCounters {
    /// All conversations, as the vendor counts them.
    pub total: Option<i64>,
    /// Marketing conversations.
    pub marketing: Option<i64>,
    /// Service conversations.
    pub service: Option<i64>,
    /// Incoming conversations.
    pub incoming: Option<i64>,
}
