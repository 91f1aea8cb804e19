//! What the answer says.

use energy_rules::response::{
    Baseline, DayUse, Fitness, GATE_RRMSE, Hours, Reason, ResponseError, Rules, UsedDay, Verdict,
    baseline,
};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::dr_event::DrRules;

/// Whether a customer would pass, method by method.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrFitnessView {
    /// The first day that is measured.
    #[schema(value_type = String, format = Date)]
    pub(super) from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub(super) to: Date,
    /// The first hour that may be called.
    pub(super) first_hour: u8,
    /// The hour before which calls end.
    pub(super) end_hour: u8,
    /// The gate: the error may not be above it, %.
    pub(super) gate_percent: f64,
    /// How many of the methods would pass.
    pub(super) passing: usize,
    /// Every method with and without the same-day adjustment, the smallest error first.
    pub(super) methods: Vec<DrMethod>,
    /// What became of the days under the rules that were asked for, or those of the smallest error.
    pub(super) days: DrDays,
    /// One day of these rules, hour by hour; absent while none could be measured.
    pub(super) day: Option<DrDay>,
    /// What of the rules is not verified at its source.
    #[schema(value_type = Vec<String>)]
    pub(super) unverified: Vec<&'static str>,
    /// Whether a part of the time is not shown because the meter was another's then.
    pub(super) hidden: bool,
}

/// How well a baseline fits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrMethod {
    /// The rules that were tried.
    pub(super) rules: DrRules,
    /// Whether the error is within the gate.
    pub(super) passes: bool,
    /// Root of the mean squared error over the mean load (RRMSE), %.
    pub(super) rrmse_percent: f64,
    /// Mean error over the mean load, %: above 0 the baseline is too high.
    pub(super) bias_percent: f64,
    /// Mean size of the error, kWh an hour.
    pub(super) mae_kwh: f64,
    /// Days measured.
    pub(super) days: usize,
    /// Hours measured.
    pub(super) hours: usize,
    /// Why, and what else is to be known before signing.
    pub(super) reasons: Vec<DrReason>,
}

/// A reason, with its figure.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrReason {
    /// `error_above_gate`, `overpays`, `underpays`, `irregular_days` (each %), `days_left_out` (days).
    #[schema(value_type = String)]
    code: &'static str,
    /// The figure.
    value: f64,
}

/// What became of the days of the period.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrDays {
    /// Under these rules.
    rules: DrRules,
    /// Measured.
    measured: usize,
    /// Saturdays and Sundays.
    weekend: usize,
    /// Holidays, those declared for once among them.
    holiday: usize,
    /// Working days that were not measured, with the reason, the earliest first.
    left_out: Vec<DrDayLeftOut>,
}

/// A working day that was not measured.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrDayLeftOut {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// `reduced`, `gaps`, `too_little_history`.
    #[schema(value_type = String)]
    reason: DayUse,
}

/// One day, hour by hour.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DrDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// What was drawn in each hour from 0 to 23, kWh.
    actual_kwh: Vec<Option<f64>>,
    /// The baseline of the hours that may be called, each as if called by itself, kWh.
    baseline_kwh: Vec<Option<f64>>,
    /// The days that it is made of, the newest first.
    #[schema(value_type = Vec<String>)]
    days: Vec<Date>,
}

impl From<&Fitness> for DrMethod {
    fn from(found: &Fitness) -> Self {
        Self {
            rules: found.rules.into(),
            passes: found.verdict == Verdict::WouldPass,
            rrmse_percent: found.rrmse * 100.0,
            bias_percent: found.bias * 100.0,
            mae_kwh: found.mae_kwh,
            days: found.days,
            hours: found.hours,
            reasons: found.reasons.iter().map(DrReason::from).collect(),
        }
    }
}

impl From<&Reason> for DrReason {
    fn from(reason: &Reason) -> Self {
        let (code, value) = match *reason {
            Reason::ErrorAboveGate { rrmse } => ("error_above_gate", rrmse * 100.0),
            Reason::Overpays { bias } => ("overpays", bias * 100.0),
            Reason::Underpays { bias } => ("underpays", -bias * 100.0),
            Reason::IrregularDays { share } => ("irregular_days", share * 100.0),
            Reason::DaysLeftOut { days } => ("days_left_out", days as f64),
        };
        Self { code, value }
    }
}

impl DrDays {
    pub(super) fn of(rules: Rules, used: &[UsedDay]) -> Self {
        let count = |wanted| used.iter().filter(|day| day.day_use == wanted).count();
        let is_left_out = |day: &&UsedDay| match day.day_use {
            DayUse::Reduced | DayUse::Gaps | DayUse::TooLittleHistory => true,
            DayUse::Measured | DayUse::Weekend | DayUse::Holiday => false,
        };
        let left_out = used.iter().filter(is_left_out);
        Self {
            rules: rules.into(),
            measured: count(DayUse::Measured),
            weekend: count(DayUse::Weekend),
            holiday: count(DayUse::Holiday),
            left_out: left_out
                .map(|day| DrDayLeftOut { date: day.date, reason: day.day_use })
                .collect(),
        }
    }
}

impl DrDay {
    /// A day under these rules, each hour as if it were called by itself.
    pub(super) fn of(
        history: &energy_rules::response::History,
        rules: Rules,
        (date, hours): (Date, Hours),
    ) -> Self {
        let alone = |hour: u8| -> Result<Baseline, ResponseError> {
            baseline(history, rules, date, Hours::new(hour, hour + 1)?)
        };
        let mut baseline_kwh = vec![None; 24];
        let mut days = Vec::new();
        for hour in hours.iter() {
            if let Ok(found) = alone(hour) {
                baseline_kwh[usize::from(hour)] = found.kwh.first().copied();
                days = found.days;
            }
        }
        Self { date, actual_kwh: history.hours_of(date).to_vec(), baseline_kwh, days }
    }
}

/// The gate, %.
pub(super) const GATE_PERCENT: f64 = GATE_RRMSE * 100.0;
