//! Moving load within the days: what a change of shifts would cost.

use serde::{Deserialize, Serialize};

use super::{BillError, Period, Terms, first_slot};
use crate::SLOTS_PER_DAY;
use crate::calendar::DayKind;
use crate::demand::SLOTS_PER_HOUR;
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
    /// So much power from slots of a day to others, as far as there was so much; a slot may not
    /// stand in both.
    Power {
        /// Slots to take from, 0 to 95.
        from: Vec<u8>,
        /// Slots to give to, 0 to 95, evenly.
        to: Vec<u8>,
        /// How much, W.
        w: i64,
        /// On Monday to Friday without holidays only.
        working_days: bool,
    },
}

/// Power that a shift may move, W: 1 GW.
pub const SHIFT_W_MAX: i64 = 1_000_000_000;

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
                if self.working_days() && terms.calendar.working_day(date) != DayKind::Weekday {
                    continue;
                }
                let end = (start + SLOTS_PER_DAY).min(load.wh.len());
                let table = span.tariff.day(date, terms.calendar.tariff_day(date));
                let side = |slot: usize| self.side(slot, table.0[slot].band());
                move_day(&mut shifted.wh[start..end], side, |wh| self.part(wh));
            }
        }
        Ok(shifted)
    }

    fn check(&self) -> Result<(), BillError> {
        match self {
            Self::Bands { percent, .. } | Self::Slots { percent, .. }
                if !(1..=100).contains(percent) =>
            {
                Err(BillError::Shift("give 1 to 100 per cent"))
            }
            Self::Power { w, .. } if !(1..=SHIFT_W_MAX).contains(w) => {
                Err(BillError::Shift("give more than 0 kW and at most 1,000,000 kW"))
            }
            Self::Bands { from, to, .. } if from == to => {
                Err(BillError::Shift("give two different bands"))
            }
            Self::Bands { .. } => Ok(()),
            Self::Slots { from, to, .. } | Self::Power { from, to, .. } => {
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

    /// What is taken from a slot that draws so much, Wh.
    fn part(&self, wh: i64) -> i64 {
        match self {
            Self::Bands { percent, .. } | Self::Slots { percent, .. } => {
                wh / 100 * i64::from(*percent) + wh % 100 * i64::from(*percent) / 100
            }
            Self::Power { w, .. } => wh.min(w / SLOTS_PER_HOUR),
        }
    }

    fn working_days(&self) -> bool {
        match self {
            Self::Bands { .. } | Self::Slots { .. } => false,
            Self::Power { working_days, .. } => *working_days,
        }
    }

    fn side(&self, slot: usize, band: Option<Band>) -> Side {
        let (gives, takes) = match self {
            Self::Bands { from, to, .. } => (band == Some(*from), band == Some(*to)),
            Self::Slots { from, to, .. } | Self::Power { from, to, .. } => {
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

fn move_day(slots: &mut [Option<i64>], side: impl Fn(usize) -> Side, part: impl Fn(i64) -> i64) {
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
            let part = part(*wh);
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
