//! What makes a good complex.

use serde_json::Value;

use super::Complex;
use crate::error::{Checks, RegistryError};

/// Refuses a complex with a bad code, name, outline or position.
pub(crate) fn check(complex: &Complex) -> Result<(), RegistryError> {
    Checks::default()
        .that(
            is_code(&complex.code),
            "/code",
            "give 2 to 32 of a-z, 0-9 and '-', a letter or digit first, such as jj1",
        )
        .name("/name", &complex.name)
        .name("/name_en", &complex.name_en)
        .that(
            complex.boundary.as_ref().is_none_or(is_area),
            "/boundary",
            "give a GeoJSON Polygon or MultiPolygon in WGS 84 with closed rings of 4 points or more",
        )
        .position(complex.position)
        .done()
}

/// A short code: `jj1`, `air-basic`.
pub(crate) fn is_code(text: &str) -> bool {
    let first = text.bytes().next().is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    let rest = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    first && rest && (2..=32).contains(&text.len())
}

fn is_area(value: &Value) -> bool {
    match (value["type"].as_str(), value["coordinates"].as_array()) {
        (Some("Polygon"), Some(rings)) => is_polygon(rings),
        (Some("MultiPolygon"), Some(polygons)) => {
            !polygons.is_empty()
                && polygons.iter().all(|polygon| polygon.as_array().is_some_and(|r| is_polygon(r)))
        }
        (_, _) => false,
    }
}

fn is_polygon(rings: &[Value]) -> bool {
    !rings.is_empty() && rings.iter().all(|ring| ring.as_array().is_some_and(|r| is_ring(r)))
}

fn is_ring(ring: &[Value]) -> bool {
    ring.len() >= 4 && ring.first() == ring.last() && ring.iter().all(is_position)
}

fn is_position(value: &Value) -> bool {
    let number = |index: usize| value.get(index).and_then(Value::as_f64);
    match (number(0), number(1)) {
        (Some(lon), Some(lat)) => base::Position::new(lon, lat).is_ok(),
        (_, _) => false,
    }
}
