//! What the tests of this crate share: an energy platform on a complex of their own.

use std::sync::Arc;

use base::{Actor, FixedClock};
use platform::db::Db;
use platform::testing::{platform_on, send, temp_dir, test_clock};
use platform::{Ctx, Platform};
use registry::directory::Directory;
use registry::seed::{Seed, apply};
use serde_json::Value;
use telemetry::Telemetry;

use crate::Energy;

/// An energy platform, and what it stands on.
pub(crate) struct Kit {
    pub(crate) platform: Platform,
    pub(crate) directory: Directory,
    pub(crate) telemetry: Telemetry,
    pub(crate) energy: Energy,
}

/// A platform on SQLite, in a folder of that name, with the complex of `seed`.
pub(crate) async fn open(name: &str, seed: Value) -> Kit {
    open_by(name, seed, test_clock()).await
}

/// The same by a clock that the test moves.
pub(crate) async fn open_by(name: &str, seed: Value, clock: Arc<FixedClock>) -> Kit {
    let url = format!("sqlite:{}", temp_dir(name).join("test.db").display());
    kit(Db::open(&url).await.unwrap(), name, seed, clock).await
}

/// The same on a store that the test brings.
pub(crate) async fn open_on(db: Db, name: &str, seed: Value) -> Kit {
    kit(db, name, seed, test_clock()).await
}

async fn kit(db: Db, name: &str, seed: Value, clock: Arc<FixedClock>) -> Kit {
    let dir = temp_dir(name);
    let sets = [
        platform::MIGRATIONS,
        registry::MIGRATIONS,
        telemetry::MIGRATIONS,
        crate::MIGRATIONS,
        openadr::MIGRATIONS,
    ];
    let platform = platform_on(db, &sets, clock, &dir).await;
    let seed: Seed = serde_json::from_value(seed).unwrap();
    apply(&platform, &Actor::system("test"), seed).await.unwrap();
    let directory = Directory::load(&platform).await.unwrap();
    let options = telemetry::Options::default();
    let telemetry = Telemetry::open(&platform, directory.clone(), &dir, options).await.unwrap();
    let energy = Energy::new(&platform, &directory, &telemetry);
    Kit { platform, directory, telemetry, energy }
}

impl Kit {
    /// Asks the energy platform as somebody; the answer is its status and its JSON.
    pub(crate) async fn call(
        &self,
        ctx: &Ctx,
        method: &str,
        uri: &str,
        body: Value,
    ) -> (u16, Value) {
        let (router, _) = self.energy.routes().split_for_parts();
        send(router, ctx, method, uri, body.to_string()).await
    }
}
