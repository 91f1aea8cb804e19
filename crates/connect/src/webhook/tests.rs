//! Calls as the documentation of both network servers shows them, with what they leave out.

use base::{Role, Scope};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Call, Uplink, chirpstack, routes, the_things_stack};
use crate::testing::{NOW_MS, World, call};

const EUI: &str = "0101010101010101";
const AT: &str = "2026-11-24T23:59:00.5+00:00";
const AT_MS: i64 = NOW_MS - 59_500;

fn chirpstack_up() -> Value {
    json!({
        "deduplicationId": "3ac7e3c4-4401-4b8d-9386-a5c902f9202d",
        "time": AT,
        "deviceInfo": {
            "tenantName": "산단", "applicationName": "환경", "deviceName": "air-1",
            "devEui": EUI,
        },
        "dr": 5, "fCnt": 12, "fPort": 2, "data": "AQI=",
        "object": {
            "Temperature": 21.5, "open": true, "label": "x",
            "air": { "pm2.5": 12, "pm10": 30 }, "series": [1, 2],
        },
        "rxInfo": [
            { "gatewayId": "a", "rssi": -90, "snr": 3.5 },
            { "gatewayId": "b", "rssi": -48 },
        ],
    })
}

fn uplink(call: Result<Call, String>) -> Uplink {
    match call.unwrap() {
        Call::Uplink(uplink) => uplink,
        Call::Other => panic!("the call holds readings"),
    }
}

fn chirpstack_of(body: &Value) -> Result<Call, String> {
    chirpstack::decode("up", body.to_string().as_bytes())
}

fn sorted(uplink: &Uplink) -> Vec<(&str, f64)> {
    let mut values: Vec<_> = uplink.values.iter().map(|(k, v)| (k.as_str(), *v)).collect();
    values.sort_by(|a, b| a.0.cmp(b.0));
    values
}

#[test]
fn chirpstack_4_numbers_become_values_by_key_with_the_best_gateways_signal() {
    let uplink = uplink(chirpstack_of(&chirpstack_up()));
    assert_eq!((uplink.device.as_str(), uplink.at.unwrap().as_millis()), (EUI, AT_MS));
    let expected = [
        ("air.pm10", 30.0),
        ("air.pm2.5", 12.0),
        ("open", 1.0),
        ("series.0", 1.0),
        ("series.1", 2.0),
        // Version 4 leaves a ratio of 0 out.
        ("signal_noise", 0.0),
        ("signal_strength", -48.0),
        ("temperature", 21.5),
    ];
    assert_eq!(sorted(&uplink), expected);
    assert_eq!(uplink.ignored, ["label"]);
}

#[test]
fn chirpstack_3_is_told_by_its_field_names() {
    for eui in ["AQEBAQEBAQE=", "AQEBAQEBAQE", EUI] {
        let body = json!({
            "devEUI": eui, "deviceName": "old",
            "rxInfo": [{ "gatewayID": "x", "rssi": -57, "loRaSNR": 9.5 }],
            "objectJSON": "{\"temperature\": 4.25}",
        });
        let uplink = uplink(chirpstack_of(&body));
        assert_eq!((uplink.device.as_str(), uplink.at), (EUI, None));
        let expected = [("signal_noise", 9.5), ("signal_strength", -57.0), ("temperature", 4.25)];
        assert_eq!(sorted(&uplink), expected);
    }
}

#[test]
fn a_status_tells_the_battery_unless_the_device_hangs_on_the_mains() {
    let status = |extra: Value| {
        let mut body = json!({ "deviceInfo": { "devEui": EUI }, "batteryLevel": 75.5 });
        body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        uplink(chirpstack::decode("status", body.to_string().as_bytes()))
    };
    assert_eq!(sorted(&status(json!({}))), [("battery", 75.5)]);
    assert_eq!(sorted(&status(json!({ "externalPowerSource": true }))), []);
    assert_eq!(sorted(&status(json!({ "batteryLevelUnavailable": true }))), []);
}

#[test]
fn other_events_hold_no_readings_and_are_no_errors() {
    for event in ["join", "ack", "txack", "log", "location", "integration", ""] {
        assert_eq!(chirpstack::decode(event, b"{}"), Ok(Call::Other));
    }
    let join = json!({ "end_device_ids": { "dev_eui": EUI }, "join_accept": {} });
    assert_eq!(the_things_stack::decode(join.to_string().as_bytes()), Ok(Call::Other));
}

#[test]
fn the_things_stack_leaves_zeros_out_and_is_read_all_the_same() {
    let body = json!({
        "end_device_ids": { "device_id": "dev1", "dev_eui": "0004A30B001C0530" },
        "received_at": "2026-11-24T23:59:59Z",
        "uplink_message": {
            "frm_payload": "AQ==", "received_at": AT,
            "decoded_payload": { "temperature": 0, "humidity": 45 },
            "rx_metadata": [{ "gateway_ids": { "gateway_id": "gw1" }, "rssi": -35 }],
        },
    });
    let uplink = uplink(the_things_stack::decode(body.to_string().as_bytes()));
    assert_eq!(uplink.device, "0004a30b001c0530");
    assert_eq!(uplink.at.unwrap().as_millis(), AT_MS);
    let expected = [
        ("humidity", 45.0),
        ("signal_noise", 0.0),
        ("signal_strength", -35.0),
        ("temperature", 0.0),
    ];
    assert_eq!(sorted(&uplink), expected);
}

#[test]
fn a_body_of_somebody_else_is_refused_in_words() {
    let words = |call: Result<Call, String>| call.unwrap_err();
    assert!(words(chirpstack::decode("up", b"\x0a\x02protobuf")).contains("choose JSON"));
    assert!(words(chirpstack_of(&json!({ "hello": 1 }))).contains("is this ChirpStack?"));
    let short = json!({ "deviceInfo": { "devEui": "0102" } });
    assert!(words(chirpstack_of(&short)).contains("'0102' is no DevEUI"));
    assert!(words(the_things_stack::decode(b"{}")).contains("end_device_ids is missing"));
    let nameless = json!({ "end_device_ids": { "device_id": "a" }, "uplink_message": {} });
    let error = words(the_things_stack::decode(nameless.to_string().as_bytes()));
    assert!(error.contains("without DevEUI"), "{error}");
}

#[tokio::test]
async fn an_uplink_is_durable_when_answered_and_unknown_keys_are_counted() {
    let points: &[(&str, &str)] = &[("temperature", "temperature"), ("air.pm10", "pm10")];
    let world = World::new("webhook", &[(EUI, points)]).await;
    let router = || routes(world.ingest.clone(), world.mapper());
    let uri = "/api/v1/webhooks/chirpstack?event=up";
    let (status, answer) = call(router(), &world.gateway(), uri, &chirpstack_up()).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(2)), "{answer}");
    assert_eq!(answer["ignored"], json!(["label"]));
    let refused: Vec<_> = answer["rejected"].as_array().unwrap().iter().collect();
    assert!(refused.iter().all(|reject| reject["code"] == "unknown_point"), "{answer}");
    assert_eq!(refused.len(), 4, "what the device has no point for is said: {answer}");
    assert_eq!(world.readings(EUI, "temperature").await, [(AT_MS, 21.5)]);
    assert_eq!(world.readings(EUI, "air.pm10").await, [(AT_MS, 30.0)]);

    // Sent again it changes nothing.
    call(router(), &world.gateway(), uri, &chirpstack_up()).await;
    assert_eq!(world.readings(EUI, "temperature").await, [(AT_MS, 21.5)]);
    world.close().await;
}

#[tokio::test]
async fn a_call_without_a_role_or_for_an_unknown_device_is_refused() {
    let world =
        World::new("webhook-refused", &[("other", &[("temperature", "temperature")])]).await;
    let router = || routes(world.ingest.clone(), world.mapper());
    let uri = "/api/v1/webhooks/chirpstack?event=up";
    let (status, answer) = call(router(), &world.gateway(), uri, &chirpstack_up()).await;
    assert_eq!((status, &answer["code"]), (404, &json!("not_found")), "{answer}");
    let reader = world.ctx(&[(Role::Auditor, Scope::System)]);
    assert_eq!(call(router(), &reader, uri, &chirpstack_up()).await.0, 403);
    let uri = "/api/v1/webhooks/the_things_stack";
    let (status, answer) = call(router(), &world.gateway(), uri, &json!({})).await;
    assert_eq!((status, &answer["code"]), (422, &json!("webhook.malformed")), "{answer}");
    world.close().await;
}

#[tokio::test]
async fn a_network_whose_clock_is_far_ahead_is_told_so() {
    let world = World::new("webhook-ahead", &[(EUI, &[("temperature", "temperature")])]).await;
    let mut body = chirpstack_up();
    body["time"] = json!("2026-11-25T01:00:00Z");
    let uri = "/api/v1/webhooks/chirpstack?event=up";
    let (status, answer) =
        call(routes(world.ingest.clone(), world.mapper()), &world.gateway(), uri, &body).await;
    assert_eq!((status, &answer["accepted"]), (200, &json!(0)));
    assert_eq!(answer["rejected"][0]["code"], "clock_ahead", "{answer}");
    world.close().await;
}

fn json_of(depth: u32) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
    ];
    leaf.prop_recursive(depth, 64, 6, |inner| {
        let key = prop_oneof!["[a-zA-Z .]{0,8}", Just("devEui".to_owned())];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn no_bytes_are_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = chirpstack::decode("up", &bytes);
        let _ = the_things_stack::decode(&bytes);
    }

    #[test]
    fn any_payload_gives_bounded_values_with_keys_that_a_point_can_have(object in json_of(8)) {
        let mut body = chirpstack_up();
        body["object"] = object;
        let uplink = uplink(chirpstack_of(&body));
        prop_assert!(uplink.values.len() <= super::payload::VALUES_MAX + 2);
        for (key, value) in &uplink.values {
            prop_assert!(value.is_finite());
            prop_assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()
                || b"._-".contains(&b)), "{}", key);
        }
    }
}
