//! Places on the map, in WGS 84 (EPSG:4326).

use serde::{Deserialize, Serialize};

/// A position in degrees, longitude and latitude of WGS 84.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// Degrees east, -180 to 180.
    pub lon: f64,
    /// Degrees north, -90 to 90.
    pub lat: f64,
}

/// The numbers are no place on Earth.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error(
    "longitude {lon}, latitude {lat} is no position: give degrees of WGS 84, longitude first, such as 127.087, 35.851"
)]
pub struct InvalidPosition {
    lon: f64,
    lat: f64,
}

impl Position {
    /// Checks the ranges.
    pub fn new(lon: f64, lat: f64) -> Result<Self, InvalidPosition> {
        let fits = (-180.0..=180.0).contains(&lon) && (-90.0..=90.0).contains(&lat);
        if fits { Ok(Self { lon, lat }) } else { Err(InvalidPosition { lon, lat }) }
    }
}
