//! Tariffs (전기공급약관의 요금표): dated rates, hours and rules, as data.
//!
//! A version of a class holds from a day to a day, but which version a customer is billed by stands
//! in the customer's contract: in 2026 customers could defer the new one by half a year.
//!
//! Invariants: a parsed tariff covers every month with a season and every hour with a band, its
//! rates are light < mid < peak, and every part names its source and how sure it is. No rate, hour
//! or rule of KEPCO stands in code.

mod adders;
mod book;
mod day;
mod fault;
mod file;
mod prices;
mod status;
#[cfg(test)]
mod tests;
mod validate;

pub use adders::{Adder, Adders, Dated, KwhRow, PercentRow};
pub use book::Tariffs;
pub use day::{Cell, DayTable};
pub use fault::TariffFault;
pub use file::{
    Average, BasicOn, DayName, DayRule, DayRules, DemandRule, Discount, ExcessRule, ExcessStep,
    Hours, Lagging, Leading, OptionRates, PerSeason, PfReading, PowerFactorRule, Standard, Tariff,
    TemporaryRule,
};
pub use prices::SlotPrice;
pub use status::Status;

pub(crate) use file::standard_on;

use serde::{Deserialize, Serialize};

/// The class of a contract (계약종별).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// 산업용(을): contracts of 300 kW and more.
    IndustrialB,
    /// 산업용(갑)I: 4 kW to less than 300 kW, metered at low voltage, no time of use.
    IndustrialA1,
    /// 산업용(갑)II: 4 kW to less than 300 kW at high voltage.
    IndustrialA2,
}

impl Class {
    /// All of them, in the order of their declaration.
    pub const ALL: [Self; 3] = [Self::IndustrialB, Self::IndustrialA1, Self::IndustrialA2];

    /// The stable name, as in the data.
    pub fn code(self) -> &'static str {
        match self {
            Self::IndustrialB => "industrial_b",
            Self::IndustrialA1 => "industrial_a1",
            Self::IndustrialA2 => "industrial_a2",
        }
    }
}

/// The price season (계절). Demand months are not seasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Season {
    /// 여름철, June to August.
    Summer,
    /// 봄·가을철, March to May and September to October.
    SpringAutumn,
    /// 겨울철, November to February.
    Winter,
}

impl Season {
    /// All of them, in the order of their index.
    pub const ALL: [Self; 3] = [Self::Summer, Self::SpringAutumn, Self::Winter];

    /// The stable name, as in the data.
    pub fn code(self) -> &'static str {
        match self {
            Self::Summer => "summer",
            Self::SpringAutumn => "spring_autumn",
            Self::Winter => "winter",
        }
    }

    /// In Korean.
    pub fn ko(self) -> &'static str {
        match self {
            Self::Summer => "여름철",
            Self::SpringAutumn => "봄·가을철",
            Self::Winter => "겨울철",
        }
    }

    /// In English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Summer => "summer",
            Self::SpringAutumn => "spring and autumn",
            Self::Winter => "winter",
        }
    }
}

/// The band of the hour (시간대).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Band {
    /// 경부하.
    Light,
    /// 중간부하.
    Mid,
    /// 최대부하.
    Peak,
}

impl Band {
    /// All of them, the cheapest first.
    pub const ALL: [Self; 3] = [Self::Light, Self::Mid, Self::Peak];

    /// The stable name, as in the data.
    pub fn code(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Mid => "mid",
            Self::Peak => "peak",
        }
    }

    /// In Korean.
    pub fn ko(self) -> &'static str {
        match self {
            Self::Light => "경부하",
            Self::Mid => "중간부하",
            Self::Peak => "최대부하",
        }
    }

    /// In English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Light => "light load",
            Self::Mid => "mid load",
            Self::Peak => "peak load",
        }
    }
}
