//! Lines before they are cut.

use jiff::civil::DateTime;

use crate::bill::{Item, Line, Per, Quantity, Rule, Unit};
use crate::money::{NANO_WON, Rate};
use crate::tariff::{Dated, Status};

/// A line before it is cut: nano-won as a fraction whose denominator its component shares.
pub(super) struct Draft {
    pub(super) code: Item,
    pub(super) quantity: Quantity,
    pub(super) rate: Rate,
    pub(super) per: Per,
    pub(super) numerator: i128,
    pub(super) rule: Rule,
    pub(super) source: String,
    pub(super) status: Status,
    pub(super) decided_at: Option<DateTime>,
}

impl Draft {
    /// A quantity of energy at a rate; `origin` is where it was read and how sure it is.
    pub(super) fn per_kwh(
        code: Item,
        wh: i64,
        rate: Rate,
        rule: Rule,
        origin: (String, Status),
    ) -> Self {
        let (source, status) = origin;
        Self {
            code,
            quantity: Quantity { milli: wh, unit: Unit::Kwh },
            rate,
            per: Per::Kwh,
            numerator: rate.times(wh),
            rule,
            source,
            status,
            decided_at: None,
        }
    }

    /// The line, not yet cut.
    pub(super) fn line(self) -> Line {
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

impl Line {
    /// A sum of lines.
    pub(super) fn sum(code: Item, won: i64, rule: Rule, status: Status) -> Self {
        Self {
            code,
            quantity: Quantity { milli: won.saturating_mul(1_000), unit: Unit::Won },
            rate: Rate(0),
            per: Per::Sum,
            won: Some(won),
            nano_won: i128::from(won) * NANO_WON,
            rule,
            source: "the lines above".to_owned(),
            status,
            decided_at: None,
        }
    }

    /// A share of the charge; `amount` is the won, rounded, and the nano-won before.
    pub(super) fn tax(
        code: Item,
        charge: i64,
        row: Dated<'_>,
        amount: (i64, i128),
        rule: Rule,
        status: Status,
    ) -> Self {
        let (won, nano_won) = amount;
        let sum = Self::sum(code, charge, rule, status);
        let source = row.source.to_owned();
        Self { rate: row.rate, per: Per::Percent, won: Some(won), nano_won, source, ..sum }
    }
}
