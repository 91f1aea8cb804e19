//! Signals become alarms: once for each id, one open alarm for each key, in whatever order they come.

use std::time::Duration;

use base::{Clock as _, Role, Scope};
use platform::testing::each_engine;
use platform::work::outbox::{self, Handlers};
use serde_json::json;

use crate::tests::{House, SETS};

#[tokio::test]
async fn a_signal_raises_updates_and_returns_one_alarm() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let gateway = house.with(Role::Ingest, Scope::Complex(house.complex("jj1")));
        let send = async |phase: &str, grade: &str| {
            house.clock.advance(Duration::from_secs(1));
            let signal = house.signal("gate-1", grade, phase);
            gateway.post("/signals", signal).await.ok()
        };
        let first = send("raised", "warning").await;
        assert_eq!(first["outcome"], "raised");
        let second = send("updated", "danger").await;
        assert_eq!(
            (&second["outcome"], &second["alarm_id"]),
            (&json!("updated"), &first["alarm_id"])
        );
        let alarms = house.operator().items("/alarms").await;
        assert_eq!((&alarms[0]["grade"], &alarms[0]["count"]), (&json!("danger"), &json!(2)));
        assert_eq!(alarms[0]["title"]["code"], "signal.person_in_zone");
        assert_eq!(send("cleared", "danger").await["outcome"], "cleared");
        assert_eq!(send("cleared", "danger").await["outcome"], "nothing_open");
        let alarms = house.operator().items("/alarms").await;
        assert_eq!(alarms[0]["state"], "returned_unacknowledged");
    })
    .await;
}

#[tokio::test]
async fn s14_two_faults_of_one_sort_are_two_alarms() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let (one, two) =
            (house.alarm("pump-1/a", "danger").await, house.alarm("pump-1/b", "danger").await);
        assert_ne!(one, two);
        house.clock.advance(Duration::from_secs(1));
        let cleared = house.signal("pump-1/a", "danger", "cleared");
        house.operator().post("/signals", cleared).await.ok();
        let still = house.operator().get(&format!("/alarms/{two}")).await.ok();
        assert_eq!(still["condition"], "active");
    })
    .await;
}

#[tokio::test]
async fn a_repeat_and_a_latecomer_change_nothing() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let operator = house.operator();
        let signal = house.signal("gate-1", "warning", "raised");
        operator.post("/signals", signal.clone()).await.ok();
        assert_eq!(operator.post("/signals", signal).await.ok()["outcome"], "repeated");
        let late = house.signal("gate-1", "emergency", "updated");
        house.clock.advance(Duration::from_mins(1));
        operator.post("/signals", house.signal("gate-1", "warning", "cleared")).await.ok();
        assert_eq!(operator.post("/signals", late).await.ok()["outcome"], "out_of_order");
        let alarms = operator.items("/alarms").await;
        assert_eq!((alarms.len(), &alarms[0]["version"]), (1, &json!(2)));
        assert_eq!(alarms[0]["grade"], "warning");
    })
    .await;
}

#[tokio::test]
async fn a_bad_signal_is_refused_with_every_fault() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let admin = house.with(Role::Administrator, Scope::System);
        let mut signal = house.signal("", "warning", "raised");
        signal["v"] = json!(2);
        signal["at"] = json!(house.complex("jj1"));
        let refused = admin.post("/signals", signal.clone()).await;
        assert_eq!(refused.refused(422, "invalid", "RFC 3339")["fields"][0]["pointer"], "/at");
        signal["at"] = json!("2199-01-01T00:00:00Z");
        let problem = admin.post("/signals", signal).await.refused(422, "invalid", "future");
        let pointers: Vec<_> =
            problem["fields"].as_array().unwrap().iter().map(|f| f["pointer"].clone()).collect();
        assert_eq!(pointers, [json!("/v"), json!("/dedupe_key"), json!("/at")]);
        let auditor = house.with(Role::Auditor, Scope::System);
        let signal = house.signal("gate", "warning", "raised");
        auditor.post("/signals", signal).await.refused(403, "forbidden", "WriteReadings");
    })
    .await;
}

#[tokio::test]
async fn a_room_leaves_its_signal_in_the_outbox_and_it_becomes_an_alarm() {
    each_engine(&SETS, async |db| {
        let house = House::on(db.clone()).await;
        let (clock, handlers) =
            (house.control.platform.clock.clone(), house.control.handlers(Handlers::default()));
        let ctx = platform::Ctx::system(&clock, "vision");
        let mut tx = db.write().await.unwrap();
        let signal = house.signal("gate-1", "emergency", "raised");
        tx.outbox(&ctx, super::TOPIC, &signal).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(outbox::deliver(&db, &*clock, &handlers).await.unwrap(), 1);
        assert_eq!(house.operator().items("/alarms?grade=emergency").await.len(), 1);
        house.clock.advance(Duration::from_hours(1));
        assert_eq!(outbox::deliver(&db, &*clock, &handlers).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_signal_is_forgotten_after_ninety_days_and_its_alarm_stays() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let id = house.alarm("pump-1/a", "danger").await;
        house.clock.advance(super::REMEMBERED);
        let forget = async || house.control.forget_signals(house.clock.now()).await.unwrap();
        assert_eq!(forget().await, 0, "ninety days are not over");
        house.clock.advance(Duration::from_secs(1));
        assert_eq!(forget().await, 1);
        assert_eq!(forget().await, 0);
        let alarm = house.operator().get(&format!("/alarms/{id}")).await.ok();
        assert_eq!(alarm["condition"], "active");
    })
    .await;
}
