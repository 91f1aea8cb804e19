//! Adders and taxes: what is added to the rates, by date (`data/adders.json`).

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{Status, TariffFault};
use crate::money::Rate;

/// What the product ships, compiled from public notices.
const SHIPPED: &str = include_str!("../../data/adders.json");

/// Climate and fuel adders, the fund and the VAT, each a list by date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adders {
    /// When the file was compiled.
    pub compiled_on: Date,
    /// 기후환경요금, won per kWh.
    pub climate: Vec<KwhRow>,
    /// 연료비조정액, won per kWh, a row a quarter.
    pub fuel: Vec<KwhRow>,
    /// 전력산업기반기금, per cent of the charge.
    pub fund: Vec<PercentRow>,
    /// 부가가치세, per cent of the charge without the fund.
    pub vat: Vec<PercentRow>,
}

/// A rate per kWh from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KwhRow {
    /// The first day.
    pub from: Date,
    /// The rate.
    pub won_per_kwh: Rate,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// A share from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PercentRow {
    /// The first day.
    pub from: Date,
    /// The share.
    pub percent: Rate,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// Which of the lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Adder {
    /// 기후환경요금.
    Climate,
    /// 연료비조정액.
    Fuel,
    /// 전력산업기반기금.
    Fund,
    /// 부가가치세.
    Vat,
}

/// A row that holds on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated<'a> {
    /// The first day of it.
    pub from: Date,
    /// Won per kWh, or per cent.
    pub rate: Rate,
    /// Where it was read.
    pub source: &'a str,
    /// How sure it is.
    pub status: Status,
}

impl Adders {
    /// The table that the product ships.
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("a test reads the shipped adders")
    }

    /// Reads and checks a table.
    pub fn parse(json: &str) -> Result<Self, TariffFault> {
        let adders: Self =
            serde_json::from_str(json).map_err(|fault| TariffFault::Json(fault.to_string()))?;
        for (at, adder) in [
            ("climate", Adder::Climate),
            ("fuel", Adder::Fuel),
            ("fund", Adder::Fund),
            ("vat", Adder::Vat),
        ] {
            let days: Vec<_> = adders.rows(adder).map(|row| row.from).collect();
            if days.is_empty() || !days.is_sorted_by(|a, b| a < b) {
                let what = "give the rows by date, the earliest first".to_owned();
                return Err(TariffFault::Content {
                    id: "adders".to_owned(),
                    at: at.to_owned(),
                    what,
                });
            }
        }
        Ok(adders)
    }

    /// The row that holds on a day; none before the first.
    pub fn on(&self, adder: Adder, date: Date) -> Option<Dated<'_>> {
        self.rows(adder).take_while(|row| row.from <= date).last()
    }

    /// All rows, the earliest first.
    pub fn rows(&self, adder: Adder) -> Box<dyn Iterator<Item = Dated<'_>> + '_> {
        match adder {
            Adder::Climate => Box::new(self.climate.iter().map(KwhRow::dated)),
            Adder::Fuel => Box::new(self.fuel.iter().map(KwhRow::dated)),
            Adder::Fund => Box::new(self.fund.iter().map(PercentRow::dated)),
            Adder::Vat => Box::new(self.vat.iter().map(PercentRow::dated)),
        }
    }
}

impl KwhRow {
    fn dated(&self) -> Dated<'_> {
        Dated { from: self.from, rate: self.won_per_kwh, source: &self.source, status: self.status }
    }
}

impl PercentRow {
    fn dated(&self) -> Dated<'_> {
        Dated { from: self.from, rate: self.percent, source: &self.source, status: self.status }
    }
}
