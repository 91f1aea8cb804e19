//! CO2e of a round and of each shipment (ISO 14083:2023; GLEC v3.2).
//!
//! A collection or delivery round is one unit, empty running included. Its emission is shared by each
//! shipment's mass times the shortest feasible or great-circle distance between its origin and its
//! destination, **not** the kilometres driven for it. Factors are the caller's, dated and with source.

use serde::{Deserialize, Serialize};

use super::{ShareError, remainder, value};

/// Fuel of a vehicle class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fuel {
    /// Millilitres for 100 km, empty.
    pub empty_ml: i64,
    /// Millilitres for 100 km, fully loaded.
    pub full_ml: i64,
    /// Kilograms of a full load.
    pub payload_kg: i64,
    /// Grams CO2e of a litre, well to wheel.
    pub grams_per_litre: i64,
}

/// One leg of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leg {
    /// Length driven.
    pub metres: i64,
    /// Load on it.
    pub load_kg: i64,
}

/// A shipment of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipment {
    /// Mass.
    pub kg: i64,
    /// Shortest feasible (or great-circle) distance from its origin to its destination.
    pub metres: i64,
}

/// What an emission was shared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// Mass times distance, as the standard says.
    TonneKilometres,
    /// Mass: no shipment has a distance, so that the standard's share is undefined.
    Mass,
}

/// Grams CO2e well to wheel of a round: over its legs
/// `km/100 * (empty + (full - empty) * load / payload) * factor`, rounded once to the gram.
pub fn of_round(fuel: &Fuel, legs: &[Leg]) -> Result<i64, ShareError> {
    let limits = [fuel.empty_ml, fuel.full_ml, fuel.payload_kg, fuel.grams_per_litre];
    for given in limits {
        if !(0..=FUEL_MAX).contains(&given) {
            return Err(ShareError::Value(given));
        }
    }
    if fuel.payload_kg == 0 {
        return Err(ShareError::NothingToShareBy);
    }
    let mut sum = 0_i128;
    for leg in legs {
        if !(0..=LEG_MAX).contains(&leg.metres) || !(0..=LEG_MAX).contains(&leg.load_kg) {
            return Err(ShareError::Value(leg.metres.max(leg.load_kg)));
        }
        let more = i128::from(fuel.full_ml - fuel.empty_ml) * i128::from(leg.load_kg);
        let rate = i128::from(fuel.empty_ml) * i128::from(fuel.payload_kg) + more;
        sum += i128::from(leg.metres) * rate;
    }
    // 100 km are 100,000 m and a litre is 1,000 ml.
    let divisor = i128::from(fuel.payload_kg) * 100_000_000;
    let grams = (sum * i128::from(fuel.grams_per_litre) + divisor / 2).div_euclid(divisor);
    let grams = i64::try_from(grams).map_err(|_| ShareError::Value(i64::MAX))?;
    value(grams)
}

/// Largest figure of a fuel.
const FUEL_MAX: i64 = 1_000_000;
/// Longest leg (m) and largest load (kg).
const LEG_MAX: i64 = 1_000_000_000;

/// Grams of each shipment; they sum to `grams`.
pub fn share(grams: i64, shipments: &[Shipment]) -> Result<(Vec<i64>, Basis), ShareError> {
    value(grams)?;
    for shipment in shipments {
        value(shipment.kg)?;
        value(shipment.metres)?;
    }
    let work = |shipment: &Shipment| i128::from(shipment.kg) * i128::from(shipment.metres);
    let mass = |shipment: &Shipment| i128::from(shipment.kg);
    let weights: Vec<i128> = shipments.iter().map(work).collect();
    if weights.iter().any(|weight| *weight > 0) {
        return Ok((remainder::by(grams, &weights)?, Basis::TonneKilometres));
    }
    let weights: Vec<i128> = shipments.iter().map(mass).collect();
    Ok((remainder::by(grams, &weights)?, Basis::Mass))
}
