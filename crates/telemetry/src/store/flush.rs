//! From the buffer to segments: sort, encode, put, commit, and only then forget.
//!
//! Each step may be the last of the process; the table of crashes is tested in `tests/crash.rs`.

use std::sync::Arc;
use std::time::Instant as Tick;

use base::{Id, Reading};
use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::{Inner, StoreError};
use crate::buffer::{Day, Generation};
use crate::catalogue::{self, SegmentRow};
use crate::fault::{self, Point};
use crate::latest;
use crate::segment::{self, Header, Segment};

impl Inner {
    /// Writes `days` to segments, then lets the log forget them; tells how many segments were made.
    pub(crate) async fn flush(&self, days: &[Day]) -> Result<usize, StoreError> {
        if days.is_empty() {
            return Ok(0);
        }
        let start = Tick::now();
        let groups = self.state.freeze(days);
        let mut outcome = Ok(groups.len());
        for group in groups {
            if let Err(error) = self.flush_group(&group).await {
                self.state.metrics.flush_failed.inc();
                outcome = Err(error);
            }
        }
        self.forget().await?;
        self.state.metrics.flush_seconds.observe(start.elapsed().as_secs_f64());
        outcome
    }

    pub(crate) async fn flush_group(&self, group: &[Arc<Generation>]) -> Result<(), StoreError> {
        let id = self.platform.clock.new_id::<Segment>();
        let (row, file) = self.encode(id, group.to_vec()).await?;
        fault::reach(Point::BeforePut);
        self.platform.blob.put(&row.path, file).await?;
        fault::reach(Point::AfterPut);
        let checkpoints: Vec<(Day, u64)> = group.iter().map(|g| (g.day, g.hi)).collect();
        let mut tx = self.platform.db.write_bulk().await?;
        catalogue::commit_flush(&mut tx, &row, &checkpoints).await?;
        tx.commit().await?;
        fault::reach(Point::AfterCommit);
        self.state.release(group.iter().map(|generation| generation.day));
        self.state.metrics.segments.inc();
        tracing::debug!(segment = %id, readings = row.readings, bytes = row.bytes, "flushed");
        Ok(())
    }

    async fn encode(
        &self,
        id: Id<Segment>,
        group: Vec<Arc<Generation>>,
    ) -> Result<(SegmentRow, Bytes), StoreError> {
        let created_at = self.platform.clock.now();
        let work = move || {
            let readings = sorted(&group);
            let batch_lo = group.iter().map(|generation| generation.lo).min().unwrap_or(0);
            let batch_hi = group.iter().map(|generation| generation.hi).max().unwrap_or(0);
            let header = Header {
                id,
                level: 0,
                batch_lo,
                batch_hi,
                precedence: batch_hi,
                tombstones: group[0].tombstones,
                days: group.iter().map(|generation| (generation.day.0, generation.hi)).collect(),
                replaces: Vec::new(),
                created_at,
            };
            let file = segment::encode_with(&readings, Some(&header))?;
            let (mut min_at_ms, mut max_at_ms) = (i64::MAX, i64::MIN);
            for reading in &readings {
                min_at_ms = min_at_ms.min(reading.at_ms);
                max_at_ms = max_at_ms.max(reading.at_ms);
            }
            let row = SegmentRow {
                id,
                path: segment::path_of(id),
                day: group[0].day,
                last_day: group[group.len() - 1].day,
                level: 0,
                min_at_ms,
                max_at_ms,
                min_series: readings.first().map_or(0, |reading| reading.series.0),
                max_series: readings.last().map_or(0, |reading| reading.series.0),
                readings: i64::try_from(readings.len()).unwrap_or(i64::MAX),
                bytes: i64::try_from(file.len()).unwrap_or(i64::MAX),
                sha256: base::hex(&Sha256::digest(&file)),
                batch_lo,
                batch_hi,
                precedence: batch_hi,
                tombstones: header.tombstones,
                created_at,
            };
            Ok((row, file))
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| StoreError::Interrupted { doing: "writing a segment" })?
    }

    /// Saves the latest values and removes log files that nothing needs any more.
    pub(crate) async fn forget(&self) -> Result<(), StoreError> {
        // The bound comes first: what lies below it is in the latest values that are saved next.
        let bound = self.state.buffer().log_bound();
        let latest = self.state.read_latest(Clone::clone);
        let (dir, closed) = (self.dir.clone(), self.closed.clone());
        let removing = self.removing.try_write();
        let may_remove = removing.is_ok();
        let work = move || {
            latest::save(&dir, &latest)?;
            fault::reach(Point::BeforeRemove);
            if may_remove && let Err(cause) = closed.remove_before(bound) {
                // Replay skips what is in segments; the next round tries again.
                tracing::warn!(%cause, "a file of the reading log could not be removed");
            }
            Ok(())
        };
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|_| StoreError::Interrupted { doing: "saving the latest values" })?
    }
}

/// All readings of the group by (series, at). Days do not share keys.
fn sorted(group: &[Arc<Generation>]) -> Vec<Reading> {
    if let [one] = group {
        return one.sorted();
    }
    let mut readings: Vec<Reading> = group.iter().flat_map(|g| g.sorted()).collect();
    readings.sort_unstable_by_key(|reading| (reading.series, reading.at_ms));
    readings
}
