//! An edge node of Sparkplug B, over a real connection.

use prost::Message as _;

use super::*;
use crate::ingress::sparkplug::payload::{Metric, Payload, Value};

fn metric(name: Option<&str>, alias: u64, value: f64) -> Metric {
    Metric {
        name: name.map(str::to_owned),
        alias: Some(alias),
        datatype: Some(10),
        value: Some(Value::Double(value)),
        ..Metric::default()
    }
}

fn birth_number(number: u64) -> Metric {
    let value = Some(Value::Long(number));
    Metric { name: Some("bdSeq".into()), datatype: Some(8), value, ..Metric::default() }
}

fn message(seq: u64, metrics: Vec<Metric>) -> Vec<u8> {
    Payload { timestamp: Some(NOW_MS.unsigned_abs()), metrics, seq: Some(seq) }.encode_to_vec()
}

/// An edge node that is in, with its will.
async fn edge(broker: &MqttBroker, key: &str, death: &str) -> Client {
    let will = Payload { metrics: vec![birth_number(0)], ..Payload::default() }.encode_to_vec();
    let mut node = Client::with(broker, key, key, &secret(key), |options| {
        options.set_last_will(LastWill::new(death, will.clone(), QoS::AtLeastOnce, false));
    });
    let Heard::Packet(Incoming::ConnAck(ack)) = node.hear().await else { panic!("not let in") };
    assert_eq!(ack.code, ConnectReturnCode::Success);
    node
}

#[tokio::test]
async fn an_edge_node_is_born_sends_what_changed_and_dies() {
    let world = World::new("sparkplug").await;
    let broker = serve(&world).await;
    let mut node = edge(&broker, SENSOR, &format!("spBv1.0/plant/NDEATH/{SENSOR}")).await;
    let commands = format!("spBv1.0/plant/NCMD/{SENSOR}/#");
    node.client.subscribe(commands, QoS::AtLeastOnce).await.unwrap();
    assert!(matches!(node.hear().await, Heard::Packet(Incoming::SubAck(_))));
    let data = format!("spBv1.0/plant/NDATA/{SENSOR}");
    node.publish(&data, QoS::AtLeastOnce, message(9, vec![metric(None, 1, 80.0)])).await;
    let mut asked = None;
    let mut acknowledged = false;
    while asked.is_none() || !acknowledged {
        match node.hear().await {
            Heard::Packet(Incoming::PubAck(_)) => acknowledged = true,
            Heard::Packet(Incoming::Publish(command)) => asked = Some(command),
            other => panic!("{other:?}"),
        }
    }
    let asked = Payload::decode(asked.unwrap().payload).unwrap();
    assert_eq!(asked.metrics[0].name.as_deref(), Some("Node Control/Rebirth"));
    let birth = vec![birth_number(0), metric(Some("PM25"), 1, 81.5)];
    node.publish(&format!("spBv1.0/plant/NBIRTH/{SENSOR}"), QoS::AtLeastOnce, message(0, birth))
        .await;
    assert!(node.is_acknowledged().await);
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5]);
    let changed = Metric { timestamp: Some(NOW_MS.unsigned_abs() + 1), ..metric(None, 1, 82.0) };
    node.publish(&data, QoS::AtLeastOnce, message(1, vec![changed])).await;
    assert!(node.is_acknowledged().await);
    assert_eq!(world.values(SENSOR, "pm25").await, [81.5, 82.0]);
    assert!(world.ingest.edges().presence(SENSOR, None).unwrap().is_online);
    // The connection breaks without a farewell: the broker tells its will.
    drop(node);
    let deadline = tokio::time::Instant::now() + DEADLINE;
    while world.ingest.edges().presence(SENSOR, None).unwrap().is_online {
        assert!(tokio::time::Instant::now() < deadline, "the will is heard");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    broker.stop().await;
}

#[tokio::test]
async fn a_node_speaks_for_itself_and_for_what_is_behind_it_only() {
    let world = World::new("sparkplug-others").await;
    let broker = serve(&world).await;
    let mut node = Client::connected(&broker, SENSOR).await;
    for (topic, code) in [
        (format!("spBv1.0/plant/DBIRTH/{SENSOR}/air-002"), "not_permitted"),
        (format!("spBv1.0/plant/DBIRTH/{SENSOR}/pump-7"), "unknown_device"),
    ] {
        let birth = message(0, vec![metric(Some("pm25"), 1, 5.0)]);
        node.publish(&topic, QoS::AtLeastOnce, birth).await;
        assert!(node.is_acknowledged().await, "sent again it would be refused again");
        let rows = world.rejects().await;
        assert!(rows.iter().any(|row| row.2 == code), "{topic}: {rows:?}");
    }
    assert_eq!(world.values("air-002", "pm25").await, Vec::<f64>::new());
    // In the name of another node it is a foreign topic, which ends the connection.
    let foreign = "spBv1.0/plant/NBIRTH/air-002";
    node.publish(foreign, QoS::AtLeastOnce, message(0, vec![])).await;
    assert!(matches!(node.hear().await, Heard::Ended(_)));
    let mut thief = Client::with(&broker, "x", METER, &secret(METER), |options| {
        let death = format!("spBv1.0/plant/NDEATH/{SENSOR}");
        options.set_last_will(LastWill::new(death, "", QoS::AtLeastOnce, false));
    });
    let Heard::Ended(_) = thief.hear().await else { panic!("a foreign death was let in") };
}

#[tokio::test]
async fn a_message_in_its_makers_form_waits_until_somebody_maps_it() {
    let world = World::new("mqtt-raw").await;
    let broker = serve(&world).await;
    let mut device = Client::connected(&broker, SENSOR).await;
    let raw = format!("sandan/v1/{SENSOR}/raw");
    device.publish(&raw, QoS::AtLeastOnce, "{\"t\": 5}").await;
    assert!(matches!(device.hear().await, Heard::Ended(_)), "nothing is acknowledged unheard");
    let (heard, mut hear) = tokio::sync::mpsc::unbounded_channel();
    broker.downlink().on_raw(move |key, payload| {
        let heard = heard.clone();
        Box::pin(async move { heard.send((key, payload)).map_err(|error| error.to_string()) })
    });
    let mut device = Client::connected(&broker, SENSOR).await;
    device.publish(&raw, QoS::AtLeastOnce, "{\"t\": 6}").await;
    assert!(device.is_acknowledged().await);
    assert_eq!(hear.recv().await.unwrap(), (SENSOR.to_owned(), "{\"t\": 6}".into()));
}
