//! The whole way of a file: its worst reading becomes one alarm, once.

use base::{Clock, Instant, Quality, Reading, ReadingBatch, Role, Scope};
use platform::testing::each_engine;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::tests::{House, SETS, above};

/// Some day of 2018, long before the tests' now.
const DAY: Instant = Instant::from_micros(1_520_000_000_000_000);

fn quarter(number: u64) -> Instant {
    DAY + std::time::Duration::from_mins(15 * number)
}

/// A file for one point.
fn file(house: &House, device: &str, key: &str, rows: &[(Instant, f64)]) -> ReadingBatch {
    let series = house.point(device, key).series;
    let quality = Quality::IMPORTED;
    let reading = |(at, value): &(Instant, f64)| Reading {
        series,
        at_ms: at.as_millis(),
        value: *value,
        quality,
    };
    ReadingBatch { arrived: house.clock.now(), readings: rows.iter().map(reading).collect() }
}

fn findings(items: &[Value]) -> Vec<&Value> {
    items.iter().filter(|item| item["kind"] == "imported_above").collect()
}

/// Waits until everything that was sent is dealt with: silence and noise of a live point, which the
/// loop takes in order. Gives the findings.
async fn settled(house: &House, readings: &mpsc::Sender<ReadingBatch>) -> Vec<Value> {
    house.clock.advance(std::time::Duration::from_mins(1));
    for (value, condition) in [(99.0, "active"), (10.0, "returned")] {
        house.clock.advance(std::time::Duration::from_secs(1));
        readings.send(house.reading("air-001", "temp", value)).await.unwrap();
        let there = |items: &[Value]| {
            items.iter().any(|item| item["kind"] == "above" && item["condition"] == condition)
        };
        house.operator().items_until("/alarms", there).await;
    }
    let items = house.operator().items("/alarms?state=all").await;
    findings(&items).into_iter().cloned().collect()
}

#[tokio::test]
async fn the_peak_of_a_file_is_one_alarm_that_has_returned_already() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let rule = house.rule("air-001", "pm25", above(75.0, 600)).await;
        house.rule("air-001", "temp", above(50.0, 0)).await;
        let readings = house.start(vec![]);
        let year: Vec<_> = (0..5_000_u32)
            .map(|n| (quarter(n.into()), if n == 1_234 { 157.2 } else { f64::from(n % 100) }))
            .collect();
        readings.send(file(&house, "air-001", "pm25", &year)).await.unwrap();
        let found = settled(&house, &readings).await;
        let [alarm] = &found[..] else { panic!("{} findings", found.len()) };
        let at = json!(quarter(1_234));
        assert_eq!((&alarm["value"], &alarm["rule_id"]), (&json!(157.2), &json!(rule)));
        assert_eq!((&alarm["raised_at"], &alarm["returned_at"]), (&at, &at));
        assert_eq!((&alarm["letter"], &alarm["latched"]), (&json!("D"), &json!(false)));
        let title = &alarm["title"];
        assert_eq!((&title["code"], &title["params"]["at"]), (&json!("imported_above"), &at));
        assert_eq!(title["params"]["limit"], "75");
        let operator = house.operator();
        let path = format!("/alarms/{}/transitions", alarm["id"].as_str().unwrap());
        let lines = operator.items(&path).await;
        let told: Vec<_> = lines.iter().map(|line| (&line["operation"], &line["why"])).collect();
        let why = &json!("import");
        assert_eq!(told, [(&json!("raise"), why), (&json!("return_to_normal"), why)]);
        assert!(lines[0]["recorded_at"].as_str() > lines[0]["at"].as_str());
        assert_eq!(operator.get("/alarms/summary").await.ok()["stale"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_worse_file_updates_the_open_finding_and_a_milder_one_changes_nothing() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        house.rule("air-001", "pm25", above(75.0, 0)).await;
        house.rule("air-001", "temp", above(50.0, 0)).await;
        let readings = house.start(vec![]);
        for (number, value) in [(7, 100.0), (9, 90.0), (3, 120.0), (8, 119.0), (4, 120.0)] {
            let rows = [(quarter(number), value)];
            readings.send(file(&house, "air-001", "pm25", &rows)).await.unwrap();
        }
        let found = settled(&house, &readings).await;
        let [alarm] = &found[..] else { panic!("{} findings", found.len()) };
        let at = json!(quarter(3));
        assert_eq!((&alarm["value"], &alarm["count"]), (&json!(120.0), &json!(2)));
        assert_eq!((&alarm["raised_at"], &alarm["returned_at"]), (&at, &at));
        assert_eq!((&alarm["title"]["params"]["at"], &alarm["letter"]), (&at, &json!("D")));
        assert_eq!(alarm["version"], 3);
    })
    .await;
}

#[tokio::test]
async fn the_same_file_after_the_acknowledgement_is_no_news_but_a_worse_one_is() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        house.rule("air-001", "pm25", above(75.0, 0)).await;
        house.rule("air-001", "temp", above(50.0, 0)).await;
        let readings = house.start(vec![]);
        let rows = [(quarter(1), 80.0), (quarter(2), 100.0)];
        readings.send(file(&house, "air-001", "pm25", &rows)).await.unwrap();
        let first = settled(&house, &readings).await;
        let id = first[0]["id"].as_str().unwrap();
        let over = house.operator().post(&format!("/alarms/{id}/acknowledge"), json!({})).await;
        assert_eq!(over.ok()["letter"], "A");
        readings.send(file(&house, "air-001", "pm25", &rows)).await.unwrap();
        assert_eq!(settled(&house, &readings).await.len(), 1);
        let worse = [(quarter(5), 100.5)];
        readings.send(file(&house, "air-001", "pm25", &worse)).await.unwrap();
        let both = settled(&house, &readings).await;
        let letters: Vec<_> = both.iter().map(|alarm| &alarm["letter"]).collect();
        assert_eq!((letters, &both[1]["id"]), (vec![&json!("D"), &json!("A")], &first[0]["id"]));
    })
    .await;
}

#[tokio::test]
async fn a_finding_belongs_to_who_owned_the_point_at_the_time_of_the_reading() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        house.rule("meter-001", "kw", above(100.0, 0)).await;
        house.rule("air-001", "temp", above(50.0, 0)).await;
        let readings = house.start(vec![]);
        // The tenant holds the meter from now on: the day in 2018 was not theirs.
        let own = [(house.clock.now(), 123.0)];
        readings.send(file(&house, "meter-001", "kw", &own)).await.unwrap();
        let before = [(quarter(1), 999.0)];
        readings.send(file(&house, "meter-001", "kw", &before)).await.unwrap();
        let found = settled(&house, &readings).await;
        assert_eq!(found.len(), 2);
        for alarm in &found {
            assert_eq!((&alarm["value"], &alarm["value_hidden"]), (&Value::Null, &json!(true)));
        }
        let text = json!(found).to_string();
        assert!(!text.contains("123.0") && !text.contains("999.0"), "{text}");
        let site = Scope::Establishment { id: house.tenant(), complex: house.complex("jj1") };
        let tenant = house.with(Role::EnergyManager, site).items("/alarms").await;
        let seen: Vec<_> = tenant.iter().map(|alarm| &alarm["value"]).collect();
        assert_eq!(seen, [&json!(123.0)]);
    })
    .await;
}
