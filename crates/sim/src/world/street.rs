//! Streets: traffic, parking, noise, and the lamps' distribution boards.

use super::{DayKind, Moment, World};
use crate::dice::noise;

/// How busy the streets are, 0 to about 1: shift changes at 08 and 20 h, deliveries between.
pub(super) fn traffic(moment: Moment) -> f64 {
    let shifts = 0.75 * moment.hump(7.7, 1.1) + 0.55 * moment.hump(20.1, 1.0);
    let offices = 0.6 * moment.hump(18.2, 1.3);
    let deliveries = 0.38 * moment.within(8.5, 17.5);
    let day = match moment.day {
        DayKind::Working => 1.0,
        DayKind::Saturday => 0.5,
        DayKind::Rest => 0.22,
    };
    0.04 + day * (shifts + offices + deliveries)
}

/// A value of a parking, traffic, noise or leakage sensor.
pub(super) fn value(world: &World<'_>, point: &str, key: u64, moment: Moment) -> f64 {
    let t = moment.unix_s;
    // Each place has its own size and temper.
    let place = noise(key, 0.0, 1.0);
    match point {
        "parking_occupancy" => {
            let day = match moment.day {
                DayKind::Working => 62.0,
                DayKind::Saturday => 25.0,
                DayKind::Rest => 8.0,
            };
            let full = day * moment.within(7.8, 18.5) + 0.3 * day * moment.within(18.5, 20.5);
            22.0 + 8.0 * place + full + 4.0 * noise(key, t, 900.0)
        }
        "traffic_volume" => {
            (110.0 + 25.0 * place) * traffic(moment) * (1.0 + 0.2 * noise(key, t, 300.0))
        }
        "noise" => {
            let works = 6.0
                * moment.within(7.5, 18.5)
                * if moment.day == DayKind::Working { 1.0 } else { 0.3 };
            let passing = 3.5 * noise(key, t, 25.0) + 2.0 * noise(key ^ 1, t, 11.0);
            47.0 + 2.0 * place + works + 6.5 * traffic(moment).sqrt() + passing
        }
        "leakage_current" => {
            let wet = (world.weather(moment).humidity - 60.0).max(0.0);
            7.0 + 2.5 * place + 0.09 * wet + 0.8 * noise(key, t, 600.0)
        }
        "surface_temperature" => {
            let lamps = 7.0 * super::power::lamps(moment);
            world.weather(moment).temperature + 3.0 + lamps + 0.6 * noise(key, t, 900.0)
        }
        _ => 0.0,
    }
}
