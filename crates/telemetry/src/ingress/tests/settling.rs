//! Tests of the pipeline and of the door over HTTP.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::{Quality, Role, Scope};
use platform::Ctx;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use super::kit::{METER, NOW_MS, SENSOR, World, actor, now};
use crate::reject::RejectCode;

#[tokio::test]
async fn what_is_accepted_is_in_the_store_and_what_is_not_is_counted() {
    let world = World::new("settling").await;
    let body = json!([
        {"point": "pm25", "at": NOW_MS, "value": 81.5},
        {"point": "pm25", "at": NOW_MS - 1, "value": 2_000},
        {"point": "pm99", "at": NOW_MS, "value": 1},
        {"point": "temp", "at": NOW_MS, "value": "warm"},
    ]);
    let body = body.to_string();
    let outcome = world.ingest.message(SENSOR, body.as_bytes(), now(), &actor()).await.unwrap();
    let codes: Vec<RejectCode> = outcome.rejected.iter().map(|reject| reject.code).collect();
    assert_eq!(outcome.accepted, 2);
    assert_eq!(codes, [RejectCode::NotANumber, RejectCode::UnknownPoint]);
    assert_eq!(world.values(SENSOR, "pm25").await, [2_000.0, 81.5]);
    assert_eq!(world.readings(SENSOR, "pm25").await[0].quality, Quality::OUT_OF_RANGE);
    let row = |point: &str, code: &str| (SENSOR.to_owned(), point.to_owned(), code.to_owned(), 1);
    assert_eq!(world.rejects().await, [row("pm99", "unknown_point"), row("temp", "not_a_number")]);
    assert!(
        world
            .platform
            .metrics
            .text()
            .contains("telemetry_reading_rejected_total{kind=\"unknown_point\"} 1")
    );
}

#[tokio::test]
async fn the_same_message_twice_changes_nothing() {
    let world = World::new("twice").await;
    let body = json!([{"point": "pm25", "at": NOW_MS, "value": 81.5}]).to_string();
    for _ in 0..2 {
        world.ingest.message(SENSOR, body.as_bytes(), now(), &actor()).await.unwrap();
    }
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5]);
}

#[tokio::test]
async fn an_unknown_device_is_one_refusal_of_the_whole_message() {
    let world = World::new("unknown").await;
    let outcome = world.ingest.message("air-999", b"[1,2,3]", now(), &actor()).await.unwrap();
    assert_eq!(outcome.rejected.len(), 1);
    assert_eq!(outcome.rejected[0].code, RejectCode::UnknownDevice);
    assert!(outcome.rejected[0].detail.contains("air-999"));
}

#[tokio::test]
async fn ten_thousand_unknown_points_do_not_flood_the_store() {
    let world = World::new("flood").await;
    for _ in 0..2 {
        let entry = |n: i64| json!({"point": format!("p{n}"), "at": NOW_MS, "value": 1});
        let body = Value::from((0..10_000).map(entry).collect::<Vec<_>>()).to_string();
        world.ingest.message(SENSOR, body.as_bytes(), now(), &actor()).await.unwrap();
    }
    let rows = world.rejects().await;
    assert_eq!(rows.len(), crate::reject::POINTS_PER_DEVICE_MAX + 1);
    assert_eq!(rows.iter().map(|row| row.3).sum::<i64>(), 20_000);
}

#[tokio::test]
async fn after_a_shutdown_nothing_is_acknowledged() {
    let world = World::new("closed").await;
    world.platform.tasks.shutdown().await;
    let body = json!([{"point": "pm25", "at": NOW_MS, "value": 1}]).to_string();
    let error = world.ingest.message(SENSOR, body.as_bytes(), now(), &actor()).await.unwrap_err();
    assert!(error.to_string().contains("send them again"), "{error}");
}

async fn post(world: &World, ctx: Option<Ctx>, body: impl Into<Body>) -> (StatusCode, Value) {
    let mut request = Request::post("/api/v1/readings").body(body.into()).unwrap();
    if let Some(ctx) = ctx {
        request.extensions_mut().insert(ctx);
    }
    let router: axum::Router = crate::ingress::http::routes(world.ingest.clone()).into();
    let response = router.oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = axum::body::to_bytes(response.into_body(), 1 << 20).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

#[tokio::test]
async fn readings_over_http_are_durable_when_answered() {
    let world = World::new("http").await;
    let gateway = world.ctx(&[(Role::Ingest, world.scope(SENSOR))]);
    let body = json!({"device": SENSOR, "readings": [
        {"point": "pm25", "at": "2026-11-25T09:00:00+09:00", "value": 81.5},
        {"point": "none", "at": NOW_MS, "value": 1},
    ]});
    let (status, answer) = post(&world, Some(gateway), body.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    assert_eq!(
        (&answer["accepted"], &answer["rejected"][0]["code"]),
        (&json!(1), &json!("unknown_point"))
    );
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5]);
}

#[tokio::test]
async fn who_may_not_send_is_refused_and_learns_nothing() {
    let world = World::new("http-permission").await;
    let body = json!({"device": METER, "readings": []}).to_string();
    let (status, _) = post(&world, None, body.clone()).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    let reader = world.ctx(&[(Role::Operator, Scope::System)]);
    assert_eq!(post(&world, Some(reader), body.clone()).await.0, StatusCode::FORBIDDEN);
    let elsewhere = Scope::Complex(world.platform.clock.new_id());
    let other = world.ctx(&[(Role::Ingest, elsewhere)]);
    let (status, hidden) = post(&world, Some(other.clone()), body).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let unknown = json!({"device": "meter-999", "readings": []}).to_string();
    let (_, absent) = post(&world, Some(other), unknown).await;
    assert_eq!(
        hidden["detail"].as_str().unwrap().replace(METER, "?"),
        absent["detail"].as_str().unwrap().replace("meter-999", "?")
    );
}

#[tokio::test]
async fn a_body_that_is_no_message_is_refused_with_its_place() {
    let world = World::new("http-malformed").await;
    let all = || Some(world.ctx(&[(Role::Ingest, Scope::System)]));
    for body in ["", "[]", "{\"device\":\"air-001\"}", "{\"device\":\"air-001\",\"readings\":["] {
        let (status, problem) = post(&world, all(), body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
        assert!(problem["detail"].as_str().unwrap().contains("line 1"), "{problem}");
    }
    let (status, answer) = post(&world, all(), r#"{"device":"air-001","readings":7}"#).await;
    assert_eq!(
        (status, &answer["rejected"][0]["code"]),
        (StatusCode::OK, &json!("malformed_json"))
    );
}

#[tokio::test]
async fn a_body_of_fifty_megabytes_is_refused_in_words_while_it_comes_in() {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    let world = World::new("http-large").await;
    let taken = Arc::new(AtomicUsize::new(0));
    let chunk = bytes::Bytes::from(vec![b' '; 64 * 1024]);
    let counted = Arc::clone(&taken);
    let chunks = futures::stream::iter((0..800).map(move |_| {
        counted.fetch_add(chunk.len(), Ordering::SeqCst);
        Ok::<_, std::io::Error>(chunk.clone())
    }));
    let all = world.ctx(&[(Role::Ingest, Scope::System)]);
    let (status, problem) = post(&world, Some(all), Body::from_stream(chunks)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(problem["detail"].as_str().unwrap().contains("split it"), "{problem}");
    let limit = crate::ingress::http::BODY_BYTES_MAX + 2 * 64 * 1024;
    assert!(taken.load(Ordering::SeqCst) <= limit, "the rest was never read");
}

#[tokio::test]
async fn without_the_calibration_that_its_profile_asks_for_a_value_says_so() {
    let world = World::new("uncalibrated").await;
    let mut tx = world.platform.db.write().await.unwrap();
    for sql in [
        "UPDATE device_profile SET calibration_days = 365 WHERE code = 'air'",
        "UPDATE registry_generation SET generation = generation + 1",
    ] {
        tx.run(sql, Vec::new()).await.unwrap();
    }
    tx.commit().await.unwrap();
    world.ingest.directory().refresh().await.unwrap();
    for (device, point) in [(SENSOR, "pm25"), (METER, "kwh")] {
        let body = json!([{"point": point, "at": NOW_MS - 900_000, "value": 5}]).to_string();
        world.ingest.message(device, body.as_bytes(), now(), &actor()).await.unwrap();
    }
    let [sensor] = &world.readings(SENSOR, "pm25").await[..] else { panic!("one reading") };
    assert_eq!(sensor.quality, Quality::UNCALIBRATED);
    assert!(sensor.quality.is_usable(), "a rule still judges by it");
    assert_eq!(world.readings(METER, "kwh").await[0].quality, Quality::GOOD);
}
