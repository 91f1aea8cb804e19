//! A measure from its readings to its signature, and who sees how much of it.

use std::ops::Deref;

use base::{Actor, ActorKind, Grant, Id, Instant, Quality, Reading, Role, Scope, Series};
use jiff::civil::{Date, date};
use platform::Ctx;
use serde_json::{Value, json};

use super::{MEASURES_PER_ESTABLISHMENT_MAX, SavingMeasure};
use crate::testkit::{self, Kit};

const FIRST: Date = date(2025, 1, 1);
const LAST: Date = date(2026, 10, 31);
/// Readings written at once.
const BATCH: usize = 5_000;

struct World(Kit);

impl Deref for World {
    type Target = Kit;
    fn deref(&self) -> &Kit {
        &self.0
    }
}

impl World {
    async fn new(name: &str) -> Self {
        Self(testkit::open(name, seed()).await)
    }

    fn point(&self, device: &str, key: &str) -> (String, Series) {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        let point = snapshot.point(device, key).unwrap();
        (point.id.to_string(), point.series)
    }

    fn tenant(&self) -> (Scope, Scope) {
        let snapshot = self.directory.snapshot();
        let device = snapshot.device_by_key("m-1").unwrap();
        let (id, complex) = (device.establishment.unwrap(), device.complex);
        (Scope::Establishment { id, complex }, Scope::Complex(complex))
    }

    fn somebody(&self, name: &str, grants: Vec<Grant>) -> Ctx {
        let actor = Actor { kind: ActorKind::Token, id: name.into(), name: name.into() };
        Ctx::new(actor, grants, self.platform.clock.clone(), "test".into())
    }

    /// The tenant's energy manager, who may also read the complex's weather station.
    fn manager(&self) -> Ctx {
        let (tenant, complex) = self.tenant();
        let grant = |role, scope| Grant { role, scope };
        let grants =
            vec![grant(Role::EnergyManager, tenant), grant(Role::ProgrammeManager, complex)];
        self.somebody("관리자", grants)
    }

    fn office(&self) -> Ctx {
        let scope = self.tenant().1;
        self.somebody("사무국", vec![Grant { role: Role::EnergyOffice, scope }])
    }

    async fn call(&self, ctx: &Ctx, method: &str, uri: &str, body: Value) -> (u16, Value) {
        self.0.call(ctx, method, &format!("/api/v1{uri}"), body).await
    }

    async fn contract(&self) -> String {
        let (Scope::Establishment { id, complex }, _) = self.tenant() else { panic!("a tenant") };
        let new = json!({
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
        });
        let manager = self.manager();
        let (status, made) = self.call(&manager, "POST", "/electricity_contracts", new).await;
        assert_eq!(status, 201, "{made}");
        made["id"].as_str().unwrap().to_owned()
    }

    /// A works that cools above 18 °C and draws 3 kWh a tonne; from 2026 on, `factor` of all of it.
    async fn write_load(&self, factor: f64) {
        let start: Instant = "2025-01-01T00:00:00+09:00".parse().unwrap();
        let series = self.point("m-1", "kwh").1;
        let air = self.point("w-1", "temperature").1;
        let days = FIRST.series(jiff::Span::new().days(1)).take_while(|day| *day <= LAST);
        let mut readings = Vec::new();
        for (n, day) in (0_i64..).zip(days) {
            let (celsius, tonnes) = (celsius(n), tonnes(n));
            let wobble = [4.0, -3.0, 1.0, -2.0, 6.0, -6.0, 0.0][usize::try_from(n % 7).unwrap()];
            let says = 400.0 + 20.0 * (celsius - 18.0).max(0.0) + 3.0 * tonnes + wobble;
            let kwh = if day.year() == 2026 { factor * says } else { says };
            let midnight = start.as_millis() + n * 86_400_000;
            let reading =
                |series, at_ms, value| Reading { series, at_ms, value, quality: Quality::GOOD };
            let slots = 0..96;
            readings.extend(slots.map(|n| reading(series, midnight + n * 900_000, kwh / 96.0)));
            let hours = 0..24;
            readings.extend(hours.map(|n| reading(air, midnight + n * 3_600_000, celsius)));
            if readings.len() > BATCH || day == LAST {
                let arrived = self.platform.clock.now();
                let batch = std::mem::take(&mut readings);
                self.telemetry.store().append(batch, arrived).await.unwrap();
            }
        }
    }

    async fn close(self) {
        assert_eq!(self.platform.tasks.shutdown().await, vec![], "every stage ends in time");
    }
}

fn celsius(day: i64) -> f64 {
    12.0 - 14.0 * (f64::from(i32::try_from(day).unwrap()) * 0.0172).cos()
}

fn tonnes(day: i64) -> f64 {
    f64::from(i32::try_from(day * 7 % 11).unwrap())
}

fn seed() -> Value {
    let kwh = json!({ "key": "kwh", "quantity": "active_energy", "kind": "interval",
        "interval_s": 900, "expected_interval_s": 900 });
    let air = json!({ "key": "temperature", "quantity": "temperature", "kind": "gauge",
        "expected_interval_s": 3600 });
    let device = |key: &str, kind: &str, profile: &str, establishment: Option<&str>| {
        json!({ "complex": "jj1", "key": key, "name": key, "kind": kind, "profile": profile,
            "establishment": establishment })
    };
    json!({
        "complexes": [{ "code": "jj1", "name": "가람 제1산단", "name_en": "Garam 1", "kind": "general" }],
        "companies": [{ "name": "한빛제지" }, { "name": "솔빛정밀" }],
        "establishments": [
            { "complex": "jj1", "company": "한빛제지", "name": "한빛제지" },
            { "complex": "jj1", "company": "솔빛정밀", "name": "솔빛정밀" },
        ],
        "profiles": [
            { "code": "meter", "name": "meter", "metrics": [kwh] },
            { "code": "air", "name": "air", "metrics": [air] },
        ],
        "devices": [
            device("m-1", "meter", "meter", Some("한빛제지")),
            device("m-2", "meter", "meter", Some("솔빛정밀")),
            device("w-1", "sensor", "air", None),
        ],
    })
}

fn plan(world: &World) -> Value {
    let days = FIRST.series(jiff::Span::new().days(1)).take_while(|day| *day <= LAST);
    let tonnes: Vec<Value> =
        (0_i64..).zip(days).map(|(n, day)| json!({ "on": day, "value": tonnes(n) })).collect();
    json!({
        "name": "공기압축기 교체",
        "done": "고정속 2대를 인버터 1대로 바꿈",
        "installed_from": "2026-01-01",
        "installed_to": "2026-01-14",
        "baseline": { "from": "2025-01-01", "to": "2025-12-31" },
        "reporting": { "from": "2026-01-15", "to": "2026-10-31" },
        "option": "c",
        "interval": "day",
        "estimator": "ols",
        "variables": [
            { "name": "외기온도", "role": "temperature", "unit": "℃",
              "source": { "kind": "point", "point_id": world.point("w-1", "temperature").0 } },
            { "name": "생산량", "role": "production", "unit": "t",
              "source": { "kind": "entered", "values": tonnes } },
        ],
        "cost_won": 5_000_000,
    })
}

#[tokio::test]
async fn a_saving_is_measured_submitted_and_signed_by_another_person() {
    let world = World::new("saving-way").await;
    world.write_load(0.9).await;
    let (manager, office) = (world.manager(), world.office());
    let contract = world.contract().await;
    let new = json!({ "contract_id": contract, "plan": plan(&world) });
    let (status, made) = world.call(&manager, "POST", "/saving_measures", new).await;
    assert_eq!((status, &made["state"]), (201, &json!("draft")), "{made}");
    let one = format!("/saving_measures/{}", made["id"].as_str().unwrap());
    let (status, found) = world.call(&manager, "GET", &format!("{one}/result"), json!(null)).await;
    assert_eq!(status, 200, "{found}");
    assert_eq!(found["frozen"], json!(null));
    let result = &found["now"]["result"];
    assert_eq!(
        (&result["demonstrated"], &result["doubts"]),
        (&json!(true), &json!([])),
        "{}",
        result["gates"]
    );
    let number = |value: &Value| value.as_f64().unwrap();
    assert!((number(&result["saving_ratio"]) - 0.10).abs() < 0.005, "{}", result["saving_ratio"]);
    assert_eq!(result["model"]["shape"], "cooling");
    assert!((number(&result["model"]["cooling_point"]) - 18.0).abs() < 1.01);
    let coefficients = result["model"]["coefficients"].as_array().unwrap();
    assert_eq!(coefficients[2]["name"], "생산량");
    assert!((number(&coefficients[2]["value"]) - 3.0).abs() < 0.05);
    let half = |n: usize| number(&result["intervals"][n]["plus_minus_kwh"]);
    assert!(half(0) < half(1) && half(1) < half(2));
    assert_eq!(result["gates"].as_array().unwrap().len(), 4);
    assert_eq!(result["reporting"]["on"].as_array().unwrap().len(), 290);
    assert_eq!(result["reporting"]["missing"], 0);
    let money = &result["money"];
    let won = number(&result["saving_kwh"]) * number(&money["won_per_kwh"]);
    assert!((number(&money["saving_won"]) - won).abs() < 1e-6);
    assert!((80.0..200.0).contains(&number(&money["won_per_kwh"])), "{money}");
    let years = number(&money["payback_years"]);
    assert!(number(&money["payback_low_years"]) < years);

    // A draft is the tenant's alone.
    let (status, _) = world.call(&office, "GET", &one, json!(null)).await;
    assert_eq!(status, 404);
    let (status, submitted) =
        world.call(&manager, "POST", &format!("{one}/submit"), json!({ "version": 1 })).await;
    assert_eq!((status, &submitted["state"]), (200, &json!("submitted")), "{submitted}");
    assert_eq!(submitted["may"], json!(["withdraw"]));

    // The office sees the frozen result, and not what was entered.
    let (_, seen) = world.call(&office, "GET", &one, json!(null)).await;
    assert_eq!((&seen["reader"], &seen["may"]), (&json!("office"), &json!(["return", "sign"])));
    assert_eq!(seen["plan"]["variables"][1]["source"]["values"], json!([]));
    let (_, answer) = world.call(&office, "GET", &format!("{one}/result"), json!(null)).await;
    assert_eq!(answer["now"], json!(null));
    assert_eq!(answer["frozen"]["result"], *result);
    let Scope::Complex(complex) = world.tenant().1 else { panic!("a complex") };
    let list = format!("/saving_measures?complex={complex}");
    let (_, listed) = world.call(&office, "GET", &list, json!(null)).await;
    let headline = &listed["items"][0]["headline"];
    assert_eq!(headline["saving_kwh"], result["saving_kwh"]);
    assert_eq!(headline["interval"], result["intervals"][1]);
    let contract_uri = format!("/electricity_contracts/{contract}");
    assert_eq!(world.call(&office, "GET", &contract_uri, json!(null)).await.0, 404);

    let sign = format!("{one}/sign");
    let wrong = json!({ "version": 2, "fingerprint": "00" });
    let (status, refused) = world.call(&office, "POST", &sign, wrong).await;
    assert_eq!((status, &refused["code"]), (409, &json!("saving_measure.other_figures")));
    let signature = json!({ "version": 2, "fingerprint": answer["frozen"]["fingerprint"] });
    let (status, refused) = world.call(&manager, "POST", &sign, signature.clone()).await;
    assert_eq!(status, 403, "{refused}");
    let (status, signed) = world.call(&office, "POST", &sign, signature).await;
    assert_eq!((status, &signed["state"]), (200, &json!("signed_off")), "{signed}");
    assert_eq!(signed["steps"][1]["by"]["name"], "사무국");
    let change = json!({ "version": 3, "plan": plan(&world) });
    let (status, refused) = world.call(&manager, "PATCH", &one, change).await;
    assert_eq!((status, &refused["code"]), (409, &json!("saving_measure.not_now")));

    // A reading that is corrected later shows as a difference; the signed figures stay.
    let start: Instant = "2026-03-01T00:00:00+09:00".parse().unwrap();
    let (series, arrived) = (world.point("m-1", "kwh").1, world.platform.clock.now());
    let late = (0..96).map(|slot| {
        let at_ms = start.as_millis() + slot * 900_000;
        Reading { series, at_ms, value: 10.0, quality: Quality::GOOD }
    });
    world.telemetry.store().append(late.collect(), arrived).await.unwrap();
    let (_, again) = world.call(&manager, "GET", &format!("{one}/result"), json!(null)).await;
    assert_eq!(again["input_changed"], json!(true), "{}", again["now_fault"]);
    assert!(number(&again["difference_kwh"]) < -500.0, "{}", again["difference_kwh"]);
    assert_eq!(again["frozen"], answer["frozen"]);
    world.close().await;
}

#[tokio::test]
async fn months_are_compared_and_dependent_errors_and_missing_days_are_told() {
    let world = World::new("saving-months").await;
    world.write_load(0.9).await;
    let manager = world.manager();
    let contract = world.contract().await;
    let mut plan = plan(&world);
    plan["interval"] = json!("month");
    plan["estimator"] = json!("gls_ar1");
    plan["reporting"] = json!({ "from": "2026-02-01", "to": "2026-11-30" });
    plan["variables"].as_array_mut().unwrap().remove(1);
    let new = json!({ "contract_id": contract, "plan": plan });
    let (status, made) = world.call(&manager, "POST", "/saving_measures", new).await;
    assert_eq!(status, 201, "{made}");
    let one = format!("/saving_measures/{}", made["id"].as_str().unwrap());
    let (status, found) = world.call(&manager, "GET", &format!("{one}/result"), json!(null)).await;
    assert_eq!(status, 200, "{found}");
    let result = &found["now"]["result"];
    assert_eq!(result["baseline"]["on"].as_array().unwrap().len(), 12);
    assert_eq!(result["reporting"]["on"][8], "2026-10-01");
    assert_eq!(result["reporting"]["missing"], 1, "nothing is known of November");
    assert!(result["model"]["rho"].is_number(), "{}", result["model"]);
    assert_eq!(result["gates"][0]["standing"], "verified");
    let ratio = result["saving_ratio"].as_f64().unwrap();
    assert!((ratio - 0.10).abs() < 0.03, "{ratio}");
    world.close().await;
}

#[tokio::test]
async fn the_same_person_does_not_sign_and_a_return_takes_the_figures_away() {
    let world = World::new("saving-return").await;
    world.write_load(1.0).await;
    let (tenant, complex) = world.tenant();
    let both = world.somebody(
        "겸직",
        vec![
            Grant { role: Role::EnergyManager, scope: tenant },
            Grant { role: Role::EnergyOffice, scope: complex },
        ],
    );
    let office = world.office();
    let contract = world.contract().await;
    let new = json!({ "contract_id": contract, "plan": plan(&world) });
    let (_, made) = world.call(&both, "POST", "/saving_measures", new).await;
    let one = format!("/saving_measures/{}", made["id"].as_str().unwrap());
    let adjust = |kwh: f64, evidence: &str| json!({ "version": 1, "kwh": kwh, "reason": "야간 3교대 시작", "evidence": evidence });
    let uri = format!("{one}/adjustments");
    let (status, refused) = world.call(&both, "POST", &uri, adjust(0.0, "급여대장")).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/kwh")));
    let (status, refused) = world.call(&both, "POST", &uri, adjust(1e307, "급여대장")).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/kwh")));
    let (status, refused) = world.call(&both, "POST", &uri, adjust(10.0, " ")).await;
    assert_eq!((status, &refused["fields"][0]["pointer"]), (422, &json!("/evidence")));
    let (status, adjusted) = world.call(&both, "POST", &uri, adjust(120.0, "급여대장 7월")).await;
    assert_eq!((status, &adjusted["adjustments"][0]["by"]["name"]), (200, &json!("겸직")));
    let (_, found) = world.call(&both, "GET", &format!("{one}/result"), json!(null)).await;
    let result = &found["now"]["result"];
    assert_eq!(result["demonstrated"], json!(false), "nothing was saved");
    assert!(!result["doubts"].as_array().unwrap().is_empty());
    let lift = result["adjusted_baseline_kwh"].as_f64().unwrap()
        - result["predicted_kwh"].as_f64().unwrap();
    assert!((lift - 120.0).abs() < 1e-6);
    let strike = |version: u32| {
        let id = adjusted["adjustments"][0]["id"].as_str().unwrap();
        format!("{uri}/{id}?version={version}")
    };
    let (status, struck) = world.call(&both, "DELETE", &strike(2), json!(null)).await;
    assert_eq!((status, &struck["adjustments"]), (200, &json!([])), "{struck}");
    let (_, gone) = world.call(&both, "DELETE", &strike(3), json!(null)).await;
    assert_eq!(gone["code"], "saving_measure.invalid");

    let (status, submitted) =
        world.call(&both, "POST", &format!("{one}/submit"), json!({ "version": 3 })).await;
    assert_eq!((status, &submitted["may"]), (200, &json!(["withdraw", "return"])), "{submitted}");
    let (_, answer) = world.call(&both, "GET", &format!("{one}/result"), json!(null)).await;
    let signature = json!({ "version": 4, "fingerprint": answer["frozen"]["fingerprint"] });
    let (status, refused) = world.call(&both, "POST", &format!("{one}/sign"), signature).await;
    assert_eq!((status, &refused["code"]), (403, &json!("saving_measure.own_signature")));
    let back = json!({ "version": 4, "reason": "기준 기간의 증설을 반영하세요" });
    let (status, returned) = world.call(&office, "POST", &format!("{one}/return"), back).await;
    assert_eq!((status, &returned["state"]), (200, &json!("returned")), "{returned}");
    assert_eq!(returned["headline"], json!(null));
    let (status, _) = world.call(&office, "GET", &format!("{one}/result"), json!(null)).await;
    assert_eq!(status, 403);
    // What is put right after a return is not the office's to see before it is submitted again.
    let change = json!({ "version": 5, "plan": plan(&world) });
    let (_, changed) = world.call(&both, "PATCH", &one, change).await;
    assert_eq!(changed["state"], "draft", "{changed}");
    assert_eq!(world.call(&office, "GET", &one, json!(null)).await.0, 404);
    let (status, _) =
        world.call(&both, "POST", &format!("{one}/submit"), json!({ "version": 6 })).await;
    assert_eq!(status, 200);
    let (status, drawn) =
        world.call(&both, "POST", &format!("{one}/withdraw"), json!({ "version": 7 })).await;
    assert_eq!((status, &drawn["state"]), (200, &json!("draft")));
    assert_eq!(world.call(&office, "GET", &one, json!(null)).await.0, 404);
    let Scope::Complex(id) = complex else { panic!("a complex") };
    let list = format!("/saving_measures?complex={id}");
    let (_, listed) = world.call(&office, "GET", &list, json!(null)).await;
    assert_eq!(listed["items"], json!([]));
    let (_, listed) = world.call(&both, "GET", &list, json!(null)).await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    world.close().await;
}

#[tokio::test]
async fn an_establishment_has_a_limit_of_its_own() {
    let world = World::new("saving-many").await;
    let manager = world.manager();
    let contract = world.contract().await;
    let mut plan = plan(&world);
    plan["variables"] = json!([]);
    let new = || json!({ "contract_id": contract, "plan": plan });
    for _ in 0..MEASURES_PER_ESTABLISHMENT_MAX {
        let (status, made) = world.call(&manager, "POST", "/saving_measures", new()).await;
        assert_eq!(status, 201, "{made}");
    }
    let (status, refused) = world.call(&manager, "POST", "/saving_measures", new()).await;
    assert_eq!((status, &refused["code"]), (409, &json!("saving_measure.too_many")), "{refused}");
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("100 of measures of this establishment"), "{detail}");
    world.close().await;
}

#[tokio::test]
async fn bad_plans_are_refused_with_the_field_and_what_to_do() {
    let world = World::new("saving-bad").await;
    let manager = world.manager();
    let contract = world.contract().await;
    let with = |field: &str, value: Value| {
        let mut plan = plan(&world);
        *plan.pointer_mut(field).unwrap() = value;
        json!({ "contract_id": contract, "plan": plan })
    };
    let entered = |values: Value| json!({ "kind": "entered", "values": values });
    let foreign = json!({ "kind": "point", "point_id": world.point("m-2", "kwh").0 });
    let meter = json!({ "kind": "point", "point_id": world.point("m-1", "kwh").0 });
    let twice = json!([{ "on": "2025-01-01", "value": 1 }, { "on": "2025-01-01", "value": 2 }]);
    let huge =
        json!([{ "on": "2025-01-01", "value": 1e12 }, { "on": "2025-01-02", "value": 1e307 }]);
    for (new, field, words) in [
        (with("/name", json!(" ")), "/plan/name", "1 to 120"),
        (with("/baseline/to", json!("2026-01-02")), "/plan/baseline", "before the work"),
        (with("/reporting/from", json!("2026-01-14")), "/plan/reporting", "after the work"),
        (with("/reporting/to", json!("2025-01-14")), "/plan/reporting", "1 to 1098 days"),
        (with("/interval", json!("month")), "/plan/reporting", "first day of a month"),
        (with("/cost_won", json!(-1)), "/plan/cost_won", "won"),
        (with("/variables/1/name", json!("외기온도")), "/plan/variables/1/name", "twice"),
        (with("/variables/1/role", json!("temperature")), "/plan/variables", "one outside"),
        (with("/variables/1/source", entered(twice)), "/plan/variables/1/source", "stands twice"),
        (with("/variables/1/source", entered(json!([]))), "/plan/variables/1/source", "enter 1"),
        (with("/variables/1/source", entered(huge)), "/plan/variables/1/source", "2025-01-02"),
        (with("/variables/1/source", foreign), "/plan/variables/1/source", "neither"),
        (with("/variables/0/source", meter), "/plan/variables/0/source", "temperature"),
    ] {
        let (status, answer) = world.call(&manager, "POST", "/saving_measures", new).await;
        assert_eq!((status, &answer["code"]), (422, &json!("saving_measure.invalid")), "{answer}");
        let told = answer["fields"].as_array().unwrap();
        let told =
            told.iter().find(|told| told["pointer"] == field).unwrap_or_else(|| panic!("{answer}"));
        assert!(told["detail"].as_str().unwrap().contains(words), "{told}");
    }
    let office = world.office();
    let new = json!({ "contract_id": contract, "plan": plan(&world) });
    let (status, _) = world.call(&office, "POST", "/saving_measures", new).await;
    assert_eq!(status, 404, "the contract is not the office's to know of");
    let mut key = with("/option", json!("a"));
    let (status, bare) = world.call(&manager, "POST", "/saving_measures", key.clone()).await;
    assert_eq!((status, &bare["fields"][0]["pointer"]), (422, &json!("/plan/basis/measured")));
    key["plan"]["basis"] = json!({ "measured": ["등기구 전력"], "stipulated": [
        { "name": "점등 시간", "value": "4,000 h/년", "source": "운전 일지" },
    ] });
    let (status, made) = world.call(&manager, "POST", "/saving_measures", key.clone()).await;
    assert_eq!((status, &made["plan"]["basis"]), (201, &key["plan"]["basis"]), "{made}");
    let one = format!("/saving_measures/{}", made["id"].as_str().unwrap());
    let (status, answer) = world.call(&manager, "GET", &format!("{one}/result"), json!(null)).await;
    assert_eq!((status, &answer["code"]), (422, &json!("saving_measure.no_result")));
    assert!(answer["detail"].as_str().unwrap().contains("option A"), "{answer}");
    let early = with("/reporting/to", json!("2027-01-31"));
    let (_, made) = world.call(&manager, "POST", "/saving_measures", early).await;
    let id: Id<SavingMeasure> = made["id"].as_str().unwrap().parse().unwrap();
    let uri = format!("/saving_measures/{id}/submit");
    let (status, answer) = world.call(&manager, "POST", &uri, json!({ "version": 1 })).await;
    assert_eq!((status, &answer["code"]), (409, &json!("saving_measure.not_over")), "{answer}");
    world.close().await;
}
