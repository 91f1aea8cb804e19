//! From readings to the gauge and to signals.

use std::sync::{Arc, Mutex};

use base::{Phase, Quality, Reading, Series, Signal};
use energy_rules::demand::{SLOT_MS, slot_of};
use platform::work::outbox::{Handlers, deliver};
use serde_json::{Value, json};

use crate::electricity_contract::tests::World;

/// The signals that wait in the outbox.
pub(crate) async fn signals(world: &World) -> Vec<Signal> {
    let found: Arc<Mutex<Vec<Signal>>> = Arc::default();
    let taken = Arc::clone(&found);
    let handlers = Handlers::default().on("signal", move |body| {
        taken.lock().unwrap().push(serde_json::from_value(body).unwrap());
        Box::pin(async { Ok(()) })
    });
    deliver(&world.platform.db, world.platform.clock.as_ref(), &handlers).await.unwrap();
    std::mem::take(&mut found.lock().unwrap())
}

fn reading(series: Series, at_ms: i64, value: f64) -> Reading {
    Reading { series, at_ms, value, quality: Quality::GOOD }
}

/// A contract with a gauge, and its address.
async fn watched(world: &World, change: impl Fn(&mut Value)) -> (String, Value) {
    let mut new = world.new_contract();
    new["terms"]["power_point_id"] = json!(world.point("m-1", "kw").0);
    change(&mut new);
    let path = "/api/v1/electricity_contracts";
    let (status, made) = world.call(&world.manager(), "POST", path, new).await;
    assert_eq!(status, 201, "{made}");
    (format!("{path}/{}/gauge", made["id"].as_str().unwrap()), made)
}

#[tokio::test]
async fn a_peak_is_told_ahead_then_passed_then_over() {
    let world = World::new("energy-peak").await;
    // What invoices say of the months that the readings do not reach.
    let known = ["2025-12", "2026-01", "2026-02", "2026-07", "2026-08", "2026-09"];
    let known = known.map(|month| json!({ "month": month, "kw": 100 }));
    let (gauge, made) = watched(&world, |new| new["terms"]["known_demands"] = json!(known)).await;
    let manager = world.manager();
    let (_, early) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(early["state"], "starting", "{early}");
    let now_ms = world.platform.clock.now().as_millis();
    let slot_ms = slot_of(now_ms);
    let (kwh, kw) = (world.point("m-1", "kwh").1, world.point("m-1", "kw").1);
    // Three weeks ago 400 kW in a quarter of an hour that counted: that is what November is billed by.
    let peak_ms = slot_ms - 21 * 86_400_000;
    let mut stored = vec![reading(kwh, peak_ms, 100.0)];
    stored.extend((-10..=0).map(|minute| reading(kw, now_ms + minute * 60_000, 600.0)));
    world.telemetry.store().append(stored, world.platform.clock.now()).await.unwrap();
    world.energy.reread().await.unwrap();
    let (status, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(status, 200, "{shown}");
    assert_eq!(shown["state"], "live", "{shown}");
    assert_eq!(shown["limit_kw"], json!(400.0), "{shown}");
    assert_eq!(shown["limit_from"], "billing_demand");
    assert_eq!(shown["billing_demand"]["kw"], json!(400.0));
    assert_eq!(shown["cast"]["now_kw"], json!(600.0));
    assert_eq!(
        shown["price"],
        json!({ "won_per_kw": 8_320.0, "months": 1 }),
        "November stays alone"
    );
    assert!(shown["readings"].as_array().unwrap().len() >= 10);

    // Seven minutes into a quarter of an hour that counts.
    let start_ms = slot_ms + 4 * SLOT_MS;
    let at_ms = start_ms + 420_000;
    let minutes = (-5..=7).map(|minute| reading(kw, start_ms + minute * 60_000, 600.0));
    let told = world.energy.book().take(&minutes.collect::<Vec<_>>(), at_ms);
    assert_eq!(told, []);
    let told = world.energy.book().look(at_ms);
    assert_eq!(told.len(), 1, "it is going to be 600 kW");
    world.energy.tell(&told).await;
    let told = world.energy.book().look(at_ms + 60_000);
    assert_eq!(told, [], "told once");
    let told = world.energy.book().take(&[reading(kwh, start_ms, 150.0)], start_ms + SLOT_MS);
    world.energy.tell(&told).await;
    let next = [reading(kwh, start_ms + SLOT_MS, 50.0)];
    let told = world.energy.book().take(&next, start_ms + 2 * SLOT_MS);
    world.energy.tell(&told).await;
    let found = signals(&world).await;
    let seen: Vec<_> =
        found.iter().map(|signal| (signal.kind.as_str(), signal.phase, signal.value)).collect();
    assert_eq!(
        seen,
        [
            ("peak_ahead", Phase::Raised, Some(600.0)),
            ("peak_passed", Phase::Updated, Some(600.0)),
            ("peak_ahead", Phase::Cleared, None),
        ]
    );
    let point = world.point("m-1", "kwh").0;
    assert!(found.iter().all(|signal| signal.subject == format!("point:{point}")));
    assert!(found.iter().all(|signal| signal.dedupe_key == made["id"].as_str().unwrap()));
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(
        shown["billing_demand"]["kw"],
        json!(600.0),
        "the new peak is what is paid: {shown}"
    );
    world.close().await;
}

#[tokio::test]
async fn the_gauge_is_the_tenants_and_says_what_it_lacks() {
    let world = World::new("energy-gauge").await;
    let (gauge, made) = watched(&world, |new| new["terms"]["target_kw"] = json!(350)).await;
    world.energy.reread().await.unwrap();
    let manager = world.manager();
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!((&shown["state"], &shown["limit_kw"]), (&json!("stale"), &json!(350.0)), "{shown}");
    assert_eq!(shown["limit_from"], "target");
    assert_eq!(shown["billing_demand"]["kw"], json!(210.0), "30 % of the contract");
    let base::Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let office = world.somebody(base::Role::EnergyOffice, base::Scope::Complex(complex));
    let (status, hidden) = world.call(&office, "GET", &gauge, json!(null)).await;
    assert_eq!((status, &hidden["code"]), (404, &json!("electricity_contract.not_found")));
    // Without a point of power, and with terms that are over.
    let mut terms = made["terms"].clone();
    terms.as_object_mut().unwrap().remove("power_point_id");
    let path = gauge.trim_end_matches("/gauge");
    let change = json!({ "version": 1, "terms": terms });
    world.call(&manager, "PATCH", path, change).await;
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(shown["state"], "starting", "the old watch says nothing about the new terms");
    world.energy.reread().await.unwrap();
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(shown["state"], "no_power", "{shown}");
    let mut terms = made["terms"].clone();
    terms["rows"][0]["to"] = json!("2026-10-31");
    world.call(&manager, "PATCH", path, json!({ "version": 2, "terms": terms })).await;
    world.energy.reread().await.unwrap();
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(shown["state"], "no_terms", "{shown}");
    // Months before that nobody knows: no limit, and what is paid at least.
    let mut terms = made["terms"].clone();
    terms.as_object_mut().unwrap().remove("target_kw");
    world.call(&manager, "PATCH", path, json!({ "version": 3, "terms": terms })).await;
    world.energy.reread().await.unwrap();
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!((&shown["limit_kw"], &shown["limit_from"]), (&json!(null), &json!("none")));
    assert_eq!(shown["billing_demand"]["unknown"].as_array().unwrap().len(), 6, "{shown}");
    // One reading of a month, and gaps around it: a lower bound is no peak that is known.
    let september = world.platform.clock.now().as_millis() - 70 * 86_400_000;
    let one = vec![reading(world.point("m-1", "kwh").1, slot_of(september), 180.0)];
    world.telemetry.store().append(one, world.platform.clock.now()).await.unwrap();
    let again = json!({ "version": 4, "terms": terms });
    world.call(&manager, "PATCH", path, again).await;
    world.energy.reread().await.unwrap();
    let (_, shown) = world.call(&manager, "GET", &gauge, json!(null)).await;
    assert_eq!(shown["billing_demand"]["kw"], json!(720.0), "{shown}");
    assert_eq!(shown["billing_demand"]["unknown"].as_array().unwrap().len(), 6, "{shown}");
    assert_eq!(&shown["limit_kw"], &json!(null), "no limit by what may be higher");
    // A point that measures something else.
    let mut terms = made["terms"].clone();
    terms["power_point_id"] = json!(world.point("m-1", "lag").0);
    let (status, refused) =
        world.call(&manager, "PATCH", path, json!({ "version": 5, "terms": terms })).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/terms/power_point_id")));
    world.close().await;
}
