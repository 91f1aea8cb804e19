//! Watches the clock of the machine: one that was set back is told, because readings of devices whose clocks
//! are right are then refused as coming from the future.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Instant;
use platform::Platform;
use platform::trouble::{Trouble, Troubles};
use platform::work::Stage;

const CODE: &str = "platform.clock_set_back";
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// A step back of less is what time servers do.
const STEP_MIN: Duration = Duration::from_secs(30);

/// Starts the task `platform.clock.watch`.
pub(crate) fn start(platform: &Platform) {
    let watch = Arc::new(Watch::at(platform.clock.now()));
    let platform = platform.clone();
    platform.tasks.clone().every(Stage::Store, LOOK_EVERY, move || {
        let (platform, watch) = (platform.clone(), Arc::clone(&watch));
        async move { watch.look(&platform.troubles, platform.clock.now()) }
    });
}

/// The latest time that was seen.
struct Watch {
    latest_us: AtomicI64,
}

impl Watch {
    fn at(now: Instant) -> Self {
        Self { latest_us: AtomicI64::new(now.as_micros()) }
    }

    /// The trouble lasts until the clock has caught up with the latest time that was seen.
    fn look(&self, troubles: &Troubles, now: Instant) {
        let latest = self.latest_us.fetch_max(now.as_micros(), Ordering::AcqRel);
        let latest = Instant::from_micros(latest);
        let back = latest.since(now);
        if back < STEP_MIN {
            return troubles.clear(CODE, "");
        }
        let detail = format!(
            "the clock of this machine was set back by {} s: it said {latest} before and says {now} \
             now; what devices measured more than ten minutes ahead of it is refused; set the clock \
             right, or wait until it has caught up",
            back.as_secs()
        );
        if !troubles.stands(CODE) {
            tracing::error!(%detail, "the clock was set back");
        }
        troubles.raise("", Trouble { code: CODE, since: now, detail, stops_intake: false });
    }
}

#[cfg(test)]
mod tests {
    use platform::metrics::Metrics;

    use super::*;

    #[test]
    fn a_clock_that_is_set_back_is_told_until_it_has_caught_up() {
        let troubles = Troubles::new(&Metrics::new());
        let at = |seconds: i64| Instant::from_micros(seconds * 1_000_000);
        let watch = Watch::at(at(10_000));
        let cases = [
            (10_005, false),
            (10_000, false), // A time server slews.
            (6_400, true),   // An hour back.
            (6_405, true),
            (9_976, false),  // Right again.
            (13_600, false), // An hour ahead is nothing that hurts.
            (10_000, true),
            (13_601, false),
        ];
        for (now, told) in cases {
            watch.look(&troubles, at(now));
            assert_eq!(troubles.stands(CODE), told, "at {now}");
        }
    }
}
