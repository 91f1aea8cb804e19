//! How users' verdicts move the thresholds of a meter.

use super::Kind;

/// A threshold grows by this with each "no".
const AFTER_NO: f64 = 1.15;
/// A threshold shrinks by this with each "yes"; five of them undo one "no" or so.
const AFTER_YES: f64 = 0.97;
/// However many verdicts, a threshold stays within these shares of the shipped one.
const FACTORS: (f64, f64) = (0.75, 3.0);

/// What a user says of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It was what it was called.
    Yes,
    /// It was nothing.
    No,
}

/// Factors on the thresholds of one meter, one for each kind; 1 is as shipped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tuning {
    factors: [f64; Kind::ALL.len()],
}

impl Default for Tuning {
    fn default() -> Self {
        Self { factors: [1.0; Kind::ALL.len()] }
    }
}

impl Tuning {
    /// The tuning after all verdicts on a meter, in any order of kinds.
    pub fn of(verdicts: impl IntoIterator<Item = (Kind, Verdict)>) -> Self {
        let mut tuning = Self::default();
        for (kind, verdict) in verdicts {
            tuning.learn(kind, verdict);
        }
        tuning
    }

    /// Takes one more verdict into account: "no" raises the threshold of the kind, "yes" lowers it.
    pub fn learn(&mut self, kind: Kind, verdict: Verdict) {
        let times = match verdict {
            Verdict::Yes => AFTER_YES,
            Verdict::No => AFTER_NO,
        };
        let factor = &mut self.factors[kind as usize];
        *factor = (*factor * times).clamp(FACTORS.0, FACTORS.1);
    }

    /// The factor on the threshold of a kind.
    pub fn factor(&self, kind: Kind) -> f64 {
        self.factors[kind as usize]
    }
}
