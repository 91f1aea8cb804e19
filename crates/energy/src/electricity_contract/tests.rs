//! Contracts and their bills, from the table to the answer.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use base::{Actor, ActorKind, FixedClock, Grant, Instant, Quality, Reading, Role, Scope, Series};
use platform::Ctx;
use platform::db::Db;
use serde_json::{Value, json};

use super::CONTRACTS_PER_ESTABLISHMENT_MAX;
use crate::testkit::{self, Kit};

pub(crate) struct World(Kit);

impl Deref for World {
    type Target = Kit;
    fn deref(&self) -> &Kit {
        &self.0
    }
}

impl DerefMut for World {
    fn deref_mut(&mut self) -> &mut Kit {
        &mut self.0
    }
}

impl World {
    pub(crate) async fn new(name: &str) -> Self {
        Self(testkit::open(name, seed()).await)
    }

    /// The same by a clock that the test moves.
    pub(crate) async fn by(name: &str, clock: Arc<FixedClock>) -> Self {
        Self(testkit::open_by(name, seed(), clock).await)
    }

    pub(crate) async fn on(db: Db, name: &str) -> Self {
        Self(testkit::open_on(db, name, seed()).await)
    }

    pub(crate) fn point(&self, device: &str, key: &str) -> (String, Series) {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        let point = snapshot.point(device, key).unwrap();
        (point.id.to_string(), point.series)
    }

    pub(crate) fn tenant(&self) -> Scope {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key("m-1").unwrap();
        Scope::Establishment { id: device.establishment.unwrap(), complex: device.complex }
    }

    pub(crate) fn somebody(&self, role: Role, scope: Scope) -> Ctx {
        let actor = Actor { kind: ActorKind::Token, id: "t".into(), name: "시험".into() };
        Ctx::new(actor, vec![Grant { role, scope }], self.platform.clock.clone(), "test".into())
    }

    pub(crate) fn manager(&self) -> Ctx {
        self.somebody(Role::EnergyManager, self.tenant())
    }

    pub(crate) fn new_contract(&self) -> Value {
        let Scope::Establishment { id, complex } = self.tenant() else { panic!("a tenant") };
        json!({
            "complex_id": complex,
            "establishment_id": id,
            "terms": {
                "name": "본관 수전",
                "active_point_id": self.point("m-1", "kwh").0,
                "reading_day": 0,
                "rows": [{
                    "class": "industrial_b",
                    "tariff": "kepco-industrial-b-2026-04-16",
                    "option": "hv-a-2",
                    "contract_kw": 700,
                    "from": "2026-04-16",
                }],
            },
        })
    }

    pub(crate) async fn close(self) {
        assert_eq!(self.0.platform.tasks.shutdown().await, vec![], "every stage ends in time");
    }
}

fn seed() -> Value {
    let metric = |key: &str, quantity: &str| {
        json!({ "key": key, "quantity": quantity, "kind": "interval", "interval_s": 900,
            "expected_interval_s": 900 })
    };
    let meter = |key: &str, establishment: Option<&str>| {
        json!({ "complex": "jj1", "key": key, "name": key, "kind": "meter", "profile": "meter",
            "establishment": establishment })
    };
    json!({
        "complexes": [{ "code": "jj1", "name": "가람 제1산단", "name_en": "Garam 1", "kind": "general" }],
        "companies": [{ "name": "한빛제지" }, { "name": "솔빛정밀" }],
        "establishments": [
            { "complex": "jj1", "company": "한빛제지", "name": "한빛제지" },
            { "complex": "jj1", "company": "솔빛정밀", "name": "솔빛정밀" },
        ],
        "profiles": [{ "code": "meter", "name": "meter", "metrics": [
            { "key": "register", "quantity": "active_energy", "kind": "counter",
                "expected_interval_s": 900, "rollover_at": 100_000 },
            metric("kwh", "active_energy"), metric("lag", "reactive_energy_lagging"),
            { "key": "kw", "quantity": "active_power", "kind": "gauge", "expected_interval_s": 60 },
        ] }],
        "devices": [
            meter("m-1", Some("한빛제지")), meter("m-2", Some("솔빛정밀")), meter("m-0", None),
        ],
    })
}

#[tokio::test]
async fn a_tenant_keeps_its_contract_and_nobody_else_sees_it() {
    let world = World::new("energy-contract").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (status, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    assert_eq!(status, 201, "{made}");
    let Scope::Establishment { complex, .. } = world.tenant() else { panic!("a tenant") };
    let list = format!("{path}?complex={complex}");
    let (_, listed) = world.call(&manager, "GET", &list, json!(null)).await;
    assert_eq!(listed["items"][0], made);
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    for (role, scope) in [
        (Role::EnergyOffice, Scope::Complex(complex)),
        (Role::Administrator, Scope::System),
        (Role::Operator, Scope::Complex(complex)),
    ] {
        let other = world.somebody(role, scope);
        let (_, listed) = world.call(&other, "GET", &list, json!(null)).await;
        assert_eq!(listed["items"], json!([]), "{role}");
        for uri in [
            one.clone(),
            format!("{one}/bills"),
            format!("{one}/demand"),
            format!("{one}/emissions"),
        ] {
            let (status, answer) = world.call(&other, "GET", &uri, json!(null)).await;
            assert_eq!((status, &answer["code"]), (404, &json!("electricity_contract.not_found")));
        }
        let (status, _) = world.call(&other, "POST", path, world.new_contract()).await;
        assert_eq!(status, 403, "{role}");
    }
    let mut terms = made["terms"].clone();
    terms["rows"][0]["contract_kw"] = json!(800);
    let change = json!({ "version": 1, "terms": terms });
    let (status, changed) = world.call(&manager, "PATCH", &one, change.clone()).await;
    assert_eq!((status, &changed["version"]), (200, &json!(2)), "{changed}");
    let (status, stale) = world.call(&manager, "PATCH", &one, change).await;
    assert_eq!((status, &stale["code"]), (409, &json!("electricity_contract.stale")));
    world.close().await;
}

#[tokio::test]
async fn one_tenant_does_not_take_the_room_of_the_others() {
    let world = World::new("energy-contract-many").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    for _ in 0..CONTRACTS_PER_ESTABLISHMENT_MAX {
        let (status, made) = world.call(&manager, "POST", path, world.new_contract()).await;
        assert_eq!(status, 201, "{made}");
    }
    let (status, refused) = world.call(&manager, "POST", path, world.new_contract()).await;
    let code = "electricity_contract.too_many_own";
    assert_eq!((status, &refused["code"]), (409, &json!(code)), "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("50 contracts"), "{refused}");
    let (id, complex) = {
        let snapshot = world.directory.snapshot();
        let device = snapshot.device_by_key("m-2").unwrap();
        (device.establishment.unwrap(), device.complex)
    };
    let other = world.somebody(Role::EnergyManager, Scope::Establishment { id, complex });
    let mut new = world.new_contract();
    new["establishment_id"] = json!(id);
    new["terms"]["active_point_id"] = json!(world.point("m-2", "kwh").0);
    let (status, made) = world.call(&other, "POST", path, new).await;
    assert_eq!(status, 201, "{made}");
    world.close().await;
}

#[tokio::test]
async fn bad_terms_are_refused_with_the_field_and_what_to_do() {
    let world = World::new("energy-contract-bad").await;
    let manager = world.manager();
    let with = |field: &str, value: Value| {
        let mut new = world.new_contract();
        *new.pointer_mut(field).unwrap() = value;
        new
    };
    let foreign = world.point("m-2", "kwh").0;
    for (new, field, words) in [
        (with("/terms/name", json!(" ")), "/terms/name", "1 to 120"),
        (with("/terms/rows", json!([])), "/terms/rows", "row"),
        (with("/terms/rows/0/option", json!("hv-z")), "/terms/rows", "hv-a-2"),
        (with("/terms/rows/0/tariff", json!("x")), "/terms/rows", "kepco-industrial-b-2026-04-16"),
        (with("/terms/active_point_id", json!(foreign)), "/terms/active_point_id", "its own"),
        (
            with("/terms/active_point_id", json!(world.point("m-1", "lag").0)),
            "/terms/active_point_id",
            "active_energy",
        ),
    ] {
        let path = "/api/v1/electricity_contracts";
        let (status, answer) = world.call(&manager, "POST", path, new).await;
        assert_eq!((status, &answer["code"]), (422, &json!("electricity_contract.invalid")));
        assert_eq!(answer["fields"][0]["pointer"], field, "{answer}");
        assert!(answer["fields"][0]["detail"].as_str().unwrap().contains(words), "{answer}");
    }
    world.close().await;
}

#[tokio::test]
async fn a_month_is_billed_from_readings_line_by_line_and_compared_with_another_choice() {
    let world = World::new("energy-bill").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    // June 2026: 50 kWh a quarter of an hour, that is 200 kW, and one quarter of 100 kWh at a peak hour.
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
    let bills = format!("{one}/bills?from=2026-06&to=2026-06");
    let (status, answer) = world.call(&manager, "GET", &bills, json!(null)).await;
    assert_eq!(status, 200, "{answer}");
    let bill = &answer["items"][0];
    assert_eq!(bill["kwh"], json!(144_050.0));
    assert_eq!(bill["demand"]["kw"], json!(400.0), "{bill}");
    assert_eq!(bill["demand"]["basis"]["basis"], "month_peak");
    assert_eq!(bill["provisional"], true, "months before are not known");
    let line = |code: &str| {
        let lines = bill["lines"].as_array().unwrap();
        lines.iter().find(|line| line["code"] == code).unwrap().clone()
    };
    // 400 kW at 8,320 won; the peak decided it.
    assert_eq!(line("basic")["won"], 3_328_000);
    assert_eq!(line("basic")["decided_at"], "2026-06-10T15:00:00");
    let cents = bill["lines"].as_array().unwrap();
    assert!(cents.iter().all(|line| !line["rule"]["ko"].as_str().unwrap().is_empty()));
    let parts = ["charge_won", "vat_won", "fund_won"].map(|part| bill[part].as_i64().unwrap());
    assert_eq!(bill["total_won"], parts.iter().sum::<i64>() / 10 * 10);
    let emission = format!("{one}/emissions?from=2026-06-01&to=2026-06-30");
    let (_, emission) = world.call(&manager, "GET", &emission, json!(null)).await;
    assert_eq!((&emission["kwh"], &emission["missing_slots"]), (&json!(144_050.0), &json!(0)));
    assert!((emission["tco2e"].as_f64().unwrap() - 144.05 * 0.4173).abs() < 1e-9, "{emission}");
    let other = format!("{bills}&option=hv-a-1");
    let (_, other) = world.call(&manager, "GET", &other, json!(null)).await;
    assert_ne!(other["total_won"], answer["total_won"]);
    let (status, wrong) =
        world.call(&manager, "GET", &format!("{bills}&option=z"), json!(null)).await;
    assert_eq!(status, 422, "{wrong}");
    let demand = format!("{one}/demand?from=2026-06&to=2026-06");
    let (_, demand) = world.call(&manager, "GET", &demand, json!(null)).await;
    assert_eq!(demand["days"].as_array().unwrap().len(), 30);
    assert_eq!(demand["days"][9]["kw"], json!(400.0));
    assert_eq!(demand["duration"][0]["kw"], json!(400.0));
    // KEPCO's invoice with the basic charge of another choice: the check says which.
    let wrong = json!({ "month": "2026-06", "lines": [
        { "code": "basic", "won": 400 * 7_220 },
        { "code": "energy", "won": line_sum(&other["items"][0], "energy") },
    ] });
    let check = format!("{one}/invoice_checks");
    let (status, checked) = world.call(&manager, "POST", &check, wrong).await;
    assert_eq!(status, 200, "{checked}");
    assert_eq!(checked["differences"][0]["difference_won"], 400 * (7_220 - 8_320));
    assert!(checked["causes"][0]["ko"].as_str().unwrap().contains("hv-a-1"), "{checked}");
    let bad = json!({ "month": "2026-06", "lines": [{ "code": "coffee", "won": 1 }] });
    let (status, answer) = world.call(&manager, "POST", &check, bad).await;
    assert_eq!((status, &answer["fields"][0]["pointer"]), (422, &json!("/lines/0/code")));
    world.close().await;
}

fn line_sum(bill: &Value, group: &str) -> i64 {
    let lines = bill["lines"].as_array().unwrap().iter();
    lines.filter(|line| line["group"] == group).map(|line| line["won"].as_i64().unwrap()).sum()
}

#[tokio::test]
async fn a_day_is_forecast_and_what_was_odd_is_told_with_its_cost() {
    let world = World::new("energy-forecast").await;
    let manager = world.manager();
    let path = "/api/v1/electricity_contracts";
    let (_, made) = world.call(&manager, "POST", path, world.new_contract()).await;
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let day = format!("{one}/forecast?day=2026-11-20");
    let (status, early) = world.call(&manager, "GET", &day, json!(null)).await;
    assert_eq!(status, 422, "nothing is known yet: {early}");
    // 120 days until 2026-11-24, 100 kWh by day and 20 by night; on the 20th a pump stays on at night.
    let start: Instant = "2026-07-28T00:00:00+09:00".parse().unwrap();
    let series = world.point("m-1", "kwh").1;
    let readings = (0..120 * 96).map(|slot| {
        let (day, hour) = (slot / 96, slot % 96 / 4);
        let busy = (8..18).contains(&hour) && !matches!(day % 7, 4 | 5);
        let wobble = f64::from(i32::try_from(slot * 7 % 11).unwrap()) / 10.0;
        let left_on = if day == 115 && hour < 6 { 45.0 } else { 0.0 };
        let value = if busy { 100.0 + wobble } else { 20.0 + wobble + left_on };
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value, quality: Quality::GOOD }
    });
    let (readings, arrived) = (readings.collect(), world.platform.clock.now());
    world.telemetry.store().append(readings, arrived).await.unwrap();
    let (status, found) = world.call(&manager, "GET", &day, json!(null)).await;
    assert_eq!(status, 200, "{found}");
    let noon = found["p50_kwh"][48].as_f64().unwrap();
    assert!((noon - 100.5).abs() < 1.0, "{noon}");
    assert!(found["peak"]["p90_kw"].as_f64().unwrap() < 410.0, "{}", found["peak"]);
    assert_eq!(found["actual_kwh"].as_array().unwrap().len(), 96);
    let (status, far) =
        world.call(&manager, "GET", &format!("{one}/forecast?day=2027-01-01"), json!(null)).await;
    assert_eq!(status, 422, "{far}");
    let odd = format!("{one}/anomalies?from=2026-11-10&to=2026-11-24");
    let (status, odd) = world.call(&manager, "GET", &odd, json!(null)).await;
    assert_eq!(status, 200, "{odd}");
    let events = odd["items"].as_array().unwrap();
    let night = events.iter().find(|event| event["from"].as_str().unwrap() < "2026-11-20T06");
    let night = night.unwrap_or_else(|| panic!("the pump is told: {odd}"));
    assert!(night["cost_won"].as_i64().unwrap() > 0, "{night}");
    world.close().await;
}
