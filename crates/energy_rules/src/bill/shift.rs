//! Moving load within the days: what a change of shifts would cost.

use serde::{Deserialize, Serialize};

use super::{BillError, Period, Terms, first_slot};
use crate::SLOTS_PER_DAY;
use crate::load::Load;
use crate::tariff::Band;

/// A move of energy from some slots to others of the same day; the sum of the day stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shift {
    /// From the hours of one band to those of another. Days without both are left alone.
    Bands {
        /// The band to take from.
        from: Band,
        /// The band to give to.
        to: Band,
        /// How much of it, 1 to 100.
        percent: u8,
    },
    /// From slots of every day to others; a slot may not stand in both.
    Slots {
        /// Slots to take from, 0 to 95.
        from: Vec<u8>,
        /// Slots to give to, 0 to 95.
        to: Vec<u8>,
        /// How much of them, 1 to 100.
        percent: u8,
    },
}

impl Shift {
    /// The load after the move, under the contract that `terms` name.
    pub fn apply(&self, load: &Load, terms: &Terms<'_>) -> Result<Load, BillError> {
        self.check()?;
        let mut shifted = load.clone();
        let Some(last) = load.wh.len().checked_sub(1) else { return Ok(shifted) };
        let whole = Period { first: load.first_day, last: load.day_of(last) };
        for span in terms.contract.spans(whole, terms.tariffs)? {
            for date in span.days.iter() {
                let Some(start) = first_slot(load, date) else { continue };
                let end = (start + SLOTS_PER_DAY).min(load.wh.len());
                let table = span.tariff.day(date, terms.calendar.tariff_day(date));
                let side = |slot: usize| self.side(slot, table.0[slot].band());
                move_day(&mut shifted.wh[start..end], side, self.percent());
            }
        }
        Ok(shifted)
    }

    fn check(&self) -> Result<(), BillError> {
        if !(1..=100).contains(&self.percent()) {
            return Err(BillError::Shift("give 1 to 100 per cent"));
        }
        match self {
            Self::Bands { from, to, .. } if from == to => {
                Err(BillError::Shift("give two different bands"))
            }
            Self::Bands { .. } => Ok(()),
            Self::Slots { from, to, .. } => {
                let outside = |slot: &u8| usize::from(*slot) >= SLOTS_PER_DAY;
                if from.is_empty() || to.is_empty() || from.iter().chain(to).any(outside) {
                    return Err(BillError::Shift("give slots of 0 to 95 on both sides"));
                }
                if from.iter().any(|slot| to.contains(slot)) {
                    return Err(BillError::Shift("a slot cannot both give and take"));
                }
                Ok(())
            }
        }
    }

    fn percent(&self) -> u8 {
        match self {
            Self::Bands { percent, .. } | Self::Slots { percent, .. } => *percent,
        }
    }

    fn side(&self, slot: usize, band: Option<Band>) -> Side {
        let (gives, takes) = match self {
            Self::Bands { from, to, .. } => (band == Some(*from), band == Some(*to)),
            Self::Slots { from, to, .. } => {
                let holds = |list: &[u8]| list.iter().any(|at| usize::from(*at) == slot);
                (holds(from), holds(to))
            }
        };
        match (gives, takes) {
            (true, _) => Side::Gives,
            (false, true) => Side::Takes,
            (false, false) => Side::Stays,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Gives,
    Takes,
    Stays,
}

fn move_day(slots: &mut [Option<i64>], side: impl Fn(usize) -> Side, percent: u8) {
    let takers: Vec<usize> = (0..slots.len())
        .filter(|slot| slots[*slot].is_some() && side(*slot) == Side::Takes)
        .collect();
    let Ok(count) = i64::try_from(takers.len()) else { return };
    if count == 0 {
        return;
    }
    let mut moved = 0_i64;
    for (slot, wh) in slots.iter_mut().enumerate() {
        if let Some(wh) = wh.as_mut().filter(|wh| **wh > 0 && side(slot) == Side::Gives) {
            let part = *wh / 100 * i64::from(percent) + *wh % 100 * i64::from(percent) / 100;
            *wh -= part;
            moved = moved.saturating_add(part);
        }
    }
    // Evenly, the first ones taking one Wh more where it does not divide.
    let (each, mut rest) = (moved / count, moved % count);
    for slot in takers {
        let more = i64::from(rest > 0);
        rest -= more;
        slots[slot] = slots[slot].map(|wh| wh.saturating_add(each + more));
    }
}
