//! Retained messages, shared subscriptions and sessions without their connection, with clients of both
//! versions.

use rumqttc::v5::mqttbytes::QoS as QoS5;
use rumqttc::v5::mqttbytes::v5::Packet as Packet5;
use rumqttc::{Publish, v5};

use super::*;
use crate::ingress::mqtt::sessions::{OF_DEVICE_MAX, WAITING_BYTES_MAX};

/// A client of MQTT 5.
struct Client5 {
    client: v5::AsyncClient,
    events: v5::EventLoop,
}

impl Client5 {
    /// Connected; whether the broker knew its session.
    async fn connected(broker: &MqttBroker, id: &str, expiry_s: Option<u32>) -> (Self, bool) {
        let at = broker.local_addr();
        let mut options = v5::MqttOptions::new(id, at.ip().to_string(), at.port());
        options.set_credentials(SENSOR, secret(SENSOR));
        options.set_clean_start(expiry_s.is_none()).set_session_expiry_interval(expiry_s);
        let (client, events) = v5::AsyncClient::new(options, 100);
        let mut client = Self { client, events };
        let known = client
            .hear(|packet| match packet {
                Packet5::ConnAck(ack) => Some(ack.session_present),
                _ => None,
            })
            .await;
        (client, known)
    }

    async fn hear<T>(&mut self, take: impl Fn(Packet5) -> Option<T>) -> T {
        let heard = async {
            loop {
                if let v5::Event::Incoming(packet) = self.events.poll().await.unwrap()
                    && let Some(heard) = take(packet)
                {
                    return heard;
                }
            }
        };
        tokio::time::timeout(DEADLINE, heard).await.expect("the broker answers")
    }

    async fn subscribe(&mut self, filter: &str) {
        self.client.subscribe(filter, QoS5::AtLeastOnce).await.unwrap();
        self.hear(|packet| matches!(packet, Packet5::SubAck(_)).then_some(())).await;
    }

    /// The next message: whether it was retained, and its body.
    async fn message(&mut self) -> (bool, String) {
        self.hear(|packet| match packet {
            Packet5::Publish(it) => Some((it.retain, String::from_utf8_lossy(&it.payload).into())),
            _ => None,
        })
        .await
    }
}

impl Client {
    /// Connected with a session that is to be kept; whether the broker knew it.
    async fn keeping(broker: &MqttBroker, id: &str) -> (Self, bool) {
        let mut client = Self::with(broker, id, SENSOR, &secret(SENSOR), |options| {
            options.set_clean_session(false);
        });
        match client.hear().await {
            Heard::Packet(Incoming::ConnAck(ack)) => (client, ack.session_present),
            other => panic!("{id} was not let in: {other:?}"),
        }
    }

    async fn subscribe(&mut self, filter: &str) -> bool {
        self.client.subscribe(filter, QoS::AtLeastOnce).await.unwrap();
        let Heard::Packet(Incoming::SubAck(ack)) = self.hear().await else { panic!("{filter}") };
        matches!(ack.return_codes[..], [SubscribeReasonCode::Success(_)])
    }

    async fn message(&mut self) -> Publish {
        loop {
            match self.hear().await {
                Heard::Packet(Incoming::Publish(message)) => return message,
                Heard::Packet(_) => {}
                Heard::Ended(error) => panic!("{error}"),
            }
        }
    }

    async fn publish_retained(&mut self, body: &str) {
        self.client.publish(topic(SENSOR), QoS::AtLeastOnce, true, body).await.unwrap();
        assert!(self.is_acknowledged().await);
    }
}

fn commands() -> String {
    format!("sandan/v1/{SENSOR}/commands")
}

async fn send(broker: &MqttBroker, body: &str) -> bool {
    let lifetime = Duration::from_mins(10);
    broker.downlink().publish(&commands(), body.as_bytes().to_vec(), lifetime).await
}

/// Sends until the broker has noticed that the device went, or that it is back.
async fn send_until(broker: &MqttBroker, body: &str, taken: bool) {
    let noticed = async {
        while send(broker, body).await != taken {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(DEADLINE, noticed).await.expect("the broker notices");
}

#[tokio::test]
async fn the_last_retained_message_meets_who_subscribes_later() {
    let world = World::new("mqtt-retained").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    let (first, last) = (body(NOW_MS - 1, 1.0), body(NOW_MS, 2.0));
    device.publish_retained(&first).await;
    device.publish_retained(&last).await;
    let own = format!("sandan/v1/{SENSOR}/#");
    let (mut later, _) = Client::keeping(&broker, "later").await;
    assert!(later.subscribe(&own).await);
    let message = later.message().await;
    assert!(message.retain);
    assert_eq!(message.payload, last.as_bytes());
    let (mut five, _) = Client5::connected(&broker, "five", None).await;
    five.subscribe(&own).await;
    assert_eq!(five.message().await, (true, last));
    // An empty one takes it away: the next that comes to a new subscriber is an ordinary one.
    device.publish_retained("").await;
    let (mut last, _) = Client::keeping(&broker, "last").await;
    assert!(last.subscribe(&own).await);
    send_until(&broker, "now", true).await;
    let message = last.message().await;
    assert!(!message.retain && message.payload == "now", "{message:?}");
}

#[tokio::test]
async fn a_shared_subscription_gives_each_message_to_one_of_its_group() {
    let world = World::new("mqtt-shared").await;
    let broker = serve(&world).await;
    let filter = format!("$share/g/{}", commands());
    let (mut one, _) = Client::keeping(&broker, "one").await;
    assert!(!one.subscribe("$share/g/sandan/v1/air-002/commands").await, "not its own");
    assert!(one.subscribe(&filter).await);
    let (mut two, _) = Client5::connected(&broker, "two", None).await;
    two.subscribe(&filter).await;
    for n in 0..40 {
        assert!(send(&broker, &n.to_string()).await);
    }
    let (mut of_one, mut of_two) = (Vec::new(), Vec::new());
    while of_one.len() + of_two.len() < 40 {
        tokio::select! {
            message = one.message() => of_one.push(message.payload.to_vec()),
            message = two.message() => of_two.push(message.1.into_bytes()),
        }
    }
    assert!(!of_one.is_empty() && !of_two.is_empty(), "{} {}", of_one.len(), of_two.len());
    let all: std::collections::BTreeSet<_> = of_one.into_iter().chain(of_two).collect();
    assert_eq!(all.len(), 40, "none twice");
}

#[tokio::test]
async fn a_session_keeps_subscriptions_and_messages_while_its_device_is_away() {
    let world = World::new("mqtt-away").await;
    let broker = serve(&world).await;
    let (mut device, known) = Client::keeping(&broker, "kept").await;
    assert!(!known);
    assert!(device.subscribe(&format!("sandan/v1/{SENSOR}/#")).await);
    drop(device);
    send_until(&broker, "gone", false).await;
    let mut thief = Client::new(&broker, "kept", "air-002", &secret("air-002"));
    assert!(matches!(thief.hear().await, Heard::Ended(_)), "the session is another's");
    let mut other = Client::connected(&broker, SENSOR).await;
    other.publish(&topic(SENSOR), QoS::AtLeastOnce, body(NOW_MS, 1.0)).await;
    assert!(other.is_acknowledged().await);
    let (mut device, known) = Client::keeping(&broker, "kept").await;
    assert!(known);
    let heard = async {
        while device.message().await.topic != topic(SENSOR) {}
        send_until(&broker, "back", true).await;
        while device.message().await.payload != "back" {}
    };
    tokio::time::timeout(DEADLINE, heard).await.expect("what waited, and what comes");
}

#[tokio::test]
async fn a_session_of_version_5_lasts_as_long_as_it_asks() {
    let world = World::new("mqtt-away-5").await;
    let broker = serve(&world).await;
    let (mut device, _) = Client5::connected(&broker, "five", Some(600)).await;
    device.subscribe(&commands()).await;
    drop(device);
    send_until(&broker, "gone", false).await;
    let (mut device, known) = Client5::connected(&broker, "five", Some(0)).await;
    assert!(known, "ten minutes are not over");
    send_until(&broker, "back", true).await;
    let heard = async { while device.message().await.1 != "back" {} };
    tokio::time::timeout(DEADLINE, heard).await.expect("without subscribing again");
    drop(device);
    send_until(&broker, "gone", false).await;
    let (_device, known) = Client5::connected(&broker, "five", Some(1)).await;
    assert!(!known, "it asked for none the last time");
}

#[tokio::test]
async fn what_waits_for_a_device_has_a_bound_and_the_newest_stays() {
    let world = World::new("mqtt-waiting").await;
    let broker = serve(&world).await;
    let (mut device, _) = Client::keeping(&broker, "kept").await;
    assert!(device.subscribe(&format!("sandan/v1/{SENSOR}/#")).await);
    drop(device);
    send_until(&broker, "gone", false).await;
    let mut other = Client::connected(&broker, SENSOR).await;
    for n in 0..20 {
        let body = format!("{}{}", body(NOW_MS - 20 + n, 1.0), " ".repeat(WAITING_BYTES_MAX / 4));
        other.publish(&topic(SENSOR), QoS::AtLeastOnce, body).await;
        assert!(other.is_acknowledged().await);
    }
    let (mut device, known) = Client::keeping(&broker, "kept").await;
    assert!(known);
    send_until(&broker, "end", true).await;
    let mut bodies = Vec::new();
    while bodies.last().is_none_or(|body: &Vec<u8>| body != b"end") {
        bodies.push(device.message().await.payload.to_vec());
    }
    bodies.retain(|body| body.starts_with(b"["));
    assert_eq!(bodies.len(), 3, "of a quarter of the bound each, and a little more");
    let newest = body(NOW_MS - 1, 1.0).into_bytes();
    assert!(bodies.iter().any(|body| body.starts_with(&newest)), "the newest is there");
}

#[tokio::test]
async fn a_device_with_ever_new_client_ids_keeps_its_newest_sessions() {
    let world = World::new("mqtt-many").await;
    let broker = serve(&world).await;
    for n in 0..OF_DEVICE_MAX + 3 {
        let (mut device, known) = Client::keeping(&broker, &format!("c{n}")).await;
        assert!(!known && device.subscribe(&commands()).await, "{n}");
        drop(device);
        send_until(&broker, "gone", false).await;
    }
    let (_device, known) = Client::keeping(&broker, &format!("c{}", OF_DEVICE_MAX + 2)).await;
    assert!(known, "the newest is there");
    let (_device, known) = Client::keeping(&broker, "c0").await;
    assert!(!known, "the oldest has gone");
}
