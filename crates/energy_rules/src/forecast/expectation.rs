//! What is expected of days that are past, for whoever compares a load with days like it.

use super::ForecastError;
use super::past::Past;
use super::plan::Plan;
use super::similar::similar;
use crate::calendar::Calendar;
use crate::load::Load;
use crate::profiles::DayProfile;

/// The days of a load and what the days before each of them say of it.
#[derive(Debug)]
pub(crate) struct Expectation {
    past: Past,
}

impl Expectation {
    pub(crate) fn new(
        load: &Load,
        calendar: &Calendar,
        plan: &Plan,
    ) -> Result<Self, ForecastError> {
        Ok(Self { past: Past::new(load, calendar, plan, load.first_day)? })
    }

    /// The days.
    pub(crate) fn days(&self) -> &[DayProfile] {
        &self.past.days
    }

    /// Whether a day is worked by calendar and plan.
    pub(crate) fn is_working(&self, place: usize) -> bool {
        self.past.types[place].is_working()
    }

    /// The median of similar days, kWh a slot; NaN where nothing is known.
    pub(crate) fn middle(&self, place: usize) -> Vec<f64> {
        similar(&self.past, place).iter().map(|spread| spread.at(0.5)).collect()
    }
}
