//! The schematic base map as GeoJSON (RFC 7946), one feature a line, drawn in the order of the lines.
//!
//! | kind | shape | name |
//! |---|---|---|
//! | `land`, `farmland`, `green`, `residential`, `water` | polygon | parks and the stream only |
//! | `complex` | polygon | the complex |
//! | `block`, `building`, `parking` | polygon | support centre, factory building, car parks |
//! | `stream`, `rail`, `road_main`, `road_side` | line | always |
//! | `label` | point | always; `rank` 1 is a complex, 2 a facility |

use std::fmt::Write as _;

use super::layout::{ComplexLayout, Lot, LotUse, Street};
use super::{Spot, area, ground, layouts};

/// West, south, east and north of all that is drawn, degrees.
pub fn basemap_bounds() -> [f64; 4] {
    let corner = Spot::new(ground::REACH_M, ground::REACH_M);
    let opposite = Spot::new(-ground::REACH_M, -ground::REACH_M);
    [opposite.lon(), opposite.lat(), corner.lon(), corner.lat()]
}

/// The names of the two complexes.
pub(crate) const COMPLEX_NAMES: [&str; 2] =
    ["전주 제1일반산업단지(시연)", "전주 제2일반산업단지(시연)"];

/// The whole file.
pub fn basemap() -> String {
    let mut map = Map::default();
    for patch in ground::patches() {
        map.polygon(patch.kind, patch.name, &patch.ring);
    }
    let complexes = layouts();
    for (complex, name) in complexes.iter().zip(COMPLEX_NAMES) {
        map.polygon("complex", name, &complex.boundary);
        for block in &complex.blocks {
            map.polygon("block", "", block);
        }
        for lot in &complex.lots {
            map.lot(lot);
        }
    }
    for (kind, name, course) in ground::lines() {
        map.line(kind, name, &course);
    }
    let streets = complexes.iter().flat_map(|complex| complex.streets.iter().cloned());
    let (main, side): (Vec<Street>, Vec<_>) =
        streets.chain(ground::arteries()).partition(|street| street.main);
    for street in &side {
        map.line("road_side", &street.name, &street.line);
    }
    for street in &main {
        map.line("road_main", &street.name, &street.line);
    }
    for (complex, name) in complexes.iter().zip(COMPLEX_NAMES) {
        map.label(name, 1, complex.centre);
        map.facilities(complex);
    }
    map.finish()
}

#[derive(Default)]
struct Map {
    features: Vec<String>,
}

impl Map {
    fn lot(&mut self, lot: &Lot) {
        match lot.used_for {
            LotUse::Green => self.polygon("green", "", &lot.ring),
            LotUse::Parking => self.polygon("parking", "공영주차장", &lot.ring),
            LotUse::Factory | LotUse::Anchor | LotUse::FactoryBuilding | LotUse::Support => {}
        }
        for building in &lot.buildings {
            self.polygon("building", facility(lot.used_for), &building.ring);
        }
    }

    fn facilities(&mut self, complex: &ComplexLayout) {
        for lot in &complex.lots {
            let name = facility(lot.used_for);
            if !name.is_empty() {
                self.label(name, 2, lot.centre);
            }
        }
    }

    fn polygon(&mut self, kind: &str, name: &str, ring: &[Spot]) {
        let mut ring = ring.to_vec();
        if area(&ring) < 0.0 {
            ring.reverse();
        }
        ring.extend(ring.first().copied());
        let shape = format!(r#"{{"type":"Polygon","coordinates":[{}]}}"#, coordinates(&ring));
        self.feature(kind, name, None, &shape);
    }

    fn line(&mut self, kind: &str, name: &str, course: &[Spot]) {
        let shape = format!(r#"{{"type":"LineString","coordinates":{}}}"#, coordinates(course));
        self.feature(kind, name, None, &shape);
    }

    fn label(&mut self, name: &str, rank: u8, at: Spot) {
        let shape = format!(r#"{{"type":"Point","coordinates":{}}}"#, position(at));
        self.feature("label", name, Some(rank), &shape);
    }

    fn feature(&mut self, kind: &str, name: &str, rank: Option<u8>, shape: &str) {
        let rank = rank.map_or(String::new(), |rank| format!(r#","rank":{rank}"#));
        self.features.push(format!(
            r#"{{"type":"Feature","properties":{{"kind":"{kind}","name":"{name}"{rank}}},"geometry":{shape}}}"#
        ));
    }

    fn finish(self) -> String {
        let [west, south, east, north] = basemap_bounds();
        format!(
            concat!(
                r#"{{"type":"FeatureCollection","name":"jeonju-schematic","demo":true,"#,
                r#""notice":"시연용 모식도: 실제 지형·경계와 다름","#,
                r#""bbox":[{},{},{},{}],"features":["#,
                "\n{}\n]}}\n"
            ),
            west,
            south,
            east,
            north,
            self.features.join(",\n")
        )
    }
}

fn facility(used_for: LotUse) -> &'static str {
    match used_for {
        LotUse::Support => "산단지원센터(시연)",
        LotUse::FactoryBuilding => "윤솔지식산업센터(시연)",
        LotUse::Factory | LotUse::Anchor | LotUse::Parking | LotUse::Green => "",
    }
}

fn position(at: Spot) -> String {
    format!("[{:.6},{:.6}]", at.lon(), at.lat())
}

fn coordinates(course: &[Spot]) -> String {
    let mut text = String::from("[");
    for (k, at) in course.iter().enumerate() {
        let comma = if k == 0 { "" } else { "," };
        write!(text, "{comma}{}", position(*at)).expect("writing to a String cannot fail");
    }
    text.push(']');
    text
}
