//! The forecast that needs no model: the median of the last days of the same type, holidays aware.

use super::past::Past;
use crate::SLOTS_PER_DAY;
use crate::profiles::DayProfile;
use crate::robust;

/// Days of the same type that the base looks at. Four and eight days err alike (9.19 and 9.14 kWh).
const BASE_DAYS: usize = 8;

/// The median of each slot over the last same-type days before `place`; NaN where none knows the
/// slot.
pub(super) fn base(past: &Past, place: usize) -> Vec<f64> {
    let days: Vec<&DayProfile> = past.types[place]
        .stand_ins()
        .into_iter()
        .map(|stand_in| {
            let before = past.days[..place].iter().zip(&past.types).rev();
            let same = before.filter(|(_, day_type)| **day_type == stand_in);
            let read = same.map(|(day, _)| day).filter(|day| day.known() > 0);
            read.take(BASE_DAYS).collect::<Vec<_>>()
        })
        .find(|days| !days.is_empty())
        .unwrap_or_default();
    let at_slot = |slot: usize| {
        let known = days.iter().map(|day| day.kwh[slot]).filter(|kwh| !kwh.is_nan());
        robust::median(&mut known.collect::<Vec<f64>>()).unwrap_or(f64::NAN)
    };
    (0..SLOTS_PER_DAY).map(at_slot).collect()
}
