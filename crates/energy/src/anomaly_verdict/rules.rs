//! What verdicts do to a detector, and which event a verdict is of. Pure.

use energy_rules::anomaly::{Kind, Tuning, Verdict};
use jiff::civil::DateTime;

use super::{AnomalyVerdict, VerdictWord};

/// The detector of a contract after its verdicts, in the order they were given.
pub(crate) fn tuning(verdicts: &[AnomalyVerdict]) -> Tuning {
    Tuning::of(verdicts.iter().filter_map(|given| {
        let verdict = match given.verdict {
            VerdictWord::Yes => Verdict::Yes,
            VerdictWord::No => Verdict::No,
        };
        Some((Kind::of_code(&given.kind)?, verdict))
    }))
}

/// Whether a verdict is of an event: of the same kind, and at the same time. A tuned detector may see the
/// beginning some quarters of an hour earlier or later.
pub(crate) fn is_of(given: &AnomalyVerdict, kind: &str, from: DateTime, until: DateTime) -> bool {
    given.kind == kind && given.from < until && from < given.until
}

/// How many verdicts of a kind said yes, and how many no.
pub(crate) fn count(verdicts: &[AnomalyVerdict], kind: Kind) -> (usize, usize) {
    let said = |word: VerdictWord| {
        let same = verdicts.iter().filter(|given| given.kind == kind.code());
        same.filter(|given| given.verdict == word).count()
    };
    (said(VerdictWord::Yes), said(VerdictWord::No))
}
