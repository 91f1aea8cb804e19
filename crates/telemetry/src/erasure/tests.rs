use std::sync::Arc;
use std::time::Duration;

use base::{FixedClock, Quality, Reading, Role, Scope};
use platform::Ctx;
use platform::testing::{TEST_NOW, each_engine, platform_on, temp_dir};
use registry::directory::Directory;
use serde_json::json;

use super::*;
use crate::buffer::FlushLimits;
use crate::compaction::GRACE;
use crate::ingress::tests::kit::{METER, SENSOR, World, call};
use crate::{Options, Store};

const START_MS: i64 = 1_795_564_800_000;
const DAY_MS: i64 = 86_400_000;

fn reading(series: u32, at_ms: i64, value: f64) -> Reading {
    Reading { series: Series(series), at_ms, value, quality: Quality::GOOD }
}

fn order(series: &[u32], from_ms: i64, until_ms: i64) -> Order {
    Order {
        kind: ErasureKind::Request,
        complex: None,
        reason: "정보주체의 삭제 요구".into(),
        what: json!({}),
        series: series.iter().map(|series| Series(*series)).collect(),
        from_ms,
        until_ms,
    }
}

async fn values(store: &Store, series: u32) -> Vec<f64> {
    let (from, until) = (START_MS - 90 * DAY_MS, START_MS + 90 * DAY_MS);
    let raw = store.raw(Series(series), from, until, 1_000).await.unwrap();
    raw.readings.iter().map(|reading| reading.value).collect()
}

#[test]
fn neighbouring_series_are_one_range() {
    let ranges =
        |numbers: &[u32]| rules::ranges(&numbers.iter().map(|n| Series(*n)).collect::<Vec<_>>());
    assert_eq!(ranges(&[]), []);
    assert_eq!(ranges(&[7, 3, 4, 9, 4, 8]), [(3, 4), (7, 9)]);
    assert_eq!(ranges(&[u32::MAX, 0]), [(0, 0), (u32::MAX, u32::MAX)]);
}

#[test]
fn a_request_is_cut_out_at_once_and_a_rule_when_the_file_is_wholly_past_it() {
    let held = |requested, expired_until_ms: Option<i64>, since_days: u64| Held {
        at_ms: (100, 200),
        requested,
        expired_until_ms,
        expired_since: expired_until_ms.map(|_| TEST_NOW - Duration::from_hours(24 * since_days)),
    };
    for (case, expected) in [
        (held(true, None, 0), true),
        (held(false, Some(201), 0), true),
        (held(false, Some(200), 0), false),
        (held(false, Some(150), 6), false),
        (held(false, Some(150), 7), true),
    ] {
        assert_eq!(rules::is_due(&case, TEST_NOW), expected, "{case:?}");
    }
}

#[test]
fn retention_ends_at_a_border_of_days() {
    assert_eq!(rules::cutoff_ms(TEST_NOW, 1), START_MS - DAY_MS);
    let noon = TEST_NOW + Duration::from_hours(12);
    assert_eq!(rules::cutoff_ms(noon, 30), START_MS - 30 * DAY_MS);
}

#[tokio::test]
async fn what_is_erased_is_hidden_at_once_gone_later_and_proven() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let dir = temp_dir("erasure");
        let clock = Arc::new(FixedClock::at(TEST_NOW));
        let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
        let platform = platform_on(db, &sets, clock.clone(), &dir).await;
        let limits = FlushLimits { age: Duration::MAX, readings: usize::MAX, bytes: usize::MAX };
        let options = Options { limits, ..Options::default() };
        let store = Store::open(platform.clone(), &dir, options).await.unwrap();
        let keep = async |readings| store.append(readings, TEST_NOW).await.unwrap();
        keep((0..10).map(|n| reading(1, START_MS + n, n as f64)).collect()).await;
        keep(vec![reading(2, START_MS, 50.0)]).await;
        store.flush_all().await.unwrap();
        for row in store.segments().await.unwrap() {
            store.inner.roll_up(&row).await.unwrap();
        }
        let rollups = || std::fs::read_dir(dir.join("blob/rollups")).unwrap().count();
        assert_eq!(rollups(), 4);
        keep((10..20).map(|n| reading(1, START_MS + n, n as f64)).collect()).await;

        let ctx = Ctx::system(&platform.clock, "test");
        let id = store.erase(&ctx, &order(&[1], START_MS + 5, START_MS + 15)).await.unwrap();
        let left = [0.0, 1.0, 2.0, 3.0, 4.0, 15.0, 16.0, 17.0, 18.0, 19.0];
        assert_eq!(values(&store, 1).await, left, "hidden at once");
        assert_eq!(values(&store, 2).await, [50.0]);
        keep(vec![reading(1, START_MS + 7, 70.0)]).await;
        let again = [0.0, 1.0, 2.0, 3.0, 4.0, 70.0, 15.0, 16.0, 17.0, 18.0, 19.0];
        assert_eq!(values(&store, 1).await, again, "what comes after it is kept");

        assert_eq!(store.complete_erasures().await.unwrap(), 0, "files still hold it");
        assert_eq!(store.cut_out().await.unwrap(), 2);
        assert_eq!(store.cut_out().await.unwrap(), 0);
        assert_eq!(values(&store, 1).await, again);
        assert_eq!(store.complete_erasures().await.unwrap(), 0, "old files are there");
        clock.advance(GRACE);
        assert_eq!(store.remove_dead().await.unwrap(), 2);
        assert_eq!(rollups(), 0, "what they were made of is gone");
        store.flush_all().await.unwrap();
        assert_eq!(store.complete_erasures().await.unwrap(), 1);
        assert_eq!(store.complete_erasures().await.unwrap(), 0);
        assert_eq!(values(&store, 1).await, again);

        let mut tx = platform.db.read().await.unwrap();
        let record = store::find(&mut tx, id).await.unwrap().unwrap();
        assert_eq!(record.reading_count, 10);
        assert_eq!(record.complete_at, Some(platform.clock.now()));
        assert_eq!(record.files.len(), 2);
        for file in &record.files {
            assert!(file.gone_at.is_some() && file.new_sha256.is_some(), "{file:?}");
            assert!(!dir.join("blob").join(&file.path).exists(), "{file:?}");
        }
        assert_eq!(store.inner.closed.oldest_batch(), Some(4), "its batches are gone from the log");
    })
    .await;
}

#[tokio::test]
async fn an_erasure_that_died_after_its_commit_holds_after_the_restart() {
    let dir = temp_dir("erasure");
    let open = async || {
        let url = format!("sqlite:{}", dir.join("t.db").display());
        let db = platform::db::Db::open(&url).await.unwrap();
        let clock = Arc::new(FixedClock::at(TEST_NOW));
        let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
        let platform = platform_on(db, &sets, clock, &dir).await;
        Store::open(platform, &dir, Options::default()).await.unwrap()
    };
    let store = open().await;
    store
        .append(vec![reading(1, START_MS, 1.0), reading(1, START_MS - 5, 2.0)], TEST_NOW)
        .await
        .unwrap();
    let ctx = platform::testing::system_ctx();
    let batch_hi = store.inner.state.buffer().newest();
    let mut tx = store.inner.platform.db.write().await.unwrap();
    let only_newest = order(&[1], START_MS, START_MS + 1);
    store::insert(&mut tx, &ctx, ctx.new_id(), &only_newest, (1, batch_hi)).await.unwrap();
    tx.commit().await.unwrap();
    store.inner.platform.tasks.shutdown().await;
    drop(store);
    let store = open().await;
    assert_eq!(values(&store, 1).await, [2.0]);
    assert_eq!(store.latest(Series(1)).unwrap().value, 2.0);
    store.append(vec![reading(1, START_MS, 3.0)], TEST_NOW).await.unwrap();
    assert_eq!(values(&store, 1).await, [2.0, 3.0]);
    store.flush_all().await.unwrap();
    assert_eq!(values(&store, 1).await, [2.0, 3.0], "the new segment is newer than the erasure");
}

#[tokio::test]
async fn an_administrator_erases_and_others_are_refused_in_words() {
    let world = World::new("erasure").await;
    let store = world.ingest.store().clone();
    let point = world.point(SENSOR, "pm25");
    let at_ms = START_MS - 60_000;
    store.append(vec![reading(point.series.0, at_ms, 12.0)], TEST_NOW).await.unwrap();
    let routes = || routes(store.clone(), world.ingest.directory().clone());
    let complex = Scope::Complex(point.complex);
    let body = |reason: &str| {
        json!({ "point_ids": [point.id], "until": "2026-11-25T00:00:00Z", "reason": reason })
            .to_string()
    };
    let post = async |role, scope, body: String| {
        call(routes(), &world.ctx(&[(role, scope)]), "POST", "/api/v1/erasures", body).await
    };
    for role in [Role::Operator, Role::Engineer, Role::Auditor] {
        assert_eq!(post(role, complex, body("오류")).await.0, 403, "{role:?}");
    }
    let (status, problem) = post(Role::Administrator, complex, body(" ")).await;
    assert_eq!((status, problem["code"].as_str()), (422, Some("invalid")), "{problem}");
    assert_eq!(values(&store, point.series.0).await, [12.0]);

    let (status, record) = post(Role::Administrator, complex, body("정보주체의 요구")).await;
    assert_eq!(status, 200, "{record}");
    assert_eq!(record["reason"], "정보주체의 요구");
    assert_eq!(record["point_count"], 1);
    assert!(record.get("complete_at").is_none(), "{record}");
    assert_eq!(values(&store, point.series.0).await, [] as [f64; 0]);
    assert_eq!(store.latest(point.series), None);

    let get = async |role, scope| {
        call(routes(), &world.ctx(&[(role, scope)]), "GET", "/api/v1/erasures", "").await
    };
    let (status, page) = get(Role::Auditor, complex).await;
    assert_eq!((status, page["items"][0]["id"].clone()), (200, record["id"].clone()));
    assert_eq!(get(Role::Operator, complex).await.0, 403);
    let other = Scope::Complex(world.ctx(&[]).new_id());
    assert_eq!(get(Role::Auditor, other).await.1["items"], json!([]));
    let one = format!("/api/v1/erasures/{}", record["id"].as_str().unwrap());
    let (status, _) = call(routes(), &world.ctx(&[(Role::Auditor, other)]), "GET", &one, "").await;
    assert_eq!(status, 404);
}

#[tokio::test]
async fn readings_past_their_profiles_days_are_erased_once() {
    let world = World::new("retention").await;
    let store = world.ingest.store().clone();
    let (short, kept) = (world.series(SENSOR, "pm25"), world.series(METER, "kwh"));
    for series in [short, kept] {
        let days =
            [40, 31, 30, 1].map(|days| reading(series.0, START_MS - days * DAY_MS, days as f64));
        store.append(days.to_vec(), TEST_NOW).await.unwrap();
    }
    let mut tx = world.platform.db.write().await.unwrap();
    let sql = "UPDATE device_profile SET retention_days = 30 WHERE code = 'air'";
    assert_eq!(tx.run(sql, Vec::new()).await.unwrap(), 1);
    tx.commit().await.unwrap();
    let directory = Directory::load(&world.platform).await.unwrap();
    let ctx = world.ctx(&[]);
    assert_eq!(store.expire(&ctx, &directory.snapshot()).await.unwrap(), 1);
    assert_eq!(values(&store, short.0).await, [30.0, 1.0]);
    assert_eq!(values(&store, kept.0).await, [40.0, 31.0, 30.0, 1.0]);
    assert_eq!(
        store.expire(&ctx, &directory.snapshot()).await.unwrap(),
        0,
        "nothing is left to erase"
    );
    assert_eq!(store.latest(short).unwrap().value, 1.0);
}
