//! Temperature, humidity, wind, cloud, rain, and the stream that carries the rain away.

use super::Moment;
use crate::dice::{hash, noise};

/// The weather of the area at one moment.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weather {
    /// Degrees Celsius.
    pub temperature: f64,
    /// Per cent.
    pub humidity: f64,
    /// Metres a second.
    pub wind_speed: f64,
    /// Where the wind comes from, degrees from north.
    pub wind_direction: f64,
    /// Share of the sky, 0 to 1.
    pub cloud: f64,
    /// Millimetres an hour.
    pub rain_mm_h: f64,
}

const HOUR_S: f64 = 3_600.0;

impl Weather {
    /// The weather at `moment` under `seed`.
    pub fn at(seed: u64, moment: Moment) -> Self {
        let t = moment.unix_s;
        let drift = |label: &str, hours: f64| noise(hash(seed, label), t, hours * HOUR_S);
        let summer = moment.summer();
        let front = drift("front", 40.0);
        let cloud = (0.45 + 0.55 * front + 0.25 * drift("cloud", 3.0)).clamp(0.0, 1.0);
        let rain_mm_h = rain_mm_h(seed, moment);
        // Jeonju: 13.6 degrees on average, -0.5 in January, 26.5 in July.
        let afternoon = ((moment.hour - 15.0) / 24.0 * std::f64::consts::TAU).cos();
        let day = afternoon * (5.5 - 3.0 * cloud);
        let air_mass = 3.5 * drift("air mass", 70.0);
        let temperature = 13.3 + 13.2 * summer + day + air_mass - rain_mm_h.min(4.0) * 0.4;
        let humidity = 66.0 + 8.0 * summer - 16.0 * afternoon * (1.0 - 0.7 * cloud)
            + 10.0 * front
            + rain_mm_h.min(5.0) * 4.0;
        let breeze = 1.7 + 1.1 * drift("wind", 5.0) + 0.9 * moment.hump(14.5, 8.0);
        let wind_speed = (breeze - 0.4 * summer + 1.2 * front.max(0.0)).max(0.2);
        // North-west in winter, south in summer, turning with the fronts.
        let prevailing = 255.0 - 65.0 * summer;
        let turning = 75.0 * drift("wind turns", 9.0) + 20.0 * drift("wind veers", 0.7);
        Self {
            temperature,
            humidity: humidity.clamp(12.0, 100.0),
            wind_speed,
            wind_direction: (prevailing + turning).rem_euclid(360.0),
            cloud,
            rain_mm_h,
        }
    }
}

/// Rain falls in the wettest tenth of the hours, harder in summer.
fn rain_mm_h(seed: u64, moment: Moment) -> f64 {
    let t = moment.unix_s;
    let front = noise(hash(seed, "front"), t, 40.0 * HOUR_S);
    let shower = noise(hash(seed, "shower"), t, 1.5 * HOUR_S);
    let wet = front + 0.6 * shower - 0.72 + 0.12 * moment.summer();
    wet.max(0.0) * (7.0 + 9.0 * moment.summer().max(0.0))
}

/// A value of a weather mast or a stream gauge.
pub(super) fn value(weather: Weather, seed: u64, point: &str, key: u64, moment: Moment) -> f64 {
    let t = moment.unix_s;
    match point {
        "temperature" => weather.temperature + 0.4 * noise(key, t, 1_200.0),
        "humidity" => weather.humidity + 2.0 * noise(key, t, 1_800.0),
        "wind_speed" => gust(weather, key, t),
        "wind_direction" => (weather.wind_direction + 14.0 * noise(key, t, 45.0)).rem_euclid(360.0),
        // Millimetres of the minute.
        "rain" => weather.rain_mm_h / 60.0 * (1.0 + 0.3 * noise(key, t, 60.0)),
        "water_level" => level(seed, moment) + 0.02 * noise(key, t, 600.0),
        _ => 0.0,
    }
}

fn gust(weather: Weather, key: u64, t: f64) -> f64 {
    weather.wind_speed * (1.0 + 0.35 * noise(key, t, 20.0)) + 0.2 * noise(key ^ 1, t, 7.0)
}

/// The stream in metres: a low base, and the rain of the last 12 hours running off.
fn level(seed: u64, moment: Moment) -> f64 {
    const STEPS: i32 = 24;
    const STEP_H: f64 = 0.5;
    let mut stored_mm = 0.0;
    for step in 1..=STEPS {
        let age_h = f64::from(step) * STEP_H;
        let then = moment.later(-i64::from(step) * 1_800);
        // Half of what fell has run off after about three hours.
        stored_mm += rain_mm_h(seed, then) * STEP_H * (-age_h / 4.0).exp();
    }
    0.55 + 0.15 * moment.summer().max(0.0) + 0.055 * stored_mm
}
