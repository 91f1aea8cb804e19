//! Energy self-sufficiency (에너지 자급률) of a complex in three figures that are never mixed.
//!
//! - **generated within**: all generation within the complex over all consumption;
//! - **consumed within**: generation that is used behind the members' own meters over all
//!   consumption, at most each hour's consumption; what is sold or fed back to KEPCO is generated,
//!   not consumed. With a battery, which keeps energy for a later hour, it is a lower bound;
//! - **matched**: the sum over hours of the smaller of generation and consumption, over all
//!   consumption.
//!
//! Netting a year against a year is not self-sufficiency: a noon's surplus lights no night. A
//! figure with a modelled plant in it says so ([`Figures::is_synthetic`]).

mod clear_sky;

pub use clear_sky::{ArrayFault, ClearSky};

use jiff::civil::Date;

use crate::load::Load;
use crate::profiles::kwh;

/// Slots of an hour.
const SLOTS_PER_HOUR: usize = 4;

/// Where a plant's energy goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disposal {
    /// Used behind the meter of the member that owns it.
    OwnUse,
    /// Sold to KEPCO or on the market.
    Sold,
}

/// Where a plant's readings come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// A meter.
    Metered,
    /// A model of clear skies: an upper bound, to be labelled as synthetic.
    ClearSkyModel,
}

/// A plant within the complex.
#[derive(Debug, Clone, Copy)]
pub struct Plant<'a> {
    /// What it generates.
    pub generation: &'a Load,
    /// Where that goes.
    pub disposal: Disposal,
    /// Where the readings come from.
    pub origin: Origin,
}

/// The three figures, as ratios, and what they stand on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// All generation over consumption; may exceed 1.
    pub generated_within: f64,
    /// The hourly smaller of generation for own use and consumption over consumption; never above 1,
    /// and with a battery a lower bound.
    pub consumed_within: f64,
    /// The hourly smaller of generation and consumption over consumption; never above 1.
    pub matched: f64,
    /// Consumption of the hours that count, kWh.
    pub consumption_kwh: f64,
    /// Generation of the hours that count, kWh.
    pub generation_kwh: f64,
    /// Hours that count.
    pub hours: usize,
    /// Hours left out since a reading is missing.
    pub hours_left_out: usize,
    /// Whether a modelled plant is in them.
    pub is_synthetic: bool,
}

impl Figures {
    /// What is left when all generation is set against all consumption of the time, at whatever hour it
    /// came (상계): never above 1, and **not** self-sufficiency. For comparison only.
    pub fn netted(&self) -> f64 {
        self.generated_within.min(1.0)
    }
}

/// Why there are no figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SelfSufficiencyError {
    /// Loads of other days.
    #[error(
        "a plant's readings begin on {found} and cover {found_slots} slots, the consumption begins on \
         {expected} and covers {expected_slots}; cut them to the same days"
    )]
    OtherDays {
        /// First day of the plant.
        found: Date,
        /// Its slots.
        found_slots: usize,
        /// First day of the consumption.
        expected: Date,
        /// Its slots.
        expected_slots: usize,
    },
    /// Energy below zero.
    #[error("slot {slot} holds {wh} Wh; consumption and generation are never negative: correct it")]
    Negative {
        /// Counted from the first slot.
        slot: usize,
        /// What stands there.
        wh: i64,
    },
    /// Nothing to divide by.
    #[error("no consumption is known in these {hours} hours; import it first")]
    NoConsumption {
        /// Hours looked at.
        hours: usize,
    },
}

/// The figures of a complex. Consumption is what members use, their own generation included.
pub fn figures(consumption: &Load, plants: &[Plant<'_>]) -> Result<Figures, SelfSufficiencyError> {
    let loads = plants.iter().map(|plant| plant.generation);
    for load in loads.chain([consumption]) {
        check(load, consumption)?;
    }
    let hours = consumption.wh.len().div_ceil(SLOTS_PER_HOUR);
    let mut found = Figures {
        generated_within: 0.0,
        consumed_within: 0.0,
        matched: 0.0,
        consumption_kwh: 0.0,
        generation_kwh: 0.0,
        hours: 0,
        hours_left_out: 0,
        is_synthetic: plants.iter().any(|plant| plant.origin == Origin::ClearSkyModel),
    };
    for hour in 0..hours {
        let used = in_hour(consumption, hour);
        let made: Option<Vec<f64>> =
            plants.iter().map(|plant| in_hour(plant.generation, hour)).collect();
        let (Some(used), Some(made)) = (used, made) else {
            found.hours_left_out += 1;
            continue;
        };
        let all: f64 = made.iter().sum();
        let own = plants.iter().zip(&made).filter(|(plant, _)| plant.disposal == Disposal::OwnUse);
        found.hours += 1;
        found.consumption_kwh += used;
        found.generation_kwh += all;
        found.consumed_within += own.map(|(_, kwh)| kwh).sum::<f64>().min(used);
        found.matched += all.min(used);
    }
    if found.consumption_kwh <= 0.0 {
        return Err(SelfSufficiencyError::NoConsumption { hours });
    }
    found.generated_within = found.generation_kwh / found.consumption_kwh;
    found.consumed_within /= found.consumption_kwh;
    found.matched /= found.consumption_kwh;
    Ok(found)
}

fn check(load: &Load, consumption: &Load) -> Result<(), SelfSufficiencyError> {
    let (found, found_slots) = (load.first_day, load.wh.len());
    let (expected, expected_slots) = (consumption.first_day, consumption.wh.len());
    if (found, found_slots) != (expected, expected_slots) {
        return Err(SelfSufficiencyError::OtherDays {
            found,
            found_slots,
            expected,
            expected_slots,
        });
    }
    let negative = |(slot, wh): (usize, &Option<i64>)| {
        wh.filter(|wh| *wh < 0).map(|wh| SelfSufficiencyError::Negative { slot, wh })
    };
    load.wh.iter().enumerate().find_map(negative).map_or(Ok(()), Err)
}

/// kWh of an hour; `None` unless all its slots are known.
fn in_hour(load: &Load, hour: usize) -> Option<f64> {
    let from = hour * SLOTS_PER_HOUR;
    let slots = &load.wh[from..(from + SLOTS_PER_HOUR).min(load.wh.len())];
    slots.iter().map(|wh| wh.map(kwh)).sum()
}

#[cfg(test)]
mod tests;
