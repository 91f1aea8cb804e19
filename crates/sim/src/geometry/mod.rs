//! The lie of the invented land: two complexes, their roads, blocks, lots and what surrounds them.
//!
//! Everything here is drawn by rule, in metres east and north of one origin, and only then put on the
//! globe: no line was taken from a real map. The two complexes stand where Jeonju's first and second
//! general industrial complexes stand, so that distances to the air stations are right.
//!
//! Invariants: pure; the same code draws the same bytes; rings are closed and run anticlockwise.

mod basemap;
mod ground;
mod layout;
#[cfg(test)]
mod tests;

pub(crate) use basemap::COMPLEX_NAMES;
pub use basemap::{basemap, basemap_bounds};
pub(crate) use ground::STREAM_GAUGES;
pub use layout::{Building, ComplexLayout, Lot, LotUse, layouts};

/// A place in metres east (`x`) and north (`y`) of the origin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spot {
    /// Metres east.
    pub x: f64,
    /// Metres north.
    pub y: f64,
}

/// The origin: the middle of complex 1.
const ORIGIN_LON: f64 = 127.100;
const ORIGIN_LAT: f64 = 35.857;
/// Metres of one degree at the origin (GRS 80). Flat-earth error over 10 km: below 0.2 %.
const M_PER_LON: f64 = 90_330.0;
const M_PER_LAT: f64 = 110_955.0;

impl Spot {
    /// A place.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    /// Longitude in degrees, rounded to 1e-6 (0.1 m).
    pub fn lon(self) -> f64 {
        round6(ORIGIN_LON + self.x / M_PER_LON)
    }

    /// Latitude in degrees, rounded to 1e-6 (0.1 m).
    pub fn lat(self) -> f64 {
        round6(ORIGIN_LAT + self.y / M_PER_LAT)
    }

    fn plus(self, x: f64, y: f64) -> Self {
        Self::new(self.x + x, self.y + y)
    }

    /// Metres to `other`.
    pub fn distance(self, other: Self) -> f64 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

fn round6(degrees: f64) -> f64 {
    (degrees * 1e6).round() / 1e6
}

/// Square metres of a ring, positive when it runs anticlockwise. The ring need not be closed.
pub(crate) fn area(ring: &[Spot]) -> f64 {
    edges(ring).map(|(a, b)| a.x * b.y - b.x * a.y).sum::<f64>() / 2.0
}

/// The middle of a ring's area.
pub(crate) fn centroid(ring: &[Spot]) -> Spot {
    let six = 6.0 * area(ring);
    let sum = edges(ring).fold(Spot::new(0.0, 0.0), |sum, (a, b)| {
        let cross = a.x * b.y - b.x * a.y;
        sum.plus((a.x + b.x) * cross, (a.y + b.y) * cross)
    });
    Spot::new(sum.x / six, sum.y / six)
}

/// Whether `spot` lies in the convex, anticlockwise `ring`.
pub(crate) fn holds(ring: &[Spot], spot: Spot) -> bool {
    edges(ring).all(|(a, b)| side(a, b, spot) >= 0.0)
}

/// Cuts the convex `ring` to what lies in the convex, anticlockwise `frame` (Sutherland and Hodgman).
pub(crate) fn clip(ring: &[Spot], frame: &[Spot]) -> Vec<Spot> {
    edges(frame).fold(ring.to_vec(), |left, (a, b)| {
        let mut kept = Vec::with_capacity(left.len() + 1);
        for (from, to) in edges(&left) {
            let (in_from, in_to) = (side(a, b, from), side(a, b, to));
            if in_from >= 0.0 {
                kept.push(from);
            }
            if (in_from >= 0.0) != (in_to >= 0.0) {
                let part = in_from / (in_from - in_to);
                kept.push(from.plus((to.x - from.x) * part, (to.y - from.y) * part));
            }
        }
        kept
    })
}

/// Positive when `spot` lies left of the line from `a` to `b`.
fn side(a: Spot, b: Spot, spot: Spot) -> f64 {
    (b.x - a.x) * (spot.y - a.y) - (b.y - a.y) * (spot.x - a.x)
}

fn edges(ring: &[Spot]) -> impl Iterator<Item = (Spot, Spot)> + '_ {
    let next = ring.iter().cycle().skip(1);
    ring.iter().copied().zip(next.copied())
}
