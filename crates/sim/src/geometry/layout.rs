//! The two complexes: boundary, streets, blocks, lots and buildings.
//!
//! A complex is a slightly turned rectangle with two corners cut off, ruled by a grid of streets. Each
//! cell of the grid is a block; a block is cut into lots; a lot carries one to four buildings.

use super::{Spot, area, centroid, clip, holds};
use crate::dice::Dice;

/// What a lot is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LotUse {
    /// One or several factories.
    Factory,
    /// A plant that fills a block by itself.
    Anchor,
    /// The building with 21 firms (지식산업센터).
    FactoryBuilding,
    /// The support centre of the complex.
    Support,
    /// A car park.
    Parking,
    /// A park.
    Green,
}

/// A building's outline.
#[derive(Debug, Clone, PartialEq)]
pub struct Building {
    /// Anticlockwise, not closed.
    pub ring: Vec<Spot>,
}

/// A lot (필지).
#[derive(Debug, Clone, PartialEq)]
pub struct Lot {
    /// The number within its complex, from 1.
    pub number: u16,
    /// What it is for.
    pub used_for: LotUse,
    /// Anticlockwise, not closed.
    pub ring: Vec<Spot>,
    /// The middle.
    pub centre: Spot,
    /// Square metres.
    pub area_m2: f64,
    /// What stands on it.
    pub buildings: Vec<Building>,
}

/// A street's middle line.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Street {
    pub(crate) name: String,
    pub(crate) main: bool,
    pub(crate) line: Vec<Spot>,
}

/// One complex as drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct ComplexLayout {
    /// 1 or 2.
    pub number: u8,
    /// The middle of the grid.
    pub centre: Spot,
    /// Anticlockwise, not closed.
    pub boundary: Vec<Spot>,
    /// Outlines of the blocks.
    pub(crate) blocks: Vec<Vec<Spot>>,
    /// The lots, by number.
    pub lots: Vec<Lot>,
    pub(crate) streets: Vec<Street>,
}

/// A grid line: metres from the middle, whether it is a main street, and its name.
struct Line(f64, bool, &'static str);

/// How one block is made: its cells, its columns and rows of lots, and what they are for.
struct Cell {
    /// First column and row of the grid.
    at: (usize, usize),
    /// How many cells it spans.
    span: (usize, usize),
    /// Columns and rows of lots.
    cut: (usize, usize),
    /// Uses, lot by lot; what is missing is a factory.
    uses: &'static [LotUse],
}

const fn cell(at: (usize, usize), cut: (usize, usize)) -> Cell {
    Cell { at, span: (1, 1), cut, uses: &[] }
}

/// The recipe of a complex.
struct Recipe {
    number: u8,
    centre: Spot,
    /// Cosine and sine of its turn against north.
    turn: (f64, f64),
    columns: &'static [Line],
    rows: &'static [Line],
    /// Metres cut from the north-east and the south-west corner.
    corner: f64,
    cells: &'static [Cell],
}

/// Half the width of a main and of a side street with its pavements, metres.
const HALF_MAIN_M: f64 = 17.0;
const HALF_SIDE_M: f64 = 9.0;
/// Lots smaller than this are left over at cut corners and become nothing.
const LOT_AREA_MIN_M2: f64 = 1_800.0;

use LotUse::{Anchor, FactoryBuilding, Green, Parking, Support};

/// Complex 1: 1,560 m by 1,160 m, turned by 12 degrees.
const FIRST: Recipe = Recipe {
    number: 1,
    centre: Spot::new(0.0, 0.0),
    turn: (0.978_147_6, 0.207_911_7),
    columns: &[
        Line(-780.0, false, "산단서로"),
        Line(-545.0, false, "늘찬1길"),
        Line(-270.0, true, "가람로"),
        Line(-20.0, false, "늘찬2길"),
        Line(265.0, true, "도담로"),
        Line(530.0, false, "늘찬3길"),
        Line(780.0, false, "산단동로"),
    ],
    rows: &[
        Line(-580.0, false, "산단남로"),
        Line(-310.0, false, "새솔1길"),
        Line(-15.0, true, "산단중앙로"),
        Line(285.0, false, "새솔2길"),
        Line(580.0, false, "산단북로"),
    ],
    corner: 150.0,
    cells: &[
        cell((0, 0), (2, 2)),
        cell((0, 1), (2, 2)),
        Cell { at: (0, 2), span: (1, 2), cut: (1, 1), uses: &[Anchor] },
        cell((1, 0), (2, 2)),
        cell((1, 1), (2, 2)),
        cell((1, 2), (3, 2)),
        cell((1, 3), (2, 2)),
        cell((2, 0), (2, 2)),
        Cell { at: (2, 1), span: (1, 1), cut: (2, 2), uses: &[Green, Green, Support, Parking] },
        cell((2, 2), (2, 2)),
        cell((2, 3), (2, 3)),
        cell((3, 0), (3, 2)),
        cell((3, 1), (2, 3)),
        cell((3, 2), (2, 2)),
        cell((3, 3), (2, 2)),
        Cell { at: (4, 0), span: (2, 1), cut: (1, 1), uses: &[Anchor] },
        cell((4, 1), (2, 2)),
        Cell { at: (4, 2), span: (1, 1), cut: (2, 2), uses: &[Parking] },
        cell((4, 3), (2, 2)),
        cell((5, 1), (2, 2)),
        cell((5, 2), (2, 2)),
        Cell { at: (5, 3), span: (1, 1), cut: (2, 2), uses: &[LotUse::Factory, Green] },
    ],
};

/// Complex 2: 700 m by 600 m, turned by 9 degrees.
const SECOND: Recipe = Recipe {
    number: 2,
    centre: Spot::new(-1_174.0, -666.0),
    turn: (0.987_688_3, 0.156_434_5),
    columns: &[
        Line(-350.0, false, "한벼리서길"),
        Line(-110.0, false, "한벼리1길"),
        Line(130.0, true, "한벼리로"),
        Line(350.0, false, "한벼리동길"),
    ],
    rows: &[
        Line(-300.0, false, "윤솔남길"),
        Line(0.0, true, "윤솔로"),
        Line(300.0, false, "윤솔북길"),
    ],
    corner: 70.0,
    cells: &[
        cell((0, 0), (1, 2)),
        cell((0, 1), (2, 1)),
        Cell { at: (1, 0), span: (1, 1), cut: (1, 1), uses: &[FactoryBuilding] },
        cell((1, 1), (1, 2)),
        Cell { at: (2, 0), span: (1, 1), cut: (1, 2), uses: &[LotUse::Factory, Parking] },
        Cell { at: (2, 1), span: (1, 1), cut: (1, 2), uses: &[Green] },
    ],
};

/// Both complexes. They do not depend on a seed: the land lies still.
///
/// ```
/// let [first, second] = sim::geometry::layouts();
/// assert!(first.lots.len() > second.lots.len());
/// ```
pub fn layouts() -> [ComplexLayout; 2] {
    [draw(&FIRST), draw(&SECOND)]
}

fn draw(recipe: &Recipe) -> ComplexLayout {
    let boundary = outline(recipe, 0.0);
    // Blocks keep clear of the street that runs along the boundary.
    let inner = outline(recipe, HALF_SIDE_M);
    let mut dice = Dice::new(u64::from(recipe.number), "layout");
    let mut blocks = Vec::new();
    let mut lots = Vec::new();
    for cell in recipe.cells {
        let frame = block_frame(recipe, cell);
        let ring = clip(&frame.ring(), &inner);
        lots.extend(cut_lots(cell, &frame, &ring, &mut dice));
        blocks.push(ring.iter().map(|spot| recipe.place(*spot)).collect());
    }
    let lots = lots.into_iter().zip(1..).map(|(lot, number)| recipe.place_lot(&lot, number));
    ComplexLayout {
        number: recipe.number,
        centre: recipe.centre,
        boundary: boundary.iter().map(|spot| recipe.place(*spot)).collect(),
        blocks,
        lots: lots.collect(),
        streets: streets(recipe),
    }
}

impl Recipe {
    /// From the grid's own axes to metres east and north.
    fn place(&self, spot: Spot) -> Spot {
        let (cos, sin) = self.turn;
        self.centre.plus(spot.x * cos - spot.y * sin, spot.x * sin + spot.y * cos)
    }

    fn place_lot(&self, lot: &Lot, number: u16) -> Lot {
        let place = |ring: &[Spot]| ring.iter().map(|spot| self.place(*spot)).collect();
        let buildings = lot.buildings.iter().map(|b| Building { ring: place(&b.ring) }).collect();
        let (ring, centre) = (place(&lot.ring), self.place(lot.centre));
        let (used_for, area_m2) = (lot.used_for, lot.area_m2);
        Lot { number, used_for, ring, centre, area_m2, buildings }
    }

    fn edges(&self) -> Frame {
        let ends = |lines: &[Line]| (lines[0].0, lines[lines.len() - 1].0);
        let ((west, east), (south, north)) = (ends(self.columns), ends(self.rows));
        Frame { west, east, south, north }
    }
}

/// An upright rectangle on the grid's own axes.
#[derive(Clone, Copy)]
struct Frame {
    west: f64,
    east: f64,
    south: f64,
    north: f64,
}

impl Frame {
    fn ring(self) -> Vec<Spot> {
        vec![
            Spot::new(self.west, self.south),
            Spot::new(self.east, self.south),
            Spot::new(self.east, self.north),
            Spot::new(self.west, self.north),
        ]
    }

    fn shrink(self, by: f64) -> Self {
        Self {
            west: self.west + by,
            east: self.east - by,
            south: self.south + by,
            north: self.north - by,
        }
    }

    /// Column `i` of `columns` and row `j` of `rows`.
    fn part(self, (i, j): (usize, usize), (columns, rows): (usize, usize)) -> Self {
        let width = (self.east - self.west) / columns as f64;
        let height = (self.north - self.south) / rows as f64;
        let (west, south) = (self.west + width * i as f64, self.south + height * j as f64);
        Self { west, east: west + width, south, north: south + height }
    }
}

/// The boundary on the grid's own axes, drawn in by `inset` metres.
fn outline(recipe: &Recipe, inset: f64) -> Vec<Spot> {
    let f = recipe.edges().shrink(inset);
    let cut = recipe.corner;
    vec![
        Spot::new(f.west + cut, f.south),
        Spot::new(f.east, f.south),
        Spot::new(f.east, f.north - cut),
        Spot::new(f.east - cut, f.north),
        Spot::new(f.west, f.north),
        Spot::new(f.west, f.south + cut),
    ]
}

fn block_frame(recipe: &Recipe, cell: &Cell) -> Frame {
    let half = |line: &Line| if line.1 { HALF_MAIN_M } else { HALF_SIDE_M };
    let (i, j) = cell.at;
    let (west, east) = (&recipe.columns[i], &recipe.columns[i + cell.span.0]);
    let (south, north) = (&recipe.rows[j], &recipe.rows[j + cell.span.1]);
    Frame {
        west: west.0 + half(west),
        east: east.0 - half(east),
        south: south.0 + half(south),
        north: north.0 - half(north),
    }
}

fn cut_lots(cell: &Cell, frame: &Frame, block: &[Spot], dice: &mut Dice) -> Vec<Lot> {
    let mut lots = Vec::new();
    for j in 0..cell.cut.1 {
        for i in 0..cell.cut.0 {
            let used_for = cell.uses.get(lots.len()).copied().unwrap_or(LotUse::Factory);
            let part = frame.part((i, j), cell.cut).shrink(1.5);
            let ring = clip(&part.ring(), block);
            if ring.len() < 3 || area(&ring) < LOT_AREA_MIN_M2 {
                continue;
            }
            let buildings = buildings(used_for, part, &ring, dice);
            let (centre, area_m2) = (centroid(&ring), area(&ring).round());
            lots.push(Lot { number: 0, used_for, ring, centre, area_m2, buildings });
        }
    }
    lots
}

fn buildings(used_for: LotUse, lot: Frame, ring: &[Spot], dice: &mut Dice) -> Vec<Building> {
    let (columns, rows, fill) = match used_for {
        Green | Parking => return Vec::new(),
        Anchor => (2, 4, 0.95),
        FactoryBuilding => (1, 1, 0.8),
        Support => (1, 2, 0.8),
        LotUse::Factory => (*dice.pick(&[1, 2, 2]), *dice.pick(&[1, 2]), 0.9),
    };
    let yard = lot.shrink(9.0);
    let mut found = Vec::new();
    for j in 0..rows {
        for i in 0..columns {
            let part = yard.part((i, j), (columns, rows)).shrink(4.0);
            // A building takes most of its part, from the corner nearest to the street.
            let width = (part.east - part.west) * dice.between(fill - 0.3, fill);
            let depth = (part.north - part.south) * dice.between(fill - 0.3, fill);
            let house = Frame { east: part.west + width, north: part.south + depth, ..part };
            if house.ring().iter().all(|corner| holds(ring, *corner)) {
                found.push(Building { ring: house.ring() });
            }
        }
    }
    found
}

/// Streets along the grid lines, cut where a block spans the line and ended at the boundary.
fn streets(recipe: &Recipe) -> Vec<Street> {
    let boundary = outline(recipe, 0.0);
    let mut found = Vec::new();
    for (k, line) in recipe.columns.iter().enumerate() {
        let spans = |j: usize| {
            recipe.cells.iter().any(|cell| {
                let ((i, row), (wide, high)) = (cell.at, cell.span);
                i < k && k < i + wide && (row..row + high).contains(&j)
            })
        };
        let points = recipe.rows.iter().map(|row| Spot::new(line.0, row.0)).collect::<Vec<_>>();
        found.extend(pieces(recipe, line, &points, spans, &boundary));
    }
    for (k, line) in recipe.rows.iter().enumerate() {
        let spans = |i: usize| {
            recipe.cells.iter().any(|cell| {
                let ((column, j), (wide, high)) = (cell.at, cell.span);
                j < k && k < j + high && (column..column + wide).contains(&i)
            })
        };
        let points = recipe.columns.iter().map(|c| Spot::new(c.0, line.0)).collect::<Vec<_>>();
        found.extend(pieces(recipe, line, &points, spans, &boundary));
    }
    found
}

fn pieces(
    recipe: &Recipe,
    line: &Line,
    points: &[Spot],
    spans: impl Fn(usize) -> bool,
    boundary: &[Spot],
) -> Vec<Street> {
    let mut found = Vec::new();
    let mut run: Vec<Spot> = Vec::new();
    for (k, pair) in points.windows(2).enumerate() {
        if spans(k) {
            found.push(std::mem::take(&mut run));
            continue;
        }
        if run.is_empty() {
            run.push(within(pair[0], pair[1], boundary));
        }
        run.push(within(pair[1], pair[0], boundary));
    }
    found.push(run);
    let named = |line_of: Vec<Spot>| Street {
        name: line.2.to_owned(),
        main: line.1,
        line: line_of.into_iter().map(|spot| recipe.place(spot)).collect(),
    };
    found.into_iter().filter(|run| run.len() > 1).map(named).collect()
}

/// `end`, or where the line towards `other` enters the boundary when `end` lies in a cut corner.
fn within(end: Spot, other: Spot, boundary: &[Spot]) -> Spot {
    let part = |k: f64| end.plus((other.x - end.x) * k, (other.y - end.y) * k);
    let inside = |k: &f64| holds(boundary, part(*k));
    // Metre by metre is exact enough for a schematic map.
    let steps = end.distance(other).round();
    let mut k = 0.0;
    while k < steps && !inside(&(k / steps)) {
        k += 1.0;
    }
    part(k / steps)
}
