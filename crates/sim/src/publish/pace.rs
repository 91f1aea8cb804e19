//! Simulated time: it starts anywhere, runs at any speed, and never overtakes the present.

use std::time::Duration;

use tokio::time::Instant;

use crate::wall;

/// How simulated time runs.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    begun: Instant,
    start_ms: i64,
    speed: f64,
}

impl Pace {
    /// Simulated time that starts at `start_ms` now and runs `speed` times as fast as ours.
    pub fn new(start_ms: i64, speed: f64) -> Self {
        Self { begun: Instant::now(), start_ms, speed }
    }

    /// When simulated time started, milliseconds since 1970 UTC.
    pub fn start_ms(&self) -> i64 {
        self.start_ms
    }

    /// Simulated now, milliseconds since 1970 UTC. A run that catches up with the present stays there:
    /// the server refuses readings from the future.
    pub fn now_ms(&self) -> i64 {
        let real_ms = self.begun.elapsed().as_secs_f64() * 1_000.0;
        #[expect(clippy::cast_possible_truncation, reason = "no run lasts for ages")]
        let gone_ms = (real_ms * self.speed) as i64;
        (self.start_ms + gone_ms).min(wall::now_ms())
    }

    /// Waits until simulated time is `at_ms`.
    pub async fn until(&self, at_ms: i64) {
        loop {
            let left_ms = at_ms - self.now_ms();
            if left_ms <= 0 {
                return;
            }
            // A look a second notices when the present stops the run from going faster.
            let real_s = (left_ms as f64 / 1_000.0 / self.speed).clamp(0.001, 1.0);
            tokio::time::sleep(Duration::from_secs_f64(real_s)).await;
        }
    }
}
