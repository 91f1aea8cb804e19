//! What a tenant knows of the days to come: shutdowns and how much is to be made.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// Factors that are believed; outside of them a plan is a slip of the pen.
const FACTORS: std::ops::RangeInclusive<f64> = 0.05..=5.0;

/// Shutdown days and plan factors, of the past as well as of days to come.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Plan {
    days: BTreeMap<Date, Planned>,
}

/// What is planned for one day.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Planned {
    /// Nothing is made (휴지): the day is like a Sunday.
    Shutdown,
    /// Production over that of an ordinary day of its type: 1 is ordinary, 0.5 is half.
    Factor(f64),
}

/// A plan that cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a plan factor of {factor} for {day} cannot be meant; pass 0.05 to 5, or a shutdown")]
pub struct PlanFault {
    /// The day.
    pub day: Date,
    /// The factor.
    pub factor: f64,
}

impl Plan {
    /// Plans a day; a second plan for a day replaces the first.
    pub fn set(&mut self, day: Date, planned: Planned) -> Result<(), PlanFault> {
        match planned {
            Planned::Factor(factor) if !FACTORS.contains(&factor) => {
                return Err(PlanFault { day, factor });
            }
            Planned::Factor(_) | Planned::Shutdown => {}
        }
        self.days.insert(day, planned);
        Ok(())
    }

    /// Whether a day is shut.
    pub fn is_shut(&self, day: Date) -> bool {
        matches!(self.days.get(&day), Some(Planned::Shutdown))
    }

    /// The factor of a day; 1 when nothing is planned.
    pub fn factor(&self, day: Date) -> f64 {
        match self.days.get(&day) {
            Some(Planned::Factor(factor)) => *factor,
            Some(Planned::Shutdown) | None => 1.0,
        }
    }
}
