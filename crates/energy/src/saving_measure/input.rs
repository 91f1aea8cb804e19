//! From readings and entered values to the case that the engine computes.

use std::collections::BTreeMap;

use base::Id;
use base::PointKind;
use base::hex;
use base::noun::Point;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::calendar::{Calendar, DayKind};
use energy_rules::savings::{Adjustment, Case, Column, Periods};
use jiff::civil::Date;
use platform::Ctx;
use platform::http::{ApiResult, Problem};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{
    MeasureInterval, MeasurePeriod, MeasureVariable, SavingMeasure, SavingMeasureError as Refusal,
    VariableRole, VariableSource,
};
use crate::Energy;
use crate::electricity_contract::{ContractTerms, ElectricityContract, rules as contract_rules};
use crate::load::midnight_ms;

/// Share of a day's expected readings that its mean temperature needs. Of our own choosing.
const TEMPERATURE_SHARE: f64 = 0.5;
/// Readings of a variable's point that are asked for at once.
const PIECE_READINGS: i64 = 60_000;
const DAY_MS: i64 = 86_400_000;

/// Values by day or by the first day of a month.
type Series = BTreeMap<Date, f64>;

/// What is known of one stretch of time.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Stretch {
    /// Days, or first days of months, of which everything is known.
    pub(super) on: Vec<Date>,
    pub(super) kwh: Vec<f64>,
    /// One column a variable, in their order.
    pub(super) variables: Vec<Vec<f64>>,
    /// Days or months of the period that are left out.
    pub(super) missing: u32,
}

/// Everything that a result is computed from.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Input {
    pub(super) baseline: Stretch,
    pub(super) reporting: Stretch,
    /// What a kWh of the report cost in the mean, won; `None` where no tariff is known.
    pub(super) won_per_kwh: Option<f64>,
    /// A part of the time is not the reader's to see.
    pub(super) hidden: bool,
}

impl Input {
    /// SHA-256 of the input and of the parts of the measure that the result depends on.
    pub(super) fn fingerprint(&self, measure: &SavingMeasure) -> String {
        let parts = (self, &measure.plan, &measure.adjustments);
        let text = serde_json::to_vec(&parts).expect("an input has a JSON form");
        hex(&Sha256::digest(text))
    }

    /// The case of the engine.
    pub(super) fn case(&self, measure: &SavingMeasure) -> Result<Case, Refusal> {
        let plan = &measure.plan;
        let adjustments = measure.adjustments.iter().map(|each| {
            let adjustment = Adjustment::new(each.kwh, &each.reason, &each.evidence);
            adjustment.map_err(|fault| Refusal::NoResult(fault.to_string()))
        });
        // 365 days are 12 months, and 364 are too.
        let months = u32::try_from((plan.reporting.days() + 1) * 12 / 365).unwrap_or(0);
        Ok(Case {
            interval: plan.interval.into(),
            estimator: plan.estimator.into(),
            option: plan.option.into(),
            baseline: self.baseline.periods(&plan.variables, plan.interval),
            reporting: self.reporting.periods(&plan.variables, plan.interval),
            months,
            adjustments: adjustments.collect::<Result<_, _>>()?,
        })
    }
}

impl Stretch {
    fn periods(&self, variables: &[MeasureVariable], interval: MeasureInterval) -> Periods {
        let mut temperature = None;
        let mut others = Vec::new();
        for (variable, values) in variables.iter().zip(&self.variables) {
            match variable.role {
                VariableRole::Temperature => temperature = Some(values.clone()),
                VariableRole::Production | VariableRole::Hours => {
                    others.push(Column::new(variable.name.clone(), values.clone()));
                }
            }
        }
        let mut before = None;
        let runs = self.on.iter().map(|on| {
            let follows = before.is_some_and(|before| after(before, interval) == *on);
            before = Some(*on);
            !follows
        });
        Periods { kwh: self.kwh.clone(), temperature, others, runs: runs.collect() }
    }
}

/// The day, or the first day of the month, after one.
fn after(on: Date, interval: MeasureInterval) -> Date {
    match interval {
        MeasureInterval::Day => on.saturating_add(jiff::Span::new().days(1)),
        MeasureInterval::Month => on.saturating_add(jiff::Span::new().months(1)),
    }
}

impl Energy {
    /// What a measure's result is computed from, as far as `ctx` may read it.
    pub(super) async fn measure_input(
        &self,
        ctx: &Ctx,
        measure: &SavingMeasure,
        contract: &ElectricityContract,
    ) -> ApiResult<Input> {
        let plan = &measure.plan;
        // Reactive energy is not looked at.
        let terms = ContractTerms {
            lagging_point_id: None,
            leading_point_id: None,
            ..contract.terms.clone()
        };
        let customer = contract_rules::customer(&terms);
        let mut stretches = Vec::with_capacity(2);
        let (mut hidden, mut price) = (false, None);
        for period in [plan.baseline, plan.reporting] {
            let metered = self.load(ctx, &terms, period.from, period.to).await?;
            hidden |= metered.hidden;
            let prices = self.prices(&customer, (period.from, metered.load.days()));
            price = mean_price(&metered.load.wh, prices.iter().map(|p| p.micro_won_per_kwh));
            let mut columns = Vec::new();
            for variable in &plan.variables {
                let (values, is_hidden) = self.values(ctx, variable, period).await?;
                hidden |= is_hidden;
                columns.push(values);
            }
            let kwh = days(&metered.load.wh, period);
            stretches.push(stretch(plan.interval, period, kwh, (&plan.variables, columns)));
        }
        let reporting = stretches.pop().expect("there are two");
        let baseline = stretches.pop().expect("there are two");
        Ok(Input { baseline, reporting, won_per_kwh: price, hidden })
    }

    /// Values of a variable in a period, and whether a part of them is hidden. By day; entered ones by month where
    /// months are compared.
    async fn values(
        &self,
        ctx: &Ctx,
        variable: &MeasureVariable,
        period: MeasurePeriod,
    ) -> ApiResult<(Series, bool)> {
        match &variable.source {
            VariableSource::Entered { values } => {
                let inside = values.iter().filter(|v| period.from <= v.on && v.on <= period.to);
                Ok((inside.map(|value| (value.on, value.value)).collect(), false))
            }
            VariableSource::WorkingDays => Ok((working_days(&self.calendar, period), false)),
            VariableSource::Point { point_id } => self.of_point(ctx, *point_id, period).await,
        }
    }

    /// The mean of a state, or the whole sum of intervals, of each day.
    async fn of_point(
        &self,
        ctx: &Ctx,
        id: Id<Point>,
        period: MeasurePeriod,
    ) -> ApiResult<(Series, bool)> {
        let directory = self.directory.snapshot();
        let point = directory.point_by_id(id).ok_or_else(|| Problem::not_found("point", id))?;
        let is_amount = point.kind == PointKind::Interval;
        let every_s = point.interval_s.filter(|_| is_amount).unwrap_or(point.expected_interval_s);
        let expected = 86_400.0 / f64::from(every_s.max(1));
        let piece = (PIECE_READINGS * i64::from(every_s.max(1)) / 86_400).clamp(1, 366) * DAY_MS;
        let from_ms = midnight_ms(period.from);
        let until_ms = from_ms + period.days() * DAY_MS;
        let mut sums: BTreeMap<i64, (f64, f64)> = BTreeMap::new();
        let (mut piece_ms, mut hidden) = (from_ms, false);
        while piece_ms < until_ms {
            let end_ms = until_ms.min(piece_ms + piece);
            let found = self.telemetry.permitted(ctx, id, piece_ms, end_ms).await?;
            hidden |= found.hidden;
            for reading in &found.readings {
                let (sum, count) = sums.entry((reading.at_ms - from_ms) / DAY_MS).or_default();
                *sum += reading.value;
                *count += 1.0;
            }
            piece_ms = end_ms;
        }
        let enough = if is_amount { expected } else { expected * TEMPERATURE_SHARE };
        let whole = sums.into_iter().filter(|(_, (_, count))| *count >= enough);
        let values = whole.map(|(day, (sum, count))| {
            let on = period.from.saturating_add(jiff::Span::new().days(day));
            (on, if is_amount { sum } else { sum / count })
        });
        Ok((values.collect(), hidden))
    }
}

/// What a kWh cost in the mean, weighted by what was drawn, won.
fn mean_price(wh: &[Option<i64>], micro_won: impl Iterator<Item = i64>) -> Option<f64> {
    let (mut drawn, mut cost) = (0.0, 0.0);
    for (wh, price) in wh.iter().zip(micro_won).filter(|(_, price)| *price > 0) {
        let kwh = wh.unwrap_or(0) as f64 / 1_000.0;
        drawn += kwh;
        cost += kwh * price as f64 / 1_000_000.0;
    }
    (drawn > 0.0).then(|| cost / drawn)
}

/// Energy of the days that are known whole, kWh.
fn days(wh: &[Option<i64>], period: MeasurePeriod) -> Series {
    let days = dates(period).zip(wh.chunks(SLOTS_PER_DAY));
    let known = days.filter_map(|(on, slots)| {
        let sum: Option<i64> = slots.iter().copied().sum();
        Some((on, sum? as f64 / 1_000.0))
    });
    known.collect()
}

fn dates(period: MeasurePeriod) -> impl Iterator<Item = Date> {
    let days = usize::try_from(period.days()).unwrap_or(0);
    period.from.series(jiff::Span::new().days(1)).take(days)
}

fn working_days(calendar: &Calendar, period: MeasurePeriod) -> Series {
    let works = |on: Date| match calendar.working_day(on) {
        DayKind::Weekday => 1.0,
        DayKind::Saturday | DayKind::Sunday | DayKind::Holiday => 0.0,
    };
    dates(period).map(|on| (on, works(on))).collect()
}

/// Puts energy and variables side by side; a day or month of which anything is unknown is left out.
fn stretch(
    interval: MeasureInterval,
    period: MeasurePeriod,
    kwh: Series,
    (variables, columns): (&[MeasureVariable], Vec<Series>),
) -> Stretch {
    let (kwh, columns) = match interval {
        MeasureInterval::Day => (kwh, columns),
        MeasureInterval::Month => {
            let pairs = variables.iter().zip(columns);
            let columns = pairs.map(|(variable, values)| match &variable.source {
                VariableSource::Entered { .. } => values,
                VariableSource::Point { .. } | VariableSource::WorkingDays => {
                    by_month(&values, period, variable.role == VariableRole::Temperature)
                }
            });
            (by_month(&kwh, period, false), columns.collect())
        }
    };
    let asked: Vec<Date> = match interval {
        MeasureInterval::Day => dates(period).collect(),
        MeasureInterval::Month => dates(period).filter(|on| on.day() == 1).collect(),
    };
    let mut known = Stretch {
        on: Vec::new(),
        kwh: Vec::new(),
        variables: vec![Vec::new(); columns.len()],
        missing: 0,
    };
    for on in asked {
        let row: Option<Vec<f64>> = columns.iter().map(|values| values.get(&on).copied()).collect();
        let Some((kwh, row)) = kwh.get(&on).copied().zip(row) else {
            known.missing += 1;
            continue;
        };
        known.on.push(on);
        known.kwh.push(kwh);
        for (column, value) in known.variables.iter_mut().zip(row) {
            column.push(value);
        }
    }
    known
}

/// Sums, or means, of the months of which every day is known.
fn by_month(days: &Series, period: MeasurePeriod, mean: bool) -> Series {
    let firsts = dates(period).filter(|on| on.day() == 1);
    let months = firsts.filter_map(|first| {
        let values = days.range(first..=first.last_of_month()).map(|(_, value)| *value);
        let values: Vec<f64> = values.collect();
        let count = usize::try_from(first.days_in_month()).unwrap_or(usize::MAX);
        let sum: f64 = values.iter().sum();
        (values.len() == count).then(|| (first, if mean { sum / count as f64 } else { sum }))
    });
    months.collect()
}
