//! Electric power by trade, hour and day, and photovoltaics by the sun.

use super::{DayKind, Moment, World};
use crate::dice::{hash, noise};
use crate::plan::{Device, Load, SPARED, Trade};

const QUARTER_S: i64 = 900;
const HOUR_S: f64 = 3_600.0;
/// Between a meter and those below it, as a share of what they count.
const LOSSES: f64 = 0.02;
/// Signs, cameras and gates without a meter of their own.
const UNMETERED_KW: f64 = 1.5;
/// The battery gives nine tenths of what it took: 8 h at 0.62 of its power, then 6 h at so much.
const DISCHARGED: f64 = 0.62 * 8.0 / 6.0 * 0.9;

/// A value of a meter.
pub(super) fn value(world: &World<'_>, device: &Device, point: &str, moment: Moment) -> f64 {
    if point == "active_power" {
        return kw(world, device, moment);
    }
    // Three looks into the quarter are enough: loads do not change faster.
    let looks = [QUARTER_S / 6, QUARTER_S / 2, QUARTER_S * 5 / 6];
    let mean_kw = looks.iter().map(|s| kw(world, device, moment.later(*s))).sum::<f64>() / 3.0;
    let kwh = mean_kw / 4.0;
    let kvarh = reactive_kvarh(world, device, kwh);
    match point {
        "active_energy" => kwh,
        "reactive_energy_lagging" => kvarh.max(0.0),
        "reactive_energy_leading" => (-kvarh).max(0.0),
        _ => 0.0,
    }
}

/// What motors draw, less what fixed capacitors give: at night some sites lead.
fn reactive_kvarh(world: &World<'_>, device: &Device, kwh: f64) -> f64 {
    let peak_kw = device.load.map_or(0.0, |(_, peak_kw)| peak_kw);
    let temper = noise(hash(world.plan.seed, &format!("{} pf", device.key)), 0.0, 1.0);
    // Tangent of the angle: 0.62 is a power factor of 0.85.
    let drawn = kwh * (0.62 + 0.12 * temper);
    let given = peak_kw / 4.0 * (0.14 + 0.06 * temper);
    drawn - given
}

/// Power at this moment.
fn kw(world: &World<'_>, device: &Device, moment: Moment) -> f64 {
    let Some((load, peak_kw)) = device.load else { return 0.0 };
    let key = hash(world.plan.seed, &device.key);
    let share = match load {
        Load::Tenant(Trade::Solar) => solar(world, key, moment),
        Load::Tenant(trade) => {
            let cold = cold_share(world, device, moment);
            factory(trade, key, moment, (world.weather(moment).temperature, cold))
        }
        Load::FactoryBuilding => return building_kw(world, key, peak_kw, moment),
        Load::Public => return public_kw(world, device.complex, moment).max(0.0),
        Load::PublicBack => return (-public_kw(world, device.complex, moment)).max(0.0),
        Load::Office => (0.1 + 0.75 * day_shift(moment, 8.5, 18.5)) * wobble(key, moment),
        Load::Roof => 0.86 * solar(world, key, moment),
        Load::Charge => moment.within(23.0, 24.0).max(moment.within(0.0, 7.0)) * 0.62,
        Load::Discharge => moment.within(15.0, 21.0) * DISCHARGED,
        Load::StreetLight => 0.03 + 0.97 * lamps(moment),
        Load::Pump => 0.15 + (0.16 * world.weather(moment).rain_mm_h).min(0.8),
    };
    (peak_kw * share).max(0.0)
}

/// What the firms of the factory building draw by their meters, the others and the stairs, and losses.
fn building_kw(world: &World<'_>, key: u64, peak_kw: f64, moment: Moment) -> f64 {
    let below = world.plan.meters_below(Load::FactoryBuilding, 1);
    let metered: f64 = below.iter().map(|meter| kw(world, meter, moment)).sum();
    let others = 0.05 + 0.22 * day_shift(moment, 8.5, 18.5) * wobble(key, moment);
    metered * (1.0 + LOSSES) + others * peak_kw
}

/// What the public part of a complex takes from the grid, below zero what it sends there.
fn public_kw(world: &World<'_>, complex: usize, moment: Moment) -> f64 {
    let below = world.plan.meters_below(Load::Public, complex);
    let metered: f64 = below.iter().map(|meter| kw(world, meter, moment)).sum();
    let of = |load: Load| {
        let mut devices = world.plan.devices.iter();
        let has = |device: &&Device| {
            device.complex == complex && device.load.is_some_and(|(its, _)| its == load)
        };
        devices.find(has).map_or(0.0, |device| kw(world, device, moment))
    };
    metered * (1.0 + LOSSES) + UNMETERED_KW + of(Load::Charge)
        - of(Load::Discharge)
        - of(Load::Roof)
}

/// What cold stores draw of what they drew before a measure.
fn cold_share(world: &World<'_>, device: &Device, moment: Moment) -> f64 {
    let is_improved = world.improved.is_some_and(|(key, from_ms)| {
        key == device.key && moment.unix_s * 1_000.0 >= from_ms as f64
    });
    if is_improved { 1.0 - SPARED } else { 1.0 }
}

/// Share of its peak that a factory draws.
fn factory(trade: Trade, key: u64, moment: Moment, (temperature, cold): (f64, f64)) -> f64 {
    let wobble = wobble(key, moment);
    let running = match trade {
        // Paper and fibre machines stop for nobody, but now and then for a repair.
        Trade::Paper => 0.86 * continuous(key, moment),
        Trade::Fibre => 0.9 * continuous(key ^ 2, moment),
        Trade::Carbon => 0.3 + 0.55 * continuous(key ^ 3, moment),
        Trade::Hydrogen => 0.45 + 0.35 * moment.within(22.0, 24.0).max(moment.within(0.0, 8.0)),
        Trade::Machinery => 0.1 + 0.78 * two_shifts(key, moment),
        Trade::Food => {
            // Cold stores work harder in the heat.
            let stores = 0.22 + 0.012 * (temperature - 5.0).clamp(0.0, 30.0);
            // Some are stores first, others kitchens; some work until the evening.
            let kind = (key % 5) as f64 / 4.0;
            let until = if key.is_multiple_of(3) { 20.0 } else { 16.5 };
            let kitchen = 0.42 * day_shift(moment, 5.5, until);
            (0.7 + 0.5 * kind) * stores * cold + (1.25 - 0.5 * kind) * kitchen
        }
        Trade::Printing => 0.06 + 0.8 * day_shift(moment, 8.8, 18.2),
        Trade::Solar => 0.0,
    };
    running * wobble
}

/// Some workshops of a trade work one shift, others until 20 h or through the night.
fn two_shifts(key: u64, moment: Moment) -> f64 {
    match key % 4 {
        0 => day_shift(moment, 7.8, 20.0),
        1 => day_shift(moment, 7.8, 20.0).max(0.55 * day_shift(moment, 20.0, 24.0)),
        _ => day_shift(moment, 8.0, 17.8),
    }
}

/// 1 while a shift works, less at lunch, little on Saturday, almost nothing on a day of rest.
fn day_shift(moment: Moment, from: f64, until: f64) -> f64 {
    let lunch = 1.0 - 0.35 * moment.within(12.0, 13.0);
    let day = match moment.day {
        DayKind::Working => 1.0,
        DayKind::Saturday => 0.42,
        DayKind::Rest => 0.06,
    };
    moment.within(from, until) * lunch * day
}

/// 1, or 0.35 during a repair of some hours about every three weeks; a little less on days of rest.
fn continuous(key: u64, moment: Moment) -> f64 {
    let repair = noise(key ^ 0x5e, moment.unix_s, 7.0 * HOUR_S) > 0.93;
    let day = if moment.day == DayKind::Rest { 0.94 } else { 1.0 };
    if repair { 0.35 } else { day }
}

fn wobble(key: u64, moment: Moment) -> f64 {
    let t = moment.unix_s;
    1.0 + 0.07 * noise(key, t, 2.0 * HOUR_S) + 0.05 * noise(key ^ 1, t, 420.0)
}

fn solar(world: &World<'_>, key: u64, moment: Moment) -> f64 {
    let weather = world.weather(moment);
    // Passing clouds are not the same over every roof.
    let passing = 1.0 - 0.25 * weather.cloud * (1.0 + noise(key, moment.unix_s, 240.0)) / 2.0;
    moment.sun().powf(1.15) * (1.0 - 0.72 * weather.cloud) * passing
}

/// Street lamps burn while the sun is down.
pub(super) fn lamps(moment: Moment) -> f64 {
    1.0 - (moment.sun() / 0.06).clamp(0.0, 1.0)
}
