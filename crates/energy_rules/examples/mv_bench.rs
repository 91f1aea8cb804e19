//! Measurement and verification on opendsm's sample meter:
//! `cargo run --release -p energy_rules --example mv_bench`.
//!
//! Prints the models of days and of hours, their gates, the saving (10 % by construction) with its
//! interval, and the time.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use std::time::Instant;

use energy_rules::savings::{
    Confidence, Goodness, Hour, HourlyModel, Interval, IpmvpOption, Measured, Model, Observations,
    Saving, Scale, Search,
};

#[path = "../tests/shared_data/mod.rs"]
mod shared_data;
use shared_data::meters::{days, hours};

fn main() {
    let end = shared_data::utc_hour(2016, 12, 26);
    let start = shared_data::utc_hour(2017, 1, 4);
    let year = 365 * 24;
    if let (Some(baseline), Some(report)) = (days(end - year, end), days(start, start + year)) {
        by_day(baseline, &report);
    }
    if let (Some(baseline), Some(report)) =
        (hours(end - year, end - 1), hours(start, start + year + 1))
    {
        by_hour(&baseline, &report);
    }
}

fn by_day((kwh, temperature): (Vec<f64>, Vec<f64>), report: &(Vec<f64>, Vec<f64>)) {
    let started = Instant::now();
    let observations = Observations { kwh, temperature, others: vec![] };
    let model = Model::search(&observations, &Search::FAHRENHEIT).expect("a model of days");
    let seconds = started.elapsed().as_secs_f64();
    let points = (model.heating_point, model.cooling_point);
    println!("days: {:?} {points:?}, {} candidates, {seconds:.3} s", model.shape, model.candidates);
    let predicted = model.predict(&report.1, &[]).expect("the same regressors");
    show(&model.fit.goodness, Interval::Daily, &predicted, &report.0);
}

fn by_hour(baseline: &[Hour], report: &[Hour]) {
    let started = Instant::now();
    let model = HourlyModel::fit(baseline, Scale::Fahrenheit).expect("a model of hours");
    println!("hours: fit {:.3} s", started.elapsed().as_secs_f64());
    let goodness = model.goodness(baseline).expect("a year of hours");
    let said = report.iter().map(|hour| model.predict(hour.at, hour.temperature));
    let predicted: Vec<f64> = said.map(|kwh| kwh.expect("every month was seen")).collect();
    let observed: Vec<f64> = report.iter().map(|hour| hour.kwh).collect();
    show(&goodness, Interval::Hourly, &predicted, &observed);
}

fn show(baseline: &Goodness, interval: Interval, predicted: &[f64], observed: &[f64]) {
    println!("  {baseline:?}");
    let measured = Measured { baseline, interval, months: 12, predicted, observed };
    let option = IpmvpOption::WholeFacility;
    let saving = Saving::of(&measured, option, vec![], Confidence::P90).expect("a saving");
    let ratio = saving.ratio().unwrap_or(f64::NAN) * 100.0;
    let half = saving.uncertainty().plus_minus_kwh;
    println!("  saving {:.1} kWh +- {half:.1} at 90 %, {ratio:.3} %", saving.kwh());
    for gate in saving.gates() {
        let verdict = if gate.passes() { "passes" } else { "FAILS" };
        let (limit, found, most) = (gate.limit, gate.found, gate.at_most);
        println!("  {limit:?}: {found:.3?} of at most {most}: {verdict} ({:?})", gate.standing);
    }
}
