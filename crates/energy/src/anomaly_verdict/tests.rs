//! Verdicts: what they do to the detector, how they are kept, and who may give them.

use base::{Actor, Instant, Quality, Reading, Role, Scope};
use energy_rules::anomaly::Kind;
use jiff::civil::{DateTime, datetime};
use platform::testing::{TEST_NOW, each_engine};
use serde_json::{Value, json};

use super::*;
use crate::electricity_contract::tests::World;

fn verdict(kind: Kind, from: DateTime, word: VerdictWord) -> AnomalyVerdict {
    AnomalyVerdict {
        contract_id: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
        kind: kind.code().to_owned(),
        from,
        until: from.saturating_add(jiff::Span::new().hours(2)),
        told_at: None,
        actual_kwh: 10.0,
        expected_kwh: 1.0,
        cost_won: Some(900),
        verdict: word,
        note: String::new(),
        judged_at: TEST_NOW,
        judged_by: Actor::system("test"),
    }
}

const AT: DateTime = datetime(2026, 11, 20, 3, 0, 0, 0);

#[test]
fn verdicts_tune_their_own_kind_and_a_word_of_no_kind_tunes_nothing() {
    let no = verdict(Kind::Spike, AT, VerdictWord::No);
    let strange = AnomalyVerdict { kind: "coffee".to_owned(), ..no.clone() };
    let given = [no.clone(), no, strange, verdict(Kind::Outage, AT, VerdictWord::Yes)];
    let tuning = rules::tuning(&given);
    assert!((tuning.factor(Kind::Spike) - 1.15 * 1.15).abs() < 1e-12);
    assert!((tuning.factor(Kind::Outage) - 0.97).abs() < 1e-12);
    assert!((tuning.factor(Kind::UnusualDay) - 1.0).abs() < 1e-12);
    assert_eq!(rules::count(&given, Kind::Spike), (0, 2));
    assert_eq!(rules::count(&given, Kind::Outage), (1, 0));
}

#[test]
fn a_verdict_is_of_the_event_that_overlaps_it() {
    let given = verdict(Kind::Spike, AT, VerdictWord::No);
    let at = |hour, minute| datetime(2026, 11, 20, hour, minute, 0, 0);
    for (kind, from, until, is_of) in [
        ("spike", at(3, 0), at(5, 0), true),
        ("spike", at(2, 30), at(3, 15), true),
        ("spike", at(4, 45), at(9, 0), true),
        ("spike", at(5, 0), at(6, 0), false),
        ("spike", at(1, 0), at(3, 0), false),
        ("outage", at(3, 0), at(5, 0), false),
    ] {
        assert_eq!(rules::is_of(&given, kind, from, until), is_of, "{kind} {from} {until}");
    }
}

#[tokio::test]
async fn an_event_has_one_verdict_the_last_one() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let first = verdict(Kind::Spike, AT, VerdictWord::No);
        let contract = first.contract_id;
        let mut tx = db.write().await.unwrap();
        store::replace(&mut tx, &first).await.unwrap();
        let other = verdict(Kind::Outage, AT, VerdictWord::Yes);
        store::replace(&mut tx, &other).await.unwrap();
        // The tuned detector sees the same event begin a quarter of an hour earlier.
        let earlier = AT.saturating_sub(jiff::Span::new().minutes(15));
        let again = verdict(Kind::Spike, earlier, VerdictWord::Yes);
        store::replace(&mut tx, &again).await.unwrap();
        assert_eq!(store::all(&mut tx, contract).await.unwrap(), [other.clone(), again.clone()]);
        let days = (again.from, again.until);
        assert_eq!(store::delete(&mut tx, contract, "spike", days).await.unwrap(), 1);
        assert_eq!(store::delete(&mut tx, contract, "spike", days).await.unwrap(), 0);
        assert_eq!(store::all(&mut tx, contract).await.unwrap(), [other]);
        tx.commit().await.unwrap();
    })
    .await;
}

/// 120 days until 2026-11-24, 100 kWh a quarter of an hour by day and 20 by night; on the last but one a
/// pump stays on from midnight until six: so many kWh more.
async fn some_readings(world: &World, pump_kwh: f64) {
    let start: Instant = "2026-07-28T00:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..120 * 96).map(|slot| {
        let (day, hour) = (slot / 96, slot % 96 / 4);
        let busy = (8..18).contains(&hour) && !matches!(day % 7, 4 | 5);
        let wobble = f64::from(i32::try_from(slot * 7 % 11).unwrap()) / 10.0;
        let left_on = if day == 115 && hour < 6 { pump_kwh } else { 0.0 };
        let value = if busy { 100.0 + wobble } else { 20.0 + wobble + left_on };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
}

#[tokio::test]
async fn no_makes_the_detector_slower_and_the_event_stays_in_sight_until_it_is_withdrawn() {
    let world = World::new("energy-verdict").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let list = format!("{one}/anomalies?from=2026-11-20&to=2026-11-20");
    let (status, early) = world.call(&manager, "GET", &list, json!(null)).await;
    assert_eq!((status, &early["code"]), (422, &json!("anomaly.too_short")), "{early}");
    some_readings(&world, 45.0).await;
    let seen = async || world.call(&manager, "GET", &list, json!(null)).await.1;
    let before = seen().await;
    let [event] = before["items"].as_array().unwrap().as_slice() else { panic!("{before}") };
    assert_eq!((&event["detected"], &event["verdict"]), (&json!(true), &Value::Null));
    // 24 quarters of an hour of 45 kWh more are 1,080 kWh, less what is told only after two hours.
    let more = event["actual_kwh"].as_f64().unwrap() - event["expected_kwh"].as_f64().unwrap();
    assert!(more > 500.0, "{event}");
    let (drawn, margin) = (event["profile"]["actual_kwh"].as_array().unwrap().len(), 2 * 8);
    assert!(drawn > margin, "{event}");

    let judge = |verdict: &str| {
        json!({ "kind": event["kind"], "from": event["from"], "until": event["until"],
            "verdict": verdict, "note": "야간 작업" })
    };
    let verdicts = format!("{one}/anomaly_verdicts");
    let (status, given) = world.call(&manager, "POST", &verdicts, judge("yes")).await;
    assert_eq!(status, 200, "{given}");
    let after = seen().await;
    assert_eq!(after["items"][0]["verdict"]["verdict"], "yes", "{after}");
    assert_eq!(after["items"][0]["detected"], true);
    // The last word counts, as often as it is said.
    for _ in 0..2 {
        assert_eq!(world.call(&manager, "POST", &verdicts, judge("no")).await.0, 200);
    }
    let after = seen().await;
    let kind = event["kind"].as_str().unwrap();
    let learnt = after["tuning"].as_array().unwrap().iter().find(|row| row["kind"] == kind);
    let learnt = learnt.unwrap();
    assert_eq!((&learnt["no"], &learnt["yes"]), (&json!(1), &json!(0)), "{after}");
    assert!((learnt["factor"].as_f64().unwrap() - 1.15).abs() < 1e-9, "{learnt}");
    let judged = &after["items"][0];
    assert_eq!(
        (&judged["verdict"]["note"], &judged["kind"]),
        (&json!("야간 작업"), &event["kind"])
    );

    let (from, until) = (event["from"].as_str().unwrap(), event["until"].as_str().unwrap());
    let gone = format!("{verdicts}?kind={kind}&from={from}&until={until}");
    assert_eq!(world.call(&manager, "DELETE", &gone, json!(null)).await.0, 204);
    assert_eq!(world.call(&manager, "DELETE", &gone, json!(null)).await.0, 404);
    assert_eq!(seen().await["items"], before["items"]);
    world.close().await;
}

#[tokio::test]
async fn only_who_keeps_the_contract_judges_and_only_what_was_seen() {
    let world = World::new("energy-verdict-own").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    some_readings(&world, 45.0).await;
    let verdicts = format!("{path}/{}/anomaly_verdicts", made["id"].as_str().unwrap());
    let judge = |kind: &str, until: &str| json!({ "kind": kind, "from": "2026-11-18T03:00:00", "until": until, "verdict": "no" });
    for kind in ["outage", "coffee"] {
        let new = judge(kind, "2026-11-18T04:00:00");
        let (status, answer) = world.call(&manager, "POST", &verdicts, new).await;
        assert_eq!((status, &answer["code"]), (404, &json!("anomaly_verdict.no_such_event")));
    }
    for until in ["2026-11-18T03:00:00", "2029-11-18T03:00:00"] {
        let (status, answer) =
            world.call(&manager, "POST", &verdicts, judge("outage", until)).await;
        assert_eq!((status, &answer["fields"][0]["pointer"]), (422, &json!("/until")), "{answer}");
    }
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let office = world.somebody(Role::EnergyOffice, Scope::Complex(complex));
    let new = judge("outage", "2026-11-18T04:00:00");
    let (status, answer) = world.call(&office, "POST", &verdicts, new).await;
    assert_eq!((status, &answer["code"]), (404, &json!("electricity_contract.not_found")));
    world.close().await;
}

#[tokio::test]
async fn an_event_that_is_told_no_more_stays_with_its_verdict_and_comes_back_without_it() {
    let world = World::new("energy-verdict-quiet").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    // A sixth above the highest night: told from 15 % on, and after one "no" from 17.25 % on.
    some_readings(&world, 3.4).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let list = format!("{one}/anomalies?from=2026-11-20&to=2026-11-20");
    let seen = async || world.call(&manager, "GET", &list, json!(null)).await.1;
    let before = seen().await;
    let [event] = before["items"].as_array().unwrap().as_slice() else { panic!("{before}") };
    assert_eq!((&event["kind"], &event["detected"]), (&json!("unusual_day"), &json!(true)));
    // The report of the month is made by the same detector, and learns with it.
    let month = format!("{one}/monthly_report?month=2026-11");
    let reported = async || {
        let (_, report) = world.call(&manager, "GET", &month, json!(null)).await;
        let events = report["anomalies"].as_array().unwrap_or_else(|| panic!("{report}"));
        events.iter().filter(|told| told["from"] == event["from"]).count()
    };
    assert_eq!(reported().await, 1);
    let (from, until) = (event["from"].as_str().unwrap(), event["until"].as_str().unwrap());
    let no = json!({ "kind": "unusual_day", "from": from, "until": until, "verdict": "no" });
    let verdicts = format!("{one}/anomaly_verdicts");
    assert_eq!(world.call(&manager, "POST", &verdicts, no.clone()).await.0, 200);
    let after = seen().await;
    let [quiet] = after["items"].as_array().unwrap().as_slice() else { panic!("{after}") };
    assert_eq!((&quiet["detected"], &quiet["verdict"]["verdict"]), (&json!(false), &json!("no")));
    assert_eq!(reported().await, 0);
    for kept in ["from", "until", "told_at", "actual_kwh", "expected_kwh", "cost_won", "profile"] {
        assert_eq!(quiet[kept], event[kept], "{kept} as it was judged");
    }
    // It can still be judged otherwise, though the detector tells it no more.
    let yes = json!({ "kind": "unusual_day", "from": from, "until": until, "verdict": "yes" });
    assert_eq!(world.call(&manager, "POST", &verdicts, yes).await.0, 200);
    assert_eq!(seen().await["items"][0]["detected"], true);
    assert_eq!(world.call(&manager, "POST", &verdicts, no).await.0, 200);
    let gone = format!("{verdicts}?kind=unusual_day&from={from}&until={until}");
    assert_eq!(world.call(&manager, "DELETE", &gone, json!(null)).await.0, 204);
    assert_eq!(seen().await, before);
    world.close().await;
}
