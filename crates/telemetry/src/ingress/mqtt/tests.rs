//! The broker, asked by a real client over a real socket.

use std::net::SocketAddr;
use std::time::Duration;

use rumqttc::{
    AsyncClient, ConnectReturnCode, Event, EventLoop, Incoming, LastWill,
    MqttOptions as ClientOptions, QoS, SubscribeReasonCode,
};
use serde_json::json;

use super::{MqttBroker, MqttOptions, Share, start};
use crate::ingress::tests::kit::{METER, NOW_MS, SENSOR, World, secret};

/// However slow the machine is, an answer comes by then.
const DEADLINE: Duration = Duration::from_mins(1);

async fn serve(world: &World) -> MqttBroker {
    // The clock of a test stands: a share would never fill again.
    let share = Share { burst: u32::MAX, ..Share::default() };
    serve_with(world, |options| options.share = share).await
}

async fn serve_with(world: &World, set: impl Fn(&mut MqttOptions)) -> MqttBroker {
    let mut options = MqttOptions::at(SocketAddr::from(([127, 0, 0, 1], 0)));
    set(&mut options);
    start(&world.platform, world.ingest.clone(), options).await.unwrap()
}

struct Client {
    client: AsyncClient,
    events: EventLoop,
}

#[derive(Debug, PartialEq)]
enum Heard {
    Packet(Incoming),
    Ended(String),
}

impl Client {
    fn new(broker: &MqttBroker, id: &str, key: &str, secret: &str) -> Self {
        Self::with(broker, id, key, secret, |_| {})
    }

    fn with(
        broker: &MqttBroker,
        id: &str,
        key: &str,
        secret: &str,
        set: impl Fn(&mut ClientOptions),
    ) -> Self {
        let address = broker.local_addr();
        let mut options = ClientOptions::new(id, address.ip().to_string(), address.port());
        options.set_credentials(key, secret);
        options.set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(4 << 20, 4 << 20);
        set(&mut options);
        let (client, events) = AsyncClient::new(options, 20_000);
        Self { client, events }
    }

    /// A device that is in.
    async fn connected(broker: &MqttBroker, key: &str) -> Self {
        let mut client = Self::new(broker, key, key, &secret(key));
        let Heard::Packet(Incoming::ConnAck(ack)) = client.hear().await else {
            panic!("{key} was not let in")
        };
        assert_eq!(ack.code, ConnectReturnCode::Success);
        client
    }

    /// The next packet of the broker, or how the connection ended.
    async fn hear(&mut self) -> Heard {
        let next = async {
            loop {
                match self.events.poll().await {
                    Ok(Event::Incoming(Incoming::PingResp) | Event::Outgoing(_)) => {}
                    Ok(Event::Incoming(packet)) => return Heard::Packet(packet),
                    Err(error) => return Heard::Ended(error.to_string()),
                }
            }
        };
        tokio::time::timeout(DEADLINE, next).await.expect("the broker answers")
    }

    async fn publish(&mut self, topic: &str, qos: QoS, body: impl Into<Vec<u8>>) {
        self.client.publish(topic, qos, false, body).await.unwrap();
    }

    async fn is_acknowledged(&mut self) -> bool {
        matches!(self.hear().await, Heard::Packet(Incoming::PubAck(_)))
    }
}

mod dialect;
mod door;
mod flooding;
mod sessions;
mod sharing;
mod sparkplug;

fn topic(key: &str) -> String {
    format!("sandan/v1/{key}/readings")
}

fn body(at_ms: i64, value: f64) -> String {
    json!([{"point": "pm25", "at": at_ms, "value": value}]).to_string()
}

#[tokio::test]
async fn an_acknowledged_reading_is_in_the_store_and_there_after_reopening() {
    let world = World::new("mqtt-durable").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    device.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS, 81.5)).await;
    assert!(device.is_acknowledged().await);
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5]);
    broker.stop().await;
    let dir = world.close().await;
    let world = World::in_folder(&dir).await;
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5]);
}

#[tokio::test]
async fn readings_of_every_quality_of_service_are_kept() {
    let world = World::new("mqtt-qos").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    device.publish(&topic(SENSOR), QoS::AtMostOnce, body(NOW_MS - 2, 1.0)).await;
    device.publish(&topic(SENSOR), QoS::ExactlyOnce, body(NOW_MS - 1, 2.0)).await;
    assert!(matches!(device.hear().await, Heard::Packet(Incoming::PubRec(_))));
    assert!(matches!(device.hear().await, Heard::Packet(Incoming::PubComp(_))));
    assert_eq!(world.values(SENSOR, "pm25").await, [1.0, 2.0]);
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_counted_until_it_is_not_even_looked_at() {
    let world = World::new("mqtt-password").await;
    let broker = serve(&world).await;
    for _ in 0..super::attempts::FAILURES_MAX + 2 {
        let mut device = Client::new(&broker, "x", SENSOR, "wrong");
        let Heard::Ended(error) = device.hear().await else { panic!("it was let in") };
        assert!(error.contains("BadUserNamePassword"), "{error}");
    }
    let metrics = world.platform.metrics.text();
    assert!(
        metrics.contains("telemetry_mqtt_refused_total{kind=\"wrong_password\"} 10"),
        "{metrics}"
    );
    assert!(metrics.contains("telemetry_mqtt_refused_total{kind=\"too_many_attempts\"} 2"));
    let mut right = Client::new(&broker, "x", SENSOR, &secret(SENSOR));
    assert!(matches!(right.hear().await, Heard::Ended(_)), "it waits a minute");
    Client::connected(&broker, "air-002").await;
}

#[tokio::test]
async fn nobody_comes_in_without_a_name() {
    let world = World::new("mqtt-anonymous").await;
    let broker = serve(&world).await;
    let address = broker.local_addr();
    let options = ClientOptions::new("nobody", address.ip().to_string(), address.port());
    let (client, events) = AsyncClient::new(options, 10);
    assert!(matches!(Client { client, events }.hear().await, Heard::Ended(_)));
    let mut other = Client::new(&broker, "x", "air-999", &secret(SENSOR));
    assert!(matches!(other.hear().await, Heard::Ended(_)));
}

#[tokio::test]
async fn a_foreign_topic_is_never_acknowledged_and_nothing_of_it_is_kept() {
    let world = World::new("mqtt-foreign").await;
    let broker = serve(&world).await;
    for foreign in [topic("air-002"), topic(METER), "a".into(), format!("sandan/v1/{SENSOR}/x")] {
        let mut device = Client::connected(&broker, SENSOR).await;
        device.publish(&foreign, QoS::AtLeastOnce, body(NOW_MS, 81.5)).await;
        assert!(matches!(device.hear().await, Heard::Ended(_)), "{foreign}");
    }
    assert!(world.values("air-002", "pm25").await.is_empty());
    let rows = world.rejects().await;
    assert_eq!(rows, [(SENSOR.to_owned(), String::new(), "not_permitted".to_owned(), 4)]);
}

#[tokio::test]
async fn a_device_subscribes_beneath_its_own_key_only() {
    let world = World::new("mqtt-subscribe").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    for (filter, granted) in [
        (format!("sandan/v1/{SENSOR}/#"), true),
        ("#".to_owned(), false),
        ("sandan/v1/+/readings".to_owned(), false),
        (topic("air-002"), false),
    ] {
        device.client.subscribe(&filter, QoS::AtLeastOnce).await.unwrap();
        let Heard::Packet(Incoming::SubAck(ack)) = device.hear().await else { panic!("{filter}") };
        let success = matches!(ack.return_codes[..], [SubscribeReasonCode::Success(_)]);
        assert_eq!(success, granted, "{filter}");
    }
}

#[tokio::test]
async fn a_device_takes_neither_the_session_nor_the_topic_of_another() {
    let world = World::new("mqtt-takeover").await;
    let broker = serve(&world).await;
    let mut first = Client::connected(&broker, SENSOR).await;
    let mut thief = Client::new(&broker, SENSOR, "air-002", &secret("air-002"));
    assert!(matches!(thief.hear().await, Heard::Ended(_)));
    let will = LastWill::new(topic(SENSOR), "[]", QoS::AtMostOnce, false);
    let mut heir = Client::with(&broker, "heir", "air-002", &secret("air-002"), |options| {
        options.set_last_will(will.clone());
    });
    assert!(matches!(heir.hear().await, Heard::Ended(_)));
    first.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS, 1.0)).await;
    assert!(first.is_acknowledged().await);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_acknowledged_and_counted() {
    let world = World::new("mqtt-malformed").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    for body in ["not json", "", "{\"temp\": 5}"] {
        device.publish(&topic(SENSOR), QoS::AtLeastOnce, body).await;
        assert!(device.is_acknowledged().await, "{body}");
    }
    let rows = world.rejects().await;
    assert_eq!(rows, [(SENSOR.to_owned(), String::new(), "malformed_json".to_owned(), 3)]);
}

#[tokio::test]
async fn a_packet_above_the_limit_ends_the_connection_and_no_other() {
    let world = World::new("mqtt-large").await;
    let broker = serve(&world).await;
    let mut other = Client::connected(&broker, "air-002").await;
    let mut device = Client::connected(&broker, SENSOR).await;
    device.publish(&topic(SENSOR), QoS::AtLeastOnce, vec![b' '; 2 << 20]).await;
    assert!(matches!(device.hear().await, Heard::Ended(_)));
    other.publish(&topic("air-002"), QoS::AtLeastOnce, body(NOW_MS, 1.0)).await;
    assert!(other.is_acknowledged().await);
}

#[tokio::test]
async fn ten_thousand_messages_with_keys_of_their_own_stay_a_hundred_rows() {
    let world = World::new("mqtt-flood").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    for n in 0..10_000 {
        let body = json!([{"point": format!("p{n}"), "at": NOW_MS, "value": n}]).to_string();
        device.publish(&topic(SENSOR), QoS::AtLeastOnce, body).await;
    }
    for n in 0..10_000 {
        assert!(device.is_acknowledged().await, "message {n}");
    }
    let rows = world.rejects().await;
    assert_eq!(rows.len(), crate::reject::POINTS_PER_DEVICE_MAX + 1);
    assert_eq!(rows.iter().map(|row| row.3).sum::<i64>(), 10_000);
}

#[tokio::test]
async fn without_a_store_nothing_is_acknowledged() {
    let world = World::new("mqtt-closed").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    assert_eq!(world.platform.tasks.shutdown().await, vec![]);
    device.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS, 81.5)).await;
    assert!(matches!(device.hear().await, Heard::Ended(_)));
}

#[tokio::test]
async fn a_stopped_broker_ends_every_connection_and_lets_nobody_in() {
    let world = World::new("mqtt-stop").await;
    let broker = serve(&world).await;
    let address = broker.local_addr();
    let mut device = Client::connected(&broker, SENSOR).await;
    broker.stop().await;
    assert!(matches!(device.hear().await, Heard::Ended(_)));
    let closed = tokio::time::timeout(DEADLINE, async {
        while tokio::net::TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    assert!(closed.await.is_ok(), "the port is free again");
}

#[tokio::test]
async fn an_address_that_is_taken_is_told() {
    let world = World::new("mqtt-taken").await;
    let taken = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let address = taken.local_addr().unwrap();
    let options = MqttOptions::at(address);
    let error = start(&world.platform, world.ingest.clone(), options).await.err().unwrap();
    assert!(error.to_string().contains("choose another"), "{error}");
}
