//! Bills of a load, month after month, so that peaks and notices carry over.

use jiff::civil::Date;

use super::contract::Span;
use super::measure::{Measured, measure};
use super::power_factor::PowerFactor;
use super::price::price;
use super::{Bill, BillError, BillMonth, History, Period, Terms};
use crate::demand::KnownDemand;
use crate::load::Load;
use crate::tariff::Adder;

/// The bills of all months that the load and the contract touch, the earliest first.
///
/// What is known of earlier months goes in as `history`; each month adds its own peak to it.
pub fn bills(load: &Load, terms: &Terms<'_>, history: &History) -> Result<Vec<Bill>, BillError> {
    terms.contract.check(terms.tariffs)?;
    let Some((first, last)) = months(load, terms) else { return Ok(Vec::new()) };
    up_to(load, terms, history, first, last)
}

/// The bill of one month; months before it in the load are made out too, since they carry over.
pub fn bill(
    load: &Load,
    month: BillMonth,
    terms: &Terms<'_>,
    history: &History,
) -> Result<Bill, BillError> {
    terms.contract.check(terms.tariffs)?;
    let no_load = BillError::NoLoad { month, first: load.first_day };
    let Some((first, last)) = months(load, terms) else { return Err(no_load) };
    if month < first || month > last {
        return Err(no_load);
    }
    let period = month.period(terms.contract.reading_day);
    if terms.contract.spans(period, terms.tariffs)?.is_empty() {
        return Err(BillError::NoContract { month });
    }
    let bills = up_to(load, terms, history, first, month)?;
    bills.into_iter().last().filter(|bill| bill.month == month).ok_or(no_load)
}

fn months(load: &Load, terms: &Terms<'_>) -> Option<(BillMonth, BillMonth)> {
    let last = load.wh.len().checked_sub(1)?;
    let of = |day| BillMonth::of(day, terms.contract.reading_day);
    Some((of(load.first_day), of(load.day_of(last))))
}

fn up_to(
    load: &Load,
    terms: &Terms<'_>,
    history: &History,
    first: BillMonth,
    last: BillMonth,
) -> Result<Vec<Bill>, BillError> {
    let mut history = history.clone();
    let mut bills = Vec::new();
    let reactive = terms.choices.power_factor == PowerFactor::Metered;
    let mut month = first;
    while month <= last {
        let period = month.period(terms.contract.reading_day);
        let spans = split(terms.contract.spans(period, terms.tariffs)?, terms);
        if !spans.is_empty() {
            let measured = measure(load, month, spans, terms, reactive);
            if measured.known_slots > 0 {
                bills.push(one(&measured, terms, &mut history)?);
            }
        }
        month = month.next();
    }
    Ok(bills)
}

/// Prices a month and writes down what it carries over.
pub(crate) fn one(
    measured: &Measured<'_>,
    terms: &Terms<'_>,
    history: &mut History,
) -> Result<Bill, BillError> {
    let month = measured.month;
    let priced = price(measured, terms, history)?;
    // Without a slot that counts nothing is known of the month's peak, and nothing is not 0 W.
    if let Some(own) = measured.demand.basis {
        let known = KnownDemand { w: own.w, at: Some(own.at) };
        // With gaps the load gives a lower bound, and an invoice may know better.
        let entered = history.demands.get(&month).filter(|_| measured.demand.missing_slots > 0);
        if entered.is_none_or(|entered| entered.w < known.w) {
            history.demands.insert(month, known);
        }
    }
    if priced.power_factor_notice {
        history.power_factor_notice = Some(month);
    }
    if priced.excess_notice {
        history.excess_notice = Some(month);
    }
    Ok(priced.bill)
}

/// Splits spans where the season or the climate adder changes.
pub(crate) fn split<'a>(spans: Vec<Span<'a>>, terms: &Terms<'_>) -> Vec<Span<'a>> {
    let mut out = Vec::with_capacity(spans.len() + 1);
    for mut span in spans {
        while let Some(cut) = first_change(&span, terms) {
            let Ok(before) = cut.yesterday() else { break };
            out.push(Span { days: Period { first: span.days.first, last: before }, ..span });
            span.days.first = cut;
        }
        out.push(span);
    }
    out
}

/// The first day inside a span on which a rate per kWh changes.
fn first_change(span: &Span<'_>, terms: &Terms<'_>) -> Option<Date> {
    let Period { first, last } = span.days;
    let inside = |day: &Date| *day > first && *day <= last;
    let climate = terms.adders.rows(Adder::Climate).map(|row| row.from).find(inside);
    let next_month = first.last_of_month().tomorrow().ok().filter(inside);
    let season = next_month.filter(|day| span.tariff.season(*day) != span.tariff.season(first));
    climate.into_iter().chain(season).min()
}
