//! A small complex with a store, and peers that are not ours, for tests of what the platform asks.

use std::io::BufRead as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use base::noun::Device;
use base::{Actor, ActorKind, Grant, Id, Reading, Role, Scope};
use platform::clock::SystemClock;
use platform::db::Db;
use platform::testing::{platform_on, send, temp_dir};
use platform::{Ctx, Platform};
use registry::Directory;
use serde_json::{Value, json};
use telemetry::Telemetry;
use utoipa_axum::router::OpenApiRouter;

/// The Python with the peers.
const PYTHON_VAR: &str = "SANDAN_TEST_PYTHON";

/// Everything that stands between a peer and the disk; its clock is the real one, as peers have no other.
pub(crate) struct World {
    pub(crate) dir: PathBuf,
    pub(crate) platform: Platform,
    pub(crate) telemetry: Telemetry,
}

impl World {
    pub(crate) async fn new(name: &str) -> Self {
        let dir = temp_dir(name);
        let url = format!("sqlite:{}", dir.join("test.db").display());
        Self::on(Db::open(&url).await.unwrap(), name).await
    }

    pub(crate) async fn on(db: Db, name: &str) -> Self {
        let dir = temp_dir(name);
        let sets =
            [platform::MIGRATIONS, registry::MIGRATIONS, telemetry::MIGRATIONS, crate::MIGRATIONS];
        let platform = platform_on(db, &sets, Arc::new(SystemClock), &dir).await;
        let seed = serde_json::from_value(seed()).unwrap();
        registry::seed::apply(&platform, &Actor::system("test"), seed).await.unwrap();
        let directory = Directory::load(&platform).await.unwrap();
        let options = telemetry::Options::default();
        let telemetry = Telemetry::open(&platform, directory, &dir, options).await.unwrap();
        Self { dir, platform, telemetry }
    }

    pub(crate) fn device(&self, key: &str) -> Id<Device> {
        let snapshot = self.telemetry.ingest().directory().snapshot();
        snapshot.device_by_key(key).unwrap().id
    }

    pub(crate) fn complex(&self) -> Scope {
        let snapshot = self.telemetry.ingest().directory().snapshot();
        Scope::Complex(snapshot.device_by_key("meter-1").unwrap().complex)
    }

    /// All readings of a point, the oldest first.
    pub(crate) async fn readings(&self, device: &str, point: &str) -> Vec<Reading> {
        let snapshot = self.telemetry.ingest().directory().snapshot();
        let series = snapshot.point(self.device(device), point).unwrap().series;
        let store = self.telemetry.store();
        store.raw(series, 0, i64::MAX / 2, 100_000).await.unwrap().readings
    }

    /// Waits until a point has `count` readings; fails after 20 seconds.
    pub(crate) async fn readings_until(
        &self,
        device: &str,
        point: &str,
        count: usize,
    ) -> Vec<Reading> {
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        loop {
            let readings = self.readings(device, point).await;
            if readings.len() >= count {
                return readings;
            }
            assert!(std::time::Instant::now() < deadline, "{device} {point} has {readings:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    pub(crate) fn caller(&self, router: OpenApiRouter, role: Role) -> Caller {
        let actor = Actor { kind: ActorKind::Person, id: role.to_string(), name: role.to_string() };
        let grants = vec![Grant { role, scope: self.complex() }];
        let ctx = Ctx::new(actor, grants, self.platform.clock.clone(), "test".into());
        Caller { router: router.split_for_parts().0, ctx }
    }

    /// Ends everything in order.
    pub(crate) async fn close(self) {
        assert_eq!(self.platform.tasks.shutdown().await, vec![], "every stage ends in time");
        self.telemetry.close().await;
    }
}

/// Somebody who calls.
pub(crate) struct Caller {
    router: axum::Router,
    ctx: Ctx,
}

impl Caller {
    pub(crate) async fn send(&self, method: &str, path: &str, body: Value) -> (u16, Value) {
        self.send_text(method, path, &body.to_string()).await
    }

    pub(crate) async fn send_text(&self, method: &str, path: &str, body: &str) -> (u16, Value) {
        let mut ctx = self.ctx.clone();
        ctx.now = base::Clock::now(&SystemClock);
        let uri = format!("/api/v1{path}");
        send(self.router.clone(), &ctx, method, &uri, body.to_owned()).await
    }

    pub(crate) async fn ok(&self, method: &str, path: &str, body: Value) -> Value {
        let (status, answer) = self.send(method, path, body).await;
        assert_eq!(status, 200, "{answer}");
        answer
    }

    /// Reads `path` until `enough`; fails after 20 seconds.
    pub(crate) async fn until(&self, path: &str, enough: impl Fn(&Value) -> bool) -> Value {
        let deadline = std::time::Instant::now() + Duration::from_secs(20);
        loop {
            let answer = self.ok("GET", path, Value::Null).await;
            if enough(&answer) {
                return answer;
            }
            assert!(std::time::Instant::now() < deadline, "{path} stays at {answer}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// A server that is not ours, in Python; it ends with this value.
pub(crate) struct Peer {
    child: Child,
}

impl Peer {
    /// Starts `script` of `tests/peers` and waits until it says that it listens. `None`, with words, where
    /// there is no Python with the peers.
    pub(crate) fn start(script: &str, args: &[String]) -> Option<Self> {
        let Some(python) = python() else {
            skipped(script);
            return None;
        };
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
        let mut child =
            Command::new(python).arg(path).args(args).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = std::io::BufReader::new(child.stdout.take().unwrap()).lines();
        assert_eq!(lines.next().unwrap().unwrap(), "ready", "{script}");
        Some(Self { child })
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The Python of `./dev`, or the one that the variable names.
fn python() -> Option<PathBuf> {
    if let Ok(python) = std::env::var(PYTHON_VAR) {
        return Some(python.into());
    }
    let venv = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.dev/venv/bin/python");
    venv.exists().then_some(venv)
}

#[expect(clippy::print_stderr, reason = "a skipped test says so")]
fn skipped(script: &str) {
    eprintln!("skipped: {script} needs .dev/venv (./dev test makes it) or {PYTHON_VAR}");
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// What a device of the kit signs in with.
pub(crate) fn secret(device: &str) -> String {
    format!("secret-of-{device}-0123456789")
}

fn seed() -> Value {
    let metric = |key: &str, quantity: &str| json!({ "key": key, "quantity": quantity, "kind": "gauge", "expected_interval_s": 60 });
    let device = |key: &str, kind: &str| {
        let secret = secret(key);
        json!({ "complex": "jj1", "key": key, "name": key, "kind": kind, "profile": "meter", "secret": secret })
    };
    json!({
        "demo": false,
        "complexes": [
            { "code": "jj1", "name": "가람 제1산단", "name_en": "Garam 1", "kind": "general" },
        ],
        "profiles": [{ "code": "meter", "name": "계량기", "metrics": [
            metric("kw", "active_power"), metric("temp", "temperature"),
            metric("pm10", "pm10"), metric("pm25", "pm25"),
        ] }],
        "devices": [
            device("meter-1", "meter"), device("meter-2", "meter"), device("sign-1", "sign"),
        ],
    })
}
