//! What a photovoltaic array would generate under skies without a cloud: a **model**, an upper
//! bound for a what-if, never a reading.
//!
//! Global irradiance by Haurwitz (1945, J. Meteorology 2:154): `1098 cos z exp(-0.059 / cos z)`
//! W/m2; split into beam and diffuse by Erbs, Klein and Duffie (1982, Solar Energy 28:293); carried
//! to the plane by the isotropic sky (Liu and Jordan 1963) with ground of albedo 0.2. Position of
//! the sun by Spencer (1971), good to about 0.1 degrees. No temperature, no shade, no snow: losses
//! are one ratio.

use jiff::civil::Date;

use crate::load::Load;
use crate::{DAYS_MAX, SLOTS_PER_DAY};

/// Degrees of longitude of Korean standard time.
const MERIDIAN: f64 = 135.0;
/// Solar constant, W/m2.
const SOLAR_CONSTANT: f64 = 1_361.0;
/// What the ground reflects.
const ALBEDO: f64 = 0.2;
/// Hours of a slot.
const SLOT_HOURS: f64 = 0.25;

/// An array of modules and where it stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ClearSky {
    latitude: f64,
    longitude: f64,
    tilt: f64,
    azimuth: f64,
    peak_kw: f64,
    performance_ratio: f64,
}

/// An array that cannot stand anywhere.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{what} of {value} is not within {low} to {high}; correct the array")]
pub struct ArrayFault {
    /// What is wrong.
    pub what: &'static str,
    /// What was given.
    pub value: f64,
    /// The lowest value.
    pub low: f64,
    /// The highest.
    pub high: f64,
}

impl ClearSky {
    /// An array: latitude and longitude in degrees north and east, tilt from the horizontal,
    /// azimuth from north over east (180 looks south), rated power in kW, and what is left of it
    /// after all losses (0.8 is usual).
    pub fn new(
        place: (f64, f64),
        tilt: f64,
        azimuth: f64,
        peak_kw: f64,
        performance_ratio: f64,
    ) -> Result<Self, ArrayFault> {
        let (latitude, longitude) = place;
        for (what, value, low, high) in [
            ("a latitude", latitude, -66.0, 66.0),
            ("a longitude", longitude, -180.0, 180.0),
            ("a tilt", tilt, 0.0, 90.0),
            ("an azimuth", azimuth, 0.0, 360.0),
            ("a rated power, kW,", peak_kw, 0.0, 1e6),
            ("a performance ratio", performance_ratio, 0.0, 1.0),
        ] {
            if !(low..=high).contains(&value) {
                return Err(ArrayFault { what, value, low, high });
            }
        }
        Ok(Self { latitude, longitude, tilt, azimuth, peak_kw, performance_ratio })
    }

    /// What it would generate on some days, at most [`DAYS_MAX`]. Use it with
    /// [`Origin::ClearSkyModel`](super::Origin::ClearSkyModel).
    pub fn load(&self, first_day: Date, days: usize) -> Load {
        let mut load = Load::active(first_day, Vec::new());
        for slot in 0..days.min(DAYS_MAX) * SLOTS_PER_DAY {
            let day_of_year = f64::from(load.day_of(slot).day_of_year());
            let hour = ((slot % SLOTS_PER_DAY) as f64 + 0.5) * SLOT_HOURS;
            let kw = self.peak_kw * self.performance_ratio * self.suns(day_of_year, hour);
            #[expect(clippy::cast_possible_truncation, reason = "at most 250 MWh a slot")]
            let wh = (kw * SLOT_HOURS * 1000.0).round() as i64;
            load.wh.push(Some(wh));
        }
        load
    }

    /// Irradiance on the plane of the array over 1,000 W/m2.
    fn suns(&self, day_of_year: f64, hour: f64) -> f64 {
        let sun = Sun::at(self.latitude, self.longitude, day_of_year, hour);
        if sun.cos_zenith <= 0.01 {
            return 0.0;
        }
        let global = 1_098.0 * sun.cos_zenith * (-0.059 / sun.cos_zenith).exp();
        let diffuse = global * diffuse_share(global / (sun.extraterrestrial * sun.cos_zenith));
        let beam = (global - diffuse) / sun.cos_zenith;
        let (tilt, azimuth) = (self.tilt.to_radians(), self.azimuth.to_radians());
        let sin_zenith = (1.0 - sun.cos_zenith.powi(2)).max(0.0).sqrt();
        let incidence =
            sun.cos_zenith * tilt.cos() + sin_zenith * tilt.sin() * (sun.azimuth - azimuth).cos();
        let plane = beam * incidence.max(0.0)
            + diffuse * f64::midpoint(1.0, tilt.cos())
            + global * ALBEDO * (1.0 - tilt.cos()) / 2.0;
        plane / 1_000.0
    }
}

/// Where the sun stands.
struct Sun {
    cos_zenith: f64,
    /// From north over east, radians.
    azimuth: f64,
    /// Irradiance outside the atmosphere, W/m2.
    extraterrestrial: f64,
}

impl Sun {
    fn at(latitude: f64, longitude: f64, day_of_year: f64, hour: f64) -> Self {
        let day = std::f64::consts::TAU * (day_of_year - 1.0 + (hour - 12.0) / 24.0) / 365.0;
        let (sin, cos) = day.sin_cos();
        let (sin2, cos2) = (2.0 * day).sin_cos();
        let (sin3, cos3) = (3.0 * day).sin_cos();
        let declination = 0.006_918 - 0.399_912 * cos + 0.070_257 * sin - 0.006_758 * cos2
            + 0.000_907 * sin2
            - 0.002_697 * cos3
            + 0.001_48 * sin3;
        let equation_minutes = 229.18
            * (0.000_075 + 0.001_868 * cos - 0.032_077 * sin - 0.014_615 * cos2 - 0.040_849 * sin2);
        let solar_hour = hour + (longitude - MERIDIAN) / 15.0 + equation_minutes / 60.0;
        let angle = ((solar_hour - 12.0) * 15.0).to_radians();
        let latitude = latitude.to_radians();
        let cos_zenith =
            latitude.sin() * declination.sin() + latitude.cos() * declination.cos() * angle.cos();
        let east = -declination.cos() * angle.sin();
        let north =
            latitude.cos() * declination.sin() - latitude.sin() * declination.cos() * angle.cos();
        let extraterrestrial = SOLAR_CONSTANT * (1.0 + 0.033 * day.cos());
        Self { cos_zenith, azimuth: east.atan2(north), extraterrestrial }
    }
}

/// Erbs, Klein and Duffie: the diffuse share by the clearness of the sky.
fn diffuse_share(clearness: f64) -> f64 {
    let k = clearness;
    if k <= 0.22 {
        1.0 - 0.09 * k
    } else if k <= 0.80 {
        0.9511 - 0.1604 * k + 4.388 * k.powi(2) - 16.638 * k.powi(3) + 12.336 * k.powi(4)
    } else {
        0.165
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sun_stands_where_almanacs_say() {
        // Jeonju, 35.85 N 127.15 E. Height at noon: 90 - latitude + declination.
        for (day_of_year, height) in [(172.0, 77.6), (355.0, 30.7), (80.0, 54.0)] {
            let highest = (0..1440)
                .map(|minute| Sun::at(35.85, 127.15, day_of_year, f64::from(minute) / 60.0))
                .max_by(|a, b| a.cos_zenith.total_cmp(&b.cos_zenith))
                .unwrap();
            let found = highest.cos_zenith.asin().to_degrees();
            assert!((found - height).abs() < 0.5, "day {day_of_year}: {found}");
            let azimuth = highest.azimuth.to_degrees().rem_euclid(360.0);
            assert!((azimuth - 180.0).abs() < 1.5, "{azimuth}");
        }
    }
}
