//! Which of the days before serve as baseline (electimes 2019, read 2026).

use super::history::{Day, History};
use super::{Exclusions, Method};

/// Below this share of the mean a day is no ordinary day.
const LOW_SHARE: f64 = 0.75;
/// Above this share of the mean a factory's day is no ordinary day.
const HIGH_SHARE: f64 = 1.25;

/// The last days before `place` that serve, newest first, at most as many as the method looks at.
pub(super) fn days_before(
    history: &History,
    place: usize,
    method: Method,
    exclusions: Exclusions,
) -> Vec<&Day> {
    let candidates = history.days[..place]
        .iter()
        .rev()
        .filter(|day| day.is_working() && !day.reduced)
        .filter(|day| day.total().is_some());
    let mut days: Vec<&Day> = match exclusions {
        Exclusions::Reductions => candidates.take(method.days()).collect(),
        Exclusions::LowDays | Exclusions::Factory => candidates.take(2 * method.days()).collect(),
    };
    match exclusions {
        Exclusions::Reductions => {}
        Exclusions::LowDays => keep(&mut days, LOW_SHARE, f64::INFINITY),
        Exclusions::Factory => {
            keep(&mut days, LOW_SHARE, f64::INFINITY);
            keep(&mut days, LOW_SHARE, HIGH_SHARE);
        }
    }
    days.truncate(method.days());
    days
}

/// Keeps the days whose energy lies between two shares of the mean of all of them.
fn keep(days: &mut Vec<&Day>, low: f64, high: f64) {
    let totals: Vec<f64> = days.iter().filter_map(|day| day.total()).collect();
    let Some(mean) = crate::robust::mean(&totals) else { return };
    days.retain(|day| day.total().is_some_and(|total| (low * mean..=high * mean).contains(&total)));
}
