//! The whole path, against the stand-in of the simulator, with its faults.

use base::{Id, Quality, Role};
use serde_json::{Value, json};
use sim::open_data::{OpenData, OpenDataFault, air, weather};

use super::work::{Seen, round};
use crate::Fieldbus;
use crate::fieldbus::kit::{Caller, World};
use crate::source::airkorea::AirkoreaConnection;
use crate::source::status::SourceState;
use crate::source::work::{Asked, Sources};

const HOUR_MS: i64 = 3_600_000;
/// What is in the environment, in the spelling that has escapes.
const KEY: &str = "geheim%2Bkey%3D%3D";
/// The same as the service knows it.
const KEY_PLAIN: &str = "geheim+key==";

fn environment(name: &str) -> Option<String> {
    (name == "SANDAN_OPEN_DATA_KEY").then(|| KEY.to_owned())
}

struct House {
    world: World,
    engineer: Caller,
    service: OpenData,
}

impl House {
    async fn new(name: &str) -> Self {
        let world = World::new(name).await;
        let ingest = world.telemetry.ingest();
        let fieldbus = Fieldbus::with_environment(&world.platform, ingest, &world.dir, environment);
        fieldbus.start();
        let engineer = world.caller(fieldbus.routes(), Role::Engineer);
        Self { world, engineer, service: service().await }
    }

    fn way(&self) -> Value {
        json!({ "key_env": "SANDAN_OPEN_DATA_KEY", "base_url": self.service.url() })
    }

    fn air(&self) -> Value {
        json!({ "kind": "airkorea", "service": self.way(), "station": "시연 1",
            "points": { "pm10": "pm10", "pm25": "pm25" } })
    }

    fn weather(&self, place: &Value) -> Value {
        json!({ "kind": "kma", "service": self.way(), "place": place,
            "points": { "temperature": "temp" } })
    }

    async fn source(&self, connection: Value) -> String {
        let device = self.world.device("meter-1");
        let body = json!({ "device_id": device, "name": "공공", "connection": connection });
        let made = self.engineer.ok("POST", "/sources", body).await;
        format!("/sources/{}", made["id"].as_str().unwrap())
    }

    /// Has the source asked anew.
    async fn again(&self, path: &str, connection: &Value) {
        let now = self.engineer.ok("GET", path, Value::Null).await;
        let change = json!({ "version": now["version"], "connection": connection });
        self.engineer.ok("PATCH", path, change).await;
    }
}

async fn service() -> OpenData {
    OpenData::start("127.0.0.1:0".parse().unwrap(), KEY_PLAIN).await.unwrap()
}

/// What the service published, as a number.
fn published(text: Option<String>) -> f64 {
    text.unwrap().parse().unwrap()
}

#[tokio::test]
async fn the_hours_of_a_station_become_readings_as_published() {
    let house = House::new("air-path").await;
    let path = house.source(house.air()).await;
    for point in ["pm10", "pm25"] {
        let readings = house.world.readings_until("meter-1", point, 24).await;
        assert_eq!(readings.len(), 24);
        for reading in &readings {
            assert_eq!(reading.at_ms % HOUR_MS, 0);
            assert_eq!(reading.value, published(air(point, reading.at_ms)), "{reading:?}");
        }
        assert_eq!(readings.last().unwrap().quality, Quality::GOOD);
    }
    let source = house.engineer.until(&path, |source| source["status"]["accepted"] == 48).await;
    assert_eq!((&source["status"]["state"], house.service.calls()), (&json!("ok"), 1));
    assert!(!source.to_string().contains("geheim"), "{source}");
    house.world.close().await;
}

#[tokio::test]
async fn a_missing_value_is_a_reject_with_its_word_and_a_marked_one_is_doubtful() {
    let house = House::new("air-missing").await;
    house.service.strike(Some(OpenDataFault::Missing));
    let path = house.source(house.air()).await;
    let readings = house.world.readings_until("meter-1", "pm25", 24).await;
    assert!(readings[23].quality.names().contains(&"doubtful"), "{:?}", readings[23]);
    assert!(!readings[22].quality.names().contains(&"doubtful"), "{:?}", readings[22]);
    let told = |source: &Value| source["status"]["rejected"] == 1;
    let source = house.engineer.until(&path, told).await;
    let words = source["status"]["last_error"].as_str().unwrap();
    assert!(words.contains("pm10") && words.contains("통신장애"), "{words}");
    assert_eq!(house.world.readings("meter-1", "pm10").await.len(), 23);
    house.world.close().await;
}

#[tokio::test]
async fn every_fault_is_said_in_words_without_the_key_and_passes() {
    let house = House::new("air-faults").await;
    house.service.strike(Some(OpenDataFault::Quota));
    let connection = house.air();
    let path = house.source(connection.clone()).await;
    let mut slow = connection.clone();
    slow["service"]["timeout_ms"] = json!(1_000);
    let mut elsewhere = connection.clone();
    elsewhere["station"] = json!("없는 곳");
    let mut no_key = connection.clone();
    no_key["service"]["key_env"] = json!("SANDAN_OPEN_DATA_NONE");
    let mut nobody = connection.clone();
    nobody["service"]["base_url"] = json!("http://127.0.0.1:1");
    let mut secure = connection.clone();
    secure["service"]["base_url"] = json!(house.service.url().replace("http:", "https:"));
    let cases = [
        (Some(OpenDataFault::Quota), &connection, "the calls of the day are used up"),
        (Some(OpenDataFault::QuotaJson), &connection, "22 LIMITED_NUMBER"),
        (Some(OpenDataFault::Down), &connection, "status 503"),
        (Some(OpenDataFault::Garbage), &connection, "XML and no error"),
        (Some(OpenDataFault::Huge), &connection, "larger than 1048576 bytes"),
        (Some(OpenDataFault::Slow), &slow, "does not answer in time"),
        (None, &elsewhere, "check the name of the station"),
        (None, &no_key, "no environment variable SANDAN_OPEN_DATA_NONE"),
        (None, &nobody, "cannot be reached"),
        (None, &secure, "cannot be reached"),
    ];
    for (fault, connection, words) in cases {
        house.service.strike(fault);
        house.again(&path, connection).await;
        let has = |source: &Value| {
            source["status"]["last_error"].as_str().is_some_and(|text| text.contains(words))
        };
        let source = house.engineer.until(&path, has).await;
        assert_eq!(source["status"]["state"], "failing", "{source}");
        let secret = ["geheim", "serviceKey"].iter().any(|part| source.to_string().contains(part));
        assert!(!secret, "{source}");
    }
    assert!(house.world.readings("meter-1", "pm10").await.is_empty());
    house.service.strike(None);
    house.again(&path, &connection).await;
    house.engineer.until(&path, |source| source["status"]["state"] == "ok").await;
    house.world.close().await;
}

#[tokio::test]
async fn a_key_that_the_service_does_not_know_is_said() {
    let house = House::new("air-key").await;
    let other = OpenData::start("127.0.0.1:0".parse().unwrap(), "another").await.unwrap();
    let mut connection = house.air();
    connection["service"]["base_url"] = json!(other.url());
    let path = house.source(connection).await;
    let failing = |source: &Value| source["status"]["state"] == "failing";
    let source = house.engineer.until(&path, failing).await;
    let words = source["status"]["last_error"].as_str().unwrap();
    assert!(words.contains("30 SERVICE_KEY_IS_NOT_REGISTERED_ERROR"), "{words}");
    house.world.close().await;
}

#[tokio::test]
async fn the_hour_before_is_taken_while_the_newest_is_not_there_yet() {
    let house = House::new("kma-grid").await;
    house.service.strike(Some(OpenDataFault::Behind));
    let connection = house.weather(&json!({ "product": "grid", "nx": 63, "ny": 89 }));
    let path = house.source(connection.clone()).await;
    let before = house.world.readings_until("meter-1", "temp", 1).await[0];
    assert_eq!(before.value, published(weather("T1H", before.at_ms)));
    assert_eq!(house.service.calls(), 2);
    house.service.strike(None);
    house.again(&path, &connection).await;
    let now = house.world.readings_until("meter-1", "temp", 2).await[1];
    assert_eq!(now.at_ms, before.at_ms + HOUR_MS);
    assert_eq!(house.service.calls(), 3);
    house.world.close().await;
}

#[tokio::test]
async fn three_days_of_a_staffed_station_come_until_yesterday() {
    let house = House::new("kma-station").await;
    let connection = house.weather(&json!({ "product": "station", "station": 146 }));
    house.source(connection).await;
    let readings = house.world.readings_until("meter-1", "temp", 72).await;
    assert_eq!(readings.len(), 72);
    for reading in &readings {
        assert_eq!(reading.value, published(weather("ta", reading.at_ms)), "{reading:?}");
    }
    assert_eq!(readings[71].at_ms - readings[0].at_ms, 71 * HOUR_MS);
    house.world.close().await;
}

#[tokio::test]
async fn nothing_is_called_without_an_enabled_source() {
    let house = House::new("air-off").await;
    let device = house.world.device("meter-1");
    let off = json!({ "device_id": device, "name": "x", "enabled": false,
        "connection": house.air() });
    house.engineer.ok("POST", "/sources", off).await;
    house.source(house.weather(&json!({ "product": "station", "station": 146 }))).await;
    house.world.readings_until("meter-1", "temp", 72).await;
    assert_eq!(house.service.calls(), 1, "only the one that is on");
    house.world.close().await;
}

#[tokio::test]
async fn a_second_round_sends_only_what_is_new() {
    let world = World::new("air-rounds").await;
    let service = service().await;
    let sources = Sources::new(&world.platform, world.telemetry.ingest(), &world.dir, environment);
    let connection: AirkoreaConnection = serde_json::from_value(json!({
        "service": { "key_env": "SANDAN_OPEN_DATA_KEY", "base_url": service.url() },
        "station": "시연 1", "points": { "pm10": "pm10" },
    }))
    .unwrap();
    let id = Id::v7(base::Instant::from_micros(0), [1; 10]);
    let asked = Asked { id, device_id: world.device("meter-1"), connection };
    let mut seen = Seen::new();
    let counts = |sources: &Sources| {
        let status = sources.statuses.of(id, true);
        assert_eq!(status.state, SourceState::Ok);
        (status.accepted, status.rejected)
    };
    service.strike(Some(OpenDataFault::Missing));
    for _ in 0..2 {
        round(&sources, &asked, &mut seen).await.unwrap();
        assert_eq!(counts(&sources), (23, 1), "the same answer twice is one");
    }
    service.strike(None);
    round(&sources, &asked, &mut seen).await.unwrap();
    assert_eq!(counts(&sources), (24, 1), "what was missing came after all");
    world.close().await;
}
