//! Refusals as they are written, shown and forgotten.

use std::time::Duration;

use base::{Clock, Role, Scope};
use platform::testing::{each_engine, platform_on, temp_dir, test_clock};
use serde_json::json;

use super::*;
use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, actor, call, now};

fn reject(point: &str) -> Reject {
    Reject::entry(0, Some(point), RejectCode::UnknownPoint, "no such point", "{\"value\":7}")
}

fn sender(device_key: &str) -> Sender<'_> {
    Sender { device_key, complex: None, establishment: None }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    each_engine(&[crate::MIGRATIONS], async |db| {
        let all = [
            statements(),
            crate::column_mapping::statements(),
            crate::interval_import::statements(),
        ];
        for (name, sql) in all.concat() {
            db.prepare(sql).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    })
    .await;
}

#[tokio::test]
async fn counts_of_an_hour_add_up_over_flushes_and_go_after_thirty_days() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let clock = test_clock();
        let platform = platform_on(db, &[], clock.clone(), &temp_dir("reject")).await;
        let rejects = Rejects::new(&platform);
        for _ in 0..3 {
            rejects.count(sender("g-17"), &[reject("a"), reject("b")], clock.now());
            rejects.flush().await;
        }
        let counts = async || {
            let mut tx = platform.db.read().await.unwrap();
            let sql = "SELECT point_key, count FROM reading_reject ORDER BY point_key";
            let rows = tx.all(sql, Vec::new()).await.unwrap();
            rows.iter().map(|row| row.get::<i64>("count").unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(counts().await, [3, 3]);
        clock.advance(RETENTION);
        assert_eq!(store::delete_old(&platform.db, clock.now()).await.unwrap(), 0);
        clock.advance(Duration::from_secs(1));
        assert_eq!(store::delete_old(&platform.db, clock.now()).await.unwrap(), 2);
        assert!(counts().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_was_counted_last_is_written_at_shutdown() {
    let world = World::new("reject-shutdown").await;
    world.ingest.rejects().start(&world.platform);
    world.ingest.message("air-999", b"[]", now(), &actor()).await.unwrap();
    assert_eq!(world.platform.tasks.shutdown().await, vec![]);
    let mut tx = world.platform.db.read().await.unwrap();
    let sql = "SELECT code FROM reading_reject";
    let row = tx.one(sql, Vec::new()).await.unwrap().unwrap();
    assert_eq!(row.get::<String>("code").unwrap(), "unknown_device");
}

async fn refused(world: &World) {
    let body = json!([{"point": "kwh", "at": NOW_MS, "value": "7"}]).to_string();
    for device in [SENSOR, METER, "air-999"] {
        world.ingest.message(device, body.as_bytes(), now(), &actor()).await.unwrap();
    }
    world.ingest.rejects().flush().await;
}

#[tokio::test]
async fn everybody_sees_the_devices_within_reach_and_no_tenants_values() {
    let world = World::new("reject-list").await;
    refused(&world).await;
    let complex = Scope::Complex(world.scope(SENSOR).complex().unwrap());
    let list = async |role, scope, query: &str| {
        let uri = format!("/api/v1/rejects{query}");
        let (status, page) =
            call(routes(&world.platform), &world.ctx(&[(role, scope)]), "GET", &uri, "").await;
        assert_eq!(status, 200, "{page}");
        let mut rows: Vec<(String, bool)> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| (row["device"].as_str().unwrap().to_owned(), row.get("sample").is_some()))
            .collect();
        rows.sort();
        rows
    };
    let row = |device: &str, sample| (device.to_owned(), sample);
    let all = [row(SENSOR, true), row("air-999", true), row(METER, false)];
    assert_eq!(list(Role::Engineer, Scope::System, "").await, all);
    let own = [row(SENSOR, true), row(METER, false)];
    assert_eq!(list(Role::Operator, complex, "").await, own);
    let tenant = world.scope(METER);
    assert_eq!(list(Role::EnergyManager, tenant, "").await, [row(METER, true)]);
    let query = format!("?device={SENSOR}");
    assert_eq!(list(Role::EnergyManager, tenant, &query).await, []);
    assert_eq!(list(Role::Engineer, Scope::System, &query).await, [row(SENSOR, true)]);
    let elsewhere = Scope::Complex(world.platform.clock.new_id());
    assert_eq!(list(Role::Operator, elsewhere, "").await, []);
}

#[tokio::test]
async fn a_sender_may_not_read_refusals_and_pages_go_on() {
    let world = World::new("reject-page").await;
    refused(&world).await;
    let ask = async |role, uri: &str| {
        call(routes(&world.platform), &world.ctx(&[(role, Scope::System)]), "GET", uri, "").await
    };
    assert_eq!(ask(Role::Ingest, "/api/v1/rejects").await.0, 403);
    assert_eq!(ask(Role::Engineer, "/api/v1/rejects?colour=red").await.0, 422);
    let mut uri = "/api/v1/rejects?limit=2".to_owned();
    let mut seen = Vec::new();
    loop {
        let (_, page) = ask(Role::Engineer, &uri).await;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|row| row["device"].as_str().unwrap().to_owned()));
        let Some(next) = page["next"].as_str() else { break };
        uri = format!("/api/v1/rejects?limit=2&after={next}");
    }
    seen.sort();
    assert_eq!(seen, [SENSOR, "air-999", METER]);
}

#[tokio::test]
async fn refusals_are_summed_by_hour_and_by_device_within_reach() {
    let world = World::new("reject-count").await;
    refused(&world).await;
    refused(&world).await;
    let ask = async |role, scope, query: &str| {
        let uri = format!("/api/v1/reject_counts{query}");
        call(routes(&world.platform), &world.ctx(&[(role, scope)]), "GET", &uri, "").await
    };
    let (status, all) = ask(Role::Engineer, Scope::System, "").await;
    assert_eq!(status, 200, "{all}");
    let sum = |list: &serde_json::Value| {
        list.as_array().unwrap().iter().map(|row| row["count"].as_i64().unwrap()).sum::<i64>()
    };
    assert_eq!((sum(&all["hours"]), sum(&all["devices"])), (6, 6));
    assert_eq!(all["devices"].as_array().unwrap().len(), 3);
    let (_, own) = ask(Role::EnergyManager, world.scope(METER), "").await;
    assert_eq!((sum(&own["hours"]), &own["devices"][0]["device"]), (2, &json!(METER)));
    let (_, past) = ask(Role::Engineer, Scope::System, "?to=2026-11-01T00:00:00Z").await;
    assert_eq!((sum(&past["hours"]), sum(&past["devices"])), (0, 0));
    assert_eq!(ask(Role::Ingest, Scope::System, "").await.0, 403);
    let (status, problem) = ask(Role::Engineer, Scope::System, "?from=2030-01-01T00:00:00Z").await;
    assert_eq!((status, &problem["fields"][0]["pointer"]), (422, &json!("/from")), "{problem}");
}
