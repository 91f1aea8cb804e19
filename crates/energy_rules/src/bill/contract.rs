//! The contract of a customer (전기사용계약): dated rows, and the reading day.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{BillError, Period};
use crate::tariff::{Class, OptionRates, Tariff, Tariffs};

/// Rows of one contract; a change a month for eight years.
const ROWS_MAX: usize = 100;
/// The largest contract, 10 GW.
const CONTRACT_W_MAX: i64 = 10_000_000_000;

/// What a customer has agreed on with KEPCO, by date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CustomerContract {
    /// The rows, the earliest first; they do not overlap.
    pub rows: Vec<ContractRow>,
    /// 검침일: 0, or 28 and more, is the last day of the month.
    pub reading_day: u8,
}

/// A stretch of days under one tariff and one contract kW.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContractRow {
    /// 계약종별.
    pub class: Class,
    /// The id of the version of the tariff that this customer is billed by.
    pub version: String,
    /// 전압·선택요금: the name of an option of that version.
    pub option: String,
    /// 계약전력, W.
    pub contract_w: i64,
    /// The first day.
    pub from: Date,
    /// The last day; none while it goes on.
    pub to: Option<Date>,
}

/// Days of a bill under one row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span<'a> {
    /// Which row of the contract.
    pub(crate) row: usize,
    pub(crate) days: Period,
    pub(crate) tariff: &'a Tariff,
    pub(crate) option: &'a OptionRates,
    pub(crate) contract_w: i64,
}

impl CustomerContract {
    /// The row that holds on a day.
    pub fn on(&self, day: Date) -> Option<&ContractRow> {
        self.rows.iter().find(|row| row.from <= day && row.to.is_none_or(|to| day <= to))
    }

    /// One row, from a day on.
    pub fn single(tariff: &Tariff, option: &str, contract_w: i64, from: Date) -> Self {
        let row = ContractRow {
            class: tariff.class,
            version: tariff.id.clone(),
            option: option.to_owned(),
            contract_w,
            from,
            to: None,
        };
        Self { rows: vec![row], reading_day: 0 }
    }

    /// The rows of a customer who moves from version to version of a class as they come into force,
    /// or at the end of a deferral (유예) when it was asked for.
    pub fn following(
        tariffs: &Tariffs,
        class: Class,
        option: &str,
        contract_w: i64,
        from: Date,
        deferred: bool,
    ) -> Self {
        let mut rows = Vec::new();
        let mut day = Some(from);
        for version in tariffs.versions(class) {
            let last = version.deferred_to.filter(|_| deferred).or(version.effective_to);
            let Some(first) = day.filter(|day| last.is_none_or(|last| *day <= last)) else {
                continue;
            };
            rows.push(ContractRow {
                class,
                version: version.id.clone(),
                option: option.to_owned(),
                contract_w,
                from: first,
                to: last,
            });
            day = last.and_then(|last| last.tomorrow().ok());
        }
        Self { rows, reading_day: 0 }
    }

    /// Says the first thing that is wrong with it.
    pub fn check(&self, tariffs: &Tariffs) -> Result<(), BillError> {
        if self.rows.is_empty() || self.rows.len() > ROWS_MAX {
            return Err(BillError::ContractRows { rows: self.rows.len(), max: ROWS_MAX });
        }
        if self.reading_day > 31 {
            return Err(BillError::ReadingDay { day: self.reading_day });
        }
        for row in &self.rows {
            row.check(tariffs)?;
        }
        for (row, next) in self.rows.iter().zip(self.rows.iter().skip(1)) {
            if row.to.is_none_or(|to| to >= next.from) {
                return Err(BillError::ContractOverlap { from: next.from });
            }
        }
        Ok(())
    }

    /// The rows that hold in a period, clipped to it; neighbours that agree are one.
    pub(crate) fn spans<'a>(
        &self,
        period: Period,
        tariffs: &'a Tariffs,
    ) -> Result<Vec<Span<'a>>, BillError> {
        let mut spans: Vec<Span<'a>> = Vec::new();
        for (index, row) in self.rows.iter().enumerate() {
            let first = row.from.max(period.first);
            let last = row.to.map_or(period.last, |to| to.min(period.last));
            if first > last {
                continue;
            }
            let (tariff, option) = row.rates(tariffs)?;
            let span = Span {
                row: index,
                days: Period { first, last },
                tariff,
                option,
                contract_w: row.contract_w,
            };
            if let Some(before) = spans.last_mut() {
                let next = before.days.last.tomorrow().ok();
                if next != Some(first) {
                    let day = next.unwrap_or(first);
                    return Err(BillError::ContractHole { day });
                }
                if before.agrees(&span) {
                    before.days.last = last;
                    continue;
                }
            }
            spans.push(span);
        }
        Ok(spans)
    }
}

impl Span<'_> {
    fn agrees(&self, other: &Self) -> bool {
        self.tariff.id == other.tariff.id
            && self.option.name == other.option.name
            && self.contract_w == other.contract_w
    }
}

impl ContractRow {
    fn check(&self, tariffs: &Tariffs) -> Result<(), BillError> {
        if !(1..=CONTRACT_W_MAX).contains(&self.contract_w) {
            return Err(BillError::ContractKw { w: self.contract_w });
        }
        if let Some(to) = self.to.filter(|to| *to < self.from) {
            return Err(BillError::RowEndsBeforeItBegins { from: self.from, to });
        }
        self.rates(tariffs).map(|_| ())
    }

    fn rates<'a>(&self, tariffs: &'a Tariffs) -> Result<(&'a Tariff, &'a OptionRates), BillError> {
        let tariff = tariffs.get(&self.version).ok_or_else(|| BillError::UnknownTariff {
            version: self.version.clone(),
            known: tariffs.versions(self.class).iter().map(|t| t.id.clone()).collect(),
        })?;
        if tariff.class != self.class {
            return Err(BillError::ClassMismatch {
                version: self.version.clone(),
                class: tariff.class.code(),
                row: self.class.code(),
            });
        }
        let option = tariff.option(&self.option).ok_or_else(|| BillError::UnknownOption {
            version: self.version.clone(),
            option: self.option.clone(),
            known: tariff.options.iter().map(|option| option.name.clone()).collect(),
        })?;
        Ok((tariff, option))
    }
}
