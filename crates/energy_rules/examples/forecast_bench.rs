//! The day-ahead forecast on the steel plant's 2018: `cargo run --release --example
//! forecast_bench`.
//!
//! Prints the error of the base and of the forecast, the coverage of P10 and P90, and the time, for
//! spans of days on which settings may be chosen and for the last 60 days, on which they may not.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use energy_rules::SLOTS_PER_DAY;
use energy_rules::calendar::Calendar;
use energy_rules::forecast::{Model, Plan, forecast_counting, walk};
use energy_rules::load::Load;
use energy_rules::tariff::{Adders, Tariffs};
use jiff::civil::date;

#[path = "../tests/shared_data/mod.rs"]
mod shared_data;

/// First day and number of days of each span.
const SPANS: [(i64, i64, &str); 4] = [
    (110, 75, "days 110-184"),
    (185, 60, "days 185-244"),
    (245, 60, "days 245-304"),
    (305, 60, "last 60 days"),
];

fn main() {
    let Some(load) = shared_data::steel() else { return };
    println!(
        "span            MAE kWh   P10    P90 coverage  peak error kW  below P90  similar  s/forecast"
    );
    for (first, days, name) in SPANS {
        measure(&load, first, days, name);
    }
    counting(&load);
}

/// The peak of the hours that set the billing demand, by the hours of the tariff of 2026.
fn counting(load: &Load) {
    let (first, days, name) = SPANS[3];
    let (calendar, plan) = (Calendar::shipped(), Plan::default());
    let (tariffs, adders) = (Tariffs::shipped(), Adders::shipped());
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").expect("it is shipped");
    let option = tariff.option("hv-a-2").expect("it is shipped");
    let rules = (&adders, Some(tariff.effective_from));
    let (mut error, mut below, mut counted) = (0.0, 0, 0);
    for place in first..first + days {
        let day = date(2018, 1, 1) + jiff::Span::new().days(place);
        let prices = tariff.slot_prices(option, rules, &calendar, (day, 1));
        let counts: Vec<bool> = prices.iter().map(|price| price.counts).collect();
        let found = forecast_counting(load, &calendar, &plan, day, &counts);
        let Some(peak) = found.expect("the file is whole").counting_peak else { continue };
        let start = usize::try_from(place).expect("a day of 2018") * SLOTS_PER_DAY;
        let slots = load.wh[start..start + SLOTS_PER_DAY].iter().zip(&counts);
        let most = slots.filter_map(|(wh, counts)| wh.filter(|_| *counts)).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a slot is a few hundred kWh")]
        let kw = 4.0 * most as f64 / 1000.0;
        error += (peak.p50_kw - kw).abs();
        below += u32::from(kw <= peak.p90_kw);
        counted += 1;
    }
    println!(
        "hours that count, {name}: {counted} days, peak error {:.1} kW, below P90 {:.1} %",
        error / f64::from(counted),
        f64::from(below) / f64::from(counted) * 100.0,
    );
}

fn measure(load: &Load, first: i64, days: i64, name: &str) {
    let day = |place: i64| date(2018, 1, 1) + jiff::Span::new().days(place);
    let (calendar, plan) = (Calendar::shipped(), Plan::default());
    let started = Instant::now();
    let forecasts = walk(load, &calendar, &plan, day(first), day(first + days - 1));
    let forecasts = forecasts.expect("the file is whole");
    let seconds = started.elapsed().as_secs_f64();
    let (mut error, mut below, mut above, mut peaks, mut similar) = (0.0, 0, 0, (0.0, 0.0), 0);
    for (place, forecast) in (usize::try_from(first).expect("a day of 2018")..).zip(&forecasts) {
        let slots = &load.wh[place * SLOTS_PER_DAY..(place + 1) * SLOTS_PER_DAY];
        let mut peak = 0.0_f64;
        for (slot, wh) in slots.iter().enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "a slot is a few hundred kWh")]
            let kwh = wh.unwrap_or(0) as f64 / 1000.0;
            error += (kwh - forecast.p50[slot]).abs();
            below += u32::from(kwh <= forecast.p10[slot]);
            above += u32::from(kwh <= forecast.p90[slot]);
            peak = peak.max(4.0 * kwh);
        }
        peaks.0 += (forecast.peak.p50_kw - peak).abs();
        peaks.1 += f64::from(u8::from(peak <= forecast.peak.p90_kw));
        similar += u32::from(forecast.choice.model == Model::SimilarDays);
    }
    let slots = forecasts.len() as f64 * SLOTS_PER_DAY as f64;
    println!(
        "{name:14} {:8.3} {:6.1} % {:6.1} % {:10.1} {:8.1} % {similar:5}/{days} {:9.3}",
        error / slots,
        f64::from(below) / slots * 100.0,
        f64::from(above) / slots * 100.0,
        peaks.0 / forecasts.len() as f64,
        peaks.1 / forecasts.len() as f64 * 100.0,
        seconds / forecasts.len() as f64,
    );
}
