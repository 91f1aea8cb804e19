//! The store of readings: append, latest, query. What other rooms see of this crate.
//!
//! ```text
//! append ─► queue ─► log (sync) ─► latest values, buffer ─► answer ─► subscribers
//!                                        └─ 15 min / 4 M / 128 MB ─► segment ─► catalogue ─► log forgets
//! ```
//!
//! Invariants: `append` returns after the sync, and what it took is seen by the next query; batches take
//! effect in the order in which they were written; closing loses nothing.

mod error;
mod flush;
mod health;
mod metrics;
mod open;
mod orphans;
mod same;
mod state;
mod subscribers;
mod writer;

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use base::{Id, Instant, Reading, ReadingBatch, Series};
use platform::Platform;
use tokio::sync::{Semaphore, mpsc, oneshot};

use crate::buffer::FlushLimits;
use crate::catalogue::{self, SegmentRow};
use crate::correction::Overlay;
use crate::latest::{self, LatestReading};
use crate::log::file::{ClosedFiles, FILE_BYTES_MAX};
use crate::log::recovery::Recovered;
use crate::query::{Bucket, Bucketing, Engine, QueryError, RawReadings};
use crate::segment::Segment;

pub use error::StoreError;
pub use same::Sameness;
use state::State;
use subscribers::Subscribers;
use writer::Request;

/// The default of [`Options::queue_readings_max`].
pub const QUEUE_READINGS_MAX: usize = 1_000_000;
/// The default of [`Options::buffer_readings_max`]: some 400 MB.
pub const BUFFER_READINGS_MAX: usize = 16_000_000;

/// How a store works.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// When days are flushed.
    pub limits: FlushLimits,
    /// How often that is looked at.
    pub flush_check: Duration,
    /// When a file of the log is closed.
    pub log_file_bytes_max: u64,
    /// Readings that may wait for the log; more make their senders wait.
    pub queue_readings_max: usize,
    /// Readings in memory at which more are refused: segments cannot be written then.
    pub buffer_readings_max: usize,
}

impl Options {
    /// The default, but days are written to segments `age` after their first reading.
    pub fn flushed_after(age: Duration) -> Self {
        let limits = FlushLimits { age, ..FlushLimits::default() };
        let usual = Self::default();
        Self { limits, flush_check: usual.flush_check.min(age / 2), ..usual }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: FlushLimits::default(),
            flush_check: Duration::from_secs(5),
            log_file_bytes_max: FILE_BYTES_MAX,
            queue_readings_max: QUEUE_READINGS_MAX,
            buffer_readings_max: BUFFER_READINGS_MAX,
        }
    }
}

/// The store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) platform: Platform,
    pub(crate) dir: PathBuf,
    options: Options,
    pub(crate) state: Arc<State>,
    pub(crate) closed: ClosedFiles,
    recovered: Recovered,
    pub(crate) engine: Engine,
    /// Places for readings in the queue of the writer.
    places: Arc<Semaphore>,
    /// Gone after a shutdown.
    requests: Mutex<Option<std::sync::mpsc::Sender<Request>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// One flush at a time.
    pub(crate) flushing: tokio::sync::Mutex<()>,
    /// One compaction at a time.
    pub(crate) compacting: tokio::sync::Mutex<()>,
    /// Segments that could not be rolled up since the start.
    pub(crate) damaged: Mutex<HashSet<Id<Segment>>>,
    /// Objects and log files are removed under the write half; a backup holds the read half.
    pub(crate) removing: Arc<tokio::sync::RwLock<()>>,
    subscribers: Subscribers,
    /// Corrections in force. Held from laying them over a batch until the batch stands in the queue, so
    /// that a correction is written after every batch that does not know it.
    corrections: Mutex<Overlay>,
}

impl Inner {
    pub(crate) fn overlay(&self) -> std::sync::MutexGuard<'_, Overlay> {
        self.corrections.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Store {
    /// Keeps readings; returns when they are synced to the disk and seen by queries. When it returns an
    /// error, send them again: the same series and time never counts twice.
    pub async fn append(
        &self,
        mut readings: Vec<Reading>,
        arrived: Instant,
    ) -> Result<(), StoreError> {
        if readings.is_empty() {
            return Ok(());
        }
        if let Some(bad) = readings.iter().find(|r| Instant::from_millis(r.at_ms).is_err()) {
            return Err(StoreError::BadTime { at_ms: bad.at_ms });
        }
        let waiting = self.inner.state.buffered();
        if waiting >= self.inner.options.buffer_readings_max {
            self.inner.state.metrics.refused.inc();
            return Err(StoreError::Behind { readings: waiting });
        }
        let place = self.place(readings.len()).await?;
        let (answer, answered) = oneshot::channel();
        {
            let overlay = self.inner.overlay();
            overlay.lay_over(&mut readings);
            let place = Some(place);
            let request = Request { readings: readings.into(), arrived, answer, _place: place };
            self.send(request)?;
        }
        answered.await.map_err(|_| StoreError::Closed)??;
        Ok(())
    }

    /// Closes the file of the log that is written, so that it can go as soon as segments hold all of it.
    pub(crate) async fn close_log_file(&self) -> Result<(), StoreError> {
        let (answer, answered) = oneshot::channel();
        let arrived = self.inner.platform.clock.now();
        self.send(Request { readings: Arc::from([]), arrived, answer, _place: None })?;
        answered.await.map_err(|_| StoreError::Closed)??;
        Ok(())
    }

    fn send(&self, request: Request) -> Result<(), StoreError> {
        let requests = self.inner.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = requests.as_ref().ok_or(StoreError::Closed)?;
        requests.send(request).map_err(|_| StoreError::Closed)
    }

    async fn place(
        &self,
        readings: usize,
    ) -> Result<tokio::sync::OwnedSemaphorePermit, StoreError> {
        let places = &self.inner.places;
        let wanted =
            u32::try_from(readings.min(self.inner.options.queue_readings_max)).unwrap_or(u32::MAX);
        if let Ok(place) = Arc::clone(places).try_acquire_many_owned(wanted) {
            return Ok(place);
        }
        self.inner.state.metrics.queue_full.inc();
        let place = Arc::clone(places).acquire_many_owned(wanted).await;
        place.map_err(|_| StoreError::Closed)
    }

    /// Durable batches from now on, in order. A subscriber that does not read slows the intake down.
    pub fn subscribe(&self, capacity: usize) -> mpsc::Receiver<ReadingBatch> {
        self.inner.subscribers.add(capacity)
    }

    /// The newest reading of a series.
    pub fn latest(&self, series: Series) -> Option<LatestReading> {
        self.inner.state.read_latest(|latest| latest.get(series))
    }

    /// The newest readings of some series; those that have none are left out.
    pub fn latest_many(&self, series: &[Series]) -> Vec<LatestReading> {
        self.inner
            .state
            .read_latest(|latest| series.iter().filter_map(|series| latest.get(*series)).collect())
    }

    /// When anything of each series last reached us: for rules on silence, also after a restart.
    pub fn last_arrivals(&self) -> Vec<(Series, Instant)> {
        self.inner
            .state
            .read_latest(|latest| latest.all().map(|row| (row.series, row.arrived)).collect())
    }

    /// The readings of a series in `from_ms..until_ms`, by time, at most `limit`.
    pub async fn raw(
        &self,
        series: Series,
        from_ms: i64,
        until_ms: i64,
        limit: usize,
    ) -> Result<RawReadings, StoreError> {
        // The buffer comes before the catalogue: what is flushed in between is then seen twice and
        // dropped once, instead of not at all.
        let parts = self.inner.state.snapshot(&[series], from_ms, until_ms);
        self.counted(self.inner.engine.raw(parts, series, from_ms, until_ms, limit).await)
    }

    /// The newest reading of each series in `from_ms..until_ms`; those that have none are left out.
    pub async fn newest(
        &self,
        series: &[Series],
        from_ms: i64,
        until_ms: i64,
    ) -> Result<Vec<Reading>, StoreError> {
        let parts = self.inner.state.snapshot(series, from_ms, until_ms);
        self.counted(self.inner.engine.newest_of_each(parts, series, from_ms, until_ms).await)
    }

    /// One figure for each series and bucket that holds a reading, by series and time.
    pub async fn bucketed(
        &self,
        series: &[Series],
        bucketing: Bucketing,
    ) -> Result<Vec<Bucket>, StoreError> {
        let parts = self.inner.state.snapshot(series, bucketing.from_ms, bucketing.until_ms);
        self.counted(self.inner.engine.bucketed(parts, series, bucketing).await)
    }

    /// While it is held, no file of readings is removed.
    pub async fn keep_files(&self) -> tokio::sync::OwnedRwLockReadGuard<()> {
        Arc::clone(&self.inner.removing).read_owned().await
    }

    /// Every live segment, by day.
    pub async fn segments(&self) -> Result<Vec<SegmentRow>, StoreError> {
        Ok(catalogue::live(&mut self.inner.platform.db.read().await?).await?)
    }

    /// Counts questions that met a missing file.
    fn counted<T>(&self, answer: Result<T, QueryError>) -> Result<T, StoreError> {
        Ok(answer.inspect_err(|error| self.note_missing(error))?)
    }

    pub(crate) fn note_missing(&self, error: &QueryError) {
        if matches!(error, QueryError::FileMissing { .. }) {
            self.inner.state.metrics.segment_missing.inc();
        }
    }

    /// What the last start found in the log.
    pub fn recovered(&self) -> &Recovered {
        &self.inner.recovered
    }

    /// Writes the days that are due to segments; tells how many segments were made.
    pub async fn flush_due(&self) -> Result<usize, StoreError> {
        let _one = self.inner.flushing.lock().await;
        let now = self.inner.platform.clock.now();
        let due = self.inner.state.buffer().due(&self.inner.options.limits, now);
        self.inner.flush(&due).await
    }

    /// Writes everything to segments; tells how many were made.
    pub async fn flush_all(&self) -> Result<usize, StoreError> {
        let _one = self.inner.flushing.lock().await;
        let days = self.inner.state.buffer().days();
        self.inner.flush(&days).await
    }

    async fn flush_due_and_report(&self) {
        self.inner.probe_log().await;
        let flushed = self.flush_due().await;
        let platform = &self.inner.platform;
        health::flushed(&platform.troubles, flushed.as_ref().copied(), platform.clock.now());
        if let Err(error) = flushed {
            tracing::error!(%error, "a flush failed and is tried again; the log keeps the readings");
        }
    }

    async fn remove_orphans_and_report(&self) {
        if let Err(error) = self.inner.remove_orphans().await {
            tracing::warn!(%error, "orphans of segments could not be removed; tried again in a day");
        }
    }

    /// Ends the store: takes no more, syncs what is in the queue, saves the latest values. The readings
    /// in memory stay in the log for the next start.
    pub async fn shutdown(&self) -> Result<(), StoreError> {
        let interrupted = |doing| move |_| StoreError::Interrupted { doing };
        drop(self.inner.requests.lock().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.inner.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let joined = tokio::task::spawn_blocking(move || thread.join()).await;
            joined
                .map_err(interrupted("ending its writer"))?
                .map_err(|_| StoreError::Interrupted { doing: "writing the log" })?;
        }
        let _one = self.inner.flushing.lock().await;
        let (dir, latest) = (self.inner.dir.clone(), self.inner.state.read_latest(Clone::clone));
        tokio::task::spawn_blocking(move || latest::save(&dir, &latest))
            .await
            .map_err(interrupted("saving the latest values"))??;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
