//! Shifts of load, from the readings to the answer.

use base::{Instant, Quality, Reading};
use serde_json::json;

use crate::electricity_contract::tests::World;

#[tokio::test]
async fn power_moved_from_the_dear_hours_saves_won_and_demand_month_by_month() {
    let world = World::new("energy-load-shift").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    // June 2026: 400 kW from 13:00 to 17:00 of every day, else 200 kW.
    let start: Instant = "2026-06-01T00:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..30 * 96).map(|slot| {
        let value = if (13..17).contains(&(slot % 96 / 4)) { 100.0 } else { 50.0 };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
    let ask = async |query: &str| {
        let uri = format!("{one}/load_shift?from=2026-06&to=2026-06&{query}");
        world.call(&manager, "GET", &uri, json!(null)).await
    };
    let night = "take_from=13&take_until=17&give_from=22&give_until=6";
    let (status, found) = ask(&format!("kw=100&{night}")).await;
    assert_eq!(status, 200, "{found}");
    let month = &found["months"][0];
    // 22 weekdays less the local elections of 3 June: 21 working days of 400 kWh.
    assert_eq!((&found["days"], &month["moved_kwh"]), (&json!(21), &json!(8_400.0)), "{found}");
    // Saturdays still draw 400 kW, and they count: the demand stays.
    assert_eq!(month["shifted_demand_kw"], month["present_demand_kw"]);
    assert_eq!(month["basic_difference_won"], 0);
    assert!(month["energy_difference_won"].as_i64().unwrap() < -400_000, "{month}");
    let difference = month["difference_won"].as_i64().unwrap();
    assert_eq!(found["difference_won"], difference);
    let (shifted, present) = (month["shifted_won"].as_i64(), month["present_won"].as_i64());
    assert_eq!(difference, shifted.unwrap() - present.unwrap());
    assert!(difference < month["energy_difference_won"].as_i64().unwrap(), "tax and fund too");

    let (_, every) = ask(&format!("kw=100&every_day=true&{night}")).await;
    assert_eq!(every["days"], 30);
    let month = &every["months"][0];
    assert_eq!(
        (&month["present_demand_kw"], &month["shifted_demand_kw"]),
        (&json!(400.0), &json!(300.0))
    );
    assert_eq!(month["basic_difference_won"], -100 * 8_320);
    // There were no more than 400 kW to take.
    let (_, most) = ask(&format!("kw=9999&every_day=true&{night}")).await;
    assert_eq!(most["moved_kwh"], json!(30.0 * 4.0 * 400.0));
    for (query, field) in [
        ("kw=0&take_from=13&take_until=17&give_from=22&give_until=6", "/kw"),
        ("kw=1&take_from=24&take_until=17&give_from=22&give_until=6", "/take_from"),
        ("kw=1&take_from=13&take_until=17&give_from=3&give_until=3", "/give_from"),
        ("kw=1&take_from=13&take_until=17&give_from=16&give_until=20", "/give_from"),
    ] {
        let (status, answer) = ask(query).await;
        assert_eq!((status, &answer["fields"][0]["pointer"]), (422, &json!(field)), "{answer}");
    }
    world.close().await;
}
