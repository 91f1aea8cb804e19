//! Looks at a contract's readings with its own tuning.

use base::ErrorKind;
use energy_rules::SLOTS_PER_DAY;
use energy_rules::anomaly::{AnomalyError, Event, LEARNING_DAYS, detection};
use energy_rules::load::Load;
use jiff::civil::{Date, DateTime, Time};
use platform::Ctx;
use platform::http::{ApiResult, Problem};

use crate::Energy;
use crate::anomaly_verdict::{AnomalyVerdict, rules as verdicts};
use crate::electricity_contract::{ElectricityContract, rules};
use crate::load::today;
use crate::load_plan;

/// Days that the detector learns from before the first day that is shown.
const HISTORY_DAYS: i64 = 150;
/// Days of one answer.
pub(crate) const DAYS_MAX: i64 = 400;
const SLOT_MINUTES: usize = 15;

/// What was seen, and what it was set against.
pub(crate) struct Seen {
    load: Load,
    expected_kwh: Vec<f64>,
    pub(crate) events: Vec<Event>,
    /// A part of the time is not the reader's to see.
    pub(crate) hidden: bool,
}

impl Energy {
    /// What went wrong on the days from `from` to `to`, told by a detector that has learnt from `given`.
    pub(crate) async fn anomalies(
        &self,
        ctx: &Ctx,
        contract: &ElectricityContract,
        (from, to): (Date, Date),
        given: &[AnomalyVerdict],
    ) -> ApiResult<Seen> {
        let to = to.min(today(ctx)).max(from);
        let first = from.saturating_sub(jiff::Span::new().days(HISTORY_DAYS));
        let metered = self.load(ctx, &contract.terms, first, to).await?;
        let load = known_part(metered.load, from)?;
        let first = load.first_day;
        let prices = self.kwh_prices(&rules::customer(&contract.terms), (first, load.days()));
        let entries = self.load_plans(contract.id, (first, to)).await?;
        let plan = load_plan::rules::plan(&entries, (first, to));
        let tuning = verdicts::tuning(given);
        let calendar = std::sync::Arc::clone(&self.calendar);
        let work = move || {
            let found = detection(&load, &calendar, &plan, &prices, &tuning)?;
            Ok::<_, AnomalyError>((load, found))
        };
        let (load, found) = self.calculations.run(work).await?.map_err(|fault| refusal(&fault))?;
        let mut events = found.events;
        events.retain(|event| load.day_of(event.slots.end - 1) >= from);
        let hidden = metered.hidden;
        Ok(Seen { load, expected_kwh: found.expected_kwh, events, hidden })
    }
}

/// The load from its first reading on: days before it teach nothing.
fn known_part(load: Load, from: Date) -> ApiResult<Load> {
    let load = from_first_known(load);
    let left = load.days();
    if left <= LEARNING_DAYS {
        let detail = format!(
            "{left} days until the end hold readings and the detector learns from {LEARNING_DAYS} \
             before it speaks: import more history, or choose days after {from}"
        );
        return Err(Problem::new(ErrorKind::Invalid, "anomaly.too_short", detail));
    }
    Ok(load)
}

/// The active energy of a load from the day of its first reading on.
pub(crate) fn from_first_known(mut load: Load) -> Load {
    let known = load.wh.iter().position(Option::is_some).unwrap_or(load.wh.len());
    let days = known / SLOTS_PER_DAY;
    load.first_day = load.day_of(days * SLOTS_PER_DAY);
    load.wh.drain(..days * SLOTS_PER_DAY);
    load.lagging_varh.clear();
    load.leading_varh.clear();
    load
}

fn refusal(fault: &AnomalyError) -> Problem {
    let detail = fault.to_string();
    match fault {
        AnomalyError::TooShort { .. } => {
            Problem::new(ErrorKind::Invalid, "anomaly.too_short", detail)
        }
        AnomalyError::Prices { .. } | AnomalyError::Load(_) => {
            Problem::new(ErrorKind::Invalid, "anomaly.load", detail)
        }
    }
}

impl Seen {
    /// When a slot begins, civil time of Korea.
    pub(crate) fn at(&self, slot: usize) -> DateTime {
        let minutes = i64::try_from(slot % SLOTS_PER_DAY * SLOT_MINUTES).unwrap_or(0);
        let midnight = self.load.day_of(slot).to_datetime(Time::midnight());
        midnight.saturating_add(jiff::Span::new().minutes(minutes))
    }

    /// When an event began, and when it ended.
    pub(crate) fn span(&self, event: &Event) -> (DateTime, DateTime) {
        (self.at(event.slots.start), self.at(event.slots.end))
    }

    /// When an event could first be told.
    pub(crate) fn told_at(&self, event: &Event) -> Option<DateTime> {
        event.flags.first().map(|slot| self.at(slot + 1))
    }

    /// The slot that a time falls into; none before the load and after it.
    pub(crate) fn slot(&self, at: DateTime) -> Option<usize> {
        let days = usize::try_from((at.date() - self.load.first_day).get_days()).ok()?;
        let minutes = usize::try_from(i64::from(at.hour()) * 60 + i64::from(at.minute())).ok()?;
        let slot = days * SLOTS_PER_DAY + minutes / SLOT_MINUTES;
        (slot < self.load.wh.len()).then_some(slot)
    }

    /// What was drawn and what was expected in some slots, kWh; none where it is not known.
    pub(crate) fn profile(
        &self,
        slots: std::ops::Range<usize>,
    ) -> (Vec<Option<f64>>, Vec<Option<f64>>) {
        let slots = slots.start..slots.end.min(self.load.wh.len());
        let actual = self.load.wh[slots.clone()].iter();
        let actual = actual.map(|wh| wh.map(crate::bill::decimal_kilo));
        let expected = self.expected_kwh[slots].iter();
        let expected = expected.map(|kwh| kwh.is_finite().then_some((kwh * 1e3).round() / 1e3));
        (actual.collect(), expected.collect())
    }
}
