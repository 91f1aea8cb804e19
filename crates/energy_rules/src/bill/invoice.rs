//! An invoice (청구서) against the computed bill: where they differ, and what would explain it.
//!
//! Each hypothesis is a bill made once more with one thing changed; it is probable when the invoice
//! then fits much better. A cause is a hint for a person, never a correction.

use serde::{Deserialize, Serialize};

use super::cause::{self, Cause};
use super::{Bill, BillError, BillMonth, Group, History, Item, Terms, UnknownItem, bill};
use crate::load::Load;

/// Lines of one invoice.
pub const LINES_MAX: usize = 60;
/// Won that a line may differ by roundings that are not known.
pub const TOLERANCE_WON: i64 = 10;

/// An invoice as it was entered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invoice {
    /// The month that names it.
    pub month: BillMonth,
    /// The lines that were entered; the others are not compared.
    pub lines: Vec<InvoiceLine>,
}

/// A line of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvoiceLine {
    /// A group such as `energy`, or one line such as `energy.summer.peak`.
    pub code: LineCode,
    /// Won.
    pub won: i64,
    /// In thousandths (Wh, W), when it is printed.
    pub quantity_milli: Option<i64>,
}

/// What a line of an invoice stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum LineCode {
    /// A group of lines: what invoices print as one.
    Group(Group),
    /// One line of the computed bill.
    Item(Item),
}

impl std::str::FromStr for LineCode {
    type Err = UnknownItem;

    fn from_str(text: &str) -> Result<Self, UnknownItem> {
        let group = Group::ALL.into_iter().find(|group| group.code() == text);
        group.map_or_else(|| text.parse().map(Self::Item), |group| Ok(Self::Group(group)))
    }
}

/// The comparison.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InvoiceCheck {
    /// Line by line, in the order of the invoice.
    pub differences: Vec<Difference>,
    /// Probable causes, the best one first; none when the invoice fits.
    pub causes: Vec<Cause>,
    /// The computed bill.
    pub bill: Bill,
}

/// A line of the invoice and of the bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which line.
    pub code: LineCode,
    /// As invoiced.
    pub invoiced_won: i64,
    /// As computed; none when it cannot be.
    pub computed_won: Option<i64>,
    /// Invoiced less computed; above 0 the invoice asks for more.
    pub difference_won: Option<i64>,
    /// The same of the quantity, in thousandths, when the invoice prints it.
    pub difference_milli: Option<i64>,
}

/// Compares an invoice with the bill of its month and looks for what would explain differences.
pub fn check(
    invoice: &Invoice,
    load: &Load,
    terms: &Terms<'_>,
    history: &History,
) -> Result<InvoiceCheck, BillError> {
    let (asked, max) = (invoice.lines.len(), LINES_MAX);
    if asked > max {
        return Err(BillError::TooMany { what: "lines of an invoice", asked, max });
    }
    let bill = bill(load, invoice.month, terms, history)?;
    let differences = differences(invoice, &bill);
    let misfit_won = misfit(&differences);
    let is_near = |won: i64| won.unsigned_abs() <= TOLERANCE_WON.unsigned_abs();
    let fits = differences.iter().all(|row| row.difference_won.is_none_or(is_near));
    let causes =
        if fits { Vec::new() } else { cause::search(invoice, load, terms, history, misfit_won) };
    Ok(InvoiceCheck { differences, causes, bill })
}

/// Line by line.
pub(super) fn differences(invoice: &Invoice, bill: &Bill) -> Vec<Difference> {
    let row = |line: &InvoiceLine| {
        let computed_won = line.code.won(bill);
        let computed_milli = line.code.milli(bill);
        let milli = line.quantity_milli.zip(computed_milli);
        Difference {
            code: line.code,
            invoiced_won: line.won,
            computed_won,
            difference_won: computed_won.map(|won| line.won.saturating_sub(won)),
            difference_milli: milli.map(|(invoiced, computed)| invoiced.saturating_sub(computed)),
        }
    };
    invoice.lines.iter().map(row).collect()
}

/// The sum of what the parts of the charge differ by; of all lines when no part was entered.
pub(super) fn misfit(differences: &[Difference]) -> i64 {
    let is_part = |row: &&Difference| row.code.group().is_charge_part();
    let sum = |rows: &mut dyn Iterator<Item = &Difference>| -> i64 {
        let wons = rows.filter_map(|row| row.difference_won);
        wons.fold(0, |sum: i64, won| sum.saturating_add(won.saturating_abs()))
    };
    if differences.iter().any(|row| is_part(&row)) {
        let taxes = |row: &&Difference| matches!(row.code.group(), Group::Vat | Group::Fund);
        let of_taxes = sum(&mut differences.iter().filter(taxes));
        return sum(&mut differences.iter().filter(is_part)).saturating_add(of_taxes);
    }
    sum(&mut differences.iter())
}

impl LineCode {
    /// The group that it is or belongs to.
    pub fn group(self) -> Group {
        match self {
            Self::Group(group) => group,
            Self::Item(item) => item.group(),
        }
    }

    fn holds(self, item: Item) -> bool {
        match self {
            Self::Group(group) => item.group() == group,
            Self::Item(own) => item == own,
        }
    }

    /// The won of it in a bill; a line that the bill does not have is 0.
    fn won(self, bill: &Bill) -> Option<i64> {
        bill.lines.iter().filter(|line| self.holds(line.code)).map(|line| line.won).sum()
    }

    /// The quantity of it in a bill; discounts are of energy that is already counted.
    fn milli(self, bill: &Bill) -> Option<i64> {
        let twice =
            |item: Item| matches!(self, Self::Group(_)) && matches!(item, Item::Discount(..));
        let lines = bill.lines.iter().filter(|line| self.holds(line.code) && !twice(line.code));
        match self.group() {
            // Rows of a month under several contracts each have their own kW.
            Group::Basic => lines.map(|line| line.quantity.milli).max(),
            Group::Energy | Group::Climate | Group::Fuel => {
                Some(lines.map(|line| line.quantity.milli).sum())
            }
            Group::PowerFactor
            | Group::Excess
            | Group::Charge
            | Group::Vat
            | Group::Fund
            | Group::Total => None,
        }
    }
}
