//! The watch over one billing demand: what the running slot has drawn so far, whether to warn, and what a
//! closed slot changes.
//!
//! ```text
//!           look: an excess is coming            close: the slot passed the limit
//!   Quiet ───────────────────────────► Warned ◄──────────────────────────► Passed
//!     ▲                                  │ close: it stayed below  look       │ close: the next one
//!     └──────────────────────────────────┴────────────────────────────────────┘ stayed below
//! ```
//! Times are milliseconds since 1970; slots of Korea begin on multiples of 15 minutes of it. The power comes
//! from a meter's readings of power, if it sends them; the energy of closed slots from its intervals.
//! A slot is judged once: an interval that comes late raises the peak of its month and warns nobody.

use std::collections::VecDeque;

use serde::Serialize;

use super::SLOTS_PER_HOUR;
use super::gauge::{GaugeRule, Nowcast, Sample, Warning, now_cast};

/// A slot.
pub const SLOT_MS: i64 = 900_000;
/// Readings of power that are kept: an hour of one a minute.
const SAMPLES_MAX: usize = 60;
/// So long a reading of power holds: then nothing is known.
pub const HOLD_MS: i64 = 180_000;
/// Share of the slot so far, in tenths, of which the power must be known before anything is said.
const KNOWN_TENTHS: i64 = 8;
/// A warning whose slot was never read is taken back after so long.
const FORGET_MS: i64 = 3_600_000;

/// A reading of power.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct PowerReading {
    /// When.
    pub at_ms: i64,
    /// W, the mean since the reading before.
    pub w: i64,
}

/// The energy of a slot until now, as far as the power is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SoFar {
    /// Wh.
    pub wh: i64,
    /// Of so many ms of the slot the power was known.
    pub known_ms: i64,
}

/// What a watch has to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Notice {
    /// The running slot will pass the limit, and there is time to act.
    Ahead {
        /// Where it will end.
        cast: Nowcast,
        /// The limit, W.
        limit_w: i64,
    },
    /// A closed slot passed the limit.
    Passed {
        /// Its mean power, W.
        w: i64,
        /// The limit as it stood, W.
        limit_w: i64,
    },
    /// The danger is over.
    Settled,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Quiet,
    Warned { slot_ms: i64 },
    Passed,
}

/// The watch over one meter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemandWatch {
    limit_w: i64,
    state: State,
    readings: VecDeque<PowerReading>,
    closed_ms: i64,
}

/// The start of the slot that a moment lies in.
pub fn slot_of(at_ms: i64) -> i64 {
    at_ms - at_ms.rem_euclid(SLOT_MS)
}

impl DemandWatch {
    /// A watch over a limit, W: the billing demand as it stands, or a lower aim.
    pub fn new(limit_w: i64) -> Self {
        Self { limit_w, state: State::Quiet, readings: VecDeque::new(), closed_ms: i64::MIN }
    }

    /// The limit, W.
    pub fn limit_w(&self) -> i64 {
        self.limit_w
    }

    /// Another limit: a month began, a peak was set, the aim was changed.
    pub fn set_limit_w(&mut self, limit_w: i64) {
        self.limit_w = limit_w;
    }

    /// The readings of power that are kept, the earliest first.
    pub fn readings(&self) -> impl Iterator<Item = PowerReading> {
        self.readings.iter().copied()
    }

    /// Takes a reading of power; one that is not newer than the last is left out, and `false` says so.
    pub fn take(&mut self, reading: PowerReading) -> bool {
        if self.readings.back().is_some_and(|last| last.at_ms >= reading.at_ms) {
            return false;
        }
        if self.readings.len() == SAMPLES_MAX {
            self.readings.pop_front();
        }
        self.readings.push_back(reading);
        true
    }

    /// Takes up the readings of power of another watch of the same meter, in the order of their time.
    pub fn take_up(&mut self, other: &Self) {
        let mut all: Vec<_> = self.readings.iter().chain(&other.readings).copied().collect();
        all.sort_by_key(|reading| reading.at_ms);
        all.dedup_by_key(|reading| reading.at_ms);
        all.drain(..all.len().saturating_sub(SAMPLES_MAX));
        self.readings = all.into();
    }

    /// What the slot of `now_ms` has drawn so far.
    pub fn so_far(&self, now_ms: i64) -> SoFar {
        let start_ms = slot_of(now_ms);
        let (mut milliwatt_hours, mut known_ms) = (0_i128, 0);
        let mut from_ms = i64::MIN;
        let mut add = |w: i64, from_ms: i64, until_ms: i64| {
            let ms = (until_ms.min(now_ms) - from_ms.max(start_ms)).max(0);
            milliwatt_hours += i128::from(w) * i128::from(ms);
            known_ms += ms;
        };
        for reading in &self.readings {
            add(reading.w, from_ms.max(reading.at_ms - HOLD_MS), reading.at_ms);
            from_ms = reading.at_ms;
        }
        if let Some(last) = self.readings.back() {
            add(last.w, last.at_ms, last.at_ms + HOLD_MS);
        }
        // W times ms: 3.6 million of them are a Wh.
        let wh = i64::try_from(milliwatt_hours / 3_600_000).unwrap_or(i64::MAX);
        SoFar { wh, known_ms }
    }

    /// Where the slot of `now_ms` will end; none when the power is not known well enough to say so.
    pub fn cast(&self, now_ms: i64) -> Option<Nowcast> {
        let start_ms = slot_of(now_ms);
        let elapsed_ms = now_ms - start_ms;
        let last = self.readings.back()?;
        let so_far = self.so_far(now_ms);
        let is_known =
            so_far.known_ms.saturating_mul(10) >= elapsed_ms.saturating_mul(KNOWN_TENTHS);
        if now_ms - last.at_ms > HOLD_MS || !is_known {
            return None;
        }
        let second = |ms: i64| i32::try_from(ms.div_euclid(1_000)).ok();
        let samples: Vec<Sample> = self
            .readings
            .iter()
            .filter_map(|reading| {
                Some(Sample { at_s: second(reading.at_ms - start_ms)?, w: reading.w })
            })
            .collect();
        // What is not known of the slot is taken as what is known of it.
        let wh = match so_far.known_ms {
            0 => 0,
            known_ms => so_far.wh.saturating_mul(elapsed_ms) / known_ms,
        };
        now_cast(wh, &samples, second(elapsed_ms)?)
    }

    /// Looks where the running slot will end. `counts`: whether it can set the billing demand.
    pub fn look(&mut self, now_ms: i64, counts: bool) -> Option<Notice> {
        if let State::Warned { slot_ms } = self.state
            && now_ms - slot_ms > FORGET_MS
        {
            self.state = State::Quiet;
            return Some(Notice::Settled);
        }
        if matches!(self.state, State::Warned { .. }) || self.limit_w <= 0 {
            return None;
        }
        let cast = self.cast(now_ms)?;
        match GaugeRule::new(self.limit_w).decide(&cast, counts) {
            Warning::Warn { .. } => {
                self.state = State::Warned { slot_ms: slot_of(now_ms) };
                Some(Notice::Ahead { cast, limit_w: self.limit_w })
            }
            Warning::None | Warning::Watch | Warning::TooLate => None,
        }
    }

    /// Takes the energy of a closed slot, Wh. `counts`: whether it can set the billing demand.
    ///
    /// A slot that is not later than one that was judged before, and one that closed before a warning's
    /// slot began, changes nothing.
    pub fn close(&mut self, slot_ms: i64, wh: i64, counts: bool) -> Option<Notice> {
        if slot_ms <= self.closed_ms {
            return None;
        }
        self.closed_ms = slot_ms;
        let w = wh.saturating_mul(SLOTS_PER_HOUR);
        if counts && self.limit_w > 0 && w > self.limit_w {
            self.state = State::Passed;
            return Some(Notice::Passed { w, limit_w: self.limit_w });
        }
        let is_over = match self.state {
            State::Quiet => false,
            State::Warned { slot_ms: warned_ms } => slot_ms >= warned_ms,
            State::Passed => true,
        };
        is_over.then(|| {
            self.state = State::Quiet;
            Notice::Settled
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START_MS: i64 = 1_780_000_200_000;

    fn minute(watch: &mut DemandWatch, minute: i64, kw: i64) {
        watch.take(PowerReading { at_ms: START_MS + minute * 60_000, w: kw * 1_000 });
    }

    #[test]
    fn a_slot_begins_on_a_quarter_of_an_hour() {
        assert_eq!(START_MS % SLOT_MS, 0);
        assert_eq!(slot_of(START_MS + SLOT_MS - 1), START_MS);
        assert_eq!(slot_of(-1), -SLOT_MS);
    }

    #[test]
    fn the_energy_so_far_is_power_by_time_and_says_of_how_much_time() {
        let mut watch = DemandWatch::new(500_000);
        for at in -2..=6 {
            minute(&mut watch, at, 600);
        }
        // 6 minutes at 600 kW.
        let now_ms = START_MS + 6 * 60_000;
        assert_eq!(watch.so_far(now_ms), SoFar { wh: 60_000, known_ms: 360_000 });
        // The last reading holds for three minutes, not for five.
        let later = watch.so_far(now_ms + 300_000);
        assert_eq!(later, SoFar { wh: 90_000, known_ms: 540_000 });
        assert_eq!(watch.cast(now_ms + 300_000), None, "nothing is said of a power that is old");
        let cast = watch.cast(now_ms).unwrap();
        assert_eq!((cast.now_w, cast.p50_w, cast.left_s), (600_000, 600_000, 540));
    }

    #[test]
    fn what_came_out_of_order_is_taken_up_by_time() {
        let (mut watch, mut stored) = (DemandWatch::new(1), DemandWatch::new(1));
        minute(&mut watch, 4, 600);
        assert!(!watch.take(PowerReading { at_ms: START_MS, w: 1 }), "too late for the loop");
        for at in 0..=4 {
            minute(&mut stored, at, 500);
        }
        watch.take_up(&stored);
        let minutes: Vec<_> = watch.readings().map(|x| (x.at_ms - START_MS) / 60_000).collect();
        assert_eq!(minutes, [0, 1, 2, 3, 4]);
        assert_eq!(watch.readings().last().unwrap().w, 600_000, "what the loop saw stays");
        for at in 5..200 {
            minute(&mut stored, at, 500);
        }
        watch.take_up(&stored);
        assert_eq!(watch.readings().count(), SAMPLES_MAX);
    }

    #[test]
    fn a_gap_in_the_slot_keeps_the_gauge_silent() {
        let mut watch = DemandWatch::new(100_000);
        minute(&mut watch, 0, 600);
        minute(&mut watch, 9, 600);
        assert_eq!(watch.so_far(START_MS + 9 * 60_000).known_ms, 180_000);
        assert_eq!(watch.cast(START_MS + 9 * 60_000), None);
        assert_eq!(watch.look(START_MS + 9 * 60_000, true), None);
    }

    #[test]
    fn it_warns_once_passes_and_settles() {
        let mut watch = DemandWatch::new(500_000);
        for at in -10..=8 {
            minute(&mut watch, at, 600);
        }
        let now_ms = START_MS + 8 * 60_000;
        assert_eq!(watch.clone().look(now_ms, false), None, "light hours set no billing demand");
        let told = watch.look(now_ms, true);
        let Some(Notice::Ahead { cast, limit_w: 500_000 }) = told else { panic!("{told:?}") };
        assert_eq!(cast.p50_w, 600_000);
        assert_eq!(watch.look(now_ms + 60_000, true), None, "told once");
        assert_eq!(watch.close(START_MS - SLOT_MS, 100_000, true), None, "the slot before");
        let passed = watch.close(START_MS, 150_000, true);
        assert_eq!(passed, Some(Notice::Passed { w: 600_000, limit_w: 500_000 }));
        watch.set_limit_w(600_000);
        assert_eq!(watch.close(START_MS, 150_000, true), None, "a repeat");
        let settled = watch.close(START_MS + SLOT_MS, 140_000, true);
        assert_eq!(settled, Some(Notice::Settled));
        assert_eq!(watch.close(START_MS + 2 * SLOT_MS, 140_000, true), None);
    }

    #[test]
    fn a_warning_that_nobody_closes_is_taken_back() {
        let mut watch = DemandWatch::new(500_000);
        for at in -10..=8 {
            minute(&mut watch, at, 600);
        }
        let now_ms = START_MS + 8 * 60_000;
        assert!(matches!(watch.look(now_ms, true), Some(Notice::Ahead { .. })));
        assert_eq!(watch.look(START_MS + FORGET_MS, true), None);
        assert_eq!(watch.look(START_MS + FORGET_MS + 1, true), Some(Notice::Settled));
    }

    #[test]
    fn without_a_limit_nothing_is_told() {
        let mut watch = DemandWatch::new(0);
        for at in -10..=8 {
            minute(&mut watch, at, 600);
        }
        assert_eq!(watch.look(START_MS + 8 * 60_000, true), None);
        assert_eq!(watch.close(START_MS, 150_000, true), None);
    }

    /// Whatever comes in, warnings and their ends alternate, and the energy is that of the power.
    #[test]
    fn notices_begin_and_end_in_turn() {
        for seed in 0..300_u64 {
            let mut dice = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
            let mut roll = |below: u64| {
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                i64::try_from(dice % below).unwrap()
            };
            let mut watch = DemandWatch::new(400_000);
            let (mut now_ms, mut open, mut ahead) = (START_MS, false, false);
            for _ in 0..400 {
                now_ms += roll(120_000);
                let counts = roll(4) > 0;
                let notice = match roll(5) {
                    0 => watch.close(slot_of(now_ms - roll(3) * SLOT_MS), roll(150_000), counts),
                    1 => watch.look(now_ms, counts),
                    _ => {
                        watch.take(PowerReading { at_ms: now_ms - roll(60_000), w: roll(800_000) });
                        None
                    }
                };
                match notice {
                    Some(Notice::Ahead { .. }) => assert!(!ahead, "seed {seed}: told twice"),
                    Some(Notice::Settled) => assert!(open, "seed {seed}: nothing was open"),
                    Some(Notice::Passed { .. }) | None => {}
                }
                if let Some(notice) = notice {
                    open = notice != Notice::Settled;
                    ahead = matches!(notice, Notice::Ahead { .. });
                }
                let so_far = watch.so_far(now_ms);
                let elapsed_ms = now_ms - slot_of(now_ms);
                assert!((0..=elapsed_ms).contains(&so_far.known_ms), "seed {seed}");
                assert!(so_far.wh <= 800_000 * so_far.known_ms / 3_600_000, "seed {seed}");
            }
        }
    }
}
