//! Plans and sizes, from readings to the answer.

use base::{Instant, Quality, Reading, Role, Scope};
use serde_json::{Value, json};

use crate::electricity_contract::tests::World;

/// A contract whose meter counted from 2026-08-01 to 2026-11-20: 25 kWh a quarter of an hour, and 100 from 15 to
/// 16 o'clock; a gap of one hour on 2026-10-06.
async fn contract(world: &World) -> String {
    let path = "/api/v1/electricity_contracts";
    let (status, made) = world.call(&world.manager(), "POST", path, world.new_contract()).await;
    assert_eq!(status, 201, "{made}");
    let start: Instant = "2026-08-01T00:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let gap = 66 * 96..66 * 96 + 4;
    let readings = (0..112 * 96).filter(|slot| !gap.contains(slot)).map(|slot| {
        let value = if (60..64).contains(&(slot % 96)) { 100.0 } else { 25.0 };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
    format!("{path}/{}", made["id"].as_str().unwrap())
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("a number: {value}"))
}

#[tokio::test]
async fn a_battery_cuts_the_peak_and_the_parts_of_its_saving_add_up() {
    let world = World::new("dispatch-plan").await;
    let manager = world.manager();
    let one = contract(&world).await;
    let path = format!("{one}/dispatch?capacity_kwh=400&power_kw=200");
    let (status, found) = world.call(&manager, "GET", &path, json!(null)).await;
    assert_eq!(status, 200, "{found}");
    // August to October are whole; July and before are not known.
    let basis = &found["basis"];
    assert_eq!((&basis["first"], &basis["months"]), (&json!("2026-08-01"), &json!(3)), "{basis}");
    assert_eq!((&basis["filled_slots"], &basis["charge_won_per_kw"]), (&json!(4), &json!(8_320.0)));
    let assumes = basis["assumes"].as_array().unwrap();
    for name in ["perfect_foresight", "gaps_filled", "earlier_months_unknown"] {
        assert!(assumes.contains(&json!(name)), "{name}: {basis}");
    }
    let months = found["months"].as_array().unwrap();
    assert_eq!(months[0]["demand_before_kw"], 400.0);
    assert!(number(&months[0]["demand_after_kw"]) < 260.0, "{}", months[0]);
    let saving = number(&found["saving_won"]);
    let parts = number(&found["saving_energy_won"]) + number(&found["saving_demand_won"]);
    assert!(saving > 0.0 && (saving - parts).abs() < 1e-3, "{found}");
    let day = &found["day"];
    assert_eq!(day["load_kw"].as_array().unwrap().len(), 96);
    for slot in 0..96 {
        let at = |name: &str| number(&day[name][slot]);
        let drawn = at("load_kw") + at("charge_kw") - at("discharge_kw");
        assert!((drawn - at("grid_kw")).abs() < 1e-6, "slot {slot}");
    }
    let asked = format!("{path}&from=2026-09&to=2026-09&day=2026-09-15");
    let (_, september) = world.call(&manager, "GET", &asked, json!(null)).await;
    assert_eq!(september["day"]["date"], "2026-09-15");
    // August was 400 kW, and it carries over: nothing is to be had below it.
    assert_eq!(september["months"][0]["billed_after_kw"], 400.0, "{september}");
    assert_eq!(september["saving_demand_won"], 0.0);
    world.close().await;
}

#[tokio::test]
async fn a_plan_that_cannot_be_made_says_why() {
    let world = World::new("dispatch-refused").await;
    let manager = world.manager();
    let one = contract(&world).await;
    let path = format!("{one}/dispatch?capacity_kwh=400&power_kw=200");
    for (more, code, words) in [
        ("&from=2026-06&to=2026-08", "dispatch.gaps", "import what is missing"),
        ("&from=2025-06&to=2026-08", "invalid", "at most 12 months"),
        ("&to=2026-11", "invalid", "not over"),
        ("&to=2026-05", "dispatch.no_month", "95 %"),
        ("&day=2026-07-01", "invalid", "2026-08-01 to 2026-10-31"),
        ("&efficiency_percent=0", "dispatch.out_of_bounds", "round-trip efficiency"),
        ("&soc_min_percent=-1", "dispatch.out_of_bounds", "state of charge"),
    ] {
        let asked = format!("{path}{more}");
        let (status, answer) = world.call(&manager, "GET", &asked, json!(null)).await;
        assert_eq!((status, &answer["code"]), (422, &json!(code)), "{more}: {answer}");
        assert!(answer["detail"].as_str().unwrap().contains(words), "{more}: {answer}");
    }
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let office = world.somebody(Role::EnergyOffice, Scope::Complex(complex));
    let (status, _) = world.call(&office, "GET", &path, json!(null)).await;
    assert_eq!(status, 404, "what a tenant draws is the tenant's own");
    world.close().await;
}

#[tokio::test]
async fn sizes_pay_or_do_not_by_the_prices_that_are_given() {
    let world = World::new("dispatch-sizing").await;
    let manager = world.manager();
    let one = contract(&world).await;
    let path = format!("{one}/sizing");
    let body = |won: f64| {
        json!({
            "capacity_kwh": [0.0, 200.0, 400.0], "power_kw": [200.0],
            "won_per_kwh": won, "won_per_kw": 0.0, "life_years": 10.0,
            "pv": { "kw": 100.0, "won_per_kw": 1_000_000.0, "life_years": 20.0,
                "yearly_kwh_per_kw": 1_300.0 },
        })
    };
    let (status, cheap) = world.call(&manager, "POST", &path, body(100.0)).await;
    assert_eq!(status, 200, "{cheap}");
    let rows = cheap["rows"].as_array().unwrap();
    assert_eq!((&rows[0]["pays"], &rows[0]["payback_years"]), (&json!("no"), &json!(null)));
    assert_eq!(rows[2]["pays"], "yes", "{cheap}");
    assert_eq!(rows[2]["cost_won"], 40_000.0);
    let (_, dear) = world.call(&manager, "POST", &path, body(50_000_000.0)).await;
    assert!(dear["rows"].as_array().unwrap().iter().all(|row| row["pays"] == "no"), "{dear}");
    // The model was brought down to 130,000 kWh a year; these three months are sunnier, and a year is no sunnier for it.
    let pv = &cheap["pv"];
    assert_eq!(pv["scaled"], true);
    assert!((number(&pv["generated_kwh"]) - 130_000.0).abs() < 1.0, "{pv}");
    assert!(number(&pv["used_kwh"]) <= number(&pv["generated_kwh"]), "{pv}");
    let assumes = cheap["basis"]["assumes"].as_array().unwrap();
    assert!(assumes.contains(&json!("clear_sky_model")), "{cheap}");
    assert!(assumes.contains(&json!("scaled_to_a_year")), "{cheap}");
    // Without a yearly yield the curve has no cloud: it never says yes.
    let mut clear = body(100.0);
    clear["pv"]["yearly_kwh_per_kw"] = json!(null);
    let (_, clear) = world.call(&manager, "POST", &path, clear).await;
    assert_eq!(clear["pv"]["pays"], "perhaps", "{clear}");
    for (field, value) in [
        ("/capacity_kwh", json!(vec![1.0; 25])),
        ("/life_years", json!(0.0)),
        ("/pv/won_per_kw", json!(-1.0)),
    ] {
        let mut bad = body(100.0);
        *bad.pointer_mut(field).unwrap() = value;
        let (status, answer) = world.call(&manager, "POST", &path, bad).await;
        assert_eq!((status, &answer["fields"][0]["pointer"]), (422, &json!(field)), "{answer}");
    }
    world.close().await;
}

#[tokio::test]
async fn the_controller_keeps_a_part_of_the_optimum_on_a_forecast() {
    let world = World::new("dispatch-run").await;
    let manager = world.manager();
    let one = contract(&world).await;
    let path = format!("{one}/dispatch_run?capacity_kwh=400&power_kw=200&month=2026-10");
    let (status, found) = world.call(&manager, "GET", &path, json!(null)).await;
    assert_eq!(status, 200, "{found}");
    assert_eq!((&found["month"], &found["past_days"]), (&json!("2026-10"), &json!(61)), "{found}");
    let assumes = found["basis"]["assumes"].as_array().unwrap();
    assert!(!assumes.contains(&json!("perfect_foresight")), "{found}");
    let kept = number(&found["kept_percent"]);
    assert!((50.0..=100.1).contains(&kept), "the days are all alike: {found}");
    assert!(number(&found["demand_run_kw"]) < 350.0, "400 kW without it: {found}");
    let early = format!("{one}/dispatch_run?capacity_kwh=400&power_kw=200&month=2026-09");
    let (status, answer) = world.call(&manager, "GET", &early, json!(null)).await;
    assert_eq!((status, &answer["code"]), (422, &json!("dispatch.no_past")), "{answer}");
    world.close().await;
}
