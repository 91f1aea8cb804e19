//! What is expected of days that are past, for whoever compares a load with days like it.

use super::ForecastError;
use super::past::Past;
use super::plan::Plan;
use super::similar::similar;
use crate::SLOTS_PER_DAY;
use crate::calendar::Calendar;
use crate::load::Load;
use crate::profiles::{DayProfile, day_profiles};

/// The days of a load and what the days before each of them say of it.
#[derive(Debug)]
pub(crate) struct Expectation {
    days: Vec<DayProfile>,
    past: Past,
}

impl Expectation {
    /// Reads a load. What idling draws is told from its first `learning_days`, so that nothing
    /// looks ahead.
    pub(crate) fn new(
        load: &Load,
        calendar: &Calendar,
        plan: &Plan,
        learning_days: usize,
    ) -> Result<Self, ForecastError> {
        let learnt = load.day_of(learning_days * SLOTS_PER_DAY);
        let days = day_profiles(load, calendar)?;
        Ok(Self { days, past: Past::new(load, calendar, plan, learnt)? })
    }

    /// The days as they were read.
    pub(crate) fn days(&self) -> &[DayProfile] {
        &self.days
    }

    /// Whether a day is worked by calendar and plan.
    pub(crate) fn is_working(&self, place: usize) -> bool {
        self.past.types[place].is_working()
    }

    /// The median of similar days under the plan of the day, kWh a slot; NaN where nothing is
    /// known.
    pub(crate) fn middle(&self, place: usize) -> Vec<f64> {
        let day = self.days[place].date;
        let spreads = similar(&self.past, place, &[]).slots;
        spreads.iter().map(|spread| self.past.planned(spread.at(0.5), day)).collect()
    }
}
