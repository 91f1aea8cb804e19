//! What the days before a day say of a meter: idling, extremes, runs of one value.

use crate::SLOTS_PER_DAY;
use crate::forecast::Expectation;
use crate::robust;

/// Days that are looked at.
const DAYS: usize = 120;
/// Days of idling that are looked at; idling changes with machines and seasons.
const IDLE_DAYS: usize = 42;
/// The share of slots that idle.
const IDLE_SHARE: f64 = 0.1;
/// The shares of slots beyond which only faults lie.
const LOWEST_SHARE: f64 = 0.001;
/// The share of slots that are not busy.
const BUSY_SHARE: f64 = 0.95;
/// Slots of the stretch that an unusual day is told by: four hours.
pub(super) const STRETCH: usize = 16;
/// Stretches of days before that end this many slots earlier or later count too: two hours.
const STRETCH_SHIFT: usize = 8;
/// Days whose stretches are looked at.
const STRETCH_DAYS: usize = 60;

/// What is known at the midnight that begins a day. Slots that were flagged teach nothing.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// What idling draws, kWh a slot.
    pub(super) idle: f64,
    /// The lowest slot that is no outage.
    pub(super) lowest: f64,
    /// The highest slot.
    pub(super) highest: f64,
    /// The highest twentieth begins here: a busy slot.
    pub(super) busy: f64,
    /// The longest run of one value above zero.
    pub(super) longest_run: usize,
    /// The highest energy of a stretch that ends at a slot, on days worked as this one; NaN at
    /// first.
    pub(super) ceilings: Vec<f64>,
}

impl Known {
    pub(super) fn at(expectation: &Expectation, day: usize, kwh: &[f64], odd: &[bool]) -> Self {
        let until = day * SLOTS_PER_DAY;
        let plain = |days: usize| {
            let from = day.saturating_sub(days) * SLOTS_PER_DAY;
            let slots = kwh[from..until].iter().zip(&odd[from..until]);
            let plain = slots.filter(|(kwh, odd)| !**odd && !kwh.is_nan());
            plain.map(|(kwh, _)| *kwh).collect::<Vec<f64>>()
        };
        let mut all = plain(DAYS);
        let highest = all.iter().copied().fold(0.0, f64::max);
        let lowest = robust::quantile(&mut all, LOWEST_SHARE).unwrap_or(0.0);
        let busy = robust::quantile(&mut all, BUSY_SHARE).unwrap_or(0.0);
        let idle = robust::quantile(&mut plain(IDLE_DAYS), IDLE_SHARE).unwrap_or(0.0);
        let from = day.saturating_sub(DAYS) * SLOTS_PER_DAY;
        let longest_run = longest_run(&kwh[from..until], &odd[from..until]);
        let ceilings = ceilings(expectation, day, kwh, odd);
        Self { idle, lowest, highest, busy, longest_run, ceilings }
    }
}

fn longest_run(kwh: &[f64], odd: &[bool]) -> usize {
    let (mut longest, mut run, mut before) = (0, 0, f64::NAN);
    for (kwh, odd) in kwh.iter().zip(odd) {
        #[expect(clippy::float_cmp, reason = "a stuck meter repeats the very same reading")]
        let same = *kwh == before;
        run = if *odd || kwh.is_nan() || *kwh == 0.0 {
            0
        } else if same {
            run + 1
        } else {
            1
        };
        before = *kwh;
        longest = longest.max(run);
    }
    longest
}

/// For each slot the most that a stretch ending near it drew on days before.
fn ceilings(expectation: &Expectation, day: usize, kwh: &[f64], odd: &[bool]) -> Vec<f64> {
    let working = expectation.is_working(day);
    let mut highest = [f64::NAN; SLOTS_PER_DAY];
    let days = (1..day).rev().filter(|other| expectation.is_working(*other) == working);
    for other in days.take(STRETCH_DAYS) {
        for (slot, highest) in highest.iter_mut().enumerate() {
            let end = other * SLOTS_PER_DAY + slot;
            let stretch = end + 1 - STRETCH..=end;
            if odd[stretch.clone()].iter().any(|odd| *odd) {
                continue;
            }
            *highest = highest.max(kwh[stretch].iter().sum());
        }
    }
    let near = |slot: usize| {
        let from = slot.saturating_sub(STRETCH_SHIFT);
        let near = highest[from..(slot + STRETCH_SHIFT + 1).min(SLOTS_PER_DAY)].iter();
        near.copied().fold(f64::NAN, f64::max)
    };
    (0..SLOTS_PER_DAY).map(near).collect()
}
