//! Conversations by month, worked out from the seed and the clock.
//!
//! Nothing is stored: a month's counts depend on the number, the month and, for the current
//! month, the day. Moving the clock therefore fills the months that it passes.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A calendar month, counted from year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month(i32);

impl Month {
    /// December 2024: the vendor says that there is no earlier data.
    pub(crate) const FIRST: Self = Self(2024 * 12 + 11);

    /// The month of an instant.
    ///
    /// 99digital does not say in which time zone its month turns. UTC is our choice.
    pub(crate) fn of(instant: Timestamp) -> Self {
        Self::of_date(date(instant))
    }

    fn of_date(date: Date) -> Self {
        Self(i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// Reads `mmyyyy`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.len() != 6 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let month: i32 = text.get(..2)?.parse().ok()?;
        let year: i32 = text.get(2..)?.parse().ok()?;
        (1..=12)
            .contains(&month)
            .then(|| Self(year * 12 + month - 1))
    }

    /// The months up to and including `last`, newest first.
    pub(crate) fn back_from(last: Self, first: Self) -> impl Iterator<Item = Self> {
        (first.0..=last.0).rev().map(Self)
    }

    fn in_year(self) -> usize {
        usize::try_from(self.0.rem_euclid(12)).unwrap_or_default()
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month) = (self.0.div_euclid(12), self.0.rem_euclid(12) + 1);
        write!(formatter, "{month:02}{year:04}")
    }
}

fn date(instant: Timestamp) -> Date {
    instant.to_zoned(TimeZone::UTC).date()
}

/// How a number's conversations develop.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Traffic {
    /// Conversations in the first month.
    pub(crate) start: f64,
    /// Growth from month to month, 0.02 for two per cent.
    pub(crate) growth: f64,
    /// Shares of marketing and of service; the rest is incoming.
    pub(crate) shares: (f64, f64),
    /// How far the seasons swing, 1 for as in `SEASONS`.
    pub(crate) swing: f64,
    /// What makes this number's months differ from another's.
    pub(crate) seed: u64,
}

/// Conversations of a month; the total is the sum of the three, as in the vendor's example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) marketing: u64,
    pub(crate) service: u64,
    pub(crate) incoming: u64,
}

impl Counts {
    pub(crate) fn total(self) -> u64 {
        self.marketing + self.service + self.incoming
    }
}

impl std::ops::Add for Counts {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            marketing: self.marketing + other.marketing,
            service: self.service + other.service,
            incoming: self.incoming + other.incoming,
        }
    }
}

impl std::iter::Sum for Counts {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::default(), std::ops::Add::add)
    }
}

/// January to December: quiet summers, a rush in November and before the spring holidays.
const SEASONS: [f64; 12] = [
    0.94, 0.97, 1.12, 1.08, 1.00, 0.93, 0.84, 0.80, 1.04, 1.02, 1.26, 1.15,
];

/// After so many months nobody grows any more, however far ahead the clock is set.
const LONGEST_GROWTH: i32 = 240;

impl Traffic {
    /// The conversations of `month`, as far as they have happened by `now`.
    pub(crate) fn counts(&self, month: Month, now: Timestamp) -> Counts {
        let current = Month::of(now);
        if month > current || month < Month::FIRST {
            return Counts::default();
        }
        let whole = self.whole_month(month);
        if month < current {
            return whole;
        }
        let today = date(now);
        let day = u64::from(today.day().unsigned_abs());
        let days = u64::from(today.days_in_month().unsigned_abs());
        let so_far = |count: u64| count * day / days;
        Counts {
            marketing: so_far(whole.marketing),
            service: so_far(whole.service),
            incoming: so_far(whole.incoming),
        }
    }

    fn whole_month(&self, month: Month) -> Counts {
        let age = month.0 - Month::FIRST.0;
        let grown =
            (0..age.min(LONGEST_GROWTH)).fold(self.start, |count, _| count * (1.0 + self.growth));
        let season = 1.0 + (SEASONS[month.in_year()] - 1.0) * self.swing;
        let step = u64::from(age.unsigned_abs()).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut random = fastrand::Rng::with_seed(self.seed ^ step);
        let mut part = |share: f64, season: f64| {
            let noise = 0.94 + 0.12 * random.f64();
            whole_number(grown * share * season * noise)
        };
        let (marketing, service) = self.shares;
        Counts {
            // Campaigns follow the seasons twice as much as questions do.
            marketing: part(marketing, 1.0 + (season - 1.0) * 1.6),
            service: part(service, season),
            incoming: part(1.0 - marketing - service, 1.0 + (season - 1.0) * 0.6),
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts are small and not negative"
)]
fn whole_number(value: f64) -> u64 {
    value.round().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRAFFIC: Traffic = Traffic {
        start: 1000.0,
        growth: 0.02,
        shares: (0.4, 0.35),
        swing: 1.0,
        seed: 7,
    };

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn months_read_back_as_the_vendor_writes_them() {
        assert_eq!(Month::parse("032025").unwrap().to_string(), "032025");
        assert_eq!(Month::FIRST.to_string(), "122024");
        for wrong in ["132025", "002025", "32025", "2025-03", "０32025"] {
            assert_eq!(Month::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_month_turns_at_midnight_utc() {
        assert_eq!(Month::of(at("2026-01-31T23:59:59Z")).to_string(), "012026");
        assert_eq!(Month::of(at("2026-02-01T00:00:00Z")).to_string(), "022026");
    }

    #[test]
    fn months_run_backwards_over_the_year() {
        let first = Month::parse("112025").unwrap();
        let last = Month::parse("022026").unwrap();
        let months: Vec<_> = Month::back_from(last, first)
            .map(|month| month.to_string())
            .collect();
        assert_eq!(months, ["022026", "012026", "122025", "112025"]);
    }

    #[test]
    fn a_finished_month_no_longer_changes_and_a_running_one_grows() {
        let november = Month::parse("112026").unwrap();
        let early = TRAFFIC.counts(november, at("2026-11-03T00:00:00Z"));
        let late = TRAFFIC.counts(november, at("2026-11-30T00:00:00Z"));
        let after = TRAFFIC.counts(november, at("2026-12-01T00:00:00Z"));
        assert!(early.total() < late.total() && late == after);
        assert_eq!(after, TRAFFIC.counts(november, at("2027-06-01T00:00:00Z")));
    }

    #[test]
    fn nothing_is_known_before_december_2024_nor_of_the_future() {
        let now = at("2026-11-22T00:00:00Z");
        let empty = Counts::default();
        assert_eq!(TRAFFIC.counts(Month::parse("112024").unwrap(), now), empty);
        assert_eq!(TRAFFIC.counts(Month::parse("122026").unwrap(), now), empty);
    }
}
