use axum::http::StatusCode;
use base::{Role, Scope};
use serde_json::{Value, json};

use super::credential::SecretHash;
use super::is_device_key;
use crate::tests::House;

#[test]
fn a_device_key_fits_a_topic() {
    for (text, good) in [
        ("air-001", true),
        ("a1", true),
        ("0.a_b-c", true),
        ("a", false),
        ("-a", false),
        ("Air-001", false),
        ("air/001", false),
        ("air#", false),
        ("공기-1", false),
    ] {
        assert_eq!(is_device_key(text), good, "{text}");
    }
    assert!(is_device_key(&"a".repeat(64)) && !is_device_key(&"a".repeat(65)));
}

#[test]
fn a_stored_secret_survives_its_text_and_fits_only_itself() {
    let hash = SecretHash::of("one");
    let text = base::hex(&<[u8; 32]>::from(<sha2::Sha256 as sha2::Digest>::digest("one")));
    assert!(SecretHash::parse(&text).unwrap().fits("one"));
    assert!(hash.fits("one") && !hash.fits("two"));
    assert!(SecretHash::parse("xyz").is_none() && SecretHash::parse(&"가".repeat(64)).is_none());
}

/// One field of each, sorted: things of the same millisecond stand in no order.
fn words(items: &[Value], field: &str) -> Vec<String> {
    let mut words: Vec<_> = items.iter().map(|i| i[field].as_str().unwrap().to_owned()).collect();
    words.sort();
    words
}

async fn profile(house: &House, code: &str) -> Value {
    house.admin().items(&format!("/device_profiles?q={code}")).await[0]["id"].clone()
}

async fn device(house: &House, key: &str) -> Value {
    house.admin().items(&format!("/devices?q={key}")).await[0].clone()
}

#[tokio::test]
async fn a_device_with_a_profile_brings_its_points_and_is_known_at_once() {
    let house = House::new().await;
    let new = json!({"complex_id": house.complex("jj1"), "key": "air-002", "kind": "sensor",
        "name": "둘째", "profile_id": profile(&house, "air").await});
    let (status, made) = house.engineer().post("/devices", new.clone()).await;
    assert_eq!(status, StatusCode::CREATED, "{made}");
    let points =
        house.engineer().items(&format!("/points?device={}", made["id"].as_str().unwrap())).await;
    assert_eq!(words(&points, "key"), ["pm25", "temp"]);
    assert_eq!(words(&points, "unit"), ["Cel", "ug/m3"]);
    assert!(points.iter().all(|p| p["class"] == "complex" && p.get("series").is_none()));
    assert!(house.registry.directory().snapshot().device_by_key("air-002").is_some());
    let (status, problem) = house.engineer().post("/devices", new).await;
    assert_eq!((status, &problem["code"]), (StatusCode::CONFLICT, &json!("registry.taken")));
}

#[tokio::test]
async fn series_are_never_used_twice_even_after_a_refusal() {
    let house = House::new().await;
    let profile = profile(&house, "air").await;
    for key in ["air-010", "air-001", "air-011"] {
        let new = json!({"complex_id": house.complex("jj1"), "key": key, "kind": "sensor",
            "name": key, "profile_id": profile});
        house.engineer().post("/devices", new).await;
    }
    let snapshot = house.registry.directory().snapshot();
    let mut series: Vec<_> = snapshot.points().iter().map(|point| point.series.0).collect();
    let count = series.len();
    series.dedup();
    assert_eq!((series.len(), count), (7, 7));
}

#[tokio::test]
async fn a_credential_is_shown_once_and_replaces_the_one_before() {
    let house = House::new().await;
    let air = device(&house, "air-001").await;
    let path = format!("/devices/{}/credential", air["id"].as_str().unwrap());
    let operator = house.with(Role::Operator, Scope::Complex(house.complex("jj1")));
    assert_eq!(operator.post(&path, Value::Null).await.0, StatusCode::FORBIDDEN);
    let (status, credential) = house.engineer().post(&path, Value::Null).await;
    assert_eq!((status, &credential["username"]), (StatusCode::OK, &json!("air-001")));
    let password = credential["password"].as_str().unwrap();
    assert_eq!(password.len(), 40);
    let snapshot = house.registry.directory().snapshot();
    assert!(snapshot.check_credential("air-001", password));
    assert!(!snapshot.check_credential("air-001", "secret-of-air-001-0123456789"));
    let sql = "SELECT detail FROM audit_entry WHERE action = 'device.rotate_credential'";
    let rows = house.platform.db.read().await.unwrap().all(sql, platform::args![]).await.unwrap();
    assert_eq!(rows[0].get::<String>("detail").unwrap(), r#"{"replaced":true}"#);
}

#[tokio::test]
async fn a_retired_device_may_not_send_and_gets_no_credential() {
    let house = House::new().await;
    let air = device(&house, "air-001").await;
    let path = format!("/devices/{}", air["id"].as_str().unwrap());
    let (status, _) =
        house.engineer().patch(&path, json!({"version": 1, "state": "retired"})).await;
    assert_eq!(status, StatusCode::OK);
    let snapshot = house.registry.directory().snapshot();
    assert!(!snapshot.check_credential("air-001", "secret-of-air-001-0123456789"));
    let (status, problem) = house.engineer().post(&format!("{path}/credential"), Value::Null).await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert!(problem["detail"].as_str().unwrap().contains("air-001 is retired"), "{problem}");
}

#[tokio::test]
async fn a_hand_over_keeps_the_past_with_the_former_tenant() {
    let house = House::new().await;
    let meter = device(&house, "meter-001").await;
    let former = house.tenant();
    let next = house.engineer().items("/establishments").await;
    let next = next.iter().find(|e| e["name"] == "가람섬유").unwrap()["id"].clone();
    let path = format!("/devices/{}/transfer", meter["id"].as_str().unwrap());
    let at = house.platform.clock.now();
    let body = json!({"version": 1, "establishment_id": next, "from": at});
    let own = Scope::Establishment { id: former, complex: house.complex("jj1") };
    let tenant = house.with(Role::Administrator, own);
    assert_eq!(tenant.post(&path, body.clone()).await.0, StatusCode::FORBIDDEN);
    let (status, device) = house.engineer().post(&path, body).await;
    assert_eq!((status, &device["establishment_id"]), (StatusCode::OK, &next), "{device}");

    let snapshot = house.registry.directory().snapshot();
    let meter = snapshot.device_by_key("meter-001").unwrap().id;
    let kwh = snapshot.point(meter, "kwh").unwrap();
    let before = base::Instant::from_micros(at.as_micros() - 1);
    assert_eq!(kwh.owner_at(before), Some(former));
    assert_eq!(kwh.owner_at(at).map(|id| json!(id)), Some(next));
    let owners = format!("/points/{}/owners", kwh.id);
    assert_eq!(house.engineer().items(&owners).await.len(), 2);
    assert_eq!(tenant.items(&owners).await.len(), 1);
    assert_eq!(tenant.get(&format!("/points/{}", kwh.id)).await.0, StatusCode::NOT_FOUND);

    let late = json!({"version": 2, "from": at + std::time::Duration::from_hours(1)});
    assert_eq!(house.engineer().post(&path, late).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_tenant_sees_its_own_devices_and_an_operator_those_of_its_complex() {
    let house = House::new().await;
    let jj1 = house.complex("jj1");
    let own = Scope::Establishment { id: house.tenant(), complex: jj1 };
    for (role, scope, keys) in [
        (Role::EnergyManager, own, vec!["meter-001"]),
        (Role::Operator, Scope::Complex(jj1), vec!["air-001", "meter-001"]),
        (Role::Operator, Scope::Complex(house.complex("jj2")), vec![]),
    ] {
        let devices = house.with(role, scope).items("/devices").await;
        assert_eq!(words(&devices, "key"), keys, "{role}");
    }
}

#[tokio::test]
async fn a_profile_given_later_adds_the_points_that_are_missing_and_removes_none() {
    let house = House::new().await;
    let engineer = house.engineer();
    let new = json!({"complex_id": house.complex("jj1"), "key": "air-020", "kind": "sensor",
        "name": "뒤에"});
    let (_, made) = engineer.post("/devices", new).await;
    let path = format!("/devices/{}", made["id"].as_str().unwrap());
    let points = format!("/points?device={}", made["id"].as_str().unwrap());
    assert!(engineer.items(&points).await.is_empty());
    let air = profile(&house, "air").await;
    let (status, _) = engineer.patch(&path, json!({"version": 1, "profile_id": air})).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(words(&engineer.items(&points).await, "key"), ["pm25", "temp"]);
    let (_, none) = engineer.patch(&path, json!({"version": 2, "profile_id": null})).await;
    assert!(none["profile_id"].is_null());
    assert_eq!(engineer.items(&points).await.len(), 2, "points stay");
    let unknown = json!({"version": 3, "profile_id": made["id"]});
    assert_eq!(engineer.patch(&path, unknown).await.0, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn a_metric_that_a_profile_gets_later_reaches_its_devices_when_it_is_applied() {
    let house = House::new().await;
    let admin = house.admin();
    let found = admin.items("/device_profiles?q=air").await[0].clone();
    let path = format!("/device_profiles/{}", found["id"].as_str().unwrap());
    let mut metrics = found["metrics"].as_array().unwrap().clone();
    metrics.push(json!({"key": "rssi", "quantity": "signal_strength", "kind": "gauge",
        "expected_interval_s": 60}));
    let change = json!({"version": found["version"], "metrics": metrics});
    assert_eq!(admin.patch(&path, change).await.0, StatusCode::OK);
    let apply = format!("{path}/apply");
    assert_eq!(house.engineer().post(&apply, Value::Null).await.0, StatusCode::FORBIDDEN);
    let (status, done) = admin.post(&apply, Value::Null).await;
    assert_eq!((status, &done["points_added"]), (StatusCode::OK, &json!(1)), "{done}");
    let snapshot = house.registry.directory().snapshot();
    let air = snapshot.device_by_key("air-001").unwrap().id;
    assert_eq!(&*snapshot.point(air, "rssi").unwrap().unit, "dB[mW]");
    assert_eq!(admin.post(&apply, Value::Null).await.1["points_added"], 0);
}

#[tokio::test]
async fn a_gateway_is_one_of_the_same_complex_and_never_its_own_child() {
    let house = House::new().await;
    let admin = house.admin();
    let make = async |key: &str, kind: &str, complex: &str| {
        let new = json!({"complex_id": house.complex(complex), "key": key, "kind": kind,
            "name": key});
        admin.post("/devices", new).await.1
    };
    let (top, mid) = (make("gw-1", "gateway", "jj1").await, make("gw-2", "gateway", "jj1").await);
    let leaf = make("leaf-1", "sensor", "jj1").await;
    let far = make("gw-9", "gateway", "jj2").await;
    let put = async |device: &Value, gateway: &Value| {
        let path = format!("/devices/{}", device["id"].as_str().unwrap());
        let version = admin.get(&path).await.1["version"].clone();
        admin.patch(&path, json!({"version": version, "gateway_id": gateway["id"]})).await
    };
    assert_eq!(put(&mid, &top).await.0, StatusCode::OK);
    assert_eq!(put(&leaf, &mid).await.0, StatusCode::OK);
    for (device, gateway, word) in [
        (&top, &mid, "speaks through this device itself"),
        (&top, &top, "not its own gateway"),
        (&top, &leaf, "is a sensor"),
        (&top, &far, "lies in complex"),
    ] {
        let (status, problem) = put(device, gateway).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(problem["detail"].as_str().unwrap().contains(word), "{problem}");
    }
    let list = format!("/devices?gateway={}", mid["id"].as_str().unwrap());
    assert_eq!(words(&admin.items(&list).await, "key"), ["leaf-1"]);
    let snapshot = house.registry.directory().snapshot();
    let top = snapshot.device_by_key("gw-1").unwrap().id;
    assert_eq!(snapshot.children_of(top).map(|x| &*x.key).collect::<Vec<_>>(), ["gw-2"]);
}
