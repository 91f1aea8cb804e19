//! Who owned a point from when to when: spans that never overlap.

use base::{Id, Instant, noun};
use platform::args;
use platform::db::{DbError, ReadTx, Row, WriteTx};

use super::PointOwner;
use crate::error::RegistryError;

/// Since when the first owner of a point owns it, unless a date is given: since ever. Nobody owned the
/// point before, and what is imported of its past (a year of bills) is that tenant's own. The next owner
/// begins at the hand-over.
pub(crate) const SINCE_EVER: Instant = Instant::from_micros(0);

platform::statements! {
    /// The spans of a point, the oldest first.
    OF_POINT = "SELECT * FROM point_owner WHERE point_id = $1 ORDER BY owned_from LIMIT 1000";
    /// Begins a span.
    BEGIN = "INSERT INTO point_owner (point_id, establishment_id, owned_from, owned_until)
      VALUES ($1, $2, $3, $4)";
    /// Ends the span that lasts.
    END = "UPDATE point_owner SET owned_until = $2 WHERE point_id = $1 AND owned_until IS NULL";
}

/// What a hand-over does to the spans of a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct HandOver {
    /// The lasting span ends then.
    pub(crate) end: Option<Instant>,
    /// A new span begins.
    pub(crate) begin: Option<PointOwner>,
}

/// Hands a point over to `to` (or to nobody) at `at`. `spans` are in order and do not overlap.
///
/// Only the present can be handed over: history stays as it is, because readings were shown by it.
pub(crate) fn hand_over(
    spans: &[PointOwner],
    to: Option<Id<noun::Establishment>>,
    at: Instant,
) -> Result<HandOver, RegistryError> {
    let begin = to.map(|establishment_id| PointOwner { establishment_id, from: at, until: None });
    let Some(last) = spans.last() else { return Ok(HandOver { end: None, begin }) };
    let lasts = last.until.is_none();
    if lasts && to == Some(last.establishment_id) {
        return Err(RegistryError::Conflict(format!(
            "establishment {} owns the point since {} already: nothing to hand over",
            last.establishment_id, last.from
        )));
    }
    let free_from = last.until.unwrap_or(last.from);
    if at < free_from || (lasts && at == free_from) {
        return Err(RegistryError::field(
            "/from",
            format!("the point has an owner until or since {free_from}: give a later time"),
        ));
    }
    Ok(HandOver { end: lasts.then_some(at), begin })
}

/// The spans of a point, the oldest first.
pub(crate) async fn of_point(
    tx: &mut ReadTx,
    point: Id<noun::Point>,
) -> Result<Vec<PointOwner>, DbError> {
    tx.all(OF_POINT, args![point]).await?.iter().map(read).collect()
}

/// Ends and begins spans as decided.
pub(crate) async fn apply(
    tx: &mut WriteTx,
    point: Id<noun::Point>,
    change: HandOver,
) -> Result<(), DbError> {
    if let Some(end) = change.end {
        tx.run(END, args![point, end]).await?;
    }
    if let Some(span) = change.begin {
        tx.run(BEGIN, args![point, span.establishment_id, span.from, span.until]).await?;
    }
    Ok(())
}

pub(crate) fn read(row: &Row) -> Result<PointOwner, DbError> {
    Ok(PointOwner {
        establishment_id: row.id("establishment_id")?,
        from: row.instant("owned_from")?,
        until: row.opt_instant("owned_until")?,
    })
}
