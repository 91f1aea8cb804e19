//! A verified saving: never a number alone.

use super::gate::{Gate, Interval, gates, uncertainty_gate};
use super::regression::check_values;
use super::{Adjustment, Goodness, SavingsError, student};

/// The way of IPMVP by which a saving was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IpmvpOption {
    /// A: the key parameter of a measure is metered, the others are agreed.
    KeyParameter,
    /// B: all parameters of a measure are metered.
    AllParameters,
    /// C: the meter of the whole facility.
    WholeFacility,
    /// D: a calibrated simulation, made elsewhere.
    Simulation,
}

impl IpmvpOption {
    /// The letter that reports use.
    pub fn letter(self) -> char {
        match self {
            Self::KeyParameter => 'A',
            Self::AllParameters => 'B',
            Self::WholeFacility => 'C',
            Self::Simulation => 'D',
        }
    }
}

/// How sure an interval is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Confidence {
    /// 68 %, at which Guideline 14 asks for less than half of the saving.
    P68,
    /// 80 %.
    P80,
    /// 90 %.
    P90,
    /// 95 %.
    P95,
}

impl Confidence {
    /// As a ratio.
    pub fn ratio(self) -> f64 {
        match self {
            Self::P68 => 0.68,
            Self::P80 => 0.80,
            Self::P90 => 0.90,
            Self::P95 => 0.95,
        }
    }
}

/// How far the truth may lie from a saving.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Uncertainty {
    /// The confidence.
    pub confidence: Confidence,
    /// Half the width of the interval, kWh.
    pub plus_minus_kwh: f64,
    /// The same over the saving (FSU); `None` for a saving that is not above zero.
    pub fraction: Option<f64>,
}

/// What was measured in a reporting period and what the baseline model says for it.
#[derive(Debug, Clone, Copy)]
pub struct Measured<'a> {
    /// How well the model explains its baseline.
    pub baseline: &'a Goodness,
    /// The interval of the periods.
    pub interval: Interval,
    /// Months of the reporting period.
    pub months: u32,
    /// What the model says, kWh a period.
    pub predicted: &'a [f64],
    /// What was drawn, kWh a period.
    pub observed: &'a [f64],
}

/// Energy that was not drawn, with everything that a reader needs to believe it.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    option: IpmvpOption,
    predicted_kwh: f64,
    observed_kwh: f64,
    adjustments: Vec<Adjustment>,
    uncertainty: Uncertainty,
    gates: Vec<Gate>,
}

impl Saving {
    /// A saving of a reporting period.
    pub fn of(
        measured: &Measured<'_>,
        option: IpmvpOption,
        adjustments: Vec<Adjustment>,
        confidence: Confidence,
    ) -> Result<Self, SavingsError> {
        let (predicted, observed) = (measured.predicted, measured.observed);
        check_values("the prediction", predicted)?;
        check_values("the energy", observed)?;
        let (found, expected) = (predicted.len(), observed.len());
        if found != expected {
            let column = "the prediction".to_owned();
            return Err(SavingsError::Lengths { column, found, expected });
        }
        if observed.is_empty() {
            return Err(SavingsError::TooFew { found, needed: 1 });
        }
        let mut saving = Self {
            option,
            predicted_kwh: predicted.iter().sum(),
            observed_kwh: observed.iter().sum(),
            adjustments,
            uncertainty: Uncertainty { confidence, plus_minus_kwh: 0.0, fraction: None },
            gates: gates(measured.baseline, measured.interval, measured.months),
        };
        saving.uncertainty = saving.uncertainty_at(measured, confidence);
        let at_68 = saving.uncertainty_at(measured, Confidence::P68);
        saving.gates.push(uncertainty_gate(at_68.fraction));
        Ok(saving)
    }

    fn uncertainty_at(&self, measured: &Measured<'_>, confidence: Confidence) -> Uncertainty {
        let periods = measured.observed.len();
        let plus_minus_kwh =
            half_width_kwh(measured.baseline, self.predicted_kwh, periods, confidence);
        let saved = self.kwh();
        let fraction = (saved > 0.0).then(|| plus_minus_kwh / saved);
        Uncertainty { confidence, plus_minus_kwh, fraction }
    }

    /// The saving: baseline and adjustments less what was drawn, kWh. Below zero more was drawn.
    pub fn kwh(&self) -> f64 {
        self.adjusted_baseline_kwh() - self.observed_kwh
    }

    /// The saving over the adjusted baseline; `None` when that is not above zero.
    pub fn ratio(&self) -> Option<f64> {
        let baseline = self.adjusted_baseline_kwh();
        (baseline > 0.0).then(|| self.kwh() / baseline)
    }

    /// How far the truth may lie off.
    pub fn uncertainty(&self) -> &Uncertainty {
        &self.uncertainty
    }

    /// The lowest and the highest saving at the confidence, kWh.
    pub fn interval_kwh(&self) -> (f64, f64) {
        let half = self.uncertainty.plus_minus_kwh;
        (self.kwh() - half, self.kwh() + half)
    }

    /// Whether the whole interval lies above zero.
    pub fn is_shown(&self) -> bool {
        self.interval_kwh().0 > 0.0
    }

    /// Every gate, the failed ones too.
    pub fn gates(&self) -> &[Gate] {
        &self.gates
    }

    /// What the model says without adjustments, kWh.
    pub fn predicted_kwh(&self) -> f64 {
        self.predicted_kwh
    }

    /// What the model says with the adjustments, kWh.
    pub fn adjusted_baseline_kwh(&self) -> f64 {
        self.predicted_kwh + self.adjustments.iter().map(Adjustment::kwh).sum::<f64>()
    }

    /// What was drawn, kWh.
    pub fn observed_kwh(&self) -> f64 {
        self.observed_kwh
    }

    /// The non-routine adjustments.
    pub fn adjustments(&self) -> &[Adjustment] {
        &self.adjustments
    }

    /// The option of IPMVP.
    pub fn option(&self) -> IpmvpOption {
        self.option
    }
}

/// Half the width of the interval of a saving over so many periods, kWh: Guideline 14's
/// `t * 1.26 * CV(RMSE) / F * sqrt(n/n' * (1 + 2/n') / m)` (unverified), times the saving.
/// `predicted_kwh` is what the model says for these periods; 0 for no period.
pub fn half_width_kwh(
    baseline: &Goodness,
    predicted_kwh: f64,
    periods: usize,
    confidence: Confidence,
) -> f64 {
    if periods == 0 {
        return 0.0;
    }
    let independent = baseline.independent_n().max(1.0);
    let (n, m) = (baseline.n as f64, periods as f64);
    let spread = (n / independent * (1.0 + 2.0 / independent) / m).sqrt();
    t_of(baseline, confidence) * 1.26 * baseline.cvrmse * predicted_kwh.abs() * spread
}

/// Half the width of the interval of one period that the model predicts, kWh: `t * RMSE`. The
/// coefficients' own error is left out; it is small beside the RMSE where `n` is large.
pub fn period_half_width_kwh(baseline: &Goodness, confidence: Confidence) -> f64 {
    t_of(baseline, confidence) * baseline.rmse_kwh
}

/// Student's t with the degrees of freedom that autocorrelation leaves.
fn t_of(baseline: &Goodness, confidence: Confidence) -> f64 {
    let independent = baseline.independent_n().max(1.0);
    let degrees = (independent - baseline.parameters as f64).max(1.0);
    student::two_sided(confidence.ratio(), degrees)
}
