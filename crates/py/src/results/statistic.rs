//! Statistics.

use jiff::Timestamp;
use jiff::civil::Date;
use pyo3::prelude::*;

result! {
    /// One value of one month.
    MonthlyStatistic, shown: [account, number, month, category, value, completeness], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The number in E.164; None means all numbers of the account.
        number: Option<&'py str> = |row| row.number.as_deref(),
        /// The first day of the month.
        month: Date = |row| row.month,
        /// The vendor's word for what is counted: total, marketing, service, incoming.
        category: &'py str = |row| &row.category,
        /// How many conversations; None where the vendor gave no value.
        value: Option<i64> = |row| row.value,
        /// final, or month_to_date while the month is running.
        completeness: &'py str = |row| row.completeness.as_str(),
        /// reported, snapshot or derived.
        provenance: &'py str = |row| row.provenance.as_str(),
        /// When the vendor was asked, UTC.
        observed_at: Timestamp = |row| row.observed_at,
        /// The time zone in which the month is a month.
        tz: &'py str = |row| &row.tz,
        /// How the time zone is known: vendor, account or assumed.
        tz_source: &'py str = |row| row.tz_source.as_str(),
    }
}

result! {
    /// One value of one day.
    DailyStatistic, shown: [account, number, date, category, value], fields: {
        /// The vendor's identifier.
        vendor: &'py str = |row| row.vendor.id(),
        /// The account that it comes from.
        account: &'py str = |row| &row.account,
        /// The number in E.164, or its identifier where it has no number yet.
        number: Option<&'py str> = |row| row.number.as_deref(),
        /// The day.
        date: Date = |row| row.date,
        /// The vendor's word for what is counted.
        category: &'py str = |row| &row.category,
        /// The count or limit; None where the vendor gave none.
        value: Option<i64> = |row| row.value,
        /// reported, snapshot or derived.
        provenance: &'py str = |row| row.provenance.as_str(),
        /// When the vendor was asked, UTC.
        observed_at: Timestamp = |row| row.observed_at,
        /// The time zone in which the day is a day.
        tz: &'py str = |row| &row.tz,
        /// How the time zone is known: vendor, account or assumed.
        tz_source: &'py str = |row| row.tz_source.as_str(),
    }
}
