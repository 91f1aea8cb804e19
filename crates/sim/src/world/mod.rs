//! What the simulated complex does: weather, air, noise, traffic and power at any time.
//!
//! Invariant: pure. A value depends on the plan, the device, the point and the time, and on nothing
//! else: any hour can be replayed, and history is made by asking about the past. Everything hangs
//! together: wind carries the plants' plume to the sensors that lie downwind, rain washes dust out and
//! lifts the stream, sun drives ozone and photovoltaics, shift changes at 08 and 20 h fill the streets.
//!
//! Sketch of the cost: 40 sensors and 156 meters send some 25 values a second; one value is a few dozen
//! multiplications.

mod air;
mod calendar;
mod power;
mod street;
#[cfg(test)]
mod tests;
mod weather;

pub use calendar::{DayKind, Moment};
pub use weather::Weather;

use crate::dice::hash;
use crate::geometry::{LotUse, Spot};
use crate::plan::{Device, Metric, Plan, Profile};

/// One value, as it goes over the wire.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The key of the point within its device.
    pub point: &'static str,
    /// When it was measured, milliseconds since 1970 UTC; of an interval, its start.
    pub at_ms: i64,
    /// When the device has it, milliseconds since 1970 UTC: at once, or at the interval's end.
    pub due_ms: i64,
    /// The value, in the unit of the quantity.
    pub value: f64,
}

/// The world of one plan.
#[derive(Debug)]
pub struct World<'a> {
    plan: &'a Plan,
    /// The plants whose plume the wind carries.
    chimneys: Vec<Spot>,
    /// The meter whose cold stores draw less since a moment, milliseconds since 1970 UTC.
    improved: Option<(&'a str, i64)>,
}

impl<'a> World<'a> {
    /// The world of `plan`.
    pub fn new(plan: &'a Plan) -> Self {
        let lots = plan.complexes.iter().flat_map(|complex| &complex.layout.lots);
        let anchors = lots.filter(|lot| lot.used_for == LotUse::Anchor);
        let improved = plan.improved_meter().map(|meter| &*meter.key).zip(plan.improved_from_ms);
        Self { plan, chimneys: anchors.map(|lot| lot.centre).collect(), improved }
    }

    /// Everything that `device` has to send after `after_ms`, up to and with `until_ms`, by time.
    ///
    /// ```
    /// use sim::{plan::Plan, world::World};
    /// let plan = Plan::new(1);
    /// let world = World::new(&plan);
    /// let meter = plan.device("jj1-meter-10").unwrap();
    /// let hour = world.readings(meter, 1_780_000_200_000, 1_780_003_800_000, None);
    /// assert_eq!(hour.iter().filter(|r| r.point == "active_energy").count(), 4);
    /// ```
    ///
    /// `gauge_step_s` thins gauges out to one value in so many seconds, for long histories.
    pub fn readings(
        &self,
        device: &Device,
        after_ms: i64,
        until_ms: i64,
        gauge_step_s: Option<u32>,
    ) -> Vec<Reading> {
        let Some(profile) = device.profile else { return Vec::new() };
        let mut found = Vec::new();
        for metric in profile.metrics() {
            let every_s = match gauge_step_s {
                Some(step_s) if metric.interval_s == 0 => metric.every_s.max(step_s),
                _ => metric.every_s,
            };
            let every_ms = i64::from(every_s) * 1_000;
            // Devices do not all speak in the same second.
            let phase_ms = self.phase_ms(device, every_ms);
            let mut tick = (after_ms - phase_ms).div_euclid(every_ms) + 1;
            while tick * every_ms + phase_ms <= until_ms {
                let due_ms = tick * every_ms + phase_ms;
                let at_ms = if metric.interval_s == 0 { due_ms } else { (tick - 1) * every_ms };
                let value = self.value(device, metric, at_ms);
                found.push(Reading { point: metric.key, at_ms, due_ms, value });
                tick += 1;
            }
        }
        found.sort_by_key(|reading| reading.due_ms);
        found
    }

    /// When `device` has to send next after `after_ms`; absent for a device without points.
    pub fn next_due_ms(&self, device: &Device, after_ms: i64) -> Option<i64> {
        let metrics = device.profile?.metrics();
        let next = |metric: &Metric| {
            let every_ms = i64::from(metric.every_s) * 1_000;
            let phase_ms = self.phase_ms(device, every_ms);
            ((after_ms - phase_ms).div_euclid(every_ms) + 1) * every_ms + phase_ms
        };
        metrics.iter().map(next).min()
    }

    /// Up to 20 s, and never more than half the time between two values.
    fn phase_ms(&self, device: &Device, every_ms: i64) -> i64 {
        let spread_ms = (every_ms / 2).clamp(1, 20_000);
        let bits = hash(self.plan.seed, &device.key) % spread_ms.cast_unsigned();
        bits.cast_signed()
    }

    /// The value of one metric at `at_ms`, rounded as the device rounds, within its plausible range.
    pub fn value(&self, device: &Device, metric: &Metric, at_ms: i64) -> f64 {
        let moment = Moment::at(at_ms);
        let key = hash(self.plan.seed, &format!("{} {}", device.key, metric.key));
        let raw = match device.profile {
            None => 0.0,
            Some(Profile::Meter | Profile::MeterReactive | Profile::MeterLive) => {
                power::value(self, device, metric.key, moment)
            }
            Some(Profile::Parking | Profile::Traffic | Profile::Noise | Profile::Leakage) => {
                street::value(self, metric.key, key, moment)
            }
            Some(Profile::Air | Profile::Dust | Profile::Odour) => {
                air::value(self, device, metric.key, key, moment)
            }
            Some(Profile::Weather | Profile::Stream) => {
                weather::value(self.weather(moment), self.plan.seed, metric.key, key, moment)
            }
        };
        round(raw.clamp(metric.min, metric.max), metric.key)
    }

    /// The weather of the whole area.
    pub fn weather(&self, moment: Moment) -> Weather {
        Weather::at(self.plan.seed, moment)
    }
}

/// Devices send no more digits than they mean: gases 4, energy and rain 2, the rest 1.
fn round(value: f64, point: &str) -> f64 {
    let scale = match point {
        "no2" | "o3" | "so2" | "h2s" => 10_000.0,
        "co" | "nh3" | "water_level" => 1_000.0,
        "active_energy" | "reactive_energy_lagging" | "reactive_energy_leading" | "rain" => 100.0,
        "traffic_volume" | "wind_direction" | "odour" | "battery" => 1.0,
        _ => 10.0,
    };
    (value * scale).round() / scale
}
