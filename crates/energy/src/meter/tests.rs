//! Meters, their balances, self-sufficiency and emissions, from the table to the answer.

use std::ops::Deref;

use base::noun::Complex;
use base::{Actor, ActorKind, Grant, Id, Instant, Quality, Reading, Role, Scope};
use platform::Ctx;
use platform::testing::{each_engine, test_clock};
use serde_json::{Value, json};

use super::{METERS_PER_ESTABLISHMENT_MAX, Meter, MeterKind, MeterTerms, store};
use crate::testkit::{self, Kit};

struct World(Kit);

impl Deref for World {
    type Target = Kit;
    fn deref(&self) -> &Kit {
        &self.0
    }
}

const METERS: &str = "/api/v1/meters";

impl World {
    async fn new(name: &str) -> Self {
        Self(testkit::open(name, seed()).await)
    }

    fn complex(&self) -> Id<Complex> {
        self.directory.snapshot().complexes()[0].id
    }

    fn point(&self, device: &str) -> String {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        snapshot.point(device, "kwh").unwrap().id.to_string()
    }

    fn tenant(&self, device: &str) -> Scope {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key(device).unwrap();
        Scope::Establishment { id: device.establishment.unwrap(), complex: device.complex }
    }

    fn somebody(&self, role: Role, scope: Scope) -> Ctx {
        let actor = Actor { kind: ActorKind::Token, id: "t".into(), name: "시험".into() };
        Ctx::new(actor, vec![Grant { role, scope }], self.platform.clock.clone(), "test".into())
    }

    fn office(&self) -> Ctx {
        self.somebody(Role::EnergyOffice, Scope::Complex(self.complex()))
    }

    async fn get(&self, ctx: &Ctx, uri: &str) -> Value {
        let (status, answer) = self.call(ctx, "GET", uri, json!(null)).await;
        assert_eq!(status, 200, "{uri}: {answer}");
        answer
    }

    /// Enters a meter on a device, of the device's owner, and gives its id.
    async fn meter(&self, device: &str, terms: Value) -> String {
        let new = self.new_meter(device, terms);
        let (status, made) = self.call(&self.office(), "POST", METERS, new).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    #[expect(clippy::needless_pass_by_value, reason = "terms are written where they are used")]
    fn new_meter(&self, device: &str, terms: Value) -> Value {
        let snapshot = self.directory.snapshot();
        let establishment = snapshot.device_by_key(device).unwrap().establishment;
        let mut all = json!({ "name": device, "from": "2026-01-01" });
        if terms["kind"] != "virtual" {
            all["point_id"] = json!(self.point(device));
        }
        all.as_object_mut().unwrap().extend(terms.as_object().unwrap().clone());
        json!({ "complex_id": self.complex(), "establishment_id": establishment, "terms": all })
    }

    /// The same kWh in every quarter of an hour of 2026-06-01 and 02, but for one that may be missing.
    async fn counts(&self, device: &str, kwh: impl Fn(i64) -> Option<f64>) {
        let snapshot = self.directory.snapshot();
        let id = snapshot.device_by_key(device).unwrap().id;
        let series = snapshot.point(id, "kwh").unwrap().series;
        let start: Instant = "2026-06-01T00:00:00+09:00".parse().unwrap();
        let readings = (0..2 * 96).filter_map(|slot| {
            let at_ms = start.as_millis() + slot * 900_000;
            Some(Reading { series, at_ms, value: kwh(slot)?, quality: Quality::GOOD })
        });
        let arrived = self.platform.clock.now();
        self.telemetry.store().append(readings.collect(), arrived).await.unwrap();
    }

    async fn close(self) {
        assert_eq!(self.platform.tasks.shutdown().await, vec![], "every stage ends in time");
    }
}

fn seed() -> Value {
    let metric = json!({ "key": "kwh", "quantity": "active_energy", "kind": "interval",
        "interval_s": 900, "expected_interval_s": 900 });
    let temperature = json!({ "key": "t", "quantity": "temperature", "kind": "gauge", "expected_interval_s": 60 });
    let meter = |key: &str, establishment: Option<&str>| {
        json!({ "complex": "jj1", "key": key, "name": key, "kind": "meter", "profile": "meter",
            "establishment": establishment, "position": { "lon": 127.1, "lat": 35.85 } })
    };
    let own = ["main", "lamp", "pump", "pv", "charge", "discharge", "back"];
    let mut devices: Vec<_> = own.iter().map(|key| meter(key, None)).collect();
    devices.extend([meter("t-1", Some("한빛제지")), meter("t-2", Some("솔빛정밀"))]);
    json!({
        "complexes": [{ "code": "jj1", "name": "가람 제1산단", "name_en": "Garam 1", "kind": "general" }],
        "companies": [{ "name": "한빛제지" }, { "name": "솔빛정밀" }],
        "establishments": [
            { "complex": "jj1", "company": "한빛제지", "name": "한빛제지" },
            { "complex": "jj1", "company": "솔빛정밀", "name": "솔빛정밀" },
        ],
        "profiles": [{ "code": "meter", "name": "meter", "metrics": [metric, temperature] }],
        "devices": devices,
    })
}

#[tokio::test]
async fn a_meter_survives_both_engines() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        let clock = test_clock();
        let ctx = Ctx::system(&(clock as std::sync::Arc<dyn base::Clock>), "test");
        let mut meter = Meter {
            id: ctx.new_id(),
            complex_id: ctx.new_id(),
            establishment_id: None,
            terms: MeterTerms {
                name: "모계량기".into(),
                kind: MeterKind::Main,
                parent_id: None,
                point_id: Some(ctx.new_id()),
                back_point_id: None,
                formula: None,
                disposal: None,
                from: jiff::civil::date(2026, 1, 1),
                to: None,
                rest_limit_percent: Some(5),
            },
            version: 1,
            updated_at: ctx.now,
            updated_by: ctx.actor.clone(),
        };
        let mut tx = db.write().await.unwrap();
        store::insert(&mut tx, &meter).await.unwrap();
        meter.version = 2;
        meter.terms.to = Some(jiff::civil::date(2026, 6, 1));
        assert!(store::update(&mut tx, &meter).await.unwrap());
        assert!(!store::update(&mut tx, &meter).await.unwrap(), "somebody was faster");
        tx.commit().await.unwrap();
        let mut tx = db.read().await.unwrap();
        assert_eq!(store::find(&mut tx, meter.id).await.unwrap(), Some(meter.clone()));
        assert_eq!(store::all(&mut tx, meter.complex_id).await.unwrap(), [meter]);
    })
    .await;
}

#[tokio::test]
async fn a_balance_says_what_is_accounted_for_what_is_missing_and_what_is_left() {
    let world = World::new("energy-meter-balance").await;
    let main =
        world.meter("main", json!({ "kind": "main", "back_point_id": world.point("back") })).await;
    let below = |kind: &str| json!({ "kind": kind, "parent_id": main });
    world.meter("lamp", below("sub")).await;
    let pump = world.meter("pump", below("sub")).await;
    let mut pv = below("generator");
    pv["disposal"] = json!("own_use");
    world.meter("pv", pv).await;
    let mut battery = below("battery");
    battery["back_point_id"] = json!(world.point("discharge"));
    world.meter("charge", battery).await;
    for (device, kwh) in [
        ("main", 10.0),
        ("back", 1.0),
        ("lamp", 4.0),
        ("pv", 3.0),
        ("charge", 2.0),
        ("discharge", 1.0),
    ] {
        world.counts(device, |_| Some(kwh)).await;
    }
    // The pump's meter was silent for the first hour of the first day.
    world.counts("pump", |slot| (slot >= 4).then_some(5.0)).await;
    let days = "from=2026-06-01&to=2026-06-02";
    let found = world.get(&world.office(), &format!("{METERS}/{main}/balance?{days}")).await;
    // In each quarter of an hour: 10 - 1 + 3 + 1 - 2 - 4 - 5 = 2 kWh are left, of 13 that came in.
    let first = &found["items"][0];
    assert_eq!((&first["slots"], &first["missing_slots"]), (&json!(96), &json!(4)), "{first}");
    assert_eq!((&first["rest_kwh"], &first["supply_kwh"]), (&json!(184.0), &json!(1_196.0)));
    assert_eq!(found["items"][1]["rest_kwh"], json!(192.0));
    let total = &found["total"];
    assert_eq!((&total["rest_kwh"], &total["rest_percent"]), (&json!(376.0), &json!(15.3)));
    assert_eq!(total["warnings"][0]["code"], "rest_above_limit");
    assert_eq!(total["parts"].as_array().unwrap().len(), 4);
    assert_eq!(total["hidden_meters"], 0);
    let by_month = format!("{METERS}/{main}/balance?{days}&by=month");
    let by_month = world.get(&world.office(), &by_month).await;
    assert_eq!(by_month["items"], json!([total]));

    let flow = world.get(&world.office(), &format!("{METERS}/{main}/flow?{days}")).await;
    let links = flow["links"].as_array().unwrap();
    let key_of = |role: &str| {
        let nodes = flow["nodes"].as_array().unwrap();
        nodes.iter().find(|node| node["role"] == role).unwrap()["key"].clone()
    };
    let own = links.iter().find(|link| link["from"] == key_of("grid")).unwrap()["to"].clone();
    let sum = |end: &str| -> f64 {
        let ends = links.iter().filter(|link| link[end] == own);
        ends.map(|link| link["kwh"].as_f64().unwrap()).sum()
    };
    assert!((sum("to") - sum("from")).abs() < 1e-6, "what goes in comes out: {flow}");
    assert_eq!((&flow["missing_slots"], &flow["slots"]), (&json!(4), &json!(192)));

    let (status, leaf) = world
        .call(&world.office(), "GET", &format!("{METERS}/{pump}/balance?{days}"), json!(null))
        .await;
    assert_eq!((status, &leaf["code"]), (422, &json!("meter.nothing_below")));
    let energy = format!("{METERS}/energy?complex={}&day=2026-06-01", world.complex());
    let energy = world.get(&world.office(), &energy).await;
    let of_pump = energy["items"].as_array().unwrap().iter().find(|row| row["meter_id"] == pump);
    let of_pump = of_pump.unwrap();
    assert_eq!((&of_pump["forward_kwh"], &of_pump["missing_slots"]), (&json!(460.0), &json!(4)));
    assert_eq!(of_pump["last_at"], "2026-06-02T14:45:00Z");
    world.close().await;
}

#[tokio::test]
async fn a_tenants_meter_stands_in_the_tree_and_its_values_stay_the_tenants() {
    let world = World::new("energy-meter-tenant").await;
    let main = world.meter("main", json!({ "kind": "main" })).await;
    let lamp = world.meter("lamp", json!({ "kind": "sub", "parent_id": main })).await;
    let tenant = world.meter("t-1", json!({ "kind": "sub", "parent_id": main })).await;
    let sum = json!({ "kind": "virtual", "formula": { "type": "sum", "of": [lamp, tenant] } });
    let sum = world.meter("main", sum).await;
    for (device, kwh) in [("main", 10.0), ("lamp", 4.0), ("t-1", 5.0)] {
        world.counts(device, |_| Some(kwh)).await;
    }
    let days = "from=2026-06-01&to=2026-06-02";
    let office = world.office();
    let found = world.get(&office, &format!("{METERS}/{main}/balance?{days}")).await;
    let total = &found["total"];
    assert_eq!((&total["hidden_meters"], &total["rest_kwh"]), (&json!(1), &json!(null)));
    assert_eq!(total["unshown_kwh"], json!(null), "one tenant's value would follow from it");
    assert_eq!(total["parts"].as_array().unwrap().len(), 1, "{total}");
    let flow = world.get(&office, &format!("{METERS}/{main}/flow?{days}")).await;
    assert_eq!(flow["hidden_meters"], 1);
    assert!(flow["links"].as_array().unwrap().iter().all(|link| link["kwh"] != 960.0), "{flow}");
    let day = format!("{METERS}/energy?complex={}&day=2026-06-01", world.complex());
    let day_of = |answer: &Value, id: &str| {
        answer["items"].as_array().unwrap().iter().find(|row| row["meter_id"] == id).cloned()
    };
    let energy = world.get(&office, &day).await;
    for id in [&tenant, &sum] {
        let row = day_of(&energy, id).unwrap();
        assert_eq!((&row["hidden"], &row["forward_kwh"]), (&json!(true), &json!(null)), "{row}");
    }
    for path in [format!("{tenant}/emissions"), format!("{sum}/emissions")] {
        let (status, answer) =
            world.call(&office, "GET", &format!("{METERS}/{path}?{days}"), json!(null)).await;
        assert_eq!((status, &answer["code"]), (403, &json!("meter.hidden")), "{answer}");
    }
    // The tenant sees its own meter, what it counts, and nothing else.
    let manager = world.somebody(Role::EnergyManager, world.tenant("t-1"));
    let listed = world.get(&manager, &format!("{METERS}?complex={}", world.complex())).await;
    let ids: Vec<_> = listed["items"].as_array().unwrap().iter().map(|row| &row["id"]).collect();
    assert_eq!(ids, [&json!(tenant)]);
    let energy = world.get(&manager, &day).await;
    assert_eq!(day_of(&energy, &tenant).unwrap()["forward_kwh"], json!(480.0));
    let other = world.somebody(Role::EnergyManager, world.tenant("t-2"));
    for uri in [format!("{METERS}/{tenant}"), format!("{METERS}/{main}/balance?{days}")] {
        let (status, answer) = world.call(&other, "GET", &uri, json!(null)).await;
        assert_eq!((status, &answer["code"]), (404, &json!("meter.not_found")), "{uri}");
    }
    for uri in ["self_sufficiency", "emissions"] {
        let uri = format!("/api/v1/complexes/{}/{uri}", world.complex());
        assert_eq!(world.call(&other, "GET", &uri, json!(null)).await.0, 403, "{uri}");
    }
    world.close().await;
}

#[tokio::test]
async fn a_tenant_sees_its_own_part_of_the_complexs_meter_and_nothing_else() {
    let world = World::new("energy-meter-part").await;
    let main = world.meter("main", json!({ "kind": "main" })).await;
    let part = |of: &str, weight: u32| {
        json!({ "kind": "virtual",
            "formula": { "type": "allocation", "of": of, "key": "area", "weight": weight } })
    };
    let first = world.meter("t-1", part(&main, 300)).await;
    let second = world.meter("t-2", part(&main, 100)).await;
    world.counts("main", |_| Some(10.0)).await;
    let one = world.somebody(Role::EnergyManager, world.tenant("t-1"));
    let day = format!("{METERS}/energy?complex={}&day=2026-06-01", world.complex());
    let told = world.get(&one, &day).await;
    let rows = told["items"].as_array().unwrap();
    assert_eq!(rows.len(), 1, "neither the whole nor the other part: {told}");
    assert_eq!((&rows[0]["meter_id"], &rows[0]["forward_kwh"]), (&json!(first), &json!(720.0)));
    assert_eq!((&rows[0]["hidden"], &rows[0]["missing_slots"]), (&json!(false), &json!(0)));
    let days = "from=2026-06-01&to=2026-06-02";
    let emission = world.get(&one, &format!("{METERS}/{first}/emissions?{days}")).await;
    assert_eq!(emission["years"][0]["kwh"], json!(1440.0), "{emission}");
    for uri in [
        format!("{METERS}/{main}"),
        format!("{METERS}/{main}/balance?{days}"),
        format!("{METERS}/{second}/emissions?{days}"),
    ] {
        let (status, hidden) = world.call(&one, "GET", &uri, json!(null)).await;
        assert_eq!((status, &hidden["code"]), (404, &json!("meter.not_found")), "{uri}");
    }
    let two = world.somebody(Role::EnergyManager, world.tenant("t-2"));
    let told = world.get(&two, &day).await;
    assert_eq!(told["items"][0]["forward_kwh"], json!(240.0), "{told}");
    // A sum of it with what is not the reader's stays hidden.
    let sum = json!({ "kind": "virtual", "formula": { "type": "sum", "of": [first, main] } });
    let sum = world.meter("t-1", sum).await;
    let told = world.get(&one, &day).await;
    let rows = told["items"].as_array().unwrap();
    let row = rows.iter().find(|row| row["meter_id"] == json!(sum)).unwrap();
    assert_eq!((&row["hidden"], &row["forward_kwh"]), (&json!(true), &json!(null)), "{row}");
    world.close().await;
}

#[tokio::test]
async fn a_part_by_meters_of_few_others_stays_hidden_and_nobody_gives_himself_one() {
    let world = World::new("energy-meter-part-few").await;
    let main = world.meter("main", json!({ "kind": "main" })).await;
    let mut parts = Vec::new();
    for device in ["t-1", "t-2"] {
        let by = world.meter(device, json!({ "kind": "sub", "parent_id": main })).await;
        let part = json!({ "kind": "virtual", "formula":
            { "type": "allocation", "of": main, "key": "metered", "by": by } });
        parts.push(world.meter(device, part).await);
    }
    for (device, kwh) in [("main", 10.0), ("t-1", 4.0), ("t-2", 5.0)] {
        world.counts(device, |_| Some(kwh)).await;
    }
    let tenant = world.tenant("t-1");
    let one = world.somebody(Role::EnergyManager, tenant);
    let day = format!("{METERS}/energy?complex={}&day=2026-06-01", world.complex());
    let told = world.get(&one, &day).await;
    let row = told["items"].as_array().unwrap().iter().find(|row| row["meter_id"] == parts[0]);
    assert_eq!(row.unwrap()["hidden"], json!(true), "the other one would follow: {told}");
    // Who sees the complex's meters as well, and manages only a tenant's.
    let actor = Actor { kind: ActorKind::Token, id: "t".into(), name: "시험".into() };
    let grants = vec![
        Grant { role: Role::EnergyManager, scope: tenant },
        Grant { role: Role::ProgrammeManager, scope: Scope::Complex(world.complex()) },
    ];
    let both = Ctx::new(actor, grants, world.platform.clock.clone(), "test".into());
    let lamp = world.meter("lamp", json!({ "kind": "main" })).await;
    let all = json!({ "kind": "virtual",
        "formula": { "type": "allocation", "of": lamp, "key": "fixed", "weight": 1 } });
    let new = world.new_meter("t-1", all);
    let (status, refused) = world.call(&both, "POST", METERS, new).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/terms/formula")));
    assert!(
        refused["fields"][0]["detail"].as_str().unwrap().contains("do not manage"),
        "{refused}"
    );
    world.close().await;
}

#[tokio::test]
async fn one_establishment_does_not_take_the_room_of_the_others() {
    let world = World::new("energy-meter-many").await;
    let office = world.office();
    let Scope::Establishment { id, complex } = world.tenant("t-1") else { panic!("a tenant") };
    let mut tx = world.platform.db.write().await.unwrap();
    for n in 0..METERS_PER_ESTABLISHMENT_MAX {
        let meter = Meter {
            id: office.new_id(),
            complex_id: complex,
            establishment_id: Some(id),
            terms: MeterTerms {
                name: format!("계량기 {n}"),
                kind: MeterKind::Main,
                parent_id: None,
                point_id: Some(office.new_id()),
                back_point_id: None,
                formula: None,
                disposal: None,
                from: jiff::civil::date(2026, 1, 1),
                to: None,
                rest_limit_percent: None,
            },
            version: 1,
            updated_at: office.now,
            updated_by: office.actor.clone(),
        };
        store::insert(&mut tx, &meter).await.unwrap();
    }
    tx.commit().await.unwrap();
    let new = world.new_meter("t-1", json!({ "kind": "main" }));
    let (status, refused) = world.call(&office, "POST", METERS, new).await;
    assert_eq!((status, &refused["code"]), (409, &json!("meter.too_many_own")), "{refused}");
    assert!(refused["detail"].as_str().unwrap().contains("200 meters"), "{refused}");
    // Another tenant and the complex itself have room.
    world.meter("t-2", json!({ "kind": "main" })).await;
    world.meter("main", json!({ "kind": "main" })).await;
    world.close().await;
}

#[tokio::test]
async fn meters_that_do_not_fit_are_refused_with_the_field_and_what_to_do() {
    let world = World::new("energy-meter-bad").await;
    let office = world.office();
    let main = world.meter("main", json!({ "kind": "main" })).await;
    let lamp = world.meter("lamp", json!({ "kind": "sub", "parent_id": main })).await;
    let sub = |extra: Value| {
        let mut terms = json!({ "kind": "sub", "parent_id": main });
        terms.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        terms
    };
    let generator = |extra: Value| {
        let mut terms = sub(extra);
        terms["kind"] = json!("generator");
        terms
    };
    let foreign = world.point("t-1");
    let part = json!({ "type": "allocation", "of": main, "key": "metered", "weight": 3 });
    let nobody = "00000000-0000-7000-8000-000000000000";
    for (terms, field, words) in [
        (sub(json!({ "name": " " })), "/terms/name", "1 to 120"),
        (sub(json!({ "point_id": foreign })), "/terms/point_id", "its own"),
        (
            sub(json!({ "point_id": world.point("lamp") })),
            "/terms/point_id",
            "close that one first",
        ),
        (sub(json!({ "parent_id": nobody })), "/terms/parent_id", "that you manage"),
        (sub(json!({ "from": "2026-02-01", "to": "2026-01-01" })), "/terms/to", "before its first"),
        (sub(json!({ "from": "2025-12-31" })), "/terms/from", "does not stand"),
        (sub(json!({ "rest_limit_percent": 101 })), "/terms/rest_limit_percent", "0 to 100"),
        (sub(json!({ "kind": "main" })), "/terms/parent_id", "make it a sub-meter"),
        (sub(json!({ "kind": "battery" })), "/terms/back_point_id", "gives"),
        (generator(json!({})), "/terms/disposal", "own_use or sold"),
        (generator(json!({ "disposal": "sold" })), "/terms/parent_id", "of its own"),
        (json!({ "kind": "virtual" }), "/terms/formula", "calculated"),
        (json!({ "kind": "virtual", "formula": part }), "/terms/formula", "no `weight`"),
        (
            json!({ "kind": "virtual", "formula": { "type": "sum", "of": [nobody] } }),
            "/terms/formula",
            "may not see",
        ),
    ] {
        let new = world.new_meter("pump", terms);
        let (status, answer) = world.call(&office, "POST", METERS, new).await;
        assert_eq!((status, &answer["code"]), (422, &json!("meter.invalid")), "{words}: {answer}");
        assert_eq!(answer["fields"][0]["pointer"], field, "{answer}");
        assert!(answer["fields"][0]["detail"].as_str().unwrap().contains(words), "{answer}");
    }
    // Above itself.
    let mut terms = world.get(&office, &format!("{METERS}/{lamp}")).await["terms"].clone();
    terms["parent_id"] = json!(lamp);
    let change = json!({ "version": 1, "terms": terms });
    let (_, answer) = world.call(&office, "PATCH", &format!("{METERS}/{lamp}"), change).await;
    assert!(answer["fields"][0]["detail"].as_str().unwrap().contains("above itself"), "{answer}");
    // A meter that others stand below is not closed under them.
    let end = json!({ "version": 1, "to": "2026-06-01" });
    let close = |id: &str| format!("{METERS}/{id}/close");
    let (status, answer) = world.call(&office, "POST", &close(&main), end.clone()).await;
    assert_eq!((status, &answer["code"]), (409, &json!("meter.needed")), "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("'lamp'"), "{answer}");
    let (status, closed) = world.call(&office, "POST", &close(&lamp), end.clone()).await;
    assert_eq!((status, &closed["terms"]["to"]), (200, &json!("2026-06-01")), "{closed}");
    let (status, stale) = world.call(&office, "POST", &close(&lamp), end.clone()).await;
    assert_eq!((status, &stale["code"]), (409, &json!("meter.stale")));
    assert_eq!(world.call(&office, "POST", &close(&main), end).await.0, 200);
    // Who manages nothing here changes nothing.
    for role in [Role::Operator, Role::Auditor] {
        let other = world.somebody(role, Scope::Complex(world.complex()));
        let new = world.new_meter("pump", json!({ "kind": "main" }));
        assert_eq!(world.call(&other, "POST", METERS, new).await.0, 403, "{role}");
    }
    // A tenant hangs nothing under a meter that is not his.
    let tenant = world.somebody(Role::EnergyManager, world.tenant("t-1"));
    let new = world.new_meter("t-1", json!({ "kind": "sub", "parent_id": lamp }));
    let (status, answer) = world.call(&tenant, "POST", METERS, new).await;
    assert_eq!((status, &answer["fields"][0]["pointer"]), (422, &json!("/terms/parent_id")));
    world.close().await;
}

#[tokio::test]
async fn a_main_meter_that_was_replaced_leaves_no_hole() {
    let world = World::new("energy-meter-succession").await;
    let office = world.office();
    world.meter("main", json!({ "kind": "main", "to": "2026-06-01" })).await;
    world.meter("lamp", json!({ "kind": "main", "from": "2026-06-02" })).await;
    world.counts("main", |slot| (slot < 96).then_some(4.0)).await;
    world.counts("lamp", |slot| (slot >= 96).then_some(5.0)).await;
    let days = "from=2026-06-01&to=2026-06-02";
    let uri = format!("/api/v1/complexes/{}/self_sufficiency?{days}", world.complex());
    let found = world.get(&office, &uri).await;
    assert_eq!(found["figures"]["consumption_kwh"], json!(96.0 * 9.0), "{found}");
    let emission = format!("/api/v1/complexes/{}/emissions?{days}", world.complex());
    let emission = world.get(&office, &emission).await;
    assert_eq!(emission["years"][0]["kwh"], json!(96.0 * 9.0), "{emission}");
    world.close().await;
}

#[tokio::test]
async fn a_complex_is_self_sufficient_by_the_hour_and_its_emission_has_a_factor_and_a_source() {
    let world = World::new("energy-meter-self").await;
    let office = world.office();
    let path = |what: &str| format!("/api/v1/complexes/{}/{what}", world.complex());
    let days = "from=2026-06-01&to=2026-06-02";
    let (status, none) = world.call(&office, "GET", &path("self_sufficiency"), json!(null)).await;
    assert_eq!((status, &none["code"]), (404, &json!("self_sufficiency.no_main_meter")));
    let back = world.point("back");
    let main = world.meter("main", json!({ "kind": "main", "back_point_id": back })).await;
    let pv = json!({ "kind": "generator", "parent_id": main, "disposal": "own_use" });
    world.meter("pv", pv).await;
    world.meter("t-1", json!({ "kind": "main" })).await;
    // By day 6 kWh a quarter come from the roof: 4 are used, 2 go back. By night 4 come from the grid.
    let is_day = |slot: i64| slot % 96 >= 48;
    world.counts("main", |slot| Some(if is_day(slot) { 0.0 } else { 4.0 })).await;
    world.counts("back", |slot| Some(if is_day(slot) { 2.0 } else { 0.0 })).await;
    world.counts("pv", |slot| Some(if is_day(slot) { 6.0 } else { 0.0 })).await;
    let found = world.get(&office, &path(&format!("self_sufficiency?{days}"))).await;
    let figures = &found["figures"];
    let near = |figure: &str, expect: f64| {
        let value = figures[figure].as_f64().unwrap();
        assert!((value - expect).abs() < 1e-9, "{figure}: {figures}");
    };
    near("generated_within", 0.75);
    near("consumed_within", 0.5);
    near("matched", 0.5);
    near("netted", 0.75);
    near("consumption_kwh", 768.0);
    assert_eq!(figures["is_synthetic"], false);
    assert_eq!(found["tenant_meters_left_out"], 1);
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let hours = world.get(&office, &path(&format!("self_sufficiency?{days}&by=hour"))).await;
    let noon = &hours["items"][12];
    assert_eq!(
        (&noon["at"], &noon["figures"]["matched"]),
        (&json!("2026-06-01T12:00:00"), &json!(1.0))
    );
    let model = path(&format!("self_sufficiency?{days}&model_pv_kw=50"));
    let model = world.get(&office, &model).await;
    assert_eq!(model["figures"], *figures, "what is measured stays apart");
    assert_eq!(model["model"]["figures"]["is_synthetic"], true);
    assert!(model["model"]["clear_sky_kwh"].as_f64().unwrap() > 400.0, "{model}");
    assert_eq!(
        world.call(&office, "GET", &path("self_sufficiency?model_pv_kw=0"), json!(null)).await.0,
        422
    );

    let emission = world.get(&office, &path(&format!("emissions?{days}&product_t=10"))).await;
    let year = &emission["years"][0];
    assert_eq!((&year["kwh"], &year["factor"]["tco2e_per_mwh"]), (&json!(384.0), &json!(0.4173)));
    // The value is verified, its year of use is inferred: not plainly verified.
    assert_eq!(year["factor"]["mark"], "reported");
    assert_eq!(emission["heat"]["mark"], "unverified");
    let tco2e = emission["tco2e"].as_f64().unwrap();
    assert!((tco2e - 0.384 * 0.4173).abs() < 1e-9, "{emission}");
    assert!((emission["toe"].as_f64().unwrap() - 384.0 * 0.000_213).abs() < 1e-9, "{emission}");
    assert_eq!(emission["product"]["kwh_per_t"], json!(38.4));
    let kg = emission["product"]["kgco2e_per_t"].as_f64().unwrap();
    assert!((kg - tco2e * 100.0).abs() < 1e-9, "{emission}");
    let settled = world.get(&office, &path(&format!("emissions?{days}&purpose=k_ets"))).await;
    assert_eq!((&settled["tco2e"], &settled["years"][0]["factor"]), (&json!(null), &json!(null)));
    let by_meter = world.get(&office, &format!("{METERS}/{main}/emissions?{days}")).await;
    assert_eq!(by_meter["tco2e"], emission["tco2e"]);
    let none = format!("{METERS}/{main}/emissions?{days}&product_t=-1");
    let (status, none) = world.call(&office, "GET", &none, json!(null)).await;
    assert_eq!((status, &none["fields"][0]["pointer"]), (422, &json!("/product_t")));
    let factors = world.get(&office, "/api/v1/emission_factors").await;
    assert!(factors["items"].as_array().unwrap().len() >= 4);
    world.close().await;
}
