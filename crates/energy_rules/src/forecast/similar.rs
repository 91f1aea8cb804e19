//! Days before that resemble a day, with how much each of them counts.
//!
//! The constants were chosen on days 110 to 304 of the steel plant's 2018 (weekly origins, three
//! spans); the error is flat around them. Widths are shares of the mean load, so that they fit
//! other tenants.

use super::past::{DayType, Eve, Past};
use super::spread::Spread;
use crate::SLOTS_PER_DAY;
use crate::robust;

/// Same-type days that are looked at.
const DAYS: usize = 60;
/// A day counts this much less than the one after it.
const RECENCY: f64 = 0.97;
/// A Monday counts this much for the other working days, and they for it.
const OTHER_WORKING: f64 = 0.4;
/// The slots before and after a slot count this much.
const NEIGHBOUR_SLOT: f64 = 0.4;
/// Differences of eves, as shares of the mean load, at which a day counts 1/e.
const EVENING_WIDTH: f64 = 0.55;
const YESTERDAY_WIDTH: f64 = 0.65;
const WORKING_DAY_WIDTH: f64 = 0.75;
/// No day is forgotten altogether: were all of them unlike, the latest would decide.
const WEIGHT_MIN: f64 = 1e-9;

/// What similar days say of a day.
pub(super) struct Similar {
    /// Of every slot, kWh.
    pub(super) slots: Vec<Spread>,
    /// Of the highest slot of the day, kWh.
    pub(super) highest: Spread,
    /// Of the highest slot among those that count, kWh.
    pub(super) counting: Spread,
}

/// What similar days say of the day at `place`; `counts` marks the slots of a day that count.
pub(super) fn similar(past: &Past, place: usize, counts: &[bool]) -> Similar {
    let days = weights(past, place);
    let highest = days.iter().map(|(day, weight)| (past.days[*day].highest(), *weight));
    let highest = Spread::of(&mut highest.collect());
    let counting = days.iter().map(|(day, weight)| (past.days[*day].highest_of(counts), *weight));
    let counting = Spread::of(&mut counting.collect());
    let mut pool = Vec::with_capacity(3 * days.len());
    let at_slot = |slot: usize| {
        pool.clear();
        let last = SLOTS_PER_DAY - 1;
        for (day, weight) in &days {
            let kwh = &past.days[*day].kwh;
            pool.push((kwh[slot], *weight));
            if slot > 0 {
                pool.push((kwh[slot - 1], weight * NEIGHBOUR_SLOT));
            }
            if slot < last {
                pool.push((kwh[slot + 1], weight * NEIGHBOUR_SLOT));
            }
        }
        Spread::of(&mut pool)
    };
    Similar { slots: (0..SLOTS_PER_DAY).map(at_slot).collect(), highest, counting }
}

/// The places of the days that count, newest first, with their weights.
fn weights(past: &Past, place: usize) -> Vec<(usize, f64)> {
    let day_type = past.types[place];
    let levels: Vec<f64> = past.eves[..place].iter().filter_map(|eve| eve.yesterday).collect();
    let scale = robust::mean(&levels).unwrap_or(0.0);
    let (mut found, mut age, mut same) = (Vec::new(), 0.0, 0);
    for before in (0..place).rev() {
        let kinship = kinship(day_type, past.types[before]);
        if kinship == 0.0 || past.days[before].known() == 0 {
            continue;
        }
        let likeness = (-distance(&past.eves[place], &past.eves[before], scale)).exp();
        found.push((before, kinship * RECENCY.powf(age) * likeness + WEIGHT_MIN));
        age += kinship;
        same += usize::from(past.types[before] == day_type);
        if same == DAYS {
            break;
        }
    }
    found
}

/// How much a day of one type says of a day of another.
fn kinship(of: DayType, other: DayType) -> f64 {
    if of == other {
        1.0
    } else if of.is_working() && other.is_working() {
        OTHER_WORKING
    } else {
        0.0
    }
}

/// How unlike two eves are; what is not known of one of them counts as alike.
fn distance(a: &Eve, b: &Eve, scale: f64) -> f64 {
    let pairs = [
        (a.evening, b.evening, EVENING_WIDTH),
        (a.yesterday, b.yesterday, YESTERDAY_WIDTH),
        (a.working_day, b.working_day, WORKING_DAY_WIDTH),
    ];
    let unlike = |(a, b, width): (Option<f64>, Option<f64>, f64)| match (a, b) {
        (Some(a), Some(b)) if scale > 0.0 => (a - b).abs() / (width * scale),
        (Some(_) | None, Some(_) | None) => 0.0,
    };
    pairs.into_iter().map(unlike).sum()
}
