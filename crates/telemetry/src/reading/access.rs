//! Which part of a point's time somebody may read: pure.

use base::noun::Establishment;
use base::{Action, Id, Instant, Reading, Scope};
use registry::directory::PointInfo;
use registry::point::PointClass;

/// A time from `from_ms` until `until_ms`, excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
}

/// What of a range may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Readable {
    /// The parts, in order, apart from each other.
    pub(crate) spans: Vec<Span>,
    /// Whether something of the range is left out.
    pub(crate) hidden: bool,
}

/// The parts of `asked` that somebody may read; `None` when they may read nothing of the point, ever.
pub(crate) fn readable(
    point: &PointInfo,
    asked: Span,
    may: impl Fn(Action, Scope) -> bool,
) -> Option<Readable> {
    match point.class {
        PointClass::Complex => may(Action::ReadValues, Scope::Complex(point.complex))
            .then(|| Readable { spans: vec![asked], hidden: false }),
        PointClass::Tenant => {
            let complex = point.complex;
            let own = point.owners.iter().filter(|owner| {
                let scope = Scope::Establishment { id: owner.establishment, complex };
                may(Action::ReadTenantValues, scope)
            });
            let mut is_any = false;
            let mut spans: Vec<Span> = Vec::new();
            for owner in own {
                is_any = true;
                let from_ms = first_ms(owner.from).max(asked.from_ms);
                let until_ms = owner.until.map_or(i64::MAX, first_ms).min(asked.until_ms);
                match spans.last_mut() {
                    // Neighbours become one, so that no bucket is cut at their border.
                    Some(last) if last.until_ms == from_ms => last.until_ms = until_ms.max(from_ms),
                    _ if from_ms < until_ms => spans.push(Span { from_ms, until_ms }),
                    _ => {}
                }
            }
            let hidden = spans != [asked];
            is_any.then_some(Readable { spans, hidden })
        }
    }
}

/// Readings of a point, as far as somebody may read them.
#[derive(Debug, Clone)]
pub struct Permitted {
    /// By time.
    pub readings: Vec<Reading>,
    /// Whether something of the range is left out, because the point was another's then.
    pub hidden: bool,
}

/// Whether somebody may read the reading of this moment.
pub(crate) fn may_read(point: &PointInfo, at_ms: i64, may: impl Fn(Action, Scope) -> bool) -> bool {
    let moment = Span { from_ms: at_ms, until_ms: at_ms.saturating_add(1) };
    readable(point, moment, may).is_some_and(|readable| !readable.spans.is_empty())
}

/// The first millisecond that is not before `instant`.
fn first_ms(instant: Instant) -> i64 {
    let ms = instant.as_millis();
    if ms.saturating_mul(1_000) < instant.as_micros() { ms + 1 } else { ms }
}

/// The stretches of a point's time that somebody may read, each with whose readings of then they are;
/// no owner where the complex runs the point.
pub(crate) fn claims(
    point: &PointInfo,
    may: impl Fn(Action, Scope) -> bool,
) -> Vec<(Option<Id<Establishment>>, Span)> {
    match point.class {
        PointClass::Complex => {
            let always = Span { from_ms: i64::MIN, until_ms: i64::MAX };
            let readable = may(Action::ReadValues, Scope::Complex(point.complex));
            readable.then_some((None, always)).into_iter().collect()
        }
        PointClass::Tenant => point
            .owners
            .iter()
            .filter(|owner| {
                let scope =
                    Scope::Establishment { id: owner.establishment, complex: point.complex };
                may(Action::ReadTenantValues, scope)
            })
            .map(|owner| {
                let from_ms = first_ms(owner.from);
                let until_ms = owner.until.map_or(i64::MAX, first_ms);
                (Some(owner.establishment), Span { from_ms, until_ms })
            })
            .filter(|(_, span)| span.from_ms < span.until_ms)
            .collect(),
    }
}
