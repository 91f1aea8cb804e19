//! What the store tells `/metrics`.

use platform::Platform;
use platform::metrics::{Counter, Gauge, Histogram, exponential_buckets};
use platform::trouble::Troubles;

/// The figures of the store. Cheap to clone.
#[derive(Clone)]
pub(crate) struct StoreMetrics {
    /// What is wrong.
    pub troubles: Troubles,
    /// Readings that became durable.
    pub readings: Counter,
    /// Batches that became durable.
    pub batches: Counter,
    /// Batches that were refused.
    pub refused: Counter,
    /// Batches that had to wait for a place in the queue.
    pub queue_full: Counter,
    /// Batches that waited for a subscriber.
    pub subscriber_waits: Counter,
    /// Seconds of one group: write and sync.
    pub sync_seconds: Histogram,
    /// Seconds of one round of flushes.
    pub flush_seconds: Histogram,
    /// Flushes that failed.
    pub flush_failed: Counter,
    /// Readings in memory that no segment holds yet.
    pub buffer_readings: Gauge,
    /// Live segments.
    pub segments: Gauge,
    /// Dead segments whose objects are not removed yet.
    pub dead_segments: Gauge,
    /// Merges of segments.
    pub compactions: Counter,
    /// Merges that failed.
    pub compaction_failed: Counter,
    /// Seconds of one merge.
    pub compaction_seconds: Histogram,
    /// Segments that were rolled up.
    pub rollups: Counter,
    /// Segments that could not be rolled up.
    pub rollup_failed: Counter,
    /// Questions that met a segment whose object is missing.
    pub segment_missing: Counter,
}

impl StoreMetrics {
    pub(crate) fn register(platform: &Platform) -> Self {
        let metrics = &platform.metrics;
        let counter = |name: &str, help: &str| metrics.register(name, help, Counter::default());
        let gauge = |name: &str, help: &str| metrics.register(name, help, Gauge::default());
        let seconds = |name: &str, help: &str| {
            let histogram = Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
            metrics.register(name, help, histogram)
        };
        Self {
            troubles: platform.troubles.clone(),
            readings: counter("telemetry_readings", "Readings that became durable"),
            batches: counter("telemetry_batches", "Batches that became durable"),
            refused: counter("telemetry_batches_refused", "Batches that the log refused"),
            queue_full: counter("telemetry_queue_full", "Batches that waited for the queue"),
            subscriber_waits: counter(
                "telemetry_subscriber_waits",
                "Batches that waited for a subscriber",
            ),
            sync_seconds: seconds("telemetry_log_sync_seconds", "Seconds of a write and its sync"),
            flush_seconds: seconds("telemetry_flush_seconds", "Seconds of a round of flushes"),
            flush_failed: counter("telemetry_flush_failed", "Flushes that failed"),
            buffer_readings: gauge("telemetry_buffer_readings", "Readings that only the log holds"),
            segments: gauge("telemetry_segments_live", "Live segments"),
            dead_segments: gauge("telemetry_segments_dead", "Segments that wait for removal"),
            compactions: counter("telemetry_compactions", "Merges of segments"),
            compaction_failed: counter("telemetry_compaction_failed", "Merges that failed"),
            compaction_seconds: seconds("telemetry_compaction_seconds", "Seconds of one merge"),
            rollups: counter("telemetry_rollups", "Segments that were rolled up"),
            rollup_failed: counter(
                "telemetry_rollup_failed",
                "Segments that could not be rolled up",
            ),
            segment_missing: counter(
                "telemetry_segment_missing",
                "Questions that met a segment whose file is missing",
            ),
        }
    }
}
