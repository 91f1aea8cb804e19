//! Tests of the crate as a whole, and the kit with which the nouns test their HTTP.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use base::{Actor, ActorKind, Clock, Grant, Id, Role, Scope};
use platform::testing::{each_engine, test_clock};
use platform::{Ctx, Platform};
use serde_json::Value;
use tower::ServiceExt;

use crate::Registry;

/// A registry with the sample seed, asked over HTTP without a socket.
pub(crate) struct House {
    pub(crate) platform: Platform,
    pub(crate) registry: Registry,
}

impl House {
    /// On a fresh SQLite store, with the sample seed.
    pub(crate) async fn new() -> Self {
        let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
        let clock: Arc<dyn Clock> = Arc::new(platform::clock::SystemClock);
        let platform = platform::testing::platform(&sets, clock).await;
        let seed = crate::seed::tests::sample();
        crate::seed::apply(&platform, &Actor::system("test"), seed).await.unwrap();
        let registry = Registry::load(&platform).await.unwrap();
        Self { platform, registry }
    }

    /// The id of the complex with this code.
    pub(crate) fn complex(&self, code: &str) -> Id<base::noun::Complex> {
        let snapshot = self.registry.directory().snapshot();
        snapshot.complexes().iter().find(|complex| &*complex.code == code).unwrap().id
    }

    /// The establishment that owns the sample meter.
    pub(crate) fn tenant(&self) -> Id<base::noun::Establishment> {
        let snapshot = self.registry.directory().snapshot();
        snapshot.device_by_key("meter-001").unwrap().establishment.unwrap()
    }

    /// The establishment whose device this is.
    pub(crate) fn tenant_of(&self, key: &str) -> Id<base::noun::Establishment> {
        self.registry.directory().snapshot().device_by_key(key).unwrap().establishment.unwrap()
    }

    /// Somebody with one role.
    pub(crate) fn with(&self, role: Role, scope: Scope) -> Caller<'_> {
        let name = format!("{role}");
        let actor = Actor { kind: ActorKind::Person, id: name.clone(), name };
        let grants = vec![Grant { role, scope }];
        let clock = self.platform.clock.clone();
        Caller { ctx: Ctx::new(actor, grants, clock, "test".into()), registry: &self.registry }
    }

    /// Somebody who may do everything.
    pub(crate) fn admin(&self) -> Caller<'_> {
        self.with(Role::Administrator, Scope::System)
    }

    /// The engineer of the first complex.
    pub(crate) fn engineer(&self) -> Caller<'_> {
        self.with(Role::Engineer, Scope::Complex(self.complex("jj1")))
    }
}

/// Somebody who calls.
pub(crate) struct Caller<'a> {
    pub(crate) ctx: Ctx,
    registry: &'a Registry,
}

impl Caller<'_> {
    pub(crate) async fn get(&self, path: &str) -> (StatusCode, Value) {
        self.send("GET", path, Body::empty()).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send("POST", path, Body::from(body.to_string())).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> (StatusCode, Value) {
        self.send("PATCH", path, Body::from(body.to_string())).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Body) -> (StatusCode, Value) {
        let (router, _) = crate::routes(self.registry).split_for_parts();
        let uri = format!("/api/v1{path}");
        let (status, value) = platform::testing::send(router, &self.ctx, method, &uri, body).await;
        (StatusCode::from_u16(status).unwrap(), value)
    }

    /// The items of a list that must answer.
    pub(crate) async fn items(&self, path: &str) -> Vec<Value> {
        let (status, value) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {value}");
        value["items"].as_array().unwrap().clone()
    }
}

#[tokio::test]
async fn every_statement_is_understood_by_both_engines() {
    each_engine(&[platform::MIGRATIONS, crate::MIGRATIONS], async |db| {
        for (name, sql) in crate::statements() {
            if let Err(error) = db.prepare(sql).await {
                panic!("{name} on {}: {error}\n{sql}", db.engine_name());
            }
        }
    })
    .await;
}

#[tokio::test]
async fn nobody_who_is_not_signed_in_sees_anything() {
    let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform::testing::platform(&sets, test_clock()).await;
    let registry = Registry::load(&platform).await.unwrap();
    let (router, api) = crate::routes(&registry).split_for_parts();
    let readable =
        api.paths.paths.iter().filter(|(path, item)| item.get.is_some() && !path.contains('{'));
    for (path, _) in readable {
        let request = Request::builder().uri(path).body(Body::empty()).unwrap();
        let response = router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn every_operation_is_named_noun_verb_and_documented() {
    let sets = [platform::MIGRATIONS, crate::MIGRATIONS];
    let platform = platform::testing::platform(&sets, test_clock()).await;
    let registry = Registry::load(&platform).await.unwrap();
    let (_, api) = crate::routes(&registry).split_for_parts();
    let json = serde_json::to_value(&api).unwrap();
    for (path, item) in json["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap_or_default();
            assert!(id.contains('_'), "{method} {path}: {id}");
            assert!(operation["summary"].is_string(), "{method} {path} has no words");
        }
    }
}
