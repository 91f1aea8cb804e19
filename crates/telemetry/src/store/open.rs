//! Opening a store: what was acknowledged before a crash is made whole again.

use std::path::Path;
use std::sync::{Arc, Mutex};

use base::{Instant, Reading, Series};
use platform::Platform;
use platform::work::Stage;
use tokio::sync::{Semaphore, mpsc};

use super::health;
use super::metrics::StoreMetrics;
use super::orphans::ORPHAN_AGE;
use super::state::State;
use super::writer::Writer;
use super::{Inner, Options, Store, StoreError, Subscribers};
use crate::buffer::{Buffer, Day};
use crate::catalogue::{self, Checkpoints, Tombstone};
use crate::latest::{self, Latest, LatestFileError};
use crate::log::file::{ClosedFiles, LogFiles};
use crate::log::recovery::{Recovered, recover};
use crate::query::Engine;
use crate::segment::SegmentReader;

/// Durable batches on their way to the subscribers.
const DURABLE_BATCHES_MAX: usize = 256;

/// Every day that a reading can have.
const ALL_DAYS: (Day, Day) = (Day(-1_000_000), Day(1_000_000));

impl Store {
    /// Opens the store in `dir`, made if missing: replays the log, starts the writer and the flusher.
    /// The tables of [`crate::MIGRATIONS`] must be there.
    pub async fn open(
        platform: Platform,
        dir: &Path,
        options: Options,
    ) -> Result<Self, StoreError> {
        let mut tx = platform.db.read().await?;
        let checkpoints = catalogue::load_checkpoints(&mut tx, ALL_DAYS.0, ALL_DAYS.1).await?;
        let flushed = catalogue::newest_batch(&mut tx).await?;
        let segments = catalogue::live_count(&mut tx).await?;
        let newest_tombstone = catalogue::newest_tombstone(&mut tx).await?;
        let tombstones = catalogue::tombstones(&mut tx, catalogue::Span::ALL).await?;
        let corrections = Mutex::new(crate::correction::store::overlay(&mut tx).await?);
        drop(tx);
        let closed = ClosedFiles::default();
        let mut latest = load_latest(&platform, dir).await?;
        // An erasure may have been broken off before the newest values were saved.
        let saved: Vec<Series> = latest.all().map(|row| row.series).collect();
        let hidden = latest.hide(&saved, |row| {
            tombstones.iter().any(|tombstone| tombstone.hits(row.series.0, row.at_ms))
        });
        let (replayed, recovered) = {
            let (dir, closed) = (dir.join("log"), closed.clone());
            let now = platform.clock.now();
            let known = Replay { checkpoints, tombstones, latest, now };
            let work = move || replay(&dir, &closed, known);
            let replay = tokio::task::spawn_blocking(work).await;
            replay.map_err(|_| StoreError::Interrupted { doing: "replaying the log" })??
        };
        let metrics = StoreMetrics::register(&platform);
        health::recovered(&platform.troubles, &recovered, platform.clock.now());
        metrics.segments.set(segments);
        let clock = Arc::clone(&platform.clock);
        let state = Arc::new(State::new(
            clock,
            metrics,
            replayed.buffer,
            replayed.latest,
            newest_tombstone,
        ));
        let (requests, received) = std::sync::mpsc::channel();
        let (durable, to_subscribers) = mpsc::channel(DURABLE_BATCHES_MAX);
        let last_batch = recovered.last_batch.max(flushed);
        let (next_file, bytes) = (recovered.next_file, options.log_file_bytes_max);
        let writer = Writer {
            requests: received,
            files: LogFiles::new(&dir.join("log"), next_file, last_batch, bytes, closed.clone()),
            next_batch: last_batch + 1,
            state: Arc::clone(&state),
            durable,
        };
        let thread = std::thread::Builder::new()
            .name("reading-log".into())
            .spawn(move || writer.run())
            .map_err(|_| StoreError::Interrupted { doing: "starting its writer" })?;
        let inner = Inner {
            engine: Engine::new(platform.db.clone(), platform.blob.object_store())?,
            platform,
            dir: dir.to_owned(),
            options,
            state,
            closed,
            recovered,
            places: Arc::new(Semaphore::new(options.queue_readings_max)),
            requests: Mutex::new(Some(requests)),
            thread: Mutex::new(Some(thread)),
            flushing: tokio::sync::Mutex::new(()),
            compacting: tokio::sync::Mutex::new(()),
            damaged: Mutex::default(),
            removing: Arc::default(),
            subscribers: Subscribers::default(),
            corrections,
        };
        let store = Self { inner: Arc::new(inner) };
        store.settle_rollups().await?;
        store.restore_latest(&hidden).await?;
        store.start(to_subscribers);
        Ok(store)
    }

    /// Finds the newest readings of some series that were hidden.
    pub(crate) async fn restore_latest(&self, series: &[Series]) -> Result<(), StoreError> {
        for series in series {
            let parts = self.inner.state.snapshot(&[*series], i64::MIN, i64::MAX);
            if let Some(newest) = self.inner.engine.newest(parts, *series).await? {
                self.inner.state.change_latest(|latest| latest.restore(&newest));
            }
        }
        Ok(())
    }

    fn start(&self, durable: mpsc::Receiver<base::ReadingBatch>) {
        let tasks = &self.inner.platform.tasks;
        let subscribers = self.inner.subscribers.clone();
        let metrics = self.inner.state.metrics.clone();
        tasks.spawn(Stage::Store, |token| subscribers.deliver(durable, metrics, token));
        let store = self.clone();
        tasks.every(Stage::Store, ORPHAN_AGE, move || {
            let store = store.clone();
            async move { store.remove_orphans_and_report().await }
        });
        let store = self.clone();
        tasks.spawn(Stage::Store, |token| async move {
            let mut ticks = tokio::time::interval(store.inner.options.flush_check);
            ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    () = token.cancelled() => break,
                    _ = ticks.tick() => store.flush_due_and_report().await,
                }
            }
            if let Err(error) = store.shutdown().await {
                tracing::error!(%error, "the store of readings did not end cleanly");
            }
        });
    }
}

struct Replayed {
    buffer: Buffer,
    latest: Latest,
}

/// What a replay starts from.
struct Replay {
    checkpoints: Checkpoints,
    tombstones: Vec<Tombstone>,
    latest: Latest,
    now: Instant,
}

/// Reads the log. A reading whose day is flushed up to its batch is in a segment already; a batch may
/// hold readings of several days, so each reading is asked for by itself. What was deleted after it came
/// is left out.
fn replay(
    dir: &Path,
    closed: &ClosedFiles,
    known: Replay,
) -> Result<(Replayed, Recovered), StoreError> {
    let Replay { checkpoints, tombstones, mut latest, now } = known;
    let mut buffer = Buffer::default();
    let recovered = recover(dir, closed, |mut frame| {
        if tombstones.iter().any(|tombstone| frame.batch <= tombstone.batch_hi) {
            let is_deleted = |reading: &Reading| {
                tombstones.iter().any(|tombstone| {
                    frame.batch <= tombstone.batch_hi
                        && tombstone.hits(reading.series.0, reading.at_ms)
                })
            };
            frame.readings.retain(|reading| !is_deleted(reading));
        }
        for reading in &frame.readings {
            latest.note(reading, frame.arrived);
        }
        let mut last: Option<(Day, bool)> = None;
        let unflushed = frame.readings.iter().filter(|reading| {
            let day = Day::of_ms(reading.at_ms);
            match last {
                Some((same, is_unflushed)) if same == day => is_unflushed,
                _ => {
                    let is_unflushed =
                        checkpoints.get(&day).is_none_or(|batch| frame.batch > *batch);
                    last = Some((day, is_unflushed));
                    is_unflushed
                }
            }
        });
        buffer.insert(frame.batch, unflushed, now);
    })?;
    tracing::info!(
        batches = recovered.batches,
        readings = recovered.readings,
        waiting = buffer.readings(),
        "the reading log was replayed"
    );
    Ok((Replayed { buffer, latest }, recovered))
}

/// The saved latest values; made again from the segments when the file is missing or damaged.
async fn load_latest(platform: &Platform, dir: &Path) -> Result<Latest, StoreError> {
    match latest::load(dir) {
        Ok(Some(latest)) => return Ok(latest),
        Ok(None) => {}
        Err(error @ LatestFileError::Damaged { .. }) => tracing::warn!(%error),
        Err(error) => return Err(error.into()),
    }
    let mut tx = platform.db.read().await?;
    let segments = catalogue::live(&mut tx).await?;
    let tombstones = catalogue::tombstones(&mut tx, catalogue::Span::ALL).await?;
    drop(tx);
    let mut latest = Latest::default();
    for row in segments {
        let mut file = SegmentReader::open(platform.blob.object_store(), &row.path).await?;
        let deleted: Vec<Tombstone> =
            tombstones.iter().filter(|tombstone| tombstone.applies_to(&row)).copied().collect();
        loop {
            let readings = file.next().await?;
            if readings.is_empty() {
                break;
            }
            let is_left = |reading: &&Reading| {
                !deleted.iter().any(|tombstone| tombstone.hits(reading.series.0, reading.at_ms))
            };
            for reading in readings.iter().filter(is_left) {
                // When it arrived is not kept in segments; it was not before it was measured.
                let measured = Instant::from_micros(reading.at_ms.saturating_mul(1_000));
                latest.note(reading, measured);
            }
        }
    }
    Ok(latest)
}
