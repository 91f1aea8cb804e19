//! The disk under the running platform: full, damaged, read-only. Senders, `/readyz`, metrics and
//! administrators are told; what was acknowledged is there; intake goes on by itself.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kit::{Api, Server, eventually, ok, readings, sandan};
use serde_json::{Value, json};

const KEY: &str = "disk-1";
/// Readings of one request.
const READINGS: i64 = 100;

fn seed() -> Value {
    let metric = json!({ "key": "v", "quantity": "voltage", "kind": "gauge",
        "expected_interval_s": 1, "min": 0.0, "max": 1e15 });
    json!({
        "complexes": [{ "code": "disk", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": [{ "code": "disk", "name": "시험", "metrics": [metric] }],
        "devices": [{ "complex": "disk", "key": KEY, "name": KEY, "kind": "sensor",
            "profile": "disk" }],
    })
}

/// A data folder with one device, and an administrator's token.
fn prepare(data: &Path) -> String {
    let files = tempfile::tempdir().expect("a temporary folder");
    let file = files.path().join("seed.json");
    std::fs::write(&file, seed().to_string()).expect("written");
    let (file, data) = (file.to_str().expect("plain"), data.to_str().expect("plain"));
    ok(&["import", "seed", file, "--data", data], "");
    ok(&["token", "create", "--role", "administrator", "--data", data], "")
}

fn start_ms() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
    i64::try_from(since.as_millis()).expect("small") - 3_600_000
}

/// Sends the next readings; notes their times when they are acknowledged.
async fn send(api: &Api, next: &mut i64, acknowledged: &mut Vec<i64>) -> (u16, Value) {
    let times: Vec<i64> = (*next..*next + READINGS).collect();
    *next += READINGS;
    let list: Vec<_> =
        times.iter().map(|at| json!({ "point": "v", "at": at, "value": at })).collect();
    let answer = api.try_post("/readings", json!({ "device": KEY, "readings": list })).await;
    if answer.0 == 200 {
        acknowledged.extend(times);
    }
    answer
}

/// What stands there of the acknowledged, whatever else does.
async fn assert_all_there(api: &Api, from_ms: i64, acknowledged: &[i64]) {
    let points = api.get("/points?limit=10").await;
    let point = points["items"][0]["id"].as_str().expect("an id").to_owned();
    let there = readings(api, &point, from_ms, from_ms + 3_600_000).await;
    let there: std::collections::BTreeSet<i64> = there.into_iter().map(|(at, _)| at).collect();
    let missing: Vec<_> = acknowledged.iter().filter(|at| !there.contains(at)).collect();
    assert!(missing.is_empty(), "{} acknowledged readings are missing", missing.len());
}

async fn plain(server: &Server, path: &str) -> (u16, String) {
    let response = reqwest::get(format!("{}{path}", server.http)).await.expect("it answers");
    (response.status().as_u16(), response.text().await.expect("text"))
}

/// Codes of the troubles that an administrator sees.
async fn troubles(api: &Api) -> Vec<String> {
    let health = api.get("/system/health").await;
    let list = health["troubles"].as_array().expect("a list");
    list.iter().map(|trouble| trouble["code"].as_str().expect("text").to_owned()).collect()
}

/// A small filesystem of its own; unmounted when dropped.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// `None`, with a word, where this user may not mount.
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=24m", "sandan-test"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self { folder });
        }
        eprintln!("skipped: this user may not mount a small filesystem (root may)");
        None
    }

    fn ballast(&self) -> PathBuf {
        self.folder.path().join("ballast")
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        use std::io::Write as _;
        let mut file = std::fs::File::create(self.ballast()).expect("it can be made");
        for piece in [vec![0_u8; 64 * 1024], vec![0_u8; 512]] {
            while file.write_all(&piece).is_ok() {}
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.ballast()).expect("it can be removed");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.folder.path()).status();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_to_everyone_and_intake_goes_on_by_itself_when_there_is_space() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.folder.path().join("data");
    let token = prepare(&data);
    let server = Server::start(&data, &[]);
    let api = Api::new(&server, &token);
    let (from, mut acknowledged) = (start_ms(), Vec::new());
    let mut next = from;
    assert_eq!(send(&api, &mut next, &mut acknowledged).await.0, 200);
    assert_eq!(plain(&server, "/readyz").await, (200, "ready\n".to_owned()));
    assert_eq!(troubles(&api).await, [""; 0]);

    disk.fill();
    let refused = eventually("a refusal", async || {
        let (status, answer) = send(&api, &mut next, &mut acknowledged).await;
        (status != 200).then_some((status, answer))
    })
    .await;
    assert_eq!(
        (refused.0, &refused.1["code"]),
        (503, &json!("reading.not_durable")),
        "{refused:?}"
    );
    let words = refused.1["detail"].as_str().expect("words");
    assert!(words.contains("full") && words.contains("free space"), "{words}");
    let (status, why) = plain(&server, "/readyz").await;
    assert!(status == 503 && why.contains("readings.disk_full"), "{status} {why}");
    let told = troubles(&api).await;
    assert!(told.contains(&"readings.disk_full".to_owned()), "{told:?}");
    let (_, metrics) = plain(&server, "/metrics").await;
    assert!(metrics.contains("platform_troubles{kind=\"readings.disk_full\"} 1"), "{metrics}");
    // What was there before is still read.
    assert_all_there(&api, from, &acknowledged).await;

    disk.free();
    eventually("the end of the trouble, without anybody sending", async || {
        (plain(&server, "/readyz").await.0 == 200).then_some(())
    })
    .await;
    eventually("no trouble left", async || troubles(&api).await.is_empty().then_some(())).await;
    assert_eq!(send(&api, &mut next, &mut acknowledged).await.0, 200);
    server.kill();
    let server = Server::start(&data, &[]);
    let api = Api::new(&server, &token);
    assert_all_there(&api, from, &acknowledged).await;
    server.stop();
}

#[test]
fn a_folder_on_a_read_only_disk_is_named_at_the_start() {
    let Some(disk) = SmallDisk::mount() else { return };
    let data = disk.folder.path().join("data");
    prepare(&data);
    let folder = disk.folder.path();
    let status = Command::new("mount").args(["-o", "remount,ro"]).arg(folder).status();
    assert!(status.expect("mount runs").success(), "it can be made read-only");
    let serve = ["serve", "--http", "127.0.0.1:0", "--mqtt", "127.0.0.1:0", "--data"];
    let output = sandan().args(serve).arg(&data).output().expect("the binary ends");
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "it must not start: {words}");
    assert!(words.contains("Read-only file system"), "{words}");
    assert!(words.contains(data.to_str().expect("plain")), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_damaged_in_the_middle_costs_one_batch_and_is_told_with_file_and_offset() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let token = prepare(folder.path());
    let server = Server::start(folder.path(), &[]);
    let api = Api::new(&server, &token);
    let (from, mut acknowledged) = (start_ms(), Vec::new());
    let mut next = from;
    for _ in 0..5 {
        assert_eq!(send(&api, &mut next, &mut acknowledged).await.0, 200);
    }
    server.kill();

    let log = folder.path().join("readings/log/00000001.log");
    let mut bytes = std::fs::read(&log).expect("the log is there");
    let middle = bytes.len() / 2;
    bytes[middle..middle + 16].fill(0xa5);
    std::fs::write(&log, bytes).expect("it can be written");

    let server = Server::start(folder.path(), &[]);
    let api = Api::new(&server, &token);
    let health = api.get("/system/health").await;
    let trouble = &health["troubles"][0];
    assert_eq!(trouble["code"], "readings.log_damaged", "{health}");
    let words = trouble["detail"].as_str().expect("words");
    assert!(
        words.contains("00000001.log") && words.contains("bytes of the reading log at"),
        "{words}"
    );
    let (_, metrics) = plain(&server, "/metrics").await;
    assert!(metrics.contains("platform_troubles{kind=\"readings.log_damaged\"} 1"), "{metrics}");
    assert_eq!(plain(&server, "/readyz").await.0, 200, "it takes readings in all the same");
    // The third of five batches is gone, and no other; sent again, all is there.
    let size = usize::try_from(READINGS).expect("small");
    let kept: Vec<i64> = [&acknowledged[..2 * size], &acknowledged[3 * size..]].concat();
    assert_all_there(&api, from, &kept).await;
    let mut again = from + 2 * READINGS;
    assert_eq!(send(&api, &mut again, &mut Vec::new()).await.0, 200);
    assert_all_there(&api, from, &acknowledged).await;
    server.stop();
}
