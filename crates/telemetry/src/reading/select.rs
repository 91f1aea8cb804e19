//! Which points a question is about, and which of their time.

use base::Id;
use base::noun::{Complex, Device, Establishment, Point};
use platform::Ctx;
use platform::http::Problem;
use registry::directory::{PointInfo, Snapshot};

use super::access::{self, Span};
use super::api::{forbidden, parse_ids};

/// Points of one question.
pub(super) const POINTS_MAX: usize = 2_000;

/// What is asked for: named points, or all that fit every condition given.
#[derive(Debug, Default)]
pub(super) struct Selection<'a> {
    pub(super) points: Option<&'a str>,
    pub(super) device: Option<Id<Device>>,
    pub(super) establishment: Option<Id<Establishment>>,
    pub(super) quantity: Option<&'a str>,
    pub(super) complex: Option<Id<Complex>>,
}

/// A point with the parts of the asked time that the asker may read.
#[derive(Debug, Clone)]
pub(super) struct Picked {
    pub(super) point: PointInfo,
    pub(super) device_key: String,
    pub(super) parts: Vec<(Option<Id<Establishment>>, Span)>,
    /// Whether something of the asked time is left out.
    pub(super) hidden: bool,
}

/// The points, and how many that fit may not be read at all. `by_owner` keeps the time of each owner
/// apart; else neighbours that may both be read are one part.
pub(super) fn pick(
    selection: &Selection<'_>,
    directory: &Snapshot,
    ctx: &Ctx,
    asked: Span,
    by_owner: bool,
) -> Result<(Vec<Picked>, usize), Problem> {
    let mut named = selection.points.map(parse_ids).transpose()?;
    if let Some(ids) = &mut named {
        let mut seen = std::collections::HashSet::new();
        ids.retain(|id| seen.insert(*id));
    }
    let candidates: Vec<&PointInfo> = match &named {
        Some(ids) => ids
            .iter()
            .map(|id: &Id<Point>| {
                directory.point_by_id(*id).ok_or_else(|| Problem::not_found("point", id))
            })
            .collect::<Result<_, _>>()?,
        None => directory.points().iter().collect(),
    };
    let mut picked = Vec::new();
    let mut hidden = 0;
    for point in candidates.into_iter().filter(|point| selection.fits(point)) {
        let parts = parts(selection, point, ctx, asked, by_owner);
        let Some((parts, is_cut)) = parts else {
            if named.is_some() {
                return Err(forbidden(ctx, point));
            }
            hidden += 1;
            continue;
        };
        if picked.len() == POINTS_MAX {
            let detail = format!("a question is about {POINTS_MAX} points at most: ask for fewer");
            return Err(Problem::new(
                base::ErrorKind::TooLarge,
                "readings.too_many_points",
                detail,
            ));
        }
        let device = directory.device(point.device);
        let device_key = device.map(|device| device.key.to_string()).unwrap_or_default();
        picked.push(Picked { point: point.clone(), device_key, parts, hidden: is_cut });
    }
    Ok((picked, hidden))
}

impl Selection<'_> {
    fn fits(&self, point: &PointInfo) -> bool {
        self.device.is_none_or(|device| device == point.device)
            && self.complex.is_none_or(|complex| complex == point.complex)
            && self.quantity.is_none_or(|quantity| quantity == &*point.quantity)
            && self.establishment.is_none_or(|establishment| {
                point.owners.iter().any(|owner| owner.establishment == establishment)
            })
    }
}

type Parts = Vec<(Option<Id<Establishment>>, Span)>;

/// The parts that may be read and whether others were left out; `None` when nothing ever may.
fn parts(
    selection: &Selection<'_>,
    point: &PointInfo,
    ctx: &Ctx,
    asked: Span,
    by_owner: bool,
) -> Option<(Parts, bool)> {
    let may = |action, scope| ctx.may(action, scope);
    if !by_owner && selection.establishment.is_none() {
        let readable = access::readable(point, asked, may)?;
        let parts = readable.spans.into_iter().map(|span| (None, span)).collect();
        return Some((parts, readable.hidden));
    }
    let claims = access::claims(point, may);
    let fits = |owner: &Option<Id<Establishment>>| {
        selection.establishment.is_none_or(|wanted| *owner == Some(wanted))
    };
    let claims: Parts = claims.into_iter().filter(|(owner, _)| fits(owner)).collect();
    if claims.is_empty() {
        return None;
    }
    let cut = |(owner, span): (Option<_>, Span)| {
        let from_ms = span.from_ms.max(asked.from_ms);
        let until_ms = span.until_ms.min(asked.until_ms);
        (from_ms < until_ms).then_some((owner, Span { from_ms, until_ms }))
    };
    let parts: Parts = claims.into_iter().filter_map(cut).collect();
    let length: i64 = parts.iter().map(|(_, span)| span.until_ms - span.from_ms).sum();
    let is_cut = length != asked.until_ms - asked.from_ms;
    Some((parts, is_cut))
}
