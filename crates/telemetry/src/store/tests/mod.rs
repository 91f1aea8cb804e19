//! The store as others see it, also when it dies at a bad moment.

mod crash;
mod oracle;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use base::{FixedClock, Quality};
use platform::db::Db;
use platform::testing::{TEST_NOW, platform_on, temp_dir};

use super::*;

/// 2026-11-25T00:00:00Z.
const START_MS: i64 = 1_795_564_800_000;
const DAY_MS: i64 = 86_400_000;

fn reading(series: u32, at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(series), at_ms, value, quality: Quality::GOOD }
}

/// A standing clock of each process and opening for itself: the ids that it gives are its own.
fn clock() -> Arc<FixedClock> {
    static OPENED: AtomicU64 = AtomicU64::new(0);
    let apart = u64::from(std::process::id()) * 1_000 + OPENED.fetch_add(1, Ordering::SeqCst);
    Arc::new(FixedClock::at(TEST_NOW + Duration::from_millis(apart)))
}

/// Flushes only when it is told to.
fn by_hand() -> Options {
    let limits = FlushLimits { age: Duration::MAX, readings: usize::MAX, bytes: usize::MAX };
    Options { limits, flush_check: Duration::from_hours(1), ..Options::default() }
}

/// The store of a folder, its catalogue included, as a process would open it.
async fn open_with(dir: &Path, options: Options, clock: Arc<FixedClock>) -> Store {
    let db = Db::open(&format!("sqlite:{}", dir.join("test.db").display())).await.unwrap();
    let platform = platform_on(db, &[platform::MIGRATIONS, crate::MIGRATIONS], clock, dir).await;
    Store::open(platform, dir, options).await.unwrap()
}

async fn open(dir: &Path) -> Store {
    open_with(dir, by_hand(), clock()).await
}

/// Ends the process's part of the store in order, as a shutdown does.
async fn close(store: Store) {
    let tasks = store.inner.platform.tasks.clone();
    assert_eq!(tasks.shutdown().await, vec![], "every stage ends in time");
}

async fn values(store: &Store, series: u32) -> Vec<f64> {
    let (from, until) = (START_MS - 40 * DAY_MS, START_MS + 40 * DAY_MS);
    let raw = store.raw(Series(series), from, until, 100_000).await.unwrap();
    raw.readings.iter().map(|reading| reading.value).collect()
}

fn log_files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir.join("log")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[tokio::test]
async fn what_was_appended_is_seen_at_once_and_after_a_restart() {
    let dir = temp_dir("store");
    let store = open(&dir).await;
    store
        .append(vec![reading(1, START_MS, 1.0), reading(1, START_MS + 1, 2.0)], TEST_NOW)
        .await
        .unwrap();
    assert_eq!(values(&store, 1).await, [1.0, 2.0]);
    assert_eq!(store.latest(Series(1)).unwrap().value, 2.0);
    close(store).await;
    let store = open(&dir).await;
    assert_eq!(store.recovered().readings, 2);
    assert_eq!(values(&store, 1).await, [1.0, 2.0]);
    let latest = store.latest(Series(1)).unwrap();
    assert_eq!((latest.value, latest.arrived), (2.0, TEST_NOW));
    assert_eq!(store.last_arrivals(), [(Series(1), TEST_NOW)]);
}

#[tokio::test]
async fn both_engines_keep_the_catalogue() {
    platform::testing::each_engine(&[crate::MIGRATIONS], async |db| {
        let dir = temp_dir("engine");
        for round in 0..3 {
            let platform = platform_on(db.clone(), &[crate::MIGRATIONS], clock(), &dir).await;
            let store = Store::open(platform, &dir, by_hand()).await.unwrap();
            let value = f64::from(round);
            let batch = vec![
                reading(1, START_MS, value),
                reading(1, START_MS + 1 + i64::from(round), value),
            ];
            store.append(batch, TEST_NOW).await.unwrap();
            assert_eq!(values(&store, 1).await.len(), 2 + usize::try_from(round).unwrap());
            assert_eq!(values(&store, 1).await[0], value, "the newest write wins");
            store.flush_all().await.unwrap();
            assert_eq!(values(&store, 1).await[0], value, "the newest write wins");
            close(store).await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_batch_of_two_days_is_replayed_only_for_the_day_that_is_not_flushed() {
    let dir = temp_dir("store");
    let clock = clock();
    let limits = FlushLimits { age: Duration::from_mins(1), ..by_hand().limits };
    let options = Options { limits, ..by_hand() };
    let store = open_with(&dir, options, Arc::clone(&clock)).await;
    store.append(vec![reading(1, START_MS, 1.0)], TEST_NOW).await.unwrap();
    clock.advance(Duration::from_secs(59));
    // Day 0 is 59 seconds old, day 1 new.
    let both = vec![reading(1, START_MS + 1, 2.0), reading(1, START_MS + DAY_MS, 3.0)];
    store.append(both, TEST_NOW).await.unwrap();
    clock.advance(Duration::from_secs(1));
    assert_eq!(store.flush_due().await.unwrap(), 1);
    assert_eq!(store.inner.state.buffered(), 1);
    close(store).await;
    let store = open(&dir).await;
    assert_eq!(store.recovered().readings, 3);
    assert_eq!(store.inner.state.buffered(), 1, "the reading of day 1 only");
    assert_eq!(values(&store, 1).await, [1.0, 2.0, 3.0]);
}

#[tokio::test]
async fn log_files_go_only_when_segments_hold_all_that_is_in_them() {
    let dir = temp_dir("store");
    let options = Options { log_file_bytes_max: 1, ..by_hand() };
    let store = open_with(&dir, options, clock()).await;
    for n in 0..5 {
        store.append(vec![reading(1, START_MS + n, n as f64)], TEST_NOW).await.unwrap();
    }
    assert_eq!(log_files(&dir).len(), 5);
    store.flush_all().await.unwrap();
    assert_eq!(log_files(&dir).len(), 1, "the file that is written stays");
    store.append(vec![reading(1, START_MS + 9, 9.0)], TEST_NOW).await.unwrap();
    close(store).await;
    let store = open(&dir).await;
    assert_eq!(values(&store, 1).await, [0.0, 1.0, 2.0, 3.0, 4.0, 9.0]);
}

#[tokio::test]
async fn a_year_of_a_meter_becomes_few_segments() {
    let dir = temp_dir("store");
    let store = open(&dir).await;
    let hours = (0..365 * 24).map(|n| reading(1, START_MS + n * 3_600_000, 0.25)).collect();
    store.append(hours, TEST_NOW).await.unwrap();
    let segments = store.flush_all().await.unwrap();
    assert!((12..=14).contains(&segments), "{segments} segments for 365 days");
}

#[tokio::test]
async fn segments_that_cannot_be_written_keep_their_readings_in_the_log_and_are_tried_again() {
    let dir = temp_dir("store");
    let store = open(&dir).await;
    store.append(vec![reading(1, START_MS, 1.0)], TEST_NOW).await.unwrap();
    // A file stands where the folder of segments should be.
    std::fs::write(dir.join("blob/readings"), "in the way").unwrap();
    store.flush_all().await.unwrap_err();
    store.append(vec![reading(1, START_MS, 2.0)], TEST_NOW).await.unwrap();
    assert_eq!(values(&store, 1).await, [2.0]);
    std::fs::remove_file(dir.join("blob/readings")).unwrap();
    assert_eq!(store.flush_all().await.unwrap(), 1, "the older generation comes first");
    assert_eq!(values(&store, 1).await, [2.0]);
    assert_eq!(store.flush_all().await.unwrap(), 1);
    assert_eq!(values(&store, 1).await, [2.0]);
    assert_eq!(store.inner.state.buffered(), 0);
}

#[tokio::test]
async fn latest_values_are_made_again_from_segments_when_their_file_is_damaged() {
    let dir = temp_dir("store");
    let store = open(&dir).await;
    let readings = (1..=9).map(|series| reading(series, START_MS, f64::from(series))).collect();
    store.append(readings, TEST_NOW).await.unwrap();
    store.flush_all().await.unwrap();
    close(store).await;
    for file in log_files(&dir) {
        std::fs::remove_file(file).unwrap();
    }
    std::fs::write(dir.join("latest.bin"), "SDNLAST1 damaged").unwrap();
    let store = open(&dir).await;
    assert_eq!(store.latest(Series(7)).unwrap().value, 7.0);
    let found = store.latest_many(&[Series(1), Series(99), Series(2)]);
    assert_eq!(found.iter().map(|row| row.value).collect::<Vec<_>>(), [1.0, 2.0]);
}

#[tokio::test]
async fn batch_numbers_go_on_where_segments_ended_when_the_log_is_lost() {
    let dir = temp_dir("store");
    let store = open(&dir).await;
    store.append(vec![reading(1, START_MS, 1.0)], TEST_NOW).await.unwrap();
    store.append(vec![reading(1, START_MS, 2.0)], TEST_NOW).await.unwrap();
    store.flush_all().await.unwrap();
    close(store).await;
    std::fs::remove_dir_all(dir.join("log")).unwrap();
    let store = open(&dir).await;
    store.append(vec![reading(1, START_MS, 3.0)], TEST_NOW).await.unwrap();
    assert_eq!(values(&store, 1).await, [3.0]);
    close(store).await;
    assert_eq!(values(&open(&dir).await, 1).await, [3.0]);
}

#[tokio::test]
async fn an_orphan_goes_after_a_day_and_a_segment_stays() {
    let dir = temp_dir("store");
    let store = open(&dir).await;
    store.append(vec![reading(1, START_MS, 1.0)], TEST_NOW).await.unwrap();
    store.flush_all().await.unwrap();
    let orphan = dir.join("blob/readings/0198c3b2-0000-7000-8000-000000000000.parquet");
    std::fs::write(&orphan, "nobody names me").unwrap();
    let written = std::fs::metadata(&orphan).unwrap().modified().unwrap();
    let age = written.duration_since(std::time::UNIX_EPOCH).unwrap();
    let written = Instant::from_micros(0) + age;
    close(store).await;
    for (hours, left) in [(23, 2), (25, 1)] {
        let clock = FixedClock::at(written + Duration::from_hours(hours));
        let store = open_with(&dir, by_hand(), Arc::new(clock)).await;
        store.inner.remove_orphans().await.unwrap();
        let files = std::fs::read_dir(dir.join("blob/readings")).unwrap().count();
        assert_eq!(files, left, "after {hours} hours");
        assert_eq!(values(&store, 1).await, [1.0]);
        close(store).await;
    }
}

#[tokio::test]
async fn subscribers_hear_durable_batches_in_order_and_a_slow_one_is_waited_for() {
    let store = open(&temp_dir("store")).await;
    let mut heard = store.subscribe(1);
    for n in 0..20 {
        store.append(vec![reading(1, START_MS + n, n as f64)], TEST_NOW).await.unwrap();
    }
    for n in 0..20 {
        let batch = heard.recv().await.unwrap();
        assert_eq!(batch.readings[0].at_ms, START_MS + n);
        assert_eq!(batch.arrived, TEST_NOW);
    }
    assert!(store.inner.state.metrics.subscriber_waits.get() > 0);
}

#[tokio::test]
async fn more_than_the_queue_takes_waits_and_is_counted() {
    let options = Options { queue_readings_max: 10, ..by_hand() };
    let store = open_with(&temp_dir("store"), options, clock()).await;
    let batch = |n: i64| (0..25).map(|k| reading(1, START_MS + n * 25 + k, 1.0)).collect();
    let appends = (0..8).map(|n| store.append(batch(n), TEST_NOW));
    for outcome in futures::future::join_all(appends).await {
        outcome.unwrap();
    }
    assert_eq!(values(&store, 1).await.len(), 200);
    assert!(store.inner.state.metrics.queue_full.get() > 0);
}

#[tokio::test]
async fn a_full_memory_refuses_in_words_until_segments_are_written() {
    let options = Options { buffer_readings_max: 3, ..by_hand() };
    let store = open_with(&temp_dir("store"), options, clock()).await;
    let batch = |ms: i64| (0..3).map(|k| reading(1, START_MS + ms + k, 1.0)).collect();
    store.append(batch(0), TEST_NOW).await.unwrap();
    let error = store.append(batch(3), TEST_NOW).await.unwrap_err().to_string();
    assert!(error.starts_with("3 readings wait in memory"), "{error}");
    assert!(error.contains("send it again later"), "{error}");
    store.flush_all().await.unwrap();
    store.append(batch(3), TEST_NOW).await.unwrap();
    assert_eq!(values(&store, 1).await.len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_query_beside_appends_and_flushes_sees_each_acknowledged_reading_once() {
    const BATCHES: i64 = 120;
    let store = open(&temp_dir("store")).await;
    let acknowledged = Arc::new(AtomicU64::new(0));
    let is_done = || acknowledged.load(Ordering::SeqCst) == BATCHES.unsigned_abs();
    let appends = async {
        for n in 0..BATCHES {
            let batch = vec![reading(1, START_MS + n, 1.0), reading(1, START_MS - DAY_MS + n, 1.0)];
            store.append(batch, TEST_NOW).await.unwrap();
            acknowledged.fetch_add(1, Ordering::SeqCst);
        }
    };
    let flushes = async {
        while !is_done() {
            store.flush_all().await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let queries = async {
        while !is_done() {
            let before = acknowledged.load(Ordering::SeqCst);
            let found = values(&store, 1).await.len() as u64;
            let after = acknowledged.load(Ordering::SeqCst) + 1;
            assert!((2 * before..=2 * after).contains(&found), "{before}..{after}: {found}");
        }
    };
    futures::join!(appends, flushes, queries);
    assert_eq!(values(&store, 1).await.len() as u64, 2 * BATCHES.unsigned_abs());
}

#[tokio::test]
async fn an_import_is_told_what_it_would_change() {
    let store = open(&temp_dir("store")).await;
    let kept = vec![reading(1, START_MS, 1.0), reading(2, START_MS, 5.0)];
    store.append(kept, TEST_NOW).await.unwrap();
    let flagged = Reading { quality: Quality::PARTIAL, ..reading(2, START_MS, 5.0) };
    let asked = [
        reading(1, START_MS, 1.0),
        reading(1, START_MS + 1, 1.0),
        reading(1, START_MS, 2.0),
        flagged,
    ];
    assert_eq!(
        store.same(&asked).await.unwrap(),
        [Sameness::Unchanged, Sameness::New, Sameness::Different, Sameness::Different,]
    );
}

#[tokio::test]
async fn a_closed_store_and_a_wrong_time_refuse_in_words() {
    let store = open(&temp_dir("store")).await;
    let error = store.append(vec![reading(1, i64::MAX, 1.0)], TEST_NOW).await.unwrap_err();
    assert!(error.to_string().contains("between 1900 and 2200"), "{error}");
    store.shutdown().await.unwrap();
    let error = store.append(vec![reading(1, START_MS, 1.0)], TEST_NOW).await.unwrap_err();
    assert!(error.to_string().contains("send it again later"), "{error}");
}

#[tokio::test]
async fn the_figures_of_the_store_are_in_the_metrics() {
    let store = open(&temp_dir("store")).await;
    store.append(vec![reading(1, START_MS, 1.0); 3], TEST_NOW).await.unwrap();
    store.flush_all().await.unwrap();
    let text = store.inner.platform.metrics.text();
    for line in
        ["telemetry_readings_total 3", "telemetry_batches_total 1", "telemetry_segments_live 1"]
    {
        assert!(text.contains(line), "{line} in {text}");
    }
}
