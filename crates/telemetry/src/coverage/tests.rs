use std::time::Duration;

use base::{Instant, Role, Scope};
use serde_json::json;

use super::rules::{Cell, Passed, expected, is_dark};
use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, actor, call, now};

#[test]
fn a_bucket_shorter_than_the_interval_expects_nothing() {
    let passed = |until_ms| Passed { from_ms: 0, until_ms };
    for (until_ms, interval_s, expect) in [
        (3_600_000, 60, 60),
        (3_600_000, 3_600, 1),
        (900_000, 3_600, 0),
        (59_999, 60, 0),
        (90_000, 60, 1),
        (-5, 60, 0),
        (10_000, 0, 10),
    ] {
        assert_eq!(expected(passed(until_ms), interval_s), expect, "{until_ms} {interval_s}");
    }
}

#[test]
fn a_chatty_point_never_makes_up_for_a_dark_one() {
    let mut cell = Cell::default();
    assert_eq!(cell.share(), None);
    cell.add(5_000, 60);
    cell.add(0, 60);
    assert_eq!(cell.share(), Some(0.5));
}

#[test]
fn a_device_is_dark_after_three_intervals_of_silence_or_when_it_never_spoke() {
    let now = Instant::from_micros(1_795_564_800_000_000);
    let ago = |seconds| Some(now - Duration::from_secs(seconds));
    for (last, interval_s, expect) in [
        (None, 60, true),
        (ago(180), 60, false),
        (ago(181), 60, true),
        (ago(119), 10, false),
        (ago(121), 10, true),
        (ago(2_000), 900, false),
    ] {
        assert_eq!(is_dark(last, interval_s, now), expect, "{last:?} {interval_s}");
    }
}

async fn world(name: &str) -> World {
    let world = World::new(name).await;
    // Half of the minutes of the last hour.
    let entry = |n: i64| json!({"point": "pm25", "at": NOW_MS - n * 120_000, "value": n});
    let body = serde_json::Value::from((1..=30).map(entry).collect::<Vec<_>>()).to_string();
    world.ingest.message(SENSOR, body.as_bytes(), now(), &actor()).await.unwrap();
    world
}

#[tokio::test]
async fn the_darkest_devices_come_first_and_their_cells_say_how_much_came() {
    let world = world("coverage").await;
    let complex = world.point(SENSOR, "pm25").complex;
    let router = super::routes(world.ingest.store().clone(), world.ingest.directory().clone());
    let ctx = world.ctx(&[(Role::Operator, Scope::Complex(complex))]);
    let uri = format!("/api/v1/coverage?complex={complex}&quantity=pm25");
    let (status, list) = call(router.clone(), &ctx, "GET", &uri, "").await;
    assert_eq!(status, 200, "{list}");
    assert_eq!((list["total"].as_u64(), list["dark"].as_u64()), (Some(2), Some(1)), "{list}");
    assert_eq!(list["items"][0]["device"], "air-002");
    assert_eq!(list["items"][0].get("last_arrived_at"), None);
    let sensor = &list["items"][1];
    assert_eq!((&sensor["device"], &sensor["is_dark"]), (&json!(SENSOR), &json!(false)));
    let cells = sensor["cells"].as_array().unwrap();
    assert_eq!(cells.len(), list["starts"].as_array().unwrap().len());
    assert_eq!((cells.last(), &cells[0]), (Some(&json!(0.5)), &json!(0.0)));
}

#[tokio::test]
async fn the_operator_sees_a_tenants_health_and_a_stranger_nothing() {
    let world = world("coverage-rights").await;
    let complex = world.point(SENSOR, "pm25").complex;
    let router = super::routes(world.ingest.store().clone(), world.ingest.directory().clone());
    let uri = format!("/api/v1/coverage?complex={complex}&kind=meter");
    let operator = world.ctx(&[(Role::Operator, Scope::Complex(complex))]);
    let (_, list) = call(router.clone(), &operator, "GET", &uri, "").await;
    assert_eq!(list["total"], 2);
    assert!(!list.to_string().contains("value"));
    let tenant = world.ctx(&[(Role::EnergyManager, world.scope(METER))]);
    let (_, list) = call(router.clone(), &tenant, "GET", &uri, "").await;
    assert_eq!((&list["total"], &list["items"][0]["device"]), (&json!(1), &json!(METER)));
    let (status, _) = call(router.clone(), &world.ctx(&[]), "GET", &uri, "").await;
    assert_eq!(status, 403);
    let uri = format!("/api/v1/coverage?complex={complex}&bucket=1s");
    let (status, problem) = call(router, &operator, "GET", &uri, "").await;
    assert_eq!(status, 422);
    assert!(problem.to_string().contains("at most 400 buckets"), "{problem}");
}
