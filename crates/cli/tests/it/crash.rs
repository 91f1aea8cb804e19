//! `kill -9` at random moments, again and again, under load: while readings come in, while days are
//! flushed to segments (every second here), while the log is replayed. After each start everything that was
//! ever acknowledged is there, once, on SQLite and on PostgreSQL.
//!
//! `SANDAN_CRASHES` is the number of kills for each database (20 without it; `./dev test` takes 100),
//! `SANDAN_CRASH_SEED` repeats a run.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::kit::{Api, Server, sandan};
use serde_json::{Value, json};
use tokio::task::JoinSet;

/// Devices, each with a sender of its own.
const DEVICES: usize = 6;
/// Readings of one request.
const READINGS: i64 = 40;
/// The longest time under load before a kill.
const LOAD_MS_MAX: u64 = 600;
/// Of ten kills this many come before the server listens.
const EARLY_OF_TEN: u64 = 2;
/// The longest time from its start to an early kill.
const EARLY_MS_MAX: u64 = 300;
/// Everything is read back after this many kills.
const CHECK_EVERY: u64 = 10;
/// Two devices send in the past, so that several days are flushed at once.
const DAY_MS: i64 = 86_400_000;

/// What was acknowledged, by device: times and nothing else, since a value is its time.
type Acknowledged = Arc<Mutex<BTreeMap<usize, Vec<i64>>>>;

/// SplitMix64: the moments of a run follow from its seed.
struct Moments(u64);

impl Moments {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % limit.max(1)
    }
}

fn seed() -> Value {
    let metric = json!({ "key": "v", "quantity": "voltage", "kind": "gauge",
        "expected_interval_s": 1, "min": 0.0, "max": 1e15 });
    let devices: Vec<_> = (0..DEVICES)
        .map(|n| {
            json!({ "complex": "crash", "key": key(n), "name": key(n), "kind": "sensor",
                "profile": "crash" })
        })
        .collect();
    json!({
        "complexes": [{ "code": "crash", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": [{ "code": "crash", "name": "시험", "metrics": [metric] }],
        "devices": devices,
    })
}

fn key(number: usize) -> String {
    format!("crash-{number}")
}

/// Sends for one device until the server is gone. What is not answered is not sent again: it may be there
/// or not.
async fn send(
    url: String,
    token: String,
    number: usize,
    mut next: i64,
    acked: Acknowledged,
) -> i64 {
    let client = reqwest::Client::new();
    loop {
        let times: Vec<i64> = (next..next + READINGS).collect();
        next += READINGS;
        let readings: Vec<_> =
            times.iter().map(|at| json!({ "point": "v", "at": at, "value": at })).collect();
        let body = json!({ "device": key(number), "readings": readings });
        let request = client.post(format!("{url}/api/v1/readings")).bearer_auth(&token);
        let Ok(response) = request.json(&body).send().await else { return next };
        let status = response.status();
        let Ok(answer) = response.json::<Value>().await else { return next };
        assert_eq!((status.as_u16(), &answer["accepted"]), (200, &json!(READINGS)), "{answer}");
        acked.lock().expect("no sender panics").entry(number).or_default().extend(times);
    }
}

async fn crash_and_compare(data: &Path, more: &[&str], seed_number: u64, crashes: u64) {
    let mut moments = Moments(seed_number);
    let acked = Acknowledged::default();
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
    let now_ms = i64::try_from(since.as_millis()).expect("small") - 3_600_000;
    let mut next: Vec<i64> =
        (0..DEVICES).map(|n| now_ms - i64::try_from(n % 3).expect("small") * DAY_MS).collect();
    let token = ok_with(data, more, &["token", "create", "--role", "administrator"]);
    let arguments = [more, &["--flush-after-s", "1"]].concat();
    for crash in 1..=crashes {
        if moments.below(10) < EARLY_OF_TEN {
            let mut child = sandan()
                .args(["serve", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0"])
                .args(["--log", "error", "--data"])
                .arg(data)
                .args(&arguments)
                .stdout(std::process::Stdio::null())
                .spawn()
                .expect("the binary starts");
            tokio::time::sleep(Duration::from_millis(moments.below(EARLY_MS_MAX))).await;
            child.kill().expect("the server can be killed");
            child.wait().expect("the server is gone");
            continue;
        }
        let server = Server::start(data, &arguments);
        let mut senders = JoinSet::new();
        for (number, next) in next.iter().enumerate() {
            let (url, token, acked) = (server.http.clone(), token.clone(), acked.clone());
            let next = *next;
            senders.spawn(async move { (number, send(url, token, number, next, acked).await) });
        }
        tokio::time::sleep(Duration::from_millis(moments.below(LOAD_MS_MAX))).await;
        server.kill();
        while let Some(ended) = senders.join_next().await {
            let (number, reached) = ended.expect("a sender met something else than the kill");
            next[number] = reached;
        }
        if crash % CHECK_EVERY == 0 || crash == crashes {
            let server = Server::start(data, &arguments);
            compare(&Api::new(&server, &token), &acked).await;
            server.kill();
        }
    }
    let total: usize = acked.lock().expect("no sender panics").values().map(Vec::len).sum();
    println!("{crashes} kills, {total} readings acknowledged, all there (seed {seed_number})");
    assert!(total > 0, "nothing was acknowledged at all: the test tests nothing");
}

/// Every acknowledged reading is there once, with its value.
async fn compare(api: &Api, acked: &Acknowledged) {
    let points = api.get("/points?limit=100").await;
    let acked = acked.lock().expect("no sender panics").clone();
    for point in points["items"].as_array().expect("a list") {
        let text = |field: &str| point[field].as_str().expect("an id").to_owned();
        let device = api.get(&format!("/devices/{}", text("device_id"))).await;
        let number = device["key"].as_str().and_then(|key| key.strip_prefix("crash-"));
        let number: usize = number.and_then(|n| n.parse().ok()).expect("a key of this test");
        let Some(times) = acked.get(&number) else { continue };
        let found = crate::kit::readings(api, &text("id"), times[0], i64::MAX).await;
        let distinct: BTreeMap<i64, f64> = found.iter().copied().collect();
        assert_eq!(distinct.len(), found.len(), "{}: a reading is there twice", key(number));
        for at in times {
            let value = distinct.get(at);
            assert!(
                value.is_some_and(|value| (value - *at as f64).abs() < 0.5),
                "{}: the acknowledged reading of {at} is lost or changed: {value:?}",
                key(number)
            );
        }
    }
}

fn ok_with(data: &Path, more: &[&str], args: &[&str]) -> String {
    let database = more.iter().skip_while(|argument| **argument != "--database").nth(1);
    let mut command = sandan();
    if let Some(url) = database {
        command.env("SANDAN_DATABASE", url);
    }
    let output = command.args(args).arg("--data").arg(data).output().expect("the binary starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text").trim().to_owned()
}

fn numbers() -> (u64, u64) {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
    let fresh = since.as_secs();
    (number("SANDAN_CRASH_SEED").unwrap_or(fresh), number("SANDAN_CRASHES").unwrap_or(20))
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_kills_at_random_moments() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (seed_number, crashes) = numbers();
    let file = folder.path().join("seed.json");
    std::fs::write(&file, seed().to_string()).expect("written");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("made");
    ok_with(&data, &[], &["import", "seed", file.to_str().expect("plain")]);
    println!("seed {seed_number}");
    crash_and_compare(&data, &[], seed_number, crashes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_acknowledged_is_lost_by_kills_with_the_state_on_postgresql() {
    let Some(database) = platform::testing::postgres_database().await else { return };
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (seed_number, crashes) = numbers();
    let file = folder.path().join("seed.json");
    std::fs::write(&file, seed().to_string()).expect("written");
    let data = folder.path().join("data");
    std::fs::create_dir(&data).expect("made");
    let more = ["--database", &database];
    ok_with(&data, &more, &["import", "seed", file.to_str().expect("plain")]);
    println!("seed {seed_number}");
    crash_and_compare(&data, &more, seed_number, crashes).await;
}
