//! Plans: what is refused, who sees them, and what they do to a forecast.

use base::{Actor, Instant, Quality, Reading, Role, Scope};
use energy_rules::forecast::Plan;
use jiff::civil::{Date, date};
use platform::testing::{TEST_NOW, each_engine};
use serde_json::{Value, json};

use super::*;
use crate::electricity_contract::tests::World;

fn new(from: Date, to: Date, factor: Option<u16>) -> LoadPlanNew {
    let kind = if factor.is_some() { LoadPlanKind::Factor } else { LoadPlanKind::Shutdown };
    LoadPlanNew { from, to, kind, factor_percent: factor, note: String::new() }
}

fn entry(from: Date, to: Date, factor: Option<u16>) -> LoadPlan {
    let LoadPlanNew { from, to, kind, factor_percent, note } = new(from, to, factor);
    let contract_id = "00000000-0000-7000-8000-000000000001".parse().unwrap();
    let id = format!("00000000-0000-7000-8000-0000000000{:02}", from.day()).parse().unwrap();
    let created_by = Actor::system("test");
    LoadPlan {
        id,
        contract_id,
        from,
        to,
        kind,
        factor_percent,
        note,
        created_at: TEST_NOW,
        created_by,
    }
}

#[test]
fn an_entry_that_cannot_be_meant_is_refused_with_its_field() {
    let (first, last) = (date(2026, 12, 1), date(2026, 12, 5));
    assert_eq!(rules::check(&new(first, last, None)), Ok(()));
    assert_eq!(rules::check(&new(first, first, Some(5))), Ok(()));
    assert_eq!(rules::check(&new(first, date(2027, 12, 1), Some(500))), Ok(()));
    let long = LoadPlanNew { note: "가".repeat(201), ..new(first, last, None) };
    let both = LoadPlanNew { factor_percent: Some(50), ..new(first, last, None) };
    let neither = LoadPlanNew { kind: LoadPlanKind::Factor, ..new(first, last, None) };
    for (wrong, field, words) in [
        (new(last, first, None), "/to", "not before the first"),
        (new(first, date(2027, 12, 2), None), "/to", "366"),
        (new(first, last, Some(4)), "/factor_percent", "5 to 500"),
        (new(first, last, Some(501)), "/factor_percent", "5 to 500"),
        (long, "/note", "200"),
        (both, "/factor_percent", "no factor"),
        (neither, "/factor_percent", "or a shutdown"),
    ] {
        let Err(LoadPlanError::Invalid(field_error)) = rules::check(&wrong) else {
            panic!("{wrong:?} is refused");
        };
        assert_eq!(field_error.pointer, field);
        assert!(field_error.detail.contains(words), "{}", field_error.detail);
    }
}

#[test]
fn entries_become_the_plan_of_the_days_that_are_asked_for() {
    let entries = [
        entry(date(2026, 12, 1), date(2026, 12, 3), None),
        entry(date(2026, 12, 7), date(2027, 1, 30), Some(50)),
    ];
    let plan = rules::plan(&entries, (date(2026, 12, 2), date(2026, 12, 8)));
    assert!(!plan.is_shut(date(2026, 12, 1)), "before the days");
    assert!(plan.is_shut(date(2026, 12, 2)) && plan.is_shut(date(2026, 12, 3)));
    assert!((plan.factor(date(2026, 12, 5)) - 1.0).abs() < 1e-12);
    assert!((plan.factor(date(2026, 12, 8)) - 0.5).abs() < 1e-12);
    assert!((plan.factor(date(2026, 12, 9)) - 1.0).abs() < 1e-12, "after the days");
    assert_eq!(rules::plan(&[], (date(2026, 12, 2), date(2026, 12, 8))), Plan::default());
}

#[tokio::test]
async fn entries_are_found_by_the_days_that_they_touch() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let ours = entry(date(2026, 12, 1), date(2026, 12, 3), None);
        let later = entry(date(2026, 12, 24), date(2026, 12, 31), Some(80));
        let mut tx = db.write().await.unwrap();
        store::insert(&mut tx, &later).await.unwrap();
        store::insert(&mut tx, &ours).await.unwrap();
        let contract = ours.contract_id;
        for (from, to, found) in [
            (None, None, vec![&ours, &later]),
            (Some(date(2026, 12, 3)), Some(date(2026, 12, 24)), vec![&ours, &later]),
            (Some(date(2026, 12, 4)), Some(date(2026, 12, 23)), vec![]),
            (Some(date(2026, 12, 31)), None, vec![&later]),
        ] {
            let all = store::all(&mut tx, contract, (from, to)).await.unwrap();
            assert_eq!(all.iter().collect::<Vec<_>>(), found);
        }
        let next = store::list(&mut tx, contract, (None, None), Some(ours.from), 9).await.unwrap();
        assert_eq!(next, std::slice::from_ref(&later));
        store::delete(&mut tx, later.id).await.unwrap();
        assert_eq!(store::find(&mut tx, later.id).await.unwrap(), None);
        assert_eq!(store::find(&mut tx, ours.id).await.unwrap(), Some(ours.clone()));
        assert!(!store::is_full(&mut tx, contract).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

/// 120 days until 2026-11-24, 100 kWh a quarter of an hour by day and 20 by night.
async fn some_readings(world: &World) {
    let start: Instant = "2026-07-28T00:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..120 * 96).map(|slot| {
        let (day, hour) = (slot / 96, slot % 96 / 4);
        let busy = (8..18).contains(&hour) && !matches!(day % 7, 4 | 5);
        let wobble = f64::from(i32::try_from(slot * 7 % 11).unwrap()) / 10.0;
        let value = if busy { 100.0 + wobble } else { 20.0 + wobble };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
}

#[tokio::test]
async fn a_shutdown_week_and_half_a_day_change_the_forecast() {
    let world = World::new("energy-load-plan").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    some_readings(&world).await;
    let noon = async || {
        let day = format!("{one}/forecast?day=2026-11-20");
        let (status, found) = world.call(&manager, "GET", &day, json!(null)).await;
        assert_eq!(status, 200, "{found}");
        let kwh = found["p50_kwh"][48].as_f64().unwrap();
        (kwh, found)
    };
    let (ordinary, found) = noon().await;
    assert!((ordinary - 100.5).abs() < 1.0, "{ordinary}");
    assert_eq!(found["planned"], Value::Null);
    // A Friday in November: what sets the basic charge is the day's own peak of about 404 kW.
    let counting = found["counting_peak"]["p90_kw"].as_f64().unwrap();
    assert!((400.0..=410.0).contains(&counting), "{found}");
    assert_eq!(found["over"]["won_per_kw"], "8320");
    assert_eq!(found["over"]["months"], 1);
    assert!(found["billing_demand_kw"].as_f64().unwrap() >= 400.0, "{found}");

    let plans = format!("{one}/load_plans");
    let week = json!({ "from": "2026-11-20", "to": "2026-11-26", "kind": "shutdown", "note": "정기 보수" });
    let (status, kept) = world.call(&manager, "POST", &plans, week.clone()).await;
    assert_eq!(status, 201, "{kept}");
    let (shut, found) = noon().await;
    assert!((shut - 20.5).abs() < 1.0, "{shut}");
    assert_eq!(
        (&found["day_type"], &found["planned"]["note"]),
        (&json!("off"), &json!("정기 보수"))
    );

    let (status, twice) = world.call(&manager, "POST", &plans, week).await;
    assert_eq!((status, &twice["code"]), (409, &json!("load_plan.overlap")), "{twice}");
    assert!(twice["detail"].as_str().unwrap().contains("2026-11-20 to 2026-11-26"), "{twice}");
    let gone = format!("/api/v1/load_plans/{}", kept["id"].as_str().unwrap());
    assert_eq!(world.call(&manager, "DELETE", &gone, json!(null)).await.0, 204);
    assert_eq!(world.call(&manager, "DELETE", &gone, json!(null)).await.0, 404);

    let half =
        json!({ "from": "2026-11-20", "to": "2026-11-20", "kind": "factor", "factor_percent": 50 });
    assert_eq!(world.call(&manager, "POST", &plans, half).await.0, 201);
    let (half, _) = noon().await;
    assert!((half - 60.5).abs() < 1.5, "idling and half of the rest: {half}");
    world.close().await;
}

#[tokio::test]
async fn a_plan_is_the_tenants_own() {
    let world = World::new("energy-load-plan-own").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let plans = format!("{path}/{}/load_plans", made["id"].as_str().unwrap());
    let days = |from: &str, to: &str| json!({ "from": from, "to": to, "kind": "shutdown" });
    let (_, kept) = world.call(&manager, "POST", &plans, days("2026-12-24", "2026-12-31")).await;
    assert_eq!(world.call(&manager, "POST", &plans, days("2026-12-01", "2026-12-01")).await.0, 201);
    let (_, wrong) = world.call(&manager, "POST", &plans, days("2026-12-05", "2026-12-04")).await;
    assert_eq!(
        (&wrong["code"], &wrong["fields"][0]["pointer"]),
        (&json!("load_plan.invalid"), &json!("/to"))
    );
    let (_, page) = world.call(&manager, "GET", &format!("{plans}?limit=1"), json!(null)).await;
    assert_eq!(
        (&page["items"][0]["from"], &page["next"]),
        (&json!("2026-12-01"), &json!("2026-12-01"))
    );
    let next = format!("{plans}?limit=1&after=2026-12-01");
    let (_, page) = world.call(&manager, "GET", &next, json!(null)).await;
    assert_eq!((&page["items"][0], &page["next"]), (&kept, &Value::Null));
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let one = format!("/api/v1/load_plans/{}", kept["id"].as_str().unwrap());
    for (role, scope) in
        [(Role::EnergyOffice, Scope::Complex(complex)), (Role::Administrator, Scope::System)]
    {
        let other = world.somebody(role, scope);
        for (method, uri, body) in
            [("GET", &plans, json!(null)), ("POST", &plans, days("2026-12-10", "2026-12-10"))]
        {
            let (status, answer) = world.call(&other, method, uri, body).await;
            assert_eq!((status, &answer["code"]), (404, &json!("electricity_contract.not_found")));
        }
        let (status, answer) = world.call(&other, "DELETE", &one, json!(null)).await;
        assert_eq!((status, &answer["code"]), (404, &json!("load_plan.not_found")), "{role}");
    }
    world.close().await;
}
