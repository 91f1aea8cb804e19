//! What the columns of an interval file mean, and the two layouts that Sandan knows from birth.

use std::collections::BTreeSet;

use base::FieldError;
use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// Most value columns of a mapping.
pub const VALUES_MAX: usize = 8;
/// Most spellings of one column.
pub const SPELLINGS_MAX: usize = 40;
/// Longest spelling, in characters.
pub const SPELLING_CHARS_MAX: usize = 100;

/// How to read a file of intervals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Spellings of the column with the time, or with the date when `clock` is given.
    pub time: Vec<String>,
    /// Spellings of the column with the time of day, when it stands apart from the date. A file that
    /// has no such column is read by `time` alone.
    #[serde(default)]
    pub clock: Vec<String>,
    /// Order of day, month and year.
    #[serde(default)]
    pub date_order: DateOrder,
    /// What the time of a row names.
    #[serde(default)]
    pub label: Label,
    /// Length of an interval in seconds.
    #[serde(default = "quarter_hour")]
    pub interval_s: u32,
    /// IANA time zone of the file.
    #[serde(default = "seoul")]
    pub zone: String,
    /// The columns with values.
    pub values: Vec<ValueColumn>,
}

/// One column with values.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ValueColumn {
    /// Code of the quantity that it measures, such as `active_energy`.
    pub quantity: String,
    /// Spellings of the header; spaces, punctuation and width do not matter.
    pub columns: Vec<String>,
    /// Whether a file without it is refused.
    #[serde(default)]
    pub required: bool,
}

/// Order of the numbers in a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DateOrder {
    /// 2018-01-31; also 20180131 and 2018년 1월 31일.
    #[default]
    YearMonthDay,
    /// 31/01/2018.
    DayMonthYear,
    /// 01/31/2018.
    MonthDayYear,
}

/// What the time of a row names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// The end of the interval: a day runs 00:15 … 24:00. KEPCO writes so.
    #[default]
    End,
    /// The start of the interval: a day runs 00:00 … 23:45.
    Start,
}

const fn quarter_hour() -> u32 {
    900
}

fn seoul() -> String {
    "Asia/Seoul".to_owned()
}

impl Mapping {
    /// The export of KEPCO's customer sites (파워플래너, 한전ON): every spelling known to us.
    pub fn kepco() -> Self {
        Self {
            time: texts(&[
                "검침일",
                "검침일시",
                "검침일자",
                "검침시각",
                "일시",
                "일자",
                "날짜",
                "측정일시",
                "계량일시",
                "사용일시",
                "사용일자",
                "date",
                "datetime",
                "timestamp",
            ]),
            clock: texts(&["시간", "시각", "시간대", "검침시간", "계량시간", "측정시간", "time"]),
            date_order: DateOrder::YearMonthDay,
            label: Label::End,
            interval_s: quarter_hour(),
            zone: seoul(),
            values: vec![
                column(
                    "active_energy",
                    true,
                    &[
                        "순방향 유효전력량(KWH)",
                        "순방향유효전력",
                        "유효전력량",
                        "전력사용량",
                        "전력량",
                        "사용량",
                        "사용전력량",
                        "Usage_kWh",
                        "kWh",
                    ],
                ),
                column(
                    "reactive_energy_lagging",
                    false,
                    &[
                        "지상 무효전력량(KVARH)",
                        "지상무효전력",
                        "지상 무효",
                        "순방향 지상무효전력량",
                        "순방향 지상무효",
                        "Lagging_Current_Reactive_Power_kVarh",
                    ],
                ),
                column(
                    "reactive_energy_leading",
                    false,
                    &[
                        "진상 무효전력량(KVARH)",
                        "진상무효전력",
                        "진상 무효",
                        "순방향 진상무효전력량",
                        "순방향 진상무효",
                        "Leading_Current_Reactive_Power_kVarh",
                    ],
                ),
            ],
        }
    }

    /// The public steel-plant file (UCI 851): an example of a saved mapping with dd/mm/yyyy.
    pub fn steel() -> Self {
        Self {
            time: texts(&["date"]),
            clock: Vec::new(),
            date_order: DateOrder::DayMonthYear,
            ..Self::kepco()
        }
    }

    /// The mapping that is built in under this name.
    pub fn builtin(name: &str) -> Option<Self> {
        match name {
            "kepco" => Some(Self::kepco()),
            "steel" => Some(Self::steel()),
            _ => None,
        }
    }

    /// The names of the built-in mappings.
    pub const BUILTIN: [&'static str; 2] = ["kepco", "steel"];

    /// Everything that is wrong with it, field by field; empty when it can be used.
    pub fn check(&self) -> Vec<FieldError> {
        let mut wrong = Vec::new();
        let mut say = |pointer: &str, detail: &str| wrong.push(FieldError::new(pointer, detail));
        if self.time.is_empty() {
            say("/spec/time", "name at least one spelling of the column with the time");
        }
        if self.values.is_empty() || self.values.len() > VALUES_MAX {
            say("/spec/values", "name 1 to 8 columns with values");
        }
        if self.interval_s == 0 || self.interval_s > 86_400 || 86_400 % self.interval_s != 0 {
            say("/spec/interval_s", "give a length that divides a day, such as 900 or 3600");
        }
        if jiff::tz::TimeZone::get(&self.zone).is_err() {
            say("/spec/zone", "give an IANA time zone, such as Asia/Seoul");
        }
        let mut quantities = BTreeSet::new();
        for (place, value) in self.values.iter().enumerate() {
            if base::quantity(&value.quantity).is_none() {
                say(&format!("/spec/values/{place}/quantity"), "no such quantity");
            }
            if !quantities.insert(&value.quantity) {
                say(&format!("/spec/values/{place}/quantity"), "stands twice");
            }
            if value.columns.is_empty() {
                say(&format!("/spec/values/{place}/columns"), "name at least one spelling");
            }
        }
        let lists = [&self.time, &self.clock].into_iter();
        let lists = lists.chain(self.values.iter().map(|value| &value.columns));
        for list in lists {
            let long = list.iter().any(|text| text.chars().count() > SPELLING_CHARS_MAX);
            if list.len() > SPELLINGS_MAX || long {
                say("/spec", "a column has at most 40 spellings of 100 characters");
            }
        }
        wrong
    }
}

fn texts(spellings: &[&str]) -> Vec<String> {
    spellings.iter().map(|&text| text.to_owned()).collect()
}

fn column(quantity: &str, required: bool, spellings: &[&str]) -> ValueColumn {
    ValueColumn { quantity: quantity.to_owned(), columns: texts(spellings), required }
}

/// A header as it is compared: NFKC, small letters, only letters and digits, without a unit at the end.
/// So `순방향 유효전력량(KWH)`, `순방향유효전력량` and full-width variants are one.
pub(crate) fn normalise(header: &str) -> String {
    let mut text: String =
        header.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    for unit in ["kvarh", "kwh"] {
        if let Some(bare) = text.strip_suffix(unit).filter(|bare| !bare.is_empty()) {
            text.truncate(bare.len());
            break;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_mappings_pass_their_own_check() {
        for name in Mapping::BUILTIN {
            assert_eq!(Mapping::builtin(name).unwrap().check(), []);
        }
        assert_eq!(Mapping::builtin("nobody"), None);
    }

    #[test]
    fn a_mapping_survives_json() {
        let text = serde_json::to_string(&Mapping::steel()).unwrap();
        assert_eq!(serde_json::from_str::<Mapping>(&text).unwrap(), Mapping::steel());
    }

    #[test]
    fn a_bad_mapping_is_told_every_mistake() {
        let mut mapping = Mapping::kepco();
        mapping.time.clear();
        mapping.interval_s = 700;
        mapping.zone = "Mars/Olympus".into();
        mapping.values[1].quantity = "happiness".into();
        let pointers: Vec<String> = mapping.check().into_iter().map(|e| e.pointer).collect();
        assert_eq!(
            pointers,
            ["/spec/time", "/spec/interval_s", "/spec/zone", "/spec/values/1/quantity"]
        );
    }

    #[test]
    fn spellings_of_one_header_are_one() {
        for spelling in [
            "순방향 유효전력량(KWH)",
            "순방향유효전력량 (kWh)",
            "순방향  유효전력량",
            "순방향 유효전력량（ＫＷＨ）",
        ] {
            assert_eq!(normalise(spelling), "순방향유효전력량", "{spelling}");
        }
        assert_eq!(
            normalise("Lagging_Current_Reactive.Power_kVarh"),
            normalise("Lagging_Current_Reactive_Power_kVarh")
        );
        assert_ne!(normalise("역방향 유효전력량(KWH)"), normalise("순방향 유효전력량(KWH)"));
        assert_eq!(normalise("kWh"), "kwh");
    }
}
