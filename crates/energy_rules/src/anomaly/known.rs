//! What the days before a day say of a meter: idling, extremes, runs of one value.

use std::ops::Range;

use super::Kind;
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
/// Days on which a kind must be flagged, out of how many, to count as what the site does now.
const HABIT_DAYS: usize = 5;
const HABIT_WINDOW: usize = 28;
/// Days whose stretches are looked at.
const STRETCH_DAYS: usize = 60;

/// What is known at the midnight that begins a day.
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

/// The slots before a day, with what was flagged in them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Before<'a> {
    /// The day.
    pub(super) day: usize,
    /// kWh of all slots.
    pub(super) kwh: &'a [f64],
    /// What each slot was flagged as.
    pub(super) flagged: &'a [Option<Kind>],
}

impl Known {
    pub(super) fn at(expectation: &Expectation, before: &Before<'_>) -> Self {
        let teaches = before.teaching();
        let plain = |days: usize| {
            let slots = before.slots(days).filter(|slot| teaches(*slot));
            let known = slots.map(|slot| before.kwh[slot]).filter(|kwh| !kwh.is_nan());
            known.collect::<Vec<f64>>()
        };
        let mut all = plain(DAYS);
        let highest = all.iter().copied().fold(0.0, f64::max);
        let lowest = robust::quantile(&mut all, LOWEST_SHARE).unwrap_or(0.0);
        let busy = robust::quantile(&mut all, BUSY_SHARE).unwrap_or(0.0);
        let idle = robust::quantile(&mut plain(IDLE_DAYS), IDLE_SHARE).unwrap_or(0.0);
        let longest_run = longest_run(before, &teaches);
        let ceilings = ceilings(expectation, before, &teaches);
        Self { idle, lowest, highest, busy, longest_run, ceilings }
    }
}

impl Before<'_> {
    /// The slots of the last so many days.
    fn slots(&self, days: usize) -> Range<usize> {
        self.day.saturating_sub(days) * SLOTS_PER_DAY..self.day * SLOTS_PER_DAY
    }

    /// Whether a slot teaches what is ordinary: it does unless it was flagged, and even then if its
    /// kind was flagged so often of late that it is what the site does now.
    fn teaching(&self) -> impl Fn(usize) -> bool {
        let window = self.slots(HABIT_WINDOW);
        let days = Kind::ALL.map(|kind| {
            let flags = self.flagged[window.clone()].chunks(SLOTS_PER_DAY);
            flags.filter(|day| day.contains(&Some(kind))).count()
        });
        move |slot| match self.flagged[slot] {
            None => true,
            Some(kind) => window.contains(&slot) && days[kind as usize] >= HABIT_DAYS,
        }
    }
}

fn longest_run(before: &Before<'_>, teaches: &impl Fn(usize) -> bool) -> usize {
    let (mut longest, mut run, mut last) = (0, 0, f64::NAN);
    for slot in before.slots(DAYS) {
        let kwh = before.kwh[slot];
        #[expect(clippy::float_cmp, reason = "a stuck meter repeats the very same reading")]
        let (same, none) = (kwh == last, kwh.is_nan() || kwh == 0.0);
        run = match (none || !teaches(slot), same) {
            (true, true | false) => 0,
            (false, true) => run + 1,
            (false, false) => 1,
        };
        last = kwh;
        longest = longest.max(run);
    }
    longest
}

/// For each slot the most that a stretch ending near it drew on days before.
fn ceilings(
    expectation: &Expectation,
    before: &Before<'_>,
    teaches: &impl Fn(usize) -> bool,
) -> Vec<f64> {
    let working = expectation.is_working(before.day);
    let mut highest = [f64::NAN; SLOTS_PER_DAY];
    let days = (1..before.day).rev().filter(|other| expectation.is_working(*other) == working);
    for other in days.take(STRETCH_DAYS) {
        for (slot, highest) in highest.iter_mut().enumerate() {
            let end = other * SLOTS_PER_DAY + slot;
            let stretch = end + 1 - STRETCH..=end;
            if stretch.clone().all(teaches) {
                *highest = highest.max(stretch.map(|slot| before.kwh[slot]).sum());
            }
        }
    }
    let near = |slot: usize| {
        let from = slot.saturating_sub(STRETCH_SHIFT);
        let near = highest[from..(slot + STRETCH_SHIFT + 1).min(SLOTS_PER_DAY)].iter();
        near.copied().fold(f64::NAN, f64::max)
    };
    (0..SLOTS_PER_DAY).map(near).collect()
}
