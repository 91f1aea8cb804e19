//! Peaks of earlier months, as they carry over into the billing demand: one rule for the gauge and the forecast. Pure.

use std::collections::{BTreeMap, BTreeSet};

use energy_rules::bill::{Bill, BillMonth, History};
use energy_rules::demand::{BillingDemand, KnownDemand, Peak, billing_demand};
use energy_rules::tariff::DemandRule;

/// What is known of the months before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Carried {
    /// Their demands; of a month with gaps a lower bound.
    pub demands: BTreeMap<BillMonth, KnownDemand>,
    /// Months with gaps whose demand no invoice tells.
    pub gappy: BTreeSet<BillMonth>,
}

impl Carried {
    /// What the bills before a month and the demands that were entered tell of the months before it.
    pub(crate) fn before(month: BillMonth, bills: &[Bill], entered: &History) -> Self {
        let mut found = Self { demands: entered.demands.clone(), gappy: BTreeSet::new() };
        for bill in bills.iter().filter(|bill| bill.month < month) {
            let gaps = bill.peaks.missing_slots > 0;
            if gaps && !entered.demands.contains_key(&bill.month) {
                found.gappy.insert(bill.month);
            }
            // Without a slot that counts nothing is known of the month's peak, and nothing is not 0 W.
            let Some(peak) = bill.peaks.basis else { continue };
            let known = KnownDemand { w: peak.w, at: Some(peak.at) };
            // With gaps the readings give a lower bound, and an invoice may know better.
            let entered = found.demands.get(&bill.month).filter(|_| gaps);
            if entered.is_none_or(|entered| entered.w < known.w) {
                found.demands.insert(bill.month, known);
            }
        }
        found
    }

    /// The billing demand of a month. Months with gaps are among those that are unknown.
    pub fn demand(
        &self,
        rule: &DemandRule,
        month: BillMonth,
        own: Option<Peak>,
        contract_w: i64,
    ) -> BillingDemand {
        let mut found = billing_demand(rule, month, own, &self.demands, contract_w);
        let first = month.earlier(u16::from(rule.months_before));
        let gappy = self.gappy.range(first..month);
        found.unknown.extend(gappy.filter(|gappy| rule.months.contains(&gappy.month())));
        found.unknown.sort_unstable();
        found.unknown.dedup();
        found
    }
}
