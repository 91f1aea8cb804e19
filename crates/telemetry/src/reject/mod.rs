//! Refused readings (거부 내역): what came in and was not accepted, counted and shown, so that a wrong
//! key or clock is found in minutes instead of weeks.
//!
//! A refusal is counted in memory and written in bulk every few seconds, one row per device, point,
//! reason and hour; see [`tally`] for the bounds. Counts of the last seconds are lost when the process
//! is killed: they are no readings. Rows are kept for [`RETENTION`].

mod api;
mod code;
pub(crate) mod store;
mod tally;
#[cfg(test)]
mod tests;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::{Clock, Instant};
use platform::metrics::{Counter, Family, Label};
use platform::work::Stage;
use platform::{Ctx, Platform};

pub use api::{RejectRow, routes};
pub use code::{KEY_CHARS_MAX, Reject, RejectCode, SAMPLE_CHARS_MAX, cut};
pub use store::statements;
pub use tally::{KEYS_PER_HOUR_MAX, OTHER, POINTS_PER_DEVICE_MAX, Sender};

/// How long rows are kept.
pub const RETENTION: Duration = Duration::from_hours(30 * 24);
/// How often counts are written.
pub const FLUSH_EVERY: Duration = Duration::from_secs(3);
/// How often old rows are deleted.
const CLEAN_EVERY: Duration = Duration::from_hours(1);

/// Marker of a row's id.
#[derive(Debug, Clone, Copy)]
pub struct Tallied;

/// The counter of refusals of this process. Cheap to clone.
#[derive(Clone)]
pub struct Rejects {
    inner: Arc<Inner>,
}

struct Inner {
    db: platform::db::Db,
    clock: Arc<dyn Clock>,
    tally: Mutex<tally::Tally>,
    by_code: Family<Label, Counter>,
}

impl Rejects {
    /// An empty counter, with its metric registered.
    pub fn new(platform: &Platform) -> Self {
        let by_code = platform.metrics.register(
            "telemetry_reading_rejected",
            "Readings that were refused, by reason",
            Family::<Label, Counter>::default(),
        );
        let (db, clock) = (platform.db.clone(), Arc::clone(&platform.clock));
        let tally = Mutex::new(tally::Tally::default());
        Self { inner: Arc::new(Inner { db, clock, tally, by_code }) }
    }

    /// Counts refusals of one message.
    pub fn count(&self, sender: Sender<'_>, rejects: &[Reject], now: Instant) {
        let mut tally = self.inner.tally.lock().unwrap_or_else(PoisonError::into_inner);
        for reject in rejects {
            tally.add(sender, reject, now);
        }
        drop(tally);
        for reject in rejects {
            let label = Label { kind: reject.code.as_str().to_owned() };
            self.inner.by_code.get_or_create(&label).inc_by(reject.count);
        }
    }

    /// Writes what was counted since the last time. What cannot be written is kept for the next time.
    pub async fn flush(&self) {
        let counts = self.tally().take();
        if counts.is_empty() {
            return;
        }
        let ctx = Ctx::system(&self.inner.clock, "telemetry.reject.flush");
        if let Err((error, rest)) = store::write(&self.inner.db, &ctx, counts).await {
            tracing::warn!(%error, rows = rest.len(), "counts of refused readings wait for the store");
            self.tally().put_back(rest);
        }
    }

    fn tally(&self) -> std::sync::MutexGuard<'_, tally::Tally> {
        self.inner.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts the flush (with a last one at shutdown, after intake has stopped) and the clean-up.
    pub fn start(&self, platform: &Platform) {
        let rejects = self.clone();
        platform.tasks.spawn(Stage::Drain, move |token| async move {
            let mut ticks = tokio::time::interval(FLUSH_EVERY);
            loop {
                tokio::select! {
                    () = token.cancelled() => break,
                    _ = ticks.tick() => rejects.flush().await,
                }
            }
            rejects.flush().await;
        });
        let inner = Arc::clone(&self.inner);
        platform.tasks.every(Stage::Drain, CLEAN_EVERY, move || {
            let inner = Arc::clone(&inner);
            async move {
                if let Err(error) = store::delete_old(&inner.db, inner.clock.now()).await {
                    tracing::warn!(%error, "old refusals were not deleted; the next hour tries again");
                }
            }
        });
    }
}
