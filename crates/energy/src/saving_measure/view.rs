//! A result as the API shows it and as a signature freezes it.

use energy_rules::savings::{
    Case, Doubt, Gate, Limit, Outcome, Saving, SavingsError, Shape, Standing,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::input::{Input, Stretch};
use super::{MeasurePlan, SavingMeasure, SavingMeasureError as Refusal};

/// Days of a year, for the time in which a measure pays itself back.
const DAYS_OF_YEAR: f64 = 365.0;

/// What a measure saved, and how sure that is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureResult {
    /// Whether every gate is passed and something was saved (입증됨).
    pub demonstrated: bool,
    /// Why not: a gate's name, or `no_saving`.
    pub doubts: Vec<String>,
    /// What the model says for the known part of the reporting period, kWh.
    pub predicted_kwh: f64,
    /// The same with the adjustments, kWh.
    pub adjusted_baseline_kwh: f64,
    /// What was drawn in that part, kWh.
    pub observed_kwh: f64,
    /// The saving; below zero more was drawn, kWh.
    pub saving_kwh: f64,
    /// Over the adjusted baseline.
    pub saving_ratio: Option<f64>,
    /// Its interval at 68, 90 and 95 %.
    pub intervals: Vec<MeasureConfidence>,
    /// Gates, the failed ones too.
    pub gates: Vec<MeasureGate>,
    /// The model of the baseline.
    pub model: MeasureModel,
    /// What it is worth; absent where no tariff is known.
    pub money: Option<MeasureMoney>,
    /// The baseline, day by day or month by month.
    pub baseline: MeasureStretch,
    /// The report.
    pub reporting: MeasureStretch,
    /// The saving until the end of each period of the report.
    pub cumulative: Vec<MeasureCumulative>,
    /// Where the model is asked for what the baseline never saw.
    pub outside: Vec<MeasureOutside>,
    /// A part of the time is not shown because the meter was another's then.
    pub hidden: bool,
}

/// The interval of a saving at a confidence.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureConfidence {
    /// The confidence, a ratio.
    pub confidence: f64,
    /// Half of its width, kWh.
    pub plus_minus_kwh: f64,
    /// The lowest saving, kWh.
    pub low_kwh: f64,
    /// The highest, kWh.
    pub high_kwh: f64,
    /// Half of the width over the saving; absent for a saving that is not above zero.
    pub fraction: Option<f64>,
}

/// A gate, what was found, and how well its limit is known.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureGate {
    /// `cv_rmse`, `nmbe`, `prescriptive_cv_rmse`, `fractional_uncertainty`.
    pub gate: String,
    /// The highest value that passes, a ratio.
    pub at_most: f64,
    /// What was found; absent when it cannot be told, which does not pass.
    pub found: Option<f64>,
    /// Whether it passes.
    pub passes: bool,
    /// How well the limit is known: `verified`, `reported`, `unverified`, `by_analogy`.
    pub standing: String,
}

/// The model of a baseline.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureModel {
    /// `flat`, `heating`, `cooling`, `heating_and_cooling`; absent without temperature.
    pub shape: Option<String>,
    /// Below this temperature heating begins, °C.
    pub heating_point: Option<f64>,
    /// Above this temperature cooling begins, °C.
    pub cooling_point: Option<f64>,
    /// The base first, then degrees, then the variables by name.
    pub coefficients: Vec<MeasureCoefficient>,
    /// Periods it was fitted to.
    pub n: u32,
    /// Share of the variance that it explains.
    pub r2: f64,
    /// The same, corrected for the number of coefficients.
    pub adjusted_r2: f64,
    /// Coefficient of variation of its root mean square error, a ratio.
    pub cvrmse: f64,
    /// Its net bias, a ratio.
    pub nmbe: f64,
    /// Root mean square error, kWh a period.
    pub rmse_kwh: f64,
    /// Correlation of an error with the one before it.
    pub autocorrelation: f64,
    /// The correlation that generalised least squares reckons with; absent for ordinary ones.
    pub rho: Option<f64>,
    /// Half the width of the interval of a single period at 90 %, kWh.
    pub period_plus_minus_kwh: f64,
}

/// A coefficient.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureCoefficient {
    /// `base`, `heating_degrees`, `cooling_degrees` or the name of a variable.
    pub name: String,
    /// kWh a period, or per unit of the variable.
    pub value: f64,
    /// Standard error.
    pub standard_error: f64,
}

/// What a saving is worth at the mean price of a kWh in the report.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureMoney {
    /// Energy rates and adders of the contract's own tariff, weighted by what was drawn; without basic charge,
    /// VAT and fund, won.
    pub won_per_kwh: f64,
    /// The saving, won.
    pub saving_won: f64,
    /// The lowest at 90 %, won.
    pub low_won: f64,
    /// The highest at 90 %, won.
    pub high_won: f64,
    /// Years until the cost is paid back at this pace; absent without cost or saving.
    pub payback_years: Option<f64>,
    /// The soonest at 90 %.
    pub payback_low_years: Option<f64>,
    /// The latest at 90 %; absent when the saving may be nothing.
    pub payback_high_years: Option<f64>,
}

/// One of the two stretches of time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureStretch {
    /// Days, or first days of months.
    #[schema(value_type = Vec<String>)]
    pub on: Vec<Date>,
    /// What was drawn, kWh.
    pub kwh: Vec<f64>,
    /// What the model says, kWh.
    pub model_kwh: Vec<f64>,
    /// Days or months that are left out because something of them is not known.
    pub missing: u32,
}

/// The saving until the end of a period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureCumulative {
    /// kWh, adjustments in equal parts.
    pub kwh: f64,
    /// Half the width of its interval at 90 %, kWh.
    pub plus_minus_kwh: f64,
}

/// Periods in which a variable lies where the baseline has never been.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MeasureOutside {
    /// The variable; `temperature` for the outside temperature.
    pub name: String,
    /// Its least value in the baseline.
    pub least: f64,
    /// Its greatest value in the baseline.
    pub greatest: f64,
    /// Periods of the report outside of these.
    pub periods: u32,
}

impl MeasureResult {
    /// Forgets what is there for charts, so that a list of results stays short.
    pub(super) fn forget_series(&mut self) {
        for stretch in [&mut self.baseline, &mut self.reporting] {
            stretch.on.clear();
            stretch.kwh.clear();
            stretch.model_kwh.clear();
        }
        self.cumulative.clear();
    }

    /// The result if it can be read back from what is stored: a figure that is not finite has no JSON form.
    pub(super) fn readable(self) -> Result<Self, Refusal> {
        let text = serde_json::to_string(&self);
        match text.and_then(|text| serde_json::from_str::<Self>(&text)) {
            Ok(_) => Ok(self),
            Err(_) => Err(Refusal::NoResult(
                "a figure of it grows beyond all bounds: look for a far too large reading, entered value or \
                 adjustment"
                    .to_owned(),
            )),
        }
    }

    /// Computes a measure from its input.
    pub(super) fn of(measure: &SavingMeasure, input: &Input) -> Result<Self, Refusal> {
        let case = input.case(measure)?;
        let failed = |fault: SavingsError| Refusal::NoResult(fault.to_string());
        let outcome = case.outcome().map_err(failed)?;
        Ok(Self::from_outcome(&measure.plan, input, (&case, outcome)))
    }

    fn from_outcome(plan: &MeasurePlan, input: &Input, (case, outcome): (&Case, Outcome)) -> Self {
        let doubts = outcome.doubts();
        let saving = &outcome.savings[1];
        let money = input.won_per_kwh.map(|price| money(plan, (saving, price), case, input));
        let stretch = |of: &Stretch, model: &[f64]| MeasureStretch {
            on: of.on.clone(),
            kwh: of.kwh.clone(),
            model_kwh: model.to_vec(),
            missing: of.missing,
        };
        let outside = outcome.outside.iter().map(|outside| MeasureOutside {
            name: outside.name.clone(),
            least: outside.least,
            greatest: outside.greatest,
            periods: count(outside.periods),
        });
        let cumulative = outcome
            .steps
            .iter()
            .map(|step| MeasureCumulative { kwh: step.kwh, plus_minus_kwh: step.plus_minus_kwh });
        Self {
            demonstrated: doubts.is_empty(),
            doubts: doubts.into_iter().map(doubt_word).collect(),
            predicted_kwh: saving.predicted_kwh(),
            adjusted_baseline_kwh: saving.adjusted_baseline_kwh(),
            observed_kwh: saving.observed_kwh(),
            saving_kwh: saving.kwh(),
            saving_ratio: saving.ratio(),
            intervals: outcome.savings.iter().map(interval).collect(),
            gates: saving.gates().iter().map(gate).collect(),
            money,
            baseline: stretch(&input.baseline, &outcome.fitted),
            reporting: stretch(&input.reporting, &outcome.predicted),
            cumulative: cumulative.collect(),
            outside: outside.collect(),
            hidden: input.hidden,
            model: model(outcome),
        }
    }
}

fn model(outcome: Outcome) -> MeasureModel {
    let goodness = outcome.goodness;
    let coefficients = outcome.coefficients.into_iter().map(|coefficient| MeasureCoefficient {
        name: coefficient.name,
        value: coefficient.value,
        standard_error: coefficient.standard_error,
    });
    MeasureModel {
        shape: outcome.shape.map(|(shape, ..)| shape_word(shape).to_owned()),
        heating_point: outcome.shape.and_then(|(_, heating, _)| heating),
        cooling_point: outcome.shape.and_then(|(.., cooling)| cooling),
        coefficients: coefficients.collect(),
        n: count(goodness.n),
        r2: goodness.r2,
        adjusted_r2: goodness.adjusted_r2,
        cvrmse: goodness.cvrmse,
        nmbe: goodness.nmbe,
        rmse_kwh: goodness.rmse_kwh,
        autocorrelation: goodness.autocorrelation,
        rho: outcome.ar1.map(|ar1| ar1.rho),
        period_plus_minus_kwh: outcome.period_plus_minus_kwh,
    }
}

fn money(
    plan: &MeasurePlan,
    (saving, won_per_kwh): (&Saving, f64),
    case: &Case,
    input: &Input,
) -> MeasureMoney {
    let (low, high) = saving.interval_kwh();
    // The known part of the report stands for the year.
    let known = case.reporting.kwh.len() as f64;
    let all = known + f64::from(input.reporting.missing);
    let years = plan.reporting.days() as f64 / DAYS_OF_YEAR * known / all.max(1.0);
    let payback = |kwh: f64| {
        let a_year = kwh * won_per_kwh / years;
        plan.cost_won.filter(|_| a_year > 0.0).map(|cost| cost as f64 / a_year)
    };
    MeasureMoney {
        won_per_kwh,
        saving_won: saving.kwh() * won_per_kwh,
        low_won: low * won_per_kwh,
        high_won: high * won_per_kwh,
        payback_years: payback(saving.kwh()),
        payback_low_years: payback(high),
        payback_high_years: payback(low),
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn interval(saving: &Saving) -> MeasureConfidence {
    let (low_kwh, high_kwh) = saving.interval_kwh();
    let uncertainty = saving.uncertainty();
    MeasureConfidence {
        confidence: uncertainty.confidence.ratio(),
        plus_minus_kwh: uncertainty.plus_minus_kwh,
        low_kwh,
        high_kwh,
        fraction: uncertainty.fraction,
    }
}

fn gate(gate: &Gate) -> MeasureGate {
    let standing = match gate.standing {
        Standing::Verified => "verified",
        Standing::Reported => "reported",
        Standing::Unverified => "unverified",
        Standing::ByAnalogy => "by_analogy",
    };
    MeasureGate {
        gate: limit_word(gate.limit).to_owned(),
        at_most: gate.at_most,
        found: gate.found,
        passes: gate.passes(),
        standing: standing.to_owned(),
    }
}

fn limit_word(limit: Limit) -> &'static str {
    match limit {
        Limit::CvRmse => "cv_rmse",
        Limit::Nmbe => "nmbe",
        Limit::PrescriptiveCvRmse => "prescriptive_cv_rmse",
        Limit::FractionalUncertainty => "fractional_uncertainty",
    }
}

fn doubt_word(doubt: Doubt) -> String {
    match doubt {
        Doubt::Gate(limit) => limit_word(limit).to_owned(),
        Doubt::NoSaving => "no_saving".to_owned(),
    }
}

fn shape_word(shape: Shape) -> &'static str {
    match shape {
        Shape::Flat => "flat",
        Shape::Heating => "heating",
        Shape::Cooling => "cooling",
        Shape::HeatingAndCooling => "heating_and_cooling",
    }
}
