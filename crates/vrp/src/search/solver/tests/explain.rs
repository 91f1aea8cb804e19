//! Explanations of plans of problems with any mixture of all rules.

use super::{Spice, random, solve};
use crate::check;
use crate::explain::{StopNote, stops, tests::faults_if_late, unserved, widened};
use crate::model::{Lock, Plan, Problem};
use crate::search::rng::Rng;

/// Whether a lock of the problem holds a request in a tour that has begun.
fn has_begun(problem: &Problem, request: usize) -> bool {
    problem.locks.iter().any(|lock| match lock {
        Lock::Prefix { stops, .. } => stops.iter().any(|done| done.request == request),
        _ => false,
    })
}

/// A stop may be late by its slack and not by a second more; its old place fits.
fn judge(seed: u64, problem: &Problem, plan: &Plan, note: &StopNote, faults: usize) {
    let late = |by_s| faults_if_late(problem, plan, note, by_s);
    assert!(late(note.slack_s) <= faults, "seed {seed}: {note:?}");
    assert!(late(note.slack_s + 1) > faults, "seed {seed}: {note:?}");
    let (request, stop) = (note.request, note.stop);
    let [same, wider]: [_; 2] = widened(problem, plan, (request, stop), &[0, 600], request)
        .try_into()
        .expect("one answer for each width");
    assert!(wider.saved_units >= 0 || wider.saved_m > 0, "seed {seed}: {wider:?}");
    if has_begun(problem, request) {
        assert_eq!(same.offer, None);
    } else {
        // Its old place is one of those that are tried.
        let offer = same.offer.expect("the tour has places");
        assert!(offer.misses.is_empty(), "seed {seed}: {offer:?}");
    }
}

#[test]
fn explanations_hold_with_any_mixture_of_rules() {
    for seed in 0..150 {
        let problem = random(seed, Spice::draw(&mut Rng::new(seed)));
        let plan = solve(&problem, seed, 30);
        let faults = check::plan(&problem, &plan).faults.len();
        for note in stops(&problem, &plan) {
            judge(seed, &problem, &plan, &note, faults);
        }
        for left in &plan.unserved {
            let offers = unserved(&problem, &plan, left.request, 3);
            assert!(offers.len() <= 3 && offers.is_empty() == problem.vehicles.is_empty());
            assert!(offers.is_sorted_by_key(|offer| offer.misses.len()));
        }
    }
}
