//! Bills against golden numbers: the reference's vectors, tables and the steel plant.

mod golden;
mod invoice;
mod property;
mod scenario;
mod surface;
mod vectors;

use jiff::civil::date;

use super::*;
use crate::tariff::Tariffs;

pub(super) const NEW: &str = "kepco-industrial-b-2026-04-16";
pub(super) const OLD: &str = "kepco-industrial-b-2024-10-24";

/// Everything that terms borrow.
pub(super) struct Desk {
    pub(super) tariffs: Tariffs,
    pub(super) adders: Adders,
    pub(super) calendar: Calendar,
    pub(super) contract: CustomerContract,
    pub(super) choices: Choices,
}

impl Desk {
    /// One row under a version since 2015, with the adders of its first day and a deemed power
    /// factor.
    pub(super) fn of(version: &str, option: &str, contract_kw: i64) -> Self {
        let tariffs = Tariffs::shipped();
        let tariff = tariffs.get(version).unwrap();
        let from = date(2015, 1, 1);
        let contract = CustomerContract::single(tariff, option, contract_kw * 1_000, from);
        let rules_of = Some(tariff.effective_from);
        let choices = Choices { rules_of, power_factor: PowerFactor::Deemed };
        let (adders, calendar) = (Adders::shipped(), Calendar::shipped());
        Self { tariffs, adders, calendar, contract, choices }
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            tariffs: &self.tariffs,
            adders: &self.adders,
            calendar: &self.calendar,
            contract: &self.contract,
            choices: self.choices,
        }
    }
}

pub(super) fn month(text: &str) -> BillMonth {
    text.parse().unwrap()
}
