//! What lies around the complexes: a stream, a railway, arterial roads, homes, fields and hills.

use super::{Spot, layout::Street};
use crate::dice::Dice;

/// A patch of ground of one kind.
pub(crate) struct Patch {
    pub(crate) kind: &'static str,
    pub(crate) name: &'static str,
    pub(crate) ring: Vec<Spot>,
}

/// How far the drawn land reaches from the origin, metres.
pub(crate) const REACH_M: f64 = 12_000.0;

/// The stream south of both complexes, from the east to the west edge of the land.
const STREAM: &[(f64, f64)] = &[
    (12_000.0, -5_600.0),
    (8_200.0, -4_300.0),
    (5_000.0, -2_600.0),
    (3_200.0, -1_150.0),
    (1_900.0, -640.0),
    (1_150.0, -700.0),
    (400.0, -910.0),
    (-450.0, -1_060.0),
    (-1_300.0, -1_230.0),
    (-2_300.0, -1_150.0),
    (-3_600.0, -300.0),
    (-5_600.0, 700.0),
    (-8_500.0, 900.0),
    (-12_000.0, 2_300.0),
];

/// The drain between the complexes, from the railway down to the stream.
const DRAIN: &[(f64, f64)] = &[
    (-1_250.0, 820.0),
    (-1_080.0, 420.0),
    (-900.0, 60.0),
    (-810.0, -330.0),
    (-722.0, -700.0),
    (-690.0, -900.0),
    (-800.0, -1_120.0),
];

/// The railway north of complex 1.
const RAIL: &[(f64, f64)] = &[
    (12_000.0, 4_600.0),
    (6_500.0, 2_300.0),
    (3_000.0, 1_150.0),
    (1_000.0, 900.0),
    (-700.0, 780.0),
    (-2_600.0, 960.0),
    (-6_000.0, 2_600.0),
    (-12_000.0, 4_200.0),
];

/// The siding into complex 1.
const SIDING: &[(f64, f64)] = &[(900.0, 893.0), (520.0, 820.0), (200.0, 690.0), (60.0, 610.0)];

/// Arterial roads that meet the complexes and leave the map.
const ARTERIES: &[(&str, &[(f64, f64)])] = &[
    ("산단중앙로", &[(-763.0, -177.0), (-1_000.0, -250.0), (-1_470.0, -40.0), (-3_000.0, 500.0)]),
    ("산단중앙로", &[(-3_000.0, 500.0), (-6_000.0, 1_250.0), (-12_000.0, 1_400.0)]),
    ("산단중앙로", &[(766.0, 147.0), (1_900.0, 320.0), (4_200.0, 260.0), (12_000.0, 1_500.0)]),
    ("가람로", &[(-384.0, 511.0), (-560.0, 1_500.0), (-900.0, 4_000.0), (-700.0, 12_000.0)]),
    ("도담로", &[(380.0, -512.0), (520.0, -1_300.0), (900.0, -3_600.0), (600.0, -12_000.0)]),
    (
        "한벼리로",
        &[(-999.0, -942.0), (-960.0, -1_400.0), (-1_300.0, -4_000.0), (-2_600.0, -12_000.0)],
    ),
    ("한벼리로", &[(-1_093.0, -349.0), (-1_100.0, -225.0)]),
];

/// Hills: middle and mean radius.
const HILLS: &[(f64, f64, f64)] = &[
    (-2_500.0, 2_500.0, 520.0),
    (2_700.0, 2_300.0, 620.0),
    (2_600.0, -2_500.0, 560.0),
    (-3_300.0, -2_700.0, 760.0),
    (6_000.0, -800.0, 900.0),
    (-7_600.0, -2_600.0, 1_300.0),
    (5_200.0, 6_000.0, 1_500.0),
    (-4_800.0, 6_600.0, 1_200.0),
    (4_600.0, -7_000.0, 1_600.0),
];

/// Fields: west, south, width, height.
const FIELDS: &[(f64, f64, f64, f64)] = &[
    (-3_300.0, -1_000.0, 900.0, 900.0),
    (-2_500.0, 150.0, 1_000.0, 520.0),
    (-5_200.0, 1_700.0, 2_000.0, 1_600.0),
    (1_250.0, -480.0, 520.0, 430.0),
    (-2_700.0, -2_250.0, 900.0, 800.0),
    (-7_200.0, -900.0, 2_400.0, 1_300.0),
];

/// Quarters where people live: middle, columns and rows of blocks.
const QUARTERS: &[(f64, f64, usize, usize)] = &[
    (1_550.0, 1_500.0, 7, 5),
    (-1_900.0, 1_650.0, 6, 5),
    (-2_600.0, -520.0, 3, 2),
    (1_500.0, -1_750.0, 7, 4),
    (-250.0, -1_900.0, 6, 4),
    (3_300.0, 900.0, 6, 5),
    (700.0, 2_100.0, 4, 4),
];

/// Ground patches from the lowest to the topmost.
pub(crate) fn patches() -> Vec<Patch> {
    let mut found = vec![Patch {
        kind: "land",
        name: "",
        ring: rectangle(-REACH_M, -REACH_M, 2.0 * REACH_M, 2.0 * REACH_M),
    }];
    let field = |f: &(f64, f64, f64, f64)| rectangle(f.0, f.1, f.2, f.3);
    found.extend(FIELDS.iter().map(|f| Patch { kind: "farmland", name: "", ring: field(f) }));
    for (number, (x, y, radius)) in HILLS.iter().enumerate() {
        let ring = blob(Spot::new(*x, *y), *radius, number as u64);
        found.push(Patch { kind: "green", name: "", ring });
    }
    for quarter in QUARTERS {
        found.extend(homes(*quarter));
    }
    found.push(Patch { kind: "water", name: "가람천", ring: ribbon(&smooth(STREAM), 34.0) });
    found.push(Patch { kind: "water", name: "", ring: ribbon(&smooth(DRAIN), 7.0) });
    found
}

/// Named lines that are no streets of a complex: kind, name and course.
pub(crate) fn lines() -> Vec<(&'static str, &'static str, Vec<Spot>)> {
    vec![
        ("stream", "가람천(시연)", smooth(STREAM)),
        ("stream", "벼리수로", smooth(DRAIN)),
        ("rail", "산단선(시연)", smooth(RAIL)),
        ("rail", "산단인입선", smooth(SIDING)),
    ]
}

/// Roads that lead to the complexes.
pub(crate) fn arteries() -> Vec<Street> {
    let street = |(name, course): &(&str, &[(f64, f64)])| Street {
        name: (*name).to_owned(),
        main: true,
        line: smooth(course),
    };
    ARTERIES.iter().map(street).collect()
}

/// Where the stream's gauges stand: below complex 1, and where the drain meets it.
pub(crate) const STREAM_GAUGES: [Spot; 2] = [Spot::new(400.0, -910.0), Spot::new(-722.0, -700.0)];

fn rectangle(west: f64, south: f64, width: f64, height: f64) -> Vec<Spot> {
    let at = |x, y| Spot::new(west + x, south + y);
    vec![at(0.0, 0.0), at(width, 0.0), at(width, height), at(0.0, height)]
}

fn homes((x, y, columns, rows): (f64, f64, usize, usize)) -> Vec<Patch> {
    const BLOCK: (f64, f64) = (118.0, 88.0);
    const STREET: f64 = 14.0;
    let west = x - columns as f64 * (BLOCK.0 + STREET) / 2.0;
    let south = y - rows as f64 * (BLOCK.1 + STREET) / 2.0;
    let mut found = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let left = west + i as f64 * (BLOCK.0 + STREET);
            let low = south + j as f64 * (BLOCK.1 + STREET);
            let ring = rectangle(left, low, BLOCK.0, BLOCK.1);
            found.push(Patch { kind: "residential", name: "", ring });
        }
    }
    found
}

/// A rounded, uneven patch.
fn blob(middle: Spot, radius: f64, number: u64) -> Vec<Spot> {
    const CORNERS: u32 = 18;
    let mut dice = Dice::new(number, "hill");
    let corner = |k: u32| {
        let angle = f64::from(k) / f64::from(CORNERS) * std::f64::consts::TAU;
        let reach = radius * dice.between(0.78, 1.22);
        middle.plus(angle.cos() * reach, angle.sin() * reach * 0.8)
    };
    (0..CORNERS).map(corner).collect()
}

/// A curve through all of `course` (Catmull and Rom), four pieces to each leg.
fn smooth(course: &[(f64, f64)]) -> Vec<Spot> {
    let at = |k: usize| Spot::new(course[k].0, course[k].1);
    let last = course.len() - 1;
    if last < 2 {
        return (0..=last).map(at).collect();
    }
    let mut found = Vec::with_capacity(last * 4 + 1);
    for k in 0..last {
        let (p1, p2) = (at(k), at(k + 1));
        let (p0, p3) = (at(k.saturating_sub(1)), at((k + 2).min(last)));
        for step in 0..4 {
            let t = f64::from(step) / 4.0;
            let blend = |a: f64, b: f64, c: f64, d: f64| {
                b + 0.5
                    * t
                    * ((c - a)
                        + t * ((2.0 * a - 5.0 * b + 4.0 * c - d) + t * (3.0 * (b - c) + d - a)))
            };
            let (x, y) = (blend(p0.x, p1.x, p2.x, p3.x), blend(p0.y, p1.y, p2.y, p3.y));
            found.push(Spot::new(x, y));
        }
    }
    found.push(at(last));
    found
}

/// The ground within `half` metres of a line.
fn ribbon(line: &[Spot], half: f64) -> Vec<Spot> {
    let offset = |k: usize, sign: f64| {
        let (a, b) = (line[k.saturating_sub(1)], line[(k + 1).min(line.len() - 1)]);
        let length = a.distance(b);
        let (dx, dy) = ((b.x - a.x) / length, (b.y - a.y) / length);
        line[k].plus(-dy * half * sign, dx * half * sign)
    };
    let right = (0..line.len()).map(|k| offset(k, -1.0));
    let left = (0..line.len()).rev().map(|k| offset(k, 1.0));
    right.chain(left).collect()
}
