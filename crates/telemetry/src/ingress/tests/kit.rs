//! A small complex with a store, for tests of everything that takes readings in.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base::{Actor, ActorKind, FixedClock, Grant, Instant, PointKind, Reading, Role, Scope, Series};
use platform::args;
use platform::db::Db;
use platform::testing::{platform_on, temp_dir, test_clock};
use platform::{Ctx, Platform};
use registry::complex::ComplexKind;
use registry::device::DeviceKind;
use registry::device_profile::Metric;
use registry::directory::{Directory, PointInfo};
use registry::seed::{
    Seed, SeedCompany, SeedComplex, SeedDevice, SeedEstablishment, SeedProfile, apply,
};

use crate::ingress::Ingest;
use crate::reject::Rejects;
use crate::{Options, Store};

/// 2026-11-25T00:00:00Z, where the clock stands.
pub(crate) const NOW_MS: i64 = 1_795_564_800_000;

/// The sensor of the complex, with the points `pm25` and `temp`.
pub(crate) const SENSOR: &str = "air-001";
/// The meter of the tenant 한빛제지, with the points `kwh`, `kvarh_lag`, `kvarh_lead`.
pub(crate) const METER: &str = "meter-001";

/// Everything that stands between a device and the disk.
pub(crate) struct World {
    pub(crate) dir: PathBuf,
    pub(crate) platform: Platform,
    pub(crate) clock: Arc<FixedClock>,
    pub(crate) ingest: Ingest,
}

impl World {
    /// A new complex in a folder of its own.
    pub(crate) async fn new(name: &str) -> Self {
        Self::in_folder(&temp_dir(name)).await
    }

    /// The complex of a folder, as a process would find it.
    pub(crate) async fn in_folder(dir: &Path) -> Self {
        let db = Db::open(&format!("sqlite:{}", dir.join("test.db").display())).await.unwrap();
        let sets = [platform::MIGRATIONS, registry::MIGRATIONS, crate::MIGRATIONS];
        let clock = test_clock();
        let platform = platform_on(db, &sets, clock.clone(), dir).await;
        apply(&platform, &Actor::system("test"), seed()).await.unwrap();
        let directory = Directory::load(&platform).await.unwrap();
        let store = Store::open(platform.clone(), dir, Options::default()).await.unwrap();
        let rejects = Rejects::new(&platform);
        let ingest = Ingest::new(&platform, directory, store, rejects);
        Self { dir: dir.to_owned(), platform, clock, ingest }
    }

    /// Ends everything in order, as a shutdown does.
    pub(crate) async fn close(self) -> PathBuf {
        assert_eq!(self.platform.tasks.shutdown().await, vec![], "every stage ends in time");
        self.dir
    }

    /// Makes one device the gateway of another.
    pub(crate) async fn put_behind(&self, gateway: &str, device: &str) {
        let sql = "
            UPDATE device
            SET gateway_id = (SELECT id FROM device WHERE key = $1)
            WHERE key = $2";
        let mut tx = self.platform.db.write().await.unwrap();
        assert_eq!(tx.run(sql, args![gateway, device]).await.unwrap(), 1);
        let sql = "UPDATE registry_generation SET generation = generation + 1";
        assert_eq!(tx.run(sql, Vec::new()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        self.ingest.directory().refresh().await.unwrap();
    }

    pub(crate) fn point(&self, device: &str, key: &str) -> PointInfo {
        let snapshot = self.ingest.directory().snapshot();
        let device = snapshot.device_by_key(device).unwrap().id;
        snapshot.point(device, key).unwrap().clone()
    }

    pub(crate) fn series(&self, device: &str, key: &str) -> Series {
        self.point(device, key).series
    }

    /// All readings of a point.
    pub(crate) async fn readings(&self, device: &str, key: &str) -> Vec<Reading> {
        let series = self.series(device, key);
        let store = self.ingest.store();
        store.raw(series, 0, NOW_MS + 86_400_000, 100_000).await.unwrap().readings
    }

    pub(crate) async fn values(&self, device: &str, key: &str) -> Vec<f64> {
        self.readings(device, key).await.iter().map(|reading| reading.value).collect()
    }

    /// The rows of refusals as (device, point, code, count), counted so far.
    pub(crate) async fn rejects(&self) -> Vec<(String, String, String, i64)> {
        self.ingest.rejects().flush().await;
        let mut tx = self.platform.db.read().await.unwrap();
        let sql = "SELECT * FROM reading_reject ORDER BY device_key, point_key, code";
        let rows = tx.all(sql, Vec::new()).await.unwrap();
        rows.iter()
            .map(|row| {
                let text = |column: &str| row.get::<String>(column).unwrap();
                (text("device_key"), text("point_key"), text("code"), row.get("count").unwrap())
            })
            .collect()
    }

    /// Somebody with these roles.
    pub(crate) fn ctx(&self, grants: &[(Role, Scope)]) -> Ctx {
        let grants = grants.iter().map(|&(role, scope)| Grant { role, scope }).collect();
        Ctx::new(actor(), grants, self.platform.clock.clone(), "test".into())
    }

    /// The scope of a device.
    pub(crate) fn scope(&self, device: &str) -> Scope {
        let snapshot = self.ingest.directory().snapshot();
        crate::ingress::device_scope(snapshot.device_by_key(device).unwrap())
    }
}

pub(crate) fn actor() -> Actor {
    Actor { kind: ActorKind::Token, id: "t".into(), name: "시험".into() }
}

pub(crate) fn now() -> Instant {
    Instant::from_millis(NOW_MS).unwrap()
}

pub(crate) fn secret(device: &str) -> String {
    format!("secret-of-{device}-0123456789")
}

fn seed() -> Seed {
    let metric = |key: &str, quantity: &str, kind: PointKind| Metric {
        key: key.into(),
        name: None,
        quantity: quantity.into(),
        unit: None,
        kind,
        interval_s: (kind == PointKind::Interval).then_some(900),
        expected_interval_s: 60,
        min: Some(0.0),
        max: Some(1_000.0),
        decimals: None,
        sent_unit: None,
        stuck_after_s: None,
        max_step: None,
        rollover_at: None,
    };
    let profile =
        |code: &str, metrics| SeedProfile { code: code.into(), name: code.into(), metrics };
    let device = |key: &str, kind, profile: &str, establishment: Option<&str>| SeedDevice {
        complex: "jj1".into(),
        key: key.into(),
        name: format!("장치 {key}"),
        kind,
        profile: Some(profile.into()),
        establishment: establishment.map(str::to_owned),
        owned_from: None,
        position: None,
        secret: Some(secret(key)),
    };
    Seed {
        demo: false,
        complexes: vec![SeedComplex {
            code: "jj1".into(),
            name: "가람 제1산단".into(),
            name_en: "Garam 1".into(),
            kind: ComplexKind::General,
            boundary: None,
            position: None,
        }],
        companies: vec![SeedCompany { name: "한빛제지".into(), registration_number: None }],
        establishments: vec![SeedEstablishment {
            complex: "jj1".into(),
            company: "한빛제지".into(),
            name: "한빛제지".into(),
            unit: None,
            lot_address: None,
            road_address: None,
            ksic_code: None,
            ksic_revision: None,
            position: None,
        }],
        profiles: vec![
            profile(
                "air",
                vec![
                    metric("pm25", "pm25", PointKind::Gauge),
                    metric("temp", "temperature", PointKind::Gauge),
                ],
            ),
            profile(
                "meter",
                vec![
                    metric("kwh", "active_energy", PointKind::Interval),
                    metric("kvarh_lag", "reactive_energy_lagging", PointKind::Interval),
                    metric("kvarh_lead", "reactive_energy_leading", PointKind::Interval),
                ],
            ),
            profile("bare", vec![metric("kwh", "active_energy", PointKind::Interval)]),
        ],
        devices: vec![
            device(SENSOR, DeviceKind::Sensor, "air", None),
            device("air-002", DeviceKind::Sensor, "air", None),
            device(METER, DeviceKind::Meter, "meter", Some("한빛제지")),
            device("meter-002", DeviceKind::Meter, "bare", None),
        ],
        ..Seed::default()
    }
}

/// Asks a router as this actor; the answer is its status and its JSON.
pub(crate) async fn call(
    router: impl Into<axum::Router>,
    ctx: &Ctx,
    method: &str,
    uri: &str,
    body: impl Into<axum::body::Body>,
) -> (u16, serde_json::Value) {
    platform::testing::send(router.into(), ctx, method, uri, body).await
}
