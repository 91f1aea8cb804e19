//! Fitness, calls and what they come to, from readings to the answer.

use base::{Instant, Quality, Reading, Role, Scope};
use serde_json::{Value, json};

use crate::electricity_contract::tests::World;

const DAYS: i64 = 60;

/// A contract whose meter counted 60 days from Monday 2026-09-21: 25 kWh a quarter of an hour, `erratic` draws 100 in
/// hours that change from day to day, and on 2026-11-18 from 14 to 16 o'clock 15 kWh only.
async fn contract(world: &World, erratic: bool) -> String {
    let path = "/api/v1/electricity_contracts";
    let (status, made) = world.call(&world.manager(), "POST", path, world.new_contract()).await;
    assert_eq!(status, 201, "{made}");
    let start: Instant = "2026-09-21T00:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..DAYS * 96).map(|slot| {
        let (day, of_day) = (slot / 96, slot % 96);
        let called = day == 58 && (56..64).contains(&of_day);
        let high = erratic && (day * 7 + of_day / 4 * 3) % 5 < 2;
        let value = if called {
            15.0
        } else if high {
            100.0
        } else {
            25.0
        };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
    format!("{path}/{}", made["id"].as_str().unwrap())
}

fn call(day: &str, hours: (u8, u8)) -> Value {
    json!({ "terms": {
        "day": day, "first_hour": hours.0, "end_hour": hours.1, "requested_kw": 50,
        "baseline": { "method": "mid_6_10", "ranking": "by_hour", "adjustment": "none",
            "exclusions": "reductions" },
        "note": "시험 발령",
    } })
}

#[tokio::test]
async fn a_call_is_kept_measured_and_leaves_the_baseline() {
    let world = World::new("dr-event").await;
    let manager = world.manager();
    let one = contract(&world, false).await;
    let calls = format!("{one}/dr_events");
    let (status, made) = world.call(&manager, "POST", &calls, call("2026-11-18", (14, 16))).await;
    assert_eq!((status, &made["state"]), (201, &json!("ended")), "{made}");
    let result = format!("{calls}/{}/result", made["id"].as_str().unwrap());
    let (status, found) = world.call(&manager, "GET", &result, json!(null)).await;
    assert_eq!(status, 200, "{found}");
    // 100 kWh an hour less 60: 40 kWh of the 50 that were asked for, twice.
    assert_eq!(found["hours"][0], json!({ "hour": 14, "baseline_kwh": 100.0, "actual_kwh": 60.0 }));
    assert_eq!((&found["reduction_kwh"], &found["percent"]), (&json!(80.0), &json!(80.0)));
    assert_eq!(found["missing_hours"], json!([]));
    // The day serves no baseline and is left out of the fitness by name.
    let fitness = format!("{one}/dr_fitness?from=2026-10-12&to=2026-11-19");
    let (_, fit) = world.call(&manager, "GET", &fitness, json!(null)).await;
    let left = fit["days"]["left_out"].as_array().unwrap();
    assert_eq!(left, &[json!({ "date": "2026-11-18", "reason": "reduced" })], "{fit}");
    // Hours are reduced once only.
    let (status, twice) = world.call(&manager, "POST", &calls, call("2026-11-18", (15, 17))).await;
    assert_eq!((status, &twice["code"]), (409, &json!("dr_event.overlaps")));
    assert!(twice["detail"].as_str().unwrap().contains("14 to 16"), "{twice}");
    let cancel = format!("{calls}/{}/cancel", made["id"].as_str().unwrap());
    let (status, over) = world.call(&manager, "POST", &cancel, json!({ "version": 1 })).await;
    assert_eq!((status, &over["code"]), (409, &json!("dr_event.closed")));
    let (status, next) = world.call(&manager, "POST", &calls, call("2026-12-01", (10, 11))).await;
    assert_eq!((status, &next["state"]), (201, &json!("planned")), "{next}");
    let cancel = format!("{calls}/{}/cancel", next["id"].as_str().unwrap());
    let (status, off) = world.call(&manager, "POST", &cancel, json!({ "version": 1 })).await;
    assert_eq!((status, &off["state"]), (200, &json!("cancelled")));
    let (_, list) = world.call(&manager, "GET", &format!("{calls}?limit=1"), json!(null)).await;
    assert_eq!(list["items"][0]["id"], next["id"], "the newest entry first");
    let after = list["next"].as_str().unwrap();
    let older = format!("{calls}?limit=1&after={after}");
    let (_, older) = world.call(&manager, "GET", &older, json!(null)).await;
    assert_eq!((&older["items"][0]["id"], &older["next"]), (&made["id"], &json!(null)));
    world.close().await;
}

#[tokio::test]
async fn an_erratic_plant_is_told_that_it_would_fail_and_a_steady_one_that_it_passes() {
    for (erratic, passing) in [(false, 8), (true, 0)] {
        let world = World::new(if erratic { "dr-fails" } else { "dr-passes" }).await;
        let one = contract(&world, erratic).await;
        let fitness = format!("{one}/dr_fitness?from=2026-10-12&to=2026-11-17");
        let (status, found) = world.call(&world.manager(), "GET", &fitness, json!(null)).await;
        assert_eq!((status, &found["passing"]), (200, &json!(passing)), "{found}");
        let methods = found["methods"].as_array().unwrap();
        assert_eq!((methods.len(), &found["gate_percent"]), (8, &json!(30.0)));
        assert!(methods.iter().all(|method| method["passes"] == !erratic), "{found}");
        assert_eq!(methods[0]["reasons"].as_array().unwrap().is_empty(), !erratic, "{found}");
        assert_eq!(found["days"]["measured"], 27, "{}", found["days"]);
        assert_eq!(found["day"]["date"], "2026-11-17");
        assert_eq!(found["day"]["actual_kwh"].as_array().unwrap().len(), 24);
        let unverified = found["unverified"].as_array().unwrap();
        assert!(unverified.contains(&json!("mid_8_10")), "{found}");
        world.close().await;
    }
}

#[tokio::test]
async fn a_call_that_nothing_could_be_measured_by_is_refused_with_its_fields() {
    let world = World::new("dr-event-bad").await;
    let manager = world.manager();
    let one = contract(&world, false).await;
    let calls = format!("{one}/dr_events");
    for (field, value, words) in [
        ("/terms/end_hour", json!(14), "first < end"),
        ("/terms/day", json!("2029-01-01"), "366 days ahead"),
        ("/terms/day", json!("2026-11-14"), "give a working day"),
        ("/terms/day", json!("2026-11-15"), "give a working day"),
        ("/terms/day", json!("2026-12-25"), "give a working day"),
        ("/terms/requested_kw", json!(0), "1 to 1000000 kW"),
        ("/terms/note", json!("가".repeat(401)), "400 characters"),
    ] {
        let mut new = call("2026-11-18", (14, 16));
        *new.pointer_mut(field).unwrap() = value;
        let (status, answer) = world.call(&manager, "POST", &calls, new).await;
        assert_eq!((status, &answer["code"]), (422, &json!("dr_event.invalid")), "{answer}");
        assert_eq!(answer["fields"][0]["pointer"], field, "{answer}");
        assert!(answer["fields"][0]["detail"].as_str().unwrap().contains(words), "{answer}");
    }
    // Too little lies before this day.
    let early = call("2026-09-23", (14, 16));
    let (_, made) = world.call(&manager, "POST", &calls, early).await;
    let result = format!("{calls}/{}/result", made["id"].as_str().unwrap());
    let (status, answer) = world.call(&manager, "GET", &result, json!(null)).await;
    assert_eq!((status, &answer["code"]), (422, &json!("response.too_few_days")));
    // Nobody else sees or writes a tenant's calls.
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let office = world.somebody(Role::EnergyOffice, Scope::Complex(complex));
    for path in [calls.clone(), result, format!("{one}/dr_fitness")] {
        let (status, answer) = world.call(&office, "GET", &path, json!(null)).await;
        assert_eq!(status, 404, "{path}: {answer}");
    }
    let (status, _) = world.call(&office, "POST", &calls, call("2026-11-18", (14, 16))).await;
    assert_eq!(status, 404);
    world.close().await;
}
