//! What is paid per kWh: 전력량요금 and its discounts, 기후환경요금, 연료비조정액.

use super::Sheet;
use super::draft::Draft;
use crate::bill::contract::Span;
use crate::bill::measure::Part;
use crate::bill::{BillError, Item, Note, Rule};
use crate::money::Rate;
use crate::tariff::{Adder, Cell, Status};

/// Discounts are per cent: the component is kept in hundredths of a nano-won.
const WHOLE: i128 = 100;

impl Sheet<'_, '_> {
    /// A line for each season and band, and one for each discount on it.
    pub(super) fn energy(&mut self) {
        let mut drafts = Vec::new();
        for row in self.rows() {
            let sums = by_cell(row);
            let same = |a: &(Cell, i64), b: &(Cell, i64)| {
                a.0.season() == b.0.season() && a.0.band() == b.0.band()
            };
            for group in sums.chunk_by(same) {
                band(&row[0].span, group, &mut drafts);
            }
        }
        if drafts.iter().any(|draft| matches!(draft.code, Item::Discount(..))) {
            self.notes.push(Note::DiscountOnEnergyOnly);
        }
        self.component(WHOLE, drafts);
    }

    /// A line for each rate that held in the month.
    pub(super) fn climate(&mut self) -> Result<(), BillError> {
        let mut drafts: Vec<Draft> = Vec::new();
        for part in &self.measured.parts {
            let day = self.rules_of.unwrap_or(part.span.days.first);
            let climate = self.adder(Adder::Climate, "climate adder (기후환경요금)", day)?;
            let wh = part.wh.iter().sum();
            let rule = Rule::Adder { from: climate.from };
            match drafts.last_mut() {
                Some(draft) if draft.rule == rule => {
                    draft.quantity.milli += wh;
                    draft.numerator += climate.rate.times(wh);
                }
                Some(_) | None => {
                    let origin = (climate.source.to_owned(), climate.status);
                    drafts.push(Draft::per_kwh(Item::Climate, wh, climate.rate, rule, origin));
                }
            }
        }
        self.component(1, drafts);
        Ok(())
    }

    /// All kWh at the rate of the quarter: it is not prorated.
    pub(super) fn fuel(&mut self) -> Result<(), BillError> {
        let fuel = self.adder(Adder::Fuel, "fuel adjustment (연료비조정액)", self.rules_day)?;
        let rule = Rule::Adder { from: fuel.from };
        let (wh, origin) = (self.measured.total_wh(), (fuel.source.to_owned(), fuel.status));
        let draft = Draft::per_kwh(Item::Fuel, wh, fuel.rate, rule, origin);
        self.component(1, vec![draft]);
        self.note_change(Adder::Fuel, "연료비조정액");
        Ok(())
    }
}

/// Wh of each cell that has any, in the order of seasons and bands.
fn by_cell(row: &[Part<'_>]) -> Vec<(Cell, i64)> {
    let sum = |at: usize| row.iter().map(|part| part.wh[at]).sum();
    let cells = (0..Cell::COUNT).filter_map(|at| Some((Cell::at(at)?, sum(at))));
    cells.filter(|(_, wh)| *wh != 0).collect()
}

/// The energy of a season and band, and its discounts.
fn band(span: &Span<'_>, cells: &[(Cell, i64)], drafts: &mut Vec<Draft>) {
    let (season, band) = (cells[0].0.season(), cells[0].0.band());
    let wh = cells.iter().map(|(_, wh)| *wh).sum();
    let rate = span.option.energy(season, band);
    let hours = span.tariff.hours.as_ref().map(|hours| hours.of(season));
    let days = span.tariff.days.as_ref();
    let hours_status = hours.map_or(Status::Verified, |hours| hours.status);
    let days_status = days.map_or(Status::Verified, |days| days.status);
    let status = span.option.status.max(hours_status).max(days_status);
    let own = &span.option.source;
    let source = hours.map_or_else(|| own.clone(), |hours| format!("{own}; {}", hours.source));
    let rule = match band {
        Some(band) => Rule::EnergyBand { season, band },
        None => Rule::EnergySeason { season },
    };
    let numerator = rate.times(wh) * WHOLE;
    let energy = Draft::per_kwh(Item::Energy(season, band), wh, rate, rule, (source, status));
    drafts.push(Draft { numerator, ..energy });
    for (cell, wh) in cells {
        let Some(index) = cell.discount() else { continue };
        let discount = &span.tariff.discounts[index];
        let off = Rate(-rate.0 * i64::from(discount.percent) / 100);
        let rule = Rule::EnergyDiscount { percent: discount.percent, until: discount.until };
        let origin = (discount.source.clone(), status.max(discount.status));
        let draft = Draft::per_kwh(Item::Discount(season, band), *wh, off, rule, origin);
        let numerator = -rate.times(*wh) * i128::from(discount.percent);
        drafts.push(Draft { numerator, ..draft });
    }
}
