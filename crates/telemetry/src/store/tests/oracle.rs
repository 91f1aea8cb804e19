//! Whatever is done to it, the store is a sorted map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::catalogue::{self, Span};
use crate::query::{Aggregate, Bucketing};
use crate::{compaction, erasure, rollup};

const SERIES: u32 = 3;
const HOUR_MS: i64 = 3_600_000;

#[derive(Debug, Clone)]
enum Step {
    /// Series, minute around the start, value.
    Append(Vec<(u32, i64, i32)>),
    FlushDay(i64),
    FlushAll,
    /// Merges the segments whose turn in the list has a bit set, and those that must go with them.
    Merge(u16),
    RemoveDead,
    /// Series, first minute, length.
    Erase(u32, i64, i64),
    CutOut,
    RollUp,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    // Two days and a half around midnight, few enough minutes that keys repeat.
    let minute = prop_oneof![-30_i64..30, 1_430_i64..1_450, -1_450_i64..-1_430];
    let point = (0..SERIES, minute, -1_000..1_000_i32);
    let step = prop_oneof![
        6 => proptest::collection::vec(point, 1..30).prop_map(Step::Append),
        2 => (-2_i64..2).prop_map(Step::FlushDay),
        1 => Just(Step::FlushAll),
        3 => any::<u16>().prop_map(Step::Merge),
        1 => Just(Step::RemoveDead),
        2 => (0..SERIES, -1_450_i64..1_450, 1..900_i64).prop_map(|(s, m, n)| Step::Erase(s, m, n)),
        1 => Just(Step::CutOut),
        3 => Just(Step::RollUp),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..14)
}

type Oracle = BTreeMap<(u32, i64), f64>;

fn at_ms(minute: i64) -> i64 {
    START_MS + minute * 60_000
}

async fn run(steps: &[Step]) {
    let dir = temp_dir("oracle");
    let options = Options { log_file_bytes_max: 2_000, ..by_hand() };
    let clock = clock();
    let mut store = open_with(&dir, options, Arc::clone(&clock)).await;
    let mut oracle = Oracle::new();
    for step in steps {
        match step {
            Step::Append(points) => {
                let readings: Vec<Reading> = points
                    .iter()
                    .map(|(series, minute, v)| Reading {
                        quality: quality_of(*v),
                        ..reading(*series, at_ms(*minute), f64::from(*v))
                    })
                    .collect();
                oracle.extend(readings.iter().map(|r| ((r.series.0, r.at_ms), r.value)));
                store.append(readings, TEST_NOW).await.unwrap();
            }
            Step::FlushDay(day) => {
                let day = crate::buffer::Day::of_ms(START_MS + day * DAY_MS);
                store.inner.flush(&[day]).await.unwrap();
            }
            Step::FlushAll => drop(store.flush_all().await.unwrap()),
            Step::Merge(seeds) => merge_some(&store, *seeds).await,
            Step::RemoveDead => {
                clock.advance(compaction::GRACE);
                store.remove_dead().await.unwrap();
            }
            Step::Erase(series, minute, length) => {
                let order = erasure::Order {
                    kind: erasure::ErasureKind::Request,
                    complex: None,
                    reason: "the test wants it".into(),
                    what: serde_json::json!({}),
                    series: vec![Series(*series)],
                    from_ms: at_ms(*minute),
                    until_ms: at_ms(minute + length),
                };
                let span = order.from_ms..order.until_ms;
                store.erase(&platform::testing::system_ctx(), &order).await.unwrap();
                oracle.retain(|(of, at), _| of != series || !span.contains(at));
            }
            Step::RollUp => {
                roll_up_all(&store).await;
                check_figures(&store, &oracle).await;
            }
            Step::CutOut => drop(store.cut_out().await.unwrap()),
            Step::Reopen => {
                close(store).await;
                store = open_with(&dir, options, Arc::clone(&clock)).await;
            }
        }
        check(&store, &oracle).await;
    }
    close(store).await;
    let store = open_with(&dir, options, clock).await;
    check(&store, &oracle).await;
    check_figures(&store, &oracle).await;
    std::fs::remove_dir_all(dir).unwrap();
}

/// Now and then a reading is struck out.
fn quality_of(value: i32) -> Quality {
    if value % 7 == 0 { Quality::VOID } else { Quality::GOOD }
}

/// Rolls up every segment, however small and young.
async fn roll_up_all(store: &Store) {
    let mut tx = store.inner.platform.db.read().await.unwrap();
    let done = rollup::store::segments(&mut tx).await.unwrap();
    drop(tx);
    for row in store.segments().await.unwrap().iter().filter(|row| !done.contains(&row.id)) {
        store.inner.roll_up(row).await.unwrap();
    }
}

async fn merge_some(store: &Store, seeds: u16) {
    let inner = &store.inner;
    let mut tx = inner.platform.db.read().await.unwrap();
    let live = catalogue::live(&mut tx).await.unwrap();
    let tombstones = catalogue::tombstones(&mut tx, Span::ALL).await.unwrap();
    let seq = catalogue::newest_tombstone(&mut tx).await.unwrap();
    drop(tx);
    let seeds: Vec<usize> = (0..live.len()).filter(|n| seeds >> (n % 16) & 1 == 1).collect();
    if seeds.is_empty() {
        return;
    }
    let pieces: Vec<_> = live.iter().map(compaction::piece).collect();
    let inputs = compaction::rules::closed(&pieces, &seeds);
    let rows: Vec<_> = inputs.iter().map(|index| live[*index].clone()).collect();
    inner.merge(&rows, 1, &tombstones, seq).await.unwrap();
}

async fn check(store: &Store, oracle: &Oracle) {
    let (from_ms, until_ms) = (START_MS - 2 * DAY_MS, START_MS + 2 * DAY_MS);
    for series in 0..SERIES {
        let raw = store.raw(Series(series), from_ms, until_ms, 100_000).await.unwrap();
        let found: Vec<_> = raw.readings.iter().map(|r| (r.at_ms, r.value)).collect();
        let of_series = oracle.range((series, i64::MIN)..=(series, i64::MAX));
        let expected: Vec<_> = of_series.map(|((_, at), value)| (*at, *value)).collect();
        assert_eq!(found, expected, "series {series}");
        let latest = store.latest(Series(series)).map(|row| (row.at_ms, row.value));
        assert_eq!(latest, expected.last().copied(), "latest of series {series}");
    }
    check_buckets(store, oracle, question(HOUR_MS, Aggregate::Sum)).await;
}

fn question(bucket_ms: i64, aggregate: Aggregate) -> Bucketing {
    Bucketing {
        from_ms: START_MS - 2 * DAY_MS - 60_000,
        until_ms: START_MS + 2 * DAY_MS,
        bucket_ms,
        origin_ms: -9 * HOUR_MS,
        aggregate,
    }
}

async fn check_figures(store: &Store, oracle: &Oracle) {
    for aggregate in [
        Aggregate::Avg,
        Aggregate::Min,
        Aggregate::Max,
        Aggregate::Count,
        Aggregate::First,
        Aggregate::Last,
    ] {
        check_buckets(store, oracle, question(HOUR_MS, aggregate)).await;
    }
    check_buckets(store, oracle, question(15 * 60_000, Aggregate::Sum)).await;
    check_buckets(store, oracle, question(6 * HOUR_MS, Aggregate::Last)).await;
    let days = Bucketing { from_ms: START_MS - 20 * DAY_MS, ..question(DAY_MS, Aggregate::Avg) };
    check_buckets(store, oracle, days).await;
}

/// The figures of buckets, counted from the map.
async fn check_buckets(store: &Store, oracle: &Oracle, bucketing: Bucketing) {
    let mut expected: BTreeMap<(u32, i64), Vec<f64>> = BTreeMap::new();
    for ((series, at), value) in oracle {
        if *value % 7.0 != 0.0 {
            let since = (at - bucketing.origin_ms).rem_euclid(bucketing.bucket_ms);
            expected.entry((*series, at - since)).or_default().push(*value);
        }
    }
    let figure = |values: &Vec<f64>| match bucketing.aggregate {
        Aggregate::Sum => values.iter().sum(),
        Aggregate::Avg => values.iter().sum::<f64>() / values.len() as f64,
        Aggregate::Min => values.iter().copied().fold(f64::INFINITY, f64::min),
        Aggregate::Max => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        Aggregate::Count => values.len() as f64,
        Aggregate::First => values[0],
        Aggregate::Last => values[values.len() - 1],
    };
    let expected: Vec<_> =
        expected.iter().map(|(key, values)| (*key, figure(values), values.len() as u64)).collect();
    let all: Vec<Series> = (0..SERIES).map(Series).collect();
    let buckets = store.bucketed(&all, bucketing).await.unwrap();
    let found: Vec<_> =
        buckets.iter().map(|b| ((b.series.0, b.start_ms), b.value, b.count)).collect();
    assert_eq!(found, expected, "{bucketing:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]
    #[test]
    fn any_order_of_batches_late_data_flushes_merges_deletes_and_restarts_is_a_sorted_map(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(run(&steps));
    }
}
