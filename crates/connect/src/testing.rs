//! A small complex with a store, for tests of everything that devices speak.

use std::sync::Arc;

use base::{Actor, ActorKind, FixedClock, Grant, Role, Scope};
use platform::db::Db;
use platform::testing::{platform_on, temp_dir, test_clock};
use platform::{Ctx, Platform};
use registry::directory::Directory;
use registry::seed::{Seed, apply};
use serde_json::{Value, json};
use telemetry::ingress::Ingest;
use telemetry::reject::Rejects;
use telemetry::{Options, Store};

/// 2026-11-25T00:00:00Z, where the clock stands.
pub(crate) const NOW_MS: i64 = 1_795_564_800_000;

/// Everything that stands between a device and the disk.
pub(crate) struct World {
    pub(crate) platform: Platform,
    pub(crate) ingest: Ingest,
    #[expect(dead_code, reason = "tests of time move it")]
    pub(crate) clock: Arc<FixedClock>,
}

impl World {
    /// A new complex with these devices, each with the points of its kind: key and quantity.
    pub(crate) async fn new(name: &str, devices: &[(&str, &[(&str, &str)])]) -> Self {
        let dir = temp_dir(name);
        let db = Db::open(&format!("sqlite:{}", dir.join("test.db").display())).await.unwrap();
        let sets = [platform::MIGRATIONS, registry::MIGRATIONS, telemetry::MIGRATIONS];
        let clock = test_clock();
        let platform = platform_on(db, &sets, clock.clone(), &dir).await;
        let seed: Seed = serde_json::from_value(seed(devices)).unwrap();
        apply(&platform, &Actor::system("test"), seed).await.unwrap();
        let directory = Directory::load(&platform).await.unwrap();
        let store = Store::open(platform.clone(), &dir, Options::default()).await.unwrap();
        let rejects = Rejects::new(&platform);
        let ingest = Ingest::new(&platform, directory, store, rejects);
        Self { platform, ingest, clock }
    }

    /// Ends everything in order, as a shutdown does.
    pub(crate) async fn close(self) {
        assert_eq!(self.platform.tasks.shutdown().await, vec![], "every stage ends in time");
    }

    /// A program with a token that may send to the whole complex.
    pub(crate) fn gateway(&self) -> Ctx {
        self.ctx(&[(Role::Ingest, Scope::System)])
    }

    /// Somebody with these roles.
    pub(crate) fn ctx(&self, grants: &[(Role, Scope)]) -> Ctx {
        let grants = grants.iter().map(|&(role, scope)| Grant { role, scope }).collect();
        let actor = Actor { kind: ActorKind::Token, id: "t".into(), name: "시험".into() };
        Ctx::new(actor, grants, self.platform.clock.clone(), "test".into())
    }

    /// A mapper whose workers are of no use: the executable is not there in tests of this crate.
    pub(crate) fn mapper(&self) -> crate::mapping::Mapper {
        crate::mapping::Mapper::new(&self.platform, "/nonexistent/sandan".as_ref(), &[])
    }

    /// All readings of a point as (time, value).
    pub(crate) async fn readings(&self, device: &str, key: &str) -> Vec<(i64, f64)> {
        let snapshot = self.ingest.directory().snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        let series = snapshot.point(device, key).unwrap().series;
        let store = self.ingest.store();
        let found = store.raw(series, 0, NOW_MS + 86_400_000, 100_000).await.unwrap();
        found.readings.iter().map(|reading| (reading.at_ms, reading.value)).collect()
    }
}

/// The secret of a device.
fn secret(key: &str) -> String {
    format!("secret-of-{key}-0123456789")
}

fn seed(devices: &[(&str, &[(&str, &str)])]) -> Value {
    let profile = |(key, points): &(&str, &[(&str, &str)])| {
        let metrics: Vec<_> = points
            .iter()
            .map(|(key, quantity)| {
                json!({ "key": key, "quantity": quantity, "kind": "gauge",
                    "expected_interval_s": 600 })
            })
            .collect();
        json!({ "code": format!("p-{key}"), "name": key, "metrics": metrics })
    };
    let device = |(key, _): &(&str, &[(&str, &str)])| {
        json!({ "complex": "test", "key": key, "name": key, "kind": "sensor",
            "profile": format!("p-{key}"), "secret": secret(key) })
    };
    json!({
        "complexes": [{ "code": "test", "name": "시험", "name_en": "Test", "kind": "general" }],
        "profiles": devices.iter().map(profile).collect::<Vec<_>>(),
        "devices": devices.iter().map(device).collect::<Vec<_>>(),
    })
}

/// Asks a router as this actor; the answer is its status and its JSON.
pub(crate) async fn call(
    router: impl Into<axum::Router>,
    ctx: &Ctx,
    uri: &str,
    body: &Value,
) -> (u16, Value) {
    platform::testing::send(router.into(), ctx, "POST", uri, body.to_string()).await
}
