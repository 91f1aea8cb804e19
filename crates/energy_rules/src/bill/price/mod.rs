//! From what was measured to the lines and sums of a bill: a component a file, the sums here.

mod basic;
mod draft;
mod energy;
mod excess;
mod power_factor;

use jiff::civil::Date;

use self::draft::Draft;
use super::measure::{Measured, Part};
use super::{Bill, BillError, History, Item, Line, MonthPowerFactor, Note, Rule, Terms};
use crate::demand::BillingDemand;
use crate::money::{Rate, cut, cut_tens, half_up};
use crate::tariff::{Adder, Dated, Status};

/// A priced month, and which first surcharges were waived in it.
pub(crate) struct Priced {
    pub(crate) bill: Bill,
    pub(crate) power_factor_notice: bool,
    pub(crate) excess_notice: bool,
}

/// Makes out the bill of a month.
pub(crate) fn price(
    measured: &Measured<'_>,
    terms: &Terms<'_>,
    history: &History,
) -> Result<Priced, BillError> {
    let mut sheet = Sheet::new(measured, terms, history);
    let basic = sheet.basic();
    sheet.power_factor(&basic);
    sheet.energy();
    sheet.climate()?;
    sheet.fuel()?;
    sheet.excess();
    sheet.sums()
}

struct Sheet<'m, 'a> {
    measured: &'m Measured<'a>,
    terms: &'m Terms<'m>,
    history: &'m History,
    /// Another day than the month's own whose adders, taxes and standards hold.
    rules_of: Option<Date>,
    /// The day whose adders, taxes and standards hold.
    rules_day: Date,
    of_days: i64,
    lines: Vec<Line>,
    notes: Vec<Note>,
    demand: Option<BillingDemand>,
    power_factor: MonthPowerFactor,
    power_factor_notice: bool,
    excess_notice: bool,
}

impl<'m, 'a> Sheet<'m, 'a> {
    fn new(measured: &'m Measured<'a>, terms: &'m Terms<'m>, history: &'m History) -> Self {
        let month_day = measured.month.first_day();
        let stand_in = || {
            let tariff = measured.parts.first()?.span.tariff;
            tariff.rules_before(terms.adders, measured.period.first)
        };
        let rules_of = terms.choices.rules_of.or_else(stand_in);
        let mut sheet = Self {
            measured,
            terms,
            history,
            rules_of,
            rules_day: rules_of.unwrap_or(month_day),
            of_days: measured.period.days(),
            lines: Vec::with_capacity(24),
            notes: Vec::new(),
            demand: None,
            power_factor: MonthPowerFactor::default(),
            power_factor_notice: false,
            excess_notice: false,
        };
        sheet.note_what_holds();
        sheet
    }

    fn note_what_holds(&mut self) {
        let slots = self.measured.demand.missing_slots;
        if slots > 0 {
            let of_slots = slots + self.measured.known_slots;
            self.notes.push(Note::Gaps { slots, of_slots });
        }
        if let Some(date) = self.rules_of {
            self.notes.push(Note::RulesOf { date });
        }
        for part in self.rows().map(|row| &row[0]) {
            let (tariff, days) = (part.span.tariff, self.measured.period);
            let last = tariff.deferred_to.or(tariff.effective_to);
            if days.last < tariff.effective_from || last.is_some_and(|last| last < days.first) {
                let (version, from) = (tariff.id.clone(), tariff.effective_from);
                self.notes.push(Note::OutsideVersion { version, from });
            }
        }
    }

    /// The parts of the month, together as long as the same row of the contract holds.
    fn rows(&self) -> impl Iterator<Item = &'m [Part<'a>]> + use<'m, 'a> {
        self.measured.parts.chunk_by(|a, b| a.span.row == b.span.row)
    }

    /// Cuts a component once, below 1 won, and shares the cut sum among its lines.
    fn component(&mut self, denominator: i128, drafts: Vec<Draft>) {
        let (mut sum, mut before) = (0_i128, 0_i64);
        for draft in drafts {
            sum += draft.numerator;
            let now = cut(sum / denominator);
            let mut line = draft.line();
            line.nano_won /= denominator;
            line.won = Some(now - before);
            before = now;
            self.lines.push(line);
        }
    }

    fn note_first_month(&mut self) {
        let before = self.measured.month.earlier(1);
        let unknown = !self.history.demands.contains_key(&before);
        if unknown && !self.notes.contains(&Note::FirstMonthAssumed) {
            self.notes.push(Note::FirstMonthAssumed);
        }
    }

    fn adder(&self, adder: Adder, name: &'static str, date: Date) -> Result<Dated<'m>, BillError> {
        let row = self.terms.adders.on(adder, date);
        let row = row.ok_or(BillError::NoAdder { adder: name, date })?;
        // A row that stands in for the month's own is not what was paid then.
        let own = self.terms.adders.on(adder, self.measured.month.first_day());
        let stands_in = self.rules_of.is_some() && own.is_none_or(|own| own.from != row.from);
        let status = if stands_in { Status::Unverified } else { row.status };
        Ok(Dated { status, ..row })
    }

    fn note_change(&mut self, adder: Adder, name: &'static str) {
        if self.rules_of.is_some() {
            return;
        }
        let period = self.measured.period;
        let before = self.terms.adders.on(adder, period.first).map(|row| row.rate);
        let inside = |row: &Dated<'_>| row.from > period.first && row.from <= period.last;
        let change =
            self.terms.adders.rows(adder).find(|row| inside(row) && Some(row.rate) != before);
        if let Some(row) = change {
            self.notes.push(Note::RateChangesInside { adder: name, on: row.from });
        }
    }

    fn sums(mut self) -> Result<Priced, BillError> {
        let vat = self.adder(Adder::Vat, "VAT (부가가치세)", self.rules_day)?;
        let fund = self.adder(Adder::Fund, "fund (전력산업기반기금)", self.rules_day)?;
        let charge: i64 = self.lines.iter().filter_map(|line| line.won).sum();
        let worst = self.lines.iter().map(|line| line.status).max().unwrap_or(Status::Verified);
        // Millionths of a per cent of a won are ten nano-won.
        let share = |rate: Rate| i128::from(charge) * i128::from(rate.0) * 10;
        let (vat_share, fund_share) = (share(vat.rate), share(fund.rate));
        let vat_won = half_up(vat_share);
        let fund_won = cut_tens(cut(fund_share));
        let total = cut_tens(charge + vat_won + fund_won);
        let (vat_status, fund_status) = (worst.max(vat.status), worst.max(fund.status));
        let all = vat_status.max(fund_status);
        let vat_rule = Rule::Vat { percent: vat.rate, from: vat.from };
        let fund_rule = Rule::Fund { percent: fund.rate, from: fund.from };
        self.lines.extend([
            Line::sum(Item::Charge, charge, Rule::ChargeSum, worst),
            Line::tax(Item::Vat, charge, vat, (vat_won, vat_share), vat_rule, vat_status),
            Line::tax(Item::Fund, charge, fund, (fund_won, fund_share), fund_rule, fund_status),
            Line::sum(Item::Total, total, Rule::TotalSum, all),
        ]);
        self.note_change(Adder::Fund, "전력산업기반기금");
        self.note_change(Adder::Vat, "부가가치세");
        Ok(self.finish(charge, vat_won, fund_won, total, all))
    }

    fn finish(self, charge: i64, vat: i64, fund: i64, total: i64, status: Status) -> Priced {
        let provisional = self.demand.as_ref().is_some_and(|demand| !demand.unknown.is_empty());
        let bill = Bill {
            month: self.measured.month,
            period: self.measured.period,
            wh: self.measured.total_wh(),
            lines: self.lines,
            charge_won: charge,
            vat_won: vat,
            fund_won: fund,
            total_won: total,
            demand: self.demand,
            peaks: self.measured.demand,
            power_factor: self.power_factor,
            provisional,
            notes: self.notes,
            status,
        };
        Priced {
            bill,
            power_factor_notice: self.power_factor_notice,
            excess_notice: self.excess_notice,
        }
    }
}
