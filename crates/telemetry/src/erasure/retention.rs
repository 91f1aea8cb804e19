//! Retention: readings older than their device profile says are erased, once a day.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Series;
use platform::Ctx;
use platform::work::{Stage, lease};
use registry::directory::{Directory, Snapshot};
use serde_json::json;

use super::{Erasure, ErasureKind, Order, rules};
use crate::query::{Aggregate, Bucketing, SERIES_MAX};
use crate::store::{Store, StoreError};

const EVERY: Duration = Duration::from_hours(1);
const LEASE: Duration = Duration::from_mins(30);
const TASK: &str = "telemetry.retention";
/// No reading is older: 1900-01-01.
const FIRST_MS: i64 = -2_208_988_800_000;

/// Looks every hour for readings that are past their keeping.
pub(crate) fn tasks(store: &Store, directory: &Directory) {
    let (store, directory) = (store.clone(), directory.clone());
    let platform = store.inner.platform.clone();
    let holder: Arc<str> = platform.clock.new_id::<Erasure>().to_string().into();
    let tasks = platform.tasks.clone();
    let done_day = Arc::new(AtomicI64::new(i64::MIN));
    tasks.every(Stage::Drain, EVERY, move || {
        let (store, platform) = (store.clone(), platform.clone());
        let (snapshot, holder) = (directory.snapshot(), Arc::clone(&holder));
        let done_day = Arc::clone(&done_day);
        async move {
            let now = platform.clock.now();
            let day = rules::cutoff_ms(now, 0);
            if done_day.load(Ordering::Relaxed) == day {
                return;
            }
            let outcome = match lease::take(&platform.db, TASK, &holder, now, LEASE).await {
                Ok(true) => {
                    let ctx = Ctx::system(&platform.clock, TASK);
                    store.expire(&ctx, &snapshot).await.map(drop)
                }
                Ok(false) => Ok(()),
                Err(error) => Err(error.into()),
            };
            match outcome {
                Ok(()) => done_day.store(day, Ordering::Relaxed),
                Err(error) => tracing::error!(%error, "old readings could not be erased; tried again in an hour"),
            }
        }
    });
}

impl Store {
    /// Erases what is older than the profiles of its devices say; tells how many erasures were begun.
    pub(crate) async fn expire(&self, ctx: &Ctx, snapshot: &Snapshot) -> Result<usize, StoreError> {
        let mut begun = 0;
        for ((code, days), series) in by_profile(snapshot) {
            let until_ms = rules::cutoff_ms(ctx.now, days);
            let old = self.with_readings_before(&series, until_ms).await?;
            if old.is_empty() {
                continue;
            }
            let order = Order {
                kind: ErasureKind::Retention,
                complex: None,
                reason: format!("device profile {code} keeps readings for {days} days"),
                what: json!({ "profile": code, "days": days, "until_ms": until_ms }),
                series: old,
                from_ms: i64::MIN,
                until_ms,
            };
            self.erase(ctx, &order).await?;
            begun += 1;
        }
        Ok(begun)
    }

    /// The series that have a reading before `until_ms`: what is erased already asks for no new erasure.
    async fn with_readings_before(
        &self,
        series: &[Series],
        until_ms: i64,
    ) -> Result<Vec<Series>, StoreError> {
        let bucketing = Bucketing {
            from_ms: FIRST_MS,
            until_ms,
            bucket_ms: until_ms.saturating_sub(FIRST_MS).max(1),
            origin_ms: FIRST_MS,
            aggregate: Aggregate::Count,
        };
        let mut found = Vec::new();
        for some in series.chunks(SERIES_MAX) {
            let buckets = self.bucketed(some, bucketing).await?;
            found.extend(buckets.iter().map(|bucket| bucket.series));
        }
        Ok(found)
    }
}

/// The series of each profile that keeps readings for some days only.
fn by_profile(snapshot: &Snapshot) -> BTreeMap<(String, u32), Vec<Series>> {
    let mut profiles: BTreeMap<(String, u32), Vec<Series>> = BTreeMap::new();
    for device in snapshot.devices() {
        let Some(profile) = snapshot.profile_of(device) else { continue };
        let Some(days) = profile.retention_days else { continue };
        let key = (profile.code.to_string(), days);
        let series = profiles.entry(key).or_default();
        series.extend(snapshot.points_of(device.id).map(|point| point.series));
    }
    profiles
}
