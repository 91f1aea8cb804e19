//! The clock of a search: CPU time of its thread.

use std::time::{Duration, Instant};

/// A search on a busy machine gets its CPU seconds, but takes at most this part longer by the wall clock.
const WALL_PART: f64 = 0.8;

/// CPU time of the calling thread; where the system does not tell it, wall time.
pub(super) struct Clock {
    begun: Instant,
    cpu: Option<Duration>,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { begun: Instant::now(), cpu: thread_cpu() }
    }

    /// CPU time since the start.
    pub(super) fn cpu(&self) -> Duration {
        match (self.cpu, thread_cpu()) {
            (Some(begun), Some(now)) => now.saturating_sub(begun),
            _ => self.begun.elapsed(),
        }
    }

    /// CPU time, or four fifths of the wall time if that is more.
    pub(super) fn limit(&self) -> Duration {
        self.cpu().max(self.begun.elapsed().mul_f64(WALL_PART))
    }
}

/// First word of `schedstat`: nanoseconds on a processor.
fn thread_cpu() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanos = text.split_whitespace().next()?.parse().ok()?;
    Some(Duration::from_nanos(nanos))
}
