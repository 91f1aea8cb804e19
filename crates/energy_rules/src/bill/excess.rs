//! The surcharge on use beyond the contract (초과사용부가금), terms art. 67-3(3).

use crate::money::Rate;
use crate::tariff::{ExcessRule, ExcessStep};

/// The step of the rule that an excess falls on.
///
/// The ratio is compared exactly, in whole numbers, so that nothing is rounded before it.
pub fn step(rule: &ExcessRule, excess_w: i64, contract_w: i64) -> Option<ExcessStep> {
    let reached = |step: &&ExcessStep| {
        i128::from(excess_w) * 100 >= i128::from(contract_w) * i128::from(step.from_percent)
    };
    if excess_w <= 0 {
        return None;
    }
    rule.steps.iter().rev().find(reached).copied()
}

/// Nano-won of an excess at a multiplier.
pub(crate) fn nano_won(excess_w: i64, basic: Rate, step: ExcessStep) -> i128 {
    basic.times(excess_w) * i128::from(step.tenths) / 10
}
