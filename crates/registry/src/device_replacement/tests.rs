use axum::http::StatusCode;
use base::{Role, Scope};
use serde_json::{Value, json};

use crate::tests::House;

async fn meter(house: &House) -> Value {
    house.admin().items("/devices?q=meter-001").await[0].clone()
}

#[tokio::test]
async fn a_replaced_meter_keeps_its_series_and_tells_when_it_was_replaced() {
    let house = House::new().await;
    let old = meter(&house).await;
    let before = house.registry.directory().snapshot();
    let device = before.device_by_key("meter-001").unwrap().id;
    let kwh = before.point(device, "kwh").unwrap().clone();
    let at = house.platform.clock.now();
    let path = format!("/devices/{}/replacement", old["id"].as_str().unwrap());
    let body = json!({"version": old["version"], "key": "meter-101", "serial": "S-2", "at": at,
        "reason": "파손", "readings": [{"point": "kwh", "final_value": 901.5, "first_value": 2.0}]});
    let operator = house.with(Role::Operator, Scope::Complex(house.complex("jj1")));
    assert_eq!(operator.post(&path, body.clone()).await.0, StatusCode::FORBIDDEN);
    let (status, made) = house.engineer().post(&path, body).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");

    let snapshot = house.registry.directory().snapshot();
    let next = snapshot.device_by_key("meter-101").unwrap();
    let point = snapshot.point(next.id, "kwh").unwrap();
    assert_eq!((point.series, point.id), (kwh.series, kwh.id));
    assert_eq!(point.owners, kwh.owners);
    assert_eq!(next.establishment, Some(house.tenant_of("meter-101")));
    let replaced = &point.replacements[0];
    assert_eq!(
        (replaced.at, replaced.final_value, replaced.first_value),
        (at, Some(901.5), Some(2.0))
    );
    assert!(snapshot.check_credential("meter-101", made["password"].as_str().unwrap()));
    assert!(snapshot.device(device).unwrap().retired);
    assert_eq!(snapshot.points_of(device).count(), 0);
    assert!(!snapshot.check_credential("meter-001", "secret-of-meter-001-0123456789"));

    let id = made["device"]["id"].as_str().unwrap();
    let list = house.engineer().items(&format!("/devices/{id}/replacements")).await;
    assert_eq!(
        (&list[0]["old_key"], &list[0]["new_key"]),
        (&json!("meter-001"), &json!("meter-101"))
    );
}

#[tokio::test]
async fn what_cannot_be_a_replacement_is_refused_and_changes_nothing() {
    let house = House::new().await;
    let old = meter(&house).await;
    let path = format!("/devices/{}/replacement", old["id"].as_str().unwrap());
    for (body, status) in [
        (json!({"version": 1, "key": "air-001"}), StatusCode::CONFLICT),
        (json!({"version": 9, "key": "meter-101"}), StatusCode::CONFLICT),
        (json!({"version": 1, "key": "METER 1"}), StatusCode::UNPROCESSABLE_ENTITY),
        (
            json!({"version": 1, "key": "meter-101", "at": "2126-01-01T00:00:00Z"}),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            json!({"version": 1, "key": "meter-101", "readings": [{"point": "none"}]}),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
    ] {
        let (got, problem) = house.engineer().post(&path, body).await;
        assert_eq!(got, status, "{problem}");
    }
    let snapshot = house.registry.directory().snapshot();
    let device = snapshot.device_by_key("meter-001").unwrap();
    assert!(!device.retired && snapshot.points_of(device.id).count() == 1);
}

#[tokio::test]
async fn the_children_of_a_replaced_gateway_go_to_the_next_one() {
    let house = House::new().await;
    let complex = house.complex("jj1");
    let new = |key: &str, kind: &str, gateway: &Value| {
        json!({"complex_id": complex, "key": key, "kind": kind, "name": key,
            "gateway_id": gateway})
    };
    let engineer = house.engineer();
    let (_, gateway) = engineer.post("/devices", new("gw-1", "gateway", &Value::Null)).await;
    let (status, child) = engineer.post("/devices", new("child-1", "sensor", &gateway["id"])).await;
    assert_eq!(status, StatusCode::CREATED, "{child}");
    let path = format!("/devices/{}/replacement", gateway["id"].as_str().unwrap());
    let (_, made) = engineer.post(&path, json!({"version": 1, "key": "gw-2"})).await;
    let list = format!("/devices?gateway={}", made["device"]["id"].as_str().unwrap());
    assert_eq!(engineer.items(&list).await[0]["key"], "child-1");
}
