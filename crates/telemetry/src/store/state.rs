//! What the writer, the flusher and the readers of one store share.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use base::{Clock, Instant, Reading, Series};

use super::metrics::StoreMetrics;
use crate::buffer::{Buffer, Day, Generation, Part};
use crate::latest::Latest;

/// Memory of a store: the buffer, and the latest values.
pub(crate) struct State {
    pub(super) clock: Arc<dyn Clock>,
    pub(crate) metrics: StoreMetrics,
    buffer: Mutex<Buffer>,
    latest: RwLock<Latest>,
    buffered: AtomicUsize,
    tombstones: AtomicI64,
}

impl State {
    pub(super) fn new(
        clock: Arc<dyn Clock>,
        metrics: StoreMetrics,
        buffer: Buffer,
        latest: Latest,
        tombstones: i64,
    ) -> Self {
        let buffered = AtomicUsize::new(buffer.readings());
        let tombstones = AtomicI64::new(tombstones);
        let (buffer, latest) = (Mutex::new(buffer), RwLock::new(latest));
        Self { clock, metrics, buffer, latest, buffered, tombstones }
    }

    /// Makes durable readings visible. The latest values come first: what the buffer's bound lets the
    /// log forget is in them.
    pub(super) fn show(&self, batch: u64, readings: &[Reading], arrived: Instant) {
        self.change_latest(|latest| {
            for reading in readings {
                latest.note(reading, arrived);
            }
        });
        let now = self.clock.now();
        let mut buffer = self.buffer();
        buffer.insert(batch, readings, now);
        self.count(&buffer);
    }

    pub(crate) fn snapshot(&self, series: &[Series], from_ms: i64, until_ms: i64) -> Vec<Part> {
        self.buffer().snapshot(series, from_ms, until_ms)
    }

    pub(crate) fn freeze(&self, days: &[Day]) -> Vec<Vec<Arc<Generation>>> {
        self.buffer().freeze(days, self.tombstones())
    }

    /// The number of the last tombstone; it changes only while the lock of flushes is held.
    pub(crate) fn tombstones(&self) -> i64 {
        self.tombstones.load(Ordering::Acquire)
    }

    /// What is frozen from now on came after tombstone number `seq`.
    pub(crate) fn note_tombstone(&self, seq: i64) {
        self.tombstones.store(seq, Ordering::Release);
    }

    pub(super) fn release(&self, days: impl IntoIterator<Item = Day>) {
        let mut buffer = self.buffer();
        for day in days {
            buffer.release(day);
        }
        self.count(&buffer);
    }

    /// Looks at the buffer as a whole; keep it short, writers wait.
    pub(crate) fn buffer(&self) -> MutexGuard<'_, Buffer> {
        self.buffer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn read_latest<T>(&self, read: impl FnOnce(&Latest) -> T) -> T {
        read(&self.latest.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn change_latest(&self, change: impl FnOnce(&mut Latest)) {
        change(&mut self.latest.write().unwrap_or_else(PoisonError::into_inner));
    }

    /// Readings in memory, as of the last change.
    pub(super) fn buffered(&self) -> usize {
        self.buffered.load(Ordering::Relaxed)
    }

    fn count(&self, buffer: &Buffer) {
        let readings = buffer.readings();
        self.buffered.store(readings, Ordering::Relaxed);
        self.metrics.buffer_readings.set(i64::try_from(readings).unwrap_or(i64::MAX));
    }
}
