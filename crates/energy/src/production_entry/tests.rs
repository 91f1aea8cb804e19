//! Entries: what is refused, who may keep them, and the table.

use base::{Role, Scope};
use serde_json::{Value, json};

use super::rules::{check, kg};
use super::*;
use crate::electricity_contract::tests::World;

fn made(product: &str, share: Option<f64>) -> Production {
    Production {
        month: "2026-10".parse().unwrap(),
        product: product.to_owned(),
        code: None,
        tonnes: 12.5,
        share_percent: share,
        point_id: None,
    }
}

#[test]
fn an_entry_is_refused_with_the_field_and_what_to_do() {
    let last = "2026-11".parse().unwrap();
    let with = |change: fn(&mut Production)| {
        let mut made = made("강관", None);
        change(&mut made);
        made
    };
    for (entry, field, words) in [
        (with(|made| made.product = String::new()), "/product", "1 to 120"),
        (with(|made| made.code = Some("1".repeat(21))), "/code", "20 characters"),
        (with(|made| made.tonnes = 0.0), "/tonnes", "0.001"),
        (with(|made| made.tonnes = f64::NAN), "/tonnes", "0.001"),
        (with(|made| made.tonnes = 2e9), "/tonnes", "1000000000"),
        (with(|made| made.month = "2026-12".parse().unwrap()), "/month", "2026-11"),
        (with(|made| made.share_percent = Some(0.0)), "/share_percent", "above 0"),
        (with(|made| made.share_percent = Some(41.0)), "/share_percent", "leave 40.000"),
    ] {
        let fault = check(&entry, &[made("볼트", Some(60.0))], last).unwrap_err();
        let ProductionEntryError::Invalid(fields) = &fault else { panic!("{fault}") };
        assert_eq!(fields[0].pointer, field, "{fault}");
        assert!(fields[0].detail.contains(words), "{fault}");
    }
    assert_eq!(check(&made("강관", Some(40.0)), &[made("볼트", Some(60.0))], last), Ok(()));
    let twice = check(&made("강관", None), &[made("강관", None)], last).unwrap_err();
    assert_eq!(twice.code(), "production_entry.taken");
    let many: Vec<_> =
        (0..ENTRIES_PER_MONTH_MAX).map(|place| made(&format!("제품 {place}"), None)).collect();
    let full = check(&made("강관", None), &many, last).unwrap_err();
    assert_eq!(full.code(), "production_entry.too_many");
    for (tonnes, expected) in
        [(0.001, Some(1)), (12.3456, Some(12_346)), (0.0004, None), (f64::INFINITY, None)]
    {
        assert_eq!(kg(tonnes), expected, "{tonnes}");
    }
}

#[tokio::test]
async fn a_tenant_keeps_what_it_made_and_nobody_else_sees_it() {
    let world = World::new("energy-production").await;
    let manager = world.manager();
    let contracts = "/api/v1/electricity_contracts";
    let (_, contract) = world.call(&manager, "POST", contracts, world.new_contract()).await;
    let list = format!("{contracts}/{}/production_entries", contract["id"].as_str().unwrap());
    let new = json!({ "month": "2026-10", "product": " 강관 ", "code": "7306", "tonnes": 120.5 });
    let (status, made) = world.call(&manager, "POST", &list, new.clone()).await;
    assert_eq!((status, &made["made"]["product"]), (201, &json!("강관")), "{made}");
    let (status, taken) = world.call(&manager, "POST", &list, new.clone()).await;
    assert_eq!((status, &taken["code"]), (409, &json!("production_entry.taken")));
    let foreign = json!({ "month": "2026-10", "product": "볼트", "tonnes": 1,
        "point_id": world.point("m-2", "kwh").0 });
    let (status, refused) = world.call(&manager, "POST", &list, foreign).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/point_id")));

    let one = format!("/api/v1/production_entries/{}", made["id"].as_str().unwrap());
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    for (role, scope) in
        [(Role::EnergyOffice, Scope::Complex(complex)), (Role::Administrator, Scope::System)]
    {
        let other = world.somebody(role, scope);
        for (method, uri) in [("GET", &list), ("POST", &list), ("DELETE", &one)] {
            let (status, answer) = world.call(&other, method, uri, new.clone()).await;
            assert_eq!(status, 404, "{role} {method} {uri}: {answer}");
        }
    }
    let mut change = json!({ "version": 1, "made": new });
    change["made"]["tonnes"] = json!(99);
    let (status, changed) = world.call(&manager, "PATCH", &one, change.clone()).await;
    assert_eq!((status, &changed["made"]["tonnes"]), (200, &json!(99.0)), "{changed}");
    let (status, stale) = world.call(&manager, "PATCH", &one, change).await;
    assert_eq!((status, &stale["code"]), (409, &json!("production_entry.stale")));
    let (_, listed) = world.call(&manager, "GET", &list, Value::Null).await;
    assert_eq!(listed["items"], json!([changed]));
    let september = format!("{list}?to=2026-09");
    let (_, listed) = world.call(&manager, "GET", &september, Value::Null).await;
    assert_eq!(listed["items"], json!([]));
    let (status, _) = world.call(&manager, "DELETE", &one, Value::Null).await;
    assert_eq!(status, 204);
    let (status, gone) = world.call(&manager, "DELETE", &one, Value::Null).await;
    assert_eq!((status, &gone["code"]), (404, &json!("production_entry.not_found")));
    world.close().await;
}

#[tokio::test]
async fn an_entry_comes_back_as_it_was_written_on_every_engine() {
    platform::testing::each_engine(&[crate::MIGRATIONS], async |db| {
        let ctx = platform::testing::system_ctx();
        let mut entry = ProductionEntry {
            id: ctx.new_id(),
            contract_id: ctx.new_id(),
            made: made("강관", Some(12.5)),
            version: 1,
            updated_at: ctx.now,
            updated_by: Actor::system("test"),
        };
        let mut tx = db.write().await.unwrap();
        store::insert(&mut tx, &entry).await.unwrap();
        assert_eq!(store::find(&mut tx, entry.id).await.unwrap().as_ref(), Some(&entry));
        let stale = store::update(&mut tx, &entry).await.unwrap();
        assert!(!stale, "the version did not rise");
        entry.version = 2;
        entry.made.tonnes = 3.25;
        assert!(store::update(&mut tx, &entry).await.unwrap());
        let month = Some(entry.made.month);
        let wanted = |from, to| store::Wanted { contract: entry.contract_id, from, to };
        let all = store::list(&mut tx, wanted(month, month), None, 10).await.unwrap();
        assert_eq!(all, [entry.clone()]);
        let later = month.map(BillMonth::next);
        assert_eq!(store::list(&mut tx, wanted(later, None), None, 10).await.unwrap(), []);
        assert_eq!(store::list(&mut tx, wanted(None, None), Some(entry.id), 10).await.unwrap(), []);
        store::delete(&mut tx, entry.id).await.unwrap();
        assert_eq!(store::find(&mut tx, entry.id).await.unwrap(), None);
        tx.commit().await.unwrap();
    })
    .await;
}
