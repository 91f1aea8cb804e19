//! The first day, with the real binary: set up, a device that publishes over MQTT, an alarm, an import.

use crate::kit::{Api, Server, eventually, ok, refused, shared};
use serde_json::{Value, json};
use sim::testkit::TestDevice;

const SECRET: &str = "first-day-secret-0001";

/// One complex with a leakage sensor that the complex runs and a meter.
fn seed() -> Value {
    let metric = |key: &str, quantity: &str| {
        json!({ "key": key, "quantity": quantity, "kind": "interval", "interval_s": 900,
            "expected_interval_s": 900, "min": 0.0, "max": 100_000.0 })
    };
    let meter = [
        metric("kwh", "active_energy"),
        metric("kvarh_lag", "reactive_energy_lagging"),
        metric("kvarh_lead", "reactive_energy_leading"),
    ];
    let leakage = json!({ "key": "ma", "quantity": "leakage_current", "kind": "gauge",
        "expected_interval_s": 10, "min": 0.0, "max": 500.0 });
    let device = |key: &str, kind: &str, profile: &str| {
        json!({ "complex": "test", "key": key, "name": key, "kind": kind, "profile": profile,
            "secret": SECRET })
    };
    json!({
        "complexes": [{ "code": "test", "name": "시험 단지", "name_en": "Test complex", "kind": "general" }],
        "profiles": [
            { "code": "leakage", "name": "누설전류 센서", "metrics": [leakage] },
            { "code": "meter", "name": "전력량계", "metrics": meter },
        ],
        "devices": [device("leak-01", "sensor", "leakage"), device("meter-01", "meter", "meter")],
    })
}

struct Day {
    folder: tempfile::TempDir,
    server: Server,
    api: Api,
}

impl Day {
    fn data(&self) -> &str {
        self.folder.path().to_str().expect("the folder has a plain name")
    }

    async fn point(&self, device: &str, key: &str) -> Value {
        let devices = self.api.get(&format!("/devices?q={device}")).await;
        let device = devices["items"][0]["id"].as_str().expect("the device stands").to_owned();
        let points = self.api.get(&format!("/points?device={device}")).await;
        let points = points["items"].as_array().expect("a list").clone();
        points.into_iter().find(|point| point["key"] == key).expect("the point stands")
    }

    async fn rule(&self, point: &Value, name: &str, limit: f64) {
        let complexes = self.api.get("/complexes").await;
        let rule = json!({
            "complex_id": complexes["items"][0]["id"],
            "name": name,
            "target": { "kind": "point", "point_id": point["id"] },
            "condition": { "kind": "threshold", "direction": "above", "limit": limit },
            "grade": "danger",
            "rationale": { "cause": "시험", "consequence": "시험", "corrective_action": "시험",
                "time_to_respond_s": 600 },
        });
        self.api.post("/alarm_rules", rule).await;
    }
}

fn begin() -> Day {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().to_str().expect("the folder has a plain name").to_owned();
    let file = folder.path().join("seed.json");
    std::fs::write(&file, seed().to_string()).expect("the folder can be written");
    // Nothing runs yet: the command works on the folder by itself.
    ok(&["import", "seed", file.to_str().expect("plain"), "--data", &data], "");
    let server = Server::start(folder.path(), &[]);
    // Now the platform owns the folder: the command goes through its socket.
    let token = ok(&["token", "create", "--role", "administrator", "--data", &data], "");
    let api = Api::new(&server, &token);
    Day { folder, server, api }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_over_mqtt_becomes_an_alarm_that_an_operator_acknowledges() {
    let day = begin();
    let point = day.point("leak-01", "ma").await;
    day.rule(&point, "누설전류 위험", 30.0).await;
    let device = TestDevice::connect(day.server.mqtt, "leak-01", SECRET).await.expect("let in");
    let now = jiff_now_ms();
    device.publish(&[("ma", now - 1_000, 12.0)]).await.expect("acknowledged");
    device.publish(&[("ma", now, 45.5)]).await.expect("acknowledged");

    let alarm = eventually("the alarm", async || {
        let page = day.api.get("/alarms?state=open").await;
        page["items"].as_array()?.first().cloned()
    })
    .await;
    assert_eq!((&alarm["grade"], &alarm["state"]), (&json!("danger"), &json!("unacknowledged")));
    assert_eq!(alarm["value"], 45.5);

    let path = format!("/alarms/{}", alarm["id"].as_str().expect("an id"));
    let note = json!({ "note": "현장 확인" });
    let done = day.api.post(&format!("{path}/acknowledge"), note.clone()).await;
    assert_eq!(done["state"], "acknowledged");
    let (status, again) = day.api.try_post(&format!("{path}/acknowledge"), note).await;
    assert_eq!(status, 409, "{again}");
    let history = day.api.get(&format!("{path}/transitions")).await;
    assert_eq!(history["items"].as_array().map(Vec::len), Some(2), "{history}");

    device.publish(&[("ma", now + 1_000, 3.0)]).await.expect("acknowledged");
    eventually("the return to normal", async || {
        let page = day.api.get("/alarms?state=open").await;
        page["items"].as_array()?.is_empty().then_some(())
    })
    .await;
    let latest = day.api.get("/points/latest").await;
    assert!(latest["items"].as_array().is_some_and(|items| !items.is_empty()), "{latest}");
    let found = eventually("the sealed ledger", async || {
        let found = day.api.get("/audit_entries/verification").await;
        (found["checked"].as_u64()? > 0).then_some(found)
    })
    .await;
    assert_eq!(found["broken"], json!([]));
    day.server.stop();
}

fn jiff_now_ms() -> i64 {
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().expect("the clock is past 1970");
    i64::try_from(since.as_millis()).expect("the clock is before the year 292 million")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_steel_plants_year_is_imported_once_and_its_peak_is_found() {
    let Some(file) = shared("energy/steel_industry_2018_15min.csv.gz") else { return };
    let day = begin();
    let point = day.point("meter-01", "kwh").await;
    // 628.72 kW of November is 157.18 kWh in a quarter of an hour.
    day.rule(&point, "최대수요전력 620 kW 초과", 155.0).await;
    let map = day.folder.path().join("steel.json");
    let mapping = telemetry::column_mapping::Mapping::steel();
    std::fs::write(&map, serde_json::to_string(&mapping).expect("plain")).expect("written");
    let (file, map) = (file.to_str().expect("plain"), map.to_str().expect("plain"));
    let args =
        ["import", "kepco", file, "--device", "meter-01", "--map", map, "--data", day.data()];

    let dry: Value = serde_json::from_str(&ok(&[&args[..], &["--dry-run"]].concat(), "")).unwrap();
    assert_eq!(dry["preview"]["rows_total"], 35_040, "{dry}");
    let first: Value = serde_json::from_str(&ok(&args, "")).unwrap();
    assert_eq!(first["result"]["added"], 3 * 35_040, "{first}");
    let second: Value = serde_json::from_str(&ok(&args, "")).unwrap();
    assert_eq!(second["result"], json!({ "added": 0, "replaced": 0, "unchanged": 3 * 35_040 }));

    let id = point["id"].as_str().expect("an id");
    let year = "from=2017-12-31T15:00:00Z&to=2018-12-31T15:00:00Z";
    let path = format!("/points/{id}/readings?{year}&bucket=1d&aggregate=sum&limit=1000");
    let days = day.api.get(&path).await;
    let days = days["items"].as_array().expect("a list");
    let sum: f64 = days.iter().filter_map(|day| day["value"].as_f64()).sum();
    assert_eq!(days.len(), 365);
    assert!((sum - 959_640.31).abs() < 0.01, "the year is 959,640.31 kWh, not {sum}");

    // The year comes in several batches; the finding settles on the worst of all.
    let alarm = eventually("the finding of the peak", async || {
        let page = day.api.get("/alarms?state=open").await;
        page["items"].as_array()?.first().filter(|alarm| alarm["value"] == 157.18).cloned()
    })
    .await;
    assert_eq!(alarm["kind"], "imported_above", "{alarm}");
    assert_eq!(alarm["condition"], "returned");
    assert!(alarm["raised_at"].as_str().is_some_and(|at| at.starts_with("2018-11-")), "{alarm}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owners_commands_say_what_to_do_when_they_are_refused() {
    let day = begin();
    let data = day.data();
    let words = refused(&["serve", "--data", data, "--http", "127.0.0.1:0"], "");
    assert!(words.contains("in use by another sandan"), "{words}");
    let admin = ["admin", "create", "--email", "kim@example.kr", "--data", data];
    assert!(refused(&admin, "short\n").contains("at least 10 characters"));
    assert!(refused(&admin, "").contains("standard input"));
    ok(&admin, "a long enough password\n");
    assert!(refused(&admin, "a long enough password\n").contains("already"));
    let words = refused(&["token", "create", "--role", "king", "--data", data], "");
    assert!(words.contains("operator") && words.contains("administrator"), "{words}");
    let file = day.folder.path().join("empty.csv");
    std::fs::write(&file, "날짜,값\n").expect("written");
    let file = file.to_str().expect("plain");
    let words = refused(&["import", "kepco", file, "--device", "meter-01", "--data", data], "");
    assert!(words.contains("column") || words.contains("검침일"), "{words}");
    let words = refused(&["import", "kepco", file, "--device", "nobody", "--data", data], "");
    assert!(words.contains("nobody"), "{words}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_moves_to_another_and_the_platform_goes_on() {
    let day = begin();
    let data = day.data().to_owned();
    day.server.stop();
    let (from, to) = (format!("sqlite:{data}/sandan.db"), format!("sqlite:{data}/moved.db"));
    let report = ok(&["db", "copy", "--from", &from, "--to", &to], "");
    assert!(report.contains("device: 2 rows"), "{report}");
    assert!(refused(&["db", "copy", "--from", &from, "--to", &to], "").contains("already"));
    let server = Server::start(day.folder.path(), &["--database", &to]);
    let folder = day.folder.path().to_str().expect("plain");
    let token = ok(&["token", "create", "--role", "auditor", "--data", folder], "");
    let devices = Api::new(&server, &token).get("/devices").await;
    assert_eq!(devices["items"].as_array().map(Vec::len), Some(2));

    // The folder remembers its database: a token made while nothing runs is one of the moved store.
    server.stop();
    let token = ok(&["token", "create", "--role", "auditor", "--data", folder], "");
    let server = Server::start(day.folder.path(), &[]);
    assert_eq!(Api::new(&server, &token).try_get("/devices").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_system_is_set_up_once_with_its_link() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let server = Server::start(folder.path(), &[]);
    let link = server.set_up.clone().expect("a new system prints its link");
    let token = link.split("token=").nth(1).expect("the link carries a token");
    let api = Api::new(&server, "none");
    let client = reqwest::Client::new();
    let set_up = async |token: &str| {
        let body = json!({ "token": token, "email": "a@b.kr", "name": "김관리",
            "password": "a long enough password", "start": "empty" });
        let request = client.post(format!("{}/api/v1/setup", server.http)).json(&body);
        request.send().await.expect("an answer").status().as_u16()
    };
    assert_eq!(set_up("wrong").await, 403);
    assert_eq!(set_up(token).await, 201);
    assert_eq!(set_up(token).await, 409, "the link works once");
    let (status, body) = api.try_get("/devices").await;
    assert_eq!((status, &body["code"]), (401, &json!("token_refused")));
    for page in ["/", "/control/alarms"] {
        let page = client.get(format!("{}{page}", server.http)).send().await.expect("an answer");
        let policy = page.headers()["content-security-policy"].to_str().expect("text").to_owned();
        assert!(policy.contains("default-src 'self'"), "{policy}");
    }
}
