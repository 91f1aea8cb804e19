//! The basic charge (기본요금): the billing demand, or the contract kW, times the rate.

use jiff::civil::DateTime;

use super::Sheet;
use super::draft::Draft;
use crate::bill::contract::Span;
use crate::bill::{BasicRule, Item, Note, Per, Quantity, Rule, Unit};
use crate::demand::{Basis, BillingDemand, billing_demand};
use crate::tariff::{BasicOn, Status};

/// The basic charge before it is cut: numerator over days of the month.
pub(super) struct BasicSum {
    pub(super) numerator: i128,
    pub(super) status: Status,
}

impl Sheet<'_, '_> {
    /// A line for each row of the contract, prorated by days.
    pub(super) fn basic(&mut self) -> BasicSum {
        let mut drafts = Vec::new();
        for row in self.rows() {
            let span = row[0].span;
            let days: i64 = row.iter().map(|part| part.span.days.days()).sum();
            let (demand, rule_source, rule_status) = self.billing_demand(&span);
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
    /// The billing demand under a row, and where its rule was read.
    fn billing_demand<'t>(&self, span: &Span<'t>) -> (Option<BillingDemand>, &'t str, Status) {
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
