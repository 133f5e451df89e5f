//! Statistics: one tidy row per number (or account), month and category.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Vendor;

macro_rules! words {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $variant_doc:literal])+ $variant:ident = $text:literal),+ $(,)? }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
        pub enum $name {
            $($(#[doc = $variant_doc])+ #[serde(rename = $text)] $variant,)+
        }
        impl $name {
            /// The word that tables show.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)+ }
            }
        }
    };
}

words! {
    /// Whether a value can still grow.
    Completeness {
        /// The month is over.
        Final = "final",
        /// The month is running.
        MonthToDate = "month_to_date",
    }
}

words! {
    /// Where a value comes from.
    Provenance {
        /// The vendor's answer for that month.
        Reported = "reported",
        /// The vendor's counter, read at `observed_at`.
        Snapshot = "snapshot",
        /// Worked out by palabre from other values.
        Derived = "derived",
    }
}

words! {
    /// How it is known in which time zone a month or a day begins.
    TimeZoneSource {
        /// The vendor documents it.
        Vendor = "vendor",
        /// The account's `timezone` setting.
        Account = "account",
        /// Nobody says; UTC is assumed.
        Assumed = "assumed",
    }
}

/// One value of one month.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct MonthlyStatistic {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The number in E.164; `None` means all numbers of the account.
    pub number: Option<String>,
    /// The first day of the month.
    #[schemars(with = "String")]
    pub month: Date,
    /// The vendor's word for what is counted: `total`, `marketing`, `service`, `incoming`.
    pub category: String,
    /// How many conversations; `None` where the vendor gave no value. Never a zero in its place.
    pub value: Option<i64>,
    /// Whether the value can still grow.
    pub completeness: Completeness,
    /// Where the value comes from.
    pub provenance: Provenance,
    /// When the vendor was asked, UTC.
    #[schemars(with = "String")]
    pub observed_at: Timestamp,
    /// The time zone in which the month is a month.
    pub tz: String,
    /// How that time zone is known.
    pub tz_source: TimeZoneSource,
}
crate::debug_only!(MonthlyStatistic {
    vendor,
    account,
    month,
    category,
    value,
    completeness,
    provenance
});

/// One value of one day.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub struct DailyStatistic {
    /// The vendor that it comes from.
    pub vendor: Vendor,
    /// The account that it comes from.
    pub account: Arc<str>,
    /// The number in E.164, or its identifier where it has no number yet.
    pub number: Option<String>,
    /// The day.
    #[schemars(with = "String")]
    pub date: Date,
    /// The vendor's word for what is counted: `sent`, `delivered`, `failed`, `messagesLimit`, `newContactsLimit`.
    pub category: String,
    /// The count or limit; `None` where the vendor gave none (no limit). Never a zero in its place.
    pub value: Option<i64>,
    /// Where the value comes from.
    pub provenance: Provenance,
    /// When the vendor was asked, UTC.
    #[schemars(with = "String")]
    pub observed_at: Timestamp,
    /// The time zone in which the day is a day.
    pub tz: String,
    /// How that time zone is known.
    pub tz_source: TimeZoneSource,
}
crate::debug_only!(DailyStatistic {
    vendor,
    account,
    date,
    category,
    value,
    provenance
});

/// Rows, and what a reader of them has to know.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatisticsTable<T> {
    /// The rows, oldest month first, categories in the vendor's order.
    pub rows: Vec<T>,
    /// Sentences about what does not add up, with the numbers.
    pub warnings: Vec<String>,
}
