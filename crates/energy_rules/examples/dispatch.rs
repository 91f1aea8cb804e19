//! Figures of the dispatch on the steel plant of 2018: plans, a rolling month, a day of the
//! controller.
//!
//! `cargo run --release -p energy_rules --example dispatch` prints a table; with `--json` the plans
//! as lines of JSON for `bench/dispatch_peer.py`.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a bench, not the platform")]

#[path = "../tests/dispatch/forecast.rs"]
mod forecast;
#[path = "../tests/dispatch/steel.rs"]
mod steel;

use std::time::Instant;

use energy_rules::SLOTS_PER_DAY;
use energy_rules::dispatch::{
    Battery, BatterySpec, Controller, DemandTerms, End, Habit, Plan, Settings, Site, Task,
    learn_target, plan, roll,
};
use serde_json::json;

/// Repetitions of a measurement; the median is told.
const RUNS: usize = 9;

struct Case {
    name: String,
    site: Site,
    battery: Battery,
    terms: DemandTerms,
}

fn main() {
    let Some(load) = steel::load() else { return };
    let as_json = std::env::args().any(|arg| arg == "--json");
    for case in cases(&load) {
        let (plan, ms) = measured(&case);
        if as_json {
            println!("{}", line(&case, &plan, ms));
        } else {
            println!(
                "{:<28} {:>11.0} won  saving {:>9.0} {:>5.1} kW gap {:.3}  {:>2} rounds  {ms:.2} ms",
                case.name,
                plan.costs.total_won(),
                plan.saving_won(),
                plan.target_kw(),
                plan.gap_won,
                plan.rounds
            );
        }
    }
    if !as_json {
        rolling(&load);
    }
}

fn cases(load: &[f64]) -> Vec<Case> {
    let battery = |kwh: f64| Battery::new(BatterySpec::usual(kwh, kwh / 2.0)).unwrap();
    let month = |month: i8, kwh: f64| Case {
        name: format!("month {month}, {kwh} kWh"),
        site: steel::site(load, steel::slots_of(month, month)),
        battery: battery(kwh),
        terms: DemandTerms::alone(u8::try_from(month).unwrap(), steel::CHARGE),
    };
    let year = Case {
        name: "year with ratchet, 500 kWh".to_owned(),
        site: steel::site(load, steel::slots_of(1, 12)),
        battery: battery(500.0),
        terms: DemandTerms::repeating_year(steel::CHARGE, steel::FLOOR_KW),
    };
    let alone = Case {
        name: "year, months alone, 500 kWh".to_owned(),
        site: year.site.clone(),
        battery: battery(500.0),
        terms: DemandTerms { carrying: vec![], ..year.terms.clone() },
    };
    vec![month(7, 500.0), month(7, 1_000.0), month(11, 500.0), month(11, 1_000.0), year, alone]
}

fn measured(case: &Case) -> (Plan, f64) {
    let stored_kwh = 0.5 * case.battery.spec().capacity_kwh;
    let end = End::Exactly(stored_kwh);
    let Case { site, battery, terms, .. } = case;
    let run = || {
        let begun = Instant::now();
        let plan = plan(&Task { site, battery, terms, stored_kwh, end }).unwrap();
        (plan, begun.elapsed().as_secs_f64() * 1_000.0)
    };
    let mut runs: Vec<(Plan, f64)> = (0..RUNS).map(|_| run()).collect();
    runs.sort_by(|one, other| one.1.total_cmp(&other.1));
    runs.swap_remove(RUNS / 2)
}

/// The task and its result; the peer builds its program from it.
fn line(case: &Case, plan: &Plan, ms: f64) -> serde_json::Value {
    let months = case.terms.months.len();
    let carries = |month: &usize| case.terms.carrying.contains(&case.terms.months[*month]);
    // In a repeating year every month sees every carrying month.
    let sees = |month: usize| -> Vec<usize> {
        (0..months).filter(|other| *other == month || carries(other)).collect()
    };
    json!({
        "name": case.name, "won": plan.costs.total_won(), "cpu_ms": ms,
        "load_kwh": case.site.load_kwh, "price_won": case.site.price_won,
        "counts": case.site.counts, "month": case.site.month,
        "sees": (0..months).map(sees).collect::<Vec<_>>(),
        "power_kw": case.battery.spec().power_kw, "efficiency": case.battery.spec().efficiency,
        "stored_min_kwh": case.battery.stored_min_kwh(),
        "stored_max_kwh": case.battery.stored_max_kwh(),
        "stored_kwh": 0.5 * case.battery.spec().capacity_kwh,
        "floor_kw": case.terms.floor_kw, "charge_won_per_kw": case.terms.charge_won_per_kw,
    })
}

/// The controller, months billed alone, target learnt on the 60 days before.
fn rolling(load: &[f64]) {
    let battery = Battery::new(BatterySpec::usual(500.0, 250.0)).unwrap();
    for month in 2..=12 {
        let slots = steel::slots_of(month, month);
        let past = |days: usize| {
            steel::site(load, slots.start.saturating_sub(days * SLOTS_PER_DAY)..slots.start)
        };
        let target_kw = learn_target(&past(60), &battery, steel::CHARGE).unwrap();
        let site = steel::site(load, slots.clone());
        let terms = DemandTerms::alone(u8::try_from(month).unwrap(), steel::CHARGE);
        let task = Task {
            site: &site,
            battery: &battery,
            terms: &terms,
            stored_kwh: 250.0,
            end: End::Exactly(250.0),
        };
        let best = plan(&task).unwrap();
        let habit = Habit::of(&past(140)).unwrap();
        let settings = Settings::defending(target_kw);
        let controller = Controller::new(&battery, &terms, settings, habit, 250.0).unwrap();
        let mut forecast = forecast::SameType::new(load);
        let begun = Instant::now();
        let outlook = &mut |at: usize| forecast.outlook(slots.start + at);
        let run = roll(&site, controller, outlook).unwrap();
        let day_ms =
            begun.elapsed().as_secs_f64() * 1_000.0 * SLOTS_PER_DAY as f64 / site.len() as f64;
        println!(
            "rolling month {month:>2}: target {target_kw:.1} kW, demand {:.1} kW (optimum {:.1}), \
             saving {:.0} won = {:.1} % of the optimum, {day_ms:.1} ms a day",
            run.demand_kw[0],
            best.demand_kw[0],
            run.saving_won(),
            100.0 * run.saving_won() / best.saving_won()
        );
    }
}
