//! The API and the table, on both engines.

use base::Role;
use platform::testing::each_engine;
use serde_json::{Value, json};

use crate::Fieldbus;
use crate::fieldbus::kit::World;

fn body(world: &World) -> Value {
    json!({
        "device_id": world.device("sign-1"), "kind": "sign", "payload": { "text": "대피하세요" },
        "reason": "누출 훈련", "expires_in_s": 60,
    })
}

#[tokio::test]
async fn a_command_is_asked_for_seen_and_taken_back_with_an_audit_row_each() {
    each_engine(&[platform::MIGRATIONS], async |db| {
        let world = World::on(db, "command-http").await;
        let routes = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir).routes();
        let operator = world.caller(routes, Role::Operator);
        let made = operator.ok("POST", "/commands", body(&world)).await;
        assert_eq!((&made["state"], &made["device_key"]), (&json!("queued"), &json!("sign-1")));
        let path = format!("/commands/{}", made["id"].as_str().unwrap());
        assert_eq!(operator.ok("GET", &path, Value::Null).await, made);
        let list = operator.ok("GET", "/commands?state=queued", Value::Null).await;
        assert_eq!(list["items"], json!([made]));

        let cancelled = operator.ok("POST", &format!("{path}/cancel"), Value::Null).await;
        assert_eq!(cancelled["state"], "cancelled");
        let (status, again) = operator.send("POST", &format!("{path}/cancel"), Value::Null).await;
        assert_eq!((status, &again["code"]), (409, &json!("command.not_queued")));

        let mut tx = world.platform.db.read().await.unwrap();
        let rows = tx.all("SELECT action FROM audit_entry ORDER BY seq", vec![]).await.unwrap();
        let actions: Vec<String> = rows.iter().map(|row| row.get("action").unwrap()).collect();
        assert!(actions.ends_with(&["command.create".into(), "command.cancel".into()]));
        drop(tx);
        world.close().await;
    })
    .await;
}

#[tokio::test]
async fn who_does_not_operate_commands_nothing() {
    let world = World::new("command-roles").await;
    let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir);
    let auditor = world.caller(fieldbus.routes(), Role::Auditor);
    let (status, refused) = auditor.send("POST", "/commands", body(&world)).await;
    assert_eq!((status, &refused["code"]), (403, &json!("forbidden")));
    assert_eq!(auditor.ok("GET", "/commands", Value::Null).await["items"], json!([]));
    let ingest = world.caller(fieldbus.routes(), Role::Ingest);
    assert_eq!(ingest.send("POST", "/commands", body(&world)).await.0, 404);
    assert_eq!(ingest.send("GET", "/commands", Value::Null).await.0, 403);
}

#[tokio::test]
async fn a_device_has_a_limit_of_open_commands() {
    let world = World::new("command-limit").await;
    let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir);
    let operator = world.caller(fieldbus.routes(), Role::Operator);
    for _ in 0..super::super::OPEN_PER_DEVICE_MAX {
        operator.ok("POST", "/commands", body(&world)).await;
    }
    let (status, refused) = operator.send("POST", "/commands", body(&world)).await;
    assert_eq!((status, &refused["code"]), (429, &json!("command.too_many")));
    let mut wrong = body(&world);
    wrong["payload"] = json!({ "text": "" });
    let (status, refused) = operator.send("POST", "/commands", wrong).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/payload")));
}
