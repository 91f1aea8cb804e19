//! A device that publishes to a topic of its own for every message.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::*;

/// Of MQTT 3.1.1: a first byte, the length that remains, the rest.
fn packet(first: u8, rest: &[u8]) -> Vec<u8> {
    let mut packet = vec![first];
    let mut length = rest.len();
    while length >= 128 {
        packet.push(u8::try_from(length % 128).unwrap() | 128);
        length /= 128;
    }
    packet.push(u8::try_from(length).unwrap());
    packet.extend(rest);
    packet
}

fn text(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    [&length, text.as_bytes()].concat()
}

fn connect(key: &str) -> Vec<u8> {
    // Clean session, user name and password, 30 s.
    let head = [text("MQTT"), vec![4, 0b1100_0010, 0, 30]].concat();
    packet(0x10, &[head, text(key), text(key), text(&secret(key))].concat())
}

/// QoS 0: nothing is waited for.
fn publish(topic: &str) -> Vec<u8> {
    packet(0x30, &[text(topic), b"1".to_vec()].concat())
}

fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().split(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_million_topics_cost_one_connection_and_no_memory() {
    let world = World::new("mqtt-topics").await;
    let broker = serve(&world).await;
    let mut other = Client::connected(&broker, METER).await;
    let mut flooding = TcpStream::connect(broker.local_addr()).await.unwrap();
    flooding.write_all(&connect(SENSOR)).await.unwrap();
    let mut answer = [0; 4];
    flooding.read_exact(&mut answer).await.unwrap();
    assert_eq!(answer, [0x20, 2, 0, 0], "the device is let in");
    let before = memory_kib();
    let mut sent = 0;
    for block in 0..1_000 {
        let topics = (0..1_000).map(|n| publish(&format!("sandan/v1/air-{block}-{n}/readings")));
        if flooding.write_all(&topics.collect::<Vec<_>>().concat()).await.is_err() {
            break;
        }
        sent += 1_000;
    }
    let mut rest = Vec::new();
    let ended = tokio::time::timeout(DEADLINE, flooding.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the first topic of another ends the connection");
    let grown = memory_kib().saturating_sub(before);
    assert!(grown < 64 << 10, "{grown} KiB for {sent} topics");
    let rows = world.rejects().await;
    let row = (SENSOR.to_owned(), String::new(), "not_permitted".to_owned());
    assert!(
        rows.iter()
            .any(|(device, point, code, _)| (device, point, code) == (&row.0, &row.1, &row.2)),
        "{rows:?}"
    );
    let body = json!([{"point": "kwh", "at": NOW_MS - 900_000, "value": 1.0}]).to_string();
    other.publish(&topic(METER), QoS::AtLeastOnce, body).await;
    assert!(other.is_acknowledged().await, "nobody else notices");
}
