//! The running quarter of an hour: where it will end, and whether to warn.
//!
//! `forecast = (Wh so far + power now * time left) * 4`, terms art. 68 counting the mean of 15
//! minutes. The power now is the mean of the latest samples, carried on by half of their trend; how
//! far it may wander in the time left is read off how far the samples wandered. Nothing here is
//! billed, so floating point is allowed.
//!
//! Tuned on one plant (UCI 851, minutes interpolated, 2026-11): window, trend and margin below gave
//! the fewest false alarms at 95 % of the excesses warned of. Other plants may want another margin.

use serde::{Deserialize, Serialize};

/// Seconds of a slot.
const SLOT_S: i32 = 900;
/// Samples that are looked at, the latest ones.
const SAMPLES_MAX: usize = 60;
/// The power now is the mean of the samples of so many seconds; the trend is against as many
/// before.
const NOW_S: i32 = 120;
/// How much of the trend goes on: half, since loads return to their mean.
const TREND: f64 = 0.5;
/// How far samples wander is read off so many seconds.
const WANDER_S: i32 = 900;
/// An early warning stands this many times the distance from P50 to P90 above the target.
const SURE: i64 = 4;
/// Quantile 90 % of the normal distribution, in standard deviations.
const P90: f64 = 1.2816;

/// The power at a moment of the slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Seconds since the slot began; negative before.
    pub at_s: i32,
    /// W, the mean since the sample before.
    pub w: i64,
}

/// Where the running slot will end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Nowcast {
    /// The power now, W.
    pub now_w: i64,
    /// The mean power of the slot that is as likely passed as not, W.
    pub p50_w: i64,
    /// The mean power of the slot that is passed in one of ten cases, W.
    pub p90_w: i64,
    /// Seconds left.
    pub left_s: i32,
}

/// Where the running slot will end, by its energy so far and the latest samples (the earliest
/// first).
///
/// None without a sample, and outside the slot. Samples are to be counted from KEPCO's boundary of
/// the interval (EOI pulse or label), not from the local clock.
pub fn now_cast(wh_so_far: i64, samples: &[Sample], elapsed_s: i32) -> Option<Nowcast> {
    if !(0..SLOT_S).contains(&elapsed_s) {
        return None;
    }
    let latest = &samples[samples.len().saturating_sub(SAMPLES_MAX)..];
    let mean = |from_s: i32, to_s: i32| {
        let inside = |sample: &&Sample| sample.at_s > from_s && sample.at_s <= to_s;
        let (sum, count) = latest
            .iter()
            .filter(inside)
            .fold((0.0, 0_u32), |(sum, count), sample| (sum + sample.w as f64, count + 1));
        (count > 0).then(|| sum / f64::from(count))
    };
    let now_w = mean(elapsed_s - NOW_S, elapsed_s).unwrap_or(latest.last()?.w as f64);
    let before_w = mean(elapsed_s - 2 * NOW_S, elapsed_s - NOW_S).unwrap_or(now_w);
    let left_s = SLOT_S - elapsed_s;
    let left_h = f64::from(left_s) / 3_600.0;
    // From the middle of the window to the middle of the time left.
    let ahead = f64::from(left_s + NOW_S) / 2.0 / f64::from(NOW_S);
    let coming_w = (now_w + TREND * (now_w - before_w) * ahead).max(0.0);
    let p50_w = (wh_so_far as f64 + coming_w * left_h) * 4.0;
    let within = |seconds: i32| move |sample: &&Sample| sample.at_s > elapsed_s - seconds;
    let wandering: Vec<Sample> = latest.iter().filter(within(WANDER_S)).copied().collect();
    // The mean of a random walk over a time has a third of the variance of its end.
    let walk_w = wander(&wandering) * (f64::from(left_s) / 3.0).sqrt();
    // The trend may as well stop, or go on in full.
    let spread_w = walk_w.hypot(coming_w - now_w);
    let p90_w = p50_w + P90 * spread_w * left_h * 4.0;
    Some(Nowcast { now_w: round(now_w), p50_w: round(p50_w), p90_w: round(p90_w), left_s })
}

/// Standard deviation of a step of one second, W, from the steps between samples.
fn wander(samples: &[Sample]) -> f64 {
    let steps = samples.windows(2).filter_map(|pair| {
        let seconds = pair[1].at_s - pair[0].at_s;
        (seconds > 0).then(|| (pair[1].w - pair[0].w) as f64 / f64::from(seconds).sqrt())
    });
    let (sum, count) =
        steps.fold((0.0, 0_u32), |(sum, count), step| (sum + step * step, count + 1));
    if count == 0 { 0.0 } else { (sum / f64::from(count)).sqrt() }
}

#[expect(clippy::cast_possible_truncation, reason = "powers are far below 2^63 W")]
fn round(w: f64) -> i64 {
    w.round() as i64
}

/// When to warn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct GaugeRule {
    /// The power that the slot must not pass, W.
    pub target_w: i64,
    /// A warning later than this before the end helps nobody, s.
    pub least_left_s: i32,
    /// The time before that which is the last chance: the time between two casts, s.
    pub last_chance_s: i32,
    /// How far beyond the target a cast must be at the last chance, per mille of it.
    pub margin_permille: u16,
}

impl GaugeRule {
    /// Five minutes are what it takes to shed a load by hand; casts are made every minute. One per
    /// cent of margin halves the false alarms and costs four of a hundred excesses, small ones.
    pub fn new(target_w: i64) -> Self {
        Self { target_w, least_left_s: 300, last_chance_s: 60, margin_permille: 10 }
    }

    /// Whether to warn now. `counts` says whether the band of the slot sets the billing demand.
    ///
    /// Early in the slot only a sure excess warns; at the last chance a likely one does.
    pub fn decide(&self, cast: &Nowcast, counts: bool) -> Warning {
        if !counts {
            return Warning::None;
        }
        let sure_w = cast.p50_w - SURE * (cast.p90_w - cast.p50_w);
        if cast.left_s < self.least_left_s {
            return if cast.p50_w > self.target_w { Warning::TooLate } else { Warning::None };
        }
        let last_chance = cast.left_s < self.least_left_s + self.last_chance_s;
        let likely_w = self.target_w + self.target_w * i64::from(self.margin_permille) / 1_000;
        let sure = sure_w > likely_w && cast.p50_w > likely_w;
        if sure || (last_chance && cast.p50_w > likely_w) {
            Warning::Warn { over_w: cast.p50_w - self.target_w }
        } else if cast.p90_w > self.target_w {
            Warning::Watch
        } else {
            Warning::None
        }
    }
}

/// What to tell the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Warning {
    /// Nothing.
    None,
    /// The target may be passed: look again in a minute.
    Watch,
    /// The target will be passed: shed load now.
    Warn {
        /// By how much, W.
        over_w: i64,
    },
    /// It will be passed, and less time is left than shedding takes.
    TooLate,
}
