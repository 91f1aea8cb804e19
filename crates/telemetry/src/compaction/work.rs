//! The task that merges: plan, write, commit, and later remove what was replaced.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant as Tick};

use base::Reading;
use platform::db::DbError;
use platform::work::{Stage, lease};

use super::{Job, Merge, Piece, rules};
use crate::buffer::Day;
use crate::catalogue::{self, SegmentRow, Span, Tombstone};
use crate::erasure;
use crate::fault::{self, Point};
use crate::rollup;
use crate::segment::{self, Header, Segment, SegmentWriter, Written};
use crate::store::{Inner, Store, StoreError};

/// How often the task looks.
const EVERY: Duration = Duration::from_mins(1);
/// The lease of the task; it is renewed before each merge.
const LEASE: Duration = Duration::from_mins(5);
const TASK: &str = "telemetry.compact";
/// Merges of one round, so that shutdown and other work get their turn.
const MERGES_MAX: usize = 64;
/// A dead segment stays this long: longer than any question takes.
pub const GRACE: Duration = Duration::from_mins(15);
/// Dead segments that one round removes.
const REMOVED_MAX: i64 = 1_000;

/// Merges what is due, every minute, on the one machine that holds the lease.
pub(crate) fn tasks(store: &Store) {
    let platform = store.inner.platform.clone();
    let holder: Arc<str> = platform.clock.new_id::<Segment>().to_string().into();
    let store = store.clone();
    platform.tasks.spawn(Stage::Drain, |token| async move {
        let mut ticks = tokio::time::interval(EVERY);
        ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = token.cancelled() => break,
                _ = ticks.tick() => {}
            }
            // A merge that is broken off leaves nothing behind: its object appears when it is whole.
            tokio::select! {
                () = token.cancelled() => break,
                () = store.round(&holder) => {}
            }
        }
        let db = &store.inner.platform.db;
        if let Err(error) = lease::release(db, TASK, &holder).await {
            tracing::debug!(%error, "the lease of compaction ends by itself");
        }
    });
}

/// What came of one merge.
#[derive(Debug)]
pub(crate) struct Merged {
    /// The new segment; `None` when nothing was left.
    pub(crate) output: Option<SegmentRow>,
    /// Readings that were left out because they are deleted, by input and tombstone.
    pub(crate) cut: Vec<BTreeMap<i64, i64>>,
}

impl Store {
    async fn round(&self, holder: &str) {
        if let Err(error) = self.leased_round(holder).await {
            self.inner.state.metrics.compaction_failed.inc();
            tracing::error!(
                %error,
                "segments could not be merged; nothing is lost, and it is tried again in a minute"
            );
        }
    }

    async fn leased_round(&self, holder: &str) -> Result<(), StoreError> {
        let platform = &self.inner.platform;
        for _ in 0..MERGES_MAX {
            let now = platform.clock.now();
            if !lease::take(&platform.db, TASK, holder, now, LEASE).await? {
                return Ok(());
            }
            if !self.compact_once().await? {
                break;
            }
        }
        self.cut_out().await?;
        self.remove_dead().await?;
        self.complete_erasures().await?;
        self.roll_up().await.map(drop)
    }

    /// Merges everything that is due; tells how many merges were made.
    pub async fn compact(&self) -> Result<usize, StoreError> {
        let mut merges = 0;
        while self.compact_once().await? {
            merges += 1;
        }
        Ok(merges)
    }

    /// Makes the merge that is due most; false when none is.
    pub(crate) async fn compact_once(&self) -> Result<bool, StoreError> {
        let _one = self.inner.compacting.lock().await;
        let mut tx = self.inner.platform.db.read().await?;
        let live = catalogue::live(&mut tx).await?;
        let tombstones = catalogue::tombstones(&mut tx, Span::ALL).await?;
        let seq = catalogue::newest_tombstone(&mut tx).await?;
        drop(tx);
        let pieces: Vec<Piece> = live.iter().map(piece).collect();
        let Some(job) = rules::next(&pieces, self.inner.platform.clock.now()) else {
            return Ok(false);
        };
        let Job { inputs, level } = job;
        let rows: Vec<SegmentRow> = inputs.iter().map(|index| live[*index].clone()).collect();
        match self.inner.merge(&rows, level, &tombstones, seq).await {
            Ok(_) => Ok(true),
            // The next round plans anew.
            Err(StoreError::Overtaken) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Removes the objects of segments that died long enough ago; tells how many.
    pub async fn remove_dead(&self) -> Result<usize, StoreError> {
        let Inner { platform, state, removing, .. } = &*self.inner;
        // Somebody reads files as a whole: later then.
        let Ok(_removing) = removing.try_write() else { return Ok(0) };
        let limit = platform.clock.now() - GRACE;
        let mut tx = platform.db.read().await?;
        let dead = catalogue::dead_before(&mut tx, limit, REMOVED_MAX).await?;
        drop(tx);
        for row in &dead {
            self.inner.remove_rollups(row).await?;
            platform.blob.delete(&row.path).await?;
            let mut tx = platform.db.write_bulk().await?;
            rollup::store::forget(&mut tx, row.id).await?;
            catalogue::forget(&mut tx, row.id).await?;
            erasure::store::note_gone(&mut tx, &row.path, platform.clock.now()).await?;
            tx.commit().await?;
        }
        let left = catalogue::dead_count(&mut platform.db.read().await?).await?;
        state.metrics.dead_segments.set(left);
        Ok(dead.len())
    }
}

impl Inner {
    /// Writes `rows` as one segment without what the tombstones up to `seq` delete, and lets it take
    /// their place. The lock of compactions is held.
    pub(crate) async fn merge(
        &self,
        rows: &[SegmentRow],
        level: i64,
        tombstones: &[Tombstone],
        seq: i64,
    ) -> Result<Merged, StoreError> {
        let start = Tick::now();
        let objects = self.platform.blob.object_store();
        let mut merge = Merge::open(&objects, rows, tombstones).await?;
        let header = self.header(rows, level, seq, &merge);
        let path = segment::path_of(header.id);
        let mut writer = None;
        let mut extent = Extent::default();
        loop {
            let readings = merge.next().await?;
            if readings.is_empty() {
                break;
            }
            extent.add(&readings);
            let writer = match &mut writer {
                Some(writer) => writer,
                None => {
                    writer.insert(SegmentWriter::segment(Arc::clone(&objects), &path, &header)?)
                }
            };
            writer.write(readings).await?;
            tokio::task::yield_now().await;
        }
        let output = match writer {
            Some(writer) => {
                let written = writer.finish().await?;
                self.platform.blob.sync(&path).await?;
                Some(extent.row(&header, path, written))
            }
            None => None,
        };
        fault::reach(Point::MergedPut);
        let cut = merge.cut().cloned().collect();
        let merged = Merged { output, cut };
        self.commit_merge(rows, &merged).await?;
        fault::reach(Point::MergedCommit);
        self.state.metrics.compactions.inc();
        self.state.metrics.compaction_seconds.observe(start.elapsed().as_secs_f64());
        tracing::info!(
            inputs = rows.len(),
            readings = merged.output.as_ref().map_or(0, |row| row.readings),
            level,
            ms = u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
            "segments were merged"
        );
        Ok(merged)
    }

    fn header(&self, rows: &[SegmentRow], level: i64, seq: i64, merge: &Merge) -> Header {
        let mut days: BTreeMap<i64, u64> = BTreeMap::new();
        for (row, header) in rows.iter().zip(merge.headers()) {
            let mut note = |day: i64, batch: u64| {
                let kept = days.entry(day).or_default();
                *kept = batch.max(*kept);
            };
            match header {
                Some(header) => header.days.iter().for_each(|(day, batch)| note(*day, *batch)),
                // Files from before there were headers.
                None => (row.day.0..=row.last_day.0).for_each(|day| note(day, row.batch_hi)),
            }
        }
        Header {
            id: self.platform.clock.new_id(),
            level,
            batch_lo: rows.iter().map(|row| row.batch_lo).min().unwrap_or(0),
            batch_hi: rows.iter().map(|row| row.batch_hi).max().unwrap_or(0),
            precedence: rows.iter().map(|row| row.precedence).min().unwrap_or(0),
            tombstones: seq,
            days: days.into_iter().collect(),
            replaces: rows.iter().map(|row| row.id).collect(),
            created_at: self.platform.clock.now(),
        }
    }

    async fn commit_merge(&self, rows: &[SegmentRow], merged: &Merged) -> Result<(), StoreError> {
        let now = self.platform.clock.now();
        let mut tx = self.platform.db.write_bulk().await?;
        for row in rows {
            if !catalogue::bury(&mut tx, row.id, now).await? {
                return Err(StoreError::Overtaken);
            }
        }
        if let Some(output) = &merged.output {
            catalogue::insert(&mut tx, output).await?;
        }
        let clock = &self.platform.clock;
        for (row, cut) in rows.iter().zip(&merged.cut) {
            let output = merged.output.as_ref();
            erasure::store::note_cut(&mut tx, clock, row, cut, output).await?;
        }
        tx.commit().await?;
        self.count_segments().await?;
        Ok(())
    }

    async fn count_segments(&self) -> Result<(), DbError> {
        let mut tx = self.platform.db.read().await?;
        self.state.metrics.segments.set(catalogue::live_count(&mut tx).await?);
        self.state.metrics.dead_segments.set(catalogue::dead_count(&mut tx).await?);
        Ok(())
    }
}

/// What the readings of a new segment span.
#[derive(Default)]
pub(crate) struct Extent {
    at_ms: Option<(i64, i64)>,
    series: Option<(u32, u32)>,
    readings: i64,
}

impl Extent {
    pub(crate) fn add(&mut self, readings: &[Reading]) {
        for reading in readings {
            let (at_ms, series) = (reading.at_ms, reading.series.0);
            let (min, max) = self.at_ms.unwrap_or((at_ms, at_ms));
            self.at_ms = Some((min.min(at_ms), max.max(at_ms)));
            let (min, max) = self.series.unwrap_or((series, series));
            self.series = Some((min.min(series), max.max(series)));
        }
        self.readings += i64::try_from(readings.len()).unwrap_or(i64::MAX);
    }

    /// How many readings.
    pub(crate) fn readings(&self) -> i64 {
        self.readings
    }

    /// What of `row` is not true, in words.
    pub(crate) fn differs(&self, row: &SegmentRow) -> Option<String> {
        let at_ms = Some((row.min_at_ms, row.max_at_ms));
        let series = Some((row.min_series, row.max_series));
        if self.readings == row.readings && self.at_ms == at_ms && self.series == series {
            return None;
        }
        Some(format!(
            "it holds {} readings of {:?} ms and series {:?} instead of {} of {at_ms:?} and {series:?}",
            self.readings, self.at_ms, self.series, row.readings
        ))
    }

    pub(crate) fn row(&self, header: &Header, path: String, written: Written) -> SegmentRow {
        let (min_at_ms, max_at_ms) = self.at_ms.unwrap_or_default();
        let (min_series, max_series) = self.series.unwrap_or_default();
        SegmentRow {
            id: header.id,
            path,
            // The days of the inputs, also those of which nothing is left: late data of them is newer.
            day: header.days.first().map_or(Day::of_ms(min_at_ms), |(day, _)| Day(*day)),
            last_day: header.days.last().map_or(Day::of_ms(max_at_ms), |(day, _)| Day(*day)),
            level: header.level,
            min_at_ms,
            max_at_ms,
            min_series,
            max_series,
            readings: self.readings,
            bytes: written.bytes,
            sha256: written.sha256,
            batch_lo: header.batch_lo,
            batch_hi: header.batch_hi,
            precedence: header.precedence,
            tombstones: header.tombstones,
            created_at: header.created_at,
        }
    }
}

pub(crate) fn piece(row: &SegmentRow) -> Piece {
    Piece {
        day: row.day.0,
        last_day: row.last_day.0,
        level: row.level,
        readings: row.readings,
        precedence: row.precedence,
        created_at: row.created_at,
    }
}
