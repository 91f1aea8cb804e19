//! Demand: what the basic charge is paid for (요금적용전력), and what the peaks look like.
//!
//! Terms art. 68: the billing demand of a month is the largest of (a) the month's own peak, (b) the
//! peaks of the demand months among the eleven before it, (c) a share of the contract kW. Only
//! slots in mid and peak bands count, so that nights, Sundays and holidays never set it. Demand
//! months (December to February, July to September) are not the price seasons.

mod curve;
mod gauge;
#[cfg(test)]
mod tests;
mod watch;

use std::collections::BTreeMap;

use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

pub use curve::{CURVE_POINTS_MAX, CurvePoint, DayPeak, duration_curve, peak_calendar};
pub use gauge::{GaugeRule, Nowcast, Sample, Warning, now_cast};
pub use watch::{DemandWatch, HOLD_MS, Notice, PowerReading, SLOT_MS, SoFar, slot_of};

use crate::bill::BillMonth;
use crate::money::{Rate, cut};
use crate::tariff::DemandRule;

/// Quarters of an hour in one: Wh of a slot times this are W.
pub const SLOTS_PER_HOUR: i64 = 4;

/// The mean power of a slot that stands out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peak {
    /// W.
    pub w: i64,
    /// The start of the slot, civil time of Asia/Seoul.
    pub at: DateTime,
}

/// The peaks of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MonthDemand {
    /// The largest slot of those that count for the billing demand.
    pub basis: Option<Peak>,
    /// The largest slot of all, as the contract sees it.
    pub all: Option<Peak>,
    /// Slots of which nothing is known; with any, both peaks are lower bounds.
    pub missing_slots: u32,
}

/// The demand of an earlier month, computed or entered from an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownDemand {
    /// W, of the slots that count.
    pub w: i64,
    /// When, if it is known.
    pub at: Option<DateTime>,
}

/// What the kW of a basic charge rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "basis", rename_all = "snake_case")]
pub enum Basis {
    /// The month's own peak.
    MonthPeak {
        /// When.
        at: DateTime,
    },
    /// The peak of an earlier demand month.
    CarriedOver {
        /// Of which month.
        from: BillMonth,
        /// When, if it is known.
        at: Option<DateTime>,
    },
    /// The least share of the contract.
    Floor {
        /// Per cent.
        percent: u8,
        /// W.
        contract_w: i64,
    },
    /// The contract kW (계약전력), in classes that are billed by it.
    Contract,
}

/// The billing demand (요금적용전력) of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BillingDemand {
    /// W.
    pub w: i64,
    /// What it rests on.
    pub basis: Basis,
    /// Earlier demand months of which nothing is known: the demand may be larger.
    pub unknown: Vec<BillMonth>,
}

/// What a peak above the billing demand adds to basic charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Raise {
    /// By so much the billing demand rises, W.
    pub over_w: i64,
    /// Won a month, before VAT and fund.
    pub month_won: i64,
    /// Months that the peak counts for: its own, and those that it is carried over to.
    pub months: u8,
    /// Won of all of them, if nothing else sets a higher demand in them.
    pub won: i64,
}

/// What a peak of a month adds to its basic charge and to those that it is carried over to; none
/// when it does not exceed the billing demand.
pub fn raise(
    rule: &DemandRule,
    month: BillMonth,
    basic_won_per_kw: Rate,
    (demand_w, peak_w): (i64, i64),
) -> Option<Raise> {
    let over_w = peak_w.saturating_sub(demand_w);
    if over_w <= 0 {
        return None;
    }
    let carried = rule.months.contains(&month.month());
    let months = if carried { rule.months_before.saturating_add(1) } else { 1 };
    let nano = basic_won_per_kw.times(over_w);
    let won = cut(nano.saturating_mul(i128::from(months)));
    Some(Raise { over_w, month_won: cut(nano), months, won })
}

/// The billing demand of a month by its own peak and those before it.
pub fn billing_demand(
    rule: &DemandRule,
    month: BillMonth,
    own: Option<Peak>,
    before: &BTreeMap<BillMonth, KnownDemand>,
    contract_w: i64,
) -> BillingDemand {
    let mut unknown = Vec::new();
    let floor_w = contract_w * i64::from(rule.floor_percent) / 100;
    let mut w = floor_w;
    let mut basis = Basis::Floor { percent: rule.floor_percent, contract_w };
    for back in (1..=u16::from(rule.months_before)).rev() {
        let from = month.earlier(back);
        if !rule.months.contains(&from.month()) {
            continue;
        }
        match before.get(&from) {
            None => unknown.push(from),
            Some(known) if known.w >= w && known.w > 0 => {
                w = known.w;
                basis = Basis::CarriedOver { from, at: known.at };
            }
            Some(_) => {}
        }
    }
    if let Some(peak) = own.filter(|peak| peak.w >= w) {
        w = peak.w;
        basis = Basis::MonthPeak { at: peak.at };
    }
    BillingDemand { w, basis, unknown }
}
