//! Wire types to the facade's; months from `mmyyyy`.

use std::collections::BTreeSet;

use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};
use palabre_clients::ninetynine_digital::types;
use palabre_model::{
    Completeness, MonthCounters, MonthlyStatistic, Number, Provenance, Raw, Result,
    StatisticsTable, month_of, month_text, normalize_digits, presentable,
};

use crate::MonthRange;
use crate::at::At;
use crate::vendors::{filled, flag, integer, text, whole};

/// `P/whatsapp/get-conversations-statistics`: there is nothing before December 2024.
const FIRST_MONTH: Date = date(2024, 12, 1);

/// The vendor's categories, in its order.
const CATEGORIES: [&str; 4] = ["total", "marketing", "service", "incoming"];

pub(super) fn number_from_wire(at: &At, number: types::WhatsAppNumber, raw: Raw) -> Result<Number> {
    let digits = filled(number.whatsapp).ok_or_else(|| at.missing("number"))?;
    Ok(Number {
        vendor: at.vendor(),
        account: at.account(),
        phone: normalize_digits(&digits),
        id: digits,
        name: text(number.display_name),
        status: None,
        status_text: None,
        business_name: text(number.business_name),
        created_at: integer(number.create_time)
            .filter(|seconds| *seconds != 0)
            .and_then(|seconds| Timestamp::from_second(seconds).ok()),
        warmup_day: None,
        risk_score: None,
        coexistence: flag(number.coexistence),
        today: None,
        current_month: Some(MonthCounters {
            total: integer(number.conversations_this_month),
            marketing: integer(number.marketing_this_month),
            service: integer(number.service_this_month),
            incoming: integer(number.incoming_this_month),
        }),
        raw,
    })
}

/// `2025-03-01` is `032025` to the vendor.
pub(super) fn month_to_wire(month: Date) -> String {
    month.strftime("%m%Y").to_string()
}

/// `None` for what is no month. `32025` is read too: a number would have lost its zero.
fn month_from_wire(text: &str) -> Option<Date> {
    let text = text.trim();
    let (month, year) = text.split_at_checked(text.len().checked_sub(4)?)?;
    let date = Date::new(year.parse().ok()?, month.parse().ok()?, 1).ok()?;
    // Python's dates begin with the year 1.
    (date.year() >= 1).then_some(date)
}

/// The four rows of one month, and a warning if they do not add up.
struct Rows<'a> {
    at: &'a At,
    number: Option<String>,
    month: Date,
    completeness: Completeness,
    provenance: Provenance,
    observed_at: Timestamp,
}

impl Rows<'_> {
    fn add(self, counters: &MonthCounters, table: &mut StatisticsTable<MonthlyStatistic>) {
        let MonthCounters {
            total,
            marketing,
            service,
            incoming,
        } = *counters;
        let parts = [marketing, service, incoming];
        if let (Some(total), [Some(marketing), Some(service), Some(incoming)]) = (total, parts)
            && marketing.saturating_add(service).saturating_add(incoming) != total
        {
            table.warnings.push(format!(
                "{}, {}: the vendor's total {total} is not marketing {marketing} + service {service} + incoming {incoming} = {}",
                month_text(self.month),
                self.number.as_deref().map_or_else(|| "all numbers".to_owned(), palabre_model::mask_phone),
                marketing.saturating_add(service).saturating_add(incoming),
            ));
        }
        let (_, tz, tz_source) = self.at.time_zone();
        let values = [total, marketing, service, incoming];
        table
            .rows
            .extend(
                CATEGORIES
                    .into_iter()
                    .zip(values)
                    .map(|(category, value)| MonthlyStatistic {
                        vendor: self.at.vendor(),
                        account: self.at.account(),
                        number: self.number.clone(),
                        month: self.month,
                        category: category.to_owned(),
                        value,
                        completeness: self.completeness,
                        provenance: self.provenance,
                        observed_at: self.observed_at,
                        tz: tz.clone(),
                        tz_source,
                    }),
            );
    }
}

pub(super) fn monthly_statistics(
    at: &At,
    list: Vec<types::MonthStatistics>,
    number: Option<String>,
    range: &MonthRange,
    observed_at: Timestamp,
) -> StatisticsTable<MonthlyStatistic> {
    let mut table = StatisticsTable {
        rows: Vec::new(),
        warnings: Vec::new(),
    };
    let (zone, ..) = at.time_zone();
    let current = month_of(observed_at, &zone);
    let mut months = Vec::new();
    for entry in list {
        let words = text(entry.month_year).unwrap_or_default();
        let counters = MonthCounters {
            total: integer(entry.total_conversations),
            marketing: integer(entry.total_marketing),
            service: integer(entry.total_service),
            incoming: integer(entry.total_incoming),
        };
        match month_from_wire(&words) {
            Some(month) => months.push((month, counters)),
            None => table.warnings.push(format!(
                "an entry is left out of the table, since its month {:?} is no month",
                presentable(&words)
            )),
        }
    }
    // The vendor's newest month comes first; a table reads from the oldest.
    months.sort_by_key(|(month, _)| *month);
    let known: BTreeSet<_> = months.iter().map(|(month, _)| *month).collect();
    if known.len() != months.len() {
        table
            .warnings
            .push("the vendor sent a month more than once; all its entries are kept".to_owned());
    }
    table.warnings.extend(missing(&known, range, current));
    table.warnings.extend(not_asked_for(&known, range));
    for (month, counters) in months {
        let completeness = if month < current {
            Completeness::Final
        } else {
            Completeness::MonthToDate
        };
        Rows {
            at,
            number: number.clone(),
            month,
            completeness,
            provenance: Provenance::Reported,
            observed_at,
        }
        .add(&counters, &mut table);
    }
    table
}

/// Warnings that name the months that were asked for and not sent.
fn missing(known: &BTreeSet<Date>, range: &MonthRange, current: Date) -> Vec<String> {
    let mut warnings = Vec::new();
    if range.start.is_some_and(|start| start < FIRST_MONTH)
        || range.end.is_some_and(|end| end < FIRST_MONTH)
    {
        let first = month_text(FIRST_MONTH);
        warnings.push(format!("the vendor has nothing before {first}"));
    }
    let to_come = [range.start, range.end].into_iter().flatten();
    if let Some(month) = to_come.filter(|month| *month > current).min() {
        warnings.push(format!("{} has not begun", month_text(month)));
    }
    let last = range.end.unwrap_or(current).min(current);
    let first = range
        .start
        .or_else(|| known.first().copied())
        .unwrap_or(last)
        .max(FIRST_MONTH);
    let absent: Vec<_> =
        std::iter::successors(Some(first), |month| month.checked_add(1.month()).ok())
            .take_while(|month| *month <= last)
            .filter(|month| !known.contains(month))
            .map(month_text)
            .collect();
    if !absent.is_empty() {
        warnings.push(format!("the vendor sent nothing for {}", absent.join(", ")));
    }
    warnings
}

/// A warning that names the months that were sent and not asked for.
fn not_asked_for(known: &BTreeSet<Date>, range: &MonthRange) -> Option<String> {
    let is_outside = |month: &&Date| {
        range.start.is_some_and(|start| **month < start)
            || range.end.is_some_and(|end| **month > end)
    };
    let others: Vec<_> = known
        .iter()
        .filter(is_outside)
        .map(|month| month_text(*month))
        .collect();
    (!others.is_empty()).then(|| {
        format!(
            "the vendor also sent {}, which were not asked for; they are kept",
            others.join(", ")
        )
    })
}

pub(super) fn current_month(
    at: &At,
    answer: types::WhatsAppNumberList,
    observed_at: Timestamp,
) -> Result<StatisticsTable<MonthlyStatistic>> {
    let mut table = StatisticsTable {
        rows: Vec::new(),
        warnings: Vec::new(),
    };
    let (zone, ..) = at.time_zone();
    let month = month_of(observed_at, &zone);
    let rows = |number| Rows {
        at,
        number,
        month,
        completeness: Completeness::MonthToDate,
        provenance: Provenance::Snapshot,
        observed_at,
    };
    let total = MonthCounters {
        total: integer(answer.total_conversations_this_month),
        marketing: integer(answer.total_marketing_this_month),
        service: integer(answer.total_service_this_month),
        incoming: integer(answer.total_incoming_this_month),
    };
    rows(None).add(&total, &mut table);
    let list = answer.list.ok_or_else(|| at.missing("list"))?;
    if let Some(count) = whole(answer.total_whats_app)
        && count != list.len() as u64
    {
        table.warnings.push(format!(
            "{}: the vendor counts {count} numbers, and its list holds {}",
            month_text(month),
            list.len()
        ));
    }
    let mut sum = Some(0_i64);
    for entry in list {
        let digits = filled(entry.whatsapp).ok_or_else(|| at.missing("number"))?;
        let counters = MonthCounters {
            total: integer(entry.conversations_this_month),
            marketing: integer(entry.marketing_this_month),
            service: integer(entry.service_this_month),
            incoming: integer(entry.incoming_this_month),
        };
        sum = sum
            .zip(counters.total)
            .map(|(sum, total)| sum.saturating_add(total));
        rows(normalize_digits(&digits)).add(&counters, &mut table);
    }
    if let (Some(sum), Some(total)) = (sum, total.total)
        && sum != total
    {
        table.warnings.push(format!(
            "{}: the vendor's total {total} is not the sum of its numbers, {sum}",
            month_text(month)
        ));
    }
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_travel_as_mmyyyy() {
        assert_eq!(month_to_wire(date(2025, 3, 1)), "032025");
        assert_eq!(month_from_wire("032025"), Some(date(2025, 3, 1)));
        assert_eq!(month_from_wire("32025"), Some(date(2025, 3, 1)));
        for text in ["132025", "002025", "010000", "", "2025", "março", "é2025"] {
            assert_eq!(month_from_wire(text), None, "{text}");
        }
    }

    #[test]
    fn months_that_were_asked_for_and_not_sent_are_named() {
        let known = BTreeSet::from([date(2025, 1, 1), date(2025, 3, 1)]);
        let range = MonthRange {
            start: Some(date(2024, 10, 1)),
            end: Some(date(2025, 4, 1)),
            number: None,
        };
        assert_eq!(
            missing(&known, &range, date(2025, 4, 1)),
            [
                "the vendor has nothing before 2024-12",
                "the vendor sent nothing for 2024-12, 2025-02, 2025-04"
            ]
        );
        assert_eq!(
            missing(&known, &range, date(2025, 2, 1)),
            [
                "the vendor has nothing before 2024-12",
                "2025-04 has not begun",
                "the vendor sent nothing for 2024-12, 2025-02"
            ]
        );
    }
}
