//! A load cut into days: what the engines that compare a day with days like it work on.

use jiff::civil::Date;

use crate::SLOTS_PER_DAY;
use crate::calendar::{Calendar, DayKind};
use crate::load::Load;

/// One day of a load.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct DayProfile {
    pub(crate) date: Date,
    /// As people see it: temporary holidays are days off.
    pub(crate) kind: DayKind,
    /// kWh a slot, 96 of them; NaN where nothing is known.
    pub(crate) kwh: Vec<f64>,
}

/// A load that no engine can work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadFault {
    /// Energy drawn cannot be below zero.
    #[error(
        "slot {slot} of {day} holds {wh} Wh: energy drawn is never negative; correct the reading \
         or mark it as missing, and keep energy fed in under its own quantity"
    )]
    Negative {
        /// The day of the slot.
        day: Date,
        /// The slot, 0 to 95.
        slot: usize,
        /// What stands there.
        wh: i64,
    },
    /// Longer than any history that is looked at.
    #[error("the load covers {days} days, more than the {DAYS_MAX} that are read; pass a part")]
    TooLong {
        /// Days of the load.
        days: usize,
    },
}

/// The longest load that is read: forty years.
pub const DAYS_MAX: usize = 14_610;

impl DayProfile {
    /// The slots that are known.
    pub(crate) fn known(&self) -> usize {
        self.kwh.iter().filter(|kwh| !kwh.is_nan()).count()
    }

    /// The highest known slot; NaN when none is known.
    pub(crate) fn highest(&self) -> f64 {
        self.kwh.iter().copied().fold(f64::NAN, f64::max)
    }

    /// The highest known slot among those that `counts` marks; NaN when none is known.
    pub(crate) fn highest_of(&self, counts: &[bool]) -> f64 {
        let marked = self.kwh.iter().zip(counts).filter(|(_, counts)| **counts);
        marked.map(|(kwh, _)| *kwh).fold(f64::NAN, f64::max)
    }
}

/// Wh as kWh.
#[expect(clippy::cast_precision_loss, reason = "a slot's Wh is far below 2^53")]
pub(crate) fn kwh(wh: i64) -> f64 {
    wh as f64 / 1000.0
}

/// The days of a load; the last one is filled up with unknown slots.
pub(crate) fn day_profiles(load: &Load, calendar: &Calendar) -> Result<Vec<DayProfile>, LoadFault> {
    if load.days() > DAYS_MAX {
        return Err(LoadFault::TooLong { days: load.days() });
    }
    let mut days = Vec::with_capacity(load.days());
    for (index, slots) in load.wh.chunks(SLOTS_PER_DAY).enumerate() {
        let date = load.day_of(index * SLOTS_PER_DAY);
        let mut profile = vec![f64::NAN; SLOTS_PER_DAY];
        for (slot, (place, wh)) in profile.iter_mut().zip(slots).enumerate() {
            match wh {
                Some(wh) if *wh < 0 => {
                    return Err(LoadFault::Negative { day: date, slot, wh: *wh });
                }
                Some(wh) => *place = kwh(*wh),
                None => {}
            }
        }
        days.push(DayProfile { date, kind: calendar.working_day(date), kwh: profile });
    }
    Ok(days)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_load_is_cut_into_days_and_a_negative_slot_is_named() {
        let mut wh = vec![Some(1500); 100];
        wh[3] = None;
        let load = Load::active(date(2018, 1, 1), wh.clone());
        let days = day_profiles(&load, &Calendar::shipped()).unwrap();
        assert_eq!(days.iter().map(DayProfile::known).collect::<Vec<_>>(), [95, 4]);
        assert_eq!((days[0].kind, days[1].kind), (DayKind::Holiday, DayKind::Weekday));
        assert!((days[1].kwh[0] - 1.5).abs() < 1e-12);

        wh[98] = Some(-5);
        let fault = day_profiles(&Load::active(date(2018, 1, 1), wh), &Calendar::shipped());
        let fault = fault.unwrap_err();
        assert_eq!(fault, LoadFault::Negative { day: date(2018, 1, 2), slot: 2, wh: -5 });
        assert!(fault.to_string().contains("mark it as missing"), "{fault}");
    }
}
