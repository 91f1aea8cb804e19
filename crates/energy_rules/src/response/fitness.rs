//! Whether a customer would pass the gate: the error of the baseline on days without any reduction.

use std::fmt;

use jiff::civil::Date;

use super::baseline::baseline;
use super::history::{Day, History};
use super::{Adjustment, Exclusions, Hours, Method, Ranking, ResponseError, Rules};
use crate::robust;

/// The gate of the market: RRMSE of 30 % (electimes 2019). The programme for small customers
/// (중소형DR) had none in 2018 (industrynews 26865); whether it has one today is unverified.
pub const GATE_RRMSE: f64 = 0.30;
/// A baseline that is off by more than this on the mean is named.
const BIAS_NOTED: f64 = 0.02;
/// A day that is off the mean by more than this is irregular; the market's own measure for
/// factories.
const IRREGULAR: f64 = 0.25;
/// The share of irregular days from which they are named as a reason.
const IRREGULAR_SHARE: f64 = 0.10;

/// The days and hours that are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// The first day.
    pub first: Date,
    /// The last day.
    pub last: Date,
    /// The hours, each as if it were called by itself.
    pub hours: Hours,
}

/// Pass or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The error is within the gate.
    WouldPass,
    /// The error is above the gate: the market would refuse the customer under these rules.
    WouldFail,
}

/// What the tenant is to know before signing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Reason {
    /// The error is above the gate.
    ErrorAboveGate {
        /// RRMSE, a ratio.
        rrmse: f64,
    },
    /// The baseline lies above what is drawn: reductions would be paid that never happened.
    Overpays {
        /// A ratio.
        bias: f64,
    },
    /// The baseline lies below what is drawn: part of a reduction would never be paid.
    Underpays {
        /// A ratio.
        bias: f64,
    },
    /// Days differ too much for any mean of days before.
    IrregularDays {
        /// Share of the days that lie more than 25 % off their mean.
        share: f64,
    },
    /// Days of the period could not be measured.
    DaysLeftOut {
        /// How many.
        days: usize,
    },
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ErrorAboveGate { rrmse } => write!(
                out,
                "the baseline misses the load by {:.1} %, the gate is {:.0} %",
                rrmse * 100.0,
                GATE_RRMSE * 100.0
            ),
            Self::Overpays { bias } => write!(
                out,
                "the baseline lies {:.2} % above the load: reductions would be paid that never \
                 happened, and may be claimed back",
                bias * 100.0
            ),
            Self::Underpays { bias } => write!(
                out,
                "the baseline lies {:.2} % below the load: part of a reduction would not be paid",
                -bias * 100.0
            ),
            Self::IrregularDays { share } => write!(
                out,
                "{:.0} % of the days lie more than 25 % off the mean: days before say little \
                 about the next",
                share * 100.0
            ),
            Self::DaysLeftOut { days } => {
                write!(out, "{days} working days had gaps or too little history before them")
            }
        }
    }
}

/// How well a baseline fits a customer.
#[derive(Debug, Clone, PartialEq)]
pub struct Fitness {
    /// The rules that were tried.
    pub rules: Rules,
    /// Days measured.
    pub days: usize,
    /// Hours measured.
    pub hours: usize,
    /// `sqrt(mean((CBL - actual)^2)) / mean(actual)`.
    pub rrmse: f64,
    /// `mean(CBL - actual) / mean(actual)`; above 0 the baseline is too high.
    pub bias: f64,
    /// `mean(|CBL - actual|)`, kWh an hour.
    pub mae_kwh: f64,
    /// Against the gate of 30 %.
    pub verdict: Verdict,
    /// Why, and what else the tenant is to know.
    pub reasons: Vec<Reason>,
}

/// Measures a baseline on days without a reduction, every hour as if it were called by itself.
pub fn fitness(history: &History, rules: Rules, period: &Period) -> Result<Fitness, ResponseError> {
    let (mut errors, mut actuals) = (Vec::new(), Vec::new());
    let (mut totals, mut left_out) = (Vec::new(), 0);
    let measured = (period.first..=period.last, &history.days);
    for day in measured.1.iter().filter(|day| measured.0.contains(&day.date)) {
        if !day.is_working() || day.reduced {
            continue;
        }
        let before = errors.len();
        for (error, actual) in measure(history, rules, day, period.hours)? {
            errors.push(error);
            actuals.push(actual);
        }
        if errors.len() == before {
            left_out += 1;
        } else {
            totals.push(actuals[before..].iter().sum::<f64>());
        }
    }
    score(rules, period, &errors, &actuals, &totals, left_out)
}

/// Error and load of the hours of a day that can be measured, kWh.
pub(super) fn measure(
    history: &History,
    rules: Rules,
    day: &Day,
    hours: Hours,
) -> Result<Vec<(f64, f64)>, ResponseError> {
    let mut found = Vec::new();
    for hour in hours.iter() {
        let Some(actual) = day.kwh[usize::from(hour)] else { continue };
        match baseline(history, rules, day.date, Hours { first: hour, end: hour + 1 }) {
            Ok(line) => found.push((line.kwh[0] - actual, actual)),
            Err(ResponseError::TooFewDays { .. } | ResponseError::NoMorning { .. }) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(found)
}

fn score(
    rules: Rules,
    period: &Period,
    errors: &[f64],
    actuals: &[f64],
    totals: &[f64],
    left_out: usize,
) -> Result<Fitness, ResponseError> {
    let (first, last) = (period.first, period.last);
    let nothing = ResponseError::NothingMeasured { first, last };
    let load = robust::mean(actuals).ok_or(nothing)?;
    if load <= 0.0 {
        return Err(ResponseError::NoLoad { first, last });
    }
    let count = errors.len() as f64;
    let rrmse = (errors.iter().map(|error| error * error).sum::<f64>() / count).sqrt() / load;
    let bias = errors.iter().sum::<f64>() / count / load;
    let mae_kwh = errors.iter().map(|error| error.abs()).sum::<f64>() / count;
    let verdict = if rrmse > GATE_RRMSE { Verdict::WouldFail } else { Verdict::WouldPass };
    let reasons = reasons(verdict, rrmse, bias, totals, left_out);
    let (days, hours) = (totals.len(), errors.len());
    Ok(Fitness { rules, days, hours, rrmse, bias, mae_kwh, verdict, reasons })
}

fn reasons(
    verdict: Verdict,
    rrmse: f64,
    bias: f64,
    totals: &[f64],
    left_out: usize,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if verdict == Verdict::WouldFail {
        reasons.push(Reason::ErrorAboveGate { rrmse });
    }
    if bias > BIAS_NOTED {
        reasons.push(Reason::Overpays { bias });
    }
    if bias < -BIAS_NOTED {
        reasons.push(Reason::Underpays { bias });
    }
    let mean = robust::mean(totals).unwrap_or(0.0);
    let odd = totals.iter().filter(|total| (*total - mean).abs() > IRREGULAR * mean).count();
    let share = odd as f64 / totals.len().max(1) as f64;
    if share > IRREGULAR_SHARE {
        reasons.push(Reason::IrregularDays { share });
    }
    if left_out > 0 {
        reasons.push(Reason::DaysLeftOut { days: left_out });
    }
    reasons
}

/// Measures every method with and without the same-day adjustment, the smallest error first: what
/// the tenant looks at before a method is fixed for a registration year.
pub fn compare(
    history: &History,
    period: &Period,
    ranking: Ranking,
    exclusions: Exclusions,
) -> Result<Vec<Fitness>, ResponseError> {
    let mut all = Vec::new();
    for method in Method::ALL {
        for adjustment in [Adjustment::None, Adjustment::SameDay] {
            let rules = Rules { method, ranking, adjustment, exclusions };
            all.push(fitness(history, rules, period)?);
        }
    }
    all.sort_by(|a, b| a.rrmse.total_cmp(&b.rrmse));
    Ok(all)
}
