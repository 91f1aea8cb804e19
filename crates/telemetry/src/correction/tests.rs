use base::{Quality, Role, Scope};
use serde_json::{Value, json};

use super::rules::{Change, CorrectionError, changed};
use super::work::Corrections;
use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, actor, call, now};

const MINUTE_MS: i64 = 60_000;

async fn send(world: &World, device: &str, point: &str, values: &[f64]) {
    let entry = |(n, value): (i64, &f64)| json!({"point": point, "at": NOW_MS - 900_000 * (n + 1), "value": value});
    let body = Value::from((0..).zip(values).map(entry).collect::<Vec<_>>()).to_string();
    world.ingest.message(device, body.as_bytes(), now(), &actor()).await.unwrap();
}

fn router(world: &World) -> axum::Router {
    let corrections = Corrections::new(&world.platform, world.ingest.store());
    super::routes(&corrections, world.ingest.directory().clone()).into()
}

fn engineer(world: &World) -> platform::Ctx {
    world.ctx(&[(Role::Engineer, Scope::Complex(world.point(SENSOR, "pm25").complex))])
}

fn time(ms: i64) -> String {
    serde_json::to_value(base::Instant::from_millis(ms).unwrap())
        .unwrap()
        .as_str()
        .unwrap()
        .to_owned()
}

async fn correct(world: &World, body: Value) -> (u16, Value) {
    let uri = format!("/api/v1/points/{}/corrections", world.point(SENSOR, "pm25").id);
    call(router(world), &engineer(world), "POST", &uri, body.to_string()).await
}

fn newest(change: &Value) -> Value {
    json!({"from": time(NOW_MS - 15 * MINUTE_MS), "change": change, "reason": "센서 청소 중"})
}

#[test]
fn a_change_that_gives_no_number_is_refused() {
    let reading =
        base::Reading { series: base::Series(1), at_ms: 0, value: 1e308, quality: Quality::GOOD };
    let times = |scale| Change::Linear { scale, offset: 0.0 };
    assert_eq!(changed(times(0.5), &reading), Ok(Some(5e307)));
    assert_eq!(changed(times(10.0), &reading), Err(CorrectionError::NotFinite { value: 1e308 }));
    assert!(changed(Change::Set(f64::NAN), &reading).is_err());
    assert_eq!(changed(Change::Void, &reading), Ok(None));
}

#[tokio::test]
async fn a_correction_stands_in_queries_and_the_original_sent_again_does_not_undo_it() {
    let world = World::new("correct").await;
    send(&world, SENSOR, "pm25", &[900.0, 12.0]).await;
    let (status, made) = correct(&world, newest(&json!({"set": 15.5}))).await;
    assert_eq!(status, 200, "{made}");
    assert_eq!(
        (&made["items"][0]["old_value"], &made["items"][0]["version"]),
        (&json!(900.0), &json!(1))
    );
    assert_eq!(world.values(SENSOR, "pm25").await, [12.0, 15.5]);
    send(&world, SENSOR, "pm25", &[900.0, 12.0]).await;
    send(&world, SENSOR, "pm25", &[901.0]).await;
    assert_eq!(world.values(SENSOR, "pm25").await, [12.0, 15.5]);
    let corrected = world.readings(SENSOR, "pm25").await[1];
    assert!(corrected.quality.has(Quality::CORRECTED) && corrected.quality.is_usable());
    // And after a restart.
    let world = World::in_folder(&world.close().await).await;
    send(&world, SENSOR, "pm25", &[900.0]).await;
    assert_eq!(world.values(SENSOR, "pm25").await, [12.0, 15.5]);
}

#[tokio::test]
async fn an_undo_brings_back_the_version_before_and_then_the_original() {
    let world = World::new("undo").await;
    send(&world, SENSOR, "pm25", &[900.0]).await;
    let mut ids = Vec::new();
    for value in [10.0, 20.0] {
        let (_, made) = correct(&world, newest(&json!({"set": value}))).await;
        ids.push(made["items"][0]["id"].as_str().unwrap().to_owned());
    }
    let undo = async |id: &str| {
        let uri = format!("/api/v1/corrections/{id}/undo");
        let body = json!({"reason": "잘못된 보정"}).to_string();
        call(router(&world), &engineer(&world), "POST", &uri, body).await
    };
    let (status, problem) = undo(&ids[0]).await;
    assert_eq!((status, &problem["code"]), (409, &json!("correction.not_in_force")), "{problem}");
    assert_eq!(undo(&ids[1]).await.0, 200);
    assert_eq!(world.values(SENSOR, "pm25").await, [10.0]);
    assert_eq!(undo(&ids[0]).await.0, 200);
    assert_eq!(world.values(SENSOR, "pm25").await, [900.0]);
    // Nothing lies over what arrives any more.
    send(&world, SENSOR, "pm25", &[901.0]).await;
    assert_eq!(world.values(SENSOR, "pm25").await, [901.0]);
    let uri = format!("/api/v1/points/{}/corrections", world.point(SENSOR, "pm25").id);
    let (_, list) = call(router(&world), &engineer(&world), "GET", &uri, "").await;
    assert_eq!(list["items"].as_array().unwrap().len(), 2);
    assert_eq!(list["items"][0]["undo_reason"], "잘못된 보정");
}

#[tokio::test]
async fn an_erasure_takes_the_old_values_of_corrections_too() {
    let world = World::new("correct-erase").await;
    send(&world, SENSOR, "pm25", &[900.0]).await;
    let (_, made) = correct(&world, newest(&json!({"set": 15.5}))).await;
    let store = world.ingest.store();
    let order = crate::erasure::Order {
        kind: crate::erasure::ErasureKind::Request,
        complex: None,
        reason: "정보주체의 삭제 요구".into(),
        what: json!({}),
        series: vec![world.series(SENSOR, "pm25")],
        from_ms: NOW_MS - 86_400_000,
        until_ms: NOW_MS,
    };
    store.erase(&platform::testing::system_ctx(), &order).await.unwrap();
    assert!(world.values(SENSOR, "pm25").await.is_empty());
    let id = made["items"][0]["id"].as_str().unwrap();
    let undo = format!("/api/v1/corrections/{id}/undo");
    let body = json!({"reason": "되돌림"}).to_string();
    let (status, _) = call(router(&world), &engineer(&world), "POST", &undo, body).await;
    assert_eq!(status, 404, "nothing is left to bring back");
    // Nor does it lie over what the device sends from now on.
    send(&world, SENSOR, "pm25", &[12.0]).await;
    assert_eq!(world.values(SENSOR, "pm25").await, [12.0]);
}

#[tokio::test]
async fn a_span_is_scaled_and_what_is_struck_out_counts_in_no_figure() {
    let world = World::new("span").await;
    send(&world, SENSOR, "pm25", &[10.0, 20.0, 30.0]).await;
    let span = |change: Value| {
        json!({
            "from": time(NOW_MS - 45 * MINUTE_MS), "to": time(NOW_MS - 20 * MINUTE_MS),
            "change": change, "reason": "변류비 오류",
        })
    };
    let (status, made) =
        correct(&world, span(json!({"linear": {"scale": 2.0, "offset": 1.0}}))).await;
    assert_eq!((status, made["items"].as_array().unwrap().len()), (200, 2), "{made}");
    assert_eq!(world.values(SENSOR, "pm25").await, [61.0, 41.0, 10.0]);
    assert_eq!(correct(&world, newest(&json!("void"))).await.0, 200);
    let struck = world.readings(SENSOR, "pm25").await[2];
    assert_eq!((struck.value, struck.quality.is_usable()), (10.0, false));
    let bucketing = crate::Bucketing {
        from_ms: NOW_MS - 86_400_000,
        until_ms: NOW_MS,
        bucket_ms: 86_400_000,
        origin_ms: 0,
        aggregate: crate::Aggregate::Sum,
    };
    let series = world.series(SENSOR, "pm25");
    let sum = world.ingest.store().bucketed(&[series], bucketing).await.unwrap();
    assert_eq!((sum[0].value, sum[0].count), (102.0, 2));
}

#[tokio::test]
async fn what_is_booked_and_not_in_the_log_is_written_at_the_next_start() {
    let world = World::new("booked").await;
    send(&world, SENSOR, "pm25", &[900.0]).await;
    correct(&world, newest(&json!({"set": 15.5}))).await;
    // As a crash between the two leaves it.
    let mut tx = world.platform.db.write().await.unwrap();
    tx.run("UPDATE correction SET written = 0", Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    let corrections = Corrections::new(&world.platform, world.ingest.store());
    corrections.catch_up().await.unwrap();
    corrections.catch_up().await.unwrap();
    assert_eq!(world.values(SENSOR, "pm25").await, [15.5]);
}

#[tokio::test]
async fn refusals_say_what_to_do_and_who_may() {
    let world = World::new("refused").await;
    send(&world, SENSOR, "pm25", &[900.0]).await;
    send(&world, METER, "kwh", &[5.0]).await;
    let empty = json!({"from": time(NOW_MS - 7 * MINUTE_MS), "change": "void", "reason": "x"});
    let (status, problem) = correct(&world, empty).await;
    assert_eq!((status, &problem["code"]), (422, &json!("correction.nothing")));
    let (status, problem) =
        correct(&world, json!({"from": time(NOW_MS), "change": "void", "reason": " "})).await;
    assert_eq!(status, 422);
    assert!(problem.to_string().contains("say why"), "{problem}");
    // An engineer of the complex does not touch a tenant's meter; its energy manager does.
    let uri = format!("/api/v1/points/{}/corrections", world.point(METER, "kwh").id);
    let body = newest(&json!({"set": 6.0})).to_string();
    let (status, _) = call(router(&world), &engineer(&world), "POST", &uri, body.clone()).await;
    assert_eq!(status, 403);
    let manager = world.ctx(&[(Role::EnergyManager, world.scope(METER))]);
    let (status, made) = call(router(&world), &manager, "POST", &uri, body.clone()).await;
    assert_eq!(status, 200, "{made}");
    let operator =
        world.ctx(&[(Role::Operator, Scope::Complex(world.point(SENSOR, "pm25").complex))]);
    let uri = format!("/api/v1/points/{}/corrections", world.point(SENSOR, "pm25").id);
    assert_eq!(call(router(&world), &operator, "POST", &uri, body).await.0, 403);
}
