//! Sums are published of groups that are large enough, and stay as they were published.

use base::{Instant, Role, Scope};
use energy_rules::sharing::Level;
use serde_json::{Value, json};

use crate::sharing_grant::tests::{FIRMS, World};

const LONG_AGO: &str = "2026-08-20T00:00:00+09:00";
const NOVEMBER: (&str, &str) = ("2026-11-01T00:00:00+09:00", "2026-11-25T09:00:00+09:00");
const OCTOBER: (&str, &str) = ("2026-10-01T00:00:00+09:00", "2026-11-01T00:00:00+09:00");

fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// A contract for the meter of a firm.
async fn contract(world: &World, firm: usize) {
    let Scope::Establishment { id, complex } = world.site(firm) else { panic!("a firm") };
    let body = json!({
        "complex_id": complex,
        "establishment_id": id,
        "terms": {
            "name": "본관 수전",
            "active_point_id": world.meter(firm).id,
            "reading_day": 0,
            "rows": [{
                "class": "industrial_b",
                "tariff": "kepco-industrial-b-2026-04-16",
                "option": "hv-a-2",
                "contract_kw": 700,
                "from": "2026-04-16",
            }],
        },
    });
    let path = "/api/v1/electricity_contracts";
    let (status, answer) = world.call(&world.manager(firm), "POST", path, body).await;
    assert_eq!(status, 201, "{answer}");
}

async fn publish(world: &World) {
    world.energy.publish_shared(world.platform.clock.now(), true).await.unwrap();
}

async fn groups(world: &World, firm: usize) -> Vec<Value> {
    let Scope::Complex(complex) = world.complex() else { panic!("a complex") };
    let uri = format!("/api/v1/sharing_groups?complex={complex}&month=2026-11");
    let (status, answer) = world.call(&world.manager(firm), "GET", &uri, json!(null)).await;
    assert_eq!(status, 200, "{answer}");
    answer["items"].as_array().unwrap().clone()
}

#[tokio::test]
async fn sums_of_a_large_group_are_published_once_and_a_leaver_takes_them_off_the_page() {
    let world = World::new("sharing-group").await;
    for firm in 0..FIRMS.len() {
        contract(&world, firm).await;
        world.choose(firm, Level::Total, at(LONG_AGO)).await;
        if firm != 2 {
            world.fill(firm, NOVEMBER, |_| 10.0).await;
        }
    }
    // Of the seventh firm nothing is counted yet: it joined within the month.
    world.choose(6, Level::None, at("2026-10-20T00:00:00+09:00")).await;
    world.choose(6, Level::Total, at("2026-11-02T00:00:00+09:00")).await;
    publish(&world).await;
    let found = groups(&world, 0).await;
    let codes: Vec<_> = found.iter().map(|group| group["code"].clone()).collect();
    assert_eq!(codes, ["29", "rest"]);
    // The third firm's values are waited for: the last three days are open, earlier ones given up.
    let machines = &found[0];
    assert_eq!((&machines["member_count"], &machines["is_mine"]), (&json!(6), &json!(true)));
    assert_eq!(machines["published_hours"], 0);
    assert_eq!(machines["suppressed_hours"], 21 * 24 + 9);
    assert_eq!(machines["hours"][0]["reason"], "missing_values");
    let rest = &found[1];
    assert_eq!((&rest["reason"], &rest["member_count"]), (&json!("too_few"), &Value::Null));
    assert_eq!(rest["hours"], json!([]));

    world.fill(2, NOVEMBER, |_| 10.0).await;
    publish(&world).await;
    let machines = groups(&world, 0).await.remove(0);
    assert_eq!(machines["published_hours"], 3 * 24, "{}", machines["open_hours"]);
    let last = machines["hours"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last, json!({ "start": "2026-11-25T08:00:00", "kwh": 240.0 }));

    // Corrected values do not change what is published: the difference would be theirs alone.
    world.fill(1, NOVEMBER, |_| 11.0).await;
    publish(&world).await;
    assert_eq!(groups(&world, 0).await[0], machines);

    world.choose(3, Level::None, world.platform.clock.now()).await;
    let left = groups(&world, 0).await.remove(0);
    assert_eq!((&left["reason"], &left["hours"]), (&json!("member_left"), &json!([])));
    publish(&world).await;
    assert_eq!(groups(&world, 0).await[0], left, "no sum of the others is made");

    let stranger = world.somebody(Role::Ingest, world.complex());
    let Scope::Complex(complex) = world.complex() else { panic!("a complex") };
    let uri = format!("/api/v1/sharing_groups?complex={complex}");
    let (status, _) = world.call(&stranger, "GET", &uri, json!(null)).await;
    assert_eq!(status, 403);
    world.close().await;
}

#[tokio::test]
async fn an_hour_that_one_firm_dominates_is_suppressed() {
    let world = World::new("sharing-dominated").await;
    for firm in 0..7 {
        contract(&world, firm).await;
        world.choose(firm, Level::Total, at(LONG_AGO)).await;
        // At night of every day the first firm draws a quarter and more of all.
        let is_giant = firm == 0;
        let kwh = move |slot: i64| if is_giant && slot % 96 < 4 { 20.1 } else { 10.0 };
        world.fill(firm, NOVEMBER, kwh).await;
    }
    publish(&world).await;
    let machines = groups(&world, 0).await.remove(0);
    assert_eq!(machines["suppressed_hours"], 25);
    assert_eq!(machines["published_hours"], 24 * 24 + 9 - 25);
    assert_eq!(machines["hours"][0]["reason"], "dominated");
    assert_eq!(machines["hours"][1]["kwh"], 280.0);
    world.close().await;
}

#[tokio::test]
async fn a_tenant_sees_its_own_place_and_nobody_elses() {
    let world = World::new("sharing-benchmark").await;
    for firm in 0..7 {
        contract(&world, firm).await;
        world.choose(firm, Level::Benchmark, at(LONG_AGO)).await;
        // Night to day: 0.1, 0.2 … 0.7.
        let night = f64::from(u32::try_from(firm).unwrap() + 1);
        world
            .fill(
                firm,
                OCTOBER,
                move |slot| if (36..72).contains(&(slot % 96)) { 10.0 } else { night },
            )
            .await;
    }
    let uri = |firm: usize| format!("/api/v1/benchmark?establishment={}", world.id(firm));
    let (_, early) = world.call(&world.manager(0), "GET", &uri(0), json!(null)).await;
    assert_eq!(early["reason"], "waiting");
    publish(&world).await;
    let (status, own) = world.call(&world.manager(0), "GET", &uri(0), json!(null)).await;
    assert_eq!((status, &own["count"], &own["code"]), (200, &json!(7), &json!("29")), "{own}");
    assert_eq!(own["month"], "2026-10");
    let night = &own["metrics"][1];
    assert_eq!(night["metric"], "night_ratio");
    assert_eq!((&night["own"], &night["quarter"]), (&json!(0.1), &json!(1)));
    assert_eq!(night["quartiles"], json!([0.25, 0.4, 0.55]));
    for (firm, (name, _)) in FIRMS.iter().enumerate().skip(1) {
        let (text, id) = (own.to_string(), world.id(firm).to_string());
        assert!(!text.contains(name) && !text.contains(&id), "{text}");
    }
    // Once made it stays, and nobody else may ask for it.
    world.fill(6, OCTOBER, |_| 10.0).await;
    publish(&world).await;
    let (_, again) = world.call(&world.manager(0), "GET", &uri(0), json!(null)).await;
    assert_eq!(again, own);
    let (status, _) = world.call(&world.manager(1), "GET", &uri(0), json!(null)).await;
    assert_eq!(status, 404);
    let office = world.somebody(Role::EnergyOffice, world.complex());
    let (status, _) = world.call(&office, "GET", &uri(0), json!(null)).await;
    assert_eq!(status, 403);
    world.choose(6, Level::Total, world.platform.clock.now()).await;
    let (_, left) = world.call(&world.manager(0), "GET", &uri(0), json!(null)).await;
    assert_eq!((&left["reason"], &left["metrics"]), (&json!("member_left"), &json!([])));
    let (_, low) = world.call(&world.manager(6), "GET", &uri(6), json!(null)).await;
    assert_eq!(low["reason"], "level_too_low");
    world.close().await;
}
