//! One device that floods, and the addresses of the broker.

use rumqttc::Transport;

use super::*;

#[tokio::test]
async fn a_device_that_floods_is_shut_out_with_words_and_nobody_else_is() {
    let world = World::new("mqtt-share").await;
    let share = Share { per_s: 1, burst: 5, ban_after: Duration::ZERO, ..Share::default() };
    let broker = serve_with(&world, |options| options.share = share).await;
    let mut flooding = Client::connected(&broker, SENSOR).await;
    for n in 0..5 {
        flooding.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS - n, 1.0)).await;
        assert!(flooding.is_acknowledged().await, "{n}");
    }
    flooding.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS - 9, 1.0)).await;
    assert!(matches!(flooding.hear().await, Heard::Ended(_)), "the sixth is one too many");
    let mut again = Client::new(&broker, SENSOR, SENSOR, &secret(SENSOR));
    assert!(matches!(again.hear().await, Heard::Ended(_)), "it waits a minute");
    assert_eq!(world.values(SENSOR, "pm25").await.len(), 5);
    let rows = world.rejects().await;
    assert_eq!(rows, [(SENSOR.to_owned(), String::new(), "not_permitted".to_owned(), 1)]);
    let metrics = world.platform.metrics.text();
    assert!(metrics.contains("telemetry_mqtt_refused_total{kind=\"banned\"} 2"), "{metrics}");
    Client::connected(&broker, "air-002").await;
    world.clock.advance(Duration::from_mins(1));
    Client::connected(&broker, SENSOR).await;
}

#[tokio::test]
async fn a_device_above_its_share_waits_and_loses_nothing() {
    let world = World::new("mqtt-wait").await;
    let share = Share { per_s: 1_000, burst: 5, ..Share::default() };
    let broker = serve_with(&world, |options| options.share = share).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    for n in 0..25 {
        device.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS - n, 1.0)).await;
        assert!(device.is_acknowledged().await, "{n}");
    }
    assert_eq!(world.values(SENSOR, "pm25").await.len(), 25);
    let metrics = world.platform.metrics.text();
    assert!(metrics.contains("telemetry_mqtt_refused_total{kind=\"held_back\"} 20"), "{metrics}");
}

#[tokio::test]
async fn devices_speak_over_web_sockets_too() {
    let world = World::new("mqtt-ws").await;
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let broker = serve_with(&world, |options| options.ws_address = Some(free)).await;
    let address = broker.addresses().ws.unwrap();
    let url = format!("ws://{address}/mqtt");
    let mut options = ClientOptions::new("browser", url, address.port());
    options.set_credentials(SENSOR, secret(SENSOR));
    options.set_transport(Transport::Ws);
    let (client, events) = AsyncClient::new(options, 10);
    let mut device = Client { client, events };
    assert!(matches!(device.hear().await, Heard::Packet(Incoming::ConnAck(_))));
    device.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS, 81.5)).await;
    assert!(device.is_acknowledged().await);
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5]);
}

#[tokio::test]
async fn an_address_for_tls_without_a_certificate_is_refused_with_words() {
    let world = World::new("mqtt-no-certificate").await;
    let free = SocketAddr::from(([127, 0, 0, 1], 0));
    let options = MqttOptions { tls_address: Some(free), ..MqttOptions::at(free) };
    let error = start(&world.platform, world.ingest.clone(), options).await.err().unwrap();
    assert!(error.to_string().contains("--mqtt-tls-cert"), "{error}");
}
