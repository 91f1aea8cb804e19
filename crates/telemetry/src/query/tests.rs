//! Questions through the store; the buffer, segments and both together must answer alike.

use std::time::Duration;

use platform::testing::{platform, temp_dir, test_clock};

use super::*;
use crate::buffer::FlushLimits;
use crate::{Options, Store};

const DAY_MS: i64 = 86_400_000;
/// 2026-11-25T00:00:00Z.
const START_MS: i64 = 1_795_564_800_000;

/// A store that flushes only when it is told to.
async fn store() -> Store {
    let platform = platform(&[crate::MIGRATIONS], test_clock()).await;
    let limits = FlushLimits { age: Duration::MAX, readings: usize::MAX, bytes: usize::MAX };
    let options = Options { limits, ..Options::default() };
    Store::open(platform, &temp_dir("query"), options).await.unwrap()
}

fn reading(series: u32, at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(series), at_ms, value, quality: Quality::GOOD }
}

async fn keep(store: &Store, readings: Vec<Reading>) {
    store.append(readings, platform::testing::TEST_NOW).await.unwrap();
}

fn bucketing(aggregate: Aggregate, bucket_ms: i64) -> Bucketing {
    let (from_ms, until_ms) = (START_MS, START_MS + DAY_MS);
    Bucketing { from_ms, until_ms, bucket_ms, origin_ms: 0, aggregate }
}

async fn values(store: &Store, aggregate: Aggregate) -> Vec<f64> {
    let buckets = store.bucketed(&[Series(1)], bucketing(aggregate, 3_600_000)).await.unwrap();
    buckets.iter().map(|bucket| bucket.value).collect()
}

async fn check_figures(store: &Store) {
    assert_eq!(values(store, Aggregate::Avg).await, [2.0, 7.0]);
    assert_eq!(values(store, Aggregate::Min).await, [1.0, 7.0]);
    assert_eq!(values(store, Aggregate::Max).await, [3.0, 7.0]);
    assert_eq!(values(store, Aggregate::Sum).await, [6.0, 7.0]);
    assert_eq!(values(store, Aggregate::Count).await, [3.0, 1.0]);
    assert_eq!(values(store, Aggregate::First).await, [1.0, 7.0]);
    assert_eq!(values(store, Aggregate::Last).await, [2.0, 7.0]);
    let other = store.raw(Series(2), START_MS, START_MS + DAY_MS, 10).await.unwrap();
    assert_eq!(other.readings, [reading(2, START_MS, 50.0)]);
}

#[tokio::test]
async fn every_figure_is_the_same_from_memory_and_from_a_segment() {
    let store = store().await;
    let readings = vec![
        reading(1, START_MS, 1.0),
        reading(1, START_MS + 60_000, 3.0),
        reading(1, START_MS + 120_000, 2.0),
        reading(1, START_MS + 3_600_000, 7.0),
        reading(1, START_MS + DAY_MS, 99.0),
        reading(2, START_MS, 50.0),
    ];
    keep(&store, readings).await;
    check_figures(&store).await;
    store.flush_all().await.unwrap();
    check_figures(&store).await;
}

#[tokio::test]
async fn a_correction_wins_wherever_the_two_writes_lie() {
    let store = store().await;
    let read = async || {
        let raw = store.raw(Series(1), START_MS, START_MS + DAY_MS, 10).await.unwrap();
        let sum = values(&store, Aggregate::Sum).await;
        (raw.readings.iter().map(|r| r.value).collect::<Vec<_>>(), sum)
    };
    keep(&store, vec![reading(1, START_MS, 1.0), reading(1, START_MS + 1, 5.0)]).await;
    store.flush_all().await.unwrap();
    keep(&store, vec![reading(1, START_MS, 2.0)]).await;
    assert_eq!(read().await, (vec![2.0, 5.0], vec![7.0]), "segment below, buffer above");
    store.flush_all().await.unwrap();
    assert_eq!(read().await, (vec![2.0, 5.0], vec![7.0]), "two segments");
    keep(&store, vec![reading(1, START_MS, 3.0)]).await;
    assert_eq!(read().await, (vec![3.0, 5.0], vec![8.0]), "two segments and the buffer");
}

#[tokio::test]
async fn a_limit_cuts_by_time_and_says_so() {
    let store = store().await;
    keep(&store, (0..10).rev().map(|n| reading(1, START_MS + n, n as f64)).collect()).await;
    let raw = store.raw(Series(1), START_MS, START_MS + 100, 4).await.unwrap();
    assert_eq!(raw.readings.iter().map(|r| r.value).collect::<Vec<_>>(), [0.0, 1.0, 2.0, 3.0]);
    assert!(raw.truncated);
    assert!(!store.raw(Series(1), START_MS, START_MS + 100, 10).await.unwrap().truncated);
}

#[tokio::test]
async fn days_of_korea_begin_at_fifteen_hours_utc() {
    let store = store().await;
    let midnight_ms = START_MS - 9 * 3_600_000;
    keep(&store, vec![reading(1, midnight_ms - 1, 1.0), reading(1, midnight_ms, 2.0)]).await;
    let bucketing = Bucketing {
        from_ms: midnight_ms - DAY_MS,
        until_ms: midnight_ms + DAY_MS,
        bucket_ms: DAY_MS,
        origin_ms: -9 * 3_600_000,
        aggregate: Aggregate::Sum,
    };
    let buckets = store.bucketed(&[Series(1)], bucketing).await.unwrap();
    let found: Vec<_> = buckets.iter().map(|bucket| (bucket.start_ms, bucket.value)).collect();
    assert_eq!(found, [(midnight_ms - DAY_MS, 1.0), (midnight_ms, 2.0)]);
}

#[tokio::test]
async fn the_flags_of_a_bucket_are_those_of_all_its_readings() {
    let store = store().await;
    let late = Reading { quality: Quality::LATE, ..reading(1, START_MS, 1.0) };
    let spike = Reading { quality: Quality::SPIKE, ..reading(1, START_MS + 1, 1.0) };
    keep(&store, vec![late, spike]).await;
    let buckets = store.bucketed(&[Series(1)], bucketing(Aggregate::Avg, DAY_MS)).await.unwrap();
    assert_eq!(buckets[0].quality, Quality::LATE.with(Quality::SPIKE));
    assert_eq!(buckets[0].count, 2);
}

#[tokio::test]
async fn many_series_are_answered_by_series_and_time() {
    let store = store().await;
    let hours = |series| (0..3).map(move |n| reading(series, START_MS + n * 3_600_000, n as f64));
    keep(&store, (0..700).flat_map(hours).collect()).await;
    store.flush_all().await.unwrap();
    let series: Vec<Series> = (0..700).map(Series).collect();
    let buckets = store.bucketed(&series, bucketing(Aggregate::Max, 3_600_000)).await.unwrap();
    assert_eq!(buckets.len(), 2_100);
    assert!(buckets.is_sorted_by_key(|bucket| (bucket.series, bucket.start_ms)));
}

#[tokio::test]
async fn an_empty_question_has_an_empty_answer() {
    let store = store().await;
    keep(&store, vec![reading(1, START_MS, 1.0)]).await;
    assert!(store.raw(Series(1), START_MS, START_MS, 10).await.unwrap().readings.is_empty());
    assert!(store.raw(Series(9), START_MS, START_MS + 9, 10).await.unwrap().readings.is_empty());
    let none = store.bucketed(&[], bucketing(Aggregate::Avg, 1_000)).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn questions_that_are_too_large_say_what_to_ask_instead() {
    let store = store().await;
    let series: Vec<Series> = (0..=u32::try_from(SERIES_MAX).unwrap()).map(Series).collect();
    let error = store.bucketed(&series, bucketing(Aggregate::Avg, 1_000)).await.unwrap_err();
    assert!(error.to_string().contains("ask for fewer at once"), "{error}");
    let error = store.bucketed(&series[..1], bucketing(Aggregate::Avg, 0)).await.unwrap_err();
    assert!(error.to_string().contains("give a positive length"), "{error}");
}

#[tokio::test]
async fn a_reading_that_is_flushed_between_snapshot_and_catalogue_is_seen_once() {
    let store = store().await;
    keep(&store, vec![reading(1, START_MS, 4.0)]).await;
    let engine = &store.inner.engine;
    let parts = store.inner.state.snapshot(&[Series(1)], START_MS, START_MS + 1);
    store.flush_all().await.unwrap();
    let bucketing = bucketing(Aggregate::Sum, DAY_MS);
    let buckets = engine.bucketed(parts, &[Series(1)], bucketing).await.unwrap();
    assert_eq!((buckets.len(), buckets[0].value, buckets[0].count), (1, 4.0, 1));
}
