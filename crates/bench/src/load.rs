//! The load of the design: 10,000 series, 20,010,000 readings at scale 1. Seeded: the same every time.
//!
//! 50 series at 1 s (jitter ±30 ms) for 3 days, 100 at 15 minutes for a year, 9,850 at 15 minutes for 3.75
//! days. A daily wave with noise; decimals by the sort of meter: kW 2, cumulative kWh 3, temperature 1,
//! voltage 1, PM10 0; a quality flag on 0.2 % of the readings.

use base::{Quality, Reading, Series};

pub(crate) const DAY_MS: i64 = 86_400_000;
const QUARTER_MS: i64 = 900_000;

/// Series of 1 s.
pub(crate) const QUICK: std::ops::Range<u32> = 0..50;
/// Series that hold a year.
pub(crate) const LONG: std::ops::Range<u32> = 50..150;
/// Series that hold some days.
pub(crate) const SHORT: std::ops::Range<u32> = 150..10_000;

/// The readings from `start_ms` on, by time within each group; `scale` shortens the times.
pub(crate) fn readings(start_ms: i64, scale: f64) -> Vec<Reading> {
    let steps = |days: f64, step_ms: i64| (days * scale * DAY_MS as f64) as i64 / step_ms;
    let mut readings = Vec::new();
    for (group, days, step_ms) in
        [(QUICK, 3.0, 1_000), (LONG, 365.0, QUARTER_MS), (SHORT, 3.75, QUARTER_MS)]
    {
        for step in 0..steps(days, step_ms).max(1) {
            readings.extend(group.clone().map(|series| reading(series, start_ms, step, step_ms)));
        }
    }
    readings
}

/// The reading of a series at one step.
pub(crate) fn reading(series: u32, start_ms: i64, step: i64, step_ms: i64) -> Reading {
    let noise = noise(u64::from(series) << 32 | step.unsigned_abs());
    let jitter_ms = if step_ms < 60_000 { (noise * 60.0) as i64 - 30 } else { 0 };
    let at_ms = start_ms + step * step_ms + jitter_ms;
    let day = (at_ms % DAY_MS) as f64 / DAY_MS as f64;
    let wave = (day * std::f64::consts::TAU).sin();
    let (value, decimals) = match series % 5 {
        0 => (120.0 + 60.0 * wave + 20.0 * noise, 2),
        1 => (step as f64 * 3.7 + noise, 3),
        2 => (18.0 + 8.0 * wave + noise, 1),
        3 => (380.0 + 4.0 * noise, 1),
        _ => (40.0 + 15.0 * wave + 20.0 * noise, 0),
    };
    let power = 10_f64.powi(decimals);
    let quality = if noise < 0.002 { Quality::SPIKE } else { Quality::GOOD };
    Reading { series: Series(series), at_ms, value: (value * power).round() / power, quality }
}

/// A number from 0 to 1 that only depends on `seed` (SplitMix64).
fn noise(seed: u64) -> f64 {
    let mut z = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    (z >> 11) as f64 / (1_u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_is_the_same_every_time_and_has_the_documented_size() {
        let load = readings(0, 0.01);
        assert_eq!(load, readings(0, 0.01));
        let scale = 0.01_f64;
        let per_step = |days: f64, step: f64| (days * scale * 86_400.0 / step).floor();
        let expected = 50.0 * per_step(3.0, 1.0)
            + 100.0 * per_step(365.0, 900.0)
            + 9_850.0 * per_step(3.75, 900.0);
        assert_eq!(load.len() as f64, expected);
        let flagged = load.iter().filter(|reading| reading.quality != Quality::GOOD).count();
        let share = flagged as f64 / load.len() as f64;
        assert!((0.001..0.003).contains(&share), "{share}");
    }
}
