//! The whole way: a reading goes in, an alarm comes out of the list; and again after a restart.

use std::time::Duration;

use base::{Clock, Quality, Role, Scope};
use platform::bus::Heard;
use platform::testing::each_engine;
use serde_json::{Value, json};

use crate::LastSeen;
use crate::tests::{House, SETS, above};

fn raised(items: &[Value]) -> bool {
    items.iter().any(|item| item["condition"] == "active")
}

fn returned(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(|item| item["condition"] == "returned")
}

#[tokio::test]
async fn a_reading_raises_an_alarm_and_the_next_good_one_returns_it() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let rule = house.rule("air-001", "pm25", above(75.0, 0)).await;
        let readings = house.start(vec![]);
        let operator = house.operator();
        readings.send(house.reading("air-001", "pm25", 81.5)).await.unwrap();
        let alarms = operator.items_until("/alarms", raised).await;
        let alarm = &alarms[0];
        assert_eq!((&alarm["rule_id"], &alarm["value"]), (&json!(rule), &json!(81.5)));
        assert_eq!((&alarm["kind"], &alarm["unit"]), (&json!("above"), &json!("µg/m³")));
        assert_eq!(alarm["title"]["params"]["limit"], "75");
        assert_eq!(alarm["title"]["params"]["device"], "대기 1");
        assert_eq!(alarm["demo"], true);
        assert!(alarm["place"]["lon"].is_f64());
        house.clock.advance(Duration::from_mins(1));
        readings.send(house.reading("air-001", "pm25", 20.0)).await.unwrap();
        operator.items_until("/alarms", returned).await;
        // S8: the next time is another alarm, once somebody took note of this one.
        let id = alarm["id"].as_str().unwrap();
        operator.post(&format!("/alarms/{id}/acknowledge"), json!({})).await.ok();
        house.clock.advance(Duration::from_mins(1));
        readings.send(house.reading("air-001", "pm25", 90.0)).await.unwrap();
        let again = operator.items_until("/alarms", raised).await;
        assert_ne!(again[0]["id"], alarm["id"]);
    })
    .await;
}

#[tokio::test]
async fn a_delay_that_ends_while_the_process_is_down_raises_at_its_own_time() {
    each_engine(&SETS, async |db| {
        let house = House::on(db.clone()).await;
        house.rule("air-001", "pm25", above(75.0, 600)).await;
        let readings = house.start(vec![]);
        let since = house.clock.now();
        readings.send(house.reading("air-001", "pm25", 81.5)).await.unwrap();
        drop(readings);
        // The shutdown drains what was sent.
        let house = house.restarted().await;
        house.clock.advance(Duration::from_hours(1));
        let last = LastSeen {
            series: house.point("air-001", "pm25").series,
            at_ms: since.as_millis(),
            value: 81.5,
            quality: Quality::GOOD,
            arrived: since,
        };
        let _readings = house.start(vec![last]);
        let alarms = house.operator().items_until("/alarms", raised).await;
        assert_eq!(alarms[0]["raised_at"], json!(since + Duration::from_mins(10)));
        let path = format!("/alarms/{}/transitions", alarms[0]["id"].as_str().unwrap());
        let lines = house.operator().items(&path).await;
        assert_eq!(lines[0]["late_fire"], true);
        assert_eq!(lines[0]["recorded_at"], json!(house.clock.now()));
    })
    .await;
}

#[tokio::test]
async fn silence_raises_an_alarm_without_a_message_and_data_ends_it() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        house.rule("air-001", "temp", json!({ "kind": "absence", "after_s": 600 })).await;
        let readings = house.start(vec![]);
        readings.send(house.reading("air-001", "temp", 20.0)).await.unwrap();
        let heard = house.clock.now();
        house.clock.advance(Duration::from_secs(601));
        let alarms = house.operator().items_until("/alarms", raised).await;
        assert_eq!(alarms[0]["kind"], "absent");
        assert_eq!(alarms[0]["raised_at"], json!(heard + Duration::from_mins(10)));
        assert_eq!(alarms[0]["value"], Value::Null);
        readings.send(house.reading("air-001", "temp", 20.0)).await.unwrap();
        house.operator().items_until("/alarms", returned).await;
    })
    .await;
}

#[tokio::test]
async fn disabling_a_rule_returns_its_alarm_and_says_why() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let rule = house.rule("air-001", "pm25", above(75.0, 0)).await;
        let readings = house.start(vec![]);
        readings.send(house.reading("air-001", "pm25", 81.5)).await.unwrap();
        house.operator().items_until("/alarms", raised).await;
        let off = json!({ "version": 1, "enabled": false });
        house.engineer().patch(&format!("/alarm_rules/{rule}"), off).await.ok();
        let alarms = house.operator().items_until("/alarms", returned).await;
        let path = format!("/alarms/{}/transitions", alarms[0]["id"].as_str().unwrap());
        let lines = house.operator().items(&path).await;
        assert_eq!(
            (&lines[1]["why"], &lines[1]["rule_version"]),
            (&json!("rule_disabled"), &json!(2))
        );
    })
    .await;
}

#[tokio::test]
async fn a_tenants_value_is_seen_by_the_tenant_and_by_nobody_else() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        house.rule("meter-001", "kw", above(100.0, 0)).await;
        let mut news = house.control.platform.bus.listen();
        let readings = house.start(vec![]);
        readings.send(house.reading("meter-001", "kw", 123.0)).await.unwrap();
        let alarms = house.operator().items_until("/alarms", raised).await;
        assert_eq!((&alarms[0]["value"], &alarms[0]["value_hidden"]), (&Value::Null, &json!(true)));
        assert!(!alarms[0].to_string().contains("123"), "{}", alarms[0]);

        let complex = house.complex("jj1");
        let site = Scope::Establishment { id: house.tenant(), complex };
        let tenant = house.with(Role::EnergyManager, site);
        let own = tenant.items("/alarms").await;
        assert_eq!(own[0]["value"], 123.0);
        let path = format!("/alarms/{}/transitions", own[0]["id"].as_str().unwrap());
        assert_eq!(tenant.items(&path).await[0]["value"], 123.0);
        assert_eq!(house.operator().items(&path).await[0]["value"], Value::Null);

        loop {
            let Some(Heard::Event(event)) = news.hear().await else { panic!("no news") };
            if event.kind == "alarm.changed" {
                assert_eq!(event.scope, site);
                assert!(!event.body.to_string().contains("123"), "{}", event.body);
                break;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_tenant_may_not_see_of_the_complex_is_not_in_its_list() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let alarm = house.alarm("gate", "warning").await;
        let complex = house.complex("jj1");
        let site = Scope::Establishment { id: house.tenant(), complex };
        let tenant = house.with(Role::EnergyManager, site);
        assert!(tenant.items("/alarms").await.is_empty());
        let one = tenant.get(&format!("/alarms/{alarm}")).await;
        one.refused(404, "alarm.not_found", "may see");
    })
    .await;
}

#[tokio::test]
async fn the_metrics_count_open_alarms_by_grade() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        house.alarm("gate", "warning").await;
        let _readings = house.start(vec![]);
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let expected = "control_alarm_open{grade=\"warning\"} 1";
        while !house.control.platform.metrics.text().contains(expected) {
            assert!(std::time::Instant::now() < deadline, "no {expected}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let text = house.control.platform.metrics.text();
        assert!(text.contains("control_transitions_total{operation=\"raise\"} 1"), "{text}");
    })
    .await;
}
