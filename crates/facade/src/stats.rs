use jiff::civil::Date;
use palabre_model::{
    DailyStatistic, MonthlyStatistic, Result, StatisticsTable, Verb, month_text, parse_month,
};

use crate::Client;

/// Statistics, in each vendor's own definitions.
#[derive(Clone, Copy, Debug)]
pub struct Stats<'a>(pub(crate) &'a Client);

/// Which months, and of which number.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct MonthRange {
    /// A day of the first month; the vendor's first if `None`.
    pub start: Option<Date>,
    /// A day of the last month, included; the current month if `None`.
    pub end: Option<Date>,
    /// One number; all numbers of the account together if `None`.
    pub number: Option<String>,
}
palabre_model::debug_only!(MonthRange { start, end });

impl MonthRange {
    /// Reads months as people write them: `2025-01`, or any day of the month.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) that names `start` or `end`.
    pub fn parse(start: Option<&str>, end: Option<&str>) -> Result<Self> {
        Ok(Self {
            start: start.map(|text| parse_month("start", text)).transpose()?,
            end: end.map(|text| parse_month("end", text)).transpose()?,
            number: None,
        })
    }
}

impl Stats<'_> {
    /// Conversations by month and category, the history that the vendor keeps.
    ///
    /// The last month may be running; its rows say so. Months for which the vendor sent nothing
    /// have no row and a warning, never a zero.
    ///
    /// # Errors
    ///
    /// [`InvalidInput`](palabre_model::ErrorKind::InvalidInput) when `end` is before `start`, and
    /// those of every call.
    pub async fn monthly(
        &self,
        mut range: MonthRange,
    ) -> Result<StatisticsTable<MonthlyStatistic>> {
        let at = self.0.at(Verb::StatsMonthly)?;
        range.start = range.start.map(Date::first_of_month);
        range.end = range.end.map(Date::first_of_month);
        if let (Some(start), Some(end)) = (range.start, range.end)
            && end < start
        {
            return Err(at.invalid(
                "end",
                format_args!("{} is before start, {}", month_text(end), month_text(start)),
            ));
        }
        self.0.adapter().stats_monthly(&at, range).await
    }

    /// Conversations of this month so far, by number and category, and of all numbers together.
    ///
    /// # Errors
    ///
    /// Those of every call.
    pub async fn current_month(&self) -> Result<StatisticsTable<MonthlyStatistic>> {
        let at = self.0.at(Verb::StatsCurrentMonth)?;
        self.0.adapter().stats_current_month(&at).await
    }

    /// What each number has sent today, and how much it may send.
    ///
    /// # Errors
    ///
    /// Those of every call; one number that fails fails the table.
    pub async fn today(&self) -> Result<StatisticsTable<DailyStatistic>> {
        let at = self.0.at(Verb::StatsToday)?;
        self.0.adapter().stats_today(&at).await
    }
}
