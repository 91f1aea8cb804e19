//! A site: what it draws and what its energy costs, slot by slot.

use super::battery::SLOT_HOURS;
use super::error::{DispatchError, finite, same_length};

/// The most slots that one plan takes: four years.
pub const SLOTS_MAX: usize = 4 * 366 * crate::SLOTS_PER_DAY;

/// Load and prices of consecutive slots of 15 minutes.
///
/// Money is `f64` won here and in the whole dispatch: a plan is not a bill.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// Energy that the site draws, kWh a slot; below 0 where its own generation is in surplus,
    /// which is never fed into the grid: what the battery does not take is lost.
    pub load_kwh: Vec<f64>,
    /// Price of energy from the grid, won/kWh, all adders included.
    pub price_won: Vec<f64>,
    /// Whether the slot can set the billing demand (요금적용전력): mid and peak bands do.
    pub counts: Vec<bool>,
    /// The month of the slot, counted from 0, as [`super::DemandTerms::months`] lists them.
    pub month: Vec<usize>,
}

impl Site {
    /// Number of slots.
    pub fn len(&self) -> usize {
        self.load_kwh.len()
    }

    /// Whether there is no slot.
    pub fn is_empty(&self) -> bool {
        self.load_kwh.is_empty()
    }

    /// The same site with generation of its own taken off its load, kWh a slot.
    pub fn with_generation(&self, generated_kwh: &[f64]) -> Result<Self, DispatchError> {
        finite("the generation", generated_kwh, self.len())?;
        let load = self.load_kwh.iter().zip(generated_kwh).map(|(load, made)| load - made);
        Ok(Self { load_kwh: load.collect(), ..self.clone() })
    }

    /// Checks lengths and numbers against the number of months of the terms.
    pub(super) fn check(&self, months: usize) -> Result<(), DispatchError> {
        let slots = self.len();
        if slots == 0 {
            return Err(DispatchError::Empty);
        }
        if slots > SLOTS_MAX {
            return Err(DispatchError::TooLong { slots, max: SLOTS_MAX });
        }
        finite("the load", &self.load_kwh, slots)?;
        finite("the price", &self.price_won, slots)?;
        same_length("the demand flags", self.counts.len(), slots)?;
        same_length("the months of slots", self.month.len(), slots)?;
        let mut before = 0;
        for (at, &month) in self.month.iter().enumerate() {
            if month >= months || month < before {
                let last = months.saturating_sub(1);
                return Err(DispatchError::Month { at, month, last });
            }
            before = month;
        }
        Ok(())
    }

    /// Highest demand of each month, kW, for energy drawn from the grid in slots that count.
    pub(super) fn demand_kw(&self, grid_kwh: &[f64], months: usize) -> Vec<f64> {
        let mut demand = vec![0.0_f64; months];
        for (at, grid) in grid_kwh.iter().enumerate() {
            if self.counts[at] {
                let month = self.month[at];
                demand[month] = demand[month].max(grid / SLOT_HOURS);
            }
        }
        demand
    }

    /// What energy from the grid costs, won.
    pub(super) fn energy_won(&self, grid_kwh: &[f64]) -> f64 {
        grid_kwh.iter().zip(&self.price_won).map(|(grid, price)| grid * price).sum()
    }
}
