//! What was sent and acknowledged, and how long it took.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Buckets of the times from birth to acknowledgement; each is 2 % wider than the one before.
const BUCKETS: usize = 1_200;
const GROWTH: f64 = 1.02;

/// Counters that all connections share.
#[derive(Debug)]
pub struct Counts {
    messages: AtomicU64,
    readings: AtomicU64,
    connected: AtomicU64,
    breaks: AtomicU64,
    refused: AtomicU64,
    took: Vec<AtomicU64>,
}

/// A look at the counters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Messages that the broker acknowledged.
    pub messages: u64,
    /// Readings in them.
    pub readings: u64,
    /// Connections that stand.
    pub connected: u64,
    /// Connections that broke or could not be made.
    pub breaks: u64,
    /// Sign-ins that the broker refused.
    pub refused: u64,
}

impl Default for Counts {
    fn default() -> Self {
        let zero = AtomicU64::default;
        Self {
            messages: zero(),
            readings: zero(),
            connected: zero(),
            breaks: zero(),
            refused: zero(),
            took: std::iter::repeat_with(zero).take(BUCKETS).collect(),
        }
    }
}

impl Counts {
    /// A look at the counters.
    pub fn tally(&self) -> Tally {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Tally {
            messages: read(&self.messages),
            readings: read(&self.readings),
            connected: read(&self.connected),
            breaks: read(&self.breaks),
            refused: read(&self.refused),
        }
    }

    /// The time within which `share` (0 to 1) of the messages were acknowledged, to 2 %; absent before
    /// the first.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let counts = self.took.iter().map(|bucket| bucket.load(Ordering::Relaxed));
        let counts = counts.collect::<Vec<_>>();
        let all = counts.iter().sum::<u64>();
        let wanted = (all as f64 * share).max(1.0);
        let mut seen = 0;
        for (bucket, count) in counts.iter().enumerate() {
            seen += count;
            if seen as f64 >= wanted {
                let bucket = i32::try_from(bucket).unwrap_or(i32::MAX);
                return Some(Duration::from_secs_f64(GROWTH.powi(bucket) / 1e6));
            }
        }
        None
    }

    pub(super) fn acknowledged(&self, readings: usize, took: Duration) {
        self.messages.fetch_add(1, Ordering::Relaxed);
        self.readings.fetch_add(readings as u64, Ordering::Relaxed);
        let micros = (took.as_secs_f64() * 1e6).max(1.0);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "the logarithm of a number from 1 on is small and not negative"
        )]
        let bucket = micros.log(GROWTH).round() as usize;
        self.took[bucket.min(BUCKETS - 1)].fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn connected(&self) {
        self.connected.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn closed(&self) {
        self.connected.fetch_sub(1, Ordering::Relaxed);
    }

    pub(super) fn broke(&self, was_connected: bool, refused: bool) {
        if was_connected {
            self.closed();
        }
        self.breaks.fetch_add(1, Ordering::Relaxed);
        self.refused.fetch_add(u64::from(refused), Ordering::Relaxed);
    }
}
