//! The public steel plant of 2018 (UCI 851, CC BY 4.0) under 산업용(을) HV-A II of 2026-04-16.
//!
//! The data lie beside the project (`SANDAN_SHARED`); without them the tests say that they were
//! skipped.

use std::io::Read;
use std::ops::Range;
use std::path::PathBuf;

use energy_rules::SLOTS_PER_DAY;
use energy_rules::calendar::{Calendar, DayKind};
use energy_rules::dispatch::Site;
use jiff::civil::{Date, date};

/// Demand charge, won/kW.
pub(crate) const CHARGE: f64 = 8_320.0;
/// 30 % of the contract of 700 kW.
pub(crate) const FLOOR_KW: f64 = 210.0;
/// Climate and fuel adders, won/kWh.
const ADDERS: f64 = 14.0;

/// The plant's load of the year 2018, kWh a slot; `None` where the shared data are not there.
#[expect(clippy::print_stderr, reason = "a skipped test says so")]
pub(crate) fn load() -> Option<Vec<f64>> {
    let shared = std::env::var_os("SANDAN_SHARED").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared"),
        PathBuf::from,
    );
    let path = shared.join("data/energy/steel_industry_2018_15min.csv.gz");
    let Ok(file) = std::fs::File::open(path) else {
        eprintln!("skipped: shared data not found");
        return None;
    };
    let mut text = String::new();
    flate2::read::GzDecoder::new(file).read_to_string(&mut text).unwrap();
    let value = |line: &str| line.split(',').nth(1).unwrap().parse().unwrap();
    let load: Vec<f64> = text.lines().skip(1).map(value).collect();
    assert_eq!(load.len(), 365 * SLOTS_PER_DAY);
    Some(load)
}

/// The day of a slot of the year.
pub(crate) fn day(slot: usize) -> Date {
    let days = i64::try_from(slot / SLOTS_PER_DAY).unwrap();
    date(2018, 1, 1).saturating_add(jiff::Span::new().days(days))
}

/// The slots of the months `first` to `last` of the year.
pub(crate) fn slots_of(first: i8, last: i8) -> Range<usize> {
    let begin = |month: i8| {
        let day = if month > 12 { date(2019, 1, 1) } else { date(2018, month, 1) };
        usize::try_from((day - date(2018, 1, 1)).get_days()).unwrap() * SLOTS_PER_DAY
    };
    begin(first)..begin(last + 1)
}

/// The plant over some slots of the year.
pub(crate) fn site(load: &[f64], slots: Range<usize>) -> Site {
    let calendar = Calendar::shipped();
    let first = day(slots.start).month();
    let mut site = Site {
        load_kwh: load[slots.clone()].to_vec(),
        price_won: vec![],
        counts: vec![],
        month: vec![],
    };
    for slot in slots {
        let day = day(slot);
        let (band, price) = rate(day, calendar.tariff_day(day), slot % SLOTS_PER_DAY / 4);
        site.price_won.push(price + ADDERS);
        site.counts.push(band > 0);
        site.month.push(usize::try_from(day.month() - first).unwrap());
    }
    site
}

/// The band (0 light, 1 mid, 2 peak) and the rate of an hour, won/kWh, discount included.
fn rate(day: Date, kind: DayKind, hour: usize) -> (usize, f64) {
    let month = day.month();
    let (rates, winter) = match month {
        6..=8 => ([116.0, 163.8, 229.0], false),
        3..=5 | 9..=10 => ([116.0, 133.4, 150.9], false),
        _ => ([123.0, 164.0, 204.6], true),
    };
    let peak = if winter { [9..12, 16..19] } else { [15..21, 15..21] };
    let weekday = if !(8..22).contains(&hour) {
        0
    } else if peak.iter().any(|hours| hours.contains(&hour)) {
        2
    } else {
        1
    };
    let band = match kind {
        DayKind::Weekday => weekday,
        DayKind::Saturday => weekday.min(1),
        DayKind::Sunday | DayKind::Holiday => 0,
    };
    let discounted =
        kind != DayKind::Weekday && matches!(month, 3..=5 | 9..=10) && (11..14).contains(&hour);
    (band, rates[band] * if discounted { 0.5 } else { 1.0 })
}
