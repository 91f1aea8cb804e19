//! The slots of a day: which season, band and discount each belongs to.
//!
//! A slot belongs to the season, the day and the band of its **start**. Days are classified once
//! and looked up, since a bill reads 35,040 slots a year.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::file::Tables;
use super::{Band, DayRule, Hours, Season, Tariff};
use crate::SLOTS_PER_DAY;
use crate::calendar::DayKind;

/// Slots of one hour.
const SLOTS_PER_HOUR: usize = 4;

/// Season, band and discount of a slot, packed into six bits so that sums can be kept in an array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cell(u8);

impl Cell {
    /// How many there are.
    pub const COUNT: usize = 64;
    /// Discounts that a tariff may have: two bits, of which 0 is none.
    pub const DISCOUNTS_MAX: usize = 3;

    /// A cell; `band` is none in a tariff without time of use, `discount` an index of the tariff's.
    pub fn new(season: Season, band: Option<Band>, discount: Option<usize>) -> Self {
        let band = band.map_or(3, |band| band as u8);
        let discount = discount.map_or(0, |index| 1 + u8::try_from(index.min(2)).unwrap_or(2));
        Self((season as u8) << 4 | band << 2 | discount)
    }

    /// The place of it in an array of [`Cell::COUNT`].
    pub fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The cell at a place, when there is one.
    pub fn at(index: usize) -> Option<Self> {
        let code = u8::try_from(index).ok().filter(|code| code >> 4 < 3)?;
        Some(Self(code))
    }

    /// The season.
    pub fn season(self) -> Season {
        match self.0 >> 4 {
            0 => Season::Summer,
            1 => Season::SpringAutumn,
            _ => Season::Winter,
        }
    }

    /// The band, in a tariff with time of use.
    pub fn band(self) -> Option<Band> {
        Band::ALL.get(usize::from(self.0 >> 2 & 3)).copied()
    }

    /// Which discount of the tariff is given.
    pub fn discount(self) -> Option<usize> {
        usize::from(self.0 & 3).checked_sub(1)
    }

    fn without_discount(self) -> Self {
        Self(self.0 & !3)
    }
}

/// The cells of the slots of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayTable(pub [Cell; SLOTS_PER_DAY]);

impl Tariff {
    /// The slots of a day of a sort.
    pub fn day(&self, date: Date, kind: DayKind) -> DayTable {
        let season = self.season(date);
        let known = self.tables.0.get(season as usize).map(|days| days[kind as usize]);
        let mut table = known.unwrap_or_else(|| table(self, season, kind));
        let over = |index: usize| self.discounts[index].until.is_some_and(|until| until < date);
        if (0..self.discounts.len()).any(over) {
            for cell in &mut table.0 {
                if cell.discount().is_some_and(over) {
                    *cell = cell.without_discount();
                }
            }
        }
        table
    }
}

impl Tables {
    /// Of a tariff that has been checked.
    pub(super) fn of(tariff: &Tariff) -> Self {
        let kinds = [DayKind::Weekday, DayKind::Saturday, DayKind::Sunday, DayKind::Holiday];
        let season = |season: Season| kinds.map(|kind| table(tariff, season, kind));
        Self(Season::ALL.into_iter().map(season).collect())
    }
}

fn table(tariff: &Tariff, season: Season, kind: DayKind) -> DayTable {
    let mut cells = [Cell::new(season, None, None); SLOTS_PER_DAY];
    let hours = tariff.hours.as_ref().map(|hours| hours.of(season));
    let rule = day_rule(tariff, kind);
    for (slot, cell) in cells.iter_mut().enumerate() {
        let hour = slot / SLOTS_PER_HOUR;
        let band = hours.map(|hours| under(rule, band_at(hours, hour)));
        *cell = Cell::new(season, band, discount_at(tariff, season, kind, hour));
    }
    DayTable(cells)
}

fn day_rule(tariff: &Tariff, kind: DayKind) -> DayRule {
    match (&tariff.days, kind) {
        (None, _) | (Some(_), DayKind::Weekday) => DayRule::AsWeekday,
        (Some(days), DayKind::Saturday) => days.saturday,
        (Some(days), DayKind::Sunday) => days.sunday,
        (Some(days), DayKind::Holiday) => days.holiday,
    }
}

fn under(rule: DayRule, band: Band) -> Band {
    match (rule, band) {
        (DayRule::AllLight, _) => Band::Light,
        (DayRule::PeakIsMid, Band::Peak) => Band::Mid,
        (DayRule::PeakIsMid | DayRule::AsWeekday, band) => band,
    }
}

fn band_at(hours: &Hours, hour: usize) -> Band {
    if within(&hours.peak, hour) {
        Band::Peak
    } else if within(&hours.mid, hour) {
        Band::Mid
    } else {
        Band::Light
    }
}

fn discount_at(tariff: &Tariff, season: Season, kind: DayKind, hour: usize) -> Option<usize> {
    tariff.discounts.iter().position(|discount| {
        discount.seasons.contains(&season)
            && discount.days.iter().any(|day| day.is(kind))
            && within(&discount.hours, hour)
    })
}

/// Whether an hour lies in one of the ranges `[from, to)`.
pub(super) fn within(ranges: &[[u8; 2]], hour: usize) -> bool {
    ranges.iter().any(|[from, to]| (usize::from(*from)..usize::from(*to)).contains(&hour))
}
