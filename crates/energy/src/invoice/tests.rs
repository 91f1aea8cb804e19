//! Invoices: what is refused, how they are kept, and what the check says of one.

use base::{Actor, Instant, Quality, Reading, Role, Scope};
use platform::testing::{TEST_NOW, each_engine};
use serde_json::{Value, json};

use super::*;
use crate::electricity_contract::tests::World;

fn month(text: &str) -> BillMonth {
    text.parse().unwrap()
}

fn line(code: &str, won: i64, quantity: Option<f64>) -> InvoiceLine {
    InvoiceLine { code: code.to_owned(), won, quantity }
}

#[test]
fn lines_that_no_invoice_has_are_refused_with_their_place() {
    let good = [line("basic", 3_328_000, Some(400.0)), line("power_factor.lagging", -50, None)];
    let parsed = rules::parse(month("2026-06"), &good).unwrap();
    assert_eq!(parsed.lines[0].quantity_milli, Some(400_000));
    assert_eq!((parsed.lines[1].won, parsed.lines[1].quantity_milli), (-50, None));
    let basic = || line("basic", 1, None);
    for (lines, field, words) in [
        (vec![], "/lines", "1 to 60"),
        (vec![basic(); 61], "/lines", "1 to 60"),
        (vec![basic(), line("coffee", 1, None)], "/lines/1/code", "energy.summer.peak"),
        (vec![basic(), basic()], "/lines/1/code", "twice"),
        (vec![line("basic", WON_MAX + 1, None)], "/lines/0/won", "10000000000000"),
        (vec![line("basic", -WON_MAX - 1, None)], "/lines/0/won", "10000000000000"),
        (vec![line("basic", i64::MIN, None)], "/lines/0/won", "10000000000000"),
        (vec![line("basic", 1, Some(-1.0))], "/lines/0/quantity", "kWh or kW"),
        (vec![line("basic", 1, Some(f64::NAN))], "/lines/0/quantity", "kWh or kW"),
    ] {
        let Err(InvoiceError::Invalid(fault)) = rules::parse(month("2026-06"), &lines) else {
            panic!("{lines:?} are refused");
        };
        assert_eq!(fault.pointer, field);
        assert!(fault.detail.contains(words), "{}", fault.detail);
    }
    assert!(rules::check_note(&"가".repeat(500)).is_ok());
    assert!(rules::check_note(&"가".repeat(501)).is_err());
}

#[tokio::test]
async fn a_month_has_one_invoice_and_the_latest_month_is_listed_first() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let of = |text: &str, version: u32| Invoice {
            contract_id: "00000000-0000-7000-8000-000000000001".parse().unwrap(),
            month: month(text),
            lines: vec![line("total", 100, None)],
            note: String::new(),
            version,
            updated_at: TEST_NOW,
            updated_by: Actor::system("test"),
        };
        let (june, july) = (of("2026-06", 1), of("2026-07", 1));
        let contract = june.contract_id;
        let mut tx = db.write().await.unwrap();
        store::insert(&mut tx, &june).await.unwrap();
        store::insert(&mut tx, &july).await.unwrap();
        assert!(store::update(&mut tx, &of("2026-06", 2)).await.unwrap());
        assert!(!store::update(&mut tx, &of("2026-06", 2)).await.unwrap(), "somebody was faster");
        let june = of("2026-06", 2);
        let list = store::list(&mut tx, contract, (None, None), None, 9).await.unwrap();
        assert_eq!(list, [july.clone(), june.clone()]);
        let after = Some(july.month);
        let list = store::list(&mut tx, contract, (None, None), after, 9).await.unwrap();
        assert_eq!(list, std::slice::from_ref(&june));
        let from = Some(july.month);
        let list = store::list(&mut tx, contract, (from, None), None, 9).await.unwrap();
        assert_eq!(list, [july]);
        let found = store::find(&mut tx, contract, june.month).await.unwrap();
        assert_eq!(found, Some(june.clone()));
        assert!(store::delete(&mut tx, contract, june.month).await.unwrap());
        assert!(!store::delete(&mut tx, contract, june.month).await.unwrap());
        tx.commit().await.unwrap();
    })
    .await;
}

/// June 2026: 50 kWh in each quarter of an hour but one, which has 100: 400 kW at a peak hour.
async fn some_readings(world: &World) {
    let start: Instant = "2026-06-01T00:00:00+09:00".parse().unwrap();
    let peak: Instant = "2026-06-10T15:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..30 * 96).map(|slot| {
        let at_ms = start.as_millis() + slot * 900_000;
        let value = if at_ms == peak.as_millis() { 100.0 } else { 50.0 };
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
}

#[tokio::test]
async fn a_kept_invoice_is_checked_against_the_bill_of_its_month() {
    let world = World::new("energy-invoice").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    some_readings(&world).await;
    let one = format!("{path}/{}/invoices/2026-06", made["id"].as_str().unwrap());
    let (status, none) = world.call(&manager, "GET", &one, json!(null)).await;
    assert_eq!((status, &none["code"]), (404, &json!("invoice.not_found")));
    // 400 kW at the rate of choice I instead of II, and 100 kWh more than the meter counted.
    let body = |version: u32, won: i64| {
        json!({ "version": version, "note": "우편 청구서", "lines": [
            { "code": "basic", "won": won, "quantity": 400.0 },
            { "code": "energy", "won": 1, "quantity": 144_150.0 },
        ] })
    };
    let (status, kept) = world.call(&manager, "PUT", &one, body(0, 2_888_000)).await;
    assert_eq!((status, &kept["version"]), (200, &json!(1)), "{kept}");
    let (status, stale) = world.call(&manager, "PUT", &one, body(0, 1)).await;
    assert_eq!((status, &stale["code"]), (409, &json!("invoice.stale")), "{stale}");
    let (_, kept) = world.call(&manager, "PUT", &one, body(1, 400 * 7_220)).await;
    assert_eq!(kept["version"], 2);
    let (status, checked) = world.call(&manager, "GET", &format!("{one}/check"), json!(null)).await;
    assert_eq!(status, 200, "{checked}");
    let [basic, energy] = checked["differences"].as_array().unwrap().as_slice() else {
        panic!("{checked}")
    };
    assert_eq!(basic["difference_won"], 400 * (7_220 - 8_320));
    assert_eq!((&basic["difference_quantity"], &basic["fits"]), (&json!(0.0), &json!(false)));
    assert_eq!(energy["difference_quantity"], json!(100.0));
    let computed = basic["computed_won"].as_i64().unwrap();
    let exact = json!({ "version": 2, "lines": [{ "code": "basic", "won": computed + 10 }] });
    assert_eq!(world.call(&manager, "PUT", &one, exact).await.0, 200);
    let (_, checked) = world.call(&manager, "GET", &format!("{one}/check"), json!(null)).await;
    assert_eq!(
        (&checked["differences"][0]["fits"], &checked["causes"]),
        (&json!(true), &json!([]))
    );
    assert_eq!(world.call(&manager, "DELETE", &one, json!(null)).await.0, 204);
    assert_eq!(world.call(&manager, "DELETE", &one, json!(null)).await.0, 404);
    world.close().await;
}

#[tokio::test]
async fn an_invoice_is_the_tenants_own() {
    let world = World::new("energy-invoice-own").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let all = format!("{path}/{}/invoices", made["id"].as_str().unwrap());
    let one = format!("{all}/2026-06");
    let body = json!({ "version": 0, "lines": [{ "code": "total", "won": 1 }] });
    assert_eq!(world.call(&manager, "PUT", &one, body.clone()).await.0, 200);
    let (_, list) = world.call(&manager, "GET", &all, json!(null)).await;
    assert_eq!((&list["items"][0]["month"], &list["next"]), (&json!("2026-06"), &Value::Null));
    let bad = json!({ "version": 1, "lines": [{ "code": "coffee", "won": 1 }] });
    let (status, answer) = world.call(&manager, "PUT", &one, bad).await;
    assert_eq!((status, &answer["code"]), (422, &json!("invoice.invalid")));
    assert_eq!(answer["fields"][0]["pointer"], "/lines/0/code");
    assert_eq!(world.call(&manager, "GET", &format!("{all}/june"), json!(null)).await.0, 404);
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    for (role, scope) in
        [(Role::EnergyOffice, Scope::Complex(complex)), (Role::Administrator, Scope::System)]
    {
        let other = world.somebody(role, scope);
        for (method, uri) in [
            ("GET", &all),
            ("GET", &one),
            ("PUT", &one),
            ("DELETE", &one),
            ("GET", &format!("{one}/check")),
        ] {
            let (status, answer) = world.call(&other, method, uri, body.clone()).await;
            assert_eq!((status, &answer["code"]), (404, &json!("electricity_contract.not_found")));
        }
    }
    world.close().await;
}
