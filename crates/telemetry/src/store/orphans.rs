//! Objects that no row names: left by a crash between the put and the commit. They go after a day.

use std::collections::HashSet;
use std::time::Duration;

use base::Instant;
use futures::TryStreamExt as _;
use object_store::path::Path;

use super::{Inner, StoreError};
use crate::{catalogue, segment};

/// An object younger than this may be about to get its row.
pub(super) const ORPHAN_AGE: Duration = Duration::from_hours(24);

impl Inner {
    /// Removes orphans; tells how many. Objects are listed before the rows are read, and only old ones
    /// count, so that no flush is disturbed.
    pub(super) async fn remove_orphans(&self) -> Result<usize, StoreError> {
        let oldest_kept = self.platform.clock.now() - ORPHAN_AGE;
        let objects = self.platform.blob.object_store();
        let folder = Path::from(segment::FOLDER);
        let is_old = |micros: i64| Instant::from_micros(micros) < oldest_kept;
        let old: Vec<String> = objects
            .list(Some(&folder))
            .try_filter(|object| {
                std::future::ready(is_old(object.last_modified.timestamp_micros()))
            })
            .map_ok(|object| object.location.to_string())
            .try_collect()
            .await
            .map_err(|cause| StoreError::List { cause: cause.to_string() })?;
        if old.is_empty() {
            return Ok(0);
        }
        let named = catalogue::paths(&mut self.platform.db.read().await?).await?;
        let named: HashSet<String> = named.into_iter().collect();
        let _removing = self.removing.write().await;
        let mut removed = 0;
        for path in old.iter().filter(|path| !named.contains(*path)) {
            self.platform.blob.delete(path).await?;
            tracing::info!(path, "an object that no segment names was removed");
            removed += 1;
        }
        Ok(removed)
    }
}
