//! The bill (전기요금 청구서) of a month, to the won.
//!
//! ```text
//! load + contract -> spans of days -> energy by season and band, peaks, power factor -> lines ->
//! sums
//! ```
//!
//! Invariants: no floating point; a line that cannot be computed has no amount, never 0; every line
//! names its source, how sure it is and, where one slot decided it, that slot. The parts of the
//! charge are each cut below 1 won once (원 미만 절사), VAT is rounded half up, fund and total are cut
//! below 10 won. Absent: other contracts than industrial ones, welfare discounts, late fees, TV
//! fees.

//!
//! ```
//! use energy_rules::bill::{Choices, CustomerContract, Group, History, Terms, bill};
//! use energy_rules::calendar::Calendar;
//! use energy_rules::load::Load;
//! use energy_rules::tariff::{Adders, Tariffs};
//! use jiff::civil::date;
//!
//! let (tariffs, adders, calendar) = (Tariffs::shipped(), Adders::shipped(), Calendar::shipped());
//! let tariff = tariffs.get("kepco-industrial-b-2026-04-16").expect("it is shipped");
//! let contract = CustomerContract::single(tariff, "hv-a-2", 700_000, date(2026, 4, 16));
//! let terms = Terms {
//!     tariffs: &tariffs,
//!     adders: &adders,
//!     calendar: &calendar,
//!     contract: &contract,
//!     choices: Choices::default(),
//! };
//! // 100 kW through June: below the floor of 30 % of 700 kW.
//! let load = Load::active(date(2026, 6, 1), vec![Some(25_000); 30 * 96]);
//! let june = bill(&load, "2026-06".parse().expect("a month"), &terms, &History::default());
//! let june = june.expect("the contract holds in June");
//! assert_eq!(june.won(Group::Basic), Some(210 * 8_320));
//! assert!(june.provisional, "eleven months of history are missing");
//! ```

mod cause;
mod contract;
mod excess;
mod fault;
pub mod invoice;
mod line;
mod measure;
mod month;
mod note;
mod power_factor;
mod price;
mod rule;
mod series;
mod shift;
#[cfg(test)]
mod tests;
mod text;
mod total;
pub mod what_if;

pub use cause::{Cause, CauseKind};
pub use contract::{ContractRow, CustomerContract};
pub use excess::step as excess_step;
pub use fault::BillError;
pub use line::{Group, Item, Line, Per, Quantity, Unit, UnknownItem};
pub use month::{BillMonth, InvalidMonth, Period};
pub use note::Note;
pub use power_factor::{Effect, MonthPowerFactor, PowerFactor, effect as power_factor_effect};
pub use rule::{BasicRule, Rule, Side};
pub use series::{bill, bills};
pub use shift::{SHIFT_W_MAX, Shift};
pub use total::bill_of_total;

pub(crate) use measure::{first_slot, start_of};

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::calendar::Calendar;
use crate::demand::{BillingDemand, KnownDemand, MonthDemand};
use crate::tariff::{Adders, Status, Tariffs};

/// What a bill is made by.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// The tariffs that contract rows may name.
    pub tariffs: &'a Tariffs,
    /// Adders and taxes.
    pub adders: &'a Adders,
    /// The holidays.
    pub calendar: &'a Calendar,
    /// What the customer has agreed on.
    pub contract: &'a CustomerContract,
    /// What the reader may choose.
    pub choices: Choices,
}

/// What the reader may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Choices {
    /// Bill with the adders, taxes and power-factor standard of this day instead of the month's
    /// own.
    pub rules_of: Option<Date>,
    /// Where the power factor comes from.
    pub power_factor: PowerFactor,
}

/// What is known of the months before the load.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct History {
    /// Peaks that count for the billing demand, by month; from invoices or from the load.
    pub demands: BTreeMap<BillMonth, KnownDemand>,
    /// The month of the notice (안내) about the power factor, if one was given.
    pub power_factor_notice: Option<BillMonth>,
    /// The month of the notice about excess use, if one was given.
    pub excess_notice: Option<BillMonth>,
}

/// The bill of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Bill {
    /// The month that names it.
    pub month: BillMonth,
    /// From the first day to the last.
    pub period: Period,
    /// Energy of the month, Wh.
    pub wh: i64,
    /// The lines, as an invoice has them.
    pub lines: Vec<Line>,
    /// 전기요금계.
    pub charge_won: i64,
    /// 부가가치세.
    pub vat_won: i64,
    /// 전력산업기반기금.
    pub fund_won: i64,
    /// 청구금액.
    pub total_won: i64,
    /// The billing demand, at the end of the month; none when the contract kW is billed.
    pub demand: Option<BillingDemand>,
    /// The peaks.
    pub peaks: MonthDemand,
    /// The power factors; none where they are deemed.
    pub power_factor: MonthPowerFactor,
    /// Whether months are missing that might raise the billing demand.
    pub provisional: bool,
    /// What a reader must know.
    pub notes: Vec<Note>,
    /// The worst of its lines.
    pub status: Status,
}

impl Bill {
    /// The won of a group of lines; none when one of them cannot be computed or there is none.
    pub fn won(&self, group: Group) -> Option<i64> {
        let mut lines = self.lines.iter().filter(|line| line.code.group() == group).peekable();
        lines.peek()?;
        lines.map(|line| line.won).sum()
    }

    /// The nano-won of a group of lines before they were cut.
    pub fn nano_won(&self, group: Group) -> i128 {
        let of = |line: &&Line| line.code.group() == group;
        self.lines.iter().filter(of).map(|line| line.nano_won).sum()
    }
}
