//! The lines of a bill.

use std::fmt;
use std::str::FromStr;

use jiff::civil::DateTime;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Rule;
use crate::money::Rate;
use crate::tariff::{Band, Season, Status};

/// One line of a bill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// What is billed.
    pub code: Item,
    /// How much of it.
    pub quantity: Quantity,
    /// At which rate.
    pub rate: Rate,
    /// What the rate is of.
    pub per: Per,
    /// Won; none when it cannot be computed, which is not 0.
    pub won: Option<i64>,
    /// The amount before it was cut, nano-won.
    #[serde(skip)]
    pub nano_won: i128,
    /// How it came about.
    pub rule: Rule,
    /// Where the rate and the rule were read.
    pub source: String,
    /// How sure they are.
    pub status: Status,
    /// The start of the slot that decided it.
    pub decided_at: Option<DateTime>,
}

/// A quantity in thousandths of its unit: Wh, W, thousandths of a won.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quantity {
    /// Thousandths.
    pub milli: i64,
    /// Of what.
    pub unit: Unit,
}

/// The unit of a quantity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Kilowatt-hours.
    Kwh,
    /// Kilowatts.
    Kw,
    /// Per cent.
    Percent,
    /// Won.
    Won,
}

/// What a rate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// Won per kWh.
    Kwh,
    /// Won per kW and month.
    Kw,
    /// Per cent of an amount.
    Percent,
    /// Nothing: a sum.
    Sum,
}

/// What a line is for; written as a stable code such as `energy.summer.peak`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Item {
    /// 기본요금.
    Basic,
    /// 역률요금, 지상.
    PowerFactorLagging,
    /// 역률요금, 진상.
    PowerFactorLeading,
    /// 전력량요금; the band is none without time of use.
    Energy(Season, Option<Band>),
    /// 할인 of the 전력량요금.
    Discount(Season, Option<Band>),
    /// 기후환경요금.
    Climate,
    /// 연료비조정액.
    Fuel,
    /// 초과사용부가금.
    Excess,
    /// 전기요금계: the sum of the lines above it.
    Charge,
    /// 부가가치세.
    Vat,
    /// 전력산업기반기금.
    Fund,
    /// 청구금액.
    Total,
}

/// What invoices print as one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Group {
    /// 기본요금.
    Basic,
    /// 역률요금.
    PowerFactor,
    /// 전력량요금, discounts taken off.
    Energy,
    /// 기후환경요금.
    Climate,
    /// 연료비조정액.
    Fuel,
    /// 초과사용부가금.
    Excess,
    /// 전기요금계.
    Charge,
    /// 부가가치세.
    Vat,
    /// 전력산업기반기금.
    Fund,
    /// 청구금액.
    Total,
}

impl Group {
    /// All of them, in the order of an invoice.
    pub const ALL: [Self; 10] = [
        Self::Basic,
        Self::PowerFactor,
        Self::Energy,
        Self::Climate,
        Self::Fuel,
        Self::Excess,
        Self::Charge,
        Self::Vat,
        Self::Fund,
        Self::Total,
    ];

    /// The stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::Basic => "basic",
            Self::PowerFactor => "power_factor",
            Self::Energy => "energy",
            Self::Climate => "climate",
            Self::Fuel => "fuel",
            Self::Excess => "excess",
            Self::Charge => "charge",
            Self::Vat => "vat",
            Self::Fund => "fund",
            Self::Total => "total",
        }
    }

    /// In Korean, as invoices print it.
    pub fn ko(self) -> &'static str {
        match self {
            Self::Basic => "기본요금",
            Self::PowerFactor => "역률요금",
            Self::Energy => "전력량요금",
            Self::Climate => "기후환경요금",
            Self::Fuel => "연료비조정액",
            Self::Excess => "초과사용부가금",
            Self::Charge => "전기요금계",
            Self::Vat => "부가가치세",
            Self::Fund => "전력산업기반기금",
            Self::Total => "청구금액",
        }
    }

    /// In English.
    pub fn en(self) -> &'static str {
        match self {
            Self::Basic => "basic charge",
            Self::PowerFactor => "power factor",
            Self::Energy => "energy charge",
            Self::Climate => "climate adder",
            Self::Fuel => "fuel adjustment",
            Self::Excess => "excess-use surcharge",
            Self::Charge => "electricity charge",
            Self::Vat => "VAT",
            Self::Fund => "industry fund",
            Self::Total => "amount billed",
        }
    }

    /// Whether it is part of the electricity charge (전기요금계).
    pub fn is_charge_part(self) -> bool {
        match self {
            Self::Basic
            | Self::PowerFactor
            | Self::Energy
            | Self::Climate
            | Self::Fuel
            | Self::Excess => true,
            Self::Charge | Self::Vat | Self::Fund | Self::Total => false,
        }
    }
}

impl Item {
    /// What invoices print it under.
    pub fn group(self) -> Group {
        match self {
            Self::Basic => Group::Basic,
            Self::PowerFactorLagging | Self::PowerFactorLeading => Group::PowerFactor,
            Self::Energy(..) | Self::Discount(..) => Group::Energy,
            Self::Climate => Group::Climate,
            Self::Fuel => Group::Fuel,
            Self::Excess => Group::Excess,
            Self::Charge => Group::Charge,
            Self::Vat => Group::Vat,
            Self::Fund => Group::Fund,
            Self::Total => Group::Total,
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let of = |f: &mut fmt::Formatter<'_>, head: &str, season: Season, band: Option<Band>| {
            let band = band.map_or("all", Band::code);
            write!(f, "{head}.{}.{band}", season.code())
        };
        match *self {
            Self::PowerFactorLagging => f.write_str("power_factor.lagging"),
            Self::PowerFactorLeading => f.write_str("power_factor.leading"),
            Self::Energy(season, band) => of(f, "energy", season, band),
            Self::Discount(season, band) => of(f, "discount", season, band),
            Self::Basic
            | Self::Climate
            | Self::Fuel
            | Self::Excess
            | Self::Charge
            | Self::Vat
            | Self::Fund
            | Self::Total => f.write_str(self.group().code()),
        }
    }
}

/// A code that names no line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' names no line of a bill: write one such as basic or energy.summer.peak")]
pub struct UnknownItem(String);

impl FromStr for Item {
    type Err = UnknownItem;

    fn from_str(text: &str) -> Result<Self, UnknownItem> {
        let plain = [
            Self::Basic,
            Self::PowerFactorLagging,
            Self::PowerFactorLeading,
            Self::Climate,
            Self::Fuel,
            Self::Excess,
            Self::Charge,
            Self::Vat,
            Self::Fund,
            Self::Total,
        ];
        let bands = [None, Some(Band::Light), Some(Band::Mid), Some(Band::Peak)];
        let by_band = Season::ALL.into_iter().flat_map(|season| {
            bands
                .into_iter()
                .flat_map(move |band| [Self::Energy(season, band), Self::Discount(season, band)])
        });
        let found = plain.into_iter().chain(by_band).find(|item| item.to_string() == text);
        found.ok_or_else(|| UnknownItem(text.chars().take(40).collect()))
    }
}

impl Serialize for Item {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
