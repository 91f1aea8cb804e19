//! `sandan backup`, `restore` and `verify` with the real binary, while readings come in.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use crate::kit::{Api, Server, eventually, ok, readings, refused, run};
use serde_json::{Value, json};

/// Readings of one request.
const READINGS: i64 = 100;

fn seed() -> Value {
    let metric = json!({ "key": "v", "quantity": "voltage", "kind": "gauge",
        "expected_interval_s": 1, "min": 0.0, "max": 1e12 });
    json!({
        "complexes": [{ "code": "keep", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": [{ "code": "keep", "name": "시험", "metrics": [metric] }],
        "devices": [{ "complex": "keep", "key": "d-1", "name": "d-1", "kind": "sensor",
            "profile": "keep", "secret": "backup-test-secret-1" }],
    })
}

fn text(path: &Path) -> &str {
    path.to_str().expect("plain")
}

/// Sends until it is told to stop; notes how many readings were acknowledged.
async fn send(api: Api, start_ms: i64, acknowledged: Arc<AtomicI64>, stop: Arc<AtomicBool>) {
    while !stop.load(Ordering::Relaxed) {
        let first = acknowledged.load(Ordering::Relaxed);
        let readings: Vec<Value> = (first..first + READINGS)
            .map(|n| json!({ "point": "v", "at": start_ms + n, "value": n }))
            .collect();
        api.post("/readings", json!({ "device": "d-1", "readings": readings })).await;
        acknowledged.store(first + READINGS, Ordering::Relaxed);
    }
}

fn segments(data: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(data.join("blob/readings"));
    entries.into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

/// The readings of the only point in a data folder; a platform is started on it.
async fn kept(data: &Path, start_ms: i64) -> Vec<(i64, f64)> {
    let server = Server::start(data, &[]);
    let token = ok(&["token", "create", "--role", "administrator", "--data", text(data)], "");
    let api = Api::new(&server, &token);
    let points = api.get("/points?limit=10").await;
    let point = points["items"][0]["id"].as_str().expect("a point").to_owned();
    let found = readings(&api, &point, start_ms, start_ms + 10_000_000).await;
    server.stop();
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_under_load_holds_what_was_acknowledged_before_it_and_verify_names_what_is_lost() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (data, copy) = (folder.path().join("data"), folder.path().join("copy"));
    std::fs::create_dir(&data).expect("made");
    let file = folder.path().join("seed.json");
    std::fs::write(&file, seed().to_string()).expect("written");
    ok(&["import", "seed", text(&file), "--data", text(&data)], "");
    let server = Server::start(&data, &["--flush-after-s", "1"]);
    let token = ok(&["token", "create", "--role", "administrator", "--data", text(&data)], "");
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
    let start_ms = i64::try_from(since.as_millis()).expect("small") - 3_600_000;
    let (acknowledged, stop) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicBool::new(false)));
    let mut senders = tokio::task::JoinSet::new();
    senders.spawn(send(Api::new(&server, &token), start_ms, acknowledged.clone(), stop.clone()));
    eventually("a segment", async || (!segments(&data).is_empty()).then_some(())).await;
    let backup = ["backup", "--data", text(&data), "--to", text(&copy)];
    let first = ok(&backup, "");
    let before = acknowledged.load(Ordering::Relaxed);
    let again = ok(&backup, "");
    stop.store(true, Ordering::Relaxed);
    senders.join_next().await.expect("one sender").expect("every request was answered");
    assert!(first.contains("files ("), "{first}");
    assert!(copy.join("manifest.json").is_file(), "{again}");
    assert!(ok(&["verify", "--data", text(&data)], "").contains("segments with"), "it runs");
    server.kill();

    let restored = folder.path().join("restored");
    let words = ok(&["restore", "--from", text(&copy), "--data", text(&restored)], "");
    assert!(words.contains("everything acknowledged before"), "{words}");
    let found = kept(&restored, start_ms).await;
    assert!(found.len() >= usize::try_from(before).expect("positive"), "{before}: {}", found.len());
    for (n, (at_ms, value)) in (0..).zip(&found) {
        assert_eq!((*at_ms, value.to_bits()), (start_ms + n, (n as f64).to_bits()));
    }
    let words = refused(&["restore", "--from", text(&copy), "--data", text(&restored)], "");
    assert!(words.contains("is not empty: name a folder that does not exist yet"), "{words}");

    // A file that a merge has replaced is not missed; one that the catalogue names is.
    let missed = segments(&restored).into_iter().find_map(|lost| {
        std::fs::remove_file(&lost).expect("removed");
        let output = run(&["verify", "--data", text(&restored)], "");
        let words = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.code() == Some(1)).then_some((lost, words))
    });
    let (lost, words) = missed.expect("a segment is missed");
    let name = lost.file_name().expect("a name").to_string_lossy().into_owned();
    assert!(words.contains("segment.missing") && words.contains(&name), "{words}");

    let set = std::fs::read_dir(copy.join("blob/readings")).expect("there");
    let damaged = set.flatten().next().expect("a segment").path();
    // The link shares its bytes with the data folder; a new file does not.
    std::fs::remove_file(&damaged).expect("removed");
    std::fs::write(&damaged, "not what was written").expect("written");
    let third = folder.path().join("third");
    let words = refused(&["restore", "--from", text(&copy), "--data", text(&third)], "");
    assert!(words.contains("is no whole backup") && words.contains("SHA-256"), "{words}");
    assert!(!third.exists(), "a damaged backup changes nothing");
}
