//! The form of a tariff file (`data/tariffs/*.json`).

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::validate;
use super::{Band, Class, DayTable, Season, Status, TariffFault};
use crate::calendar::DayKind;
use crate::money::Rate;

/// A version of the tariff of one class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Tariff {
    /// The stable name, such as `kepco-industrial-b-2026-04-16`.
    pub id: String,
    /// The class of contracts that it is for.
    pub class: Class,
    /// What Korean readers call it.
    pub name_ko: String,
    /// What English readers call it.
    pub name_en: String,
    /// The first day that it holds.
    pub effective_from: Date,
    /// The last day that it holds, when a later one has followed.
    pub effective_to: Option<Date>,
    /// The last day for customers who asked for a deferral (유예).
    pub deferred_to: Option<Date>,
    /// When this file was compiled.
    pub compiled_on: Date,
    /// Where it was read.
    pub source: String,
    /// How sure the whole of it is; parts may be surer or less sure.
    pub status: Status,
    /// What the basic charge is paid for.
    pub basic_on: BasicOn,
    /// The months of each season.
    pub seasons: PerSeason<Vec<i8>>,
    /// The hours of each band; none for a tariff without time of use.
    pub hours: Option<PerSeason<Hours>>,
    /// What Saturdays, Sundays and holidays do to the bands.
    pub days: Option<DayRules>,
    /// Reductions of the energy rate; the first that fits counts.
    pub discounts: Vec<Discount>,
    /// How the billing demand (요금적용전력) comes about; none when the contract kW is billed.
    pub demand: Option<DemandRule>,
    /// The rule of the power factor (역률).
    pub power_factor: PowerFactorRule,
    /// The surcharge on use beyond the contract (초과사용부가금); none when its rule is not known.
    pub excess: Option<ExcessRule>,
    /// The rates by voltage and choice (선택요금).
    pub options: Vec<OptionRates>,
    #[serde(skip)]
    pub(super) tables: Tables,
}

/// The slots of every sort of day, by season and day; filled in when a tariff is parsed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Tables(pub(super) Vec<[DayTable; 4]>);

/// A value for each season.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PerSeason<T> {
    /// 여름철.
    pub summer: T,
    /// 봄·가을철.
    pub spring_autumn: T,
    /// 겨울철.
    pub winter: T,
}

impl<T> PerSeason<T> {
    /// The value of a season.
    pub fn of(&self, season: Season) -> &T {
        match season {
            Season::Summer => &self.summer,
            Season::SpringAutumn => &self.spring_autumn,
            Season::Winter => &self.winter,
        }
    }
}

/// What the basic charge (기본요금) is paid for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BasicOn {
    /// The billing demand (요금적용전력), terms art. 68.
    BillingDemand,
    /// The contract kW (계약전력), terms art. 68(2).
    Contract,
}

/// The bands of a working day, as pairs of hours `[from, to)`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// 경부하.
    pub light: Vec<[u8; 2]>,
    /// 중간부하.
    pub mid: Vec<[u8; 2]>,
    /// 최대부하.
    pub peak: Vec<[u8; 2]>,
    /// Where the hours were read.
    pub source: String,
    /// How sure they are.
    pub status: Status,
}

/// What the sort of day does to the bands. A holiday beats Saturday and Sunday.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayRules {
    /// 토요일.
    pub saturday: DayRule,
    /// 일요일.
    pub sunday: DayRule,
    /// 공휴일, 대체공휴일.
    pub holiday: DayRule,
    /// 임시공휴일.
    pub temporary_holiday: TemporaryRule,
    /// Where the rules were read.
    pub source: String,
    /// How sure they are.
    pub status: Status,
}

/// What becomes of the bands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayRule {
    /// As on a working day.
    AsWeekday,
    /// The peak hours count as mid.
    PeakIsMid,
    /// All hours are light.
    AllLight,
}

/// What a holiday declared for once is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TemporaryRule {
    /// The tariff knows nothing of it.
    OrdinaryDay,
}

/// A reduction of the energy rate at certain hours of certain days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discount {
    /// The seasons that it is given in.
    pub seasons: Vec<Season>,
    /// The days that it is given on.
    pub days: Vec<DayName>,
    /// The hours, `[from, to)`.
    pub hours: Vec<[u8; 2]>,
    /// What is taken off the energy rate.
    pub percent: u8,
    /// The last day of it.
    pub until: Option<Date>,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// A sort of day, as data name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DayName {
    /// Monday to Friday.
    Weekday,
    /// 토요일.
    Saturday,
    /// 일요일.
    Sunday,
    /// 공휴일.
    Holiday,
}

impl DayName {
    /// Whether a day is of this sort.
    pub fn is(self, kind: DayKind) -> bool {
        let of = match kind {
            DayKind::Weekday => Self::Weekday,
            DayKind::Saturday => Self::Saturday,
            DayKind::Sunday => Self::Sunday,
            DayKind::Holiday => Self::Holiday,
        };
        self == of
    }
}

/// The rule of the billing demand (요금적용전력), terms art. 68.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandRule {
    /// The bands whose slots count.
    pub bands: Vec<Band>,
    /// The months whose peak is carried over.
    pub months: Vec<i8>,
    /// For how many months it is carried over.
    pub months_before: u8,
    /// The least, of the contract kW.
    pub floor_percent: u8,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// The rule of the power factor (역률), terms art. 41 to 43.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PowerFactorRule {
    /// 지상역률, by day.
    pub lagging: Lagging,
    /// 진상역률, by night.
    pub leading: Leading,
    /// Millionths of the basic charge for one point of per cent.
    pub ppm_per_percent: i64,
    /// How a month's power factor is read off the half hours.
    pub reading: PfReading,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// The lagging power factor (지상역률): surcharge below the standard, rebate above.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lagging {
    /// The hours that count, `[from, to)`.
    pub hours: [u8; 2],
    /// The standard by day, the earliest first.
    pub standards: Vec<Standard>,
    /// No lower value counts.
    pub floor_percent: u8,
    /// No higher value counts.
    pub cap_percent: u8,
}

/// The leading power factor (진상역률): surcharge below the standard, no rebate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leading {
    /// The hours that count, `[from, to)` over midnight.
    pub hours: [u8; 2],
    /// The standard by day, the earliest first.
    pub standards: Vec<Standard>,
    /// No lower value counts, not even in a half hour.
    pub floor_percent: u8,
}

/// A standard of the power factor, from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standard {
    /// The first day.
    pub from: Date,
    /// The standard.
    pub percent: u8,
}

/// How a month's power factor is read off the half hours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PfReading {
    /// Which mean.
    pub average: Average,
    /// Digits after the point that count, rounded half up.
    pub decimals: u8,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// A mean of half hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Average {
    /// The mean of the power factors of the half hours.
    MeanOfHalfHours,
    /// The power factor of the sums.
    RatioOfSums,
}

/// The surcharge on use beyond the contract (초과사용부가금), terms art. 67-3(3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcessRule {
    /// Multipliers by the ratio of the excess to the contract, the lowest first.
    pub steps: Vec<ExcessStep>,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// A multiplier of the basic rate, from a ratio on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExcessStep {
    /// The least ratio, in per cent of the contract.
    pub from_percent: u16,
    /// The multiplier, in tenths.
    pub tenths: u16,
    /// How sure this step is, when it is less sure than the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
}

/// The rates of one voltage and choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionRates {
    /// The stable name: `hv-a-2` is 고압A 선택II, `low` is 저압.
    pub name: String,
    /// The basic charge of a month.
    pub basic_won_per_kw: Rate,
    /// Light, mid and peak; one rate for a tariff without time of use.
    pub energy_won_per_kwh: PerSeason<Vec<Rate>>,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

impl OptionRates {
    /// The energy rate of a season and a band, before any discount.
    pub fn energy(&self, season: Season, band: Option<Band>) -> Rate {
        let rates = self.energy_won_per_kwh.of(season);
        let index = band.map_or(0, |band| band as usize);
        *rates.get(index).expect("a parsed tariff has a rate for each of its bands")
    }
}

// `remote = "Self"` makes the derived readers and writers private, so that no tariff is read unchecked.
impl<'de> Deserialize<'de> for Tariff {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(deserializer)?.checked().map_err(D::Error::custom)
    }
}

impl Serialize for Tariff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl Tariff {
    /// Reads and checks a tariff file.
    pub fn parse(json: &str) -> Result<Self, TariffFault> {
        let mut reader = serde_json::Deserializer::from_str(json);
        let fault = |fault: serde_json::Error| TariffFault::Json(fault.to_string());
        let tariff = Self::deserialize(&mut reader).map_err(fault)?;
        reader.end().map_err(fault)?;
        tariff.checked()
    }

    fn checked(mut self) -> Result<Self, TariffFault> {
        validate::tariff(&self)?;
        self.tables = Tables::of(&self);
        Ok(self)
    }

    /// The rates of an option.
    pub fn option(&self, name: &str) -> Option<&OptionRates> {
        self.options.iter().find(|option| option.name == name)
    }

    /// The season of a day.
    pub fn season(&self, date: Date) -> Season {
        let of = |season: &Season| self.seasons.of(*season).contains(&date.month());
        Season::ALL.into_iter().find(of).expect("a parsed tariff has a season for each month")
    }
}

/// The last standard that began by a day, or the first one.
pub(crate) fn standard_on(standards: &[Standard], date: Date) -> u8 {
    let begun = standards.iter().rev().find(|standard| standard.from <= date);
    begun.or(standards.first()).map_or(0, |standard| standard.percent)
}
