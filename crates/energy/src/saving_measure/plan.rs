//! What was done, and how its saving is measured.

use base::Id;
use base::noun::Point;
use energy_rules::savings::{Estimator, Interval, IpmvpOption};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::option::MeasureBasis;

/// What was done and how its saving is measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasurePlan {
    /// Its name, as its people call it.
    pub name: String,
    /// What was done.
    pub done: String,
    /// The first day of the work.
    #[schema(value_type = String, format = Date)]
    pub installed_from: Date,
    /// The last day of the work.
    #[schema(value_type = String, format = Date)]
    pub installed_to: Date,
    /// Before the measure (기준 기간).
    pub baseline: MeasurePeriod,
    /// After it (보고 기간).
    pub reporting: MeasurePeriod,
    /// The way of IPMVP; only `c` is computed.
    pub option: MeasureOption,
    /// What the option rests on: measured and stipulated parameters, or the calibration of a simulation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<MeasureBasis>,
    /// Whether days or months are compared.
    pub interval: MeasureInterval,
    /// How coefficients are estimated.
    pub estimator: MeasureEstimator,
    /// What the load depends on (독립 변수).
    #[serde(default)]
    pub variables: Vec<MeasureVariable>,
    /// What it cost, won.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost_won: Option<i64>,
}

/// Whole days, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasurePeriod {
    /// The first day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

impl MeasurePeriod {
    /// How many days.
    pub fn days(&self) -> i64 {
        i64::from((self.to - self.from).get_days()) + 1
    }
}

/// The ways of IPMVP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureOption {
    /// The key parameter is metered, others are stipulated; kept, not computed.
    A,
    /// All parameters are metered; kept, not computed.
    B,
    /// The meter of the whole facility.
    C,
    /// A calibrated simulation; kept, not computed.
    D,
}

impl From<MeasureOption> for IpmvpOption {
    fn from(option: MeasureOption) -> Self {
        match option {
            MeasureOption::A => Self::KeyParameter,
            MeasureOption::B => Self::AllParameters,
            MeasureOption::C => Self::WholeFacility,
            MeasureOption::D => Self::Simulation,
        }
    }
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureInterval {
    /// Days.
    Day,
    /// Calendar months.
    Month,
}

impl From<MeasureInterval> for Interval {
    fn from(interval: MeasureInterval) -> Self {
        match interval {
            MeasureInterval::Day => Self::Daily,
            MeasureInterval::Month => Self::Monthly,
        }
    }
}

/// How coefficients are estimated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MeasureEstimator {
    /// Ordinary least squares.
    Ols,
    /// Generalised least squares for errors that depend on the ones before them (Prais-Winsten).
    GlsAr1,
}

impl From<MeasureEstimator> for Estimator {
    fn from(estimator: MeasureEstimator) -> Self {
        match estimator {
            MeasureEstimator::Ols => Self::Ols,
            MeasureEstimator::GlsAr1 => Self::GlsAr1,
        }
    }
}

/// Something that the load depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureVariable {
    /// Its name.
    pub name: String,
    /// What it is to the model.
    pub role: VariableRole,
    /// Unit of its values: `t`, `h`; `℃` for a temperature.
    pub unit: String,
    /// Where its values come from.
    pub source: VariableSource,
}

/// What a variable is to the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VariableRole {
    /// Mean outside temperature, °C: the model searches change points.
    Temperature,
    /// An amount that was made (생산량).
    Production,
    /// Hours or days of work (가동시간, 근무일).
    Hours,
}

/// Where values of a variable come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", tag = "kind", deny_unknown_fields)]
pub enum VariableSource {
    /// A point: the mean of a temperature, the sum of intervals of anything else.
    Point {
        /// The point.
        #[schema(value_type = uuid::Uuid)]
        point_id: Id<Point>,
    },
    /// Entered by hand or from a file.
    Entered {
        /// One value a day, or a month by its first day.
        values: Vec<EnteredValue>,
    },
    /// Days of work by the calendar of holidays: 1 or 0 a day, their number in a month.
    WorkingDays,
}

/// One entered value.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EnteredValue {
    /// The day; of a month its first.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
    /// In the unit of the variable.
    pub value: f64,
}
