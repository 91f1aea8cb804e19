use std::sync::Arc;

use base::{FixedClock, Quality, Reading, Series};
use platform::db::Db;
use platform::testing::{TEST_NOW, platform_on, temp_dir};

use super::*;
use crate::Options;

const START_MS: i64 = 1_795_564_800_000;

fn reading(series: u32, at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(series), at_ms, value, quality: Quality::GOOD }
}

async fn open(dir: &Path, database: &str) -> Store {
    open_with(dir, database, 1).await
}

/// Every batch has a file of the log when `log_file_bytes_max` is 1; it goes when the next flush is done.
async fn open_with(dir: &Path, database: &str, log_file_bytes_max: u64) -> Store {
    let db = Db::open(&format!("sqlite:{}", dir.join(database).display())).await.unwrap();
    let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform_on(db, &sets, Arc::new(FixedClock::at(TEST_NOW)), dir).await;
    let options = Options { log_file_bytes_max, ..Options::default() };
    Store::open(platform, dir, options).await.unwrap()
}

async fn filled(dir: &Path) -> Store {
    let store = open(dir, "a.db").await;
    for n in 0..3 {
        let readings = (0..100).map(|k| reading(n, START_MS + k, k as f64)).collect();
        store.append(readings, TEST_NOW).await.unwrap();
        store.flush_all().await.unwrap();
    }
    store
}

async fn values(store: &Store, series: u32) -> usize {
    store.raw(Series(series), START_MS - 10, START_MS + 1_000, 1_000).await.unwrap().readings.len()
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

#[tokio::test]
async fn a_whole_store_has_no_problem() {
    let dir = temp_dir("check");
    let store = filled(&dir).await;
    store.append(vec![reading(1, START_MS + 500, 1.0)], TEST_NOW).await.unwrap();
    let found = store.verify().await.unwrap();
    assert_eq!((found.segments, found.readings), (3, 300));
    assert_eq!((found.problems, found.notices), (vec![], vec![]));
    assert!(found.log_batches >= 1);
}

#[tokio::test]
async fn missing_cut_and_altered_files_are_named_with_what_to_do() {
    let dir = temp_dir("check");
    let store = filled(&dir).await;
    let mut tx = store.inner.platform.db.read().await.unwrap();
    let live = catalogue::live(&mut tx).await.unwrap();
    let file = |n: usize| dir.join("blob").join(&live[n].path);
    std::fs::remove_file(file(0)).unwrap();
    let mut bytes = std::fs::read(file(1)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(file(1), &bytes).unwrap();
    std::fs::write(file(2), &bytes[..10]).unwrap();
    std::fs::write(dir.join("blob/readings/stray.parquet"), "nobody names me").unwrap();
    let found = store.verify().await.unwrap();
    assert_eq!(codes(&found.problems), ["segment.missing", "segment.sha256", "segment.size"]);
    assert_eq!(codes(&found.notices), ["segment.surplus"]);
    for finding in &found.problems {
        assert!(finding.detail.contains("restore it from a backup"), "{finding:?}");
    }
}

#[tokio::test]
async fn a_torn_page_of_the_log_is_found_and_costs_only_its_batch() {
    let dir = temp_dir("check");
    let store = open_with(&dir, "a.db", 1 << 20).await;
    for n in 0..20 {
        let readings = (0..10).map(|k| reading(1, START_MS + n * 10 + k, 1.0)).collect();
        store.append(readings, TEST_NOW).await.unwrap();
    }
    store.inner.platform.tasks.shutdown().await;
    drop(store);
    let log = std::fs::read_dir(dir.join("log")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = std::fs::read(&log).unwrap();
    bytes[1_000..1_100].fill(0);
    std::fs::write(&log, bytes).unwrap();
    let found = check_log(&dir.join("log"));
    assert_eq!(codes(&found.problems), ["log.damaged"]);
    assert!(found.problems[0].detail.contains("check the disk"), "{:?}", found.problems);
    assert_eq!(found.log_batches, 19);
    let store = open_with(&dir, "a.db", 1 << 20).await;
    assert_eq!(values(&store, 1).await, 190);
}

#[tokio::test]
async fn the_catalogue_is_made_again_from_the_files_of_a_lost_database() {
    let dir = temp_dir("check");
    let store = filled(&dir).await;
    // One merge, whose inputs are still on the disk.
    let mut tx = store.inner.platform.db.read().await.unwrap();
    let live = catalogue::live(&mut tx).await.unwrap();
    drop(tx);
    store.inner.merge(&live[..2], 1, &[], 0).await.unwrap();
    store.append(vec![reading(1, START_MS, 70.0)], TEST_NOW).await.unwrap();
    store.inner.platform.tasks.shutdown().await;
    drop(store);
    std::fs::remove_file(dir.join("latest.bin")).unwrap();
    let store = open(&dir, "b.db").await;
    assert_eq!(values(&store, 0).await, 0, "the catalogue is empty");
    let rebuilt = store.rebuild_catalogue().await.unwrap();
    assert_eq!((rebuilt.files, rebuilt.added, rebuilt.buried), (4, 2, 0));
    assert_eq!(rebuilt.problems, []);
    for series in 0..3 {
        assert_eq!(values(&store, series).await, 100);
    }
    let newest = store.raw(Series(1), START_MS, START_MS + 1, 10).await.unwrap();
    assert_eq!(newest.readings[0].value, 70.0, "what the log holds is newer");
    assert_eq!(store.rebuild_catalogue().await.unwrap().added, 0);
    assert_eq!(store.verify().await.unwrap().problems, []);
}

#[tokio::test]
async fn a_question_that_meets_a_missing_file_says_which_and_counts_it() {
    let dir = temp_dir("check");
    let store = filled(&dir).await;
    let mut tx = store.inner.platform.db.read().await.unwrap();
    let live = catalogue::live(&mut tx).await.unwrap();
    std::fs::remove_file(dir.join("blob").join(&live[0].path)).unwrap();
    let error = store.raw(Series(0), START_MS, START_MS + 10, 10).await.unwrap_err().to_string();
    assert!(error.contains(&live[0].path), "{error}");
    assert!(error.contains("sandan verify"), "{error}");
    assert_eq!(values(&store, 1).await, 100, "other files answer");
    assert!(store.inner.platform.metrics.text().contains("telemetry_segment_missing_total 1"));
}
