//! What should have come, and what is dark: pure.

use std::time::Duration;

use base::Instant;

/// Silence of so many expected intervals is dark.
const DARK_INTERVALS: u32 = 3;
/// Nobody is dark sooner.
const DARK_MIN: Duration = Duration::from_mins(2);

/// The part of a bucket that has passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Passed {
    pub(crate) from_ms: i64,
    pub(crate) until_ms: i64,
}

/// Readings that should have come in this time. None in a bucket shorter than the interval: it then
/// says nothing, neither good nor bad.
pub(crate) fn expected(passed: Passed, interval_s: u32) -> u64 {
    let length_ms = passed.until_ms.saturating_sub(passed.from_ms).max(0);
    u64::try_from(length_ms / (i64::from(interval_s.max(1)) * 1_000)).unwrap_or(0)
}

/// Received and expected readings of one device and bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Cell {
    pub(crate) received: u64,
    pub(crate) expected: u64,
}

impl Cell {
    /// Adds one point; what it sends too much never makes up for another point.
    pub(crate) fn add(&mut self, received: u64, expected: u64) {
        self.received += received.min(expected);
        self.expected += expected;
    }

    /// The share that came, 0 to 1 in steps of 0.001; `None` where nothing is expected.
    pub(crate) fn share(self) -> Option<f64> {
        if self.expected == 0 {
            return None;
        }
        let thousandths = self.received * 1_000 / self.expected;
        Some(f64::from(u32::try_from(thousandths).unwrap_or(1_000)) / 1_000.0)
    }
}

/// Whether a device is dark whose points are expected this often.
pub(crate) fn is_dark(last_arrived: Option<Instant>, interval_s: u32, now: Instant) -> bool {
    let patience = Duration::from_secs(u64::from(interval_s)) * DARK_INTERVALS;
    last_arrived.is_none_or(|last| now.since(last) > patience.max(DARK_MIN))
}
