use serde_json::Value;

use super::*;

/// The file in the repository, as the console ships it.
const COMMITTED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/public/basemap/jeonju-schematic.geojson");

fn features() -> Vec<Value> {
    let map: Value = serde_json::from_str(&basemap()).unwrap();
    assert_eq!(map["type"], "FeatureCollection");
    map["features"].as_array().unwrap().clone()
}

fn of_kind(kind: &str) -> Vec<Value> {
    features().into_iter().filter(|feature| feature["properties"]["kind"] == kind).collect()
}

#[test]
fn the_committed_base_map_is_the_generated_one() {
    let committed = std::fs::read_to_string(COMMITTED).unwrap();
    assert!(
        committed == basemap(),
        "run `sandan sim basemap --out web/public/basemap/jeonju-schematic.geojson`"
    );
}

#[test]
fn the_base_map_is_small_enough_to_ship_in_the_binary() {
    let bytes = basemap().len();
    assert!((50_000..300_000).contains(&bytes), "{bytes} bytes");
}

#[test]
fn every_ring_is_closed_and_runs_anticlockwise() {
    let mut rings = 0;
    for feature in features() {
        if feature["geometry"]["type"] != "Polygon" {
            continue;
        }
        let ring = feature["geometry"]["coordinates"][0].as_array().unwrap().clone();
        assert!(ring.len() >= 4, "{feature}");
        assert_eq!(ring.first(), ring.last(), "{feature}");
        let spot = |at: &Value| Spot::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap());
        let open = ring[1..].iter().map(spot).collect::<Vec<_>>();
        assert!(area(&open) > 0.0, "{feature}");
        rings += 1;
    }
    assert!(rings > 300, "{rings} rings");
}

/// All positions of nested coordinate lists.
fn positions(value: &Value, seen: &mut Vec<(f64, f64)>) {
    let list = value.as_array().unwrap();
    match list[0].as_f64() {
        Some(lon) => seen.push((lon, list[1].as_f64().unwrap())),
        None => list.iter().for_each(|inner| positions(inner, seen)),
    }
}

#[test]
fn everything_lies_within_the_bounds() {
    let [west, south, east, north] = basemap_bounds();
    let mut seen = Vec::new();
    for feature in features() {
        positions(&feature["geometry"]["coordinates"], &mut seen);
    }
    // A ribbon's end may stand half its width outside the edge of the land.
    let slack = 0.001;
    for (lon, lat) in seen {
        assert!((west - slack..=east + slack).contains(&lon), "{lon}");
        assert!((south - slack..=north + slack).contains(&lat), "{lat}");
    }
}

#[test]
fn all_kinds_that_the_console_styles_are_there() {
    for (kind, least) in [
        ("land", 1),
        ("farmland", 3),
        ("green", 5),
        ("residential", 50),
        ("water", 2),
        ("complex", 2),
        ("block", 25),
        ("building", 150),
        ("parking", 3),
        ("stream", 2),
        ("rail", 2),
        ("road_main", 6),
        ("road_side", 10),
        ("label", 4),
    ] {
        let count = of_kind(kind).len();
        assert!(count >= least, "{count} of {kind}");
    }
}

#[test]
fn the_complexes_have_the_sizes_of_the_real_ones() {
    let [first, second] = layouts();
    // Jeonju 1: 1,683,000 to 1,805,893 m2 by source; Jeonju 2 is far smaller.
    assert!((1_650_000.0..1_850_000.0).contains(&area(&first.boundary)));
    assert!((350_000.0..500_000.0).contains(&area(&second.boundary)));
}

#[test]
fn the_air_station_lies_in_complex_2_and_1400_m_from_complex_1() {
    // AirKorea 팔복동: 127.087016, 35.851468.
    let station = Spot::new((127.087_016 - 127.1) * M_PER_LON, (35.851_468 - 35.857) * M_PER_LAT);
    let [first, second] = layouts();
    assert!(holds(&second.boundary, station));
    let metres = first.centre.distance(station);
    assert!((1_200.0..1_500.0).contains(&metres), "{metres}");
}

#[test]
fn lots_lie_in_their_complex_and_do_not_overlap() {
    for complex in layouts() {
        for lot in &complex.lots {
            assert!(area(&lot.ring) > 0.0);
            for corner in &lot.ring {
                assert!(holds(&complex.boundary, *corner), "lot {}", lot.number);
            }
            for building in &lot.buildings {
                assert!(building.ring.iter().all(|corner| holds(&lot.ring, *corner)));
            }
            for other in complex.lots.iter().filter(|other| other.number > lot.number) {
                let common = clip(&lot.ring, &other.ring);
                assert!(common.len() < 3 || area(&common) < 1.0, "{} {}", lot.number, other.number);
            }
        }
    }
}

#[test]
fn the_two_complexes_do_not_overlap() {
    let [first, second] = layouts();
    assert!(clip(&second.boundary, &first.boundary).len() < 3);
}

#[test]
fn a_square_cut_by_half_keeps_half_its_area() {
    let square = |x: f64| {
        vec![Spot::new(x, 0.0), Spot::new(x + 2.0, 0.0), Spot::new(x + 2.0, 2.0), Spot::new(x, 2.0)]
    };
    let cut = clip(&square(0.0), &square(1.0));
    assert!((area(&cut) - 2.0).abs() < 1e-9);
    assert!(centroid(&cut).distance(Spot::new(1.5, 1.0)) < 1e-9);
}
