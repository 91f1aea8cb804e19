//! The API and the table, on both engines.

use base::Role;
use platform::testing::each_engine;
use serde_json::{Value, json};

use crate::Fieldbus;
use crate::fieldbus::kit::World;

fn body(world: &World) -> Value {
    json!({
        "device_id": world.device("meter-1"), "name": "변전실", "host": "127.0.0.1", "port": 1,
        "polls": [{ "point": "kw", "function": "holding", "register": 0, "type": "u16" }],
    })
}

#[tokio::test]
async fn a_source_is_written_read_and_changed() {
    let sets = [platform::MIGRATIONS];
    each_engine(&sets, async |db| {
        let world = World::on(db, "modbus-http").await;
        let routes = Fieldbus::new(&world.platform, world.telemetry.ingest()).routes();
        let engineer = world.caller(routes, Role::Engineer);
        let made = engineer.ok("POST", "/modbus_sources", body(&world)).await;
        assert_eq!(made["status"]["state"], "waiting");
        let path = format!("/modbus_sources/{}", made["id"].as_str().unwrap());
        assert_eq!(engineer.ok("GET", &path, Value::Null).await, made);

        let off = json!({ "version": 1, "enabled": false });
        let next = engineer.ok("PATCH", &path, off.clone()).await;
        assert_eq!((&next["version"], &next["status"]["state"]), (&json!(2), &json!("disabled")));
        let (status, stale) = engineer.send("PATCH", &path, off).await;
        assert_eq!((status, &stale["code"]), (409, &json!("modbus_source.stale")));

        let list = engineer.ok("GET", "/modbus_sources", Value::Null).await;
        assert_eq!(list["items"], json!([next]));
        let other = format!("/modbus_sources?device={}", world.device("meter-2"));
        assert_eq!(engineer.ok("GET", &other, Value::Null).await["items"], json!([]));

        let mut tx = world.platform.db.read().await.unwrap();
        let sql = "SELECT action FROM audit_entry ORDER BY seq";
        let rows = tx.all(sql, vec![]).await.unwrap();
        let actions: Vec<String> = rows.iter().map(|row| row.get("action").unwrap()).collect();
        assert!(actions.ends_with(&["modbus_source.create".into(), "modbus_source.update".into()]));
        drop(tx);
        world.close().await;
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_devices_changes_no_source() {
    let world = World::new("modbus-roles").await;
    let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest());
    let operator = world.caller(fieldbus.routes(), Role::Operator);
    let (status, refused) = operator.send("POST", "/modbus_sources", body(&world)).await;
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")));
    let ingest = world.caller(fieldbus.routes(), Role::Ingest);
    assert_eq!(ingest.send("GET", "/modbus_sources", Value::Null).await.0, 403);
    assert_eq!(ingest.send("POST", "/modbus_sources", body(&world)).await.0, 404);
}

#[tokio::test]
async fn a_line_without_a_point_is_refused_by_its_place() {
    let world = World::new("modbus-points").await;
    let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest());
    let engineer = world.caller(fieldbus.routes(), Role::Engineer);
    let mut wrong = body(&world);
    wrong["polls"][0]["point"] = json!("steam");
    let (status, refused) = engineer.send("POST", "/modbus_sources", wrong).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/polls/0/point")));
    assert!(refused["detail"].as_str().unwrap().contains("no point 'steam'"));
}
