//! The whole path, against pymodbus.

use base::Role;
use serde_json::{Value, json};

use crate::Fieldbus;
use crate::fieldbus::kit::{Caller, Peer, World, free_port};

struct House {
    world: World,
    engineer: Caller,
}

impl House {
    async fn new(name: &str) -> Self {
        let world = World::new(name).await;
        let fieldbus = Fieldbus::new(&world.platform, world.telemetry.ingest(), &world.dir);
        fieldbus.start();
        let engineer = world.caller(fieldbus.routes(), Role::Engineer);
        Self { world, engineer }
    }

    /// A source of `device`; its path.
    async fn source(&self, device: &str, port: u16, unit: u8, polls: Value) -> String {
        let body = json!({
            "device_id": self.world.device(device), "name": device, "connection": {
                "kind": "modbus", "host": "127.0.0.1", "port": port, "unit": unit,
                "timeout_ms": 500, "polls": polls,
            },
        });
        let made = self.engineer.ok("POST", "/sources", body).await;
        format!("/sources/{}", made["id"].as_str().unwrap())
    }
}

fn server(port: u16, delay_ms: u32) -> Option<Peer> {
    Peer::start("modbus_server.py", &[port.to_string(), delay_ms.to_string()])
}

fn kw() -> Value {
    json!([{ "point": "kw", "function": "holding", "register": 100, "type": "u16", "scale": 0.1,
        "interval_s": 1 }])
}

fn error_has(words: &str) -> impl Fn(&Value) -> bool {
    move |source| source["status"]["last_error"].as_str().is_some_and(|text| text.contains(words))
}

#[tokio::test]
async fn registers_of_a_foreign_server_become_readings() {
    let port = free_port();
    let Some(_peer) = server(port, 0) else { return };
    let house = House::new("modbus-path").await;
    let line = |point: &str, function: &str, register: u16, kind: &str| {
        json!({ "point": point, "function": function, "register": register, "type": kind,
            "interval_s": 1 })
    };
    let mut polls = json!([
        line("kw", "holding", 100, "u16"),
        line("temp", "input", 102, "f32"),
        line("pm10", "holding", 104, "u32"),
        line("pm25", "coil", 7, "bit"),
    ]);
    polls[0]["scale"] = json!(0.1);
    polls[2]["order"] = json!("CDAB");
    let path = house.source("meter-1", port, 1, polls).await;
    let expect = [("kw", 1234.0 * 0.1), ("temp", 3.5), ("pm10", 70_000.0), ("pm25", 1.0)];
    for (point, value) in expect {
        let readings = house.world.readings_until("meter-1", point, 2).await;
        assert!(readings.iter().all(|reading| reading.value == value), "{point}: {readings:?}");
    }
    // The last round may be stored and not yet counted.
    let all = |source: &Value| source["status"]["accepted"].as_u64().is_some_and(|n| n >= 8);
    let source = house.engineer.until(&path, all).await;
    assert_eq!(source["status"]["state"], "ok");
    assert_eq!(source["status"]["rejected"], 0);
    house.world.close().await;
}

#[tokio::test]
async fn an_error_value_of_the_meter_is_a_reject_and_no_reading() {
    let port = free_port();
    let Some(_peer) = server(port, 0) else { return };
    let house = House::new("modbus-none").await;
    let polls = json!([
        { "point": "kw", "function": "holding", "register": 101, "type": "u16", "interval_s": 1,
          "error_values": [65535] },
        { "point": "temp", "function": "holding", "register": 106, "type": "u16", "interval_s": 1 },
    ]);
    let path = house.source("meter-1", port, 1, polls).await;
    house.world.readings_until("meter-1", "temp", 1).await;
    let source = house.engineer.until(&path, error_has("no value (65535)")).await;
    assert_eq!(source["status"]["state"], "ok", "the neighbour of the bad value is good");
    assert!(house.world.readings("meter-1", "kw").await.is_empty());
    house.world.close().await;
}

#[tokio::test]
async fn a_server_that_restarts_is_found_again() {
    let port = free_port();
    let Some(peer) = server(port, 0) else { return };
    let house = House::new("modbus-restart").await;
    let path = house.source("meter-1", port, 1, kw()).await;
    house.world.readings_until("meter-1", "kw", 1).await;
    drop(peer);
    let down = house.engineer.until(&path, |source| source["status"]["state"] == "failing").await;
    assert!(down["status"]["failures"].as_u64().unwrap() >= 1);
    assert!(down["status"]["last_error"].as_str().unwrap().len() > 20, "{down}");
    let before = house.world.readings("meter-1", "kw").await.len();
    let _peer = server(port, 0);
    house.world.readings_until("meter-1", "kw", before + 1).await;
    let up = house.engineer.until(&path, |source| source["status"]["state"] == "ok").await;
    assert_eq!(up["status"]["failures"], 0);
    house.world.close().await;
}

#[tokio::test]
async fn a_silent_or_wrong_unit_does_not_hold_up_its_neighbour() {
    let port = free_port();
    let Some(_peer) = server(port, 0) else { return };
    let house = House::new("modbus-unit").await;
    let silent = house.source("meter-2", port, 2, kw()).await;
    let wrong = house.source("sign-1", port, 9, kw()).await;
    let good = house.source("meter-1", port, 1, kw()).await;
    house
        .engineer
        .until(&silent, error_has("unit 2 does not answer to holding registers 100"))
        .await;
    house.engineer.until(&wrong, error_has("unit 9 refuses holding registers 100 to 100")).await;
    house.world.readings_until("meter-1", "kw", 4).await;
    house.engineer.until(&good, |source| source["status"]["state"] == "ok").await;
    assert!(house.world.readings("meter-2", "kw").await.is_empty());
    house.world.close().await;
}

#[tokio::test]
async fn a_slow_server_is_waited_for_within_its_time_limit() {
    let port = free_port();
    let Some(_peer) = server(port, 300) else { return };
    let house = House::new("modbus-slow").await;
    let path = house.source("meter-1", port, 1, kw()).await;
    let first = house.world.readings_until("meter-1", "kw", 1).await[0];
    // The answer took 300 ms at least: the value is stamped with the middle, before it came.
    let source = house.engineer.until(&path, |source| source["status"]["state"] == "ok").await;
    let heard: base::Instant = source["status"]["last_ok_at"].as_str().unwrap().parse().unwrap();
    assert!(heard.as_millis() - first.at_ms >= 150, "{} {heard}", first.at_ms);
    let mut connection = house.engineer.ok("GET", &path, Value::Null).await["connection"].take();
    connection["timeout_ms"] = json!(100);
    let tight = json!({ "version": 1, "connection": connection });
    house.engineer.ok("PATCH", &path, tight).await;
    house.engineer.until(&path, error_has("within 100 ms")).await;
    house.world.close().await;
}

#[tokio::test]
async fn a_source_that_is_switched_off_is_not_called() {
    let port = free_port();
    let Some(_peer) = server(port, 0) else { return };
    let house = House::new("modbus-off").await;
    let path = house.source("meter-1", port, 1, kw()).await;
    house.world.readings_until("meter-1", "kw", 1).await;
    house.engineer.ok("PATCH", &path, json!({ "version": 1, "enabled": false })).await;
    // The other source, made after that, is read for two rounds: the first would have been as well.
    house.source("meter-2", port, 1, kw()).await;
    house.world.readings_until("meter-2", "kw", 1).await;
    let before = house.world.readings("meter-1", "kw").await.len();
    house.world.readings_until("meter-2", "kw", 4).await;
    assert_eq!(house.world.readings("meter-1", "kw").await.len(), before);
    house.world.close().await;
}
