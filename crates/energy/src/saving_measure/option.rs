//! What each way of IPMVP needs to be told before it is more than a name. Pure.
//!
//! | option | what a plan says |
//! |---|---|
//! | A | which parameters are measured, and which are stipulated, each with its value and its source |
//! | B | which parameters are measured: all of them |
//! | C | nothing: the meter of the whole facility |
//! | D | how well the simulation was calibrated: without these figures it is refused |
//!
//! The limits of a calibration are those of monthly data in ASHRAE Guideline 14 as we remember them (미확인).

use base::FieldError;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::MeasureOption;

/// Parameters of each sort at most.
pub(crate) const PARAMETERS_MAX: usize = 10;
const TEXT_CHARS_MAX: usize = 300;
/// The largest CV(RMSE) of a calibration by months, percent. From memory (미확인), as of 2026-11-26.
pub(crate) const CV_RMSE_PERCENT_MAX: f64 = 15.0;
/// The largest bias of one, percent, either way. From memory (미확인), as of 2026-11-26.
pub(crate) const NMBE_PERCENT_MAX: f64 = 5.0;

/// What the option of a measure rests on.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureBasis {
    /// Parameters that are measured (계측 변수): of option A the key ones, of option B all.
    #[serde(default)]
    pub measured: Vec<String>,
    /// Parameters that are stipulated (추정 변수): of option A alone.
    #[serde(default)]
    pub stipulated: Vec<StipulatedParameter>,
    /// How well the simulation of option D was calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<MeasureCalibration>,
}

/// A parameter that nobody measures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StipulatedParameter {
    /// Its name: `점등 시간`.
    pub name: String,
    /// Its value with its unit: `4,000 h/년`.
    pub value: String,
    /// Where that comes from.
    pub source: String,
}

/// A simulation beside what was measured, month by month.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeasureCalibration {
    /// The program and its version.
    pub program: String,
    /// Spread of its errors, percent of the mean.
    pub cv_rmse_percent: f64,
    /// Its bias, percent.
    pub nmbe_percent: f64,
    /// Where the calibration is written down.
    pub source: String,
}

/// What is wrong with what a plan says of its option.
pub(crate) fn check(option: MeasureOption, basis: Option<&MeasureBasis>) -> Vec<FieldError> {
    let none = MeasureBasis::default();
    let basis = basis.unwrap_or(&none);
    let mut wrong = Vec::new();
    let mut bad = |field: &str, detail: &str| {
        wrong.push(FieldError::new(format!("/plan/basis{field}"), detail.to_owned()));
    };
    let (measures, stipulates, simulates) = match option {
        MeasureOption::A => (true, true, false),
        MeasureOption::B => (true, false, false),
        MeasureOption::C => (false, false, false),
        MeasureOption::D => (false, false, true),
    };
    match (measures, basis.measured.is_empty()) {
        (true, true) => bad("/measured", "name the parameters that are measured, one at least"),
        (false, false) => bad("/measured", "this option measures no parameters: leave it empty"),
        (true, false) | (false, true) => {}
    }
    match (stipulates, basis.stipulated.is_empty()) {
        (true, true) => bad(
            "/stipulated",
            "option A stipulates a parameter: name it with its value and source; where all are measured, choose B",
        ),
        (false, false) => bad("/stipulated", "this option stipulates nothing: leave it empty"),
        (true, false) | (false, true) => {}
    }
    let sizes = [basis.measured.len(), basis.stipulated.len()];
    if sizes.into_iter().any(|size| size > PARAMETERS_MAX) {
        bad("", "give at most 10 parameters of each sort");
    }
    if !basis.measured.iter().all(|name| fits(name)) {
        bad("/measured", "give each parameter 1 to 300 characters");
    }
    let parts = basis.stipulated.iter().flat_map(|each| [&each.name, &each.value, &each.source]);
    if !parts.into_iter().all(|text| fits(text)) {
        bad("/stipulated", "give each a name, a value and a source of 1 to 300 characters");
    }
    match (&basis.calibration, simulates) {
        (None, true) => bad(
            "/calibration",
            "option D needs a calibrated simulation: give its program, CV(RMSE), NMBE and where they stand",
        ),
        (Some(_), false) => bad("/calibration", "this option has no simulation: leave it out"),
        (Some(calibration), true) => {
            if let Some(detail) = calibration_fault(calibration) {
                bad("/calibration", &detail);
            }
        }
        (None, false) => {}
    }
    wrong
}

fn calibration_fault(calibration: &MeasureCalibration) -> Option<String> {
    let MeasureCalibration { program, cv_rmse_percent, nmbe_percent, source } = calibration;
    if !fits(program) || !fits(source) {
        return Some("give program and source 1 to 300 characters".to_owned());
    }
    // A NaN fails the test as well.
    let is_near = (0.0..=CV_RMSE_PERCENT_MAX).contains(cv_rmse_percent)
        && nmbe_percent.abs() <= NMBE_PERCENT_MAX;
    (!is_near).then(|| {
        format!(
            "a simulation with CV(RMSE) above {CV_RMSE_PERCENT_MAX} % or NMBE beyond ±{NMBE_PERCENT_MAX} % by \
             months is not calibrated: calibrate it first"
        )
    })
}

fn fits(text: &str) -> bool {
    (1..=TEXT_CHARS_MAX).contains(&text.trim().chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn basis(measured: &[&str], stipulated: &[&str], figures: Option<(f64, f64)>) -> MeasureBasis {
        let stipulate = |name: &&str| StipulatedParameter {
            name: (*name).to_owned(),
            value: "4,000 h/년".to_owned(),
            source: "운전 일지 2025".to_owned(),
        };
        MeasureBasis {
            measured: measured.iter().map(|name| (*name).to_owned()).collect(),
            stipulated: stipulated.iter().map(stipulate).collect(),
            calibration: figures.map(|(cv_rmse_percent, nmbe_percent)| MeasureCalibration {
                program: "EnergyPlus 24.1".to_owned(),
                cv_rmse_percent,
                nmbe_percent,
                source: "보정 보고서 3쪽".to_owned(),
            }),
        }
    }

    #[test]
    fn each_option_says_what_it_rests_on_and_nothing_else() {
        use MeasureOption::{A, B, C, D};
        let (power, hours) = (["등기구 전력"], ["점등 시간"]);
        let (no, good) = (&[][..], Some((12.0, -3.0)));
        for (option, basis, fields) in [
            (A, basis(&power, &hours, None), vec![]),
            (A, basis(&power, no, None), vec!["/plan/basis/stipulated"]),
            (A, basis(no, &hours, None), vec!["/plan/basis/measured"]),
            (A, basis(&power, &[""], None), vec!["/plan/basis/stipulated"]),
            (B, basis(&power, no, None), vec![]),
            (B, basis(&power, &hours, None), vec!["/plan/basis/stipulated"]),
            (B, basis(no, no, None), vec!["/plan/basis/measured"]),
            (B, basis(&[" "], no, None), vec!["/plan/basis/measured"]),
            (B, basis(&["x"; 11], no, None), vec!["/plan/basis"]),
            (C, basis(no, no, None), vec![]),
            (C, basis(&power, no, good), vec!["/plan/basis/measured", "/plan/basis/calibration"]),
            (D, basis(no, no, good), vec![]),
            (D, basis(no, no, None), vec!["/plan/basis/calibration"]),
            (D, basis(no, no, Some((15.1, 0.0))), vec!["/plan/basis/calibration"]),
            (D, basis(no, no, Some((1.0, -5.1))), vec!["/plan/basis/calibration"]),
            (D, basis(no, no, Some((f64::NAN, 0.0))), vec!["/plan/basis/calibration"]),
        ] {
            let found = check(option, Some(&basis));
            let pointers: Vec<_> = found.iter().map(|wrong| wrong.pointer.as_str()).collect();
            assert_eq!(pointers, fields, "{option:?} {basis:?}");
        }
        assert_eq!(check(C, None), []);
        assert_eq!(check(D, None).len(), 1);
    }
}
