//! Tests of the crate as a whole, and the kit with which its nouns test their HTTP.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::noun::{Complex, Establishment};
use base::{
    Actor, ActorKind, Clock, FixedClock, Grant, Id, Quality, Reading, ReadingBatch, Role, Scope,
};
use platform::Ctx;
use platform::db::{Db, MigrationSet};
use platform::testing::{each_engine, platform_on, temp_dir, test_clock};
use registry::Directory;
use registry::directory::PointInfo;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tower::ServiceExt;

use crate::{Control, LastSeen};

/// The tables that the tests need.
pub(crate) const SETS: [MigrationSet; 3] =
    [platform::MIGRATIONS, registry::MIGRATIONS, crate::MIGRATIONS];

/// A control centre over a small registry, asked over HTTP without a socket; its clock stands still.
pub(crate) struct House {
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) control: Control,
    db: Db,
}

impl House {
    /// Two complexes; in the first an air sensor of the complex and a meter of a tenant.
    pub(crate) async fn on(db: Db) -> Self {
        let clock = test_clock();
        let platform = platform_on(db.clone(), &SETS, clock.clone(), &temp_dir("control")).await;
        let seed = serde_json::from_value(seed()).unwrap();
        registry::seed::apply(&platform, &Actor::system("test"), seed).await.unwrap();
        let directory = Directory::load(&platform).await.unwrap();
        Self { clock, control: Control::new(platform, directory), db }
    }

    /// The same store under a new process.
    pub(crate) async fn restarted(self) -> Self {
        assert!(self.control.platform.tasks.shutdown().await.is_empty());
        let (clock, db) = (self.clock, self.db);
        let platform = platform_on(db.clone(), &SETS, clock.clone(), &temp_dir("control")).await;
        let directory = Directory::load(&platform).await.unwrap();
        Self { clock, control: Control::new(platform, directory), db }
    }

    pub(crate) fn start(&self, arrivals: Vec<LastSeen>) -> mpsc::Sender<ReadingBatch> {
        let (sender, receiver) = mpsc::channel(8);
        self.control.start(receiver, arrivals);
        sender
    }

    pub(crate) fn complex(&self, code: &str) -> Id<Complex> {
        let snapshot = self.control.directory.snapshot();
        snapshot.complexes().iter().find(|complex| &*complex.code == code).unwrap().id
    }

    pub(crate) fn tenant(&self) -> Id<Establishment> {
        let snapshot = self.control.directory.snapshot();
        snapshot.device_by_key("meter-001").unwrap().establishment.unwrap()
    }

    pub(crate) fn point(&self, device: &str, key: &str) -> PointInfo {
        let snapshot = self.control.directory.snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        snapshot.point(device, key).unwrap().clone()
    }

    pub(crate) fn reading(&self, device: &str, key: &str, value: f64) -> ReadingBatch {
        let arrived = self.clock.now();
        let series = self.point(device, key).series;
        let at_ms = arrived.as_millis();
        let reading = Reading { series, at_ms, value, quality: Quality::GOOD };
        ReadingBatch { arrived, readings: [reading].into() }
    }

    /// Somebody with one role.
    pub(crate) fn with(&self, role: Role, scope: Scope) -> Caller<'_> {
        self.named(&role.to_string(), role, scope)
    }

    pub(crate) fn named(&self, name: &str, role: Role, scope: Scope) -> Caller<'_> {
        let actor = Actor { kind: ActorKind::Person, id: name.to_owned(), name: name.to_owned() };
        Caller { who: Some((actor, Grant { role, scope })), control: &self.control }
    }

    pub(crate) fn operator(&self) -> Caller<'_> {
        self.with(Role::Operator, Scope::Complex(self.complex("jj1")))
    }

    pub(crate) fn engineer(&self) -> Caller<'_> {
        self.with(Role::Engineer, Scope::Complex(self.complex("jj1")))
    }

    pub(crate) fn nobody(&self) -> Caller<'_> {
        Caller { who: None, control: &self.control }
    }

    /// A rule for one point, written over HTTP; its id.
    pub(crate) async fn rule(&self, device: &str, key: &str, condition: Value) -> String {
        let mut rule = rule_body(self.complex("jj1"), condition);
        rule["target"] = json!({ "kind": "point", "point_id": self.point(device, key).id });
        let rule = self.engineer().post("/alarm_rules", rule).await.ok();
        rule["id"].as_str().unwrap().to_owned()
    }

    /// A signal as a program sends it.
    pub(crate) fn signal(&self, key: &str, grade: &str, phase: &str) -> Value {
        json!({
            "id": self.control.platform.clock.new_id::<base::noun::Signal>(), "v": 1,
            "source": "vision.zone", "complex": self.complex("jj1"), "subject": "camera:3",
            "kind": "person_in_zone", "grade": grade, "phase": phase, "dedupe_key": key,
            "place": null, "value": null, "unit": null, "evidence": [],
            "at": self.clock.now(),
        })
    }

    /// An alarm that a signal raised; its id.
    pub(crate) async fn alarm(&self, key: &str, grade: &str) -> String {
        let receipt = self.operator().post("/signals", self.signal(key, grade, "raised")).await;
        receipt.ok()["alarm_id"].as_str().unwrap().to_owned()
    }
}

/// A rule with everything that it needs but a point.
#[expect(clippy::needless_pass_by_value, reason = "a condition is made where it is used")]
pub(crate) fn rule_body(complex: Id<Complex>, condition: Value) -> Value {
    json!({
        "complex_id": complex, "name": "초미세먼지 높음", "grade": "warning",
        "target": { "kind": "matching", "quantity": "pm25" }, "condition": condition,
        "rationale": {
            "cause": "비산먼지", "consequence": "호흡기 노출", "corrective_action": "살수",
            "time_to_respond_s": 1800,
        },
    })
}

/// Above a limit for a delay.
pub(crate) fn above(limit: f64, on_delay_s: u32) -> Value {
    json!({ "kind": "threshold", "direction": "above", "limit": limit, "on_delay_s": on_delay_s })
}

fn seed() -> Value {
    let complex = |code: &str, name: &str| json!({ "code": code, "name": name, "name_en": code, "kind": "general" });
    let metric = |key: &str, quantity: &str| json!({ "key": key, "quantity": quantity, "kind": "gauge", "expected_interval_s": 60 });
    let position = json!({ "lon": 127.08, "lat": 35.85 });
    json!({
        "demo": true,
        "complexes": [complex("jj1", "가람 제1산단"), complex("jj2", "가람 제2산단")],
        "companies": [{ "name": "한빛제지" }],
        "establishments": [{ "complex": "jj1", "company": "한빛제지", "name": "한빛제지" }],
        "profiles": [
            { "code": "air", "name": "대기", "metrics": [metric("pm25", "pm25"), metric("temp", "temperature")] },
            { "code": "meter", "name": "계량기", "metrics": [metric("kw", "active_power")] },
        ],
        "devices": [
            { "complex": "jj1", "key": "air-001", "name": "대기 1", "kind": "sensor", "profile": "air", "position": position },
            { "complex": "jj1", "key": "meter-001", "name": "계량기 1", "kind": "meter", "profile": "meter", "establishment": "한빛제지",
              "owned_from": "2026-11-25T00:00:00Z" },
        ],
    })
}

/// Somebody who calls.
pub(crate) struct Caller<'a> {
    who: Option<(Actor, Grant)>,
    control: &'a Control,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

impl Answer {
    /// The body of a success.
    pub(crate) fn ok(self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", self.body);
        self.body
    }

    /// Checks a refusal: its status, its code, and a few of its words.
    pub(crate) fn refused(self, status: u16, code: &str, words: &str) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        assert_eq!(self.body["code"], code, "{}", self.body);
        let detail = self.body["detail"].as_str().unwrap();
        assert!(detail.contains(words), "{detail}");
        self.body
    }
}

impl Caller<'_> {
    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, Body::from(body.to_string())).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send("PATCH", path, Body::from(body.to_string())).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Body) -> Answer {
        let (mut router, _): (Router, _) = self.control.routes().split_for_parts();
        if let Some((actor, grant)) = self.who.clone() {
            let clock = self.control.platform.clock.clone();
            let ctx = Ctx::new(actor, vec![grant], clock, "test".into());
            router = router.layer(axum::Extension(ctx));
        }
        let request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        let request = request.header("content-type", "application/json").body(body).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) }
    }

    /// The items of a list.
    pub(crate) async fn items(&self, path: &str) -> Vec<Value> {
        self.get(path).await.ok()["items"].as_array().unwrap().clone()
    }

    /// Reads a list until `enough`; fails after ten seconds.
    pub(crate) async fn items_until(
        &self,
        path: &str,
        enough: impl Fn(&[Value]) -> bool,
    ) -> Vec<Value> {
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        loop {
            let items = self.items(path).await;
            if enough(&items) {
                return items;
            }
            assert!(std::time::Instant::now() < deadline, "{path} stays at {items:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    each_engine(&SETS, async |db| {
        for (name, sql) in crate::statements() {
            if let Err(error) = db.prepare(sql).await {
                panic!("{name} on {}: {error}\n{sql}", db.engine_name());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_description_of_the_api_names_every_path_of_the_contract() {
    each_engine(&SETS, async |db| {
        let house = House::on(db).await;
        let (_, description) = house.control.routes().split_for_parts();
        for path in [
            "/api/v1/alarms",
            "/api/v1/alarms/summary",
            "/api/v1/alarms/acknowledge",
            "/api/v1/alarms/{id}",
            "/api/v1/alarms/{id}/transitions",
            "/api/v1/alarms/{id}/acknowledge",
            "/api/v1/alarms/{id}/shelve",
            "/api/v1/alarms/{id}/unshelve",
            "/api/v1/alarms/{id}/reset",
            "/api/v1/alarms/{id}/suppress",
            "/api/v1/alarms/{id}/unsuppress",
            "/api/v1/alarms/{id}/out_of_service",
            "/api/v1/alarms/{id}/return_to_service",
            "/api/v1/alarm_rules",
            "/api/v1/alarm_rules/{id}",
            "/api/v1/signals",
        ] {
            assert!(description.paths.paths.contains_key(path), "{path}");
        }
    })
    .await;
}
