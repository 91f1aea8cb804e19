//! Forecasts of days one after the other, each from what was known at its midnight.

use jiff::civil::Date;

use super::base::base;
use super::past::Past;
use super::plan::Plan;
use super::similar::{Similar, similar};
use super::spread::Spread;
use super::{Choice, Forecast, ForecastError, HISTORY_DAYS_MIN, Model, Peak};
use crate::calendar::Calendar;
use crate::load::Load;
use crate::profiles::DayProfile;
use crate::{SLOTS_PER_DAY, robust};

/// Days before a day on which the forecasts are tried and P10 and P90 are set.
pub const TRIAL_DAYS: usize = 42;
/// Days that must have been tried before the base is left.
const TRIED_MIN: usize = 14;
/// Levels at which P10 and P90 stand as long as nothing has been tried.
const LEVELS_UNTRIED: (f64, f64) = (0.1, 0.9);
/// Levels beyond the values of the past that are allowed.
const LEVEL_BEYOND: f64 = 1.0;

/// Forecasts a day of the load, from the days before it alone, or the day after the last one.
pub fn forecast(
    load: &Load,
    calendar: &Calendar,
    plan: &Plan,
    day: Date,
) -> Result<Forecast, ForecastError> {
    forecast_counting(load, calendar, plan, day, &[])
}

/// The same with the peak of the slots that `counts` marks, 96 of them from midnight on: those that
/// set the billing demand on that day.
pub fn forecast_counting(
    load: &Load,
    calendar: &Calendar,
    plan: &Plan,
    day: Date,
    counts: &[bool],
) -> Result<Forecast, ForecastError> {
    let mut days = walk_counting(load, calendar, plan, (day, day), counts)?;
    days.pop().ok_or(ForecastError::TooShort { day, found: 0 })
}

/// Forecasts every day from `first` to `last`, each from the days before it alone: for a chart of
/// the past and for measuring. `last` may be the day after the load.
pub fn walk(
    load: &Load,
    calendar: &Calendar,
    plan: &Plan,
    first: Date,
    last: Date,
) -> Result<Vec<Forecast>, ForecastError> {
    walk_counting(load, calendar, plan, (first, last), &[])
}

fn walk_counting(
    load: &Load,
    calendar: &Calendar,
    plan: &Plan,
    (first, last): (Date, Date),
    counts: &[bool],
) -> Result<Vec<Forecast>, ForecastError> {
    let past = Past::new(load, calendar, plan, first)?;
    let end = past.days.last().map_or(load.first_day, |day| day.date);
    let place = |day| match past.place(day) {
        Some(place) => Ok(place),
        None if day <= end => Err(ForecastError::TooShort { day, found: 0 }),
        None => Err(ForecastError::TooFar { day, last: end }),
    };
    let (first_place, last_place) = (place(first)?, place(last)?);
    let found = past.read_before(first_place);
    if found < HISTORY_DAYS_MIN {
        return Err(ForecastError::TooShort { day: first, found });
    }
    let from = first_place.saturating_sub(TRIAL_DAYS);
    let trials: Vec<Trial> =
        (from..=last_place).map(|place| Trial::of(&past, place, counts)).collect();
    (first_place..=last_place)
        .map(|place| {
            let window = place.saturating_sub(TRIAL_DAYS).max(from) - from..place - from;
            finish(&past, place, (&trials[place - from], &trials[window]), counts)
        })
        .collect()
}

/// What both forecasts say of a day, and how they fared if the day is read.
struct Trial {
    base: Vec<f64>,
    similar: Similar,
    /// Absolute errors of base and similar days, summed over the slots that count, and their
    /// number.
    errors: (f64, f64, usize),
    /// The level at which each read slot lay among the similar days.
    levels: Vec<f64>,
    /// The level at which the highest slot of the day lay.
    peak_level: Option<f64>,
    /// The same of the highest slot among those that count.
    counting_level: Option<f64>,
}

impl Trial {
    fn of(past: &Past, place: usize, counts: &[bool]) -> Self {
        let (base, similar) = (base(past, place), similar(past, place, counts));
        let (errors, levels) = ((0.0, 0.0, 0), Vec::new());
        let mut trial =
            Self { base, similar, errors, levels, peak_level: None, counting_level: None };
        if past.read_before(place) < HISTORY_DAYS_MIN {
            return trial;
        }
        for (slot, kwh) in past.days.get(place).iter().flat_map(|day| day.kwh.iter().enumerate()) {
            let (base, spread) = (trial.base[slot], &trial.similar.slots[slot]);
            let error = ((kwh - base).abs(), (kwh - spread.at(0.5)).abs());
            if error.0.is_nan() || error.1.is_nan() {
                continue;
            }
            let (bases, models, slots) = trial.errors;
            trial.errors = (bases + error.0, models + error.1, slots + 1);
            trial.levels.push(spread.level(*kwh));
        }
        // A day that is read in part may have had its peak in a gap.
        let whole = past.days.get(place).filter(|day| day.known() == SLOTS_PER_DAY);
        trial.peak_level = whole.map(|day| trial.similar.highest.level(day.highest()));
        if counts.contains(&true) {
            let level = |day: &DayProfile| trial.similar.counting.level(day.highest_of(counts));
            trial.counting_level = whole.map(level);
        }
        trial
    }
}

/// The forecast of a day from its trial and those of the days before.
fn finish(
    past: &Past,
    place: usize,
    (trial, before): (&Trial, &[Trial]),
    counts: &[bool],
) -> Result<Forecast, ForecastError> {
    let first = past.days[0].date;
    let days = i64::try_from(place).unwrap_or(i64::MAX);
    let day = first.saturating_add(jiff::Span::new().days(days));
    let choice = choose(before);
    let (low, high) = levels(before);
    let (mut p10, mut p50, mut p90) = (Vec::new(), Vec::new(), Vec::new());
    for (slot, (base, spread)) in trial.base.iter().zip(&trial.similar.slots).enumerate() {
        let middle = match choice.model {
            Model::Base if !base.is_nan() => *base,
            Model::Base | Model::SimilarDays => spread.at(0.5),
        };
        let middle = if middle.is_nan() { *base } else { middle };
        if middle.is_nan() {
            return Err(ForecastError::NeverRead { day, slot });
        }
        let planned = |kwh: f64| past.planned(if kwh.is_nan() { middle } else { kwh }, day);
        p10.push(planned(spread.at(low)).min(planned(middle)));
        p50.push(planned(middle));
        p90.push(planned(spread.at(high)).max(planned(middle)));
    }
    let levels = before.iter().filter_map(|trial| trial.peak_level).collect();
    let floor = p50.iter().copied().fold(0.0, f64::max);
    let peak = peak(&trial.similar.highest, levels, floor, |kwh| past.planned(kwh, day));
    let counting_peak = counts.contains(&true).then(|| {
        let levels = before.iter().filter_map(|trial| trial.counting_level).collect();
        let marked = p50.iter().zip(counts).filter(|(_, counts)| **counts);
        let floor = marked.map(|(kwh, _)| *kwh).fold(0.0, f64::max);
        self::peak(&trial.similar.counting, levels, floor, |kwh| past.planned(kwh, day))
    });
    let day_type = past.types[place];
    Ok(Forecast { day, day_type, p10, p50, p90, peak, counting_peak, choice })
}

/// The peak of a day by the peaks of similar days; never below what the middle of its slots says.
fn peak(peaks: &Spread, levels: Vec<f64>, floor_kwh: f64, planned: impl Fn(f64) -> f64) -> Peak {
    let (low, high) = bounds(levels);
    let at = |level: f64| 4.0 * planned(peaks.at(level)).max(floor_kwh);
    Peak { p10_kw: at(low), p50_kw: at(0.5), p90_kw: at(high) }
}

/// The base, unless similar days were better on enough days.
fn choose(before: &[Trial]) -> Choice {
    let tried = before.iter().map(|trial| trial.errors).filter(|(_, _, slots)| *slots > 0);
    let mut choice = Choice { model: Model::Base, mae_base: 0.0, mae_model: 0.0, days: 0 };
    let mut all = 0;
    for (base, model, slots) in tried {
        choice.mae_base += base;
        choice.mae_model += model;
        choice.days += 1;
        all += slots;
    }
    choice.mae_base /= all.max(1) as f64;
    choice.mae_model /= all.max(1) as f64;
    if choice.days >= TRIED_MIN && choice.mae_model < choice.mae_base {
        choice.model = Model::SimilarDays;
    }
    choice
}

/// The levels that a tenth of the slots before stayed below and above.
fn levels(before: &[Trial]) -> (f64, f64) {
    bounds(before.iter().flat_map(|trial| trial.levels.iter().copied()).collect())
}

/// The levels that a tenth of some levels lie below and above.
fn bounds(mut levels: Vec<f64>) -> (f64, f64) {
    let low = robust::quantile(&mut levels, 0.1).unwrap_or(LEVELS_UNTRIED.0);
    let high = robust::quantile(&mut levels, 0.9).unwrap_or(LEVELS_UNTRIED.1);
    (low.clamp(-LEVEL_BEYOND, 0.5), high.clamp(0.5, 1.0 + LEVEL_BEYOND))
}
