//! Benchmarks (벤치마크): how a tenant uses electricity beside the others of its industry, without names.
//!
//! Made once for a month, when it is over, and kept: quartiles that changed with every late value would
//! tell whose it was. Quartiles are rounded, because the median of five is a value of one of them.

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday};
use serde::{Deserialize, Serialize};

use super::{MEMBERS_MIN, Reason, SHARE_MAX_PERCENT};
use crate::SLOTS_PER_DAY;

const SLOTS_PER_HOUR: usize = 4;
/// Share of the month's slots that must be known, percent.
const KNOWN_MIN_PERCENT: usize = 80;
/// Ratios are rounded to this.
const RATIO_STEP: f64 = 0.05;
/// Night, first and last hour: 22 to 6.
const NIGHT: (usize, usize) = (22, 6);
/// Working hours of Monday to Friday: 9 to 18.
const WORK: std::ops::Range<usize> = 9..18;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Load factor (부하율): mean power to the largest quarter of an hour.
    LoadFactor,
    /// Mean power from 22 to 6 to that from 9 to 18 of Monday to Friday.
    NightRatio,
    /// Mean power of Saturday and Sunday to that of Monday to Friday.
    WeekendRatio,
    /// kWh of the month to each m2 of floor; told only of a month without gaps.
    KwhPerM2,
    /// Peak coincidence (피크 일치율): own power in the group's highest hour to that of one's own highest.
    PeakCoincidence,
}

impl Metric {
    /// All, in the order of the page.
    pub const ALL: [Self; 5] = [
        Self::LoadFactor,
        Self::NightRatio,
        Self::WeekendRatio,
        Self::KwhPerM2,
        Self::PeakCoincidence,
    ];
}

/// A member's month.
#[derive(Debug, Clone, PartialEq)]
pub struct MonthLoad {
    /// Wh of each quarter of an hour, from midnight of the first day.
    pub wh: Vec<Option<i64>>,
    /// Floor space, m2.
    pub floor_area_m2: Option<f64>,
}

/// The figures of one member; those that cannot be told are left out.
pub type Figures = BTreeMap<Metric, f64>;

/// A member in the comparison.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compared<T> {
    /// Who.
    pub member: T,
    /// Its own figures.
    pub figures: Figures,
    /// In which quarter it is by each, 1 the lowest to 4.
    pub quarters: BTreeMap<Metric, u8>,
}

/// A group compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Benchmark<T> {
    /// How many are compared.
    pub count: usize,
    /// First quartile, median and third quartile, rounded; of fewer than [`MEMBERS_MIN`] figures nothing.
    pub quartiles: BTreeMap<Metric, [f64; 3]>,
    /// The members, each for itself to see.
    pub members: Vec<Compared<T>>,
}

/// Compares the members whose month is known well enough.
pub fn benchmark<T: Clone>(first: Date, loads: &[(T, MonthLoad)]) -> Result<Benchmark<T>, Reason> {
    let known: Vec<&(T, MonthLoad)> = loads.iter().filter(|(_, load)| is_known(load)).collect();
    if known.len() < MEMBERS_MIN {
        return Err(if loads.len() < MEMBERS_MIN { Reason::TooFew } else { Reason::MissingValues });
    }
    let sums: Vec<i128> = known.iter().map(|(_, load)| total(load)).collect();
    let (all, largest) = (sums.iter().sum::<i128>(), sums.iter().max().copied().unwrap_or(0));
    if all <= 0 || largest * 100 > all * i128::from(SHARE_MAX_PERCENT) {
        return Err(Reason::Dominated);
    }
    let hourly: Vec<Vec<Option<i64>>> = known.iter().map(|(_, load)| hours(load)).collect();
    let peak_hour = peak_hour(&hourly);
    let mut members: Vec<Compared<T>> = known
        .iter()
        .zip(&hourly)
        .map(|((member, load), hours)| Compared {
            member: member.clone(),
            figures: figures(first, load, hours, peak_hour),
            quarters: BTreeMap::new(),
        })
        .collect();
    let mut quartiles = BTreeMap::new();
    for metric in Metric::ALL {
        let values = members.iter().filter_map(|member| member.figures.get(&metric).copied());
        let mut values: Vec<f64> = values.collect();
        if values.len() < MEMBERS_MIN {
            continue;
        }
        values.sort_by(f64::total_cmp);
        let cuts = [0.25, 0.5, 0.75].map(|part| quantile(&values, part));
        quartiles.insert(metric, cuts.map(|cut| rounded(metric, cut)));
        for member in &mut members {
            if let Some(own) = member.figures.get(&metric) {
                let above = cuts.iter().filter(|cut| own > *cut).count();
                member.quarters.insert(metric, u8::try_from(above + 1).expect("1 to 4"));
            }
        }
    }
    Ok(Benchmark { count: members.len(), quartiles, members })
}

fn is_known(load: &MonthLoad) -> bool {
    let known = load.wh.iter().flatten().count();
    known > 0 && known * 100 >= load.wh.len() * KNOWN_MIN_PERCENT
}

fn total(load: &MonthLoad) -> i128 {
    load.wh.iter().flatten().copied().map(i128::from).sum()
}

fn hours(load: &MonthLoad) -> Vec<Option<i64>> {
    load.wh.chunks(SLOTS_PER_HOUR).map(|hour| hour.iter().copied().sum()).collect()
}

/// The hour in which all together drew most, of those in which all are known.
fn peak_hour(hourly: &[Vec<Option<i64>>]) -> Option<usize> {
    let count = hourly.iter().map(Vec::len).min()?;
    let together = (0..count).filter_map(|hour| {
        let sum: Option<i64> = hourly.iter().map(|hours| hours[hour]).sum();
        Some((sum?, std::cmp::Reverse(hour)))
    });
    together.max().map(|(_, std::cmp::Reverse(hour))| hour)
}

fn figures(
    first: Date,
    load: &MonthLoad,
    hours: &[Option<i64>],
    peak_hour: Option<usize>,
) -> Figures {
    let is_rest = |slot: usize| {
        let days = i64::try_from(slot / SLOTS_PER_DAY).unwrap_or(0);
        let date = first.saturating_add(jiff::Span::new().days(days));
        matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
    };
    let hour = |slot: usize| slot % SLOTS_PER_DAY / SLOTS_PER_HOUR;
    let mean = |holds: &dyn Fn(usize) -> bool| {
        let picked = load.wh.iter().enumerate().filter(|(slot, _)| holds(*slot));
        let picked: Vec<i64> = picked.filter_map(|(_, wh)| *wh).collect();
        (!picked.is_empty()).then(|| picked.iter().sum::<i64>() as f64 / picked.len() as f64)
    };
    let ratio = |part: Option<f64>, whole: Option<f64>| {
        whole.filter(|whole| *whole > 0.0).and_then(|whole| Some(part? / whole))
    };
    let peak = load.wh.iter().flatten().max().map(|wh| *wh as f64);
    let night = mean(&|slot| hour(slot) >= NIGHT.0 || hour(slot) < NIGHT.1);
    let work = mean(&|slot| !is_rest(slot) && WORK.contains(&hour(slot)));
    let own_peak = hours.iter().flatten().max().map(|wh| *wh as f64);
    let at_peak = peak_hour.and_then(|hour| hours.get(hour).copied().flatten());
    // A sum with gaps would be too small; the other figures are ratios of what is known.
    let is_whole = load.wh.iter().all(Option::is_some);
    let kwh = is_whole.then(|| total(load) as f64 / 1_000.0);
    let told = [
        (Metric::LoadFactor, ratio(mean(&|_| true), peak)),
        (Metric::NightRatio, ratio(night, work)),
        (Metric::WeekendRatio, ratio(mean(&is_rest), mean(&|slot| !is_rest(slot)))),
        (Metric::KwhPerM2, ratio(kwh, load.floor_area_m2)),
        (Metric::PeakCoincidence, ratio(at_peak.map(|wh| wh as f64), own_peak)),
    ];
    told.into_iter().filter_map(|(metric, value)| Some((metric, value?))).collect()
}

/// Between the two values beside the place, in proportion.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in a list is small and not negative"
)]
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let place = part * (sorted.len() - 1) as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - place.floor())
}

/// To steps of 0.05, or to two digits where there is no natural scale.
fn rounded(metric: Metric, value: f64) -> f64 {
    let step = match metric {
        Metric::KwhPerM2 if value > 0.0 => 10_f64.powf(value.log10().floor() - 1.0),
        Metric::KwhPerM2 => 1.0,
        Metric::LoadFactor
        | Metric::NightRatio
        | Metric::WeekendRatio
        | Metric::PeakCoincidence => RATIO_STEP,
    };
    let digits = (value / step).round() * step;
    (digits * 1e6).round() / 1e6
}
