//! Proof of the decoder, of the refusals, and of the whole path against an OPC UA server that is not ours.

use base::{Quality, Role};
use opcua_types::{DataValue, DateTime, StatusCode, Variant};
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::Digest as _;

use super::Node;
use super::value::{node_id, told};
use crate::Fieldbus;
use crate::fieldbus::kit::{Caller, Peer, World, free_port};

fn node(scale: f64, offset: f64) -> Node {
    Node { node: "ns=2;s=kw".into(), point: "kw".into(), scale, offset, deadband: 0.0 }
}

fn data(value: impl Into<Variant>, status: StatusCode) -> DataValue {
    DataValue { value: Some(value.into()), status: Some(status), ..DataValue::default() }
}

#[test]
fn numbers_and_truth_are_values_and_all_else_is_none() {
    let cases = [
        (data(12.5_f64, StatusCode::Good), Ok(25.0)),
        (data(-3_i16, StatusCode::Good), Ok(-6.0)),
        (data(true, StatusCode::Good), Ok(2.0)),
        (data(1.0_f64, StatusCode::Uncertain), Ok(2.0)),
    ];
    for (data, expect) in cases {
        assert_eq!(told(&node(2.0, 0.0), &data).value, expect, "{data:?}");
    }
    for data in [
        data(1.0_f64, StatusCode::BadSensorFailure),
        data("text", StatusCode::Good),
        data(f64::NAN, StatusCode::Good),
        DataValue::default(),
    ] {
        assert!(told(&node(1.0, 0.0), &data).value.is_err(), "{data:?}");
    }
}

#[test]
fn the_time_of_the_source_stands() {
    let mut data = data(1.0_f64, StatusCode::Good);
    data.source_timestamp = Some(DateTime::ymd_hms(2026, 11, 25, 0, 0, 0));
    let at = told(&node(1.0, 0.0), &data).at.unwrap();
    assert_eq!(at.as_millis(), 1_795_564_800_000);
}

proptest! {
    #[test]
    fn any_text_is_a_node_id_or_none(text in ".{0,60}") {
        let _ = node_id(&text);
    }
}

fn environment(name: &str) -> Option<String> {
    (name == "SANDAN_OPCUA_TEST").then(|| "geheim".to_owned())
}

struct House {
    world: World,
    engineer: Caller,
}

impl House {
    async fn new(name: &str) -> Self {
        let world = World::new(name).await;
        let ingest = world.telemetry.ingest();
        let fieldbus = Fieldbus::with_environment(&world.platform, ingest, &world.dir, environment);
        fieldbus.start();
        let engineer = world.caller(fieldbus.routes(), Role::Engineer);
        Self { world, engineer }
    }

    fn body(&self, port: u16) -> Value {
        let node = |node: &str, point: &str| json!({ "node": node, "point": point });
        json!({
            "device_id": self.world.device("meter-1"), "name": "생산라인", "connection": {
                "kind": "opcua", "endpoint": format!("opc.tcp://127.0.0.1:{port}/"),
                "publish_ms": 200, "nodes": [
                    node("ns=2;s=kw", "kw"), node("ns=2;s=temp", "temp"),
                    node("ns=2;s=bad", "pm10"), node("ns=2;s=door", "pm25"),
                ],
            },
        })
    }
}

fn server(port: u16) -> Option<Peer> {
    Peer::start("opcua_server.py", &[port.to_string()])
}

#[tokio::test]
async fn changes_of_a_foreign_server_become_readings_with_their_quality() {
    let port = free_port();
    let Some(peer) = server(port) else { return };
    let house = House::new("opcua-path").await;
    let made = house.engineer.ok("POST", "/sources", house.body(port)).await;
    let path = format!("/sources/{}", made["id"].as_str().unwrap());
    let kw = house.world.readings_until("meter-1", "kw", 5).await;
    let rises =
        |pair: &[base::Reading]| pair[1].value > pair[0].value && pair[1].at_ms > pair[0].at_ms;
    assert!(kw.windows(2).all(rises), "{kw:?}");
    assert_eq!(house.world.readings_until("meter-1", "pm25", 1).await[0].value, 1.0);
    let temp = house.world.readings_until("meter-1", "temp", 1).await;
    assert_eq!(temp[0].value, 21.5);
    assert!(temp[0].quality.names().contains(&"doubtful"), "{:?}", temp[0].quality);
    assert!(!kw[0].quality.names().contains(&"doubtful") && kw[0].quality == Quality::GOOD);
    let rejected = |source: &Value| source["status"]["rejected"].as_u64() >= Some(1);
    let source = house.engineer.until(&path, rejected).await;
    assert_eq!(source["status"]["state"], "ok");
    assert!(
        source["status"]["last_error"].as_str().unwrap().contains("BadSensorFailure"),
        "{source}"
    );
    assert!(house.world.readings("meter-1", "pm10").await.is_empty());

    // The server goes and comes back: the subscription stands again by itself.
    drop(peer);
    house.engineer.until(&path, |source| source["status"]["state"] == "failing").await;
    let before = house.world.readings("meter-1", "kw").await.len();
    let _peer = server(port);
    house.world.readings_until("meter-1", "kw", before + 3).await;
    house.engineer.until(&path, |source| source["status"]["state"] == "ok").await;
    house.world.close().await;
}

#[tokio::test]
async fn a_source_that_cannot_work_is_refused_field_by_field() {
    let house = House::new("opcua-http").await;
    let cases = [
        ("/endpoint", json!("http://10.0.3.20:4840/")),
        ("/endpoint", json!("opc.tcp://user@10.0.3.20/")),
        ("/password_env", json!("DATABASE_URL")),
        ("/server_certificate_sha256", json!("12:34")),
        ("/publish_ms", json!(50)),
        ("/nodes", json!([])),
        ("/nodes/0/node", json!([{ "node": "kw", "point": "kw" }])),
        ("/nodes/0/scale", json!([{ "node": "ns=2;s=a", "point": "kw", "scale": 0.0 }])),
        ("/nodes/0/point", json!([{ "node": "ns=2;s=a", "point": "steam" }])),
    ];
    for (pointer, value) in cases {
        let mut body = house.body(1);
        body["connection"][pointer.split('/').nth(1).unwrap()] = value;
        let pointer = format!("/connection{pointer}");
        let (status, refused) = house.engineer.send("POST", "/sources", body).await;
        assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!(pointer)), "{refused}");
    }
    house.world.close().await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_said_in_words() {
    let house = House::new("opcua-gone").await;
    let made = house.engineer.ok("POST", "/sources", house.body(free_port())).await;
    let path = format!("/sources/{}", made["id"].as_str().unwrap());
    let failing = |source: &Value| source["status"]["state"] == "failing";
    let source = house.engineer.until(&path, failing).await;
    let words = source["status"]["last_error"].as_str().unwrap();
    assert!(words.contains("cannot be used"), "{words}");
    let off = json!({ "version": 1, "enabled": false });
    assert_eq!(house.engineer.ok("PATCH", &path, off).await["status"]["state"], "disabled");
    house.world.close().await;
}

/// A server that takes only protected connections, and the SHA-256 of its certificate.
fn protected_server(port: u16, folder: &std::path::Path) -> Option<(Peer, String)> {
    let peer = Peer::start("opcua_server.py", &[port.to_string(), folder.display().to_string()])?;
    let certificate = std::fs::read(folder.join("server.der")).unwrap();
    Some((peer, base::hex(&sha2::Sha256::digest(certificate))))
}

#[tokio::test]
async fn a_protected_server_is_spoken_to_only_with_its_own_certificate() {
    let port = free_port();
    let house = House::new("opcua-secure").await;
    let Some((_peer, print)) = protected_server(port, &house.world.dir) else { return };
    let mut body = house.body(port);
    let connection = &mut body["connection"];
    connection["server_certificate_sha256"] = json!("0".repeat(64));
    connection["username"] = json!("sandan");
    connection["password_env"] = json!("SANDAN_OPCUA_TEST");
    let mut right = connection.clone();
    let made = house.engineer.ok("POST", "/sources", body).await;
    let path = format!("/sources/{}", made["id"].as_str().unwrap());
    let refused = |source: &Value| {
        let words = source["status"]["last_error"].as_str().unwrap_or_default();
        words.contains("not the trusted one") && words.contains(&print)
    };
    house.engineer.until(&path, refused).await;
    assert!(house.world.readings("meter-1", "kw").await.is_empty());

    right["server_certificate_sha256"] = json!(print.to_ascii_uppercase());
    let change = json!({ "version": 1, "connection": right });
    house.engineer.ok("PATCH", &path, change).await;
    let kw = house.world.readings_until("meter-1", "kw", 3).await;
    assert!(kw[2].value > kw[0].value, "{kw:?}");
    house.engineer.until(&path, |source| source["status"]["state"] == "ok").await;

    // Without protection, and without the password, the same server gives nothing.
    for field in ["server_certificate_sha256", "password_env"] {
        let mut wrong = right.clone();
        wrong[field] = Value::Null;
        for (connection, state) in [(&wrong, "failing"), (&right, "ok")] {
            let now = house.engineer.ok("GET", &path, Value::Null).await;
            let change = json!({ "version": now["version"], "connection": connection });
            house.engineer.ok("PATCH", &path, change).await;
            house.engineer.until(&path, |source| source["status"]["state"] == state).await;
        }
    }
    house.world.close().await;
}
