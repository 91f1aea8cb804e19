//! From what was measured to the lines and sums of a bill.

use jiff::civil::{Date, DateTime};

use super::measure::{Measured, Part};
use super::power_factor::{self, MonthPowerFactor, PowerFactor};
use super::{
    BasicRule, Bill, BillError, History, Item, Line, Note, Per, Quantity, Rule, Side, Terms, Unit,
    excess,
};
use crate::demand::{Basis, BillingDemand, Peak, billing_demand};
use crate::money::{NANO_WON, Rate, cut, cut_tens, half_up};
use crate::tariff::{Adder, BasicOn, Cell, Dated, Status, standard_on};

/// A line before it is cut: nano-won as a fraction whose denominator its component shares.
struct Draft {
    code: Item,
    quantity: Quantity,
    rate: Rate,
    per: Per,
    numerator: i128,
    rule: Rule,
    source: String,
    status: Status,
    decided_at: Option<DateTime>,
}

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

/// The basic charge before it is cut: numerator over days of the month.
struct BasicSum {
    numerator: i128,
    status: Status,
}

impl<'m, 'a> Sheet<'m, 'a> {
    fn new(measured: &'m Measured<'a>, terms: &'m Terms<'m>, history: &'m History) -> Self {
        let month_day = measured.month.first_day();
        let mut sheet = Self {
            measured,
            terms,
            history,
            rules_day: terms.choices.rules_of.unwrap_or(month_day),
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
        if let Some(date) = self.terms.choices.rules_of {
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

    fn basic(&mut self) -> BasicSum {
        let mut drafts = Vec::new();
        for row in self.rows() {
            let span = row[0].span;
            let days: i64 = row.iter().map(|part| part.span.days.days()).sum();
            let (demand, rule_source, rule_status) =
                match (&span.tariff.demand, span.tariff.basic_on) {
                    (Some(rule), BasicOn::BillingDemand) => {
                        let own = self.measured.demand.basis;
                        let (month, before) = (self.measured.month, &self.history.demands);
                        let demand = billing_demand(rule, month, own, before, span.contract_w);
                        (Some(demand), rule.source.as_str(), rule.status)
                    }
                    (None, _) | (Some(_), BasicOn::Contract) => {
                        (None, "기본공급약관 제68조 제2항", Status::Reported)
                    }
                };
            let w = demand.as_ref().map_or(span.contract_w, |demand| demand.w);
            let on = demand.as_ref().map_or(Basis::Contract, |demand| demand.basis);
            let rate = span.option.basic_won_per_kw;
            drafts.push(Draft {
                code: Item::Basic,
                quantity: Quantity { milli: w, unit: Unit::Kw },
                rate,
                per: Per::Kw,
                numerator: rate.times(w) * i128::from(days),
                rule: Rule::Basic(BasicRule { w, on, days, of_days: self.of_days }),
                source: format!("{}; {rule_source}", span.option.source),
                status: span.option.status.max(rule_status),
                decided_at: decided_at(on),
            });
            self.demand = demand.or(self.demand.take());
        }
        if let Some(unknown) = self.demand.as_ref().map(|demand| &demand.unknown)
            && !unknown.is_empty()
        {
            self.notes.push(Note::Provisional { months: unknown.clone() });
        }
        let sum = BasicSum {
            numerator: drafts.iter().map(|draft| draft.numerator).sum(),
            status: drafts.iter().map(|draft| draft.status).max().unwrap_or(Status::Verified),
        };
        self.component(i128::from(self.of_days), drafts);
        sum
    }

    fn power_factor(&mut self, basic: &BasicSum) {
        let Some(part) = self.measured.parts.first() else { return };
        let rule = &part.span.tariff.power_factor;
        let (month, status) = match self.terms.choices.power_factor {
            PowerFactor::Deemed => (MonthPowerFactor::default(), rule.status),
            PowerFactor::Stated { lagging_milli, leading_milli } => {
                let (lagging_milli, leading_milli) = (Some(lagging_milli), Some(leading_milli));
                (MonthPowerFactor { lagging_milli, leading_milli }, rule.status)
            }
            PowerFactor::Metered => {
                let month = self.measured.half_hours.month(&rule.reading);
                (month, rule.status.max(rule.reading.status))
            }
        };
        self.note_power_factor(month);
        let effect = power_factor::effect(rule, month, self.rules_day);
        let surcharge = effect.lagging_ppm > 0 || effect.leading_ppm > 0;
        let noticed = self.history.power_factor_notice.is_some_and(|at| at < self.measured.month);
        self.power_factor_notice = surcharge && !noticed;
        if self.power_factor_notice {
            self.note_first_month();
        }
        if effect.leading_ppm > 0 {
            self.notes.push(Note::CapacitorsAtNight);
        }
        let lagging = standard_on(&rule.lagging.standards, self.rules_day);
        let leading = standard_on(&rule.leading.standards, self.rules_day);
        let sides = [
            (Side::Lagging, month.lagging_milli, lagging, effect.lagging_ppm),
            (Side::Leading, month.leading_milli, leading, effect.leading_ppm),
        ];
        let drafts = sides.map(|(side, value, standard, ppm)| {
            let waived = self.power_factor_notice && ppm > 0;
            let rule_line = match value {
                None => Rule::PowerFactorDeemed { side, standard },
                Some(percent_milli) if waived => {
                    Rule::PowerFactorNotice { side, percent_milli, standard, ppm }
                }
                Some(percent_milli) => Rule::PowerFactor { side, percent_milli, standard, ppm },
            };
            let ppm = if waived { 0 } else { ppm };
            Draft {
                code: match side {
                    Side::Lagging => Item::PowerFactorLagging,
                    Side::Leading => Item::PowerFactorLeading,
                },
                quantity: Quantity {
                    milli: value.unwrap_or(i64::from(standard) * 1_000),
                    unit: Unit::Percent,
                },
                rate: Rate(ppm * 100),
                per: Per::Percent,
                numerator: basic.numerator * i128::from(ppm),
                rule: rule_line,
                source: rule.source.clone(),
                status: status.max(basic.status),
                decided_at: None,
            }
        });
        self.component(i128::from(self.of_days) * 1_000_000, drafts.into());
    }

    fn note_power_factor(&mut self, month: MonthPowerFactor) {
        self.power_factor = month;
        let metered = self.terms.choices.power_factor == PowerFactor::Metered;
        if month == MonthPowerFactor::default() {
            self.notes.push(Note::PowerFactorDeemed);
        } else if metered {
            self.notes.push(Note::PowerFactorReading);
        }
        let half_hours = self.measured.half_hours.missing;
        if metered && half_hours > 0 {
            self.notes.push(Note::PowerFactorGaps { half_hours });
        }
    }

    fn note_first_month(&mut self) {
        let before = self.measured.month.earlier(1);
        let unknown = !self.history.demands.contains_key(&before);
        if unknown && !self.notes.contains(&Note::FirstMonthAssumed) {
            self.notes.push(Note::FirstMonthAssumed);
        }
    }

    fn energy(&mut self) {
        const WHOLE: i128 = 100;
        let mut drafts = Vec::new();
        for row in self.rows() {
            let span = row[0].span;
            let mut by_cell = [0_i64; Cell::COUNT];
            for part in row {
                for (sum, wh) in by_cell.iter_mut().zip(&part.wh) {
                    *sum = sum.saturating_add(*wh);
                }
            }
            let cells = (0..Cell::COUNT).filter_map(|at| Some((Cell::at(at)?, by_cell[at])));
            let used: Vec<_> = cells.filter(|(_, wh)| *wh != 0).collect();
            let same = |a: &(Cell, i64), b: &(Cell, i64)| {
                a.0.season() == b.0.season() && a.0.band() == b.0.band()
            };
            for group in used.chunk_by(same) {
                let (season, band) = (group[0].0.season(), group[0].0.band());
                let wh = group.iter().map(|(_, wh)| *wh).sum();
                let rate = span.option.energy(season, band);
                let hours = span.tariff.hours.as_ref().map(|hours| hours.of(season));
                let days = span.tariff.days.as_ref();
                let status = span
                    .option
                    .status
                    .max(hours.map_or(Status::Verified, |hours| hours.status))
                    .max(days.map_or(Status::Verified, |days| days.status));
                let source = hours.map_or_else(
                    || span.option.source.clone(),
                    |hours| format!("{}; {}", span.option.source, hours.source),
                );
                let rule = band.map_or(Rule::EnergySeason { season }, |band| Rule::EnergyBand {
                    season,
                    band,
                });
                let code = Item::Energy(season, band);
                let numerator = rate.times(wh) * WHOLE;
                drafts.push(Draft::energy(code, wh, rate, numerator, rule, source, status));
                for (cell, wh) in group {
                    let Some(index) = cell.discount() else { continue };
                    let discount = &span.tariff.discounts[index];
                    let off = i128::from(discount.percent);
                    let rule =
                        Rule::EnergyDiscount { percent: discount.percent, until: discount.until };
                    drafts.push(Draft::energy(
                        Item::Discount(season, band),
                        *wh,
                        Rate(-rate.0 * i64::from(discount.percent) / 100),
                        -rate.times(*wh) * off,
                        rule,
                        discount.source.clone(),
                        status.max(discount.status),
                    ));
                }
            }
        }
        if drafts.iter().any(|draft| matches!(draft.code, Item::Discount(..))) {
            self.notes.push(Note::DiscountOnEnergyOnly);
        }
        self.component(WHOLE, drafts);
    }

    fn adder(&self, adder: Adder, name: &'static str, date: Date) -> Result<Dated<'m>, BillError> {
        self.terms.adders.on(adder, date).ok_or(BillError::NoAdder { adder: name, date })
    }

    fn climate(&mut self) -> Result<(), BillError> {
        let mut drafts: Vec<Draft> = Vec::new();
        for part in &self.measured.parts {
            let day = self.terms.choices.rules_of.unwrap_or(part.span.days.first);
            let climate = self.adder(Adder::Climate, "climate adder (기후환경요금)", day)?;
            let wh = part.wh.iter().sum();
            let rule = Rule::Adder { from: climate.from };
            match drafts.last_mut() {
                Some(draft) if draft.rule == rule => {
                    draft.quantity.milli += wh;
                    draft.numerator += climate.rate.times(wh);
                }
                Some(_) | None => drafts.push(Draft::adder(Item::Climate, wh, climate, rule)),
            }
        }
        self.component(1, drafts);
        Ok(())
    }

    fn fuel(&mut self) -> Result<(), BillError> {
        let fuel = self.adder(Adder::Fuel, "fuel adjustment (연료비조정액)", self.rules_day)?;
        let rule = Rule::Adder { from: fuel.from };
        let draft = Draft::adder(Item::Fuel, self.measured.total_wh(), fuel, rule);
        self.component(1, vec![draft]);
        self.note_change(Adder::Fuel, "연료비조정액");
        Ok(())
    }

    fn note_change(&mut self, adder: Adder, name: &'static str) {
        if self.terms.choices.rules_of.is_some() {
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

    fn excess(&mut self) {
        let beyond = |part: &Part<'a>| part.all.map(|peak| peak.w - part.span.contract_w);
        let most = self.measured.parts.iter().max_by_key(|part| beyond(part));
        let Some(part) = most else { return };
        let (span, excess_w) = (part.span, beyond(part).unwrap_or(0).max(0));
        let contract_w = span.contract_w;
        let quantity = Quantity { milli: excess_w, unit: Unit::Kw };
        let Some(rule) = &span.tariff.excess else {
            self.lines.push(Line {
                code: Item::Excess,
                quantity,
                rate: Rate(0),
                per: Per::Kw,
                won: None,
                nano_won: 0,
                rule: Rule::ExcessNotComputed,
                source: "기본공급약관 제67조의3 제1호".to_owned(),
                status: Status::Unverified,
                decided_at: part.all.map(|peak| peak.at),
            });
            return;
        };
        let noticed = self.history.excess_notice.is_some_and(|at| at < self.measured.month);
        let step = excess::step(rule, excess_w, contract_w);
        let tenths = step.map_or(0, |step| step.tenths);
        let basic = span.option.basic_won_per_kw;
        let (line_rule, numerator) = match step {
            None => (Rule::ExcessNone { contract_w }, 0),
            Some(_) if !noticed => (Rule::ExcessNotice { excess_w, contract_w, tenths }, 0),
            Some(step) => {
                let nano = excess::nano_won(excess_w, basic, step);
                (Rule::ExcessStep { excess_w, contract_w, tenths }, nano)
            }
        };
        self.excess_notice = step.is_some() && !noticed;
        if self.excess_notice {
            self.note_first_month();
        }
        let draft = Draft {
            code: Item::Excess,
            quantity,
            rate: Rate(basic.0 * i64::from(tenths) / 10),
            per: Per::Kw,
            numerator,
            rule: line_rule,
            source: rule.source.clone(),
            status: step.and_then(|step| step.status).unwrap_or(rule.status).max(rule.status),
            decided_at: part.all.filter(|_| excess_w > 0).map(|peak: Peak| peak.at),
        };
        self.component(1, vec![draft]);
    }

    fn sums(mut self) -> Result<Priced, BillError> {
        let vat = self.adder(Adder::Vat, "VAT (부가가치세)", self.rules_day)?;
        let fund = self.adder(Adder::Fund, "fund (전력산업기반기금)", self.rules_day)?;
        let charge: i64 = self.lines.iter().filter_map(|line| line.won).sum();
        let worst = self.lines.iter().map(|line| line.status).max().unwrap_or(Status::Verified);
        // Millionths of a per cent of a won are ten nano-won.
        let share = |rate: Rate| i128::from(charge) * i128::from(rate.0) * 10;
        let vat_won = half_up(share(vat.rate));
        let fund_won = cut_tens(cut(share(fund.rate)));
        let total = cut_tens(charge + vat_won + fund_won);
        let nano = |won: i64| i128::from(won) * NANO_WON;
        let own = "the lines above";
        let vat_rule = Rule::Vat { percent: vat.rate, from: vat.from };
        let fund_rule = Rule::Fund { percent: fund.rate, from: fund.from };
        let (vat_status, fund_status) = (worst.max(vat.status), worst.max(fund.status));
        let all = worst.max(vat.status).max(fund.status);
        let none = Rate(0);
        for (code, of, rate, won, exact, rule, source, status) in [
            (Item::Charge, charge, none, charge, nano(charge), Rule::ChargeSum, own, worst),
            (
                Item::Vat,
                charge,
                vat.rate,
                vat_won,
                share(vat.rate),
                vat_rule,
                vat.source,
                vat_status,
            ),
            (
                Item::Fund,
                charge,
                fund.rate,
                fund_won,
                share(fund.rate),
                fund_rule,
                fund.source,
                fund_status,
            ),
            (Item::Total, total, none, total, nano(total), Rule::TotalSum, own, all),
        ] {
            self.lines.push(Line {
                code,
                quantity: Quantity { milli: of.saturating_mul(1_000), unit: Unit::Won },
                rate,
                per: if rate == none { Per::Sum } else { Per::Percent },
                won: Some(won),
                nano_won: exact,
                rule,
                source: source.to_owned(),
                status,
                decided_at: None,
            });
        }
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

fn decided_at(basis: Basis) -> Option<DateTime> {
    match basis {
        Basis::MonthPeak { at } => Some(at),
        Basis::CarriedOver { at, .. } => at,
        Basis::Floor { .. } | Basis::Contract => None,
    }
}

impl Draft {
    fn energy(
        code: Item,
        wh: i64,
        rate: Rate,
        numerator: i128,
        rule: Rule,
        source: String,
        status: Status,
    ) -> Self {
        let quantity = Quantity { milli: wh, unit: Unit::Kwh };
        Self {
            code,
            quantity,
            rate,
            per: Per::Kwh,
            numerator,
            rule,
            source,
            status,
            decided_at: None,
        }
    }

    fn adder(code: Item, wh: i64, adder: Dated<'_>, rule: Rule) -> Self {
        let (rate, source) = (adder.rate, adder.source.to_owned());
        Self::energy(code, wh, rate, rate.times(wh), rule, source, adder.status)
    }

    fn line(self) -> Line {
        Line {
            code: self.code,
            quantity: self.quantity,
            rate: self.rate,
            per: self.per,
            won: None,
            nano_won: self.numerator,
            rule: self.rule,
            source: self.source,
            status: self.status,
            decided_at: self.decided_at,
        }
    }
}
