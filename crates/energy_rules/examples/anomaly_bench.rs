//! The detector on the steel plant's 2018: `cargo run --release --example anomaly_bench --
//! --shared`.
//!
//! Settings are judged on events that this bench injects itself, with several seeds and sizes of
//! its own; the shared file with 50 injected events is scored last.
#![allow(clippy::print_stdout, reason = "a bench prints its figures")]

use energy_rules::SLOTS_PER_DAY;
use energy_rules::anomaly::{Event, Kind, Tuning, detect};
use energy_rules::calendar::Calendar;
use energy_rules::forecast::Plan;
use energy_rules::load::Load;

#[path = "../tests/shared_data/mod.rs"]
mod shared_data;
use shared_data::injected::{Injected, Score, inject, score};

/// Seeds of events of our own.
const SEEDS: u64 = 8;

fn main() {
    let Some(load) = shared_data::steel() else { return };
    let started = std::time::Instant::now();
    let plain = events(&load);
    println!("a year took {:.2} s", started.elapsed().as_secs_f64());
    print("no event injected", &[], &plain);
    let mut sum = [0.0; 3];
    for seed in 0..SEEDS {
        let (injected, truth) = inject(&load, seed);
        let score = print(&format!("own events, seed {seed}"), &truth, &events(&injected));
        for (sum, value) in sum.iter_mut().zip([score.recall, score.precision, score.f1()]) {
            *sum += value / SEEDS as f64;
        }
    }
    println!("own events, mean: recall {:.2} precision {:.2} F1 {:.3}", sum[0], sum[1], sum[2]);
    if std::env::args().any(|arg| arg == "--shared") {
        let (Some(load), Some(truth)) =
            (shared_data::steel_injected(), shared_data::injected::shared_events())
        else {
            return;
        };
        print("shared events", &truth, &events(&load));
    }
}

fn events(load: &Load) -> Vec<Event> {
    let prices = vec![Some(150_000_000); load.wh.len()];
    detect(load, &Calendar::shipped(), &Plan::default(), &prices, &Tuning::default())
        .expect("a whole year")
}

fn print(name: &str, truth: &[Injected], events: &[Event]) -> Score {
    let score = score(truth, events);
    let hits: Vec<String> =
        score.by_kind.iter().map(|(kind, hit, all)| format!("{kind} {hit}/{all}")).collect();
    let wrong = Kind::ALL.map(|kind| format!("{} {}", kind.code(), score.wrong_of(kind)));
    println!(
        "{name}: recall {:.2} precision {:.2} F1 {:.3}, {:.2} false a week; {}; false: {}",
        score.recall,
        score.precision,
        score.f1(),
        score.false_a_week,
        hits.join(", "),
        wrong.join(", "),
    );
    if std::env::args().any(|arg| arg == "--wrong") {
        for (kind, slot) in &score.wrong {
            println!(
                "  {} day {} slot {}",
                kind.code(),
                slot / SLOTS_PER_DAY,
                slot % SLOTS_PER_DAY
            );
        }
    }
    score
}
