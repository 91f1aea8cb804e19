//! A forecast for tests: quantiles of the last eight days of the same type, moved by what today
//! showed.

use energy_rules::SLOTS_PER_DAY;
use energy_rules::calendar::{Calendar, DayKind};
use energy_rules::dispatch::{AHEAD_SLOTS, Outlook};
use jiff::civil::Weekday;

use super::steel;

/// Days of the same type that are looked at.
const DAYS: usize = 8;
/// Slots whose error moves the forecast.
const SEEN: usize = 8;
/// Over how many slots the move fades to a third.
const FADE: f64 = 8.0;

/// Median and 90th percentile of each slot of a day.
type Profile = Vec<(f64, f64)>;

/// The profiles of today and tomorrow, and the day that they hold for.
type Known = (usize, [Profile; 2]);

/// The forecast over a whole year of load. It uses slots before its origin only.
pub(crate) struct SameType<'a> {
    load: &'a [f64],
    kinds: Vec<usize>,
    known: Option<Known>,
}

impl<'a> SameType<'a> {
    pub(crate) fn new(load: &'a [f64]) -> Self {
        let calendar = Calendar::shipped();
        let kind = |day: usize| {
            let day = steel::day(day * SLOTS_PER_DAY);
            match calendar.working_day(day) {
                DayKind::Weekday if day.weekday() == Weekday::Monday => 0,
                DayKind::Weekday => 1,
                DayKind::Saturday => 2,
                DayKind::Sunday | DayKind::Holiday => 3,
            }
        };
        Self { load, kinds: (0..=load.len() / SLOTS_PER_DAY).map(kind).collect(), known: None }
    }

    /// The loads from `origin` on.
    pub(crate) fn outlook(&mut self, origin: usize) -> Outlook {
        let (today, slot) = (origin / SLOTS_PER_DAY, origin % SLOTS_PER_DAY);
        if self.known.as_ref().is_none_or(|(day, _)| *day != today) {
            self.known =
                Some((today, [self.profile(today, today), self.profile(today, today + 1)]));
        }
        let (_, profiles) = self.known.as_ref().unwrap();
        let errors: Vec<f64> = (slot.saturating_sub(SEEN)..slot)
            .map(|seen| self.load[today * SLOTS_PER_DAY + seen] - profiles[0][seen].0)
            .collect();
        let level = errors.iter().sum::<f64>() / SEEN as f64;
        let mut outlook = Outlook::default();
        for ahead in 0..AHEAD_SLOTS {
            let at = slot + ahead;
            let (p50, p90) = profiles[at / SLOTS_PER_DAY][at % SLOTS_PER_DAY];
            let moved = level * (-(ahead as f64) / FADE).exp();
            outlook.p50_kwh.push((p50 + moved).max(0.0));
            outlook.p90_kwh.push((p90 + moved).max(p50 + moved).max(0.0));
        }
        outlook
    }

    /// Median and 90th percentile of each slot of `day`, from days before `today`.
    fn profile(&self, today: usize, day: usize) -> Profile {
        let same = |earlier: &usize| self.kinds[*earlier] == self.kinds[day];
        let mut days: Vec<usize> = (0..today).rev().filter(same).take(DAYS).collect();
        if days.is_empty() {
            days = (0..today).rev().take(DAYS).collect();
        }
        let quantiles = |slot: usize| {
            let mut loads: Vec<f64> =
                days.iter().map(|day| self.load[day * SLOTS_PER_DAY + slot]).collect();
            loads.sort_by(f64::total_cmp);
            (quantile(&loads, 0.5), quantile(&loads, 0.9))
        };
        (0..SLOTS_PER_DAY).map(quantiles).collect()
    }
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return 0.0 };
    let place = share * last as f64;
    let below = place.floor();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "0 to the last index"
    )]
    let at = below as usize;
    let next = sorted[(at + 1).min(last)];
    sorted[at] + (next - sorted[at]) * (place - below)
}
