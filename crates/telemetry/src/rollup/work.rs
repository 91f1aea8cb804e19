//! Making roll-ups, and letting them go.

use std::collections::HashSet;
use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Tick};

use base::{Id, Instant};
use futures::TryStreamExt as _;
use object_store::path::Path;

use super::FOLDER;
use super::file::{self, RollupWriter};
use super::rules::{Covered, Roller, Width};
use super::store::{self, RollupRow};
use crate::catalogue::{self, SegmentRow};
use crate::segment::{Segment, SegmentReader};
use crate::store::{Inner, Store, StoreError};

/// After its last reading a segment that no merge has made waits this long: most late data is there then.
const AGE: Duration = Duration::from_hours(2);
/// A smaller segment is read whole in no time.
const READINGS_MIN: i64 = 1_000;
/// Segments of one round, so that other work gets its turn.
const SEGMENTS_MAX: usize = 64;

/// One width under way.
#[derive(Default)]
struct Made {
    path: String,
    writer: Option<RollupWriter>,
    rows: i64,
    covered: Covered,
}

impl Store {
    /// Makes the roll-ups that are due; tells of how many segments.
    pub async fn roll_up(&self) -> Result<usize, StoreError> {
        let due = self.due().await?;
        let mut made = 0;
        for row in due.iter().take(SEGMENTS_MAX) {
            // No merge takes the segment away meanwhile.
            let _one = self.inner.compacting.lock().await;
            match self.inner.roll_up(row).await {
                Ok(is_kept) => made += usize::from(is_kept),
                // A damaged segment is what `sandan verify` tells of; it is not read again every minute, and
                // the others need not wait for it.
                Err(StoreError::Segment(error)) => {
                    self.inner.damaged().insert(row.id);
                    self.inner.state.metrics.rollup_failed.inc();
                    tracing::warn!(%error, "a segment could not be rolled up: run sandan verify");
                }
                Err(error) => return Err(error),
            }
        }
        Ok(made)
    }

    /// Live segments without roll-ups that are worth it, the newest first: they are asked for most.
    async fn due(&self) -> Result<Vec<SegmentRow>, StoreError> {
        let platform = &self.inner.platform;
        let mut tx = platform.db.read().await?;
        let mut live = catalogue::live(&mut tx).await?;
        let done: HashSet<Id<Segment>> = store::segments(&mut tx).await?.into_iter().collect();
        drop(tx);
        let latest = (platform.clock.now() - AGE).as_micros() / 1_000;
        let damaged = self.inner.damaged();
        live.retain(|row| {
            let is_settled = row.level > 0 || row.max_at_ms < latest;
            let is_left = !done.contains(&row.id) && !damaged.contains(&row.id);
            is_settled && row.readings >= READINGS_MIN && is_left
        });
        drop(damaged);
        live.sort_unstable_by_key(|row| std::cmp::Reverse((row.max_at_ms, row.id)));
        Ok(live)
    }

    /// Before the first question: files that no row names (a crash came between the two) go, and rows whose
    /// file is not there (an older backup, a lost disk) are forgotten, so that they are made again.
    pub(crate) async fn settle_rollups(&self) -> Result<(), StoreError> {
        let platform = &self.inner.platform;
        let objects = platform.blob.object_store();
        let listed = objects.list(Some(&Path::from(FOLDER)));
        let listed = listed.map_ok(|object| object.location.to_string()).try_collect().await;
        let listed: HashSet<String> =
            listed.map_err(|cause| StoreError::List { cause: cause.to_string() })?;
        let mut tx = platform.db.read().await?;
        let named = store::files(&mut tx).await?;
        drop(tx);
        let is_there = |row: &RollupRow| row.path.as_ref().is_none_or(|p| listed.contains(p));
        let missing: HashSet<Id<Segment>> =
            named.iter().filter(|row| !is_there(row)).map(|row| row.segment).collect();
        let mut tx = platform.db.write_bulk().await?;
        let left = store::forget_left(&mut tx).await?;
        for segment in &missing {
            store::forget(&mut tx, *segment).await?;
        }
        tx.commit().await?;
        if left > 0 || !missing.is_empty() {
            tracing::info!(
                segments = missing.len(),
                left,
                "roll-ups are missing and are made again"
            );
        }
        let kept = named.iter().filter(|row| !missing.contains(&row.segment));
        let kept: HashSet<&str> = kept.filter_map(|row| row.path.as_deref()).collect();
        for path in listed.iter().filter(|path| !kept.contains(path.as_str())) {
            platform.blob.delete(path).await?;
        }
        Ok(())
    }
}

impl Inner {
    /// Segments that could not be rolled up since the start.
    fn damaged(&self) -> MutexGuard<'_, HashSet<Id<Segment>>> {
        self.damaged.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Removes the roll-ups of a dead segment; their rows go with the segment's.
    pub(crate) async fn remove_rollups(&self, segment: &SegmentRow) -> Result<(), StoreError> {
        let mut tx = self.platform.db.read().await?;
        let rows = store::of_segment(&mut tx, segment).await?;
        drop(tx);
        for path in rows.iter().filter_map(|row| row.path.as_deref()) {
            self.platform.blob.delete(path).await?;
        }
        Ok(())
    }

    /// Makes the roll-ups of one segment; false when it died meanwhile. The lock of compactions is held.
    pub(crate) async fn roll_up(&self, row: &SegmentRow) -> Result<bool, StoreError> {
        let start = Tick::now();
        let objects = self.platform.blob.object_store();
        let mut made = Width::ALL.map(|_| Made {
            path: format!("{FOLDER}/{}.parquet", self.platform.clock.new_id::<Segment>()),
            ..Made::default()
        });
        let mut reader = SegmentReader::open(Arc::clone(&objects), &row.path).await?;
        let mut roller = Roller::default();
        let mut current = None;
        loop {
            let readings = reader.next().await.map_err(|error| error.at(&row.path))?;
            for reading in &readings {
                if let Some(series) = current.filter(|series| *series != reading.series.0) {
                    for (width, made) in made.iter_mut().enumerate() {
                        made.take(series, width, &roller, &objects).await?;
                    }
                    roller.clear();
                }
                current = Some(reading.series.0);
                roller.add(reading);
            }
            if readings.is_empty() {
                break;
            }
            tokio::task::yield_now().await;
        }
        if let Some(series) = current {
            for (width, made) in made.iter_mut().enumerate() {
                made.take(series, width, &roller, &objects).await?;
            }
        }
        let mut rows = Vec::new();
        for (made, width) in made.into_iter().zip(Width::ALL) {
            rows.push(self.finish(made, row.id, width).await?);
        }
        let is_kept = self.commit(&rows, self.platform.clock.now()).await?;
        if !is_kept {
            for path in rows.iter().filter_map(|row| row.path.as_deref()) {
                self.platform.blob.delete(path).await?;
            }
        }
        self.state.metrics.rollups.inc();
        tracing::debug!(
            readings = row.readings,
            rows = rows.iter().map(|row| row.rows).sum::<i64>(),
            bytes = rows.iter().map(|row| row.bytes).sum::<i64>(),
            ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            "a segment was rolled up"
        );
        Ok(is_kept)
    }

    async fn finish(
        &self,
        made: Made,
        segment: Id<Segment>,
        width: Width,
    ) -> Result<RollupRow, StoreError> {
        let Made { path, writer, rows, covered } = made;
        let none = RollupRow {
            segment,
            width_ms: width.ms(),
            path: None,
            rows: 0,
            bytes: 0,
            sha256: String::new(),
            covered,
        };
        let Some(writer) = writer else { return Ok(none) };
        let written = writer.finish().await?;
        self.platform.blob.sync(&path).await?;
        let (bytes, sha256) = (written.bytes, written.sha256);
        Ok(RollupRow { path: Some(path), rows, bytes, sha256, ..none })
    }

    async fn commit(&self, rows: &[RollupRow], now: Instant) -> Result<bool, StoreError> {
        let mut tx = self.platform.db.write_bulk().await?;
        for row in rows {
            if !store::insert(&mut tx, row, now).await? {
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }
}

impl Made {
    /// Takes what a series came to.
    async fn take(
        &mut self,
        series: u32,
        width: usize,
        roller: &Roller,
        objects: &Arc<dyn object_store::ObjectStore>,
    ) -> Result<(), StoreError> {
        let rows = roller.rows(width);
        self.covered.push(series, rows.is_some());
        let Some(rows) = rows.filter(|rows| !rows.is_empty()) else { return Ok(()) };
        let writer = match &mut self.writer {
            Some(writer) => writer,
            None => self.writer.insert(file::create(Arc::clone(objects), &self.path)?),
        };
        self.rows += i64::try_from(rows.len()).unwrap_or(i64::MAX);
        Ok(writer.write(rows.iter().map(|row| (series, *row))).await?)
    }
}
