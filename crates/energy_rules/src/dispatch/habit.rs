//! What the load did on past days from this time of day on: cases that today may repeat.
//!
//! A plant has few ways to spend a day (a late shift or none, one furnace or two), so that the
//! middle of all days is a day that never was. The days nearest to today's last hours tell better
//! how much energy the demand will ask for until midnight.

use super::error::DispatchError;
use super::risk::Case;
use super::site::Site;
use crate::SLOTS_PER_DAY;

/// Past days that are remembered.
pub const HABIT_DAYS_MAX: usize = 120;

/// Spans of today's last slots whose mean loads are compared: one, two and four hours.
const SPANS: [usize; 3] = [4, 8, 16];

/// Sum of the differences of these means, kWh a slot, over which a day's weight falls to a third.
/// Chosen on the steel plant of the reference (mean load 27 kWh a slot); its results vary little
/// from 10 to 40.
const NEAR_KWH: f64 = 20.0;

/// Slots whose energy tells how much higher today is than a case.
const LEVEL_SLOTS: usize = 8;

/// A case is raised to today's level by this factor at most, so that a day beyond all that was seen
/// finds cases. Chosen on the same plant: from 1.0 to 1.2 the months of a year differ by some
/// points, November and December by up to thirty, in both directions.
const RAISED_MOST: f64 = 1.15;

/// Energy of these slots below which a level tells nothing (a break, a night), kWh a slot.
const IDLE_KWH: f64 = 4.0;

/// Loads of past days and of today so far, kWh a slot, from midnight on.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Habit {
    days: Vec<Vec<f64>>,
    today: Vec<f64>,
    counted: bool,
}

impl Habit {
    /// The habit that whole past days show; `past` begins at midnight.
    pub fn of(past: &Site) -> Result<Self, DispatchError> {
        past.check(usize::MAX)?;
        let mut habit = Self::default();
        for (load, counts) in past.load_kwh.iter().zip(&past.counts) {
            habit.take(*load, *counts);
        }
        Ok(habit)
    }

    /// Takes the next slot's load; `counts` where it can set the demand.
    pub fn take(&mut self, load_kwh: f64, counts: bool) {
        self.today.push(load_kwh);
        self.counted |= counts;
        if self.today.len() < SLOTS_PER_DAY {
            return;
        }
        let day = std::mem::take(&mut self.today);
        // A Sunday says nothing of a day whose demand counts.
        if std::mem::take(&mut self.counted) {
            if self.days.len() == HABIT_DAYS_MAX {
                self.days.remove(0);
            }
            self.days.push(day);
        }
    }

    /// Slots from now to midnight, the one that begins among them.
    pub(super) fn slots_left(&self) -> usize {
        SLOTS_PER_DAY - self.today.len()
    }

    /// What past days did after the slot that begins, the likelier the nearer they are to today so
    /// far.
    pub(super) fn cases(&self) -> Vec<Case> {
        let distances: Vec<f64> = self.days.iter().map(|day| self.distance_kwh(day)).collect();
        let nearest = distances.iter().copied().fold(f64::INFINITY, f64::min);
        let case = |(day, distance): (&Vec<f64>, f64)| {
            let raised = self.raised(day);
            let load_kwh = day[self.today.len() + 1..].iter().map(|load| load * raised).collect();
            Case { load_kwh, weight: ((nearest - distance) / NEAR_KWH).exp() }
        };
        self.days.iter().zip(distances).map(case).collect()
    }

    /// By what factor a past day is raised to today's level; never lowered.
    fn raised(&self, day: &[f64]) -> f64 {
        let now = self.today.len();
        let from = now.saturating_sub(LEVEL_SLOTS);
        let sum = |loads: &[f64]| loads[from..now].iter().sum::<f64>();
        let (today, then) = (sum(&self.today), sum(day));
        if today < IDLE_KWH * (now - from) as f64 || then <= 0.0 {
            return 1.0;
        }
        (today / then).clamp(1.0, RAISED_MOST)
    }

    fn distance_kwh(&self, day: &[f64]) -> f64 {
        let now = self.today.len();
        let differ = |span: usize| {
            let from = now.saturating_sub(span);
            let sum: f64 = (from..now).map(|slot| self.today[slot] - day[slot]).sum();
            sum.abs() / (now - from).max(1) as f64
        };
        SPANS.into_iter().map(differ).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_are_near_to_today_weigh_most_and_sundays_nothing() {
        let mut habit = Habit::default();
        for (load, counts) in [(10.0, true), (100.0, true), (5.0, false)] {
            for _ in 0..SLOTS_PER_DAY {
                habit.take(load, counts);
            }
        }
        assert!(habit.cases().iter().all(|case| case.weight == 1.0), "nothing is known of today");
        for _ in 0..40 {
            habit.take(90.0, true);
        }
        let cases = habit.cases();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[1].weight, 1.0);
        assert!(cases[0].weight < 1e-4, "{}", cases[0].weight);
        assert_eq!(cases[0].load_kwh.len(), SLOTS_PER_DAY - 41);
        assert_eq!(habit.slots_left(), SLOTS_PER_DAY - 40);
        // A lower day is raised to today's level, a little; a higher one stays.
        assert!((cases[0].load_kwh[0] - 11.5).abs() < 1e-9, "{}", cases[0].load_kwh[0]);
        assert_eq!(cases[1].load_kwh[0], 100.0);
    }
}
