//! Which fault strikes which reading.

use super::{Fault, FaultKind};
use crate::dice::{hash, mix};
use crate::plan::{Device, Plan, Profile};
use crate::world::Reading;

/// One reading on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Delivery {
    /// What is sent.
    pub reading: Reading,
    /// When it is sent, milliseconds since 1970 UTC.
    pub send_ms: i64,
}

const MINUTE_MS: i64 = 60_000;
/// A new dust sensor enters an episode so often; each episode lasts twice as long.
const EPISODE_EVERY_MS: i64 = 12 * MINUTE_MS;
/// A distribution board leaks so often, from the first minute of the period on, for so long.
const LEAK_EVERY_MS: i64 = 30 * MINUTE_MS;
const LEAK_FROM_MS: i64 = MINUTE_MS / 2;
const LEAK_FOR_MS: i64 = 10 * MINUTE_MS;
/// A sensor falls silent so often, from the middle of the period on, for so long.
const SILENCE_EVERY_MS: i64 = 60 * MINUTE_MS;
const SILENCE_FROM_MS: i64 = 20 * MINUTE_MS;
const SILENCE_FOR_MS: i64 = 15 * MINUTE_MS;
/// So many places after the sensor whose episode it is, so that no episode falls silent.
const SILENCE_SHIFT: i64 = 8;
/// An episode takes so long to rise to its height.
const RISE_MS: i64 = 20_000;
/// Late data is so late: more than live rules look at.
const LATE_MS: i64 = 5 * MINUTE_MS;
/// One reading in so many is a spike, late, or doubled.
const ONE_IN: u64 = 4_000;

/// All faults of a run.
#[derive(Debug, Clone)]
pub struct Schedule {
    seed: u64,
    start_ms: i64,
    faults: Vec<Fault>,
    /// Keys of the sensors that take turns in the gentle schedule; empty when it is off.
    dust: Vec<String>,
    leakage: Vec<String>,
}

impl Schedule {
    /// The faults of a run of `plan` that starts at `start_ms`; with the gentle schedule when `gentle`.
    pub fn new(plan: &Plan, start_ms: i64, faults: Vec<Fault>, gentle: bool) -> Self {
        let keys = |profiles: &[Profile]| {
            let of_profile = |device: &&Device| {
                gentle && device.profile.is_some_and(|profile| profiles.contains(&profile))
            };
            plan.senders().filter(of_profile).map(|device| device.key.clone()).collect()
        };
        Self {
            seed: plan.seed,
            start_ms,
            faults,
            dust: keys(&[Profile::Dust, Profile::Air]),
            leakage: keys(&[Profile::Leakage]),
        }
    }

    /// No faults at all.
    pub fn none(plan: &Plan) -> Self {
        Self::new(plan, 0, Vec::new(), false)
    }

    /// What becomes of a reading: nothing, one or two deliveries.
    pub fn deliver(&self, device: &Device, reading: Reading) -> Vec<Delivery> {
        let key = device.key.as_str();
        let due_ms = reading.due_ms;
        let struck = |kind| self.is_struck(key, kind, due_ms);
        // Chance strikes single gauges of the environment, so that no bill depends on it.
        let lot = match (self.dust.is_empty(), device.load) {
            (false, None) => mix(hash(self.seed, key) ^ mix(due_ms.cast_unsigned())) % ONE_IN,
            (_, _) => ONE_IN,
        };
        if struck(FaultKind::Silence) {
            return Vec::new();
        }
        let mut reading = reading;
        if let Some(risen_ms) = self.episode_ms(key, due_ms) {
            reading.value = raised(reading, risen_ms);
        }
        let seventh = (due_ms / 1_000) % 7 == 0;
        if (struck(FaultKind::Spike) && seventh) || lot == 0 {
            reading.value = (reading.value.abs() * 8.0).max(8.0);
        }
        let late = struck(FaultKind::Late) || lot == 1;
        let send_ms = if late { due_ms + LATE_MS } else { due_ms };
        let copies = if struck(FaultKind::Duplicate) || lot == 2 { 2 } else { 1 };
        vec![Delivery { reading, send_ms }; copies]
    }

    fn is_struck(&self, key: &str, kind: FaultKind, at_ms: i64) -> bool {
        self.asked(key, kind, at_ms).is_some()
            || (kind == FaultKind::Silence && self.is_silent_by_turn(key, at_ms))
    }

    /// Milliseconds since a fault of this sort began, if one that was asked for is on.
    fn asked(&self, key: &str, kind: FaultKind, at_ms: i64) -> Option<i64> {
        let since = |fault: &Fault| at_ms - self.start_ms - fault.from_ms;
        let on = |fault: &&Fault| {
            fault.kind == kind && fault.device == key && (0..fault.for_ms).contains(&since(fault))
        };
        self.faults.iter().filter(on).map(since).max()
    }

    /// Milliseconds since an episode of this device began, if one is on.
    fn episode_ms(&self, key: &str, at_ms: i64) -> Option<i64> {
        let since_start = at_ms - self.start_ms;
        let asked = self.asked(key, FaultKind::Episode, at_ms);
        if since_start < 0 {
            return asked;
        }
        let turn = since_start / EPISODE_EVERY_MS;
        let within = since_start % EPISODE_EVERY_MS;
        let dusty = |turn: i64| taken(&self.dust, turn) == Some(key);
        let by_turn = if dusty(turn) {
            Some(within)
        } else if turn == 0 && dusty(-1) {
            Some(since_start)
        } else {
            dusty(turn - 1).then_some(within + EPISODE_EVERY_MS)
        };
        let leaking = {
            let within = since_start % LEAK_EVERY_MS - LEAK_FROM_MS;
            let on = (0..LEAK_FOR_MS).contains(&within)
                && taken(&self.leakage, since_start / LEAK_EVERY_MS) == Some(key);
            on.then_some(within)
        };
        asked.or(by_turn).or(leaking)
    }

    fn is_silent_by_turn(&self, key: &str, at_ms: i64) -> bool {
        let since_start = at_ms - self.start_ms;
        let within = since_start % SILENCE_EVERY_MS - SILENCE_FROM_MS;
        let turn = since_start / SILENCE_EVERY_MS * 5 + SILENCE_SHIFT;
        since_start >= 0
            && (0..SILENCE_FOR_MS).contains(&within)
            && taken(&self.dust, turn) == Some(key)
            && self.episode_ms(key, at_ms).is_none()
    }
}

/// Whose turn it is.
fn taken(keys: &[String], turn: i64) -> Option<&str> {
    let count = i64::try_from(keys.len()).ok().filter(|count| *count > 0)?;
    let index = usize::try_from(turn.rem_euclid(count)).ok()?;
    keys.get(index).map(String::as_str)
}

/// The value of an episode that began `risen_ms` ago.
fn raised(reading: Reading, risen_ms: i64) -> f64 {
    let share = (risen_ms as f64 / RISE_MS as f64).min(1.0);
    // Height of an episode: above 매우나쁨 for dust, above the dangerous grade for leakage.
    let height = match reading.point {
        "pm25" => 96.0,
        "pm10" => 175.0,
        "odour" => 26.0,
        "h2s" => 0.09,
        "noise" => 24.0,
        "leakage_current" => 75.0,
        "surface_temperature" => 45.0,
        "water_level" => 1.9,
        "so2" => 0.08,
        _ => return reading.value,
    };
    ((reading.value + height * share) * 10_000.0).round() / 10_000.0
}
