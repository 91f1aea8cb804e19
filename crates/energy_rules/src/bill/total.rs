//! The bill of a month of which only the sum is known.

use super::contract::Span;
use super::measure::{Measured, Part};
use super::power_factor::HalfHours;
use super::series::{one, split};
use super::{Bill, BillError, BillMonth, History, Note, Terms};
use crate::demand::MonthDemand;
use crate::tariff::Cell;

/// Wh of one kWh.
const KWH: i64 = 1_000;

/// The bill of a month by its sum, for tariffs without time of use.
///
/// The kWh are split by days where the season or a rate changes, in whole kWh, as KEPCO does
/// without interval data: 100 kWh over 21 and 10 days are 68 and 32.
pub fn bill_of_total(
    wh: i64,
    month: BillMonth,
    terms: &Terms<'_>,
    history: &History,
) -> Result<Bill, BillError> {
    terms.contract.check(terms.tariffs)?;
    let period = month.period(terms.contract.reading_day);
    let spans = split(terms.contract.spans(period, terms.tariffs)?, terms);
    if spans.is_empty() {
        return Err(BillError::NoContract { month });
    }
    if let Some(span) = spans.iter().find(|span| span.tariff.hours.is_some()) {
        return Err(BillError::NeedsIntervals { version: span.tariff.id.clone() });
    }
    let measured = Measured {
        month,
        period,
        parts: by_days(wh, spans),
        demand: MonthDemand::default(),
        half_hours: HalfHours::default(),
        known_slots: 0,
    };
    let mut bill = one(&measured, terms, &mut history.clone())?;
    if measured.parts.len() > 1 {
        bill.notes.push(Note::SplitByDays);
    }
    Ok(bill)
}

fn by_days(wh: i64, spans: Vec<Span<'_>>) -> Vec<Part<'_>> {
    let of_days: i64 = spans.iter().map(|span| span.days.days()).sum();
    let (last, mut left) = (spans.len() - 1, wh);
    let mut parts = Vec::with_capacity(spans.len());
    for (index, span) in spans.into_iter().enumerate() {
        let kwh = wh / KWH * span.days.days();
        let share = if index == last { left } else { (2 * kwh + of_days) / (2 * of_days) * KWH };
        left -= share;
        let mut part = Part { span, wh: [0; Cell::COUNT], all: None };
        let cell = Cell::new(span.tariff.season(span.days.first), None, None);
        part.wh[cell.index()] = share;
        parts.push(part);
    }
    parts
}
