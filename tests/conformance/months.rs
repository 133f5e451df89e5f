//! Where a month turns depends on the account's time zone.

use jiff::tz::TimeZone;
use palabre::{Client, Completeness, MonthRange, Options, TimeZoneSource, Vendor};

use crate::stage::{Stage, options};

/// The last second of a month and the first of the next one, by UTC, in several zones.
const TURNS: [(&str, &str, &str, &str, &str); 6] = [
    (
        "UTC",
        "2026-01-31T23:59:59Z",
        "2026-01",
        "2026-02-01T00:00:00Z",
        "2026-02",
    ),
    (
        "Asia/Jerusalem",
        "2026-01-31T21:59:59Z",
        "2026-01",
        "2026-01-31T22:00:00Z",
        "2026-02",
    ),
    // An hour earlier in summer.
    (
        "Asia/Jerusalem",
        "2026-07-31T20:59:59Z",
        "2026-07",
        "2026-07-31T21:00:00Z",
        "2026-08",
    ),
    (
        "America/New_York",
        "2026-02-01T04:59:59Z",
        "2026-01",
        "2026-02-01T05:00:00Z",
        "2026-02",
    ),
    (
        "Pacific/Kiritimati",
        "2026-01-31T09:59:59Z",
        "2026-01",
        "2026-01-31T10:00:00Z",
        "2026-02",
    ),
    (
        "America/New_York",
        "2027-01-01T04:59:59Z",
        "2026-12",
        "2027-01-01T05:00:00Z",
        "2027-01",
    ),
];

fn client(stage: &Stage, vendor: Vendor, zone: &str) -> Client {
    let options = Options {
        time_zone: Some(TimeZone::get(zone).unwrap()),
        ..options()
    };
    stage.builder(vendor).options(options).build().unwrap()
}

fn sides() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    TURNS
        .into_iter()
        .flat_map(|(zone, before, old, after, new)| [(zone, before, old), (zone, after, new)])
}

#[tokio::test]
async fn the_counters_of_this_month_are_those_of_the_account_s_month() {
    for (zone, instant, month) in sides() {
        let stage = Stage::at(instant);
        let table = client(&stage, Vendor::NinetyNineDigital, zone)
            .stats()
            .current_month()
            .await
            .unwrap();
        assert!(!table.rows.is_empty());
        for row in table.rows {
            assert_eq!(
                row.month.strftime("%Y-%m").to_string(),
                month,
                "{zone} {instant}"
            );
            assert_eq!(row.completeness, Completeness::MonthToDate);
            assert_eq!((&*row.tz, row.tz_source), (zone, TimeZoneSource::Account));
            assert_eq!(row.observed_at, instant.parse().unwrap());
        }
    }
}

#[tokio::test]
async fn a_month_is_final_when_it_is_over_where_the_account_is() {
    for (zone, instant, current) in sides() {
        let stage = Stage::at(instant);
        let client = client(&stage, Vendor::NinetyNineDigital, zone);
        let table = client.stats().monthly(MonthRange::default()).await.unwrap();
        for row in &table.rows {
            let month = row.month.strftime("%Y-%m").to_string();
            let expected = if *month < *current {
                Completeness::Final
            } else {
                Completeness::MonthToDate
            };
            assert_eq!(row.completeness, expected, "{zone} {instant} {month}");
        }
        // The sandbox's months turn at midnight UTC: what has begun earlier is not there yet.
        let is_ahead = !instant.starts_with(current) && *current > instant[..7];
        let warnings: Vec<_> = is_ahead
            .then(|| format!("the vendor sent nothing for {current}"))
            .into_iter()
            .collect();
        assert_eq!(table.warnings, warnings, "{zone} {instant}");
    }
}

#[tokio::test]
async fn a_day_is_that_of_the_account_too() {
    for (zone, instant, month) in sides() {
        let stage = Stage::at(instant);
        let table = client(&stage, Vendor::ReachFlow, zone)
            .stats()
            .today()
            .await
            .unwrap();
        assert!(!table.rows.is_empty());
        for row in table.rows {
            assert_eq!(
                row.date.strftime("%Y-%m").to_string(),
                month,
                "{zone} {instant}"
            );
            assert!(row.date.day() == 1 || row.date.day() == row.date.days_in_month());
            assert_eq!((&*row.tz, row.tz_source), (zone, TimeZoneSource::Account));
        }
    }
}

#[tokio::test]
async fn a_zone_without_a_name_is_shown_by_its_offset() {
    let stage = Stage::at("2026-01-31T22:30:00Z");
    let options = Options {
        time_zone: Some(TimeZone::fixed(jiff::tz::offset(2))),
        ..options()
    };
    let client = stage
        .builder(Vendor::NinetyNineDigital)
        .options(options)
        .build()
        .unwrap();
    let row = client.stats().current_month().await.unwrap().rows.remove(0);
    assert_eq!(row.month.to_string(), "2026-02-01");
    assert_eq!((&*row.tz, row.tz_source), ("+02", TimeZoneSource::Account));
}

#[tokio::test]
async fn the_vendor_s_clock_decides_and_not_ours() {
    for instant in ["2025-03-05T00:00:00Z", "2031-07-09T00:00:00Z"] {
        let stage = Stage::at(instant);
        let client = stage.client(Vendor::NinetyNineDigital);
        let row = client.stats().current_month().await.unwrap().rows.remove(0);
        assert_eq!(row.month.strftime("%Y-%m").to_string(), instant[..7]);
        assert_eq!(row.tz_source, TimeZoneSource::Assumed);
    }
}
