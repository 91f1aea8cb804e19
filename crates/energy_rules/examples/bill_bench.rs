//! How long the bills of a tenant's year take: 35,040 slots of kWh and kvarh, twelve bills.
//!
//! `cargo run --release --example bill_bench -p energy_rules`; the goal is 5 ms.

use std::time::Instant;

use energy_rules::bill::what_if::{Before, Scenario, compare};
use energy_rules::bill::{Choices, CustomerContract, History, Terms, bills};
use energy_rules::calendar::Calendar;
use energy_rules::load::Load;
use energy_rules::tariff::{Adders, Tariffs};
use jiff::civil::date;

/// Runs of which the median is printed.
const RUNS: usize = 101;

fn main() {
    let (tariffs, adders, calendar) = (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
    let tariff = tariffs.get("kepco-industrial-b-2026-04-16").expect("it is shipped");
    let contract = CustomerContract::single(tariff, "hv-a-2", 700_000, date(2025, 1, 1));
    let choices = Choices::default();
    let terms = Terms {
        tariffs: &tariffs,
        adders: &adders,
        calendar: &calendar,
        contract: &contract,
        choices,
    };
    let load = year();
    let history = History::default();
    report("bills of a year, kWh and kvarh", || {
        bills(&load, &terms, &history).expect("the terms are whole").len()
    });
    let active = Load::active(load.first_day, load.wh.clone());
    report("bills of a year, kWh only", || {
        bills(&active, &terms, &history).expect("the terms are whole").len()
    });
    let option = |name: &str| Scenario { option: Some(name.to_owned()), ..Scenario::default() };
    let options = [option("hv-a-1"), option("hv-a-3")];
    report("three options of a year", || {
        let compared = compare(&active, &terms, Before::Known(&history), &options);
        compared.expect("the terms are whole").scenarios.len()
    });
}

fn report(what: &str, mut run: impl FnMut() -> usize) {
    let mut times = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let began = Instant::now();
        std::hint::black_box(run());
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
    }
    times.sort_by(f64::total_cmp);
    let (median, worst) = (times[RUNS / 2], times[RUNS - 1]);
    #[expect(clippy::print_stdout, reason = "the figure is what this program is for")]
    {
        println!("{what}: median {median:.3} ms, worst {worst:.3} ms of {RUNS}");
    }
}

/// A plant of about 500 kW with shifts, noise and a power factor near 90 %.
fn year() -> Load {
    let mut seed = 7_u64;
    let mut noise = |most: i64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        i64::try_from(seed >> 33).expect("31 bits") % most
    };
    let mut load = Load::active(date(2025, 7, 1), Vec::with_capacity(35_040));
    for slot in 0..35_040 {
        let busy = (32..84).contains(&(slot % 96)) && (slot / 96) % 7 < 5;
        let wh = if busy { 90_000 } else { 12_000 } + noise(40_000);
        load.wh.push(Some(wh));
        load.lagging_varh.push(Some(wh / 2 + noise(5_000)));
        load.leading_varh.push(Some(noise(3_000)));
    }
    load
}
