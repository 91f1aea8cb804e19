//! How a line came about: a stable code with its parameters, and a sentence in Korean and English.

use jiff::civil::{Date, DateTime};
use serde::Serialize;

use super::text::milli;
use crate::demand::Basis;
use crate::money::Rate;
use crate::tariff::{Band, Season};

/// How a line came about. The console renders it by `code` and parameters, or takes the sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the parameters are named by what they are, units last")]
pub enum Rule {
    /// The billing demand, or the contract kW, times the rate.
    Basic(BasicRule),
    /// A power factor was measured or stated.
    PowerFactor { side: Side, percent_milli: i64, standard: u8, ppm: i64 },
    /// A surcharge that is a notice only, being the first.
    PowerFactorNotice { side: Side, percent_milli: i64, standard: u8, ppm: i64 },
    /// No reactive meter, or asked: at the standard.
    PowerFactorDeemed { side: Side, standard: u8 },
    /// Energy of a band of hours.
    EnergyBand { season: Season, band: Band },
    /// Energy of a season, without time of use.
    EnergySeason { season: Season },
    /// A share of the energy rate is taken off.
    EnergyDiscount { percent: u8, until: Option<Date> },
    /// All energy at a rate that holds from a day on.
    Adder { from: Date },
    /// The month's peak lies within the contract.
    ExcessNone { contract_w: i64 },
    /// The peak is beyond the contract.
    ExcessStep { excess_w: i64, contract_w: i64, tenths: u16 },
    /// The same, but a notice only, being the first.
    ExcessNotice { excess_w: i64, contract_w: i64, tenths: u16 },
    /// The rule of this class (terms art. 67-3(1)) is not known here.
    ExcessNotComputed,
    /// The sum of the lines above.
    ChargeSum,
    /// A tax on the charge, rounded half up to 1 won.
    Vat { percent: Rate, from: Date },
    /// A levy on the charge, cut below 10 won.
    Fund { percent: Rate, from: Date },
    /// Charge, tax and fund, cut below 10 won.
    TotalSum,
}

/// What the basic charge is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BasicRule {
    /// The kW billed, W.
    pub w: i64,
    /// What they rest on.
    #[serde(flatten)]
    pub on: Basis,
    /// Days that it is paid for.
    pub days: i64,
    /// Days of the month.
    pub of_days: i64,
}

/// Which power factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// 지상, by day.
    Lagging,
    /// 진상, by night.
    Leading,
}

impl Side {
    fn ko(self) -> &'static str {
        match self {
            Self::Lagging => "지상역률",
            Self::Leading => "진상역률",
        }
    }

    fn en(self) -> &'static str {
        match self {
            Self::Lagging => "lagging power factor",
            Self::Leading => "leading power factor",
        }
    }
}

impl Rule {
    /// The sentence in Korean.
    pub fn ko(&self) -> String {
        match self {
            Self::Basic(basic) => basic.ko(),
            Self::PowerFactor { side, percent_milli, standard, ppm } => format!(
                "{} {} %, 기준 {standard} %: 기본요금의 {} %",
                side.ko(),
                milli(*percent_milli),
                share(*ppm)
            ),
            Self::PowerFactorNotice { side, percent_milli, standard, ppm } => format!(
                "{} {} %, 기준 {standard} %: 첫 미달 달이라 안내만 하고 추가하지 않음({} %)",
                side.ko(),
                milli(*percent_milli),
                share(*ppm)
            ),
            Self::PowerFactorDeemed { side, standard } => {
                format!("{} 계량값이 없어 기준 {standard} %로 봄: 추가·감액 없음", side.ko())
            }
            Self::EnergyBand { season, band } => format!("{} {} 전력량", season.ko(), band.ko()),
            Self::EnergySeason { season } => format!("{} 전력량", season.ko()),
            Self::EnergyDiscount { percent, until } => match until {
                Some(until) => format!("전력량요금 단가의 {percent} % 할인({until}까지)"),
                None => format!("전력량요금 단가의 {percent} % 할인"),
            },
            Self::Adder { from } => format!("모든 전력량에 적용, {from}부터의 단가"),
            Self::ExcessNone { contract_w } => {
                format!("최대수요가 계약전력 {} kW 이내", milli(*contract_w))
            }
            Self::ExcessStep { excess_w, contract_w, tenths } => format!(
                "계약전력 {} kW를 {} kW 초과: 기본요금 단가의 {}배",
                milli(*contract_w),
                milli(*excess_w),
                tenth(*tenths)
            ),
            Self::ExcessNotice { excess_w, contract_w, tenths } => format!(
                "계약전력 {} kW를 {} kW 초과: 첫 달이라 안내만 함(다음부터 {}배)",
                milli(*contract_w),
                milli(*excess_w),
                tenth(*tenths)
            ),
            Self::ExcessNotComputed => {
                "계산하지 않음: 이 계약종별의 초과사용부가금 규정(제67조의3 제1호)을 확인하지 못함"
                    .into()
            }
            Self::ChargeSum => "위 항목의 합".into(),
            Self::Vat { percent, .. } => format!("전기요금계의 {percent} %, 원 미만 반올림"),
            Self::Fund { percent, from } => {
                format!("전기요금계의 {percent} %({from}부터), 10원 미만 절사")
            }
            Self::TotalSum => "전기요금계 + 부가가치세 + 기금, 10원 미만 절사".into(),
        }
    }

    /// The sentence in English.
    pub fn en(&self) -> String {
        match self {
            Self::Basic(basic) => basic.en(),
            Self::PowerFactor { side, percent_milli, standard, ppm } => format!(
                "{} {} %, standard {standard} %: {} % of the basic charge",
                side.en(),
                milli(*percent_milli),
                share(*ppm)
            ),
            Self::PowerFactorNotice { side, percent_milli, standard, ppm } => format!(
                "{} {} %, standard {standard} %: the first month is a notice only ({} %)",
                side.en(),
                milli(*percent_milli),
                share(*ppm)
            ),
            Self::PowerFactorDeemed { side, standard } => {
                format!("{} deemed to be the standard, {standard} %: no effect", side.en())
            }
            Self::EnergyBand { season, band } => format!("energy, {}, {}", season.en(), band.en()),
            Self::EnergySeason { season } => format!("energy, {}", season.en()),
            Self::EnergyDiscount { percent, until } => match until {
                Some(until) => format!("{percent} % off the energy rate, until {until}"),
                None => format!("{percent} % off the energy rate"),
            },
            Self::Adder { from } => format!("on all energy, at the rate from {from} on"),
            Self::ExcessNone { contract_w } => {
                format!("the peak lies within the contract of {} kW", milli(*contract_w))
            }
            Self::ExcessStep { excess_w, contract_w, tenths } => format!(
                "{} kW beyond the contract of {} kW: {} times the basic rate",
                milli(*excess_w),
                milli(*contract_w),
                tenth(*tenths)
            ),
            Self::ExcessNotice { excess_w, contract_w, tenths } => format!(
                "{} kW beyond the contract of {} kW: the first month is a notice only \
                 ({} times from the next)",
                milli(*excess_w),
                milli(*contract_w),
                tenth(*tenths)
            ),
            Self::ExcessNotComputed => {
                "not computed: the rule of this class (terms art. 67-3(1)) is not known".into()
            }
            Self::ChargeSum => "the sum of the lines above".into(),
            Self::Vat { percent, .. } => format!("{percent} % of the charge, rounded to 1 won"),
            Self::Fund { percent, from } => {
                format!("{percent} % of the charge (from {from} on), cut below 10 won")
            }
            Self::TotalSum => "charge, VAT and fund, cut below 10 won".into(),
        }
    }
}

impl BasicRule {
    fn ko(&self) -> String {
        let part = part(self.days, self.of_days);
        let kw = milli(self.w);
        match self.on {
            Basis::MonthPeak { at } => {
                format!("요금적용전력 {kw} kW: 이 달 {}의 최대수요{part}", clock(at))
            }
            Basis::CarriedOver { from, .. } => {
                format!("요금적용전력 {kw} kW: {from} 최대수요를 이어 적용{part}")
            }
            Basis::Floor { percent, contract_w } => {
                format!(
                    "요금적용전력 {kw} kW: 계약전력 {} kW의 {percent} %{part}",
                    milli(contract_w)
                )
            }
            Basis::Contract => format!("계약전력 {kw} kW{part}"),
        }
    }

    fn en(&self) -> String {
        let part = part(self.days, self.of_days);
        let kw = milli(self.w);
        match self.on {
            Basis::MonthPeak { at } => {
                format!("billing demand {kw} kW: this month's peak, {}{part}", clock(at))
            }
            Basis::CarriedOver { from, .. } => {
                format!("billing demand {kw} kW: the peak of {from} is carried over{part}")
            }
            Basis::Floor { percent, contract_w } => {
                let contract = milli(contract_w);
                format!(
                    "billing demand {kw} kW: {percent} % of the contract of {contract} kW{part}"
                )
            }
            Basis::Contract => format!("contract of {kw} kW{part}"),
        }
    }
}

fn clock(at: DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M").to_string()
}

/// Days of a month, when it is not the whole.
fn part(days: i64, of_days: i64) -> String {
    if days == of_days { String::new() } else { format!(" ({days}/{of_days})") }
}

/// Millionths as per cent, with a sign.
fn share(ppm: i64) -> String {
    let sign = if ppm > 0 { "+" } else { "" };
    format!("{sign}{}", milli(ppm / 10))
}

fn tenth(tenths: u16) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}
