//! What stands against a forecast peak: the billing demand before the day, and what more would cost. Pure.

use energy_rules::bill::{Bill, BillMonth, ContractRow, CustomerContract, History};
use energy_rules::demand::{BillingDemand, Raise, raise};
use energy_rules::tariff::{BasicOn, DemandRule, OptionRates, Tariff, Tariffs};
use jiff::civil::Date;

use crate::carried::Carried;

/// The terms of a day, where a demand is billed by them.
pub(crate) struct Billed<'a> {
    pub(crate) rule: &'a DemandRule,
    pub(crate) option: &'a OptionRates,
    contract_w: i64,
}

/// The terms of a day; none where the contract kW is billed, or none hold.
pub(crate) fn billed<'a>(
    contract: &CustomerContract,
    tariffs: &'a Tariffs,
    day: Date,
) -> Option<Billed<'a>> {
    let holds = |row: &&ContractRow| row.from <= day && row.to.is_none_or(|to| day <= to);
    let row = contract.rows.iter().find(holds)?;
    let tariff: &Tariff = tariffs.get(&row.version)?;
    let option = tariff.option(&row.option)?;
    let rule = match tariff.basic_on {
        BasicOn::BillingDemand => tariff.demand.as_ref()?,
        BasicOn::Contract => return None,
    };
    Some(Billed { rule, option, contract_w: row.contract_w })
}

/// The billing demand of a month by what is known before a day of it: `bills` are those of the days before.
/// Earlier months with gaps are among those that are unknown, unless an invoice knows their demand.
pub(crate) fn standing(
    billed: &Billed<'_>,
    month: BillMonth,
    bills: &[Bill],
    history: &History,
) -> BillingDemand {
    let own = bills.iter().find(|bill| bill.month == month).and_then(|bill| bill.peaks.basis);
    Carried::before(month, bills, history).demand(billed.rule, month, own, billed.contract_w)
}

/// What a peak above the billing demand would add to basic charges.
pub(crate) fn raised(
    billed: &Billed<'_>,
    month: BillMonth,
    demand_w: i64,
    peak_kw: f64,
) -> Option<Raise> {
    let peak_w = crate::load::thousandths(peak_kw)?;
    raise(billed.rule, month, billed.option.basic_won_per_kw, (demand_w, peak_w))
}

/// For how many months a peak of a month counts.
pub(crate) fn months(billed: &Billed<'_>, month: BillMonth) -> u8 {
    let carried = billed.rule.months.contains(&month.month());
    if carried { billed.rule.months_before.saturating_add(1) } else { 1 }
}
