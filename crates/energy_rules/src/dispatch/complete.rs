//! A load without gaps: a plan needs every slot, and says how many it had to guess.

use std::collections::BTreeMap;

use base::{Coded, ErrorKind};

use crate::SLOTS_PER_DAY;
use crate::calendar::{Calendar, DayKind};
use crate::load::Load;
use crate::profiles::{LoadFault, day_profiles};
use crate::robust::median;

/// More of the slots than this are never guessed.
pub const FILLED_SHARE_MAX: f64 = 0.05;

/// A load without gaps.
#[derive(Debug, Clone, PartialEq)]
pub struct Completed {
    /// kWh a slot.
    pub kwh: Vec<f64>,
    /// Slots that were guessed.
    pub filled: usize,
}

/// A load that no plan can be made from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum GapFault {
    /// Too much of it is unknown.
    #[error(
        "{missing} of {slots} quarters of an hour are not known, more than the {percent:.0} % that a \
         plan may guess: choose other months, or import what is missing",
        percent = FILLED_SHARE_MAX * 100.0
    )]
    TooMany {
        /// Slots that are unknown.
        missing: usize,
        /// All slots.
        slots: usize,
    },
    /// It cannot be read.
    #[error(transparent)]
    Load(#[from] LoadFault),
}

impl Coded for GapFault {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    fn code(&self) -> &'static str {
        "dispatch.gaps"
    }
}

/// Fills the gaps of a load, each with the median of the same quarter of an hour on days of the same
/// kind, or on all days where there is none of that kind.
pub fn complete(load: &Load, calendar: &Calendar) -> Result<Completed, GapFault> {
    let slots = load.wh.len();
    let missing = load.wh.iter().filter(|wh| wh.is_none()).count();
    if missing as f64 > FILLED_SHARE_MAX * slots as f64 {
        return Err(GapFault::TooMany { missing, slots });
    }
    let days = day_profiles(load, calendar)?;
    let mut like: BTreeMap<(Option<DayKind>, usize), Option<f64>> = BTreeMap::new();
    let mut guess = |kind: Option<DayKind>, slot: usize| {
        *like.entry((kind, slot)).or_insert_with(|| {
            let same = days.iter().filter(|day| kind.is_none_or(|kind| day.kind == kind));
            let mut known: Vec<f64> =
                same.map(|day| day.kwh[slot]).filter(|kwh| !kwh.is_nan()).collect();
            median(&mut known)
        })
    };
    let mut kwh = Vec::with_capacity(slots);
    for at in 0..slots {
        let (day, slot) = (&days[at / SLOTS_PER_DAY], at % SLOTS_PER_DAY);
        let known = day.kwh[slot];
        let value = if known.is_nan() {
            guess(Some(day.kind), slot).or_else(|| guess(None, slot))
        } else {
            Some(known)
        };
        kwh.push(value.ok_or(GapFault::TooMany { missing, slots })?);
    }
    Ok(Completed { kwh, filled: missing })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_gap_takes_the_median_of_the_same_quarter_on_days_of_its_kind() {
        // Monday 2018-07-02 on: three weeks, each day's slots hold its number in kWh.
        let mut wh: Vec<_> = (0..21 * 96).map(|slot| Some(slot / 96 * 1_000)).collect();
        wh[2 * 96 + 5] = None;
        wh[6 * 96 + 5] = None;
        let load = Load::active(date(2018, 7, 2), wh.clone());
        let found = complete(&load, &Calendar::shipped()).unwrap();
        assert_eq!(found.filled, 2);
        // Weekdays but the 2nd: 0 1 3 4 7 8 9 10 11 14 .. 18; the Sundays left are 13 and 20.
        assert!((found.kwh[2 * 96 + 5] - 9.5).abs() < 1e-9, "{}", found.kwh[2 * 96 + 5]);
        assert!((found.kwh[6 * 96 + 5] - 16.5).abs() < 1e-9, "{}", found.kwh[6 * 96 + 5]);
        wh[..3 * 96].fill(None);
        let load = Load::active(date(2018, 7, 2), wh);
        let fault = complete(&load, &Calendar::shipped()).unwrap_err();
        assert!(fault.to_string().starts_with("289 of 2016 quarters"), "{fault}");
        assert!(fault.to_string().contains("import what is missing"), "{fault}");
    }

    proptest! {
        #[test]
        fn what_is_known_is_never_touched(
            wh in prop::collection::vec(prop::option::weighted(0.98, 0i64..1_000_000), 96..1_000),
        ) {
            let load = Load::active(date(2018, 7, 2), wh.clone());
            let Ok(found) = complete(&load, &Calendar::shipped()) else { return Ok(()) };
            prop_assert_eq!(found.kwh.len(), wh.len());
            for (known, kwh) in wh.iter().zip(&found.kwh) {
                let expected = known.map_or(*kwh, |wh| wh as f64 / 1_000.0);
                prop_assert!((kwh - expected).abs() < 1e-9);
            }
        }
    }
}
