//! Opening a store: what was acknowledged before a crash is made whole again.

use std::path::Path;
use std::sync::{Arc, Mutex};

use base::Instant;
use platform::Platform;
use platform::work::Stage;
use tokio::sync::{Semaphore, mpsc};

use super::metrics::StoreMetrics;
use super::orphans::ORPHAN_AGE;
use super::state::State;
use super::writer::Writer;
use super::{Inner, Options, Store, StoreError, Subscribers};
use crate::buffer::{Buffer, Day};
use crate::catalogue::{self, Checkpoints};
use crate::latest::{self, Latest, LatestFileError};
use crate::log::file::{ClosedFiles, LogFiles};
use crate::log::recovery::{Recovered, recover};
use crate::query::Engine;
use crate::segment;

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
        drop(tx);
        let closed = ClosedFiles::default();
        let latest = load_latest(&platform, dir).await?;
        let (replayed, recovered) = {
            let (dir, closed) = (dir.join("log"), closed.clone());
            let now = platform.clock.now();
            let work = move || replay(&dir, &closed, &checkpoints, latest, now);
            let replay = tokio::task::spawn_blocking(work).await;
            replay.map_err(|_| StoreError::Interrupted { doing: "replaying the log" })??
        };
        let metrics = StoreMetrics::register(&platform.metrics);
        metrics.segments.set(segments);
        let clock = Arc::clone(&platform.clock);
        let state = Arc::new(State::new(clock, metrics, replayed.buffer, replayed.latest));
        let (requests, received) = std::sync::mpsc::channel();
        let (durable, to_subscribers) = mpsc::channel(DURABLE_BATCHES_MAX);
        let (next_file, bytes) = (recovered.next_file, options.log_file_bytes_max);
        let writer = Writer {
            requests: received,
            files: LogFiles::new(&dir.join("log"), next_file, bytes, closed.clone()),
            next_batch: recovered.last_batch.max(flushed) + 1,
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
            subscribers: Subscribers::default(),
        };
        let store = Self { inner: Arc::new(inner) };
        store.start(to_subscribers);
        Ok(store)
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

/// Reads the log. A reading whose day is flushed up to its batch is in a segment already; a batch may
/// hold readings of several days, so each reading is asked for by itself.
fn replay(
    dir: &Path,
    closed: &ClosedFiles,
    checkpoints: &Checkpoints,
    mut latest: Latest,
    now: Instant,
) -> Result<(Replayed, Recovered), StoreError> {
    let mut buffer = Buffer::default();
    let recovered = recover(dir, closed, |frame| {
        for reading in &frame.readings {
            latest.note(reading, frame.arrived);
        }
        let unflushed = frame.readings.iter().filter(|reading| {
            let flushed = checkpoints.get(&Day::of_ms(reading.at_ms));
            flushed.is_none_or(|batch| frame.batch > *batch)
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
    let span = catalogue::Span {
        min_series: 0,
        max_series: u32::MAX,
        from_ms: i64::MIN,
        until_ms: i64::MAX,
    };
    let segments = catalogue::live_between(&mut tx, span).await?;
    drop(tx);
    let mut latest = Latest::default();
    for row in segments {
        let file = platform.blob.get(&row.path).await?;
        for reading in segment::decode(file)? {
            // When it arrived is not kept in segments; it was not before it was measured.
            let measured = Instant::from_micros(reading.at_ms.saturating_mul(1_000));
            latest.note(&reading, measured);
        }
    }
    Ok(latest)
}
