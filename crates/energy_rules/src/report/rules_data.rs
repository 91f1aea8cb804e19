//! Thresholds of reporting as data: `data/reporting_rules.json`.

use serde::Deserialize;

use crate::tariff::Status;

/// A threshold, with where it was read and how sure it is.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Threshold {
    /// How much, in the unit that its name says.
    pub value: f64,
    /// Where it was read.
    pub source: String,
    /// How sure it is.
    pub status: Status,
}

/// What reports say of duties. No duty is decided by it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReportingRules {
    /// What the file is.
    pub comment: String,
    /// 에너지다소비사업자: toe a year.
    pub large_user_toe: Threshold,
    /// CBAM: tonnes a year and importer below which it does not hold.
    pub cbam_de_minimis_t: Threshold,
    /// CBAM: the regulation that sets default values.
    pub cbam_defaults_rule: String,
    /// How sure that is.
    pub cbam_defaults_status: Status,
}

const SHIPPED: &str = include_str!("../../data/reporting_rules.json");

impl ReportingRules {
    /// The rules that the product ships.
    pub fn shipped() -> Self {
        serde_json::from_str(SHIPPED).expect("a test reads the shipped rules")
    }
}
