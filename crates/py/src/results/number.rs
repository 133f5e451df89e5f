//! Numbers and their counters.

use jiff::Timestamp;
use pyo3::prelude::*;

use super::time;

record! {
    /// A WhatsApp number that an account sends from.
    Number, shown: [vendor, account, id, name, phone, status], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The vendor's identifier of it; 99digital has none but the number.
        id: &'py str = |row| &row.id,
        /// The name that the account gave to it.
        name: Option<&'py str> = |row| row.name.as_deref(),
        /// The number in E.164 where it parses, as given otherwise; None before it is linked.
        phone: Option<&'py str> = |row| row.phone.as_deref(),
        /// connected, connecting, disconnected or unknown; None where the vendor does not say.
        status: Option<&'py str> = |row| row.status.map(|status| status.as_str()),
        /// The status in the vendor's words.
        status_text: Option<&'py str> = |row| row.status_text.as_deref(),
        /// The business behind it.
        business_name: Option<&'py str> = |row| row.business_name.as_deref(),
        /// When it was added, UTC.
        created_at: Option<Timestamp> = |row| time(row.created_at),
        /// ReachFlow: day of the warm-up against bans, 0 to 14.
        warmup_day: Option<i64> = |row| row.warmup_day,
        /// ReachFlow: current risk score, 0 to 100.
        risk_score: Option<i64> = |row| row.risk_score,
        /// 99digital: shared with the WhatsApp Business app on a phone.
        coexistence: Option<bool> = |row| row.coexistence,
        /// ReachFlow, when one number is read: today's counters.
        today: Option<DayCounters> = |row| row.today.clone().map(DayCounters),
        /// 99digital: this month's conversations so far.
        current_month: Option<MonthCounters> = |row| row.current_month.clone().map(MonthCounters),
    }
}

result! {
    /// What a number has sent today, and how much it may send. The vendor names no time zone.
    DayCounters, shown: [sent, delivered, failed, messages_limit, new_contacts_limit], fields: {
        /// Messages sent.
        sent: Option<i64> = |row| row.sent,
        /// Messages delivered.
        delivered: Option<i64> = |row| row.delivered,
        /// Messages that failed.
        failed: Option<i64> = |row| row.failed,
        /// How many messages may be sent today; None where there is no limit.
        messages_limit: Option<i64> = |row| row.messages_limit,
        /// How many people may be written to for the first time; None where there is no limit.
        new_contacts_limit: Option<i64> = |row| row.new_contacts_limit,
    }
}

result! {
    /// A number's conversations of this month so far, in the vendor's own definitions.
    MonthCounters, shown: [total, marketing, service, incoming], fields: {
        /// All conversations, as the vendor counts them.
        total: Option<i64> = |row| row.total,
        /// Marketing conversations.
        marketing: Option<i64> = |row| row.marketing,
        /// Service conversations.
        service: Option<i64> = |row| row.service,
        /// Incoming conversations.
        incoming: Option<i64> = |row| row.incoming,
    }
}
