//! Non-routine adjustments: what changed at a site and has nothing to do with the measure.

/// Energy that is added to the baseline, with why and how it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Adjustment {
    kwh: f64,
    reason: String,
    evidence: String,
}

/// Why an adjustment is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AdjustmentFault {
    /// It adjusts nothing.
    #[error("an adjustment is a number of kWh other than zero; leave it out if nothing changed")]
    NoEnergy,
    /// It says not what changed.
    #[error("an adjustment says what changed at the site; write its reason")]
    NoReason,
    /// It says not how that is known.
    #[error("an adjustment says how its energy is known (meter, log, calculation); write it down")]
    NoEvidence,
}

impl Adjustment {
    /// An adjustment. Above zero it raises the baseline and so the saving: something was added at
    /// the site that draws energy. Below zero it lowers both: something was taken away.
    pub fn new(kwh: f64, reason: &str, evidence: &str) -> Result<Self, AdjustmentFault> {
        if !kwh.is_finite() || kwh == 0.0 {
            return Err(AdjustmentFault::NoEnergy);
        }
        let text = |text: &str, fault| match text.trim() {
            "" => Err(fault),
            text => Ok(text.to_owned()),
        };
        let reason = text(reason, AdjustmentFault::NoReason)?;
        let evidence = text(evidence, AdjustmentFault::NoEvidence)?;
        Ok(Self { kwh, reason, evidence })
    }

    /// kWh added to the baseline of the whole reporting period.
    pub fn kwh(&self) -> f64 {
        self.kwh
    }

    /// What changed.
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// How its energy is known.
    pub fn evidence(&self) -> &str {
        &self.evidence
    }

    /// Whether it makes the saving larger, which a reader will look at first.
    pub fn raises_saving(&self) -> bool {
        self.kwh > 0.0
    }
}
