//! The API and the table, on both engines.

use base::Role;
use platform::testing::each_engine;
use serde_json::{Value, json};

use crate::Fieldbus;
use crate::fieldbus::kit::World;

fn body(world: &World) -> Value {
    json!({
        "device_id": world.device("meter-1"), "name": "변전실", "connection": {
            "kind": "modbus", "host": "127.0.0.1", "port": 1,
            "polls": [{ "point": "kw", "function": "holding", "register": 0, "type": "u16" }],
        },
    })
}

#[tokio::test]
async fn a_source_is_written_read_and_changed() {
    let sets = [platform::MIGRATIONS];
    each_engine(&sets, async |db| {
        let world = World::on(db, "source-http").await;
        let routes = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir).routes();
        let engineer = world.caller(routes, Role::Engineer);
        let made = engineer.ok("POST", "/sources", body(&world)).await;
        assert_eq!(made["status"]["state"], "waiting");
        let path = format!("/sources/{}", made["id"].as_str().unwrap());
        assert_eq!(engineer.ok("GET", &path, Value::Null).await, made);

        let off = json!({ "version": 1, "enabled": false });
        let next = engineer.ok("PATCH", &path, off.clone()).await;
        assert_eq!((&next["version"], &next["status"]["state"]), (&json!(2), &json!("disabled")));
        let (status, stale) = engineer.send("PATCH", &path, off).await;
        assert_eq!((status, &stale["code"]), (409, &json!("source.stale")));

        let list = engineer.ok("GET", "/sources", Value::Null).await;
        assert_eq!(list["items"], json!([next]));
        let other = format!("/sources?device={}", world.device("meter-2"));
        assert_eq!(engineer.ok("GET", &other, Value::Null).await["items"], json!([]));

        let kind = async |kind: &str| {
            let path = format!("/sources?kind={kind}");
            engineer.ok("GET", &path, Value::Null).await["items"].take()
        };
        assert_eq!((kind("modbus").await, kind("opcua").await), (json!([next]), json!([])));

        assert_eq!(engineer.send("DELETE", &path, Value::Null).await.0, 204);
        let (status, gone) = engineer.send("GET", &path, Value::Null).await;
        assert_eq!((status, &gone["code"]), (404, &json!("source.not_found")));

        let mut tx = world.platform.db.read().await.unwrap();
        let sql = "SELECT action FROM audit_entry ORDER BY seq";
        let rows = tx.all(sql, vec![]).await.unwrap();
        let actions: Vec<String> = rows.iter().map(|row| row.get("action").unwrap()).collect();
        let expect = ["source.create", "source.update", "source.delete"].map(String::from);
        assert!(actions.ends_with(&expect), "{actions:?}");
        drop(tx);
        world.close().await;
    })
    .await;
}

#[tokio::test]
async fn who_may_not_change_devices_changes_no_source() {
    let world = World::new("source-roles").await;
    let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir);
    let operator = world.caller(fieldbus.routes(), Role::Operator);
    let (status, refused) = operator.send("POST", "/sources", body(&world)).await;
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")));
    let engineer = world.caller(fieldbus.routes(), Role::Engineer);
    let made = engineer.ok("POST", "/sources", body(&world)).await;
    let path = format!("/sources/{}", made["id"].as_str().unwrap());
    assert_eq!(operator.ok("GET", &path, Value::Null).await, made);
    assert_eq!(operator.send("DELETE", &path, Value::Null).await.0, 403);
    let off = json!({ "version": 1, "enabled": false });
    assert_eq!(operator.send("PATCH", &path, off).await.0, 403);
    let ingest = world.caller(fieldbus.routes(), Role::Ingest);
    assert_eq!(ingest.send("GET", "/sources", Value::Null).await.0, 403);
    assert_eq!(ingest.send("POST", "/sources", body(&world)).await.0, 404);
}

#[tokio::test]
async fn a_line_without_a_point_is_refused_by_its_place() {
    let world = World::new("source-points").await;
    let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir);
    let engineer = world.caller(fieldbus.routes(), Role::Engineer);
    let mut wrong = body(&world);
    wrong["connection"]["polls"][0]["point"] = json!("steam");
    let (status, refused) = engineer.send("POST", "/sources", wrong).await;
    assert_eq!(
        (status, &refused["fields"][0]["pointer"]),
        (422, &json!("/connection/polls/0/point"))
    );
    assert!(refused["detail"].as_str().unwrap().contains("no point 'steam'"));
}
