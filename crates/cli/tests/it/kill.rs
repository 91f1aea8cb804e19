//! `kill -9` while 10,000 readings a second come in over MQTT: what was acknowledged is there afterwards.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::kit::{Api, Server, eventually, ok};
use serde_json::{Value, json};
use sim::testkit::TestDevice;

const SECRET: &str = "kill-test-secret-0001";
const DEVICES: usize = 20;
/// Readings of one message.
const READINGS: i64 = 50;
/// Readings a second of all devices together.
const RATE: u64 = 10_000;
/// Readings acknowledged before the kill: four seconds of that rate.
const BEFORE_KILL: u64 = 4 * RATE;

fn seed() -> Value {
    let metric = json!({ "key": "v", "quantity": "voltage", "kind": "gauge",
        "expected_interval_s": 1, "min": 0.0, "max": 1e12 });
    let devices: Vec<_> = (0..DEVICES)
        .map(|n| {
            json!({ "complex": "kill", "key": format!("k-{n:02}"), "name": format!("k-{n}"),
                "kind": "sensor", "profile": "kill", "secret": SECRET })
        })
        .collect();
    json!({
        "complexes": [{ "code": "kill", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": [{ "code": "kill", "name": "시험", "metrics": [metric] }],
        "devices": devices,
    })
}

/// Sends until the server is gone; notes the newest time that was acknowledged. Times of one device
/// only grow, so everything up to it was acknowledged.
async fn send(
    mqtt: SocketAddr,
    number: usize,
    start_ms: i64,
    acked: Arc<Mutex<Vec<i64>>>,
    count: Arc<AtomicU64>,
) {
    let device = TestDevice::connect(mqtt, &format!("k-{number:02}"), SECRET).await;
    let device = device.expect("the device is let in");
    let per_message = Duration::from_secs_f64(DEVICES as f64 * READINGS as f64 / RATE as f64);
    let begin = tokio::time::Instant::now();
    for message in 0_i32.. {
        tokio::time::sleep_until(begin + per_message * message.unsigned_abs()).await;
        let first = start_ms + i64::from(message) * READINGS;
        let readings: Vec<_> = (first..first + READINGS).map(|at| ("v", at, at as f64)).collect();
        if device.publish(&readings).await.is_err() {
            break;
        }
        acked.lock().expect("no sender panics")[number] = first + READINGS - 1;
        count.fetch_add(READINGS.unsigned_abs(), Ordering::Relaxed);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_missing_after_kill_9_at_10000_readings_a_second() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().to_str().expect("plain").to_owned();
    let file = folder.path().join("seed.json");
    std::fs::write(&file, seed().to_string()).expect("written");
    ok(&["import", "seed", file.to_str().expect("plain"), "--data", &data], "");
    let server = Server::start(folder.path(), &[]);

    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
    let start_ms = i64::try_from(since.as_millis()).expect("small") - 600_000;
    let acked = Arc::new(Mutex::new(vec![start_ms - 1; DEVICES]));
    let count = Arc::new(AtomicU64::new(0));
    let mut senders = tokio::task::JoinSet::new();
    for n in 0..DEVICES {
        senders.spawn(send(server.mqtt, n, start_ms, acked.clone(), count.clone()));
    }
    let begin = Instant::now();
    let sent = eventually("four seconds of load", async || {
        Some(count.load(Ordering::Relaxed)).filter(|sent| *sent >= BEFORE_KILL)
    })
    .await;
    let took = begin.elapsed();
    server.kill();
    senders.shutdown().await;
    let acked = acked.lock().expect("no sender panics").clone();
    println!("{sent} readings acknowledged in {took:?} before the kill");

    let server = Server::start(folder.path(), &[]);
    let token = ok(&["token", "create", "--role", "administrator", "--data", &data], "");
    let api = Api::new(&server, &token);
    let points = api.get("/points?limit=100").await;
    for point in points["items"].as_array().expect("a list") {
        let device = api.get(&format!("/devices/{}", point["device_id"].as_str().unwrap())).await;
        let number: usize = device["key"].as_str().unwrap()[2..].parse().unwrap();
        let want = usize::try_from(acked[number] - start_ms + 1).expect("not negative");
        let found = values(&api, point["id"].as_str().unwrap(), start_ms, acked[number]).await;
        assert_eq!(found.len(), want, "k-{number:02} lost acknowledged readings");
        assert!(found.iter().zip(start_ms..).all(|(value, at)| (value - at as f64).abs() < 0.5));
    }
}

/// The values from `from_ms` to `last_ms`, both included.
async fn values(api: &Api, point: &str, from_ms: i64, last_ms: i64) -> Vec<f64> {
    let (mut found, mut from) = (Vec::new(), from_ms);
    while from <= last_ms {
        let path = format!(
            "/points/{point}/readings?from={}&to={}&limit=10000",
            instant(from),
            instant(last_ms + 1)
        );
        let page = api.get(&path).await;
        let items = page["items"].as_array().expect("a list").clone();
        if items.is_empty() {
            break;
        }
        found.extend(items.iter().filter_map(|item| item["value"].as_f64()));
        from = from_ms + i64::try_from(found.len()).expect("small");
    }
    found
}

fn instant(ms: i64) -> String {
    base::Instant::from_millis(ms).expect("a time of this century").to_string()
}
