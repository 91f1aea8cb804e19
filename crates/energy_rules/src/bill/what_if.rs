//! What if: the same load under another option, contract or timing, month by month.

use serde::{Deserialize, Serialize};

use super::{Bill, BillError, BillMonth, CustomerContract, Group, History, Shift, Terms, bills};
use crate::demand::KnownDemand;
use crate::load::Load;

/// Scenarios of one comparison; a screen shows no more.
pub const SCENARIOS_MAX: usize = 50;

/// What is changed; whatever is none stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What the reader calls it.
    pub name: String,
    /// Another version of the tariff in every row, of the same class.
    pub version: Option<String>,
    /// Another option in every row.
    pub option: Option<String>,
    /// Another contract, W, in every row.
    pub contract_w: Option<i64>,
    /// A move of load within the days.
    pub shift: Option<Shift>,
}

/// The comparison: the load as it is, and each scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// As it is.
    pub base: Outcome,
    /// In the order that they were asked for.
    pub scenarios: Vec<Outcome>,
}

/// What a scenario comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The name of the scenario; empty for the base.
    pub name: String,
    /// The months.
    pub months: Vec<MonthOutcome>,
    /// 전기요금계 of all months.
    pub charge_won: i64,
    /// 청구금액 of all months.
    pub total_won: i64,
    /// The total less that of the base: below 0 it saves.
    pub difference_won: i64,
}

/// A month of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthOutcome {
    /// The month.
    pub month: BillMonth,
    /// The billing demand, W; none when the contract kW is billed.
    pub demand_w: Option<i64>,
    /// 기본요금.
    pub basic_won: i64,
    /// 전력량요금, discounts taken off.
    pub energy_won: i64,
    /// 전기요금계.
    pub charge_won: i64,
    /// 청구금액.
    pub total_won: i64,
    /// The total less that of the base.
    pub difference_won: i64,
    /// Whether demands of earlier months are missing.
    pub provisional: bool,
}

/// What the months before the load are taken to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before<'a> {
    /// As known; the same for every scenario, although a shift would have changed them too.
    Known(&'a History),
    /// Each scenario's own year, once more: a customer who has long lived so.
    SameYear,
}

/// Compares scenarios. The ratchet of the billing demand runs through the months of each.
pub fn compare(
    load: &Load,
    terms: &Terms<'_>,
    before: Before<'_>,
    scenarios: &[Scenario],
) -> Result<Comparison, BillError> {
    let (asked, max) = (scenarios.len(), SCENARIOS_MAX);
    if asked > max {
        return Err(BillError::TooMany { what: "scenarios", asked, max });
    }
    let base = outcome(String::new(), &run(load, terms, before)?, None);
    let mut outcomes = Vec::with_capacity(asked);
    for scenario in scenarios {
        let contract = scenario.contract(terms);
        let changed = Terms { contract: &contract, ..*terms };
        contract.check(terms.tariffs)?;
        let shifted = match &scenario.shift {
            Some(shift) => Some(shift.apply(load, &changed)?),
            None => None,
        };
        let bills = run(shifted.as_ref().unwrap_or(load), &changed, before)?;
        outcomes.push(outcome(scenario.name.clone(), &bills, Some(&base)));
    }
    Ok(Comparison { base, scenarios: outcomes })
}

impl Scenario {
    fn contract(&self, terms: &Terms<'_>) -> CustomerContract {
        let mut contract = terms.contract.clone();
        for row in &mut contract.rows {
            row.version = self.version.clone().unwrap_or_else(|| row.version.clone());
            row.option = self.option.clone().unwrap_or_else(|| row.option.clone());
            row.contract_w = self.contract_w.unwrap_or(row.contract_w);
        }
        contract
    }
}

fn run(load: &Load, terms: &Terms<'_>, before: Before<'_>) -> Result<Vec<Bill>, BillError> {
    match before {
        Before::Known(history) => bills(load, terms, history),
        Before::SameYear => {
            bills(load, terms, &same_year(&bills(load, terms, &History::default())?))
        }
    }
}

/// The history of a customer whose last year was like this one. A month without a slot that counts is unknown in it:
/// nothing is not 0 W.
pub fn same_year(bills: &[Bill]) -> History {
    let mut history = History::default();
    for bill in bills {
        let known = bill.peaks.basis.map(|peak| KnownDemand { w: peak.w, at: Some(peak.at) });
        history.demands.extend(known.map(|known| (bill.month.earlier(12), known)));
    }
    history
}

fn outcome(name: String, bills: &[Bill], base: Option<&Outcome>) -> Outcome {
    let of_base = |month: BillMonth| {
        let months = base.map(|base| base.months.as_slice()).unwrap_or_default();
        months.iter().find(|row| row.month == month).map(|row| row.total_won)
    };
    let month = |bill: &Bill| MonthOutcome {
        month: bill.month,
        demand_w: bill.demand.as_ref().map(|demand| demand.w),
        basic_won: bill.won(Group::Basic).unwrap_or(0),
        energy_won: bill.won(Group::Energy).unwrap_or(0),
        charge_won: bill.charge_won,
        total_won: bill.total_won,
        difference_won: of_base(bill.month).map_or(0, |base| bill.total_won - base),
        provisional: bill.provisional,
    };
    let months: Vec<_> = bills.iter().map(month).collect();
    Outcome {
        name,
        charge_won: months.iter().map(|month| month.charge_won).sum(),
        total_won: months.iter().map(|month| month.total_won).sum(),
        difference_won: months.iter().map(|month| month.difference_won).sum(),
        months,
    }
}
