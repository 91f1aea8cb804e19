//! Alarms in the store and over HTTP, the refusals as carefully as the successes.

use base::{Grade, Role, Scope};
use platform::testing::each_engine;
use serde_json::json;
use std::time::Duration;

use super::tests::{origin, seen};
use super::{Alarm, Change, Operation, rules, store};
use crate::tests::{House, SETS};
use base::{Actor, Clock, Id, Instant};

fn id(n: u8) -> Id<Alarm> {
    Id::v7(Instant::from_micros(1_780_000_000_000_000), [n; 10])
}

#[tokio::test]
async fn an_alarm_and_its_history_come_back_as_they_were_written() {
    each_engine(&SETS, async |db| {
        let (kim, lee) = (Actor::system("kim"), Actor::system("lee"));
        let mut latched = rules::raise(id(1), origin(), true, &seen(0, Grade::Emergency));
        latched.alarm.origin.place = Some(base::Position { lon: 127.1, lat: 35.8 });
        let now = seen(60, Grade::Emergency).now;
        let until = now + Duration::from_mins(10);
        let mut changes: Vec<Change> = vec![latched];
        let steps: [&dyn Fn(&Alarm) -> Change; 6] = [
            &|alarm| rules::acknowledge(alarm, &kim, Some("확인"), now).unwrap(),
            &|alarm| rules::return_to_normal(alarm, &seen(70, Grade::Emergency)).unwrap(),
            &|alarm| rules::shelve(alarm, &kim, "교체", until, now).unwrap(),
            &|alarm| rules::shelve(alarm, &lee, "동의", until, now).unwrap(),
            &|alarm| rules::recur(alarm, &seen(80, Grade::Emergency)).unwrap(),
            &|alarm| rules::unshelve(alarm, &lee, None, now).unwrap(),
        ];
        for step in steps {
            let next = step(&changes.last().unwrap().alarm);
            changes.push(next);
        }
        for change in &changes {
            let mut tx = db.write().await.unwrap();
            assert!(store::save(&mut tx, change).await.unwrap());
            tx.commit().await.unwrap();
            let found = store::find(&mut db.read().await.unwrap(), id(1)).await.unwrap().unwrap();
            assert_eq!(found, change.alarm);
        }
        let lines = store::transitions(&mut db.read().await.unwrap(), id(1), 0, 100).await.unwrap();
        let written: Vec<_> = changes.into_iter().map(|change| change.transition).collect();
        assert_eq!(lines, written);
    })
    .await;
}

#[tokio::test]
async fn a_change_of_an_older_version_is_not_written() {
    each_engine(&SETS, async |db| {
        let first = rules::raise(id(1), origin(), false, &seen(0, Grade::Caution));
        let (by, now) = (Actor::system("kim"), seen(5, Grade::Caution).now);
        let one = rules::acknowledge(&first.alarm, &by, None, now).unwrap();
        let other = rules::suppress(&first.alarm, &by, "정지", now).unwrap();
        let mut tx = db.write().await.unwrap();
        assert!(store::save(&mut tx, &first).await.unwrap());
        assert!(store::save(&mut tx, &one).await.unwrap());
        assert!(!store::save(&mut tx, &other).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_key_has_one_open_alarm_at_most() {
    each_engine(&SETS, async |db| {
        let mut tx = db.write().await.unwrap();
        let raise = |n| rules::raise(id(n), origin(), false, &seen(0, Grade::Caution));
        store::save(&mut tx, &raise(1)).await.unwrap();
        let error = store::save(&mut tx, &raise(2)).await.unwrap_err();
        assert!(matches!(error, platform::db::DbError::Constraint(_)), "{error}");
    })
    .await;
}

#[tokio::test]
async fn an_operator_acknowledges_an_alarm_and_the_ledger_and_the_history_know_it() {
    each_engine(&SETS, async |db| {
        let house = House::on(db.clone()).await;
        let alarm = house.alarm("gate-1", "danger").await;
        let operator = house.operator();
        let body = json!({ "note": "현장 확인 중" });
        let seen = operator.post(&format!("/alarms/{alarm}/acknowledge"), body).await.ok();
        assert_eq!((&seen["state"], &seen["letter"]), (&json!("acknowledged"), &json!("C")));
        assert_eq!(seen["acknowledged_by"], "operator");
        assert_eq!(seen["version"], 2);
        let lines = operator.items(&format!("/alarms/{alarm}/transitions")).await;
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[1]["why"], "현장 확인 중");
        assert_eq!(lines[1]["by"]["id"], "operator");
        let mut tx = db.read().await.unwrap();
        let sql = "SELECT actor_id, subject FROM audit_entry WHERE action = 'alarm.acknowledge'";
        let row = tx.one(sql, vec![]).await.unwrap().unwrap();
        assert_eq!(row.get::<String>("subject").unwrap(), format!("alarm:{alarm}"));
    })
    .await;
}

#[tokio::test]
async fn refusals_say_what_is_wrong_and_change_nothing() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let alarm = house.alarm("gate-1", "warning").await;
        let operator = house.operator();
        let act = |verb: &str| format!("/alarms/{alarm}/{verb}");

        let wrong_state = operator.post(&act("reset"), json!({})).await;
        wrong_state.refused(409, "alarm.still_active", "remove the cause");
        let unknown = format!("/alarms/{}/acknowledge", id(9));
        operator.post(&unknown, json!({})).await.refused(404, "alarm.not_found", "no alarm");
        let no_id = operator.post("/alarms/seven/acknowledge", json!({})).await;
        assert_eq!(no_id.status.as_u16(), 404);

        let bad = operator.post(&act("shelve"), json!({ "reason": "점검", "until": "soon" })).await;
        assert_eq!(bad.refused(422, "invalid", "RFC 3339")["fields"][0]["pointer"], "/until");
        let bad = operator.post(&act("acknowledge"), json!({ "nota": "x" })).await;
        bad.refused(422, "invalid", "nota");
        let broken = operator.send("POST", &act("acknowledge"), "{".into()).await;
        broken.refused(422, "malformed_json", "JSON");
        let now = house.clock.now();
        let body = json!({ "reason": " ", "until": now + Duration::from_mins(1) });
        let bad = operator.post(&act("shelve"), body).await;
        let problem = bad.refused(422, "alarm.text_missing", "reason");
        assert_eq!(problem["fields"][0]["pointer"], "/reason");
        let body = json!({ "reason": "점검", "until": now + Duration::from_secs(50_000) });
        let bad = operator.post(&act("shelve"), body).await;
        bad.refused(422, "alarm.shelf_too_long", "12 hours");

        let auditor = house.with(Role::Auditor, Scope::System);
        let denied = auditor.post(&act("acknowledge"), json!({})).await;
        denied.refused(403, "forbidden", "auditor may not do Operate");
        let stranger = house.with(Role::Operator, Scope::Complex(house.complex("jj2")));
        stranger.get(&format!("/alarms/{alarm}")).await.refused(404, "alarm.not_found", "may see");
        house.nobody().get("/alarms").await.refused(401, "not_signed_in", "sign in");
        let gateway = house.with(Role::Ingest, Scope::System);
        gateway.get("/alarms").await.refused(403, "forbidden", "ReadAlarms");

        let after = operator.get(&format!("/alarms/{alarm}")).await.ok();
        assert_eq!(after["version"], 1);
    })
    .await;
}

#[tokio::test]
async fn lists_are_filtered_and_paged_the_newest_first() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let mut raised = Vec::new();
        for n in 0..5 {
            house.clock.advance(Duration::from_secs(1));
            let grade = if n % 2 == 0 { "danger" } else { "caution" };
            raised.push(house.alarm(&format!("gate-{n}"), grade).await);
        }
        raised.reverse();
        let operator = house.operator();
        let ids = |items: &[serde_json::Value]| -> Vec<String> {
            items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
        };
        let (mut paged, mut next) = (Vec::new(), String::new());
        loop {
            let page = operator.get(&format!("/alarms?limit=2{next}")).await.ok();
            paged.extend(ids(page["items"].as_array().unwrap()));
            let Some(after) = page["next"].as_str() else { break };
            next = format!("&after={after}");
        }
        assert_eq!(paged, raised);
        assert_eq!(operator.items("/alarms?grade=danger").await.len(), 3);
        operator.post(&format!("/alarms/{}/acknowledge", raised[0]), json!({})).await.ok();
        let acknowledged = operator.items("/alarms?state=acknowledged").await;
        assert_eq!(ids(&acknowledged), raised[..1]);
        let summary = operator.get("/alarms/summary").await.ok();
        assert_eq!((&summary["open"], &summary["unacknowledged"]), (&json!(5), &json!(4)));
        assert_eq!(
            summary["grades"]["danger"],
            json!({"open": 3, "unacknowledged": 2, "silenced": 0})
        );
        let wrong = operator.get("/alarms?state=loud").await.refused(422, "invalid", "shelved");
        assert_eq!(wrong["fields"][0]["pointer"], "/state");
        let wrong = operator.get("/alarms?after=yesterday").await;
        wrong.refused(422, "page.invalid_cursor", "leave `after` out");
        let other = format!("/alarms?complex={}", house.complex("jj2"));
        operator.get(&other).await.refused(403, "forbidden", "no role");
    })
    .await;
}

#[tokio::test]
async fn many_alarms_are_acknowledged_with_one_call_that_tells_of_each() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let (one, two) = (house.alarm("a", "caution").await, house.alarm("b", "caution").await);
        let operator = house.operator();
        operator.post(&format!("/alarms/{two}/acknowledge"), json!({})).await.ok();
        let body = json!({ "ids": [one, two, id(9)], "note": "교대 인수" });
        let answer = operator.post("/alarms/acknowledge", body).await.ok();
        let codes: Vec<_> =
            answer["results"].as_array().unwrap().iter().map(|r| r["code"].clone()).collect();
        let expected = [json!(null), json!("alarm.already_acknowledged"), json!("alarm.not_found")];
        assert_eq!(codes, expected);
        assert_eq!(answer["results"][0]["state"], "acknowledged");
        let none = operator.post("/alarms/acknowledge", json!({ "ids": [] })).await;
        assert_eq!(none.refused(422, "invalid", "1 to 1000")["fields"][0]["pointer"], "/ids");
    })
    .await;
}

#[tokio::test]
async fn an_emergency_is_shelved_by_two_people_over_http() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let alarm = house.alarm("fire", "emergency").await;
        let scope = Scope::Complex(house.complex("jj1"));
        let (kim, lee) =
            (house.named("kim", Role::Operator, scope), house.named("lee", Role::Operator, scope));
        let path = format!("/alarms/{alarm}/shelve");
        let until = house.clock.now() + Duration::from_hours(1);
        let body = json!({ "reason": "센서 교체", "until": until });
        let asked = kim.post(&path, body.clone()).await.ok();
        assert_eq!(
            (&asked["state"], &asked["shelve_asked_by"]),
            (&json!("unacknowledged"), &json!("kim"))
        );
        let again = kim.post(&path, body.clone()).await;
        again.refused(409, "alarm.second_person_needed", "another person");
        let shelved = lee.post(&path, body).await.ok();
        assert_eq!(
            (&shelved["state"], &shelved["suppression"]),
            (&json!("shelved"), &json!("shelved"))
        );
        assert_eq!(shelved["shelved_until"], json!(until));
        let back = kim.post(&format!("/alarms/{alarm}/unshelve"), json!({})).await.ok();
        assert_eq!(back["state"], "unacknowledged");
    })
    .await;
}

#[tokio::test]
async fn a_shelf_ends_by_itself_also_after_a_restart() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let alarm = house.alarm("gate", "warning").await;
        let path = format!("/alarms/{alarm}/shelve");
        let until = house.clock.now() + Duration::from_mins(10);
        let body = json!({ "reason": "점검", "until": until });
        house.operator().post(&path, body.clone()).await.ok();
        // Nothing ran while the time was up; the next start takes it down.
        let house = house.restarted().await;
        house.clock.advance(Duration::from_secs(700));
        let _readings = house.start(vec![]);
        let list = "/alarms?state=unacknowledged";
        house.operator().items_until(list, |items| items.len() == 1).await;
        let history = format!("/alarms/{alarm}/transitions");
        let lines = house.operator().items(&history).await;
        assert_eq!(lines[2]["operation"], Operation::Unshelve.as_str());
        assert_eq!((&lines[2]["at"], &lines[2]["why"]), (&json!(until), &json!("expired")));
        // And while the process runs.
        let until = house.clock.now() + Duration::from_mins(1);
        house.operator().post(&path, json!({ "reason": "점검", "until": until })).await.ok();
        house.clock.advance(Duration::from_secs(61));
        house.operator().items_until(list, |items| items.len() == 1).await;
    })
    .await;
}

#[tokio::test]
async fn an_alarm_that_is_over_is_not_shelved_while_a_newer_one_is_open() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let operator = house.operator();
        let old = house.alarm("gate", "warning").await;
        operator.post(&format!("/alarms/{old}/acknowledge"), json!({})).await.ok();
        house.clock.advance(Duration::from_secs(1));
        operator.post("/signals", house.signal("gate", "warning", "cleared")).await.ok();
        house.clock.advance(Duration::from_secs(1));
        let new = house.alarm("gate", "warning").await;
        assert_ne!(old, new);
        let until = house.clock.now() + Duration::from_mins(1);
        let body = json!({ "reason": "점검", "until": until });
        let refused = operator.post(&format!("/alarms/{old}/shelve"), body).await;
        refused.refused(409, "alarm.superseded", "newer one");
    })
    .await;
}
