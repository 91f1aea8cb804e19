//! Goes through a load slot by slot and gathers what is seen into events.

use std::ops::RangeInclusive;

use super::known::{Before, Known};
use super::signs::{Sight, signs};
use super::{AnomalyError, Event, Kind, Tuning};
use crate::SLOTS_PER_DAY;
use crate::calendar::Calendar;
use crate::forecast::{Expectation, Plan};
use crate::load::Load;

/// Days that the detector learns from before it speaks.
pub const LEARNING_DAYS: usize = 28;
/// Flags of a kind at most this many slots apart are one event.
const SLOTS_APART: usize = 8;

/// What was seen in a load, and what it was set against.
#[derive(Debug, Clone, PartialEq)]
pub struct Detection {
    /// What went wrong.
    pub events: Vec<Event>,
    /// What days like it draw, kWh a slot of the load; NaN where nothing is known.
    pub expected_kwh: Vec<f64>,
}

/// Everything that went wrong in a load after its first [`LEARNING_DAYS`] days.
///
/// `price_micro_won` holds the price of a kWh in each slot, in millionths of a won; `None` where
/// none is known.
pub fn detect(
    load: &Load,
    calendar: &Calendar,
    plan: &Plan,
    price_micro_won: &[Option<i64>],
    tuning: &Tuning,
) -> Result<Vec<Event>, AnomalyError> {
    detection(load, calendar, plan, price_micro_won, tuning).map(|found| found.events)
}

/// The same, with what was expected of every slot: for charts.
pub fn detection(
    load: &Load,
    calendar: &Calendar,
    plan: &Plan,
    price_micro_won: &[Option<i64>],
    tuning: &Tuning,
) -> Result<Detection, AnomalyError> {
    let (found, expected) = (price_micro_won.len(), load.wh.len());
    if found != expected {
        return Err(AnomalyError::Prices { found, expected });
    }
    if load.days() <= LEARNING_DAYS {
        return Err(AnomalyError::TooShort { days: load.days() });
    }
    let expectation = Expectation::new(load, calendar, plan, LEARNING_DAYS)?;
    let days = expectation.days();
    let kwh: Vec<f64> = days.iter().flat_map(|day| &day.kwh).copied().collect();
    let mut says: Vec<f64> = Vec::with_capacity(kwh.len());
    let mut flagged: Vec<Option<Kind>> = vec![None; kwh.len()];
    let mut events: Vec<Event> = Vec::new();
    for day in 0..days.len() {
        says.extend(expectation.middle(day));
        if day < LEARNING_DAYS {
            continue;
        }
        let known = Known::at(&expectation, &Before { day, kwh: &kwh, flagged: &flagged });
        for at in day * SLOTS_PER_DAY..(day + 1) * SLOTS_PER_DAY {
            let sight = Sight { at, kwh: &kwh[..=at], expected: &says, known: &known };
            if let Some((kind, reach)) = signs(&sight, tuning) {
                flagged[reach.clone()].fill(Some(kind));
                gather(&mut events, kind, reach);
            }
        }
    }
    for event in &mut events {
        price(event, &kwh, &says, price_micro_won);
    }
    Ok(Detection { events, expected_kwh: says })
}

/// Adds a flag to the event of its kind that it continues, or begins one. An unusual stretch that
/// turns out to be something more telling becomes that; one that is explained already says nothing
/// new.
fn gather(events: &mut Vec<Event>, kind: Kind, reach: RangeInclusive<usize>) {
    let (from, at) = reach.into_inner();
    let last = events.len().saturating_sub(Kind::ALL.len());
    let recent = &mut events[last..];
    if kind == Kind::UnusualDay
        && recent.iter().any(|event| event.kind.explains() && from < event.slots.end)
    {
        return;
    }
    let same = |event: &&mut Event| event.kind == kind && from <= event.slots.end + SLOTS_APART;
    if let Some(event) = recent.iter_mut().rev().find(same) {
        event.slots = event.slots.start.min(from)..at + 1;
        event.flags.push(at);
        return;
    }
    let open = |event: &&mut Event| event.kind == Kind::UnusualDay && from < event.slots.end;
    if kind.explains()
        && let Some(event) = recent.iter_mut().rev().find(open)
    {
        event.kind = kind;
        event.slots = event.flags[0].min(from)..at + 1;
        event.flags.push(at);
        return;
    }
    let (slots, flags) = (from..at + 1, vec![at]);
    events.push(Event { kind, slots, flags, actual_kwh: 0.0, expected_kwh: 0.0, cost_won: None });
}

/// Adds up what the slots of an event drew, should have drawn, and cost; without the price of one of
/// them nothing is said of the cost.
fn price(event: &mut Event, kwh: &[f64], says: &[f64], price_micro_won: &[Option<i64>]) {
    let mut micro_won = Some(0.0_f64);
    for slot in event.slots.clone() {
        let price = price_micro_won.get(slot).copied().flatten();
        micro_won = micro_won.filter(|_| price.is_some());
        let (actual, expected) = (kwh[slot], says[slot]);
        if actual.is_nan() || expected.is_nan() {
            continue;
        }
        event.actual_kwh += actual;
        event.expected_kwh += expected;
        let cost = price.map(|price| (actual - expected) * price as f64);
        micro_won = micro_won.zip(cost).map(|(sum, cost)| sum + cost);
    }
    #[expect(clippy::cast_possible_truncation, reason = "saturates; an estimate of a cost")]
    let won = micro_won.map(|micro_won| (micro_won / 1e6).round() as i64);
    event.cost_won = won;
}
