//! A device made for ThingsBoard, which knows its token and nothing else.

use super::*;

async fn by_token(broker: &MqttBroker, key: &str) -> Client {
    let mut client = Client::new(broker, "any", &secret(key), "");
    let Heard::Packet(Incoming::ConnAck(ack)) = client.hear().await else { panic!("not let in") };
    assert_eq!(ack.code, ConnectReturnCode::Success);
    client
}

#[tokio::test]
async fn its_telemetry_is_kept_and_acknowledged_and_its_attributes_are_counted() {
    let world = World::new("mqtt-dialect").await;
    let broker = serve(&world).await;
    let mut device = by_token(&broker, SENSOR).await;
    let timed = json!([{ "ts": NOW_MS - 1_000, "values": { "pm25": 1, "temp": 20.5 } }]);
    for (topic, body) in [
        ("v1/devices/me/telemetry", json!({ "pm25": 3 })),
        ("v2/t", timed),
        ("v1/devices/me/attributes", json!({ "firmware": "1.2" })),
    ] {
        device.publish(topic, QoS::AtLeastOnce, body.to_string()).await;
        assert!(device.is_acknowledged().await, "{topic}");
    }
    assert_eq!(world.values(SENSOR, "pm25").await, [1.0, 3.0]);
    assert_eq!(world.values(SENSOR, "temp").await, [20.5]);
    assert_eq!(world.rejects().await, []);
    let metrics = world.platform.metrics.text();
    let counted = "telemetry_mqtt_refused_total{kind=\"attributes_not_kept\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
}

#[tokio::test]
async fn a_token_is_a_user_name_without_password_and_appears_in_no_reject() {
    let world = World::new("mqtt-token").await;
    let broker = serve(&world).await;
    for (name, password) in
        [(secret(SENSOR), "x"), ("no such token".into(), ""), (String::new(), "")]
    {
        let mut client = Client::new(&broker, "any", &name, password);
        assert!(matches!(client.hear().await, Heard::Ended(_)), "{name}");
    }
    let mut device = by_token(&broker, SENSOR).await;
    device.publish("v1/gateway/claim", QoS::AtLeastOnce, "{}").await;
    assert!(matches!(device.hear().await, Heard::Ended(_)));
    let rows = world.rejects().await;
    assert_eq!(rows, [(SENSOR.to_owned(), String::new(), "not_permitted".to_owned(), 1)]);
}

#[tokio::test]
async fn a_gateway_speaks_for_the_devices_behind_it_only() {
    let world = World::new("mqtt-gateway").await;
    world.put_behind(METER, SENSOR).await;
    let broker = serve(&world).await;
    let mut gateway = by_token(&broker, METER).await;
    let body = json!({
        "AIR-001": [
            { "ts": NOW_MS - 1_000, "values": { "pm25": 1, "word": "x" } },
            { "ts": NOW_MS, "values": { "pm25": 2 } },
        ],
        "air-002": [{ "ts": NOW_MS, "values": { "pm25": 9 } }],
        "Pump 7": { "flow": 3 },
    });
    for (topic, body) in [
        ("v1/gateway/connect", json!({ "device": "AIR-001" })),
        ("v1/gateway/telemetry", json!(["no devices"])),
        ("v1/gateway/telemetry", body),
    ] {
        gateway.publish(topic, QoS::AtLeastOnce, body.to_string()).await;
        assert!(gateway.is_acknowledged().await, "{topic}");
    }
    let row = |device: &str, point: &str, code: &str| {
        (device.to_owned(), point.to_owned(), code.to_owned(), 1)
    };
    let expected = [
        row(SENSOR, "word", "not_a_number"),
        row("air-002", "", "not_permitted"),
        row(METER, "", "malformed_json"),
        row("pump_7", "", "unknown_device"),
    ];
    assert_eq!(world.rejects().await, expected);
    assert_eq!(world.values(SENSOR, "pm25").await, [1.0, 2.0]);
    assert_eq!(world.values("air-002", "pm25").await, Vec::<f64>::new());
}

#[tokio::test]
async fn nobody_hears_what_another_device_says() {
    let world = World::new("mqtt-dialect-subscribe").await;
    let broker = serve(&world).await;
    let mut device = by_token(&broker, SENSOR).await;
    for (filter, granted) in [
        ("v1/devices/me/rpc/request/+", true),
        ("v1/devices/me/telemetry", false),
        ("v1/devices/me/attributes", false),
        ("v1/devices/me/+", false),
        ("v1/devices/me/#", false),
    ] {
        device.client.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
        let Heard::Packet(Incoming::SubAck(ack)) = device.hear().await else { panic!("{filter}") };
        let success = matches!(ack.return_codes[..], [SubscribeReasonCode::Success(_)]);
        assert_eq!(success, granted, "{filter}");
    }
}
