//! Dust, gases and smell: what blows in, what the plants and the streets add, what rain washes out.

use super::{Moment, World, street};
use crate::dice::{hash, noise};
use crate::geometry::Spot;
use crate::plan::Device;

const HOUR_S: f64 = 3_600.0;

/// A value of an air station, a dust sensor or an odour sensor.
pub(super) fn value(
    world: &World<'_>,
    device: &Device,
    point: &str,
    key: u64,
    moment: Moment,
) -> f64 {
    let seed = world.plan.seed;
    let t = moment.unix_s;
    let weather = world.weather(moment);
    let plume = plume(world, device.spot, moment);
    let traffic = street::traffic(moment);
    // Little wind leaves the air where it is.
    let still = 1.0 / (0.55 + 0.28 * weather.wind_speed);
    let washed = 1.0 / (1.0 + 0.5 * weather.rain_mm_h);
    let sun = moment.sun() * (1.0 - 0.7 * weather.cloud);
    let jitter = noise(key, t, 90.0);
    let dust = || {
        let blown_in = 19.0 - 8.0 * moment.summer();
        let episode = (0.55 * noise(hash(seed, "haze"), t, 50.0 * HOUR_S)).exp();
        let local = 5.0 * traffic + 16.0 * plume;
        ((blown_in * episode + local) * still.sqrt() * washed).max(2.0)
    };
    match point {
        "pm25" => dust() + 1.5 * jitter,
        "pm10" => {
            let coarse = 10.0 + 8.0 * traffic + 2.0 * weather.wind_speed;
            dust() * 1.35 + coarse * washed + 2.5 * jitter
        }
        "no2" => 0.009 + (0.020 * traffic + 0.008 * plume) * still - 0.004 * sun + 0.0012 * jitter,
        "o3" => {
            let warm = (weather.temperature / 25.0).clamp(0.2, 1.4);
            0.014 + 0.062 * sun * warm - 0.008 * traffic * still + 0.002 * jitter
        }
        "so2" => 0.0025 + 0.006 * plume + 0.0005 * jitter,
        "co" => 0.32 + (0.28 * traffic + 0.15 * plume) * still + 0.02 * jitter,
        "temperature" => weather.temperature + 0.5 + 0.3 * jitter,
        "humidity" => weather.humidity + 1.5 * jitter,
        "odour" => 3.0 + 11.0 * plume * still + 1.2 * jitter,
        "h2s" => 0.002 + 0.018 * plume * still + 0.0006 * jitter,
        "nh3" => 0.05 + 0.35 * plume * still + 0.012 * jitter,
        // Solar panels keep it charged, less so under cloud.
        "battery" => 92.0 - 18.0 * weather.cloud + 6.0 * sun + jitter,
        _ => 0.0,
    }
}

/// How much of the plants' plume the wind brings to `spot`: about 1 close by and straight downwind.
fn plume(world: &World<'_>, spot: Spot, moment: Moment) -> f64 {
    const NEAR_M: f64 = 350.0;
    let weather = world.weather(moment);
    let toward = (weather.wind_direction + 180.0).to_radians();
    let one = |chimney: &Spot| {
        let (dx, dy) = (spot.x - chimney.x, spot.y - chimney.y);
        let metres = dx.hypot(dy).max(1.0);
        // Bearings run clockwise from north: sine east, cosine north.
        let along = (dx * toward.sin() + dy * toward.cos()) / metres;
        along.max(0.0).powi(8) / (1.0 + metres / NEAR_M).powf(1.2)
    };
    let works = 0.7 + 0.3 * noise(hash(world.plan.seed, "stacks"), moment.unix_s, 2.0 * HOUR_S);
    2.2 * works * world.chimneys.iter().map(one).sum::<f64>()
}
