use std::time::Duration;

use base::{Quality, Reading, Series};
use futures::TryStreamExt as _;
use platform::testing::{TEST_NOW, platform, temp_dir, test_clock};
use proptest::prelude::*;

use super::rules::{Covered, Roller, Row, Width};
use super::store;
use crate::buffer::FlushLimits;
use crate::query::{Aggregate, Bucketing};
use crate::{Options, Store};

const HOUR_MS: i64 = 3_600_000;

fn reading(at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(1), at_ms, value, quality: Quality::GOOD }
}

fn rolled(readings: &[Reading]) -> Roller {
    let mut roller = Roller::default();
    for reading in readings {
        roller.add(reading);
    }
    roller
}

#[test]
fn a_bucket_holds_what_its_readings_say() {
    let spike = Reading { quality: Quality::SPIKE, ..reading(3 * 60_000, 9.0) };
    let struck = Reading { quality: Quality::VOID, ..reading(4 * 60_000, 1e9) };
    let roller =
        rolled(&[reading(0, 0.1), reading(60_000, 0.2), spike, struck, reading(300_000, 0.4)]);
    let rows = roller.rows(Width::ALL.iter().position(|w| *w == Width::Quarter).unwrap()).unwrap();
    let [row] = rows else { panic!("{rows:?}") };
    let Row { start_ms, count, min, max, first, last, first_at_ms, last_at_ms, quality, .. } = *row;
    assert_eq!((start_ms, count, min, max, first, last), (0, 4, 0.1, 9.0, 0.1, 0.4));
    assert_eq!((first_at_ms, last_at_ms, quality), (0, 300_000, Quality::SPIKE));
    assert_eq!(row.whole_sum(), 9.7, "a plain sum of these is 9.700000000000001");
    assert!(roller.rows(0).is_none(), "four minutes of four readings are not worth it");
}

/// Hours before the clock's now.
fn hours_ago(hours: i64) -> i64 {
    TEST_NOW.as_millis() - hours * HOUR_MS
}

/// A store with 2,000 readings of series 1, one a minute, and 20 of series 2, in one segment.
async fn filled(name: &str) -> Store {
    let platform = platform(&[crate::MIGRATIONS], test_clock()).await;
    let limits = FlushLimits { age: Duration::MAX, readings: usize::MAX, bytes: usize::MAX };
    let options = Options { limits, ..Options::default() };
    let store = Store::open(platform, &temp_dir(name), options).await.unwrap();
    let start = hours_ago(100).div_euclid(86_400_000) * 86_400_000;
    let minutes = (0..1_400).map(|n| reading(start + n * 60_000, n as f64));
    let hours = (0..20).map(|n| Reading { series: Series(2), ..reading(start + n * HOUR_MS, 1.0) });
    store.append(minutes.chain(hours).collect(), TEST_NOW).await.unwrap();
    store.flush_all().await.unwrap();
    store
}

async fn hourly(store: &Store) -> Vec<(u32, i64, f64)> {
    let start = hours_ago(100).div_euclid(86_400_000) * 86_400_000;
    let bucketing = Bucketing {
        from_ms: start,
        until_ms: start + 24 * HOUR_MS,
        bucket_ms: HOUR_MS,
        origin_ms: 0,
        aggregate: Aggregate::Sum,
    };
    let buckets = store.bucketed(&[Series(1), Series(2)], bucketing).await.unwrap();
    buckets.iter().map(|b| (b.series.0, b.start_ms, b.value)).collect()
}

async fn files(store: &Store) -> Vec<String> {
    let objects = store.inner.platform.blob.object_store();
    let listed = objects.list(Some(&super::FOLDER.into()));
    listed.map_ok(|object| object.location.to_string()).try_collect().await.unwrap()
}

#[tokio::test]
async fn a_roll_up_covers_what_it_is_worth_it_for_and_answers_alike() {
    let store = filled("roll-up").await;
    let before = hourly(&store).await;
    assert_eq!(store.roll_up().await.unwrap(), 1);
    assert_eq!(store.roll_up().await.unwrap(), 0, "once is enough");
    let mut tx = store.inner.platform.db.read().await.unwrap();
    let rows = store::files(&mut tx).await.unwrap();
    drop(tx);
    let mut covered: Vec<(i64, String, i64)> =
        rows.iter().map(|row| (row.width_ms, row.covered.text(), row.rows)).collect();
    covered.sort_unstable();
    // A reading a minute is no minute's roll-up, and one an hour is a day's only.
    let expected = [(900_000, "1", 94), (HOUR_MS, "1", 24), (86_400_000, "1-2", 4)];
    assert_eq!(covered, expected.map(|(width, series, rows)| (width, series.to_owned(), rows)));
    assert_eq!(hourly(&store).await, before);
    let verification = store.verify().await.unwrap();
    assert_eq!((verification.rollups, verification.problems), (3, vec![]));
}

#[tokio::test]
async fn answers_do_come_from_the_roll_up_and_without_it_from_readings() {
    let store = filled("roll-up-gone").await;
    let before = hourly(&store).await;
    store.roll_up().await.unwrap();
    // The segment's file is out of the way: the hours of series 1 are still known.
    let objects = store.inner.platform.blob.object_store();
    let segment = store.segments().await.unwrap()[0].path.clone();
    let (held, away) = (segment.as_str().into(), "away".into());
    object_store::ObjectStoreExt::rename(&objects, &held, &away).await.unwrap();
    let start = hours_ago(100).div_euclid(86_400_000) * 86_400_000;
    let bucketing = Bucketing {
        from_ms: start,
        until_ms: start + 24 * HOUR_MS,
        bucket_ms: HOUR_MS,
        origin_ms: 0,
        aggregate: Aggregate::Sum,
    };
    let rolled = store.bucketed(&[Series(1)], bucketing).await.unwrap();
    assert_eq!(rolled.len(), 24);
    object_store::ObjectStoreExt::rename(&objects, &away, &held).await.unwrap();
    for path in files(&store).await {
        store.inner.platform.blob.delete(&path).await.unwrap();
    }
    assert_eq!(hourly(&store).await, before, "a lost roll-up costs time, no answer");
    let notices = store.verify().await.unwrap().notices;
    assert!(notices.iter().all(|notice| notice.code == "rollup.missing"), "{notices:?}");
    // The next start forgets them and makes them again.
    store.settle_rollups().await.unwrap();
    assert_eq!(store.roll_up().await.unwrap(), 1);
    assert_eq!(files(&store).await.len(), 3);
}

#[tokio::test]
async fn roll_ups_go_with_their_segment_and_strangers_at_the_next_start() {
    let store = filled("roll-up-dead").await;
    store.roll_up().await.unwrap();
    let blob = &store.inner.platform.blob;
    blob.put("rollups/stranger.parquet", bytes::Bytes::from_static(b"left by a crash"))
        .await
        .unwrap();
    store.settle_rollups().await.unwrap();
    assert_eq!(files(&store).await.len(), 3);
    let row = store.segments().await.unwrap()[0].clone();
    store.inner.remove_rollups(&row).await.unwrap();
    assert_eq!(files(&store).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_segment_is_told_of_once_and_not_read_every_minute() {
    let store = filled("roll-up-damaged").await;
    let path = store.segments().await.unwrap()[0].path.clone();
    let blob = &store.inner.platform.blob;
    blob.put(&path, bytes::Bytes::from_static(b"no Parquet")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(store.roll_up().await.unwrap(), 0);
        assert_eq!(store.inner.state.metrics.rollup_failed.get(), 1);
    }
    assert_eq!(files(&store).await, Vec::<String>::new(), "nothing half made is left");
}

#[test]
fn a_day_is_one_of_korea() {
    // 2026-11-25T15:00Z is midnight in Korea.
    let midnight = 1_795_564_800_000 + 15 * HOUR_MS;
    assert_eq!(Width::Day.start_of(midnight), midnight);
    assert_eq!(Width::Day.start_of(midnight - 1), midnight - 24 * HOUR_MS);
    assert_eq!(Width::Hour.start_from(midnight + 1), midnight + HOUR_MS);
}

#[test]
fn the_coarsest_width_that_fits_is_taken() {
    let of = |bucket_ms, origin_ms| {
        let (from_ms, until_ms, aggregate) = (0, HOUR_MS, Aggregate::Avg);
        Width::of(&Bucketing { from_ms, until_ms, bucket_ms, origin_ms, aggregate })
    };
    assert_eq!(of(24 * HOUR_MS, -9 * HOUR_MS), Some(Width::Day));
    assert_eq!(of(7 * 24 * HOUR_MS, 15 * HOUR_MS), Some(Width::Day));
    assert_eq!(of(24 * HOUR_MS, 0), Some(Width::Hour), "a day of UTC is whole hours");
    assert_eq!(of(HOUR_MS, 1_800_000), Some(Width::Quarter), "hours from half past");
    assert_eq!(of(300_000, 0), Some(Width::Minute));
    assert_eq!(of(90_000, 0), None);
    assert_eq!(of(10_000, 0), None);
}

#[test]
fn a_damaged_list_of_series_is_none() {
    for text in ["5-3", "1-4,4-9", "9,1", "x", "1-2-3", "-1"] {
        assert_eq!(Covered::parse(text), None, "{text}");
    }
    assert_eq!(Covered::parse("").unwrap(), Covered::default());
}

proptest! {
    #[test]
    fn a_list_of_series_holds_what_was_told_of_it(
        told in proptest::collection::btree_map(0_u32..300, any::<bool>(), 0..60),
    ) {
        let mut covered = Covered::default();
        for (series, is_in) in &told {
            covered.push(*series, *is_in);
        }
        let again = Covered::parse(&covered.text()).unwrap();
        for (series, is_in) in &told {
            prop_assert_eq!(covered.has(*series), *is_in);
            prop_assert_eq!(again.has(*series), *is_in);
        }
    }

    #[test]
    fn every_width_counts_every_reading_once(
        gaps in proptest::collection::vec(1_i64..4_000_000, 1..200),
        start in -100_000_000_i64..100_000_000,
    ) {
        let mut at_ms = start;
        let readings: Vec<Reading> = gaps
            .iter()
            .map(|gap| {
                at_ms += gap;
                reading(at_ms, *gap as f64 / 8.0)
            })
            .collect();
        let roller = rolled(&readings);
        for (place, width) in Width::ALL.into_iter().enumerate() {
            let Some(rows) = roller.rows(place) else { continue };
            prop_assert!(rows.len() * 4 <= readings.len());
            prop_assert!(rows.is_sorted_by(|a, b| a.start_ms < b.start_ms));
            for row in rows {
                let of_row: Vec<f64> = readings
                    .iter()
                    .filter(|reading| width.start_of(reading.at_ms) == row.start_ms)
                    .map(|reading| reading.value)
                    .collect();
                prop_assert_eq!(row.count, of_row.len() as u64);
                prop_assert_eq!(row.whole_sum(), of_row.iter().sum::<f64>());
                prop_assert_eq!((row.first, row.last), (of_row[0], of_row[of_row.len() - 1]));
            }
            prop_assert_eq!(rows.iter().map(|row| row.count).sum::<u64>(), readings.len() as u64);
        }
    }
}
