//! The customer baseline (고객기준부하) of the hours of one day.

use jiff::civil::Date;

use super::exclusion::days_before;
use super::history::{Day, History};
use super::{Adjustment, Hours, Method, Ranking, ResponseError, Rules};

/// The hours before the first one that the same-day adjustment looks at, first and last.
const MORNING: (u8, u8) = (4, 2);

/// What would have been drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The day.
    pub day: Date,
    /// The hours.
    pub hours: Hours,
    /// kWh of each hour, the adjustment included, never below zero.
    pub kwh: Vec<f64>,
    /// What the same-day adjustment added to each hour, kWh; 0 without it.
    pub adjustment_kwh: f64,
    /// The days that it is made of, newest first.
    pub days: Vec<Date>,
}

/// The baseline of some hours of a day, from the days before it and, for the adjustment, its own
/// morning.
pub fn baseline(
    history: &History,
    rules: Rules,
    day: Date,
    hours: Hours,
) -> Result<Baseline, ResponseError> {
    let method = rules.method;
    let place = history.days.partition_point(|known| known.date < day);
    let days = days_before(history, place, method, rules.exclusions);
    if days.len() < method.days() {
        let (found, needed) = (days.len(), method.days());
        return Err(ResponseError::TooFewDays { day, method, found, needed });
    }
    let adjustment_kwh = match rules.adjustment {
        Adjustment::None => 0.0,
        Adjustment::SameDay => morning(history, rules, day, hours, &days)?,
    };
    let kwh = hours.iter().map(|hour| (plain(&days, rules, hour) + adjustment_kwh).max(0.0));
    Ok(Baseline {
        day,
        hours,
        kwh: kwh.collect(),
        adjustment_kwh,
        days: days.iter().map(|day| day.date).collect(),
    })
}

/// The mean of an hour over the days that the method keeps.
fn plain(days: &[&Day], rules: Rules, hour: u8) -> f64 {
    let at_hour = |day: &Day| day.kwh[usize::from(hour)].unwrap_or(0.0);
    let mut ranked: Vec<(f64, f64)> = days
        .iter()
        .map(|day| match rules.ranking {
            Ranking::ByHour => (at_hour(day), at_hour(day)),
            Ranking::ByDay => (day.of_response().unwrap_or(0.0), at_hour(day)),
        })
        .collect();
    ranked.sort_by(|a, b| a.0.total_cmp(&b.0));
    let kept = kept(&ranked, rules.method);
    kept.iter().map(|(_, kwh)| kwh).sum::<f64>() / kept.len() as f64
}

/// What is left when the method has dropped its lowest and highest.
fn kept<T>(ranked: &[T], method: Method) -> &[T] {
    let (low, high) = method.dropped();
    &ranked[low..ranked.len() - high]
}

/// What the hours before the first one lay above their own baseline, on the mean.
fn morning(
    history: &History,
    rules: Rules,
    day: Date,
    hours: Hours,
    days: &[&Day],
) -> Result<f64, ResponseError> {
    let first = i16::from(hours.first());
    let (from, until) = (first - i16::from(MORNING.0), first - i16::from(MORNING.1));
    let fault = ResponseError::NoMorning { day, from, until };
    let today = history.place(day).map(|place| &history.days[place]);
    let (Some(today), Ok(from), Ok(until)) = (today, u8::try_from(from), u8::try_from(until))
    else {
        return Err(fault);
    };
    let mut above = Vec::new();
    for hour in from..=until {
        match today.kwh[usize::from(hour)] {
            Some(actual) => above.push(actual - plain(days, rules, hour)),
            None => return Err(fault),
        }
    }
    crate::robust::mean(&above).ok_or(fault)
}
